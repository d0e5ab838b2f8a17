"""A simulated dairy that delivers to the door: orders and profiles from stated parameters.

Households buy by the BG/NBD process (Fader, Hardie and Lee 2005): each has its own rate of
ordering, and after each repeat order its own chance of never ordering again. What an order
brings follows the Gamma-Gamma model (Fader and Hardie 2013). Both come from the parameters of
``DairyTruth``, so a test, or a class, can compare what a method finds with what was put in.

The questionnaires of the same households are made by ``simulation_survey``.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

__all__ = [
    "DairyTruth",
    "Households",
    "simulate_households",
    "simulate_orders",
    "simulate_profiles",
]

_DAYS_PER_WEEK = 7
_WEEKS_PER_YEAR = 365.25 / 7

# Each kind of draw has a stream of its own: a change to one leaves the others as they were.
_STREAMS = {"households": 1, "orders": 2, "profiles": 3, "survey": 4, "kano": 5}

_PRODUCTS = pd.DataFrame(
    [
        ("P01", "Whole milk 1 l", "Milk", 14),
        ("P02", "Low-fat milk 1 l", "Milk", 9),
        ("P03", "Hay milk 1 l", "Milk", 6),
        ("P04", "Lactose-free milk 1 l", "Milk", 5),
        ("P05", "Natural yoghurt 500 g", "Yoghurt", 9),
        ("P06", "Berry yoghurt 500 g", "Yoghurt", 7),
        ("P07", "Kefir 500 ml", "Yoghurt", 4),
        ("P08", "Children's yoghurt 4 pots", "Yoghurt", 6),
        ("P09", "Mountain cheese 250 g", "Cheese", 7),
        ("P10", "Cream cheese 200 g", "Cheese", 6),
        ("P11", "Cottage cheese 200 g", "Cheese", 4),
        ("P12", "Butter 250 g", "Butter and cream", 9),
        ("P13", "Whipping cream 250 ml", "Butter and cream", 5),
        ("P14", "Eggs, box of ten", "Larder", 6),
        ("P15", "Farmhouse bread 750 g", "Larder", 3),
    ],
    columns=["product_id", "product", "category", "weight"],
)
_CHANNELS = {"app": 0.46, "web shop": 0.24, "telephone": 0.18, "note at the door": 0.12}
_ACQUISITION = {  # share of the households, mean cost in EUR
    "doorstep visit": (0.34, 38.0),
    "leaflet": (0.26, 16.0),
    "recommendation": (0.22, 9.0),
    "web advertising": (0.18, 27.0),
}
_REGIONS = (
    "Altmarkt",
    "Bachufer",
    "Eichfeld",
    "Hafen",
    "Lindenhof",
    "Mühlberg",
    "Nordtor",
    "Seewinkel",
)
_STAFF = (
    "Alva", "Bero", "Cosma", "Dario", "Edda", "Falk", "Gesa", "Hanno",
    "Ilka", "Jonte", "Kaya", "Lorin", "Merle", "Nino", "Oda", "Pelle",
)  # fmt: skip
_FIRST_NAMES = ("Ada", "Ben", "Cleo", "Dina", "Emil", "Fia", "Gus", "Hedy", "Ivo", "Juno")
_CHILDREN = {"none": 0.47, "one": 0.22, "two": 0.22, "three or more": 0.09}


@dataclass(frozen=True)
class DairyTruth:
    """What the dairy is made from.

    Parameters
    ----------
    households : how many are ever customers.
    first_day, last_day : the time the records span, both included.
    r, alpha : a household's orders a week while it is a customer are gamma distributed with
        shape r and rate alpha: on average r / alpha.
    a, b : its chance of stopping after a repeat order is beta distributed: on average a / (a + b).
    p, q, v : an order's amount in EUR is gamma with shape p and a rate that is gamma over the
        households with shape q and rate v: on average p v / (q - 1).
    acquisition_years : the pace at which winning households slows down: the number won falls to
        1/e of itself in so many years.
    satisfaction_keeps : correlation, before the households are sampled, between how content a
        household is and how unlikely it is to stop.

    Examples
    --------
    >>> truth = DairyTruth()
    >>> f"{truth.r / truth.alpha:.2f} orders a week, {truth.p * truth.v / (truth.q - 1):.2f} EUR each"
    '0.32 orders a week, 20.00 EUR each'
    """  # noqa: E501

    households: int = 5_000
    first_day: date = date(2023, 11, 1)
    last_day: date = date(2026, 10, 31)
    r: float = 0.9
    alpha: float = 2.8
    a: float = 0.7
    b: float = 6.0
    p: float = 10.0
    q: float = 8.0
    v: float = 14.0
    acquisition_years: float = 1.1
    satisfaction_keeps: float = 0.5

    @property
    def weeks(self) -> float:
        """How long the records run, in weeks."""
        return ((self.last_day - self.first_day).days + 1) / _DAYS_PER_WEEK


@dataclass(frozen=True)
class Households:
    """The households as they truly are, times in weeks since the first day (not rounded to days).

    Parameters
    ----------
    customers : by customer_id: acquired, rate, dropout, mean_amount (EUR), contentment (z-score),
        alive (whether the household is still a customer on the last day).
    orders : a row per order: customer_id, week; the first of a household is its acquisition.
    """

    customers: pd.DataFrame
    orders: pd.DataFrame


def _stream(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, _STREAMS[name]])


def _choose(rng: np.random.Generator, shares: dict[str, float], n: int) -> pd.Series:
    """Draw ``n`` of the names by their shares, as text."""
    edges = np.cumsum(list(shares.values()))
    codes = np.searchsorted(edges, rng.random(n) * edges[-1], side="right")
    return pd.Series(pd.array(list(shares), dtype="str").take(codes))


def simulate_households(truth: DairyTruth | None = None, seed: int = 2026) -> Households:
    """Let the households order, in continuous time.

    Given its rate, a household's orders over its time of observation are uniformly spread, as
    the gaps of a Poisson process make them; it stops after a geometric number of repeat orders.

    Examples
    --------
    >>> small = simulate_households(DairyTruth(households=3), seed=1)
    >>> small.customers.index.tolist(), bool((small.orders["week"] <= DairyTruth().weeks).all())
    (['H0001', 'H0002', 'H0003'], True)
    """
    truth, n = truth or DairyTruth(), (truth or DairyTruth()).households
    rng = _stream(seed, "households")
    scale = truth.acquisition_years * _WEEKS_PER_YEAR
    won = rng.random(n) * -np.expm1(-truth.weeks / scale)
    acquired = np.sort(-scale * np.log1p(-won))
    rate = rng.gamma(truth.r, 1 / truth.alpha, n)
    dropout = np.clip(rng.beta(truth.a, truth.b, n), 1e-9, 1)
    observed = truth.weeks - acquired
    possible, until_stop = rng.poisson(rate * observed), rng.geometric(dropout)
    mean_amount = truth.p / rng.gamma(truth.q, 1 / truth.v, n)
    contentment = _contentment(rng, dropout, truth.satisfaction_keeps)

    repeat_of, week = _repeat_times(rng, possible, until_stop, acquired, observed)
    names = pd.Index(
        [f"H{number:04d}" for number in range(1, n + 1)], name="customer_id", dtype="str"
    )
    customers = pd.DataFrame(
        {
            "acquired": acquired,
            "rate": rate,
            "dropout": dropout,
            "mean_amount": mean_amount,
            "contentment": contentment,
            "alive": until_stop > possible,
        },
        index=names,
    )
    owner = np.concatenate([np.arange(n), repeat_of])
    times = np.concatenate([acquired, week])
    order = np.lexsort((times, owner))
    orders = pd.DataFrame({"customer_id": names.take(owner[order]), "week": times[order]})
    return Households(customers, orders)


def _repeat_times(rng, possible, until_stop, acquired, observed):
    """Return whose each repeat order is and when: the first ``until_stop`` of the possible ones."""
    owner = np.repeat(np.arange(len(possible)), possible)
    times = acquired[owner] + rng.random(len(owner)) * observed[owner]
    order = np.lexsort((times, owner))
    owner, times = owner[order], times[order]
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(possible) - possible, possible)
    kept = rank < until_stop[owner]
    return owner[kept], times[kept]


def _contentment(rng, dropout, correlation):
    """Draw how content each household is, in tune with how unlikely it is to stop."""
    stays = -dropout.argsort().argsort() / len(dropout)
    stays = (stays - stays.mean()) / stays.std()
    return correlation * stays + np.sqrt(1 - correlation**2) * rng.standard_normal(len(dropout))


def simulate_orders(
    households: Households, truth: DairyTruth | None = None, seed: int = 2026
) -> pd.DataFrame:
    """Write the orders down as the dairy's books have them: ``transactions``, one row per line.

    The van comes once a day: what a household orders twice in a day is one order. An order has
    one to three lines, whose amounts add up to the Gamma-Gamma draw, to the cent.
    """
    truth, rng = truth or DairyTruth(), _stream(seed, "orders")
    day = np.floor(households.orders["week"] * _DAYS_PER_WEEK).astype("int64")
    days = pd.DataFrame({"customer_id": households.orders["customer_id"], "day": day})
    days = days.drop_duplicates().sort_values(["day", "customer_id"], ignore_index=True)
    customer = households.customers.index.get_indexer(days["customer_id"])
    mean = households.customers["mean_amount"].to_numpy()[customer]
    n = len(days)
    cents = np.maximum(np.rint(rng.gamma(truth.p, mean / truth.p) * 100), 3).astype("int64")
    order, line_cents = _lines(rng, cents)
    product = _PRODUCTS.iloc[_weighted(rng, _PRODUCTS["weight"].to_numpy(), len(order))]
    staff = pd.array(_STAFF, dtype="str").take(_route(customer))
    order_id = pd.Series([f"D{number:06d}" for number in range(1, n + 1)], dtype="str")
    channel = _choose(rng, _CHANNELS, n)
    date_ = pd.Timestamp(truth.first_day) + pd.to_timedelta(days["day"], unit="D")
    return pd.DataFrame(
        {
            "customer_id": days["customer_id"].take(order).array,
            "date": date_.astype("datetime64[us]").take(order).array,
            "amount": line_cents / 100,
            "order_id": order_id.take(order).array,
            "product_id": product["product_id"].array,
            "product": product["product"].array,
            "category": product["category"].array,
            "channel": channel.take(order).array,
            "salesperson": staff.take(order),
        }
    )


def _weighted(rng, weights, n):
    edges = np.cumsum(weights)
    return np.searchsorted(edges, rng.random(n) * edges[-1], side="right")


def _lines(rng, cents):
    """Split each order's cents over one to three lines; return the order of each line and cents."""
    n_lines = np.minimum(1 + _weighted(rng, (0.45, 0.35, 0.20), len(cents)), cents)
    order = np.repeat(np.arange(len(cents)), n_lines)
    is_first = np.r_[True, order[1:] != order[:-1]]
    share = 0.5 + rng.random(len(order))
    share /= np.bincount(order, weights=share)[order]
    # The first line takes what rounding down leaves over, so that the lines add up to the cent.
    parts = np.maximum(np.floor(share * cents[order]), 1).astype("int64")
    rest = cents - np.bincount(order, weights=parts).astype("int64")
    parts[is_first] += rest
    return order, parts


