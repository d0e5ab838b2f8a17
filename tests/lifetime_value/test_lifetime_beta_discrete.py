import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData
from crm_analysis.lifetime_value import BetaDiscrete, contract_months

# Fader and Hardie (2007), Journal of Interactive Marketing 21(1), 76-90, table 1: customers of
# 1,000 that are left after each year; the first seven years are for the fit.
HIGH_END = [869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394]
REGULAR = [631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]


def cohort(left: list[int]) -> pd.DataFrame:
    lost = -np.diff([1000, *left])
    periods = [*range(1, len(left) + 1), len(left)]
    ended = [True] * len(left) + [False]
    return pd.DataFrame({"periods": periods, "ended": ended, "n": [*lost, left[-1]]})


@pytest.fixture(scope="module")
def model():
    return BetaDiscrete().fit(cohort(HIGH_END[:7]))


# The paper's estimates: alpha .668 and beta 3.806, and .704 and 1.182.
@pytest.mark.parametrize(
    ("left", "alpha", "beta", "likelihood"),
    [(HIGH_END, 0.668, 3.806, -1611.2), (REGULAR, 0.704, 1.182, -1680.3)],
)
def test_reaches_the_published_fit(left, alpha, beta, likelihood):
    model = BetaDiscrete().fit(cohort(left[:7]))
    assert model.params_.to_dict() == pytest.approx({"alpha": alpha, "beta": beta}, abs=6e-4)
    assert model.log_likelihood_ == pytest.approx(likelihood, abs=0.05)
    assert model.converged_ and model.limit_ is None


@pytest.mark.parametrize("left", [HIGH_END, REGULAR])
def test_projects_the_five_years_that_it_has_not_seen(left):
    curve = BetaDiscrete().fit(cohort(left[:7])).survival(12, interval=0.9)
    assert np.abs(curve["survival"].iloc[1:] * 1000 - left).max() < 25
    assert curve["survival"].iloc[8:].between(curve["low"].iloc[8:], curve["high"].iloc[8:]).all()
    assert curve["retention"].iloc[1:].is_monotonic_increasing
    assert curve.iloc[0][["survival", "low", "high"]].tolist() == [1, 1, 1]


def test_the_lifetime_left_is_the_sum_of_the_chances_of_renewal(model):
    contracts = pd.DataFrame({"periods": [0, 7, 7], "ended": [False, False, True]})
    left = model.expected_lifetime(contracts, 0.1, periods_per_year=1)["lifetime"]
    curve = model.survival(3_000)["survival"].to_numpy()
    for place, age in ((0, 0), (1, 7)):
        chances = curve[age + 1 :] / curve[age]
        expected = chances @ 1.1 ** -np.arange(len(chances))
        assert left[place] == pytest.approx(expected, rel=1e-6)
    assert left[2] == 0


def test_the_lifetime_left_is_that_of_the_literature(model):
    """Fader and Hardie (2010), Marketing Science 29(1), equation 6, by scipy's 2F1."""
    from scipy.special import hyp2f1

    alpha, beta = model.params_
    contracts = pd.DataFrame({"periods": [0, 1, 4], "ended": False})
    left = model.expected_lifetime(contracts, 0.1, periods_per_year=1)["lifetime"]
    age = contracts["periods"]
    share = (beta + age) / (alpha + beta + age)
    closed = share * hyp2f1(1, beta + age + 1, alpha + beta + age + 1, 1 / 1.1)
    assert left.to_numpy() == pytest.approx(closed.to_numpy(), rel=1e-9)


def test_without_discount_there_may_be_no_mean(model):
    contracts = pd.DataFrame({"periods": [3], "ended": [False]})
    with pytest.raises(ValueError, match=r"mean lifetime doesn't exist .alpha = 0\.668"):
        model.expected_lifetime(contracts)
    some = model.expected_lifetime(contracts, horizon=24)["lifetime"].item()
    assert 0 < some < 24
    sure = BetaDiscrete()
    sure.params_, sure._log_covariance = pd.Series({"alpha": 3.0, "beta": 9.0}), np.zeros((2, 2))
    endless = sure.expected_lifetime(contracts)["lifetime"].item()
    far = sure.expected_lifetime(contracts, horizon=200_000)["lifetime"].item()
    assert endless == pytest.approx((9 + 3) / (3 - 1)) == pytest.approx(far, rel=1e-4)


