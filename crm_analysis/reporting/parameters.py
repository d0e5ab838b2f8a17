"""The parameters of a notebook: read from its tagged cell, checked before anything runs.

The cell tagged ``parameters`` has one line each, whose comment is the help and ends in the
allowed range or choices::

    horizon_weeks: int = 52  # weeks that the forecast looks ahead (1 to 520)
    method: str = "quantile"  # how customers are scored (quantile | rfm)
    playbook: str = ""  # what to do for each segment (file)

Read with ``ast`` from the file: no kernel, no import of papermill, and defaults that hold ``=``
are read right.
"""

import ast
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_analysis.errors import InputError, unknown_name
from crm_analysis.reporting.executed import read_notebook

__all__ = ["Parameter", "convert", "parse_assignments", "read_parameters", "resolve"]

_RANGE = re.compile(r"\(\s*(-?[\d.,_]+)\s+to\s+(-?[\d.,_]+)\s*\)\s*$")
_CHOICES = re.compile(r"\(([^()|]+(?:\|[^()|]+)+)\)\s*$")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "a text",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook.

    Parameters
    ----------
    name : as the notebook's code calls it.
    kind : "int", "float", "bool" or "str".
    default : what the notebook says.
    help : the comment on its line, with the allowed range or choices.
    low, high : ends of the allowed range, both allowed; None where there is none.
    choices : the words that are allowed; empty where any is.
    """

    name: str
    kind: str
    default: Any
    help: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def is_file(self) -> bool:
        """Whether its value names a file, which the comment then says at its end."""
        return self.help.endswith("(file)")

    @property
    def allowed(self) -> str:
        """What may be given, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.low is None:
            return _KINDS[self.kind]
        return f"{_KINDS[self.kind]} from {self.low:g} to {self.high:g}"


def read_parameters(notebook: Path) -> tuple[Parameter, ...]:
    """Return the parameters of a notebook, in the order of its cell.

    Raises
    ------
    InputError : the file is no notebook, or a line of its cell is not
        ``name: type = default  # help``.
    """
    for cell in read_notebook(notebook)["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            return _parse_cell("".join(cell["source"]), notebook.name)
    return ()


def _parse_cell(source: str, where: str) -> tuple[Parameter, ...]:
    lines = source.splitlines()
    found = []
    for node in ast.parse(source).body:
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)):
            raise InputError(
                f"{where}: the parameters cell holds {ast.unparse(node)!r}; "
                "a line there is `name: type = default  # help`"
            )
        # ast counts columns in bytes.
        after = lines[node.end_lineno - 1].encode()[node.end_col_offset :].decode()
        found.append(_parameter(node, after.partition("#")[2].strip(), where))
    return tuple(found)


def _parameter(node: ast.AnnAssign, text: str, where: str) -> Parameter:
    kind = ast.unparse(node.annotation)
    if kind not in _KINDS or node.value is None:
        raise InputError(
            f"{where}: the parameter {node.target.id} needs a default and a type that is one of "
            f"{', '.join(_KINDS)}; it says {ast.unparse(node)!r}"
        )
    low, high = _parse_range(text)
    choices = _CHOICES.search(text)
    words = tuple(word.strip() for word in choices[1].split("|")) if choices else ()
    return Parameter(node.target.id, kind, ast.literal_eval(node.value), text, low, high, words)


def _parse_range(text: str) -> tuple[float | None, float | None]:
    found = _RANGE.search(text)
    if not found:
        return None, None
    low, high = (float(end.replace(",", "").replace("_", "")) for end in found.groups())
    return low, high


def parse_assignments(texts: Sequence[str]) -> dict[str, str]:
    """Split ``name=value`` texts of the command line.

    Examples
    --------
    >>> parse_assignments(["margin=0.3", "title=a=b"])
    {'margin': '0.3', 'title': 'a=b'}
    """
    given: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise InputError(f"a parameter is given as name=value, got {text!r}")
        if name.strip() in given:
            raise InputError(f"the parameter {name.strip()!r} is given twice; give it once")
        given[name.strip()] = value.strip()
    return given


def convert(parameter: Parameter, text: str, folder: Path = Path()) -> Any:
    """Turn a text of the command line into the parameter's type, and check what is allowed.

    A file is seen from ``folder`` and given as a whole path: a notebook runs elsewhere.

    Raises
    ------
    InputError : it is of another type, outside the range, not among the choices, or no file.

    Examples
    --------
    >>> horizon = Parameter("horizon_weeks", "int", 52, low=1, high=520)
    >>> convert(horizon, "26")
    26
    >>> convert(horizon, "-3")
    Traceback (most recent call last):
    ...
    crm_analysis.errors.InputError: parameter horizon_weeks must be a whole number from 1 to 520, got '-3'
    """  # noqa: E501 - the line is the message under test
    if parameter.is_file and text:
        return _found(folder / Path(text).expanduser(), parameter.name, text)
    value = _read(parameter.kind, text)
    if value is None or not _is_allowed(parameter, value):
        raise InputError(f"parameter {parameter.name} must be {parameter.allowed}, got {text!r}")
    return value


def _found(path: Path, name: str, text: str) -> str:
    if not path.is_file():
        where = path.absolute().parent
        raise InputError(f"parameter {name} must be a file, got {text!r}: there is none in {where}")
    return str(path.resolve())


def _read(kind: str, text: str) -> Any:
    """Read a text as ``kind``; None where it can't be."""
    if kind == "bool":
        return _TRUTH.get(text.lower())
    if kind == "str":
        return text
    try:
        value = int(text) if kind == "int" else float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _is_allowed(parameter: Parameter, value: Any) -> bool:
    if parameter.choices:
        return value in parameter.choices
    return parameter.low is None or parameter.low <= value <= parameter.high


def resolve(
    given: Mapping[str, str],
    of_chapters: Mapping[str, Sequence[Parameter]],
    reserved: Mapping[str, str] | None = None,
    folder: Path = Path(),
) -> dict[str, dict[str, Any]]:
    """Give each chapter those of the ``given`` texts that it knows, converted and checked.

    Parameters
    ----------
    given : texts of the command line by parameter.
    of_chapters : the parameters of each chapter by its slug.
    reserved : parameters that the run itself sets, each with what to use instead.
    folder : from where files are seen; by default where the command was started.

    Raises
    ------
    InputError : a name no chapter knows, one that is reserved, or a value that isn't allowed.
    """
    reserved = reserved or {}
    known = {p.name for parameters in of_chapters.values() for p in parameters} - set(reserved)
    for name in given:
        if name in reserved:
            raise InputError(f"parameter {name!r} is set by the run itself: use {reserved[name]}")
        if name not in known:
            raise unknown_name("parameter", name, sorted(known))
    return {
        slug: {p.name: convert(p, given[p.name], folder) for p in parameters if p.name in given}
        for slug, parameters in of_chapters.items()
    }
