"""Clusters of behaviour, and whether there are any.

A clustering method finds groups in anything. Here groups count as found only where they are
apart (silhouette), further apart than the same method makes of customers spread evenly, and
come back when the customers are drawn again (Jaccard).
"""

from typing import Literal, Self, get_args

import numpy as np
import pandas as pd

from crm_analysis.errors import InputError, InsufficientData, unknown_name
from crm_analysis.formats import counted
from crm_analysis.segmentation._customers import by_customer, numbers, order_counts
from crm_analysis.segmentation._partitions import (
    Partition,
    fit_partition,
    jaccard_stability,
    silhouette,
    spread_evenly,
)
from crm_analysis.segmentation.profile import segment_profile
from crm_analysis.segmentation.rfm import days_since_last

__all__ = ["REASONABLE", "CustomerClusters"]

Method = Literal["kmeans", "gaussian_mixture"]

_MOST_CLUSTERS = 8
_FEWEST_CUSTOMERS = 50
_SAMPLE = 1_500  # a silhouette compares each of these with each other
_EVEN_DRAWS = 10
# Kaufman and Rousseeuw (1990): above .50 a reasonable structure has been found.
REASONABLE = 0.50
_STABLE = 0.75
_BANDS = ((0.85, "highly stable"), (0.75, "stable"), (0.60, "doubtful"), (-1, "unstable"))
_EVERYBODY = "all customers"
# From half a standard deviation on a difference gets a word: (below, above).
_WORDS = {
    "orders": ("few orders", "many orders"),
    "silence": ("recent", "long silent"),
    "order_value": ("small orders", "large orders"),
}
_NOTABLE = 0.5


