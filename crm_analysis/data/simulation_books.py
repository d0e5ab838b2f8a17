"""The books of the simulated dairy: the lines of its orders, and what is sold at the depot door."""

import numpy as np
import pandas as pd

from crm_analysis.data.draws import choose, stream, typed, weighted
from crm_analysis.data.simulation import DairyTruth, Households
from crm_analysis.data.simulation_events import STAFF, EventTruth
from crm_analysis.data.simulation_products import PRODUCTS, ProductTruth, choose_products, price_on

__all__ = ["purchase_days", "simulate_door_sales", "simulate_orders", "staff_of"]

_DAYS_PER_WEEK = 7
_CHANNELS = {"app": 0.46, "web": 0.24, "phone": 0.18, "note": 0.12}
DEPOTS = ("North", "East", "South", "West")
# How many sales at the depot door there are in three years, without a name.
_DOOR_SALES = 420


def simulate_orders(
    households: Households,
    people: pd.DataFrame,
    truth: DairyTruth | None = None,
    events: EventTruth | None = None,
    products: ProductTruth | None = None,
    seed: int = 2026,
) -> pd.DataFrame:
    """Write the orders down as the dairy's books have them: ``transactions``, one row per line.

    The van comes once a day: what a household orders twice in a day is one order. An order's
    amount follows the Gamma-Gamma draw as closely as whole packs at list prices allow.
    """
    truth, products, rng = truth or DairyTruth(), products or ProductTruth(), stream(seed, "orders")
    orders = purchase_days(households)
    customer = orders.pop("customer")
    mean = households.customers["mean_amount"].to_numpy()[customer]
    cents = np.rint(rng.gamma(truth.p, mean / truth.p) * 100)
    buyer = pd.DataFrame({"customer": customer, "age": people["age"].to_numpy()[customer]})
    buyer["children"] = (people["children"] != "none").to_numpy()[customer]
    # In the order of each household's life, since what it bought before matters.
    line, product = choose_products(rng, buyer, products)
    orders["channel"] = choose(rng, _CHANNELS, len(orders)).array
    route = customer.to_numpy() % len(STAFF)
    orders["salesperson"] = staff_of(route, orders["day"].to_numpy(), truth, events)
    orders["store"] = [DEPOTS[k] for k in route // (len(STAFF) // len(DEPOTS))]
    by_day = np.lexsort((orders.index, orders["day"]))
    number = np.empty(len(orders), dtype="int64")
    number[by_day] = np.arange(1, len(orders) + 1)
    orders["order_id"] = [f"D{k:05d}" for k in number]
    lines = _priced(rng, orders, line, product, cents, products)
    order = np.lexsort((lines.pop("rank"), number[lines.pop("line")]))
    lines["date"] = truth.dates(lines.pop("day")).array
    return typed(lines.iloc[order], "transactions")


def purchase_days(households: Households) -> pd.DataFrame:
    """Return customer_id, customer (a number), day (whole, since the first), each pair once."""
    day = np.floor(households.orders["week"] * _DAYS_PER_WEEK).astype("int64")
    days = pd.DataFrame({"customer_id": households.orders["customer_id"], "day": day})
    days["customer"] = households.customers.index.get_indexer(days["customer_id"])
    return days.drop_duplicates().sort_values(["customer", "day"], ignore_index=True)


def staff_of(
    route: np.ndarray, day: np.ndarray, truth: DairyTruth, events: EventTruth | None = None
) -> np.ndarray:
    """Name who serves a route on a day: somebody else once the leaver has left."""
    events = events or EventTruth()
    names = np.array(STAFF, dtype=object)[route]
    later = day > (events.left_on - truth.first_day).days
    return np.where((names == events.leaver) & later, events.successor, names)


def _priced(rng, orders, line, product, cents, truth):
    """Give each line its packs, so that an order comes as near to its amount as packs allow."""
    year = 1 + orders["day"].to_numpy()[line] // 365.25
    price, goods = price_on(year, product, truth)
    # The dearest first: the cheapest line makes up for what whole packs leave over or overshoot.
    order = np.lexsort((-price, line))
    line, product, price, goods = (values[order] for values in (line, product, price, goods))
    first = np.r_[True, line[1:] != line[:-1]]
    rank = np.arange(len(line)) - np.flatnonzero(first)[np.cumsum(first) - 1]
    packs = _packs(rng, line, rank, price, cents)
    lines = orders.iloc[line].reset_index(drop=True)
    for name in ("product_id", "product", "category"):
        lines[name] = PRODUCTS[name].to_numpy()[product]
    lines["quantity"], lines["unit_price"] = packs, price / 100
    lines["amount"] = packs * price / 100
    lines["cost"] = (packs * goods + _serving(lines["channel"], line, rank, truth)) / 100
    return lines.assign(line=line, rank=rank)


def _packs(rng, line, rank, price, cents):
    """Share what is left of each order's cents among the lines that are left, in whole packs."""
    rest, left = cents.copy(), np.bincount(line, minlength=len(cents))
    packs = np.empty(len(line), dtype="int64")
    for k in range(rank.max() + 1):
        at = rank == k
        share = np.where(left[line[at]] > 1, (0.5 + rng.random(at.sum())) / left[line[at]], 1.0)
        packs[at] = np.maximum(np.rint(rest[line[at]] * share / price[at]), 1)
        rest[line[at]] -= packs[at] * price[at]
        left[line[at]] -= 1
    return packs


def _serving(channel, line, rank, truth):
    """Return what bringing the order costs, in cents, spread over its lines."""
    whole = np.rint(100 * (truth.delivery + truth.by_telephone * (channel == "phone")))
    lines = np.bincount(line)[line]
    return np.where(rank == 0, whole - (lines - 1) * (whole // lines), whole // lines)


def simulate_door_sales(
    truth: DairyTruth | None = None, products: ProductTruth | None = None, seed: int = 2026
) -> pd.DataFrame:
    """Write down what is sold at the depot door, to people whom nobody asks for their name."""
    truth, products, rng = truth or DairyTruth(), products or ProductTruth(), stream(seed, "door")
    n = _DOOR_SALES
    day = np.sort(rng.integers(0, int(truth.weeks * _DAYS_PER_WEEK), n))
    product = weighted(rng, PRODUCTS["weight"].to_numpy(), n)
    price, goods = price_on(1 + day // 365.25, product, products)
    packs = 1 + rng.poisson(1.2, n)
    chosen = PRODUCTS.iloc[product][["product_id", "product", "category"]].reset_index(drop=True)
    sold = {
        "customer_id": pd.Series(pd.NA, range(n), dtype="str"),
        "date": truth.dates(day),
        "amount": packs * price / 100,
        "order_id": [f"T{k:05d}" for k in range(1, n + 1)],
        "quantity": packs,
        "unit_price": price / 100,
        "cost": packs * goods / 100,
        "channel": "depot door",
        "store": [DEPOTS[k] for k in rng.integers(0, len(DEPOTS), n)],
    }
    return typed(pd.DataFrame(sold).join(chosen), "transactions")
