"""What was read of each table, how much of it is used, and why the rest isn't."""

import pandas as pd

from crm_analysis.data.company import Company

__all__ = ["intake", "rejection_reasons"]


def intake(company: Company) -> pd.DataFrame:
    """Count the rows of each table: read, accepted, rejected.

    Returns
    -------
    Frame by table: read, accepted, rejected (rows), rejected_share (of those read, 0..1).

    Examples
    --------
    >>> lines = pd.DataFrame({"customer_id": ["A"], "date": [pd.Timestamp("2026-01-01")],
    ...                       "amount": [1.0]})
    >>> company = Company("x", "X", as_of=pd.Timestamp("2026-01-31"), transactions=lines)
    >>> intake(company).loc["transactions"].tolist()
    [1.0, 1.0, 0.0, 0.0]
    """
    rejected = company.rejected["table"].value_counts()
    names = [*company.tables, *(name for name in company.read if name not in company.tables)]
    counts = pd.DataFrame(index=pd.Index(names, name="table", dtype="str"))
    counts["accepted"] = [len(company.tables.get(name, ())) for name in names]
    counts["rejected"] = rejected.reindex(counts.index, fill_value=0).astype("int64")
    counts.insert(0, "read", counts["accepted"] + counts["rejected"])
    counts["rejected_share"] = counts["rejected"] / counts["read"]
    return counts


def rejection_reasons(company: Company) -> pd.DataFrame:
    """Count the rejected rows by table and reason, the most frequent first.

    Returns
    -------
    Frame: table, reason, rows, first_line (of the file, the header being line 1).
    """
    found = company.rejected.groupby(["table", "reason"], as_index=False, sort=True)
    counts = found.agg(rows=("line", "size"), first_line=("line", "min"))
    return counts.sort_values("rows", ascending=False, kind="stable", ignore_index=True)
