"""Does satisfaction pay? What customers buy after they were asked, their own past held equal."""

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InsufficientData

__all__ = ["buying_after"]

_STEPS, _CLOSE = 50, 1e-10


def buying_after(
    satisfaction: pd.Series,
    transactions: pd.DataFrame,
    surveyed_on: pd.Timestamp | pd.Series,
    as_of: pd.Timestamp,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Tell by how much more satisfied customers buy after the survey, their past held equal.

    Poisson regression of the days with a purchase after the survey on satisfaction; then on
    satisfaction and the customer's own past: purchases a day before, and days since the last one.

    Parameters
    ----------
    satisfaction : by customer_id, points.
    transactions : customer_id, date.
    surveyed_on : the day of the survey, for all or by customer_id; purchases up to it are the past,
        later ones count. Where customers were asked on different days, purchases are counted by day
        of the time that was left.
    as_of : the last day known.
    confidence : of the intervals, between 0 and 1.

    Returns
    -------
    Frame with the rows "satisfaction alone" and "past held equal": rate_ratio (factor on the number
    of purchases per point of satisfaction), low, high (from robust standard errors, so that
    purchases may spread more than Poisson's), p_value, n (customers who had bought before).

    Raises
    ------
    InsufficientData : no day after the survey, fewer than 10 customers with a past, nobody bought
        afterwards, or all are equally satisfied.

    Notes
    -----
    Holding the past equal takes out that good customers both like and buy more. What else makes
    people satisfied and buy stays in. It can also take out too much: past satisfaction worked on
    past purchases.

    References
    ----------
    Bolton (1998), A dynamic model of the duration of the customer's relationship with a continuous
    service provider, Marketing Science 17(1), 45–65. Gourieroux, Monfort, Trognon (1984),
    Econometrica 52(3), 701–720: Poisson regression with robust errors.

    Examples
    --------
    >>> g = np.random.default_rng(1)
    >>> felt = pd.Series(g.integers(1, 8, 300), index=range(300), dtype=float)
    >>> days = pd.to_timedelta(np.r_[np.zeros(300), g.integers(1, 90, 1500)], "D")
    >>> who = np.r_[np.arange(300), g.choice(300, 1500, p=1.2**felt / (1.2**felt).sum())]
    >>> bought = pd.DataFrame({"customer_id": who, "date": pd.Timestamp("2026-01-01") + days})
    >>> after = buying_after(felt, bought, pd.Timestamp("2026-01-01"), pd.Timestamp("2026-03-31"))
    >>> after["rate_ratio"].round(1).to_dict()
    {'satisfaction alone': 1.2, 'past held equal': 1.2}
    """
    check_probability(confidence, name="confidence")
    check_columns(transactions, ["customer_id", "date"], table="transactions")
    table = _before_and_after(satisfaction, transactions, surveyed_on, as_of)
    felt, past = table[["satisfaction"]], table[["satisfaction", "rate", "silence"]]
    rows = {"satisfaction alone": felt, "past held equal": past}
    z = ndtri((1 + confidence) / 2)
    later = table["after"].to_numpy(), table["time"].to_numpy()
    found = {name: _poisson(x.to_numpy(), *later) for name, x in rows.items()}
    frame = pd.DataFrame.from_dict(found, orient="index", columns=["slope", "error"])
    tail = 2 * ndtr(-frame["slope"].abs() / frame["error"])
    columns = {"rate_ratio": np.exp(frame["slope"])}
    columns |= {"low": np.exp(frame["slope"] - z * frame["error"])}
    columns |= {"high": np.exp(frame["slope"] + z * frame["error"]), "p_value": tail}
    return pd.DataFrame(columns).assign(n=len(table)).rename_axis("model")


def _before_and_after(
    satisfaction: pd.Series,
    transactions: pd.DataFrame,
    surveyed_on: pd.Timestamp | pd.Series,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Per customer: satisfaction, logs of past rate and silence, later purchase days and time."""
    felt = satisfaction.dropna().astype(float)
    asked = pd.Series(surveyed_on, index=felt.index).dropna()
    asked = asked[asked < as_of]
    ours = transactions[["customer_id"]].assign(day=transactions["date"].dt.normalize())
    days = ours[(ours["day"] <= as_of) & ours["customer_id"].isin(asked.index)].drop_duplicates()
    days["asked"] = asked.reindex(days["customer_id"]).to_numpy()
    earlier = days["day"] <= days["asked"]
    before = days[earlier].groupby("customer_id")["day"]
    table = pd.DataFrame({"n": before.size(), "first": before.min(), "last": before.max()})
    after = days[~earlier].groupby("customer_id").size().reindex(table.index, fill_value=0)
    felt, asked = felt.reindex(table.index), asked.reindex(table.index)
    if len(table) < 10 or after.sum() == 0 or felt.nunique() < 2:
        raise InsufficientData(
            "buying after the survey",
            f"{len(table):,} customers with a past who were asked before {as_of:%Y-%m-%d}, of whom "
            f"{int((after > 0).sum()):,} bought afterwards",
            "10 customers with a past, purchases after the survey, and satisfaction that differs",
        )
    known_for = (asked - table["first"]).dt.days + 1
    silence = (asked - table["last"]).dt.days
    columns = {"satisfaction": felt, "rate": np.log(table["n"] / known_for)}
    columns |= {"silence": np.log1p(silence), "time": np.log((as_of - asked).dt.days)}
    return pd.DataFrame({**columns, "after": after})


def _poisson(x: np.ndarray, y: np.ndarray, time: np.ndarray) -> tuple[float, float]:
    """Slope of the first column in a Poisson regression, and its robust standard error."""
    x = np.column_stack([x - x.mean(axis=0), np.ones(len(y))])
    slope = np.r_[np.zeros(x.shape[1] - 1), np.log(y.sum() / np.exp(time).sum())]
    for _ in range(_STEPS):
        mean = np.exp((x @ slope + time).clip(-30, 30))
        inverse = np.linalg.pinv((x * mean[:, None]).T @ x)
        step = inverse @ x.T @ (y - mean)
        slope = slope + step
        if np.abs(step).max() < _CLOSE:
            break
    scaled = x * (y - mean)[:, None]
    covariance = inverse @ (scaled.T @ scaled) @ inverse
    return float(slope[0]), float(np.sqrt(covariance[0, 0] * len(y) / (len(y) - x.shape[1])))
