"""A small export of each kind, as the shop or CRM writes it; expected rows reckoned by hand."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.data import load
from crm_analysis.data.checking import check_rows
from crm_analysis.data.reading.raw import RawTable, broken_rows
from crm_analysis.data.recipes import find_recipe, recipes
from crm_analysis.data.recognition import recognise
from crm_analysis.data.tables import TABLES
from crm_analysis.errors import InputError

SHOPIFY = """\
Name,Email,Financial Status,Subtotal,Shipping,Total,Discount Amount,Created at,\
Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Refunded Amount,Source
#1001,Ann@x.com,paid,27.00,5.00,32.00,3.00,2026-10-30 08:14:00 +0100,2,Milk,10.00,M,Ann B,0.00,web
#1001,ann@x.com,,,,,,2026-10-30 08:14:00 +0100,1,Bread,10.00,B,,,
#1002,bob@x.com,refunded,40.00,0,40.00,0,2026-10-31 19:14:00 +0100,4,Milk,10.00,M,Bob,10.00,pos
#1003,eve@x.com,voided,40.00,0,40.00,0,2026-10-31 19:14:00 +0100,4,Milk,10.00,M,Eve,0.00,web
#1004,,paid,10.00,0.00,10.00,0.00,2026-10-31 19:14:00 +0100,1,Milk,10.00,M,Joe,0.00,web
"""
WOOCOMMERCE = """\
Order Number,Order Status,Order Date,First Name (Billing),Email (Billing),SKU,Item #,Item Name,\
Quantity (- Refund),Item Cost,Order Total Amount
7,Completed,2026-10-30 08:15,Ann,ann@x.com,M,1,Milk,3,1.20,5.60
7,Completed,2026-10-30 08:15,Ann,ann@x.com,B,2,Bread,1,2.00,5.60
8,Cancelled,2026-10-31 08:15,Bob,bob@x.com,M,1,Milk,1,1.20,1.20
"""
ANALYTICS = """\
Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s),\
Net Sales,Attribution
2026-10-30 08:15:00,7,"€1.234,50",completed,Ann B,new,3× Milk,3,,1234.5,Direct
2026-10-31 09:15:00,8,€2,failed,Bob,new,1× Milk,1,,2,Direct
"""
ZOHO_DEALS = """\
Record Id,Deal Owner.id,Deal Owner,Amount,Deal Name,Closing Date,Account Name.id,Account Name,\
Stage,Lead Source,Contact Name.id,Contact Name,Created Time
zcrm_1,z9,Kim,1200,Milk all year,2026-12-01,zcrm_5,Shop A,Negotiation,Web,,,2026-09-01 08:15:00
zcrm_2,zcrm_9,Kim,300,Trial,2026-10-01,,,Closed Won,Web,zcrm_6,Ann,2026-08-01 08:15:00
zcrm_3,zcrm_9,Kim,300,Trial,2026-10-02,zcrm_5,Shop A,Closed Lost,Web,,,2026-08-01 08:15:00
"""
ZOHO_CONTACTS = """\
Record Id,Contact Owner,Lead Source,First Name,Last Name,Account Name.id,Account Name,Email,Phone,\
Created Time,Modified Time,Mailing City
zcrm_6,Kim,Web,Ann,Bee,,,ann@x.com,1,2026-08-01 08:15:00,2026-08-02 08:15:00,Graz
zcrm_7,Kim,Fair,Bob,Cee,zcrm_5,Shop A,bob@x.com,2,2026-08-03 08:15:00,2026-08-04 08:15:00,Linz
"""
ZOHO_INVOICES = """\
Record Id,Invoice Owner,Subject,Invoice Number,Invoice Date,Account Name.id,Account Name,Status,\
Sub Total,Tax,Grand Total
zcrm_8,Kim,Milk,INV-1,2026-10-31,zcrm_5,Shop A,Approved,100,20,120.00
zcrm_9,Kim,Milk,INV-2,2026-10-31,zcrm_5,Shop A,Cancelled,100,20,120.00
"""
ORDERS = """\
销售订单编号,客户名称,下单日期,销售订单金额(元),负责人,生命状态
20261031-001,青山牛奶店,2026-10-31,"1,200.00",李雷,正常
20261031-002,青山牛奶店,2026-10-31,300.50,李雷,作废
"""
OPPORTUNITIES = """\
商机名称,客户名称,商机金额,商机阶段,阶段状态,预计成交日期,负责人,创建时间
全年供奶,青山牛奶店,12000,方案报价,进行中,2026-12-01,李雷,2026-09-01 10:00
试用,绿水超市,300,赢单,赢单,2026-10-01,李雷,2026-08-01 10:00
"""
ACCOUNTS = """\
客户名称,客户级别,来源,电话,创建时间,最后修改时间
青山牛奶店,重点客户,展会,010-1,2026-01-02 10:00,2026-02-02 10:00
"""
CONTACTS = """\
姓名,客户名称,职务,手机,邮件,创建时间
韩梅梅,青山牛奶店,经理,139,h@x.com,2026-01-02 10:00
"""
RETAIL = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom
C536379,D,Discount,-1,12/1/2010 9:41,27.5,14527,United Kingdom
536370,22728,ALARM CLOCK,24,12/31/2010 8:45,3.75,12583,France
"""
RETAIL_2 = RETAIL.replace("InvoiceNo", "Invoice").replace("UnitPrice", "Price").replace(
    "CustomerID", "Customer ID"
)  # fmt: skip


