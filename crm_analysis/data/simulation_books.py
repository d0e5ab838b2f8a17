"""What the simulated dairy writes down: its orders and what it knows of each household."""

import numpy as np
import pandas as pd

from crm_analysis.data.draws import choose, stream, weighted
from crm_analysis.data.simulation import DairyTruth, Households
from crm_analysis.data.tables import TABLES

__all__ = ["simulate_orders", "simulate_profiles"]

_DAYS_PER_WEEK = 7

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
# The share of households of whom a field is known; the other fields are known of all.
_KNOWN = {"birth_year": 0.78, "email": 0.66, "phone": 0.91, "updated_on": 0.83}
_KNOWN_CHILDREN = {"children": 0.71}
_CHILDREN = {"none": 0.47, "one": 0.22, "two": 0.22, "three or more": 0.09}


def simulate_orders(
    households: Households, truth: DairyTruth | None = None, seed: int = 2026
) -> pd.DataFrame:
    """Write the orders down as the dairy's books have them: ``transactions``, one row per line.

    The van comes once a day: what a household orders twice in a day is one order. An order has
    one to three lines, whose amounts add up to the Gamma-Gamma draw, to the cent.
    """
    truth, rng = truth or DairyTruth(), stream(seed, "orders")
    orders = _purchase_days(households)
    customer = households.customers.index.get_indexer(orders["customer_id"])
    mean = households.customers["mean_amount"].to_numpy()[customer]
    cents = np.maximum(np.rint(rng.gamma(truth.p, mean / truth.p) * 100), 3).astype("int64")
    order, line_cents = _lines(rng, cents)
    product = _PRODUCTS.iloc[weighted(rng, _PRODUCTS["weight"].to_numpy(), len(order))]
    orders["date"] = _dates(truth, orders.pop("day"))
    ids = [f"D{number:06d}" for number in range(1, len(orders) + 1)]
    orders["order_id"] = pd.Series(ids, dtype="str")
    orders["channel"] = choose(rng, _CHANNELS, len(orders))
    orders["salesperson"] = pd.array(_STAFF, dtype="str").take(_route(customer))
    lines = orders.take(order).reset_index(drop=True).assign(amount=line_cents / 100)
    lines = lines.join(product.drop(columns="weight").reset_index(drop=True))
    return lines[[column.name for column in TABLES["transactions"].columns if column.name in lines]]


def _purchase_days(households):
    """Return customer_id and day (whole days since the first), each pair once, in order of days."""
    day = np.floor(households.orders["week"] * _DAYS_PER_WEEK).astype("int64")
    days = pd.DataFrame({"customer_id": households.orders["customer_id"], "day": day})
    return days.drop_duplicates().sort_values(["day", "customer_id"], ignore_index=True)


def _dates(truth, days):
    """Turn days since the first into dates."""
    dates = pd.Timestamp(truth.first_day) + pd.to_timedelta(days, unit="D")
    return pd.Series(dates).astype("datetime64[us]")


def _lines(rng, cents):
    """Split each order's cents over one to three lines; return the order of each line and cents."""
    n_lines = np.minimum(1 + weighted(rng, (0.45, 0.35, 0.20), len(cents)), cents)
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
    truth, rng = truth or DairyTruth(), stream(seed, "profiles")
    n = len(households.customers)
    number = np.arange(1, n + 1)
    acquired = np.floor(households.customers["acquired"].to_numpy() * _DAYS_PER_WEEK)
    last = (truth.last_day - truth.first_day).days
    updated = np.floor(acquired + rng.random(n) ** 0.7 * (last - acquired))
    channel = choose(rng, {name: share for name, (share, _) in _ACQUISITION.items()}, n)
    mean_cost = channel.map({name: cost for name, (_, cost) in _ACQUISITION.items()}).to_numpy()
    first_name = [_FIRST_NAMES[k] for k in weighted(rng, np.ones(len(_FIRST_NAMES)), n)]
    birth_year = np.clip(np.rint(1976 + 13 * rng.standard_normal(n)), 1935, 2004)
    profiles = {
        "customer_id": households.customers.index.array,
        "name": [f"{first_name[k - 1]} Samplewood-{k:04d}" for k in number],
        "acquired_on": _dates(truth, acquired),
        "acquisition_channel": channel,
        "acquisition_cost": np.round(rng.gamma(8, mean_cost / 8), 2),
        "birth_year": pd.array(birth_year, dtype="Int64"),
        "region": [_REGIONS[k] for k in _route(number - 1) // 2],
        "email": [f"h{k:04d}@example.invalid" for k in number],
        "phone": [f"+999 000 {k:04d}" for k in number],
        "updated_on": _dates(truth, updated),
    }
    frame = _with_gaps(pd.DataFrame(profiles), _KNOWN, rng)
    return _with_gaps(frame.assign(children=choose(rng, _CHILDREN, n)), _KNOWN_CHILDREN, rng)


def _with_gaps(profiles, known, rng):
    """Leave away what the dairy was never told, field by field."""
    return profiles.assign(
        **{
            name: profiles[name].where(rng.random(len(profiles)) < share)
            for name, share in known.items()
        }
    )
