"""Names for the scores: a grid of recency against frequency, each cell with its segment."""

import re

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns, check_values
from crm_analysis.errors import InputError, unknown_name

__all__ = ["AT_RISK", "CANT_LOSE", "EIGHT", "GRIDS", "SEGMENTS", "name_segments", "segment_grid"]

CHAMPIONS, LOYAL, POTENTIAL = "Champions", "Loyal Customers", "Potential Loyalist"
NEW, PROMISING, ATTENTION = "New Customers", "Promising", "Need Attention"
SLEEPY, AT_RISK, CANT_LOSE = "About To Sleep", "At Risk", "Can't Lose Them"
HIBERNATING, LOST = "Hibernating", "Lost"

# The eleven names, from the customers that are closest to those that have gone.
SEGMENTS = (
    CHAMPIONS,
    LOYAL,
    POTENTIAL,
    NEW,
    PROMISING,
    ATTENTION,
    SLEEPY,
    AT_RISK,
    CANT_LOSE,
    HIBERNATING,
    LOST,
)

# segment, r, f
_RF = (
    (CHAMPIONS, "5", "4-5"),
    (LOYAL, "3-4", "4-5"),
    (POTENTIAL, "4-5", "2-3"),
    (NEW, "5", "1"),
    (PROMISING, "4", "1"),
    (ATTENTION, "3", "3"),
    (SLEEPY, "3", "1-2"),
    (AT_RISK, "1-2", "3-4"),
    (CANT_LOSE, "1-2", "5"),
    (HIBERNATING, "2", "1-2"),
    (LOST, "1", "1-2"),
)
# segment, r, fm. The R package rfm documents overlapping ranges for these names; each cell here
# lies within the range of its name there, and Champions hold exactly the same customers.
_RFM = (
    (CHAMPIONS, "4-5", "4-5"),
    (LOYAL, "3", "4-5"),
    (LOYAL, "4-5", "3"),
    (POTENTIAL, "4-5", "2"),
    (NEW, "5", "1"),
    (PROMISING, "4", "1"),
    (ATTENTION, "3", "3"),
    (SLEEPY, "3", "1-2"),
    (AT_RISK, "2", "3-5"),
    (AT_RISK, "1", "3"),
    (CANT_LOSE, "1", "4-5"),
    (HIBERNATING, "2", "1-2"),
    (LOST, "1", "1-2"),
)
# segment, its Chinese name, r, f, m; 2 is the better half.
_BINARY = (
    ("Important Value", "重要价值", "2", "2", "2"),
    ("Important Development", "重要发展", "2", "1", "2"),
    ("Important Retention", "重要保持", "1", "2", "2"),
    ("Important Win-back", "重要挽留", "1", "1", "2"),
    ("General Value", "一般价值", "2", "2", "1"),
    ("General Development", "一般发展", "2", "1", "1"),
    ("General Retention", "一般保持", "1", "2", "1"),
    ("General Win-back", "一般挽留", "1", "1", "1"),
)
# The eight names of binary RFM: important where the customer brings much, general otherwise.
EIGHT = tuple(name for name, *_ in _BINARY)
GRIDS = {
    "rf": pd.DataFrame(_RF, columns=["segment", "r", "f"]),
    "rfm": pd.DataFrame(_RFM, columns=["segment", "r", "fm"]),
    "binary": pd.DataFrame(_BINARY, columns=["segment", "chinese", "r", "f", "m"]),
}

_RANGE = re.compile(r"^\s*([1-9])\s*(?:[-–]\s*([1-9])\s*)?$")
_AXES = ("r", "f", "m", "fm")


