"""Two waves of NPS, wallet shares, scores of loyalty, and cells from actual buying."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.customers import summarize
from crm_analysis.data import load
from crm_analysis.errors import InsufficientData, MissingTable
from crm_analysis.satisfaction import (
    count_cells,
    customer_loyalty,
    loyalty_scores,
    nps,
    nps_change,
    wallet_allocation,
    wallet_shares,
)

OUTCOMES = pd.DataFrame(
    {
        "respondent_id": ["r1", "r2", "r3"],
        "customer_id": ["a", "b", "x"],
        "recommend": [10, 0, 5],
        "emotional_attachment": [7, 1, 4],
    }
)
CUSTOMERS = pd.DataFrame({"frequency": [0, 24, 3], "T": [365.25, 730.5, 10]}, index=["a", "b", "c"])


def test_change_is_the_difference_and_turns_round():
    one, other = [10] * 40 + [7] * 30 + [2] * 30, [9] * 55 + [8] * 30 + [0] * 15
    forth, back = nps_change(one, other), nps_change(other, one)
    assert forth.value == pytest.approx(nps(other).value - nps(one).value) == -back.value
    assert (forth.low, forth.high) == pytest.approx((-back.high, -back.low))


def test_no_change_is_found_changed_as_rarely_as_promised():
    generator = np.random.default_rng(1)
    waves = generator.choice([10, 8, 3], size=(1500, 2, 120), p=[0.45, 0.35, 0.2])
    found = [nps_change(*pair).excludes(0) for pair in waves]
    assert np.mean(found) == pytest.approx(0.05, abs=0.015)


def test_a_real_change_is_found():
    assert nps_change([10, 3] * 200, [10, 9, 3] * 200).low > 0


@pytest.mark.parametrize(
    ("ratings", "shares"),
    [
        ([9, 7], [2 / 3, 1 / 3]),
        ([9, 8, 7, 6], [0.4, 0.3, 0.2, 0.1]),
        ([8, 8], [0.5, 0.5]),
        ([5], [1.0]),
        ([9, 9, 1, 5], [0.35, 0.35, 0.1, 0.2]),
    ],
)
def test_published_wallet_shares(ratings, shares):
    # Keiningham et al. (2011); ties take the mean rank.
    result = wallet_shares(pd.DataFrame([ratings]))
    assert result.iloc[0].tolist() == pytest.approx(shares)


def test_wallets_are_shared_out_whole_and_missing_brands_get_nothing():
    generator = np.random.default_rng(2)
    ratings = pd.DataFrame(generator.integers(1, 8, (50, 5)).astype(float)).mask(
        generator.random((50, 5)) < 0.3
    )
    before = ratings.copy(deep=True)
    shares = wallet_shares(ratings)
    pd.testing.assert_frame_equal(ratings, before)
    used = ratings.notna().any(axis=1)
    assert shares[used].sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert shares.isna().equals(ratings.isna())


def test_wallet_allocation_counts_users_only():
    ratings = pd.DataFrame({"us": [9, 8, None], "them": [7, 8, 6]})
    result = wallet_allocation(ratings)
    assert result["n"].to_dict() == {"us": 2, "them": 3}
    assert result.loc["us", "share"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert result["first"].to_dict() == pytest.approx({"us": 1 / 2, "them": 1 / 3})
    with pytest.raises(InsufficientData, match="2 respondents"):
        wallet_allocation(ratings.head(1))


def test_scores_by_hand():
    before = OUTCOMES.copy(deep=True)
    scores = loyalty_scores(OUTCOMES, CUSTOMERS)
    pd.testing.assert_frame_equal(OUTCOMES, before)
    assert scores["intention"].tolist() == [100, 0, 50]
    assert scores["emotion"].tolist() == [100, 0, 50]
    # b buys 12 times a year, a never again; c, ten days old, counts as a month old.
    assert scores["behaviour"].dropna().tolist() == pytest.approx([100 / 3, 200 / 3])


def test_scores_say_what_is_missing_or_impossible():
    with pytest.raises(MissingTable, match="neither intention nor attachment"):
        loyalty_scores(OUTCOMES[["respondent_id"]])
    with pytest.raises(ValueError, match="between 1 and 5"):
        loyalty_scores(OUTCOMES, scale=(1, 5))


def test_cells_from_attitude_and_buying():
    outcomes = OUTCOMES.assign(customer_id=["a", "b", "c"], emotional_attachment=[7, 7, 1])
    result = customer_loyalty(outcomes, CUSTOMERS.assign(T=365.25))
    assert result["loyalty"].to_dict() == {"a": "latent", "b": "loyal", "c": "none"}
    assert result.loc["b", "patronage"] == 24
    assert count_cells(result["loyalty"], pd.Series({"a": 1.0, "b": 3.0, "c": 0.0}))[
        "value_share"
    ].tolist() == pytest.approx([0.75, 0.25, 0, 0])
    with pytest.raises(InsufficientData, match="none among the customers"):
        customer_loyalty(outcomes, CUSTOMERS.set_axis(list("xyz")))
    with pytest.raises(MissingTable, match="holds no customer_id"):
        customer_loyalty(outcomes.drop(columns="customer_id"), CUSTOMERS)


def test_the_dairys_cells_hold_all_who_answered():
    dairy = load("dairy")
    customers = summarize(dairy.transactions, as_of=dairy.as_of)
    outcomes = dairy.outcomes[dairy.outcomes["wave"] == dairy.outcomes["wave"].max()]
    cells = customer_loyalty(outcomes, customers)
    assert len(cells) == 600
    assert count_cells(cells["loyalty"])["customers"].min() > 0