def test_survival_of_a_contract_is_that_of_a_new_one_that_came_so_far(model):
    contracts = pd.DataFrame({"periods": [0, 5, 5], "ended": [False, False, True]})
    ahead = model.predict_survival(contracts, 3, interval=0.9)
    curve = model.survival(8)["survival"]
    assert ahead["survival"].tolist() == pytest.approx([curve[3], curve[8] / curve[5], 0])
    running = ahead.iloc[:2]
    assert (running["low"] < running["survival"]).all()
    assert (running["survival"] < running["high"]).all()


def simulated(seed: int, n: int, alpha: float, beta: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ends = rng.geometric(rng.beta(alpha, beta, n))
    seen = rng.integers(1, 25, n)
    return pd.DataFrame({"periods": np.minimum(ends, seen), "ended": ends <= seen})


def test_recovers_the_parameters_from_contracts_of_different_age():
    model = BetaDiscrete().fit(simulated(1, 30_000, 0.8, 7.0))
    for name, truth in {"alpha": 0.8, "beta": 7.0}.items():
        assert abs(model.params_[name] - truth) < 3.5 * model.standard_errors_[name]


def test_intervals_hold_the_truth_as_often_as_they_say():
    truth = {"alpha": 0.8, "beta": 7.0}
    inside = []
    for seed in range(150):
        summary = BetaDiscrete().fit(simulated(seed, 2_000, **truth)).summary(0.9)
        inside.append(
            [summary.loc[k, "low"] <= v <= summary.loc[k, "high"] for k, v in truth.items()]
        )
    assert np.abs(np.mean(inside, axis=0) - 0.9).max() < 0.07


def test_contracts_that_are_all_alike_are_said_to_be():
    lost = [100, 90, 81, 73, 66]
    left = 1000 - np.cumsum(lost)
    model = BetaDiscrete().fit(cohort(left.tolist()))
    assert "the same coin" in model.limit_
    assert model.survival(5)["retention"].iloc[1:].to_numpy() == pytest.approx(0.9, abs=2e-3)
    contracts = pd.DataFrame({"periods": [3], "ended": [False]})
    assert model.expected_lifetime(contracts)["lifetime"].item() == pytest.approx(9, rel=0.03)


def subscriptions() -> pd.DataFrame:
    days = [
        ("2026-01-01", "2026-01-31"),  # one month to the day
        ("2026-01-01", "2026-02-01"),  # ended in its second
        ("2026-01-31", None),  # due on the last day of a month
        ("2026-02-20", None),  # a running month counts when it's over
        ("2026-01-10", "2026-07-01"),  # ends after today
        ("2026-05-01", None),  # starts after today
    ]
    table = pd.DataFrame(days, columns=["started_on", "ended_on"])
    return table.apply(pd.to_datetime).assign(monthly_amount=5.0)


def test_counts_months_by_hand():
    table, before = subscriptions(), subscriptions()
    months = contract_months(table, "2026-04-30")
    pd.testing.assert_frame_equal(table, before)
    assert months["periods"].tolist() == [1, 2, 3, 2, 3]
    assert months["ended"].tolist() == [True, True, False, False, False]
    assert months["monthly_amount"].tolist() == [5.0] * 5


def test_refuses_impossible_contracts():
    table = subscriptions()
    table.loc[1, "ended_on"] = pd.Timestamp("2025-01-01")
    with pytest.raises(ValueError, match=r"ended_on must be on or after started_on.*first at 1"):
        contract_months(table, "2026-04-30")
    with pytest.raises(ValueError, match=r"periods must be a whole number.* first at 0 with 0"):
        BetaDiscrete().fit(pd.DataFrame({"periods": [0], "ended": [True]}))
    with pytest.raises(ValueError, match="ended must be true or false"):
        BetaDiscrete().fit(pd.DataFrame({"periods": [3], "ended": ["no"]}))
    with pytest.raises(InsufficientData, match="at least 10 that ended; there are 2 among 5"):
        BetaDiscrete().fit(contract_months(subscriptions(), "2026-04-30"))


def test_refuses_what_cannot_be_answered(model):
    contracts = pd.DataFrame({"periods": [3], "ended": [False]})
    with pytest.raises(ValueError, match="discount_rate must lie between 0 and 1 a year, got -1"):
        model.expected_lifetime(contracts, discount_rate=-1)
    with pytest.raises(ValueError, match="horizon must be at least 0, got -2"):
        model.predict_survival(contracts, -2)
    with pytest.raises(ValueError, match="isn't fitted yet"):
        BetaDiscrete().survival(3)
