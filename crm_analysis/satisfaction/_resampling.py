"""Bootstrap weights: how often each respondent is drawn, in blocks that fit in memory."""

from collections.abc import Iterator

import numpy as np

__all__ = ["resampled_counts", "resampled_covariances"]

_CELLS_PER_BLOCK = 4_000_000


def resampled_counts(n: int, draws: int, seed: int) -> Iterator[np.ndarray]:
    """Yield blocks (draws of the block × n) of how often each of ``n`` respondents is drawn.

    A mean over a resample is then one matrix product, for all draws of a block at once.

    Examples
    --------
    >>> blocks = list(resampled_counts(5, draws=3, seed=1))
    >>> [block.shape for block in blocks], blocks[0].sum(axis=1)
    ([(3, 5)], array([5., 5., 5.]))
    """
    generator = np.random.default_rng(seed)
    size = max(1, _CELLS_PER_BLOCK // n)
    for start in range(0, draws, size):
        rows = min(size, draws - start)
        drawn = generator.integers(n, size=(rows, n)) + n * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * n)
        yield counts.reshape(rows, n).astype(float)


def resampled_covariances(table: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the covariance matrix of the columns in each resample: (draws, k, k).

    Examples
    --------
    >>> table = np.array([[0.0, 0.0], [2.0, 4.0]])
    >>> resampled_covariances(table, np.ones((1, 2)))
    array([[[1., 2.],
            [2., 4.]]])
    """
    n = counts.sum(axis=1)[:, None, None]
    mean = (counts @ table)[:, None, :] / n
    columns = np.ascontiguousarray(table.T)
    products = np.stack([_products(columns, row) for row in counts]) / n
    return products - mean * mean.transpose(0, 2, 1)


def _products(columns: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Sums of products over one resample; as a matrix times itself it takes half the work."""
    rooted = columns * np.sqrt(row)
    return rooted @ rooted.T
