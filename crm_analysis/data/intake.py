"""What was read of each table, how much of it is used, and why the rest isn't."""

import pandas as pd

from crm_analysis.data.company import REJECTED_COLUMNS, Company

__all__ = ["first_rows", "intake", "kept_apart", "reasons"]

_BECAME = {"rejected": "rejected", "set_aside": "set aside", "flagged": "flagged"}


def intake(company: Company) -> pd.DataFrame:
    """Count the rows of each table: accepted + rejected + set aside = read.

    Returns
    -------
    Frame by table: read, accepted, rejected, set_aside, flagged (rows; flagged ones are accepted),
    rejected_share (of those read, 0..1).

    Examples
    --------
    >>> lines = pd.DataFrame({"customer_id": ["A"], "date": [pd.Timestamp("2026-01-01")],
    ...                       "amount": [1.0]})
    >>> company = Company("x", "X", as_of=pd.Timestamp("2026-01-31"), transactions=lines)
    >>> intake(company).loc["transactions"].tolist()
    [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    """
    names = [*company.tables, *(name for name in company.read if name not in company.tables)]
    counts = pd.DataFrame(index=pd.Index(names, name="table", dtype="str"))
    counts["accepted"] = [len(company.tables.get(name, ())) for name in names]
    for name in _BECAME:
        rows = getattr(company, name)["table"].value_counts()
        counts[name] = rows.reindex(counts.index, fill_value=0).astype("int64")
    counts.insert(0, "read", counts[["accepted", "rejected", "set_aside"]].sum(axis=1))
    counts["rejected_share"] = counts["rejected"] / counts["read"]
    return counts


def kept_apart(company: Company) -> pd.DataFrame:
    """Return every row that was rejected, set aside or flagged.

    Returns
    -------
    Frame: table, file, line (the header being line 1), became ("rejected", "set aside" or
    "flagged", which is accepted but deserves a look), reason, row (its fields as text, none that
    names a person).
    """
    parts = [getattr(company, name).assign(became=said) for name, said in _BECAME.items()]
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    columns = [*REJECTED_COLUMNS]
    columns.insert(columns.index("reason"), "became")
    return rows[columns]


def reasons(company: Company) -> pd.DataFrame:
    """Count the rows that were kept apart by table and reason, the most frequent first.

    Returns
    -------
    Frame: table, became, reason, rows, first_line (of the file, the header being line 1).
    """
    keys = ["table", "became", "reason"]
    found = kept_apart(company).groupby(keys, as_index=False, sort=True)
    counts = found.agg(rows=("line", "size"), first_line=("line", "min"))
    return counts.sort_values("rows", ascending=False, kind="stable", ignore_index=True)


def first_rows(company: Company, n: int = 3) -> pd.DataFrame:
    """Return the first rows of each table and reason, in the order of ``reasons``.

    Returns
    -------
    Frame as of ``kept_apart``.
    """
    order = reasons(company)[["table", "became", "reason"]]
    firsts = kept_apart(company).groupby(["table", "became", "reason"], sort=False).head(n)
    return order.merge(firsts, how="left")[[*kept_apart(company).columns]]
