"""Sentences and figures: what they say is what the data have."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from crm_analysis.customers import (
    base_by_month,
    charts,
    concentration,
    findings,
    gaps_between_orders,
    knowledge_findings,
    order_values,
    orders_per_customer,
    profile_completeness,
    repeat_rates,
    rhythm_charts,
    summarize,
)
from crm_analysis.customers.receipt import (
    say_intake,
    say_totals,
    show_first_rows,
    show_intake,
    show_reasons,
)
from crm_analysis.data import load
from crm_analysis.show import Sentence, say


@pytest.fixture(scope="module")
def dairy():
    return load("dairy")


def months(active, new):
    index = pd.date_range("2025-01-01", periods=len(active), freq="MS")
    frame = pd.DataFrame({"new": new, "active": active}, index=index)
    return frame.assign(complete=True)


@pytest.mark.parametrize(
    ("last", "new", "says", "advises"),
    [
        (150, 40, "50 % more", "The base grows"),
        (60, 40, "40 % fewer", "keeping comes before winning"),
        (60, 1, "40 % fewer", "live"),
        (60, 0, "none of them were new", "one intake"),
        (101, 30, "about as many", "About as many leave"),
    ],
)
def test_base_trend(last, new, says, advises):
    found = findings.base_trend(months([100] * 12 + [last] * 3, [new] * 15))
    assert says in found.statement
    assert advises in found.consequence


def test_base_trend_of_short_records_is_open():
    assert findings.base_trend(months([100] * 5, [10] * 5)).certainty == "open"


def rates(rate, n):
    frame = pd.DataFrame({"n": [n], "repeated": [round(rate * n)], "rate": [rate]}, index=[60])
    return frame.rename_axis("days")


@pytest.mark.parametrize(
    ("rate", "n", "certainty", "advises"),
    [
        (0.2, 500, "likely", "Most don't come back"),
        (0.8, 500, "likely", "Most come back"),
        (0.5, 20, "open", "isn't settled"),
    ],
)
def test_repeat_rate(rate, n, certainty, advises):
    found = findings.repeat_rate(rates(rate, n), days=90)
    assert found.certainty == certainty
    assert advises in found.consequence
    assert "within 60 days" in found.statement  # the longest span that was asked for


def test_what_nobody_can_know_is_said_so():
    one = pd.DataFrame(
        {"customer_id": ["A"], "date": [pd.Timestamp("2026-01-01")], "amount": [5.0]}
    )
    assert findings.rhythm(gaps_between_orders(one)).certainty == "open"
    assert findings.repeat_rate(repeat_rates(one)).certainty == "open"
    for shown in (
        rhythm_charts.gap_histogram(gaps_between_orders(one)),
        charts.repeat_curve(repeat_rates(one)),
    ):
        assert isinstance(shown, Sentence)


def test_80_20_is_tested():
    even = findings.top_customers(concentration([1] * 10)).statement
    assert "80/20 doesn't hold here: the top 20 % bring less than 80 %, namely 20 %" in even
    assert "takes 80 % of customers to bring 80 %" in even
    steep = findings.top_customers(concentration([1, 1, 1, 1, 16])).statement
    assert "80/20 holds here: the top 20 % bring 80 %" in steep
    assert "takes 20 % of customers to bring 80 %" in steep
    one = findings.top_customers(concentration([1.0] * 99 + [999.0]), top=0.01).statement
    assert one.startswith("The top 1 % of customers brought 91 %")
    assert (
        "more than 80 %"
        in findings.top_customers(concentration([0.0] * 900 + [1.0] * 100)).statement
    )


def test_rhythm_and_order_value_by_hand():
    gaps = findings.rhythm(pd.Series(range(1, 102))).statement
    assert "half ended within 51 days, three quarters within 76 and nine tenths within 91" in gaps
    value = findings.order_value(pd.Series([10.0, 20.0, 60.0]), "EUR").statement
    assert "brings €20.00, the mean is €30.00" in value


def test_completeness_with_and_without_profiles(dairy):
    fields = profile_completeness(dairy.profiles)
    assert (
        "email, for 66 % of 5,000" in knowledge_findings.completeness(fields, dairy.title).statement
    )
    none = knowledge_findings.completeness(profile_completeness(None), "<Shop>")
    assert none.statement.startswith("<Shop> supplied no profiles")
    assert "&lt;Shop&gt;" in say(none)._repr_html_()


@pytest.mark.parametrize("name", ["cdnow", "dairy"])
def test_every_figure_has_its_point_as_title(name):
    company = load(name)
    lines, customers = company.transactions, summarize(company.transactions)
    base = base_by_month(lines, company.as_of)
    figures = [
        charts.base_over_time(base),
        charts.revenue_over_time(base, company.currency),
        charts.orders_and_revenue(orders_per_customer(customers)),
        charts.repeat_curve(repeat_rates(lines)),
        rhythm_charts.gap_histogram(gaps_between_orders(lines)),
        rhythm_charts.order_value_histogram(order_values(lines), company.currency),
        charts.lorenz_curve(concentration(customers["revenue"], draws=20)),
    ]
    for figure in figures:
        assert isinstance(figure, go.Figure)
        assert any(character.isdigit() for character in figure.layout.title.text)
        assert figure.layout.xaxis.title.text or figure.layout.yaxis.title.text
        assert len(figure.to_json()) < 40_000


def test_a_histogram_shows_all_values():
    values = pd.Series([1.0] * 50 + [2.0] * 45 + [500.0] * 5)
    bars = rhythm_charts.order_value_histogram(values, "EUR").data[0]
    assert sum(bars.y) == pytest.approx(100)
    assert bars.y[-1] == pytest.approx(5)
    assert "more" in bars.customdata[-1]


@pytest.mark.parametrize("values", [[5.0], [0.0, 0.0], [-3.0, 8.0], [1e-3] * 3, [1e9, 1.0]])
def test_a_histogram_of_odd_values(values):
    bars = rhythm_charts.order_value_histogram(pd.Series(values)).data[0]
    assert sum(bars.y) == pytest.approx(100)


def test_the_receipt_adds_up(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(
        "customer_id,date,amount\nA,2026-01-01,1\n,2026-01-01,2\n,2026-01-01,3\n<script>,x,3\n"
    )
    company = load(path)
    said = say_intake(company)
    assert "pseudonyms" not in said
    hidden = load(path, pseudonymise="a key that is long enough")
    assert "pseudonyms" in say_intake(hidden)
    assert "Of 4 rows 1 can't be used (25.0 %) and 2 are set aside (50.0 %)." in said
    reasons = show_reasons(company).as_raw_html()
    assert reasons.index("no customer") < reasons.index("unreadable date")
    assert "25.0 %" in show_intake(company).as_raw_html()
    rows = show_first_rows(company).as_raw_html()
    assert "amount=2" in rows
    assert "customer_id=&lt;script&gt;, date=x" in rows
    assert "<script>" not in rows


def test_the_companys_totals_hold_orders_of_nobody_known(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(
        "customer_id,date,amount\nA,2026-01-01,700\n,2026-01-01,200\nA,2026-01-02,-100\n"
    )
    assert say_totals(load(path)) == (
        "Sales of 800 in all; 200 of them (25.0 %) are orders whose customer isn't known; "
        "100 that came back are taken off."
    )


def test_a_company_without_rejects_says_so(tmp_path, dairy):
    path = tmp_path / "orders.csv"
    path.write_text("customer_id,date,amount\nA,2026-01-01,700\n")
    clean = load(path)
    assert show_reasons(clean) == "No row was rejected, set aside or flagged."
    assert show_first_rows(clean) == "So there's no such row to look at."
    assert "every order's customer is known" in say_totals(clean)
    assert "simulated" in say_intake(dairy)
