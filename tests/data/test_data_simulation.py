"""What was put into the dairy comes out of its tables again."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lifetimes import BetaGeoFitter, GammaGammaFitter
from scipy.special import gammaln
from scipy.stats import binomtest, chi2

from crm_analysis.customers import summarize
from crm_analysis.data import load
from crm_analysis.data.dairy import make_dairy
from crm_analysis.data.simulation import DairyTruth, simulate_households
from crm_analysis.data.simulation_events import EventTruth, let_happen
from crm_analysis.data.simulation_items import ITEMS, KANO_FEATURES
from crm_analysis.data.simulation_people import PeopleTruth, simulate_people
from crm_analysis.data.simulation_survey import SurveyTruth

TRUTH = DairyTruth()


@pytest.fixture(scope="module")
def dairy():
    return load("dairy")


@pytest.fixture(scope="module")
def latest(dairy):
    """Give the answers of the large survey at the end of the records, and its outcomes."""
    last = dairy.outcomes["wave"].max()
    tables = dairy.survey, dairy.outcomes
    return tuple(table[table["wave"] == last] for table in tables)


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
    assert 28_000 <= len(orders) <= 36_000
    assert orders.quantile(0.1) > 8
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
    assert len(lines) == 46_788
    assert lines["amount"].sum() == pytest.approx(645_784.91, abs=0.005)
    assert dairy.outcomes["recommend"].sum() == 11_419


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


def test_gaps_come_back(latest):
    answers = latest[0].assign(gap=latest[0]["perception"] - latest[0]["expectation"])
    gaps = answers.groupby("dimension")["gap"].mean()
    for dimension, gap in SurveyTruth().gaps.items():
        assert gaps[dimension] == pytest.approx(gap, abs=0.12), dimension


def test_drivers_come_back_in_their_order(latest):
    answers = latest[0].assign(gap=latest[0]["perception"] - latest[0]["expectation"])
    gaps = answers.pivot_table(index="respondent_id", columns="dimension", values="gap")
    satisfaction = latest[1].set_index("respondent_id")["overall_satisfaction"]
    design = np.column_stack([np.ones(len(gaps)), gaps])
    slopes = np.linalg.lstsq(design, satisfaction.loc[gaps.index], rcond=None)[0][1:]
    found = pd.Series(slopes, gaps.columns).sort_values(ascending=False).index.tolist()
    assert found == list(SurveyTruth().weights)


def test_items_load_on_their_dimension(latest):
    answers = latest[0].assign(gap=latest[0]["perception"] - latest[0]["expectation"])
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


def test_content_households_stay(latest):
    satisfied = latest[1].set_index("customer_id")["overall_satisfaction"]
    dropout = simulate_households().customers["dropout"].loc[satisfied.index]
    assert np.corrcoef(satisfied, dropout.rank())[0, 1] < -0.1


def test_respondents_are_customers_who_ordered_lately(dairy, latest):
    bought = dairy.transactions
    last = bought.groupby("customer_id")["date"].max()
    assert len(latest[1]) == 600
    assert latest[1]["customer_id"].is_unique
    assert last.loc[latest[1]["customer_id"]].min() >= pd.Timestamp("2026-05-01")
    early = dairy.outcomes[dairy.outcomes["wave"] != "2026-10"]
    first = early["customer_id"].map(bought.groupby("customer_id")["date"].min())
    assert (first < early["date"]).all()


def test_members_order_more_by_what_was_put_in():
    people = simulate_people(born := simulate_households(TRUTH, 2026), PeopleTruth(), 2026)
    known = pd.Series(True, index=born.customers.index)
    tiny = replace(EventTruth().campaigns[0], size=1)

    def orders_as_member(factor):
        events = EventTruth(members_order=factor, campaigns=(tiny,))
        happened = let_happen(born, people, known, TRUTH, events, 2026)
        orders = happened.households.orders
        return (orders["week"] >= orders["customer_id"].map(happened.joined)).sum(), happened.joined

    usual, joined = orders_as_member(1.0)
    more, joined_too = orders_as_member(EventTruth().members_order)
    pd.testing.assert_series_equal(joined, joined_too)
    # All but a member's last order may bring another.
    could = usual - joined.notna().sum()
    interval = binomtest(int(more - usual), int(could)).proportion_ci(0.99)
    assert interval.low < EventTruth().members_order - 1 < interval.high
