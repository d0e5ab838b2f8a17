"""What a folder of files looks like: which file is which table, which header is which column.

Nothing is asked. What can't be decided from the files is kept as a choice that a person makes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crm_analysis.data.parsing import parse_dates, parse_numbers
from crm_analysis.data.reading import SUFFIXES, WORKBOOKS, RawTable, read_table, sheet_names
from crm_analysis.data.recognition import recognise, recognise_columns
from crm_analysis.data.seen_currency import SeenCurrency, see_currency
from crm_analysis.data.survey_heads import with_one_header
from crm_analysis.data.tables import TABLES, Table
from crm_analysis.errors import InputError

__all__ = ["Draft", "DraftTable", "look_at"]

# How form tools number the answers of a wide survey.
_ANSWERS = re.compile(r"(E|P|IMP|SAT)[_ -]?\d+", re.IGNORECASE)
# Parts of file names that tell what a file is for, where its headers leave it open.
_NAMES = {
    "transactions": ("transaction", "order", "sale", "invoice", "purchase", "umsatz", "bestell",
                     "订单", "交易", "销售"),
    "profiles": ("profile", "customer", "client", "member", "household", "kunden", "客户", "会员"),
    "survey": ("survey", "questionnaire", "servqual", "umfrage", "问卷"),
    "kano": ("kano",),
    "outcomes": ("outcome", "nps"),
    "prices": ("price",),
    "contacts": ("contact", "campaign", "mailing", "letter", "营销"),
    "interactions": ("interaction", "complaint", "ticket", "return", "投诉"),
    "deals": ("deal", "opportunit", "pipeline", "商机"),
    "traffic": ("traffic", "visit", "footfall"),
    "subscriptions": ("subscription", "contract", "abonn"),
    "programme": ("programme", "program", "point", "loyalty", "积分"),
    "crm_costs": ("crm_cost", "cost"),
}  # fmt: skip


@dataclass(frozen=True)
class DraftTable:
    """A file that looks like a table.

    Parameters
    ----------
    table : which one.
    path, sheet : where it is; the sheet where a workbook has several.
    rows : how many.
    found : our column → the file's header.
    undecided : our column → the headers that could be it.
    unused : headers that aren't any of our columns.
    derived : our columns that the recipe of a known export makes of others.
    notes : the export that it was recognised as, and what else was done to the file.
    is_wide : whether it is a survey with a column for each question.
    dates, numbers : why the dates or the numbers can't be read unless a person decides.
    """

    table: Table
    path: Path
    sheet: str | None
    rows: int
    found: dict[str, str]
    undecided: dict[str, list[str]]
    unused: tuple[str, ...]
    derived: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_wide: bool = False
    dates: str = ""
    numbers: str = ""

    @property
    def is_decided(self) -> bool:
        """Whether it can be loaded as it is."""
        return not (self.undecided or self.dates or self.numbers)


@dataclass(frozen=True)
class Draft:
    """A folder as it was seen.

    Parameters
    ----------
    folder : which one.
    tables : the files that look like tables, in the order of ours.
    others : files that don't, with the reason.
    codebook : that of the survey.
    currency : what was seen of it.
    """

    folder: Path
    tables: tuple[DraftTable, ...]
    others: tuple[tuple[str, str], ...]
    codebook: Path | None = None
    currency: SeenCurrency | None = None


def look_at(folder: str | Path) -> Draft:
    """Look at the files of a folder.

    Raises
    ------
    InputError : there is no such folder, or no file in it looks like a table.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"there is no folder {str(folder)!r}")
    codebook, seen, others = None, [], []
    for path, sheet in _candidates(folder):
        if "codebook" in path.stem.lower():
            codebook = path
            continue
        try:
            raw = read_table(path, sheet=sheet)
            seen.append((_score(draft := _draft(raw, path, sheet), path), draft, raw))
        except InputError as error:
            others.append((f"{path.name}#{sheet}" if sheet else path.name, str(error)))
    tables, currency = _one_each(seen, others)
    if not tables:
        why = "; ".join(f"{name}: {reason}" for name, reason in others[:3])
        raise InputError(
            f"no file in {folder} looks like one of the tables {', '.join(TABLES)}"
            f"{f' ({why})' if why else ''}; readable are {', '.join(SUFFIXES[:6])} and others"
        )
    return Draft(folder, tuple(tables), tuple(others), codebook, currency)


def _candidates(folder: Path) -> Iterator[tuple[Path, str | None]]:
    """Yield the files that can be read, each filled sheet of a workbook on its own."""
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.name.startswith((".", "~$")):
            continue
        is_schema = path.name.endswith(".schema.json")  # as init writes one
        if not path.name.lower().endswith(SUFFIXES) or is_schema:
            continue
        sheets = _sheets(path) if path.suffix.lower() in WORKBOOKS else []
        yield from ((path, sheet) for sheet in (sheets if len(sheets) > 1 else [None]))


def _sheets(path: Path) -> list[str]:
    try:
        return sheet_names(path)
    except (InputError, OSError):
        return []  # reading it will say why