@pytest.fixture
def loaded(tmp_path):
    def put(table, text, **told):
        path = tmp_path / f"{table}.csv"
        path.write_text(text, encoding="utf-8")
        return load({table: path}, as_of="2026-12-31", columns={table: told} if told else None)

    return put


def rows(table: pd.DataFrame, *names: str) -> list[list]:
    return table[list(names)].to_numpy().tolist()


def test_shopify_lines_share_what_the_order_came_to(loaded):
    company = loaded("transactions", SHOPIFY)
    bought = company.transactions
    # Order 1001: 30 less 3, shared 20 to 10. Order 1002: 40, a quarter of which was refunded.
    assert rows(bought, "order_id", "product", "amount") == [
        ["#1001", "Milk", 18.0],
        ["#1001", "Bread", 9.0],
        ["#1002", "Milk", 30.0],
    ]
    assert rows(bought, "date", "hour")[1] == [pd.Timestamp("2026-10-30"), 8]
    assert bought["channel"].tolist() == ["web", "web", "pos"]
    note = company.notes[0]
    assert "recognised as Shopify orders export; derived customer_id, amount; an order's" in note


def test_shopify_customers_are_known_by_a_code_for_their_address(loaded):
    company = loaded("transactions", SHOPIFY)
    first, second, other = company.transactions["customer_id"]
    assert first == second != other
    assert "@" not in "".join(company.transactions["customer_id"])
    everything = str(company.transactions) + str(company.rejected.to_dict()) + str(company.notes)
    assert not any(name in everything for name in ("x.com", "Ann B", "Joe"))


def test_shopify_orders_that_were_refunded_whole_are_no_purchases(loaded):
    text = SHOPIFY.replace("Bob,10.00,pos", "Bob,40.00,pos")
    company = loaded("transactions", text)
    assert company.transactions["order_id"].unique().tolist() == ["#1001"]
    assert rows(company.rejected, "line", "reason")[0] == [4, "refunded whole"]
    assert company.read == {"transactions": 5}


def test_shopify_voided_orders_and_those_of_nobody_stay_outside(loaded):
    company = loaded("transactions", SHOPIFY)
    outside = pd.concat([company.rejected, company.set_aside])
    assert rows(outside, "line", "reason")[0] == [5, "Financial Status is voided"]
    assert outside["line"].tolist() == [5, 6]
    assert outside["row"].iloc[0].startswith("order_id=#1003, date=2026-10-31")
    assert company.read == {"transactions": 5}


def test_woocommerce_items(loaded):
    company = loaded("transactions", WOOCOMMERCE)
    assert rows(company.transactions, "order_id", "product_id", "amount", "hour") == [
        ["7", "M", 3.6, 8],
        ["7", "B", 2.0, 8],
    ]
    assert company.rejected["reason"].tolist() == ["Order Status is Cancelled"]


def test_woocommerce_analytics(loaded):
    company = loaded("transactions", ANALYTICS)
    assert rows(company.transactions, "order_id", "amount") == [["7", 1234.5]]
    assert "namesakes count as one" in company.notes[0]


def test_zoho_deals_close_when_they_are_closed(loaded):
    deals = loaded("deals", ZOHO_DEALS).deals
    assert deals["customer_id"].tolist() == ["zcrm_5", "zcrm_6", "zcrm_5"]
    assert deals["closed_on"].isna().tolist() == [True, False, False]
    assert deals["won"].tolist() == [pd.NA, True, False]
    assert deals["salesperson"].tolist() == ["Kim"] * 3


def test_zoho_contacts_are_customers_where_they_have_no_account(loaded):
    profiles = loaded("profiles", ZOHO_CONTACTS).profiles
    assert rows(profiles, "customer_id", "acquisition_channel", "region") == [
        ["zcrm_6", "Web", "Graz"],
        ["zcrm_5", "Fair", "Linz"],
    ]


def test_zoho_invoices(loaded):
    company = loaded("transactions", ZOHO_INVOICES)
    assert rows(company.transactions, "customer_id", "order_id", "amount") == [
        ["zcrm_5", "INV-1", 120.0]
    ]
    assert company.rejected["reason"].tolist() == ["Status is Cancelled"]


