"""How content the groups are: from the customers who were asked to all who weren't."""

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InsufficientData
from crm_analysis.strategy.groups import GROUPS, group_of

__all__ = ["dissatisfaction_by_group"]


def dissatisfaction_by_group(
    groups: pd.DataFrame, *, min_answers: int = 30, confidence: float = 0.9
) -> pd.DataFrame:
    """Estimate how many customers of each group are dissatisfied.

    The groups here are those of worth and life alone, since the satisfaction of most customers
    isn't known. The estimate holds for the whole group only if those who answered are like those
    who didn't.

    Parameters
    ----------
    groups : by customer_id, with worth, life and satisfaction, from ``customer_groups``.
    min_answers : groups with fewer answers are left out.
    confidence : of the Wilson intervals, between 0 and 1.

    Returns
    -------
    By group: customers, asked (answers), dissatisfied (share of them, 0..1), low, high, and
    expected (customers of the group who are dissatisfied), expected_low, expected_high.

    Raises
    ------
    InsufficientData : no group has ``min_answers`` answers.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22(158).
    """
    check_columns(groups, ["worth", "life", "satisfaction"], table="groups")
    check_probability(confidence, name="confidence")
    pairs = groups[["worth", "life"]].drop_duplicates()
    names = {pair: group_of(*pair, "unknown") for pair in pairs.itertuples(index=False, name=None)}
    group = pd.Series(
        [names[pair] for pair in zip(groups["worth"], groups["life"], strict=True)],
        index=groups.index,
        name="group",
    )
    counts = pd.crosstab(group, groups["satisfaction"]).reindex(
        columns=["satisfied", "dissatisfied", "unknown"], fill_value=0
    )
    table = pd.DataFrame(
        {
            "customers": counts.sum(axis=1),
            "asked": counts[["satisfied", "dissatisfied"]].sum(axis=1),
        }
    )
    enough = table["asked"] >= min_answers
    if not enough.any():
        most = int(table["asked"].max()) if len(table) else 0
        need = f"at least {min_answers} answers in a group"
        raise InsufficientData("satisfaction by group", f"at most {most} answers in one", need)
    table, counts = table[enough], counts[enough]
    table["dissatisfied"] = counts["dissatisfied"] / table["asked"]
    table["low"], table["high"] = proportion_confint(
        counts["dissatisfied"], table["asked"], alpha=1 - confidence, method="wilson"
    )
    for column, share in (("", "dissatisfied"), ("_low", "low"), ("_high", "high")):
        table[f"expected{column}"] = table["customers"] * table[share]
    return table.reindex([name for name in GROUPS if name in table.index]).rename_axis("group")
