"""Import files: scored customers under the column names that a CRM system maps by itself."""

import pandas as pd

from crm_analysis.checks import check_columns
from crm_analysis.errors import InputError, unknown_name
from crm_analysis.outputs import as_text

__all__ = ["SYSTEMS", "import_file"]

# Our column, its head in Zoho CRM, its head in 纷享销客. Names of people are left out on purpose:
# an update that carries them would overwrite what the system holds.
_COLUMNS = (
    ("customer_id", "Customer ID", "客户编号"),
    ("grade", "Customer Grade", "客户级别"),
    ("segment", "Customer Segment", "客户分群"),
    ("rfm", "RFM Score", "RFM得分"),
    ("stage", "Life Cycle Stage", "生命周期阶段"),
    ("loyalty", "Loyalty Level", "忠诚度"),
    ("cluster", "Behaviour Cluster", "行为分组"),
    ("orders", "Number of Orders", "订单数"),
    ("revenue", "Total Revenue", "累计消费金额"),
    ("days_since_last", "Days Since Last Order", "距上次购买天数"),
    ("next_step", "Next Step", "下一步行动"),
)
_HEADS = {
    "zoho": {ours: zoho for ours, zoho, _ in _COLUMNS},
    "fxiaoke": {ours: fxiaoke for ours, _, fxiaoke in _COLUMNS},
}
SYSTEMS = tuple(_HEADS)
_CHINESE = {
    "grade": {"VIP": "VIP客户", "major": "主要客户", "ordinary": "普通客户", "small": "小客户"},
    "stage": {"active": "活跃", "silent": "沉默", "dormant": "沉睡", "lost": "流失"},
    "loyalty": {
        "new": "新客户",
        "second-time": "二次客户",
        "regular": "老客户",
        "fan": "粉丝",
    },
}


def import_file(scored: pd.DataFrame, system: str) -> pd.DataFrame:
    """Lay scored customers out as a file that updates the customers of a CRM system.

    Import it as an update of existing records, matched by the first column. In Zoho CRM that
    takes a field "Customer ID" marked as unique in the module (Contacts or Accounts); in
    纷享销客 客户编号 belongs to every customer. The other columns are fields of your own: created
    once under these very names, they are mapped by themselves at each import. Values that
    would begin a spreadsheet formula are made text.

    Parameters
    ----------
    scored : customer_id (as index or column) and any of grade, segment, rfm, stage, loyalty,
        cluster, orders, revenue (money), days_since_last, next_step; other columns are left out.
    system : "zoho", or "fxiaoke" (纷享销客; grades and stages in Chinese).

    Returns
    -------
    Frame with one row per customer under the system's column names.

    Raises
    ------
    InputError : there is no such system, a customer stands twice, or there is nothing to import.
    ValueError : customer_id is missing.

    References
    ----------
    Zoho, "Import", https://help.zoho.com/portal/kb/articles/how-are-duplicate-records-identified-during-import.

    Examples
    --------
    >>> scored = pd.DataFrame({"customer_id": ["7"], "grade": ["VIP"], "rfm": ["555"]})
    >>> import_file(scored, "fxiaoke").to_dict("records")
    [{'客户编号': '7', '客户级别': 'VIP客户', 'RFM得分': '555'}]
    """
    if system not in _HEADS:
        raise unknown_name("system", system, SYSTEMS)
    table = scored.reset_index() if scored.index.name == "customer_id" else scored
    check_columns(table, ["customer_id"], table="scored")
    ids = table["customer_id"]
    twice = ids.duplicated()
    if twice.any():
        raise InputError(
            f"an import file has one row per customer, got several for {ids[twice].iloc[0]!r}"
        )
    columns = [ours for ours in _HEADS[system] if ours in table.columns]
    if len(columns) < 2:
        raise InputError(f"scored holds nothing to import: need one of {', '.join(_HEADS[system])}")
    words = _CHINESE if system == "fxiaoke" else {}
    shown = (
        table[columns]
        .pipe(_whole)
        .replace({name: words[name] for name in words if name in columns})
    )
    return as_text(shown).rename(columns=_HEADS[system])


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    """Write days that are whole as whole numbers: a field of that kind refuses 75.0."""
    days = table.get("days_since_last")
    if days is None or not (days % 1 == 0).all():
        return table
    return table.assign(days_since_last=days.astype("int64"))