def test_fxiaoke_refers_to_an_account_by_the_same_name_everywhere(loaded):
    orders = loaded("transactions", ORDERS)
    assert rows(orders.transactions, "customer_id", "order_id", "amount") == [
        ["青山牛奶店", "20261031-001", 1200.0]
    ]
    assert orders.rejected["reason"].tolist() == ["生命状态 is 作废"]
    deals = loaded("deals", OPPORTUNITIES).deals
    assert rows(deals, "customer_id", "stage", "amount") == [
        ["青山牛奶店", "方案报价", 12000.0],
        ["绿水超市", "赢单", 300.0],
    ]
    assert deals["won"].tolist() == [pd.NA, True]
    assert loaded("profiles", ACCOUNTS).profiles["acquisition_channel"].tolist() == ["展会"]
    assert loaded("profiles", CONTACTS).profiles["customer_id"].tolist() == ["青山牛奶店"]


@pytest.mark.parametrize("text", [RETAIL, RETAIL_2])
def test_online_retail_amounts_are_quantity_times_price(loaded, text):
    company = loaded("transactions", text)
    amounts = dict(rows(company.transactions, "order_id", "amount"))
    assert amounts == pytest.approx({"536365": 15.3, "536370": 90.0})
    # The discount bears the number of no purchase that is here.
    assert rows(company.set_aside, "line", "reason") == [[3, "return without an earlier purchase"]]
    assert company.transactions["date"].max() == pd.Timestamp("2010-12-31")
    assert "begin with C" in company.notes[0]


def test_what_is_told_wins_over_the_recipe(loaded):
    company = loaded("transactions", SHOPIFY, amount="Total", customer_id="Billing Name")
    assert company.transactions["amount"].tolist() == [32.0, 40.0, 10.0]


def test_a_line_whose_product_cannot_be_reckoned_is_rejected_with_what_it_says(loaded):
    company = loaded("transactions", RETAIL.replace("24,12/31", "two dozen,12/31"))
    assert company.rejected["reason"].tolist() == ["unreadable amount"]
    assert "two dozen × 3.75" in company.rejected["row"].iloc[0]


def test_prices_with_two_readings_are_refused_in_a_recipe_too(loaded):
    text = RETAIL.replace(",2.55,", ',"2,550",').replace(",27.5,", ",27,").replace(",3.75,", ",4,")
    with pytest.raises(InputError, match=r"UnitPrice in transactions\.csv can be read two ways"):
        loaded("transactions", text)


def test_an_export_is_told_by_its_headers_for_the_table_it_fills():
    headers = SHOPIFY.splitlines()[0].split(",")
    assert find_recipe(headers).title == "Shopify orders export"
    assert find_recipe(headers, "profiles") is None
    assert find_recipe(["customer_id", "date", "amount"]) is None


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.title)
def test_a_recipe_fills_columns_that_exist_and_those_that_are_needed(recipe):
    table = TABLES[recipe.table]
    filled = {*recipe.columns, *recipe.derived}
    assert filled <= {column.name for column in table.columns}
    assert set(table.required) <= filled
    assert not set(recipe.columns) & set(recipe.derived)


FIELDS = (
    "", " ", "A", "1", "-2", "1,5", "1.234", "12.50", "x", "2026-10-31 08:15", "31/10/2026",
    "voided", "Closed Won", "a@b.c", "赢单", "作废",
)  # fmt: skip


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.title)
@settings(max_examples=3, deadline=None)
@given(st.randoms(use_true_random=False))
def test_garbage_under_the_headers_of_an_export_is_accounted_for(recipe, random):
    told = [*recipe.columns.values()] + [
        names for made in recipe.derived.values() for key, names in made.items()
        if key not in ("is", "yes", "no")
    ]  # fmt: skip
    needed = [names if isinstance(names, str) else names[0] for names in told]
    headers = list(dict.fromkeys([*recipe.headers, *recipe.any, *needed]))
    lines = [random.choices(FIELDS, k=len(headers)) for _ in range(20)]
    rows = pd.DataFrame(lines, columns=headers, dtype="str")
    rows.index = pd.RangeIndex(2, len(rows) + 2, name="line")
    before = rows.copy()
    table = TABLES[recipe.table]
    try:
        known, found = recognise(RawTable("x.csv", rows, broken_rows()), table, {})
        kept = known.rows.rename(columns={header: name for name, header in found.items()})
        kept = kept if table.open_ended else kept[list(found)]
        checked = check_rows(kept, table, file="x.csv")
    except InputError as error:
        assert "two ways" in str(error) or "mixes" in str(error)
    else:
        parts = [checked.accepted, checked.rejected, known.broken]
        parts += [getattr(checked, "set_aside", ())]
        assert sum(map(len, parts)) == len(lines)
    pd.testing.assert_frame_equal(rows, before)
