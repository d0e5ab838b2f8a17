"""``crm-analysis check``: what became of each row, printed and written for whoever keeps them."""

import csv

import pytest

ORDERS = (
    "customer_id,date,amount,order_id,product\n"
    "A,2026-01-05,12.50,1,jam\n"
    "A,2026-01-05,12.50,1,jam\n"
    ",2026-01-06,8,2,jam\n"
    "B,2026-02-07,x,3,jam\n"
    "A,2026-02-08,-2.50,1,jam\n"
    "=HYPERLINK(1),2026-02-08,-3,4,+1\n"
)


@pytest.fixture
def orders(within):
    (within.folder / "orders.csv").write_text(ORDERS)
    return "orders.csv"


def test_check_prints_each_reason_with_its_first_rows(within, orders):
    done = within("check", orders)
    assert done.returncode == 0, done.stderr
    counts = next(line for line in done.stdout.splitlines() if "transactions" in line)
    assert [int(cell) for cell in counts.split("│")[2:-1]] == [6, 1, 2, 3, 0]
    for reason in (
        "rejected: exact duplicate of an earlier line, 1 in all",
        "rejected: unreadable amount, 1 in all",
        "set aside: no customer, 1 in all",
        "set aside: return, taken off its purchase, 1 in all",
        "set aside: return without an earlier purchase, 1 in all",
    ):
        assert reason in " ".join(done.stdout.split())
    assert "customer_id=B" in done.stdout
    assert within.made == ["orders.csv"]


def test_check_writes_the_rows_for_their_owner(within, orders):
    done = within("check", orders, "--out", "checked")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "checked/rejected.csv"
    with (within.folder / "checked" / "rejected.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["became"]) for row in rows] == [
        ("3", "rejected"),
        ("5", "rejected"),
        ("4", "set aside"),
        ("6", "set aside"),
        ("7", "set aside"),
    ]
    assert rows[-1]["row"].startswith("customer_id==HYPERLINK(1), date=2026-02-08")
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row.values() if cell)


def test_a_survey_is_checked_by_its_codebook(within):
    (within.folder / "answers.csv").write_text("id,q1,q2\nr1,7,6\nr2,9,5\n")
    (within.folder / "book.csv").write_text(
        "column,item,role,wording,scale_low,scale_high\n"
        "id,,respondent_id,,,\nq1,1,expectation,Milk is cold,1,7\nq2,1,perception,,1,7\n"
    )
    arguments = ["check", "--survey", "answers.csv", "--codebook", "book.csv"]
    done = within(*arguments, "--as-of", "2026-10-31")
    assert done.returncode == 0, done.stderr
    assert "expectation outside 1 to 7, 1 in all" in " ".join(done.stdout.split())
    done = within(*arguments)
    assert done.returncode == 2
    assert "say from which day the company is seen" in done.stderr


def test_check_of_nothing_says_what_to_give(within):
    done = within("check")
    assert done.returncode == 2
    assert "nothing is given to read" in done.stderr
