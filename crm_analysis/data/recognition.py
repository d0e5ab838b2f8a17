"""Which column of a file is which of ours: told by the person, by a recipe, alike, or guessed.

Recipes are for whole exports (``recipes.toml``). The guesses are a table for people to read and
to add to. Case, spaces and punctuation don't count: "Customer ID", "customer_id" and
"CustomerID" are the same; so is "Amount (EUR)" and "amount".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

import pandas as pd

from crm_analysis.data.derivation import derive, fill_down, left_out, refunded_whole
from crm_analysis.data.numbers import CURRENCIES
from crm_analysis.data.reading.raw import RawTable, broken_rows
from crm_analysis.data.recipes import Recipe, find_header, find_recipe, plain_name
from crm_analysis.data.tables import PERSONAL, Column, Table
from crm_analysis.errors import InputError, unknown_name

__all__ = ["GUESSES", "looks_personal", "named_first", "recognise", "recognise_columns"]

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
    "来自ip",
)  # fmt: skip

# A currency in brackets; not what scales the amount, such as (万元) or (k€).
_IN_CURRENCY = re.compile(rf"(?i)\s*[(（\[]\s*(?:{CURRENCIES})\s*[)）\]]\s*$")
_MOST_NAMED = 20


def named_first(headers: Sequence[str]) -> str:
    """Name headers, of many only the first.

    Examples
    --------
    >>> named_first(["a", "b"]), named_first([str(at) for at in range(1000)])[-25:]
    ('a, b', '17, 18, 19 and 980 others')
    """
    more = len(headers) - _MOST_NAMED
    if more <= 1:
        return ", ".join(headers)
    return f"{', '.join(headers[:_MOST_NAMED])} and {more:,} others"


def looks_personal(header: str) -> bool:
    """Tell whether a column's header says that it names a person.

    Examples
    --------
    >>> looks_personal("First name"), looks_personal("children")
    (True, False)
    """
    return any(part in plain_name(header) for part in _PERSONAL_PARTS)


def recognise(
    raw: RawTable, table: Table, told: Mapping[str, str]
) -> tuple[RawTable, dict[str, str]]:
    """Find which header holds which column, and follow the recipe of an export that is known.

    Parameters
    ----------
    raw : as ``read_table`` gives it; left unchanged.
    told : our name → the file's header; wins over everything else.

    Returns
    -------
    The table with the columns that the recipe derives, without the lines that it leaves out, and
    with notes of both; and our name → header.

    Raises
    ------
    InputError : as ``recognise_columns``; or a derived column's numbers can be read two ways.
    """
    headers = list(raw.rows.columns)
    _check_told(headers, table, told, raw.file)
    raw = _withhold_broken(raw)
    recipe = find_recipe(headers, table.name)
    if recipe is None:
        return raw, recognise_columns(headers, table, told, file=raw.file)
    raw, made = _follow(raw, recipe, told)
    found = recognise_columns(headers, table, told, file=raw.file, made=made)
    return raw, found


def _withhold_broken(raw: RawTable) -> RawTable:
    """Leave away what a broken row says where any of its fields may name a person."""
    if raw.broken.empty or not any(looks_personal(header) for header in raw.rows.columns):
        return raw
    return replace(raw, broken=raw.broken.assign(row="(not shown: it may name a person)"))


def _follow(raw: RawTable, recipe: Recipe, told) -> tuple[RawTable, dict[str, str]]:
    """Return the table as the recipe makes it, and our name → header of what was derived."""
    rows = raw.rows
    if recipe.fill_down:
        rows = fill_down(rows, recipe.fill_down["by"], recipe.fill_down["columns"])
    reasons = left_out(rows, recipe.leave_out)
    back = refunded_whole(replace(raw, rows=rows), recipe.derived.get("amount", {}))
    reasons = reasons.mask(reasons.isna() & back, "refunded whole")
    aside = broken_rows(_shown(rows[reasons.notna()], reasons, recipe))
    raw = replace(raw, rows=rows[reasons.isna()], left_out=aside)
    made = {name: derive(raw, making) for name, making in recipe.derived.items()}
    made = {name: text for name, text in made.items() if text is not None and name not in told}
    names = {name: name if name not in rows else f"{name} (derived)" for name in made}
    raw = replace(
        raw,
        rows=raw.rows.assign(**{names[name]: text for name, text in made.items()}),
        notes=(*raw.notes, *_notes(recipe, names)),
    )
    return raw, names


def _shown(rows: pd.DataFrame, reasons: pd.Series, recipe: Recipe) -> list[tuple[int, str, str]]:
    """Return line, reason and the fields that name nobody, of the lines left out."""
    found = _by_recipe(recipe, list(rows.columns))
    names = {n: h for n, h in found.items() if n not in PERSONAL and not looks_personal(h)}
    written = rows[list(names.values())].set_axis(list(names), axis=1).to_dict("records")
    texts = [", ".join(f"{name}={said}" for name, said in row.items() if said) for row in written]
    return list(zip(rows.index, reasons[rows.index], texts, strict=True))


def _notes(recipe: Recipe, made: Mapping[str, str]) -> list[str]:
    notes = [f"recognised as {recipe.title}"]
    notes += [f"derived {', '.join(made)}"] if made else []
    return [*notes, recipe.note] if recipe.note else notes


def recognise_columns(
    headers: Sequence[str],
    table: Table,
    told: Mapping[str, str],
    *,
    file: str,
    made: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Find which header holds which of the table's columns.

    Parameters
    ----------
    headers : as the file has them.
    told : our name → the file's header; wins over everything else.
    file : name of the file, for messages.
    made : our name → the column that was made for it; wins likewise.

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
    settled = dict(made or {}) | dict(told)
    _check_told([*headers, *(made or {}).values()], table, told, file)
    recipe = find_recipe(headers, table.name)
    free = [header for header in headers if header not in settled.values()]
    if recipe is not None:
        settled = _by_recipe(recipe, free) | settled
        free = [header for header in free if header not in settled.values()]
    found = {}
    for column in table.columns:
        header = settled.get(column.name) or _find(column.name, free, file)
        if header is not None:
            found[column.name] = header
        elif column.required:
            raise _lacking(column, headers, file)
    return found


def _lacking(column: Column, headers: Sequence[str], file: str) -> InputError:
    return InputError(
        f"{file} has no column for {column.name} ({column.meaning}); it has: "
        f"{', '.join(headers)}. Say which it is: --column {column.name}=HEADER"
    )


def _by_recipe(recipe: Recipe, headers: Sequence[str]) -> dict[str, str]:
    found = {name: find_header(names, headers) for name, names in recipe.columns.items()}
    return {name: header for name, header in found.items() if header is not None}


def _find(name: str, headers: Sequence[str], file: str) -> str | None:
    """Return the header that is called like our column, or else the one that is guessed."""
    if name in headers:
        return name
    for names in ((name,), GUESSES.get(name, ())):
        plain = {plain_name(candidate) for candidate in names}
        claims = [head for head in headers if plain_name(_IN_CURRENCY.sub("", head)) in plain]
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
