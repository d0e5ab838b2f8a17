"""What the chapter concludes, in sentences that the data write."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from crm_analysis.findings import Finding
from crm_analysis.formats import count, money, percent
from crm_analysis.optional import NotShown
from crm_analysis.segmentation.profile import segment_profile
from crm_analysis.segmentation.segments import AT_RISK, CANT_LOSE, HIBERNATING, LOST

if TYPE_CHECKING:
    from IPython.display import Markdown

__all__ = ["findings", "statement"]

_SLIPPING = [AT_RISK, CANT_LOSE]
_GONE = [*_SLIPPING, HIBERNATING, LOST]
# From here on two rankings agree so far that the second says little of its own.
_NEARLY_THE_SAME = 0.9


def findings(
    customers: pd.DataFrame,
    segments: pd.Series,
    cells: pd.DataFrame | NotShown,
    currency: str = "",
    under_earlier_cuts: pd.Series | None = None,
) -> list[Finding]:
    """Say who brings the revenue, who is slipping away, and where the names mislead.

    Parameters
    ----------
    customers : a row per customer, indexed by customer_id, with recency, T, orders, revenue.
    segments : each customer's segment; what speaks of the eleven names is left out where a
        grid of your own has none of them.
    cells : each customer's stage and loyalty in the life cycle; where it couldn't be found,
        what compares with it is left out.
    currency : ISO code of the revenue.
    under_earlier_cuts : the segments that the same customers get by cut-offs learned earlier.
    """
    profile = segment_profile(customers, segments)
    said = [_largest(profile, currency), _one_order(customers, cells)]
    if profile.index.isin(_SLIPPING).any():
        said.append(_slipping(profile, currency))
    if profile.index.isin(_GONE).any() and not isinstance(cells, NotShown):
        said.append(_names_against_gaps(segments, cells))
    behaviour = customers[["orders", "revenue"]]
    if (behaviour.max() > behaviour.min()).all():
        said.append(_frequency_and_money(customers))
    if under_earlier_cuts is not None:
        said.append(_cuts_move(segments, under_earlier_cuts))
    return said


def statement(found: Sequence[Finding], name: str) -> "Markdown":
    """Show one finding's sentence beside the figure that it speaks of; nothing where it's absent.

    Examples
    --------
    >>> found = [Finding("share", "Half of them.", "counted", "Act.")]
    >>> statement(found, "share").data, statement(found, "other").data
    ('**Half of them.**', '')
    """
    from IPython.display import Markdown

    return Markdown(
        "".join(f"**{finding.statement}**" for finding in found if finding.name == name)
    )


def _largest(profile: pd.DataFrame, currency: str) -> Finding:
    top, name = profile.iloc[0], profile.index[0]
    share = "" if pd.isna(top["share_of_revenue"]) else f", {percent(top['share_of_revenue'])}"
    return Finding(
        "largest_segment",
        f"The segment that brought most is {name}: {_people(top['customers'])} "
        f"({percent(top['share_of_customers'])}) with {money(top['revenue'], currency)}{share} "
        "of all revenue so far.",
        "counted",
        "Most of what was earned came from customers who have gone quiet: find out why before "
        "anything is spent on new ones."
        if name in _GONE
        else f"Look after {name} first and without discounts: here is the revenue to lose.",
    )


def _one_order(customers: pd.DataFrame, cells: pd.DataFrame | NotShown) -> Finding:
    once = customers["orders"] == 1
    if not once.any():
        return Finding(
            "one_order_only",
            "Every customer has ordered more than once.",
            "counted",
            "The second order needs no campaign here: look at who falls silent after it.",
        )
    silent = "."
    if not isinstance(cells, NotShown):
        lost = (cells["stage"].reindex(customers.index)[once] == "lost").sum()
        part = "all" if lost == once.sum() else f"{count(lost)}"
        silent = (
            f"; {part} of these {count(once.sum())} have been silent for longer than the limit for "
            "lost."
        )
    return Finding(
        "one_order_only",
        f"{percent(once.mean())} of customers have ordered once{silent}",
        "counted",
        "Earn the second order while the first is fresh; a win-back of the long silent comes "
        "after it, in effort and in budget.",
    )


def _slipping(profile: pd.DataFrame, currency: str) -> Finding:
    rows = profile[profile.index.isin(_SLIPPING)].sum()
    names = " and ".join(name for name in _SLIPPING if name in profile.index)
    return Finding(
        "slipping_away",
        f"{names}: {_people(rows['customers'])} "
        f"({percent(rows['share_of_customers'], 1)}) who bought often have gone quiet; they "
        f"brought {money(rows['revenue'], currency)} so far.",
        "counted",
        "Ask a sample of them by telephone what went wrong before any offer goes out, and keep "
        "a control group: what they brought is past, only a test shows what can be won back.",
    )


def _names_against_gaps(segments: pd.Series, cells: pd.DataFrame) -> Finding:
    still_here = ~segments.isin(_GONE)
    lost = (cells["stage"].reindex(segments.index)[still_here] == "lost").mean()
    lost = 0.0 if pd.isna(lost) else lost
    return Finding(
        "names_against_gaps",
        f"Of the {_people(still_here.sum())} whose segment's name says that they are "
        f"still there, {percent(lost)} have been silent for longer than the limit for lost.",
        "counted",
        "Names compare customers with each other, gaps compare them with how this company's "
        "customers buy: where the two disagree, plan contacts by the life cycle.",
    )


def _frequency_and_money(customers: pd.DataFrame) -> Finding:
    alike = customers["orders"].rank().corr(customers["revenue"].rank())
    verdict = "says little that F doesn't" if alike >= _NEARLY_THE_SAME else "adds to what F says"
    follows = (
        "Two dimensions are enough here: keep to recency and frequency."
        if alike >= _NEARLY_THE_SAME
        else "Use the grid with FM where large orders are rare and worth a person's time."
    )
    return Finding(
        "frequency_and_money",
        f"Orders and revenue rank customers alike to {alike:.2f} (Spearman; 1 is the same "
        f"order): M {verdict}.",
        "counted",
        follows,
    )


def _cuts_move(segments: pd.Series, under_earlier_cuts: pd.Series) -> Finding:
    moved = (under_earlier_cuts.reindex(segments.index) != segments).mean()
    return Finding(
        "cuts_move",
        f"{percent(moved)} of customers get another name when the same behaviour is scored by "
        "the cut-offs learned at the earlier day.",
        "counted",
        "Keep one set of cut-offs for as long as segments are compared from month to month, and "
        "renew it at a date that everybody knows.",
    )


def _people(number: float) -> str:
    return f"{count(number)} {'customer' if number == 1 else 'customers'}"
