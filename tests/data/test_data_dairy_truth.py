"""What happens to the dairy comes out of its tables again, by the package's own methods."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, logsumexp
from scipy.stats import binomtest, chi2
from scipy.stats.contingency import odds_ratio

from crm_analysis.customers import summarize
from crm_analysis.data import load
from crm_analysis.data.simulation_products import expected_shares
from crm_analysis.data.simulation_truth import Truth
from crm_analysis.lifetime_value import BetaGeo, GammaGamma
from crm_analysis.satisfaction import (
    demand,
    event_effect,
    hidden_complaints,
    price_sensitivity,
    repurchase_after_complaint,
)

TRUTH = Truth()


@pytest.fixture(scope="module")
def dairy():
    return load("dairy")


@pytest.fixture(scope="module")
def orders(dairy):
    """Give each household's days of ordering."""
    return dairy.transactions[["customer_id", "date", "salesperson"]].drop_duplicates()


@pytest.fixture(scope="module")
def weekly(orders):
    return summarize(orders.assign(amount=1.0), unit="W")


def spread(share, n):
    return np.sqrt(share * (1 - share) / n)


def test_ordering_is_found_by_our_own_models(dairy):
    customers = summarize(dairy.transactions, unit="W")
    found = BetaGeo().fit(customers)
    error = found.standard_errors_
    for name in ("r", "alpha", "a", "b"):
        true = getattr(TRUTH.dairy, name)
        assert abs(found.params_[name] - true) < 2.58 * error[name], name
    spend = GammaGamma().fit(customers[customers["frequency"] > 0]).params_
    mean = TRUTH.dairy.p * TRUTH.dairy.v / (TRUTH.dairy.q - 1)
    assert spend["p"] * spend["v"] / (spend["q"] - 1) == pytest.approx(mean, rel=0.02)


def test_amounts_are_packs_at_list_prices(dairy):
    lines = dairy.transactions
    assert np.allclose(lines["amount"], lines["quantity"] * lines["unit_price"], atol=1e-9)
    listed = lines.groupby(["product", lines["date"].dt.to_period("Y-OCT")])["unit_price"]
    assert (listed.max() == listed.min()).all()
    milk = listed.first()["Whole milk"].to_numpy()
    rises = list(TRUTH.products.price_rises.values())
    assert milk[1:] / milk[:-1] == pytest.approx(rises, abs=0.003)
    assert (lines["cost"] > 0).all()
    of = lines.groupby("customer_id")[["amount", "cost"]].sum()
    assert 0 < (of["cost"] > of["amount"]).sum() < len(of) / 20
    assert of["cost"].sum() / of["amount"].sum() == pytest.approx(0.67, abs=0.03)


@pytest.mark.parametrize("age", ["under 40", "40 to 65", "over 65"])
def test_what_is_bought_goes_by_age_and_children(dairy, age):
    profiles = dairy.profiles.dropna(subset=["birth_year", "children"])
    born = profiles["birth_year"].astype(int)
    group = np.select([born <= 1960, born <= 1985], ["over 65", "40 to 65"], "under 40")
    ours = profiles[group == age].set_index("customer_id")["children"].ne("none")
    lines = dairy.transactions.assign(children=dairy.transactions["customer_id"].map(ours))
    counts = pd.crosstab(lines["product_id"], lines["children"])
    expected = expected_shares(TRUTH.products)[age]
    # Against plain yoghurt; bread goes with cheese as well.
    for children in (False, True):
        of = counts[children].drop("P15")
        odds, true = of / of["P05"], (expected[children] / expected.loc["P05", children])
        error = np.sqrt(1 / of + 1 / of["P05"])
        off = (np.log(odds) - np.log(true.loc[of.index])).abs() / error
        assert off.drop("P05").max() < 4, off.idxmax()
    wrong = np.log(counts.loc["P08", True] / counts.loc["P05", True] / (6 / 9))
    assert wrong > np.log(3)


