"""How content the groups are: from the customers who were asked to all who weren't."""

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.data import Company
from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction import latest_wave, satisfaction_by_customer
from crm_analysis.show import Readable, Sentence, say, table
from crm_analysis.strategy.groups import GROUPS, group_of

__all__ = [
    "dissatisfaction_by_group",
    "dissatisfaction_if_known",
    "satisfied_customers",
    "show_dissatisfaction",
]


def satisfied_customers(company: Company, *, dissatisfied_below: float) -> pd.Series | None:
    """Tell for each customer who answered whether content, or None where nobody was asked.

    Parameters
    ----------
    company : with the tables survey or outcomes, or neither; of several waves the latest counts.
    dissatisfied_below : overall satisfaction under which a customer counts as dissatisfied, on
        the survey's scale.

    Returns
    -------
    True or False by customer_id; None where no respondent is known as a customer.
    """
    if company.survey is None and company.outcomes is None:
        return None
    try:
        # How content customers were in earlier waves is no ground to act on now.
        asked = latest_wave(company.survey), latest_wave(company.outcomes)
        answers = satisfaction_by_customer(*asked)
    except InsufficientData:
        return None
    return answers["satisfaction"] >= dissatisfied_below


def dissatisfaction_by_group(
    groups: pd.DataFrame, value: pd.Series, *, min_answers: int = 30, confidence: float = 0.9
) -> pd.DataFrame:
    """Estimate how many customers of each group are dissatisfied, and what they are worth.

    The groups here are those of worth and life alone, since the satisfaction of most customers
    isn't known. The estimate holds for the whole group only if those who answered are like those
    who didn't.

    Parameters
    ----------
    groups : by customer_id, with worth, life and satisfaction, from ``customer_groups``.
    value : by customer_id, the lifetime value (money).
    min_answers : groups with fewer answers are left out.
    confidence : of the Wilson intervals, between 0 and 1.

    Returns
    -------
    By group: customers, asked (answers), dissatisfied (share of them, 0..1) with low and high,
    expected (customers of the group who are dissatisfied), and value_at_risk (what these are
    expected to bring, money) with value_at_risk_low and _high from the interval of the share.

    Raises
    ------
    InsufficientData : no group has ``min_answers`` answers.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22(158).
    """
    check_columns(groups, ["worth", "life", "satisfaction"], table="groups")
    check_probability(confidence, name="confidence")
    told = _by_worth_and_life(groups).assign(value=value)
    answered = told["satisfaction"] != "unknown"
    by_group = told.groupby("group")
    table = pd.DataFrame(
        {
            "customers": by_group.size(),
            "asked": answered.groupby(told["group"]).sum(),
            "no": (told["satisfaction"] == "dissatisfied").groupby(told["group"]).sum(),
            "value": by_group["value"].sum(),
        }
    )
    table = _enough(table, min_answers)
    bounds = proportion_confint(table["no"], table["asked"], alpha=1 - confidence, method="wilson")
    table["dissatisfied"] = table["no"] / table["asked"]
    table["low"], table["high"] = bounds
    table["expected"] = table["customers"] * table["dissatisfied"]
    for end, share in (("", "dissatisfied"), ("_low", "low"), ("_high", "high")):
        table[f"value_at_risk{end}"] = table["value"] * table[share]
    ordered = table.reindex([name for name in GROUPS if name in table.index])
    return ordered.drop(columns=["no", "value"]).rename_axis("group")


def _by_worth_and_life(groups: pd.DataFrame) -> pd.DataFrame:
    pairs = groups[["worth", "life"]].drop_duplicates().itertuples(index=False, name=None)
    names = {pair: group_of(*pair, "unknown") for pair in pairs}
    answers = zip(groups["worth"], groups["life"], strict=True)
    return groups[["satisfaction"]].assign(group=[names[pair] for pair in answers])


def _enough(table: pd.DataFrame, min_answers: int) -> pd.DataFrame:
    enough = table["asked"] >= min_answers
    if not enough.any():
        most = int(table["asked"].max()) if len(table) else 0
        need = f"at least {min_answers} answers in a group"
        raise InsufficientData("satisfaction by group", f"at most {most} answers in one", need)
    return table[enough].copy()


def dissatisfaction_if_known(
    groups: pd.DataFrame, value: pd.Series, *, min_answers: int, confidence: float
) -> pd.DataFrame | None:
    """Return ``dissatisfaction_by_group``, or None where too few were asked for any number."""
    try:
        return dissatisfaction_by_group(
            groups, value, min_answers=min_answers, confidence=confidence
        )
    except InsufficientData:
        return None


def show_dissatisfaction(
    content: pd.DataFrame | None, *, min_answers: int, currency: str
) -> Readable | Sentence:
    """Lay ``dissatisfaction_if_known`` out for reading, or say that it isn't known."""
    if content is None:
        return say(f"No group has {min_answers} customers whose satisfaction is known.")
    return table(
        content.rename(columns={"low": "dissatisfied_low", "high": "dissatisfied_high"}),
        caption="Dissatisfied customers by group, and what these are expected to bring",
        currency=currency,
        percent_columns=["dissatisfied"],
        count_columns=["expected"],
        money_columns=["value_at_risk"],
        intervals=["dissatisfied", "value_at_risk"],
        labels={"expected": "probably", "value_at_risk": "these bring"},
    )
