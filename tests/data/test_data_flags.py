"""Lines that stand twice, points that were never earned, answers that are all alike."""

import pandas as pd
import pytest

from crm_analysis.data import load
from crm_analysis.data.points import overdrawn
from crm_analysis.data.straight_lines import straight_lined


def company(tmp_path, table, text):
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / f"{table}.csv").write_text(text)
    return load(folder)


ORDER = "A,2026-01-01,5,1001"


@pytest.mark.parametrize(
    ("header", "rows", "rejected", "flagged"),
    [
        # An order's product is there once.
        ("customer_id,date,amount,order_id,product", [f"{ORDER},jam"] * 2, 1, 0),
        # Orders of one line: the second is the same order.
        ("customer_id,date,amount,order_id", [ORDER, ORDER, "A,2026-01-01,5,1002"], 1, 0),
        # Orders of several lines without products: two of one price may be meant.
        ("customer_id,date,amount,order_id", [ORDER, ORDER, "A,2026-01-01,6,1001"], 0, 1),
        # Without an order's number two purchases may be alike.
        ("customer_id,date,amount", ["A,2026-01-01,5"] * 2, 0, 0),
        # A column that isn't ours tells the lines apart.
        (
            "customer_id,date,amount,order_id,product,till",
            [f"{ORDER},jam,1", f"{ORDER},jam,2"],
            0,
            0,
        ),
    ],
)
def test_lines_of_orders_that_stand_twice(tmp_path, header, rows, rejected, flagged):
    found = company(tmp_path, "transactions", "\n".join([header, *rows]) + "\n")
    assert found.rejected["reason"].tolist() == ["exact duplicate of an earlier line"] * rejected
    assert found.flagged["reason"].tolist() == ["the same as an earlier line; counted"] * flagged
    assert found.flagged["line"].tolist() == [3] * flagged


@pytest.mark.parametrize(
    ("table", "header", "row", "reason"),
    [
        ("contacts", "customer_id,campaign,date", "A,spring,2026-01-01", "rejected"),
        ("subscriptions", "customer_id,started_on,monthly_amount", "A,2026-01-01,9", "rejected"),
        ("interactions", "customer_id,date,kind", "A,2026-01-01,complaint", "flagged"),
        ("programme", "customer_id,date,points", "A,2026-01-01,5", "flagged"),
        ("crm_costs", "date,kind,amount", "2026-01-01,mailing,5", "flagged"),
        ("traffic", "date,visitors,store", "2026-01-01,5,north", "rejected"),
    ],
)
def test_lines_of_other_tables_that_stand_twice(tmp_path, table, header, row, reason):
    found = company(tmp_path, table, f"{header}\n{row}\n{row}\n")
    assert len(getattr(found, reason)) == 1
    assert len(found.rejected) + len(found.flagged) == 1


def test_points_are_flagged_where_the_balance_falls_below_zero():
    moves = pd.DataFrame(
        {
            "customer_id": ["A", "A", "A", "B"],
            # Spent and earned on one day: earned first.
            "date": pd.to_datetime(["2026-01-02", "2026-01-02", "2026-01-03", "2026-01-01"]),
            "points": [-5.0, 5.0, -1.0, 3.0],
        },
        index=[2, 3, 4, 5],
    )
    assert overdrawn(moves, file="p.csv")["line"].tolist() == [4]
    assert overdrawn(moves.iloc[1:2], file="p.csv").empty


def test_flagged_movements_count(tmp_path):
    found = company(tmp_path, "programme", "customer_id,date,points\nA,2026-01-01,-5\n")
    assert len(found.programme) == len(found.flagged) == 1
    assert found.read == {"programme": 1}


def answers(values, respondent="a"):
    items = [f"i{at}" for at in range(len(values))]
    return pd.DataFrame({"respondent_id": respondent, "item": items, "perception": values})


def test_straight_lines_need_enough_items():
    assert straight_lined(answers([4.0] * 7), file="s.csv").empty
    assert len(straight_lined(answers([4.0] * 8), file="s.csv")) == 1
    assert straight_lined(answers([4.0] * 8 + [5.0]), file="s.csv").empty
    missing = answers([4.0] * 7 + [None])
    assert straight_lined(missing, file="s.csv").empty


def test_high_expectations_of_everything_are_no_straight_line():
    frame = answers([7.0] * 20).rename(columns={"perception": "expectation"})
    assert straight_lined(frame, file="s.csv").empty


def test_straight_lined_respondents_stay(tmp_path):
    rows = "".join(f"r1,i{at},4\n" for at in range(9))
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "survey.csv").write_text("respondent_id,item,perception\n" + rows)
    found = load(folder, as_of="2026-01-01")
    assert len(found.survey) == 9
    assert found.flagged[["table", "line"]].to_numpy().tolist() == [["survey", 2]]


MOVES = "customer_id,date,points,kind\nA,2026-01-01,10,earn\n"


def test_spent_points_that_are_told_by_kind_alone_are_taken_off(tmp_path):
    moves = "A,2026-01-02,4,redeem\nA,2026-01-03,1,expire\nB,2026-01-03,0,redeem\n"
    found = company(tmp_path, "programme", MOVES + moves)
    assert found.programme["points"].tolist() == [10.0, -4.0, -1.0, 0.0]
    assert any("2 movements) are taken off" in note for note in found.notes)
    assert found.flagged.empty


def test_a_spent_movement_above_zero_among_others_below_is_flagged(tmp_path):
    moves = "A,2026-01-02,-4,redeem\nA,2026-01-03,2,redeem\n"
    found = company(tmp_path, "programme", MOVES + moves)
    assert found.programme["points"].tolist() == [10.0, -4.0, 2.0]
    assert found.flagged["line"].tolist() == [4]
    assert found.flagged["reason"][0].startswith("points redeemed or expired, but above zero")
    assert not any("taken off" in note for note in found.notes)