def test_cheese_leads_to_bread(dairy):
    lines = dairy.transactions.assign(
        cheese=dairy.transactions["category"].eq("Cheese"),
        bread=dairy.transactions["product"].eq("Bread"),
    )
    baskets = lines.groupby("order_id", sort=False).agg(
        customer_id=("customer_id", "first"),
        date=("date", "first"),
        cheese=("cheese", "sum"),
        bread=("bread", "sum"),
        lines=("bread", "size"),
    )
    baskets = baskets.sort_values(["customer_id", "date"])
    ever = baskets.groupby("customer_id")["cheese"].cumsum() > baskets["cheese"]
    plain = baskets[baskets["cheese"] == 0]
    later = plain.groupby(ever.loc[plain.index])[["bread", "lines"]].sum()
    share = later["bread"] / later["lines"]
    base = 3 / (100 - 17)
    assert share[False] == pytest.approx(base, abs=4 * spread(base, later.loc[False, "lines"]))
    after = base + (1 - base) * TRUTH.products.bread_later
    assert share[True] == pytest.approx(after, abs=4 * spread(after, later.loc[True, "lines"]))
    # Of two lines the other one came before or after the cheese, by chance.
    both = baskets[(baskets["cheese"] == 1) & (baskets["lines"] == 2) & ~ever]
    beside = base + (1 - base) * TRUTH.products.bread_in_basket / 2
    assert both["bread"].mean() == pytest.approx(beside, abs=4 * spread(beside, len(both)))


def test_the_driver_takes_customers_along(orders):
    left = pd.Timestamp(TRUTH.events.left_on)
    before = orders[(orders["date"] <= left) & (orders["date"] > left - pd.Timedelta(days=90))]
    driver = before.groupby("customer_id")["salesperson"].first()
    again = driver.index.isin(orders.loc[orders["date"] > left, "customer_id"])
    back = pd.Series(again, index=driver.index).groupby(driver == TRUTH.events.leaver)
    share, n = back.mean(), back.size()
    stay = 1 - TRUTH.events.taken_along
    expected = stay * share[False]
    assert share[True] == pytest.approx(expected, abs=3 * spread(expected, n[True]))
    assert share[True] < share[False] - 3 * spread(share[False], n[True])
    served = orders.groupby("salesperson")["date"].agg(["min", "max"])
    assert served.loc[TRUTH.events.leaver, "max"] <= left < served.loc["Rhea", "min"]


def test_the_scare_costs_orders_for_a_while(orders):
    scare = pd.Timestamp(TRUTH.events.scare_on)
    week = (orders["date"] - scare).dt.days // 7
    counts = week.value_counts()
    usual = counts[counts.index.isin(range(-8, 0))].mean()
    during = counts[counts.index.isin(range(4))].mean() / usual
    keeps = TRUTH.events.scare_orders
    expected = keeps + (1 - keeps) * 2 / TRUTH.events.scare_weeks
    assert during == pytest.approx(expected, abs=0.1)


def test_the_scare_lowers_trust_which_comes_back(dairy):
    waves, outcomes = TRUTH.waves, dairy.outcomes
    overall = outcomes.groupby("wave")["overall_satisfaction"].mean()
    effect = event_effect(overall, waves.scare, confidence=0.99)
    size = TRUTH.survey.satisfaction_moves(waves.trust)
    assert effect.loc["step", "low"] < size < effect.loc["step", "high"] < 0
    pace = -size * waves.recovers
    assert 0 < effect.loc["trend", "low"] < pace < effect.loc["trend", "high"]
    asked = dairy.survey.groupby("item")["wave"].transform("nunique") == overall.size
    felt = dairy.survey[asked].groupby(["dimension", "wave"])["perception"].mean()
    for dimension in TRUTH.survey.weights:
        step = event_effect(felt[dimension], waves.scare, confidence=0.99).loc["step"]
        # The top of the scale takes a little off.
        true = waves.trust.get(dimension, 0.0)
        assert step["low"] - 0.15 < true < step["high"] + 0.15, dimension
        assert (step["high"] < -0.5) == (true < 0), dimension


@pytest.fixture(scope="module")
def responses(dairy, orders):
    """Give the contacts with the orders in the weeks after each, and the household's segment."""
    contacts = dairy.contacts.reset_index(names="contact")
    weeks = pd.Timedelta(weeks=TRUTH.events.campaign_weeks)
    both = contacts[["contact", "customer_id", "date"]].merge(orders, on="customer_id")
    since = both["date_y"] - both["date_x"]
    n = both[(since >= pd.Timedelta(0)) & (since < weeks)].groupby("contact").size()
    known = dairy.profiles.set_index("customer_id")[["birth_year", "children"]].dropna()
    old, family = known["birth_year"] <= 1960, known["children"] != "none"
    segment = np.select([old, family], ["do not disturb", "persuadable"], "sure thing")
    segment = pd.Series(segment, known.index)
    return contacts.assign(
        orders=n.reindex(contacts["contact"], fill_value=0).to_numpy(),
        segment=contacts["customer_id"].map(segment),
    )


