"""Figures and sentences of the balance, moves, waiting, first purchases and knowledge."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from crm_analysis import customers as cust
from crm_analysis.customers import (
    behaviour_findings,
    charts,
    knowledge_charts,
    knowledge_findings,
    rhythm_charts,
)
from crm_analysis.data import load
from crm_analysis.show import Sentence


@pytest.fixture(scope="module")
def dairy():
    return load("dairy")


def movement(new, back, lost, base):
    index = pd.date_range("2025-01-01", periods=len(new), freq="MS")
    frame = pd.DataFrame({"new": new, "reactivated": back, "lost": lost, "base": base}, index=index)
    return frame.assign(complete=True)


@pytest.mark.parametrize(
    ("back", "lost", "advises"),
    [(1, 3, "More come than go"), (9, 20, "been here before"), (1, 20, "More go than come")],
)
def test_the_balance_in_words(back, lost, advises):
    base = [100 + 5 + back - lost, 100 + 2 * (5 + back - lost)]
    frame = movement([5, 5], [back, back], [lost, lost], base)
    found = behaviour_findings.base_balance(frame)
    assert f"10 customers came, {2 * back} came back" in found.statement
    assert f"from 100 to {base[-1]} customers" in found.statement
    assert advises in found.consequence
    title = charts.base_balance(frame).layout.title.text
    difference = 2 * (5 + back - lost)
    assert f"{abs(difference)} {'more' if difference >= 0 else 'fewer'} in the base" in title


def test_a_single_month_is_drawn_as_bars():
    lines = pd.DataFrame(
        {"customer_id": ["A"], "date": [pd.Timestamp("2026-01-01")], "amount": [5.0]}
    )
    assert charts.base_over_time(cust.base_by_month(lines)).data[0].type == "bar"
    longer = pd.concat([lines, lines.assign(date=pd.Timestamp("2026-04-30"))])
    assert charts.base_over_time(cust.base_by_month(longer)).data[0].stackgroup


def test_the_rule_is_stated():
    limits = pd.DataFrame({"gaps": 30, "days": [90, 80, 70, 60, 20]}, index=range(1, 6))
    said = behaviour_findings.lost_rule(limits, 0.8)
    assert "80 %" in said and "more than 90 days after the first" in said and "more than 20" in said


def test_moves_in_words_and_as_bars():
    moves = pd.DataFrame(
        {"customers": [1, 2, 3, 4, 5], "revenue_before": [0, 10.0, 30, 40, 20],
         "revenue_now": [5.0, 30, 30, 20, 0]},
        index=["came", "moved up", "stayed", "moved down", "left"],
    )  # fmt: skip
    moves["change"] = moves["revenue_now"] - moves["revenue_before"]
    moves.attrs["days"] = 90
    said = behaviour_findings.grade_moves(moves, "EUR")
    assert (
        "2 moved up a grade (+\u2060€20.00), 4 down (−\u2060€20.00) and 5 bought nothing"
        in said.statement
    )
    title = charts.grade_move_bars(moves, "EUR").layout.title.text
    assert title.startswith("Revenue fell by €15.00 (15 %)")


@pytest.mark.parametrize(("ended", "certainty"), [(0.9, "likely"), (0.62, "open")])
def test_who_is_waiting_still(ended, certainty):
    frame = pd.DataFrame(
        {"bought_again": [0.6], "low": [0.55], "high": [0.65], "ended": [ended]}, index=[365]
    )
    found = behaviour_findings.still_waiting(frame)
    assert found.certainty == certainty
    assert "60.0 % (55.0 % to 65.0 %)" in found.statement


def test_a_first_purchase_that_stands_out_is_named():
    frame = pd.DataFrame(
        {"revenue": [10.0, 20.0, 9.0], "revenue_low": [9.0, 15, 5], "revenue_high": [11.0, 25, 13]},
        index=["all customers", "tea", "cup"],
    )
    found = behaviour_findings.first_purchase(frame, 90, "EUR")
    assert "Of 2 first purchases" in found.statement and "1 is followed" in found.statement
    assert "furthest from it is tea with €20.00" in found.statement
    none = behaviour_findings.first_purchase(frame.drop(index="tea"), 90)
    assert none.certainty == "open"


def test_twice_in_words_and_without_a_person():
    profiles = pd.DataFrame({"customer_id": ["A", "B", "C"], "email": ["x@y.org"] * 2 + [None]})
    pairs = cust.duplicate_pairs(profiles)
    found = knowledge_findings.duplicates(pairs, cust.duplicate_groups(pairs), profiles)
    assert "2 of 3 profiles (66.7 %) look like 1 people" in found.statement
    assert "x@y" not in found.statement
    alone = knowledge_findings.duplicates(pairs.iloc[:0], pd.Series(dtype="str"), profiles)
    assert alone.statement == "None of 3 profiles looks like another one."


def test_identified_in_words():
    day = pd.Timestamp("2026-01-01")
    lines = pd.DataFrame({"date": [day] * 3, "amount": 4.0})
    all_known = knowledge_findings.identified_orders(cust.identified(lines, None, day))
    assert all_known == "Each of the 3 orders has a customer who is known."
    some = knowledge_findings.identified_orders(cust.identified(lines, lines.iloc[:1], day))
    assert some.startswith("75.0 % of 4 orders have a customer who is known, and 75.0 % of revenue")


def test_information_names_what_lacks_most(dairy):
    found = cust.information_completeness(dairy)
    said = knowledge_findings.information(found)
    least = found.parts["share"].idxmin()
    assert found.parts.loc[least, "meaning"] in said.statement
    assert least in knowledge_charts.information_bars(found).layout.title.text


def test_every_figure_has_its_point_as_title(dairy):
    lines, as_of = dairy.transactions, dairy.as_of
    figures = [
        charts.base_balance(cust.base_movement(lines, as_of)),
        charts.grade_move_bars(cust.grade_moves(lines, as_of), "EUR"),
        charts.breadth_bars(cust.categories_per_customer(lines, as_of)),
        rhythm_charts.waiting_curve(cust.time_to_next_purchase(lines, as_of, range(0, 366, 5))),
        rhythm_charts.order_times(cust.orders_by_time(lines, as_of)),
        rhythm_charts.first_purchase_bars(cust.first_purchases(lines, as_of), 365, "EUR"),
        knowledge_charts.links_map(cust.table_links(dairy.tables)),
    ]
    for figure in figures:
        assert isinstance(figure, go.Figure)
        assert any(character.isdigit() for character in figure.layout.title.text)
        assert figure.layout.xaxis.title.text or figure.layout.yaxis.title.text
        assert "nan" not in figure.layout.title.text
        assert len(figure.to_json()) < 40_000
    only = cust.table_links({"transactions": lines})
    assert isinstance(knowledge_charts.links_map(only), Sentence)