class CustomerClusters:
    """Group customers by silence, orders and order value, on logarithmic scales.

    Parameters
    ----------
    k : how many clusters, 2 to 8; None finds the number, or that there are no clusters.
    method : "kmeans", or "gaussian_mixture" for groups that are stretched or differ in width.
    seed : of the samples and starting points.

    Attributes
    ----------
    labels_ : Series by customer_id, the name of each customer's cluster.
    profile_ : frame by cluster, most revenue per customer first: the columns of
        ``segment_profile`` and z_silence, z_orders, z_order_value, how far the cluster's mean
        is from everybody's, in standard deviations of the logarithms.
    stability_ : frame by cluster: jaccard (0 to 1; mean of how much of the cluster is found
        again in 50 bootstrap samples) and band (Hennig: unstable below .60, doubtful below .75,
        stable below .85, else highly stable); empty where there are no clusters.
    candidates_ : frame by k: silhouette (−1 to 1), evenly_spread (the largest that customers
        without groups gave), least_jaccard, bic (of the Gaussian mixture), accepted.
    found_ : whether there are clusters; where k was given, whether that k passes.
    n_clusters_ : how many clusters were found, 0 where there are none.
    verdict_ : the same as a sentence.

    Notes
    -----
    With k=None numbers from 2 to 8 are tried in the order of their silhouettes; the first is
    taken that has a silhouette above .50 and above that of evenly spread customers, Jaccard of
    at least .75 in each cluster and, for the mixture, a BIC below that of one group. Where none
    has, everybody is one group. BIC alone would count components, not clusters: whole numbers of
    orders make it split a group that hangs together. The choice is made on at most 1,500
    customers, drawn by ``seed``; then every customer is placed.

    References
    ----------
    Hennig, C. (2007), Cluster-wise assessment of cluster stability, Computational Statistics &
    Data Analysis 52(1). Kaufman, L., Rousseeuw, P. J. (1990), Finding Groups in Data, Wiley.
    Tibshirani, R., Walther, G., Hastie, T. (2001), Estimating the number of clusters via the
    gap statistic, JRSS B 63(2), for spreading evenly over the box of the principal axes.

    Examples
    --------
    >>> often = pd.DataFrame({"recency": 90, "T": range(95, 145), "orders": 20, "revenue": 400.0})
    >>> once = pd.DataFrame({"recency": 0, "T": range(400, 450), "orders": 1, "revenue": 90.0})
    >>> clusters = CustomerClusters().fit(pd.concat([often, once], ignore_index=True))
    >>> clusters.labels_.value_counts().to_dict()
    {'many orders, recent, small orders': 50, 'few orders, long silent, large orders': 50}
    """

    def __init__(self, k: int | None = None, method: Method = "kmeans", seed: int = 0):
        if method not in get_args(Method):
            raise unknown_name("method", method, get_args(Method))
        whole = isinstance(k, (int, np.integer)) and not isinstance(k, bool)
        if k is not None and not (whole and 2 <= k <= _MOST_CLUSTERS):
            raise InputError(f"k must be a whole number from 2 to {_MOST_CLUSTERS}, got {k!r}")
        self.k, self.method, self.seed = k, method, seed

    def fit(self, customers: pd.DataFrame) -> Self:
        """Find the clusters of a customer base.

        Parameters
        ----------
        customers : a row per customer, with customer_id as index or column, recency, T, orders
            (at least 1), revenue (in money; below 0 counts as 0 in the order value).

        Raises
        ------
        InsufficientData : fewer than 50 customers.
        ValueError : a column is missing, or a row has no number.
        """
        behaviour = _behaviour(customers)
        if len(behaviour) < _FEWEST_CUSTOMERS:
            have, need = counted(len(behaviour), "customer"), f"at least {_FEWEST_CUSTOMERS}"
            raise InsufficientData("finding clusters", have, need)
        self._mean, self._sd = behaviour.mean().round(9), behaviour.std(ddof=0).round(9)
        points = self._points(behaviour)
        sample = _draw(points, self.seed)
        self._choose(sample, *self._candidates(sample))
        places = self._partition(points) if self._partition else np.zeros(len(points), dtype=int)
        self._name(places, points)
        self.labels_ = self._labelled(places, behaviour.index)
        self.profile_ = segment_profile(customers, self.labels_).join(self._differences)
        self.profile_ = self.profile_.sort_values("mean_revenue", ascending=False, kind="stable")
        order = [name for name in self.profile_.index if name in self._stability.index]
        self.stability_ = self._stability.loc[order]
        self.n_clusters_ = len(self.profile_) if self.found_ else 0
        self.verdict_ = self._verdict()
        return self

    def predict(self, customers: pd.DataFrame) -> pd.Series:
        """Name the cluster of each customer, by the clusters that ``fit`` found."""
        if not hasattr(self, "labels_"):
            raise InputError("call fit before predict: there are no clusters yet")
        behaviour = _behaviour(customers)
        points = self._points(behaviour)
        places = self._partition(points) if self._partition else np.zeros(len(points), dtype=int)
        return self._labelled(places, behaviour.index)

    def _points(self, behaviour: pd.DataFrame) -> np.ndarray:
        # Who are alike in something aren't told apart by it: 0, not a division by 0.
        return ((behaviour - self._mean) / self._sd.where(self._sd > 0, 1.0)).to_numpy()

    def _candidates(self, sample: np.ndarray) -> tuple[pd.DataFrame, dict[int, Partition]]:
        kinds = len(np.unique(sample, axis=0))
        if self.k and kinds < self.k:
            have, need = f"{counted(kinds, 'kind')} of behaviour", f"at least {self.k}"
            raise InsufficientData(f"{self.k} clusters", have, need)
        numbers = [self.k] if self.k else range(2, min(_MOST_CLUSTERS, kinds - 1) + 1)
        found = {k: fit_partition(sample, k, self.method, self.seed) for k in numbers}
        rows = {k: [silhouette(sample, found[k](sample)), found[k].bic] for k in numbers}
        tried = pd.DataFrame.from_dict(rows, orient="index", columns=["silhouette", "bic"])
        return tried.rename_axis("k"), found

    def _choose(
        self, sample: np.ndarray, tried: pd.DataFrame, partitions: dict[int, Partition]
    ) -> None:
        tried = tried.assign(evenly_spread=np.nan, least_jaccard=np.nan, accepted=False)
        alone = fit_partition(sample, 1, self.method, self.seed).bic  # NaN for k-means
        self._partition, self._jaccard, self.found_ = None, None, False
        for k in tried.sort_values("silhouette", ascending=False).index:
            hopeless = tried.loc[k, "silhouette"] <= REASONABLE or tried.loc[k, "bic"] >= alone
            if self.k is None and hopeless:
                continue
            even = spread_evenly(sample, k, self.method, self.seed, _EVEN_DRAWS)
            jaccard = jaccard_stability(sample, partitions[k], k, self.method, self.seed)
            apart = tried.loc[k, "silhouette"] > max(even, REASONABLE)
            accepted = bool(apart and jaccard.min() >= _STABLE)
            columns = ["evenly_spread", "least_jaccard", "accepted"]
            tried.loc[k, columns] = [even, jaccard.min(), accepted]
            if accepted or self.k:
                self._partition, self._jaccard, self.found_ = partitions[k], jaccard, accepted
                break
        self.candidates_ = tried

    def _name(self, places: np.ndarray, points: np.ndarray) -> None:
        """Name each cluster after what is unusual in it; where two share a name, number them."""
        means = pd.DataFrame(points, columns=list(_WORDS)).groupby(places).mean().round(6) + 0.0
        names = means.apply(_words, axis=1)
        if self._partition is None:
            names[:] = _EVERYBODY
        order = means.sort_values(["orders", "order_value"], ascending=False).index
        twins = names[order].groupby(names[order])
        numbered = names + " (" + (twins.cumcount() + 1).astype(str) + ")"
        self._names = names.where(twins.transform("size") == 1, numbered)
        self._differences = means.add_prefix("z_").set_axis(self._names)
        jaccard = np.empty(0) if self._jaccard is None else self._jaccard[means.index]
        bands = [next(band for low, band in _BANDS if value >= low) for value in jaccard]
        self._stability = pd.DataFrame({"jaccard": jaccard, "band": bands})
        self._stability.index = pd.Index(self._names[: len(jaccard)], name="cluster")

    def _labelled(self, places: np.ndarray, index: pd.Index) -> pd.Series:
        # A cluster that nobody was in when names were given gets the nearest name's customers.
        names = self._names.reindex(range(int(places.max(initial=0)) + 1)).ffill().bfill()
        return pd.Series(names.to_numpy()[places], index=index, name="cluster", dtype="str")

    def _verdict(self) -> str:
        if self.found_:
            lowest = self.stability_["jaccard"].min()
            return (
                f"There are {len(self.profile_)} clusters: they are apart (silhouette "
                f"{self._silhouette():.2f}) and come back in other samples (Jaccard of at least "
                f"{lowest:.2f})."
            )
        if self.k:
            return (
                f"{self.k} clusters were asked for and don't hold: silhouette "
                f"{self._silhouette():.2f}, the least stable cluster's Jaccard "
                f"{self.stability_['jaccard'].min():.2f}."
            )
        return (
            "There are no clusters in these data: customers pass into each other without gaps, "
            "and any number of groups would be cut by the method, not found."
        )

    def _silhouette(self) -> float:
        tried = self.candidates_.dropna(subset="least_jaccard")
        return float((tried[tried["accepted"]] if self.found_ else tried)["silhouette"].iloc[0])


def _behaviour(customers: pd.DataFrame) -> pd.DataFrame:
    customers = by_customer(customers, "recency", "T", "orders", "revenue")
    orders = order_counts(customers).astype(float)
    value = numbers(customers, "revenue").astype(float).clip(lower=0) / orders
    columns = {"orders": np.log(orders), "silence": np.log1p(days_since_last(customers))}
    return pd.DataFrame(columns | {"order_value": np.log1p(value)}).astype(float).round(9)


def _draw(points: np.ndarray, seed: int) -> np.ndarray:
    if len(points) <= _SAMPLE:
        return points
    chosen = np.random.default_rng(seed).choice(len(points), _SAMPLE, replace=False)
    return points[np.sort(chosen)]


def _words(means: pd.Series) -> str:
    unusual = [
        _WORDS[name][int(value > 0)] for name, value in means.items() if abs(value) >= _NOTABLE
    ]
    return ", ".join(unusual) or "like the average"