def _route(customer):
    """Give each household its member of the delivery staff: two of them to a region."""
    return customer % len(_STAFF)


def simulate_profiles(
    households: Households, truth: DairyTruth | None = None, seed: int = 2026
) -> pd.DataFrame:
    """Write down what the dairy knows of each household: ``profiles``, with gaps as in real life.

    Names, addresses and numbers are invented: the domain and the dialling code don't exist.
    """
    truth, rng = truth or DairyTruth(), _stream(seed, "profiles")
    n = len(households.customers)
    number = np.arange(1, n + 1)
    first_day = pd.Timestamp(truth.first_day)
    acquired = np.floor(households.customers["acquired"].to_numpy() * _DAYS_PER_WEEK)
    last = (pd.Timestamp(truth.last_day) - first_day).days
    updated = np.floor(acquired + rng.random(n) ** 0.7 * (last - acquired))
    channel = _choose(rng, {name: share for name, (share, _) in _ACQUISITION.items()}, n)
    mean_cost = channel.map({name: cost for name, (_, cost) in _ACQUISITION.items()}).to_numpy()
    first_name = pd.array(_FIRST_NAMES, dtype="str").take(_weighted(rng, np.ones(10), n))
    birth_year = np.clip(np.rint(1976 + 13 * rng.standard_normal(n)), 1935, 2004)
    known = lambda share: rng.random(n) < share  # noqa: E731
    text = lambda values: pd.Series(values, dtype="str")  # noqa: E731
    days = lambda count: pd.Series(first_day + pd.to_timedelta(count, unit="D"))  # noqa: E731
    return pd.DataFrame(
        {
            "customer_id": text(households.customers.index),
            "name": text(
                [f"{a} Samplewood-{k:04d}" for a, k in zip(first_name, number, strict=True)]
            ),
            "acquired_on": days(acquired).astype("datetime64[us]"),
            "acquisition_channel": channel,
            "acquisition_cost": np.round(rng.gamma(8, mean_cost / 8), 2),
            "birth_year": pd.Series(birth_year).astype("Int64").where(known(0.78)),
            "region": text([_REGIONS[k] for k in _route(number - 1) // 2]),
            "email": text([f"h{k:04d}@example.invalid" for k in number]).where(known(0.66)),
            "phone": text([f"+999 000 {k:04d}" for k in number]).where(known(0.91)),
            "updated_on": days(updated).astype("datetime64[us]").where(known(0.83)),
            "children": _choose(rng, _CHILDREN, n).where(known(0.71)),
        }
    )
