"""Lines that stand in a file twice: an error where that can't be, a reason to look elsewhere.

Two identical lines may be two purchases: two coffees on one day, each paid by itself. They are a
sure error only where a number or a name says that they are one and the same: an order's number
together with its product, or an order's number where orders have one line each; a message of one
campaign to one customer on one day; a contract. There the second line is rejected. Elsewhere
(interactions, points, costs, order lines that name no product) both count and the second is
flagged; transactions without order numbers are left alone.
"""

from collections.abc import Mapping

import pandas as pd

from crm_analysis.data.tables import Table

__all__ = ["SINGLE", "compared", "repeats", "repeats_are_errors"]

_ERRORS = ("contacts", "subscriptions")
_FLAGGED = ("interactions", "programme", "crm_costs")
_PRODUCTS = ("product_id", "product")
# From this share of orders with a single line on, a line is taken for a whole order.
SINGLE = 0.95


def repeats(rows: pd.DataFrame, table: Table, found: dict[str, str]) -> pd.Series:
    """Tell which lines of a file say the same as an earlier one in each field.

    Parameters
    ----------
    rows : as in the file, with its columns: also those that aren't ours, such as a time of day or
        a line's own number, tell two lines apart.
    found : our name → the file's header.

    Returns
    -------
    True or False by line; all False for tables in which it means nothing.

    Examples
    --------
    >>> from crm_analysis.data.tables import TABLES
    >>> rows = pd.DataFrame({"who": ["A", "A", "A"], "when": ["8:00", "8:00", "9:00"]})
    >>> repeats(rows, TABLES["interactions"], {"customer_id": "who"}).tolist()
    [False, True, False]
    """
    if not compared(table, found):
        return pd.Series(False, index=rows.index)
    # Few lines share their number, customer and amount: only they are compared as a whole.
    keys = [found[name] for name in ("order_id", "customer_id", "date", "amount") if name in found]
    close = rows[rows.duplicated(keys, keep=False)]
    return close.duplicated().reindex(rows.index, fill_value=False)


def compared(table: Table, found: Mapping[str, str]) -> bool:
    """Say whether a repeated line of a table means anything."""
    is_order = table.name == "transactions" and "order_id" in found
    return is_order or table.name in (*_ERRORS, *_FLAGGED)


def repeats_are_errors(frame: pd.DataFrame, table: Table, repeated: pd.Series) -> bool:
    """Say whether a repeated line can only be an error, or may be meant.

    Parameters
    ----------
    frame : the typed rows.
    repeated : which of them are repeats.

    Examples
    --------
    >>> from crm_analysis.data.tables import TABLES
    >>> lines = pd.DataFrame({"order_id": ["1", "1", "2"], "amount": [5.0, 5.0, 7.0]})
    >>> twice = pd.Series([False, True, False])
    >>> repeats_are_errors(lines, TABLES["transactions"], twice)
    True
    """
    if table.name != "transactions":
        return table.name in _ERRORS
    if any(name in frame.columns for name in _PRODUCTS):
        return True
    lines = frame.loc[~repeated, "order_id"].value_counts()
    return len(lines) > 0 and bool((lines == 1).mean() >= SINGLE)
