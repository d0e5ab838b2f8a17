import pandas as pd
import pytest

from crm_analysis.segmentation.findings import findings

IDS = pd.Index(["Ann", "Bo", "Cem", "Dee"], name="customer_id")
CUSTOMERS = pd.DataFrame(
    {
        "recency": [0, 90, 20, 0],
        "T": [4, 91, 500, 900],
        "orders": [1, 9, 5, 1],
        "revenue": [10.0, 800.0, 180.0, 10.0],
    },
    index=IDS,
)
SEGMENTS = pd.Series(["New Customers", "Champions", "At Risk", "About To Sleep"], index=IDS)
CELLS = pd.DataFrame({"stage": ["active", "active", "lost", "lost"]}, index=IDS)


def said(customers=CUSTOMERS, segments=SEGMENTS, cells=CELLS):
    return {f.name: f for f in findings(customers, segments.rename("segment"), cells, "EUR")}


def test_each_conclusion_by_hand():
    statements = {name: finding.statement for name, finding in said().items()}
    assert "Champions: 1 customer (25 %) with €800, 80 % of all" in statements["largest_segment"]
    assert statements["one_order_only"].startswith(
        "50 % of customers have ordered once; 1 of these 2"
    )
    assert "At Risk: 1 customer (25.0 %)" in statements["slipping_away"]
    assert "brought €180 so far" in statements["slipping_away"]
    assert "Of the 3 customers" in statements["names_against_gaps"]
    assert "33 % have been silent" in statements["names_against_gaps"]
    assert "alike to 1.00" in statements["frequency_and_money"]


def test_advice_on_m_turns_with_the_data():
    other = CUSTOMERS.assign(revenue=[800.0, 10.0, 180.0, 700.0])
    assert "enough here" in said()["frequency_and_money"].consequence
    assert "grid with FM" in said(other)["frequency_and_money"].consequence


def test_a_grid_of_one_s_own_and_customers_who_are_alike():
    alike = CUSTOMERS.assign(orders=1, revenue=0.0)
    names = said(alike, pd.Series("all", index=IDS))
    assert list(names) == ["largest_segment", "one_order_only"]
    assert not any("nan" in finding.statement for finding in names.values())


@pytest.mark.parametrize("name", ["slipping_away", "names_against_gaps"])
def test_everybody_gone(name):
    statement = said(segments=pd.Series("At Risk", index=IDS))[name].statement
    assert "nan" not in statement


def test_cut_offs_that_move_the_names():
    earlier = SEGMENTS.replace("At Risk", "Lost").iloc[::-1]
    found = findings(CUSTOMERS, SEGMENTS.rename("segment"), CELLS, "EUR", earlier)
    assert found[-1].name == "cuts_move"
    assert found[-1].statement.startswith("25 % of customers get another name")


def test_the_advice_does_not_look_after_customers_who_have_gone():
    gone = said(segments=pd.Series("At Risk", index=IDS))["largest_segment"]
    assert "gone quiet" in gone.consequence
    assert "Look after Champions first" in said()["largest_segment"].consequence
