"""What was put into the dairy comes out of its tables again."""

import numpy as np
import pandas as pd
import pytest
from lifetimes import BetaGeoFitter, GammaGammaFitter
from scipy.special import gammaln
from scipy.stats import chi2

from crm_analysis.customers import summarize
from crm_analysis.data import load
from crm_analysis.data.dairy import make_dairy
from crm_analysis.data.simulation import DairyTruth, simulate_households
from crm_analysis.data.simulation_survey import ITEMS, KANO_FEATURES, SurveyTruth

TRUTH = DairyTruth()


@pytest.fixture(scope="module")
def dairy():
    return load("dairy")


def log_likelihood(r, alpha, a, b, x, t_x, T):
    """BG/NBD log-likelihood in the form of Hardie's note 027, written for this test."""
    d = (r + x) * np.log((alpha + T) / (alpha + t_x)) + np.log(a) - np.log(b + x - 1)
    each = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + T)
    each += gammaln(a + b) - gammaln(a + b + x) + gammaln(b + x) - gammaln(b)
    return (each + np.where(x > 0, np.logaddexp(0, d), 0)).sum()


def test_orders_in_continuous_time_are_bg_nbd():
    # Twice the log-likelihood that fitting gains over the truth is chi-squared with 4 degrees.
    households = simulate_households()
    week = households.orders.groupby("customer_id")["week"]
    x, t_x = week.size().to_numpy() - 1, (week.max() - week.min()).to_numpy()
    T = TRUTH.weeks - households.customers["acquired"].to_numpy()
    fitted = BetaGeoFitter().fit(x, t_x, T).params_
    true = log_likelihood(TRUTH.r, TRUTH.alpha, TRUTH.a, TRUTH.b, x, t_x, T)
    assert 0 <= 2 * (log_likelihood(*fitted, x, t_x, T) - true) < chi2.ppf(0.999, 4)
    # A wrong truth would be found out.
    wrong = log_likelihood(TRUTH.r, TRUTH.alpha, 2 * TRUTH.a, TRUTH.b, x, t_x, T)
    assert 2 * (log_likelihood(*fitted, x, t_x, T) - wrong) > chi2.ppf(0.999, 4)


def test_parameters_come_back_from_the_tables(dairy):
    customers = summarize(dairy.transactions, unit="W")
    fitted = BetaGeoFitter().fit(customers["frequency"], customers["recency"], customers["T"])
    # What falls on one day counts once, which slows the rate by some per cent.
    assert fitted.params_["r"] / fitted.params_["alpha"] == pytest.approx(0.9 / 11, rel=0.10)
    dropout = fitted.params_["a"] / (fitted.params_["a"] + fitted.params_["b"])
    assert dropout == pytest.approx(0.7 / 6.7, rel=0.10)
    repeat = customers[customers["frequency"] > 0]
    spend = GammaGammaFitter().fit(repeat["frequency"], repeat["monetary_value"]).params_
    assert spend["p"] == pytest.approx(TRUTH.p, rel=0.15)
    assert spend["q"] == pytest.approx(TRUTH.q, rel=0.15)
    assert spend["v"] == pytest.approx(TRUTH.v, rel=0.20)
    assert spend["p"] * spend["v"] / (spend["q"] - 1) == pytest.approx(20, rel=0.01)


def test_the_dairy_is_of_the_size_that_it_says(dairy):
    assert dairy.transactions["customer_id"].nunique() == len(dairy.profiles) == 5000
    orders = dairy.transactions.groupby("order_id")["amount"].sum()
    assert 60_000 <= len(orders) <= 80_000
    assert orders.quantile(0.1) > 9
    assert orders.quantile(0.9) < 36
    assert dairy.transactions["date"].between("2023-11-01", "2026-10-31").all()
    by_year = dairy.profiles["acquired_on"].dt.to_period("Y-OCT").value_counts().sort_index()
    assert by_year.is_monotonic_decreasing
    assert by_year.iloc[0] > 2500


def test_the_same_seed_gives_the_same_company(dairy):
    again, other = make_dairy(), make_dairy(seed=7)
    for name, table in dairy.tables.items():
        pd.testing.assert_frame_equal(table, getattr(again, name))
    assert not dairy.transactions["amount"].head(100).equals(other.transactions["amount"].head(100))


