"""From a path to its bytes: compressed or not, and never more than a table could need."""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import BinaryIO

from crm_analysis.errors import InputError

__all__ = ["COMPRESSED", "LONGEST_LINE", "open_bytes", "read_bytes"]

COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zip")
# Bytes. No record of a company's is longer; what is, isn't a table of lines.
LONGEST_LINE = 4 << 20
_CHUNK = 1 << 20
_DAMAGED = (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error, zipfile.BadZipFile)


@contextmanager
def open_bytes(path: Path) -> Iterator[tuple[BinaryIO, str]]:
    """Open a file, decompressed; also the one file within a ``.zip``.

    Returns
    -------
    The stream, and the name of what is in it: "orders.csv" for orders.csv.gz.

    Raises
    ------
    InputError : the compressed file is damaged or has a password, or a ``.zip`` holds several
        files.
    """
    kind = path.suffix.lower()
    inner = path.stem if kind in COMPRESSED else path.name
    try:
        if kind == ".zip":
            with zipfile.ZipFile(path) as archive:
                member = _only_member(archive, path.name)
                with archive.open(member) as stream:
                    yield stream, PurePath(member.filename).name
        else:
            with _decompressed(path, kind) as stream:
                yield stream, inner
    except _DAMAGED as error:
        raise InputError(f"{path.name} is damaged or cut short: {_sentence(error)}") from error
    except (RuntimeError, NotImplementedError) as error:  # zipfile: encrypted, unknown method
        raise InputError(f"{path.name} can't be unpacked: {_sentence(error)}") from error
    except OSError as error:
        if error.errno is None:  # what bz2 and zstd say of bytes that aren't theirs
            raise InputError(f"{path.name} is damaged or cut short: {_sentence(error)}") from error
        raise


def _decompressed(path: Path, kind: str):
    if kind == ".zst":
        import pyarrow as pa

        return pa.input_stream(str(path), compression="zstd")
    opener = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}.get(kind, Path.open)
    return opener(path, "rb")


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
    if len(members) != 1:
        held = ", ".join(member.filename for member in members[:5]) or "nothing"
        raise InputError(f"{name} must hold one table, but holds {held}: unpack it")
    return members[0]


def read_bytes(stream: BinaryIO, name: str, longest_line: int = LONGEST_LINE) -> bytes:
    r"""Read a file of lines whole, giving up at a line that no table has.

    What is given up on has cost the memory of one such line, however large the file is.

    Raises
    ------
    InputError : the file is empty or holds a line longer than ``longest_line`` bytes.

    Examples
    --------
    >>> import io
    >>> read_bytes(io.BytesIO(b"a,b\n1,2\n"), "orders.csv", longest_line=4)
    b'a,b\n1,2\n'
    """
    chunks, length, lines = [], 0, 1
    while chunk := stream.read(min(_CHUNK, longest_line)):
        chunk = bytes(chunk)
        first, last = _line_ends(chunk)
        if length + first > longest_line:
            size = f"{longest_line / (1 << 20):.3g} MB"
            raise InputError(f"{name} isn't a table of lines: line {lines:,} is longer than {size}")
        length = len(chunk) - last if last else length + len(chunk)
        lines += chunk.count(b"\n")
        chunks.append(chunk)
    if not chunks:
        raise InputError(f"{name} is empty: a table needs a header line and rows")
    return b"".join(chunks)


def _line_ends(chunk: bytes) -> tuple[int, int]:
    """Return the length up to the first line end, and the position behind the last (0: none)."""
    ends = [at for at in (chunk.find(b"\n"), chunk.find(b"\r")) if at >= 0]
    first = min(ends) if ends else len(chunk)
    return first, max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
