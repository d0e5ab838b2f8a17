"""What customers leave after costs: margin, cost to serve, contribution, and lifetime value."""

from collections.abc import Sequence
from contextlib import suppress

import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.errors import InsufficientData
from crm_analysis.segmentation.pyramid import GRADES, customer_pyramid, with_margin

__all__ = ["cost_to_serve", "regraded", "with_costs"]


def cost_to_serve(
    customers: pd.Index, *tables: pd.DataFrame | None, as_of: pd.Timestamp
) -> pd.Series:
    """Sum what contacts and complaints of each customer cost the company.

    Parameters
    ----------
    customers : their ids; whoever isn't in any table cost nothing to serve.
    tables : with customer_id, date and cost in money, such as interactions and contacts; one
        that isn't there, has no cost or lacks it in a row isn't counted, since it would make
        customers look cheap.
    as_of : the last day that counts.

    Returns
    -------
    Series ``cost_to_serve`` by customer_id, in money.

    Raises
    ------
    InsufficientData : no table holds the cost of each of its rows.

    Examples
    --------
    >>> calls = pd.DataFrame({"customer_id": ["Bo"], "date": pd.Timestamp("2026-01-01"), "cost": 4})
    >>> cost_to_serve(pd.Index(["Ann", "Bo"]), calls, None, as_of=pd.Timestamp("2026-02-01"))
    Ann    0.0
    Bo     4.0
    Name: cost_to_serve, dtype: float64
    """
    known = [_costs(table, as_of) for table in tables if table is not None and "cost" in table]
    known = [costs for costs in known if costs["cost"].notna().all() and len(costs)]
    if not known:
        have = "no tables of contacts or interactions with the cost of each row"
        raise InsufficientData("the cost to serve", have, "at least one")
    total = pd.concat(known).groupby("customer_id")["cost"].sum()
    return total.reindex(customers, fill_value=0.0).astype(float).rename("cost_to_serve")


def _costs(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    check_columns(table, ["customer_id", "date", "cost"], table="contacts or interactions")
    return table.loc[table["date"].dt.normalize() <= as_of, ["customer_id", "cost"]]


def with_costs(
    customers: pd.DataFrame,
    transactions: pd.DataFrame,
    *tables: pd.DataFrame | None,
    as_of: pd.Timestamp,
    values: pd.Series | None = None,
) -> pd.DataFrame:
    """Add to each customer what is known of costs and of the value to come.

    Parameters
    ----------
    customers : a row per customer, indexed by customer_id.
    transactions : customer_id, date, amount, [cost].
    tables : interactions and contacts, as in ``cost_to_serve``.
    as_of : the last day that counts.
    values : lifetime value by customer_id, as ``read_values`` gives it; whoever isn't in it is
        taken to bring nothing more.

    Returns
    -------
    The customers with margin (where each line has a cost), cost_to_serve (where a table has it
    in each row), contribution (margin less cost to serve, where both are known) and value (where
    it was given), all in money.

    Examples
    --------
    >>> customers = pd.DataFrame({"revenue": [9.0]}, index=["Bo"])
    >>> day = pd.Timestamp("2026-10-31")
    >>> lines = pd.DataFrame({"customer_id": ["Bo"], "date": day, "amount": 9.0, "cost": 6.0})
    >>> calls = pd.DataFrame({"customer_id": ["Bo"], "date": day, "cost": 1.0})
    >>> with_costs(customers, lines, calls, as_of=day).to_dict("records")
    [{'revenue': 9.0, 'margin': 3.0, 'cost_to_serve': 1.0, 'contribution': 2.0}]
    """
    found = with_margin(customers, transactions, as_of)
    with suppress(InsufficientData):
        found = found.join(cost_to_serve(customers.index, *tables, as_of=as_of))
    if {"margin", "cost_to_serve"} <= set(found):
        found = found.assign(contribution=found["margin"] - found["cost_to_serve"])
    if values is not None:
        found = found.assign(value=values.reindex(found.index, fill_value=0.0))
    return found


def regraded(
    customers: pd.DataFrame, by: str | None = None, names: Sequence[str] = GRADES
) -> pd.DataFrame:
    """Count who has which grade by revenue (rows) and by what is left after costs (columns).

    Parameters
    ----------
    customers : a row per customer with revenue and the column ``by``.
    by : "contribution" or "margin"; by default the first of them that is known.
    names : grades, the best first.

    Raises
    ------
    InsufficientData : the column isn't there, since costs aren't known.

    Examples
    --------
    >>> customers = pd.DataFrame({"revenue": [9.0, 8.0], "margin": [0.5, 4.0]})
    >>> regraded(customers, "margin").loc["small", "VIP"]
    np.int64(1)
    """
    known = [name for name in ("contribution", "margin") if name in customers]
    by = by or next(iter(known), "contribution")
    if by not in known:
        have = f"no costs from which the {by} follows"
        raise InsufficientData(f"a grade by {by}", have, "the cost of each line")
    rows, columns = customer_pyramid(customers), customer_pyramid(customers, by=by)
    table = pd.crosstab(rows, columns).reindex(index=names, columns=names, fill_value=0)
    return table.rename_axis(index="by revenue", columns=f"by {by}")