def test_campaigns_work_by_segment(responses):
    mean, error = (
        responses.pivot_table(index="segment", columns="group", values="orders", aggfunc=what)
        for what in ("mean", "sem")
    )
    uplift = mean["treatment"] - mean["control"]
    wobble = np.sqrt((error**2).sum(axis=1))
    events = TRUTH.events
    true = pd.Series(
        {
            "persuadable": events.persuaded,
            "sure thing": 0.0,
            "do not disturb": -events.put_off * mean.loc["do not disturb", "control"],
        }
    )
    assert ((uplift - true).abs() < 2.58 * wobble).all()
    assert uplift["persuadable"] > 3 * wobble["persuadable"]
    assert uplift["do not disturb"] < 0


def test_control_groups_are_drawn_by_lot(dairy):
    contacts = dairy.contacts
    control = contacts["group"] == "control"
    share = TRUTH.events.control
    assert control.mean() == pytest.approx(share, abs=4 * spread(share, len(contacts)))
    assert (contacts.loc[control, "cost"] == 0).all()
    assert contacts.loc[control | (contacts["channel"] != "e-mail"), "opened"].isna().all()
    mail = contacts[~control & (contacts["channel"] == "e-mail")]
    assert mail["opened"].notna().all()
    assert (mail["clicked"] <= mail["opened"]).all()
    assert not contacts.duplicated(["customer_id", "campaign"]).any()


@pytest.fixture(scope="module")
def complaints(dairy):
    return dairy.interactions[dairy.interactions["kind"] == "complaint"]


def test_quick_handling_brings_customers_back(dairy, orders, complaints):
    service = TRUTH.service
    old = complaints[complaints["date"] <= dairy.as_of - pd.Timedelta(days=90)]
    both = old.reset_index().merge(orders, on="customer_id", suffixes=("", "_order"))
    since = (both["date_order"] - both["date"]).dt.days
    back = old.index.isin(both.loc[since.between(1, service.back_days), "index"])
    quick = (old["resolved_on"] - old["date"]).dt.days <= service.quick_days
    table = [[(quick & back).sum(), (quick & ~back).sum()]]
    table += [[(~quick & back).sum(), (~quick & ~back).sum()]]
    interval = odds_ratio(table, kind="sample").confidence_interval(0.95)
    assert 1 < interval.low < service.odds_ratio < interval.high
    again = repurchase_after_complaint(dairy.interactions, dairy.transactions, dairy.as_of)["again"]
    assert again["content with the outcome"] > again["not content"]


def test_most_complaints_stay_hidden(dairy, complaints):
    last = dairy.outcomes[dairy.outcomes["wave"] == "2026-10"].set_index("customer_id")
    spoke = pd.Series(True, index=complaints["customer_id"])
    hidden = hidden_complaints(last["overall_satisfaction"], spoke, dissatisfied_below=4.0)
    assert hidden.low < 1 - TRUTH.service.dissatisfied_complain < hidden.high
    assert complaints["customer_id"].is_unique
    assert (complaints["resolved_on"].isna() == complaints["satisfied"].isna()).all()


def contract_loss(parameters, months, ended):
    """Give minus the log-likelihood of the shifted beta-geometric (Fader and Hardie 2007)."""
    a, b = np.exp(parameters)
    each = np.where(ended, betaln(a + 1, b + months - 1), betaln(a, b + months))
    return -(each - betaln(a, b)).sum()


def test_contracts_end_by_the_shifted_beta_geometric(dairy):
    contracts = dairy.subscriptions[dairy.subscriptions["salesperson"] != TRUTH.events.leaver]
    contracts = contracts[contracts["salesperson"] != TRUTH.events.successor]
    ended = contracts["ended_on"].notna().to_numpy()
    last = contracts["ended_on"].fillna(dairy.as_of).dt.to_period("M").astype("int64")
    months = (last - contracts["started_on"].dt.to_period("M").astype("int64") + 1).to_numpy()
    assert months.min() == 1
    best = minimize(contract_loss, [0.0, 1.0], args=(months, ended))
    true = np.log([TRUTH.contracts.a, TRUTH.contracts.b])
    assert 0 <= 2 * (contract_loss(true, months, ended) - best.fun) < chi2.ppf(0.99, 2)
    wrong = true + np.array([0.0, 0.5])
    assert 2 * (contract_loss(wrong, months, ended) - best.fun) > chi2.ppf(0.99, 2)


