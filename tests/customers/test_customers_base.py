"""New, returning, reactivated and lost: by hand, and as an account that balances."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.customers import base_by_month
from crm_analysis.data import load
from crm_analysis.errors import InputError, InsufficientData

LINES = pd.DataFrame(
    [
        ("Ann", "2026-01-05", 10.0),
        ("Ann", "2026-04-20", 4.0),
        ("Bo", "2026-01-31", 20.0),
        ("Bo", "2026-02-20", 1.0),
        ("Cy", "2026-02-01", 3.0),
        ("Cy", "2026-03-04", 3.0),
    ],
    columns=["customer_id", "date", "amount"],
).astype({"date": "datetime64[us]"})


def test_flows_by_hand():
    base = base_by_month(LINES, lost_after=30)
    # Ann is lost on 5 February and back on 20 April; Bo is lost on 23 March; Cy, back after 31
    # days, was lost on the very day, and again on 4 April.
    assert base["new"].tolist() == [2, 1, 0, 0]
    assert base["lost"].tolist() == [0, 1, 2, 1]
    assert base["reactivated"].tolist() == [0, 0, 1, 1]
    assert base["customers"].tolist() == [2, 2, 1, 1]


@pytest.mark.parametrize("lost_after", [10, 60, 365])
def test_the_account_balances_with_another_way(lost_after):
    bought = load("cdnow_sample").transactions
    base = base_by_month(bought, lost_after=lost_after)
    for month in (base.index[3], base.index[-1]):
        end = min(month + pd.offsets.MonthEnd(0), bought["date"].max())
        last = bought[bought["date"] <= end].groupby("customer_id")["date"].max()
        assert base.loc[month, "customers"] == ((end - last).dt.days <= lost_after).sum()


def test_more_patience_loses_fewer():
    bought = load("cdnow_sample").transactions
    lost = [base_by_month(bought, lost_after=days)["lost"].sum() for days in (30, 90, 180)]
    assert lost == sorted(lost, reverse=True)
    assert lost[0] > lost[-1] > 0


def test_new_and_returning_agree_with_another_way():
    bought = load("cdnow_sample").transactions
    base = base_by_month(bought)
    month = bought["date"].dt.to_period("M")
    pairs = bought.assign(month=month).drop_duplicates(["customer_id", "month"])
    first = pairs.groupby("customer_id")["month"].transform("min")
    new = pairs[pairs["month"] == first].groupby("month").size()
    assert base["new"].tolist() == new.reindex(base.index.to_period("M"), fill_value=0).tolist()
    assert base["active"].tolist() == pairs.groupby("month").size().tolist()
    revenue = base["revenue_new"] + base["revenue_returning"]
    np.testing.assert_allclose(revenue, bought.groupby(month)["amount"].sum())


def test_input_stays_as_it_was():
    before = LINES.copy(deep=True)
    base_by_month(LINES, lost_after=30)
    pd.testing.assert_frame_equal(LINES, before)


def test_bad_input_is_named():
    with pytest.raises(InputError, match="lost_after must be at least 1 day, got 0"):
        base_by_month(LINES, lost_after=0)
    with pytest.raises(InsufficientData, match="0 purchases"):
        base_by_month(LINES, pd.Timestamp("2020-01-01"))
    with pytest.raises(InsufficientData, match="0 purchases"):
        base_by_month(LINES.iloc[:0])