def _one_each(
    seen: Sequence[tuple[tuple, DraftTable, RawTable]], others: list[tuple[str, str]]
) -> tuple[list[DraftTable], SeenCurrency | None]:
    """Keep the file that looks most like each table; the currency is that of any."""
    best: dict[str, DraftTable] = {}
    for _, draft, _ in sorted(seen, key=lambda entry: entry[0], reverse=True):
        name = draft.table.name
        if name in best:
            reason = f"looks like {name} too, as {best[name].path.name} does; one file is a table"
            others.append((draft.path.name, reason))
        else:
            best[name] = draft
    kept = [best[name] for name in TABLES if name in best]
    found = (see_currency(raw, draft) for _, draft, raw in seen if draft in kept)
    return kept, next((currency for currency in found if currency), None)


def _draft(raw: RawTable, path: Path, sheet: str | None) -> DraftTable:
    """Say which table a file looks like most."""
    fits = [draft for table in TABLES.values() if (draft := _as(table, raw, path, sheet))]
    if not fits and (named := _by_name(raw, path, sheet)):
        return named
    if not fits:
        raise InputError(f"no table has columns such as {', '.join(list(raw.rows.columns)[:6])}")
    return max(fits, key=lambda draft: _score(draft, path))


def _score(draft: DraftTable, path: Path) -> tuple[bool, bool, int, int]:
    name, told = draft.table.name, f"{path.stem} {draft.sheet or ''}".lower()
    columns = len(draft.found) + len(draft.derived) + len(draft.undecided)
    is_named = name in (path.name.partition(".")[0], draft.sheet)
    hinted = any(part in told for part in _NAMES[name])
    return is_named, hinted, len(draft.table.required), columns


def _by_name(raw: RawTable, path: Path, sheet: str | None) -> DraftTable | None:
    """Return a file seen as the table that it's called after, its columns being open."""
    for table in TABLES.values():
        draft = DraftTable(table, path, sheet, raw.read, {}, {}, ())
        if any(_score(draft, path)[:2]):
            return _as(table, raw, path, sheet, is_open=True)
    return None


def _as(
    table: Table, raw: RawTable, path: Path, sheet: str | None, *, is_open: bool = False
) -> DraftTable | None:
    """Return a file seen as a table, if it has the columns that this one needs or they're open."""
    if table.name == "survey":
        raw, _ = with_one_header(raw)
    heads = list(raw.rows.columns)
    raw, found, undecided = _columns(table, raw)
    lacking = [name for name in table.required if name not in found and name not in undecided]
    is_wide = table.name == "survey" and _is_wide(raw)
    if lacking and not (is_open or is_wide):
        return None
    if lacking and not is_wide:
        free = [head for head in raw.rows.columns if head not in found.values()]
        undecided |= dict.fromkeys(lacking, free)
    derived = tuple(name for name, head in found.items() if head not in heads)
    of_file = {name: head for name, head in found.items() if head in heads}
    draft = DraftTable(
        table, path, sheet, raw.read, of_file, undecided, (), derived, raw.notes,
        bool(lacking) and is_wide,
    )  # fmt: skip
    if table.name == "profiles" and not any(_score(draft, path)[:2]) and not _is_key(raw, found):
        # Whatever has customers could be a profile, but for having them twice.
        return None
    taken = {*found.values(), *(head for heads in undecided.values() for head in heads)}
    unused = tuple(head for head in heads if head not in taken)
    kinds = {kind: _troubles(table, raw, found, kind) for kind in ("date", "number")}
    return replace(draft, unused=unused, dates=kinds["date"], numbers=kinds["number"])


def _is_wide(raw: RawTable) -> bool:
    """Tell whether a survey has a column for each question."""
    return sum(bool(_ANSWERS.fullmatch(head.strip())) for head in raw.rows.columns) > 1


def _is_key(raw: RawTable, found: dict[str, str]) -> bool:
    return "customer_id" in found and raw.rows[found["customer_id"]].is_unique


def _columns(table: Table, raw: RawTable) -> tuple[RawTable, dict[str, str], dict[str, list[str]]]:
    """Recognise the columns as a load would, or else each on its own.

    So that one which is open leaves the others settled.
    """
    try:
        return *recognise(raw, table, {}), {}
    except InputError:
        pass
    headers = list(raw.rows.columns)
    found: dict[str, str] = {}
    undecided: dict[str, list[str]] = {}
    for column in table.columns:
        alone = replace(table, columns=(replace(column, required=False),))
        try:
            found |= recognise_columns(headers, alone, {}, file=raw.file)
        except InputError:
            undecided[column.name] = [
                head for head in headers if recognise_columns([head], alone, {}, file=raw.file)
            ]
    return raw, found, undecided


def _troubles(table: Table, raw: RawTable, found: dict[str, str], kind: str) -> str:
    """Say why a column's dates or numbers can't be read; "" where all can."""
    kinds = {"date"} if kind == "date" else {"amount", "number", "integer"}
    read = parse_dates if kind == "date" else parse_numbers
    for column in table.columns:
        if column.name in found and column.kind in kinds:
            try:
                read(raw.rows[found[column.name]], what=column.name)
            except InputError as error:
                return re.sub(r"\s+", " ", str(error))
    return ""
