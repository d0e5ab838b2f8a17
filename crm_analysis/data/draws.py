"""Random draws that the simulated dairy is made by: the same seed, the same values anywhere."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

__all__ = ["choose", "stream", "weighted"]

# Each kind of draw has a stream of its own: a change to one leaves the others as they were.
_STREAMS = {"households": 1, "orders": 2, "profiles": 3, "survey": 4, "kano": 5}


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of one kind of draw."""
    return np.random.default_rng([seed, _STREAMS[name]])


def weighted(rng: np.random.Generator, weights: Sequence[float], n: int) -> np.ndarray:
    """Draw ``n`` positions of ``weights``, each by its weight.

    Examples
    --------
    >>> np.bincount(weighted(stream(1, "orders"), [1, 0, 3], 400)).tolist()[1]
    0
    """
    edges = np.cumsum(weights)
    return np.searchsorted(edges, rng.random(n) * edges[-1], side="right")


def choose(rng: np.random.Generator, shares: Mapping[str, float], n: int) -> pd.Series:
    """Draw ``n`` names by their shares, as text."""
    return pd.Series(
        pd.array(list(shares), dtype="str").take(weighted(rng, list(shares.values()), n))
    )