def name_segments(scores: pd.DataFrame, grid: str | pd.DataFrame = "rf") -> pd.Series:
    """Name each customer's segment after the cell of a grid that the scores fall in.

    Parameters
    ----------
    scores : frame by customer_id with r, f and, where the grid asks for it, m; whole numbers
        from 1 (worst) to the grid's highest score.
    grid : "rf" (recency against frequency), "rfm" (recency against FM), "binary" (R, F and M in
        halves: eight groups), or a frame of your own with a column ``segment`` and two or more
        of r, f, m and fm, each cell a range of scores such as "4-5" or "3". A name may take
        several rows. "rf" and "rfm" are for five scores, "binary" for two. FM is
        the geometric mean of F and M, rounded down: 4 takes at least 4 in both, which an
        average would grant to 5 and 3.

    Returns
    -------
    Series by customer_id with the segment's name.

    Raises
    ------
    InputError : a cell of the grid has no segment or two; the scores were made with another
        number of bins than the grid has; the grid has no such name.
    ValueError : a column is missing, or a score isn't one of the grid's.

    References
    ----------
    The eleven names are those of the R package rfm, https://rfm.rsquaredacademy.com; the eight
    are those in use in China, from 重要价值 to 一般挽留 (``GRIDS["binary"]`` has both).

    Examples
    --------
    >>> scores = pd.DataFrame({"r": [5, 1, 1], "f": [5, 4, 1], "m": [3, 4, 1]}, index=list("abc"))
    >>> name_segments(scores).tolist()
    ['Champions', 'At Risk', 'Lost']
    >>> name_segments(scores, grid="rfm").tolist()
    ['Loyal Customers', "Can't Lose Them", 'Lost']
    >>> halves = pd.DataFrame({"segment": ["keep", "let go"], "r": ["3-5", "1-2"], "f": "1-5"})
    >>> name_segments(scores, grid=halves).tolist()
    ['keep', 'let go', 'let go']
    """
    table = _named_grid(grid)
    axes = _axes(table)
    cells, names = _fill(table, axes)
    _check_scores(scores, axes, len(cells))
    fm = np.sqrt(scores["f"] * scores["m"]) // 1 if "fm" in axes else None
    places = tuple((fm if a == "fm" else scores[a]).to_numpy(int) - 1 for a in axes)
    return pd.Series(
        np.array(names, dtype=object)[cells[places]],
        index=scores.index,
        name="segment",
        dtype="str",
    )


def segment_grid(grid: str | pd.DataFrame = "rf") -> pd.Series:
    """List every cell of a grid with its segment, indexed by the scores.

    Raises
    ------
    InputError : a cell has no segment or two, or the grid has no such name.

    Examples
    --------
    >>> segment_grid("rf").unstack().loc[5].tolist()
    ['New Customers', 'Potential Loyalist', 'Potential Loyalist', 'Champions', 'Champions']
    """
    table = _named_grid(grid)
    axes = _axes(table)
    cells, names = _fill(table, axes)
    index = pd.MultiIndex.from_product([range(1, len(cells) + 1)] * len(axes), names=axes)
    return pd.Series([names[i] for i in cells.ravel()], index=index, name="segment", dtype="str")


def _named_grid(grid: str | pd.DataFrame) -> pd.DataFrame:
    if isinstance(grid, pd.DataFrame):
        return grid
    if grid not in GRIDS:
        raise unknown_name("grid", grid, GRIDS)
    return GRIDS[grid]


def _axes(table: pd.DataFrame) -> list[str]:
    check_columns(table, ["segment"], table="grid")
    axes = [name for name in _AXES if name in table.columns]
    if not axes:
        raise InputError(f"grid needs a column among {', '.join(_AXES)} beside segment")
    return axes


def _fill(table: pd.DataFrame, axes: list[str]) -> tuple[np.ndarray, list[str]]:
    """Put each cell's segment, as a number, into an array; every cell must get exactly one."""
    ranges = [[_range(row[a], row["segment"]) for a in axes] for row in table.to_dict("records")]
    bins = max((high for row in ranges for _, high in row), default=0)
    names = list(dict.fromkeys(table["segment"].astype(str)))
    cells = np.full((bins,) * len(axes), -1)
    for name, row in zip(table["segment"].astype(str), ranges, strict=True):
        box = tuple(slice(low - 1, high) for low, high in row)
        taken = np.argwhere(cells[box] >= 0)
        if len(taken):
            place = tuple(taken[0] + [low - 1 for low, _ in row])
            other = names[cells[place]]
            raise InputError(f"grid gives {_cell(axes, place)} to both {other!r} and {name!r}")
        cells[box] = names.index(name)
    empty = np.argwhere(cells < 0)
    if not bins or len(empty):
        place = _cell(axes, empty[0]) if bins else "any score"
        raise InputError(f"grid gives no segment to {place}; add a row that holds it")
    return cells, names


def _range(text: object, segment: str) -> tuple[int, int]:
    match = _RANGE.match(str(text))
    low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if low > high:
        raise InputError(
            f'a range of scores is written "4-5" or "3", got {text!r} for segment {segment!r}'
        )
    return low, high


def _cell(axes: list[str], place: np.ndarray | tuple[int, ...]) -> str:
    return ", ".join(f"{axis} = {int(at) + 1}" for axis, at in zip(axes, place, strict=True))


def _check_scores(scores: pd.DataFrame, axes: list[str], bins: int) -> None:
    needed = [a for a in ("r", "f", "m") if a in axes or ("fm" in axes and a != "r")]
    check_columns(scores, needed, table="scores")
    made_with = scores.attrs.get("bins", bins)
    if made_with != bins:
        raise InputError(
            f"the grid has scores from 1 to {bins}, these were made with bins={made_with}; "
            "score with the grid's number or give a grid of your own"
        )
    for name in needed:
        rule = f"a whole number from 1 to {bins}"
        check_values(scores[name], scores[name].isin(range(1, bins + 1)), rule=rule, table="scores")