def test_known_values_hold_on_every_platform(dairy):
    # Changed only on purpose: figures in other tests rest on these draws.
    lines = dairy.transactions
    assert len(lines) == 114_584
    assert lines["amount"].sum() == pytest.approx(1_314_346.15, abs=0.005)
    assert dairy.outcomes["recommend"].sum() == 4494


def test_a_households_first_order_is_its_acquisition(dairy):
    first = dairy.transactions.groupby("customer_id")["date"].min()
    acquired = dairy.profiles.set_index("customer_id")["acquired_on"]
    assert (first.sort_index() == acquired.sort_index()).all()


def test_orders_have_one_customer_one_day_and_amounts_in_cents(dairy):
    per_order = dairy.transactions.groupby("order_id")[["customer_id", "date"]].nunique()
    assert (per_order == 1).all().all()
    cents = dairy.transactions["amount"] * 100
    assert (cents > 0).all()
    assert np.allclose(cents, cents.round())


def test_items_stand_as_servqual_has_them():
    # Parasuraman, Zeithaml, Berry (1988).
    counts = ITEMS.groupby("dimension", sort=False)["item"].nunique().to_dict()
    assert counts == {
        "tangibles": 4,
        "reliability": 5,
        "responsiveness": 4,
        "assurance": 4,
        "empathy": 5,
    }


def test_gaps_come_back(dairy):
    answers = dairy.survey.assign(gap=dairy.survey["perception"] - dairy.survey["expectation"])
    gaps = answers.groupby("dimension")["gap"].mean()
    for dimension, gap in SurveyTruth().gaps.items():
        assert gaps[dimension] == pytest.approx(gap, abs=0.12), dimension


def test_drivers_come_back_in_their_order(dairy):
    answers = dairy.survey.assign(gap=dairy.survey["perception"] - dairy.survey["expectation"])
    gaps = answers.pivot_table(index="respondent_id", columns="dimension", values="gap")
    satisfaction = dairy.outcomes.set_index("respondent_id")["overall_satisfaction"]
    design = np.column_stack([np.ones(len(gaps)), gaps])
    slopes = np.linalg.lstsq(design, satisfaction.loc[gaps.index], rcond=None)[0][1:]
    found = pd.Series(slopes, gaps.columns).sort_values(ascending=False).index.tolist()
    assert found == list(SurveyTruth().weights)


def test_items_load_on_their_dimension(dairy):
    answers = dairy.survey.assign(gap=dairy.survey["perception"] - dairy.survey["expectation"])
    by_item = answers.pivot_table(index="respondent_id", columns="item", values="gap").corr()
    dimension = ITEMS.set_index("item")["dimension"].loc[by_item.index].to_numpy()
    same = dimension[:, None] == dimension[None, :]
    off_diagonal = ~np.eye(len(by_item), dtype=bool)
    within = by_item.to_numpy()[same & off_diagonal].mean()
    between = by_item.to_numpy()[~same].mean()
    assert within > between + 0.15


def test_kano_answers_have_the_category_that_was_put_in(dairy):
    # Rows: feature there; columns: feature missing (Berger et al. 1993).
    table = np.array([list(row) for row in ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")])
    kano = dairy.kano
    letters = table[kano["functional"] - 1, kano["dysfunctional"] - 1]
    found = pd.Series(letters).groupby(kano["item"].to_numpy()).agg(lambda all_: all_.mode()[0])
    assert found.to_dict() == KANO_FEATURES


def test_content_households_stay(dairy):
    satisfied = dairy.outcomes.set_index("customer_id")["overall_satisfaction"]
    dropout = simulate_households().customers["dropout"].loc[satisfied.index]
    assert np.corrcoef(satisfied, dropout.rank())[0, 1] < -0.1


def test_respondents_are_customers_who_ordered_lately(dairy):
    last = dairy.transactions.groupby("customer_id")["date"].max()
    assert len(dairy.outcomes) == 600
    assert dairy.outcomes["customer_id"].is_unique
    assert last.loc[dairy.outcomes["customer_id"]].min() >= pd.Timestamp("2026-05-01")