def test_prices_cross_where_they_should(dairy):
    found = price_sensitivity(dairy.prices, confidence=0.99)
    for name, price in TRUTH.prices.crossings.items():
        estimate = getattr(found, name)
        assert estimate.low < price < estimate.high, name
    assert found.dropped == TRUTH.prices.muddled
    for name in ("buys_cheap", "buys_expensive"):
        assert dairy.prices[name].mean() == pytest.approx(getattr(TRUTH.prices, name), abs=0.03)
    best = demand(dairy.prices, draws=50).most_revenue.value
    assert TRUTH.prices.median["cheap"] < best < TRUTH.prices.median["expensive"]


def test_points_are_earned_before_they_go(dairy):
    moves = dairy.programme.sort_values(["customer_id", "date", "points"], ascending=[1, 1, 0])
    assert (moves.groupby("customer_id")["points"].cumsum() >= 0).all()
    sign = moves.groupby("kind")["points"].agg(["min", "max"])
    assert sign.loc["earn", "min"] > 0 > sign.loc["redeem", "max"]
    assert sign.loc["expire", "max"] < 0
    assert (moves.loc[moves["kind"] == "redeem", "points"] == -TRUTH.points.voucher).all()


def test_vouchers_are_taken_at_the_rate_put_in(dairy):
    by_month = dairy.programme.pivot_table(
        index="customer_id", columns=["date", "kind"], values="points", aggfunc="sum"
    ).fillna(0.0)
    balance, could, did = 0.0, 0, 0
    for month in by_month.columns.unique("date"):
        moves = by_month[month].reindex(columns=["earn", "expire", "redeem"], fill_value=0.0)
        before = balance + moves["earn"] + moves["expire"]
        could += (before >= TRUTH.points.voucher).sum()
        did += (moves["redeem"] < 0).sum()
        balance = before + moves["redeem"]
    interval = binomtest(int(did), int(could)).proportion_ci(0.99)
    assert interval.low < TRUTH.points.redeems < interval.high


def test_the_keen_join_the_programme(dairy, weekly):
    joined = weekly.index.isin(dairy.programme["customer_id"])
    could = weekly["frequency"] > 0
    assert weekly.loc[joined, "frequency"].mean() > 1.5 * weekly.loc[~joined, "frequency"].mean()
    assert 0.2 < joined[could].mean() < 0.6
    assert dairy.programme["date"].min() >= pd.Timestamp(TRUTH.events.programme_from)


def programme_histories(dairy):
    """Lay out, in weeks from its first day, when each household ordered, could join and joined."""
    start = pd.Timestamp(TRUTH.events.programme_from)
    days = dairy.transactions[["customer_id", "date"]].drop_duplicates().sort_values("date")
    dates = days.groupby("customer_id")["date"]
    first, end = dates.min(), dairy.as_of
    offered = (days["date"] >= start) & (days["date"] > days["customer_id"].map(first))
    later = days[offered].groupby("customer_id")["date"].agg(["min", "size"]).reindex(first.index)
    weeks = {"t_x": dates.max() - first, "T": end - first, "at": (later["min"] - first)}
    people = pd.DataFrame({name: span.dt.days / 7 for name, span in weeks.items()})
    people["x"] = dates.size() - 1
    people["after"] = (later["size"] - 1).fillna(0)
    people["could"] = people["at"].notna()
    people["joined"] = people.index.isin(dairy.programme["customer_id"])
    return people.fillna({"at": people["T"]})


def programme_log_likelihood(theta, people):
    """BG/NBD whose rate joining multiplies, and by which a household joins: effect and selection.

    For each household the rate is summed over a grid, since its chance of joining depends on it.
    """
    (r, alpha, a, b), (joins, by_rate, usual, effect) = np.exp(theta[:4]), theta[4:]
    grid = np.exp(np.linspace(np.log(0.004), np.log(2.5), 28))[:, None]
    x, at, could, joined = (people[n].to_numpy() for n in ("x", "at", "could", "joined"))
    change = usual * could + effect * joined

    def orders_due(until):
        return grid * (np.minimum(until, at) + np.exp(change) * np.maximum(until - at, 0))

    rates = r * np.log(alpha) - gammaln(r) + r * np.log(grid) - alpha * grid
    bought = rates + x * np.log(grid) + people["after"].to_numpy() * change
    stays = betaln(a, b + x) - betaln(a, b) - orders_due(people["T"].to_numpy())
    left = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b)
    left = np.where(x > 0, left - orders_due(people["t_x"].to_numpy()), -np.inf)
    odds = joins + by_rate * np.log2(grid)
    chose = np.where(could, -np.logaddexp(0, np.where(joined, -odds, odds)), 0)
    return logsumexp(bought + np.logaddexp(stays, left) + chose, axis=0).sum()


