"""The plain formula of many textbooks, value = spend × repeats × margin − cost, and its test.

It values what has been. A customer who bought twenty times and left stands above one who has just
begun and will stay, and it has no horizon: the longer the record, the more everybody is "worth".

References
----------
Jain and Singh (2002), "Customer lifetime value research in marketing", Journal of Interactive
Marketing 16(2), 34-46, for the formulas in use and what they leave out.
"""

import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.lifetime_value.metrics import top_share
from crm_analysis.lifetime_value.validation import Validation

__all__ = ["compare_textbook", "textbook_value"]


def textbook_value(
    customers: pd.DataFrame, margin: float, acquisition_cost: float = 0.0
) -> pd.Series:
    """Return spend × repeat purchases × margin − cost of acquisition, by customer.

    Parameters
    ----------
    customers : ``frequency`` and ``monetary_value``; not changed.

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [0, 4], "monetary_value": [0.0, 25.0]})
    >>> textbook_value(customers, margin=0.3, acquisition_cost=5).tolist()
    [-5.0, 25.0]
    """
    check_columns(customers, ["frequency", "monetary_value"], table="customers")
    revenue = customers["frequency"] * customers["monetary_value"]
    return (revenue * margin - acquisition_cost).rename("textbook_value")


def compare_textbook(validation: Validation) -> pd.DataFrame:
    """Rank the customers of the cut by the formula and by the forecast, and see what came.

    Both are in revenue, so that no margin is needed: the formula's spend × repeats, and the
    forecast's purchases times the customer's own spend so far, the mean where there's none.

    Returns
    -------
    frame : a row for ``formula`` and ``forecast``: ``expected`` and ``came`` (revenue),
        ``off`` (share), ``top_10_share`` (of what came, by the tenth ranked highest) and
        ``silent_in_top`` (share of that tenth who bought nothing).
    """
    known = validation.split.customers
    own = known["monetary_value"].where(known["frequency"] > 0)
    spend = own.fillna(own.mean()).fillna(0.0)
    model = validation.predictions.columns[0]
    expected = {
        "formula": textbook_value(known, margin=1.0),
        "forecast": validation.predictions[model] * spend,
    }
    came = known["holdout_revenue"]
    rows = {name: _compare(values, came, known) for name, values in expected.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("value by")


def _compare(expected: pd.Series, came: pd.Series, known: pd.DataFrame) -> dict[str, float]:
    top = expected.nlargest(max(len(expected) // 10, 1)).index
    return {
        "expected": expected.sum(),
        "came": came.sum(),
        "off": expected.sum() / came.sum() - 1 if came.sum() else float("nan"),
        "top_10_share": top_share(came, expected, 0.1),
        "silent_in_top": float((known.loc[top, "holdout_purchases"] == 0).mean()),
    }
