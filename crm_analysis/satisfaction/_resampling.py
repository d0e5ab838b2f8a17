"""Bootstrap weights: how often each respondent is drawn, in blocks that fit in memory."""

from collections.abc import Iterator

import numpy as np

__all__ = ["dealt", "drawn_covariances", "resampled_counts", "resampled_covariances"]

_CELLS_PER_BLOCK = 4_000_000
# From so many respondents on, groups of them are drawn in the place of single ones.
_MANY, _GROUPS = 20_000, 2_000


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


def dealt(sums: np.ndarray, seed: int) -> np.ndarray:
    """Sum the rows of many respondents over 2,000 groups, dealt at random; few are left single.

    Drawing groups in the place of single respondents makes intervals no other (see
    ``drawn_covariances``), and the work of a draw no longer grows with their number.

    Parameters
    ----------
    sums : (…, respondents, columns), 0 where one didn't answer.

    Examples
    --------
    >>> dealt(np.ones((50_000, 3)), seed=1).shape, dealt(np.ones((5, 3)), seed=1).shape
    ((2000, 3), (5, 3))
    """
    n = sums.shape[-2]
    if n < _MANY:
        return sums
    order = np.random.default_rng(seed).permutation(n)
    starts = np.linspace(0, n, _GROUPS, endpoint=False).astype(int)
    return np.add.reduceat(sums[..., order, :], starts, axis=-2)


def drawn_covariances(table: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Return the covariance matrix of the columns in each of many resamples: (draws, k, k).

    Many respondents are first dealt at random into 2,000 groups of one size, and groups are drawn
    in their place. Groups of independent people spread as people do, so that intervals stay what
    they are, to about 2 % of their width; the work no longer grows with the number of draws.

    Examples
    --------
    >>> table = np.random.default_rng(1).normal(size=(30_000, 2))
    >>> drawn = drawn_covariances(table, draws=500, seed=1)
    >>> drawn.shape, bool(abs(drawn[:, 0, 0].std() / np.sqrt(2 / 30_000) - 1) < 0.1)
    ((500, 2, 2), True)
    """
    if len(table) < _MANY:
        blocks = resampled_counts(len(table), draws, seed)
        return np.concatenate([resampled_covariances(table, block) for block in blocks])
    generator = np.random.default_rng(seed)
    groups = np.array_split(generator.permutation(len(table)), _GROUPS)
    sizes = np.array([len(group) for group in groups])
    sums = np.array([table[group].sum(axis=0) for group in groups])
    products = np.array([table[group].T @ table[group] for group in groups])
    counts = generator.multinomial(_GROUPS, np.full(_GROUPS, 1 / _GROUPS), size=draws)
    n = (counts @ sizes)[:, None, None]
    mean = (counts @ sums)[:, None, :] / n
    return np.tensordot(counts, products, axes=1) / n - mean * mean.transpose(0, 2, 1)


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
