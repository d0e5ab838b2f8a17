"""Partitions of points by scikit-learn, and how far to trust them.

scikit-learn is imported on first use: most of the chapter does without it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["Partition", "fit_partition", "jaccard_stability", "silhouette", "spread_evenly"]

_RESAMPLES = 50
_DECIMALS = 6  # of what is learned: sums of floats differ in their last digits by machine


@dataclass(frozen=True)
class Partition:
    """What places points, and how well the mixture that it is fits (BIC; lower is better)."""

    place: Callable[[np.ndarray], np.ndarray]
    bic: float

    def __call__(self, points: np.ndarray) -> np.ndarray:
        with _one_thread():
            return self.place(points)


def fit_partition(points: np.ndarray, k: int, method: str, seed: int, starts: int = 5) -> Partition:
    """Fit ``k`` groups, numbered by their centres, with one thread so that bytes repeat."""
    with _one_thread():
        if method == "kmeans":
            return _kmeans(points, k, seed, starts)
        return _mixture(points, k, seed, max(1, starts // 2))


def silhouette(points: np.ndarray, places: np.ndarray) -> float:
    """Return the mean silhouette, −1 where everybody is in one group."""
    if len(np.unique(places)) < 2:
        return -1.0
    from sklearn.metrics import silhouette_score

    with _one_thread():
        return round(float(silhouette_score(points, places)), _DECIMALS)


def spread_evenly(points: np.ndarray, k: int, method: str, seed: int, draws: int) -> float:
    """Return the largest silhouette of as many points without groups.

    They are drawn evenly from the box that the points fill along their principal axes.
    """
    rng = np.random.default_rng(seed)
    middle = points.mean(axis=0)
    _, _, axes = np.linalg.svd(points - middle, full_matrices=False)
    turned = (points - middle) @ axes.T
    low, high = np.quantile(turned, [0.01, 0.99], axis=0)
    n = min(len(points), 1_000)
    found = []
    for _ in range(draws):
        even = rng.uniform(low, high, size=(n, points.shape[1]))
        partition = fit_partition(even, k, method, seed, starts=2)
        found.append(silhouette(even, partition(even)))
    return max(found)


def jaccard_stability(
    points: np.ndarray, partition: Partition, k: int, method: str, seed: int
) -> np.ndarray:
    """Return for each group the mean share that bootstrap samples find again (Hennig 2007)."""
    rng = np.random.default_rng(seed)
    original = partition(points)
    found = np.zeros((_RESAMPLES, k))
    for draw in range(_RESAMPLES):
        chosen = rng.integers(0, len(points), len(points))
        again = fit_partition(points[chosen], k, method, seed, starts=2)
        kept = np.unique(chosen)
        found[draw] = _jaccard(original[kept], again(points[kept]), k).max(axis=1)
    return found.mean(axis=0).round(_DECIMALS)


def _jaccard(first: np.ndarray, second: np.ndarray, k: int) -> np.ndarray:
    both = np.zeros((k, k))
    np.add.at(both, (first, second), 1)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None] - both
    return both / np.maximum(either, 1)


def _one_thread():
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1)


def _kmeans(points: np.ndarray, k: int, seed: int, starts: int) -> Partition:
    from scipy.spatial.distance import cdist
    from sklearn.cluster import KMeans

    found = KMeans(k, n_init=starts, random_state=seed).fit(points)
    centres = found.cluster_centers_.round(_DECIMALS)
    centres = centres[np.lexsort(centres.T)]
    return Partition(lambda others: cdist(others, centres, "sqeuclidean").argmin(axis=1), np.nan)


def _mixture(points: np.ndarray, k: int, seed: int, starts: int) -> Partition:
    from sklearn.mixture import GaussianMixture

    found = GaussianMixture(k, n_init=starts, random_state=seed, reg_covar=1e-3).fit(points)
    order = np.lexsort(found.means_.round(_DECIMALS).T)
    rank = np.argsort(order)
    return Partition(
        lambda others: rank[found.predict(others)], round(float(found.bic(points)), _DECIMALS)
    )
