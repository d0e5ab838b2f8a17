"""Which column of a file is which of ours: told by the person, named alike, or guessed.

The guesses are a table for people to read and to add to. Case, spaces and punctuation don't
count: "Customer ID", "customer_id" and "CustomerID" are the same.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from crm_analysis.data.tables import Table
from crm_analysis.errors import InputError, unknown_name

__all__ = ["GUESSES", "looks_personal", "recognise_columns"]

# Other names under which exports carry our columns; no name may stand for two columns of a table.
GUESSES: dict[str, tuple[str, ...]] = {
    "customer_id": (
        "customer", "customer no", "customer number", "customer code", "client", "client id",
        "user id", "member id", "household id", "buyer id", "cust id",
        "客户编号", "客户id", "客户号", "会员编号", "会员id", "顾客编号", "用户id", "买家id",
    ),
    "date": (
        "order date", "invoice date", "purchase date", "transaction date", "created at", "sent on",
        "日期", "下单日期", "下单时间", "订单日期", "交易日期", "购买日期", "创建时间",
    ),
    "amount": (
        "total", "order total", "total amount", "total price", "order amount", "line total",
        "revenue", "sales", "paid", "金额", "总金额", "订单金额", "实付金额", "支付金额", "销售额",
    ),
    "order_id": (
        "order", "order no", "order number", "invoice", "invoice no", "invoice number",
        "transaction id", "receipt", "订单号", "订单编号", "订单id", "交易号",
    ),
    "product_id": ("product code", "stock code", "sku", "item id", "商品编号", "产品编号"),
    "product": ("product name", "item name", "description", "商品", "商品名称", "产品", "产品名称"),
    "category": ("product category", "类别", "品类", "商品类别", "产品类别"),
    "quantity": ("qty", "units", "number of items", "数量", "购买数量"),
    "unit_price": ("price", "price per item", "单价", "价格"),
    "cost": ("costs", "cost of goods", "成本"),
    "channel": ("sales channel", "渠道", "销售渠道"),
    "store": ("shop", "branch", "outlet", "depot", "门店", "店铺"),
    "salesperson": (
        "sales rep", "seller", "driver", "owner", "销售", "销售人员", "业务员", "配送员",
    ),
    "name": ("customer name", "full name", "姓名", "客户名称", "客户姓名"),
    "acquired_on": (
        "customer since", "registered on", "signup date", "member since", "注册日期", "注册时间",
    ),
    "acquisition_channel": ("acquired through", "获客渠道", "来源"),
    "acquisition_cost": ("cost of acquisition", "获客成本"),
    "birth_year": ("year of birth", "born", "出生年份"),
    "region": ("area", "district", "city", "地区", "区域", "城市"),
    "email": ("mail", "email address", "邮箱", "电子邮件"),
    "phone": ("telephone", "mobile", "phone number", "电话", "手机", "手机号"),
    "updated_on": ("updated at", "last updated", "更新时间"),
    "respondent_id": ("respondent", "respondent no", "response id", "答卷编号", "受访者编号"),
    "item": ("question", "statement", "feature", "题目", "题项"),
    "expectation": ("expected", "期望"),
    "perception": ("perceived", "感知"),
    "importance": ("重要性",),
    "dimension": ("维度",),
    "overall_satisfaction": ("satisfaction", "总体满意度"),
    "recommend": ("nps", "likelihood to recommend", "推荐意愿"),
    "deal_id": ("opportunity", "opportunity id", "商机编号"),
    "group": ("test group", "分组"),
}  # fmt: skip

# Parts of headers under which free attributes of a profile would name a person.
_PERSONAL_PARTS = (
    "firstname", "lastname", "surname", "givenname", "familyname", "fullname", "contactname",
    "email", "phone", "mobile", "address", "street", "iban", "passport", "birthday",
    "dateofbirth", "姓名", "电话", "手机", "地址", "邮箱", "身份证", "微信",
)  # fmt: skip


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def looks_personal(header: str) -> bool:
    """Tell whether a column's header says that it names a person.

    Examples
    --------
    >>> looks_personal("First name"), looks_personal("children")
    (True, False)
    """
    return any(part in _plain(header) for part in _PERSONAL_PARTS)


def recognise_columns(
    headers: Sequence[str], table: Table, told: Mapping[str, str], *, file: str
) -> dict[str, str]:
    """Find which header holds which of the table's columns.

    Parameters
    ----------
    headers : as the file has them.
    told : our name → the file's header; wins over everything else.
    file : name of the file, for messages.

    Returns
    -------
    Our name → the file's header, for each column that is there.

    Raises
    ------
    InputError : a needed column can't be found, two headers claim one column, ``told`` names a
        column or a header that isn't there.

    Examples
    --------
    >>> from crm_analysis.data.tables import TABLES
    >>> headers = ["CustomerID", "InvoiceDate", "Total", "Country"]
    >>> recognise_columns(headers, TABLES["transactions"], {}, file="orders.csv")
    {'customer_id': 'CustomerID', 'date': 'InvoiceDate', 'amount': 'Total'}
    """
    _check_told(headers, table, told, file)
    free = [header for header in headers if header not in told.values()]
    found = {}
    for column in table.columns:
        header = told.get(column.name) or _find(column.name, free, file)
        if header is not None:
            found[column.name] = header
        elif column.required:
            raise InputError(
                f"{file} has no column for {column.name} ({column.meaning}); it has: "
                f"{', '.join(headers)}. Say which it is: --column {column.name}=HEADER"
            )
    return found


def _find(name: str, headers: Sequence[str], file: str) -> str | None:
    """Return the header that is called like our column, or else the one that is guessed."""
    if name in headers:
        return name
    for names in ((name,), GUESSES.get(name, ())):
        plain = {_plain(candidate) for candidate in names}
        claims = [header for header in headers if _plain(header) in plain]
        if len(claims) > 1:
            both = " and ".join(repr(header) for header in claims)
            raise InputError(
                f"{both} of {file} could each be {name}; say which it is: "
                f"--column {name}={claims[0]!r}"
            )
        if claims:
            return claims[0]
    return None


def _check_told(headers, table, told, file):
    for name, header in told.items():
        if name not in [column.name for column in table.columns]:
            raise unknown_name(
                f"column of {table.name}", name, [column.name for column in table.columns]
            )
        if header not in headers:
            close = get_close_matches(header, headers, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise InputError(
                f"{file} has no column {header!r}, which was told for {name}: {hint}"
                f"it has: {', '.join(headers)}"
            )
    twice = sorted({header for header in told.values() if list(told.values()).count(header) > 1})
    if twice:
        raise InputError(f"column {twice[0]!r} of {file} is told for two of ours; it can be one")
