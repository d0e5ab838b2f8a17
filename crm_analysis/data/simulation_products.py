"""What the simulated dairy sells, and who buys what.

What a line of an order holds depends on the age and the children of the household. Who has bought
cheese turns to bread more often: in the same basket, and in all later ones.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crm_analysis.data.draws import weighted

__all__ = ["PRODUCTS", "ProductTruth", "choose_products", "expected_shares", "price_on"]

# weight: how often it is bought in comparison; price in EUR in the first year; goods: what the
# goods cost the dairy, as a share of the first year's price.
PRODUCTS = pd.DataFrame(
    [
        ("P01", "Whole milk", "Milk", 14, 3.15, 0.60),
        ("P02", "Low-fat milk", "Milk", 9, 3.05, 0.60),
        ("P03", "Hay milk", "Milk", 6, 3.75, 0.58),
        ("P04", "Lactose-free milk", "Milk", 5, 3.55, 0.60),
        ("P05", "Yoghurt", "Yoghurt", 9, 3.60, 0.50),
        ("P06", "Berry yoghurt", "Yoghurt", 7, 3.95, 0.50),
        ("P07", "Kefir", "Yoghurt", 4, 3.35, 0.50),
        ("P08", "Children's yoghurt", "Yoghurt", 6, 2.75, 0.48),
        ("P09", "Mountain cheese", "Cheese", 7, 5.95, 0.52),
        ("P10", "Cream cheese", "Cheese", 6, 2.85, 0.48),
        ("P11", "Cottage cheese", "Cheese", 4, 2.55, 0.48),
        ("P12", "Butter", "Butter", 9, 3.25, 0.56),
        ("P13", "Cream", "Butter", 5, 2.25, 0.54),
        ("P14", "Eggs", "Larder", 6, 3.95, 0.62),
        ("P15", "Bread", "Larder", 3, 4.25, 0.55),
    ],
    columns=["product_id", "product", "category", "weight", "price", "goods"],
)
AGES = ("under 40", "40 to 65", "over 65")
_CHEESE = (PRODUCTS["category"] == "Cheese").to_numpy()
_BREAD = PRODUCTS.index[PRODUCTS["product_id"] == "P15"][0]


def _by_age() -> dict[str, dict[str, float]]:
    return {
        "under 40": {"P03": 1.6, "P06": 1.5, "P07": 1.8, "P11": 1.7},
        "40 to 65": {"P09": 1.4},
        "over 65": {"P04": 2.2, "P12": 1.7, "P13": 1.5, "P06": 0.6},
    }


@dataclass(frozen=True)
class ProductTruth:
    """Who buys what.

    Parameters
    ----------
    by_age : age, then product: what multiplies the odds of that product against plain yoghurt
        (P05), which is liked alike by all.
    with_children : likewise for households with children.
    bread_in_basket : share of the lines below a cheese in the same basket that turn into bread.
    bread_later : share of the lines in later baskets that turn into bread; cheese stays cheese.
    price_rises : year of the records → factor on the list prices of the year before.
    cost_rises : likewise on the cost of the goods.
    lines : shares of orders with one, two, three lines; a product drawn twice is one line.
    delivery, by_telephone : what an order costs to deliver and what one by telephone costs on
        top, in EUR, spread over its lines.
    """

    by_age: dict[str, dict[str, float]] = field(default_factory=_by_age)
    with_children: dict[str, float] = field(default_factory=lambda: {"P08": 5.0, "P01": 1.3})
    bread_in_basket: float = 0.30
    bread_later: float = 0.08
    price_rises: dict[int, float] = field(default_factory=lambda: {2: 1.03, 3: 1.05})
    cost_rises: dict[int, float] = field(default_factory=lambda: {2: 1.05, 3: 1.04})
    lines: tuple[float, ...] = (0.60, 0.29, 0.11)
    delivery: float = 2.30
    by_telephone: float = 1.10


def expected_shares(truth: ProductTruth) -> pd.DataFrame:
    """Return the share of each product (rows) by age and children, before bread goes with cheese.

    Examples
    --------
    >>> shares = expected_shares(ProductTruth())
    >>> odds = shares.loc["P08"] / shares.loc["P05"]
    >>> float(round(odds["under 40", True] / odds["under 40", False], 6))
    5.0
    """
    weight = PRODUCTS.set_index("product_id")["weight"].astype(float)
    columns = {}
    for age in AGES:
        alone = weight * pd.Series(truth.by_age.get(age, {})).reindex(weight.index).fillna(1.0)
        family = alone * pd.Series(truth.with_children).reindex(weight.index).fillna(1.0)
        columns |= {(age, False): alone / alone.sum(), (age, True): family / family.sum()}
    return pd.DataFrame(columns)


def choose_products(
    rng: np.random.Generator, buyer: pd.DataFrame, truth: ProductTruth
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the lines of each order.

    Parameters
    ----------
    buyer : a row per order, those of a customer one after another in order of time: customer
        (a number), age, children (whether there are any).

    Returns
    -------
    The order (a row of ``buyer``) and the product (a row of ``PRODUCTS``) of each line.
    """
    lines = np.repeat(np.arange(len(buyer)), 1 + weighted(rng, truth.lines, len(buyer)))
    shares = expected_shares(truth)
    group = shares.columns.get_indexer(pd.MultiIndex.from_frame(buyer[["age", "children"]]))
    edges = shares.to_numpy().cumsum(axis=0).T[group[lines]]
    product = (edges <= rng.random(len(lines))[:, None] * edges[:, -1:]).sum(axis=1)
    cheese = _CHEESE[product]
    in_basket = _seen(cheese, lines)
    ever = _seen(cheese, buyer["customer"].to_numpy()[lines])
    chance = np.select([cheese, in_basket, ever], [0, truth.bread_in_basket, truth.bread_later], 0)
    product = np.where(rng.random(len(lines)) < chance, _BREAD, product)
    once = ~pd.DataFrame({"order": lines, "product": product}).duplicated().to_numpy()
    return lines[once], product[once]


def _seen(what: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Tell whether it was there in an earlier row of the same group; groups lie together."""
    before = np.cumsum(what) - what
    first = np.r_[True, group[1:] != group[:-1]]
    at_start = before[first][np.cumsum(first) - 1]
    return before > at_start


def price_on(
    year: np.ndarray, product: np.ndarray, truth: ProductTruth
) -> tuple[np.ndarray, np.ndarray]:
    """Return list price and cost of goods, in cents, of products in years of the records from 1.

    Examples
    --------
    >>> price, goods = price_on(np.array([1, 2]), np.array([0, 0]), ProductTruth())
    >>> price.tolist(), goods.tolist()
    ([315, 324], [189, 198])
    """
    price, goods = (_raised(year, rises) for rises in (truth.price_rises, truth.cost_rises))
    listed = PRODUCTS["price"].to_numpy()[product] * 100
    share = PRODUCTS["goods"].to_numpy()[product]
    return tuple(
        np.rint(cents).astype("int64") for cents in (listed * price, listed * share * goods)
    )


def _raised(year: np.ndarray, rises: dict[int, float]) -> np.ndarray:
    return np.prod([np.where(year >= since, by, 1.0) for since, by in rises.items()], axis=0)