def test_members_order_more_though_the_keen_join(dairy):
    people = programme_histories(dairy)
    start = [0.1, 2.7, -0.2, 2.0, 1.6, 0.5, 0.0, 0.0]
    found = minimize(lambda theta: -programme_log_likelihood(theta, people), start, method="BFGS",
                     options={"gtol": 0.5})  # fmt: skip
    by_rate, effect = found.x[[5, 7]]
    put_in = TRUTH.events.joins_by_rate, np.log(TRUTH.events.members_order)
    error = np.sqrt(np.diag(found.hess_inv))[[5, 7]]
    assert abs(by_rate - put_in[0]) < 2 * error[0]
    assert abs(effect - put_in[1]) < 2 * error[1]
    assert effect > 1.645 * error[1]
    # Comparing members with others takes selection for effect.
    rates = (people["after"] / (people["T"] - people["at"])).where(people["could"])
    naive = rates[people["joined"]].mean() / rates[~people["joined"]].mean()
    assert naive > 1.3 * TRUTH.events.members_order


def test_deals_go_on_as_put_in(dairy):
    deals = dairy.deals[dairy.deals["opened_on"] < "2026-01-01"]
    stages = list(TRUTH.deals.stages)
    at = deals["stage"].map(stages.index)
    for k, stage in enumerate(stages[1:-1], start=1):
        reached, share = (at >= k).sum(), TRUTH.deals.stages[stage]
        interval = binomtest(int((at > k).sum()), int(reached)).proportion_ci(0.99)
        assert interval.low < share < interval.high, stage
    went_on = (at > 0).groupby(deals["source"]).mean()
    odds = went_on / (1 - went_on)
    assert odds["recommendation"] > odds["fair"] > odds["cold call"]
    decided = deals[(at == len(stages) - 1) & deals["won"].notna()]
    won = decided["won"].groupby(decided["salesperson"]).mean()
    assert won["Vera"] > won[["Tove", "Ulf"]].max()
    assert (dairy.deals["closed_on"].isna() == dairy.deals["won"].isna()).all()
    assert (deals["closed_on"] >= deals["opened_on"])[deals["closed_on"].notna()].all()


def test_visitors_come_by_the_day_of_the_week(dairy):
    traffic = dairy.traffic
    assert traffic.groupby("channel")["date"].agg(["size", "nunique"]).eq(1096).all(axis=None)
    weekday = traffic["date"].dt.weekday
    mean = traffic.groupby(["channel", weekday])["visitors"].mean()
    for channel, true in (
        ("web", TRUTH.traffic.web_week),
        ("depot door", TRUTH.traffic.depot_week),
    ):
        found = mean[channel] / mean[channel].mean()
        assert found.to_numpy() == pytest.approx(np.array(true) / np.mean(true), abs=0.04)


def test_the_programme_pays_in_the_third_year(dairy):
    month = dairy.crm_costs.groupby("date")["amount"].sum().cumsum()
    assert month.max() > 0 > month.iloc[-1]
    assert month[month < 0].index.min().year == 2026


def test_households_stored_twice_are_as_many_as_said(dairy):
    profiles, people = dairy.profiles, TRUTH.people
    by_mail = profiles["email"].dropna().duplicated().sum()
    by_phone = profiles["phone"].dropna().duplicated().sum()
    assert (by_mail, by_phone) == (people.same_email, people.same_phone)
    turned = profiles["name"].str.split(", ").str[::-1].str.join(" ")
    key = turned + profiles["birth_year"].astype("str")
    otherwise = profiles["name"].str.contains(",")
    assert otherwise.sum() == people.name_otherwise
    assert key[otherwise].isin(key[~otherwise]).all()
    assert profiles.loc[otherwise, "region"].notna().all()


def test_orders_come_by_the_day_of_the_week(orders):
    found = orders["date"].dt.weekday.value_counts(normalize=True).sort_index()
    true = np.array(TRUTH.dairy.weekdays) / sum(TRUTH.dairy.weekdays)
    assert found.to_numpy() == pytest.approx(true, abs=0.015)
