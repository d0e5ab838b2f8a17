"""Random draws that the simulated dairy is made by: the same seed, the same values anywhere."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from crm_analysis.data.schemas import type_of
from crm_analysis.data.tables import TABLES

__all__ = ["choose", "stream", "typed", "weighted"]

# Each kind of draw has a stream of its own: a change to one leaves the others as they were.
_STREAMS = {
    "households": 1,
    "orders": 2,
    "profiles": 3,
    "survey": 4,
    "kano": 5,
    "people": 6,
    "events": 7,
    "waves": 8,
    "prices": 9,
    "subscriptions": 10,
    "interactions": 11,
    "programme": 12,
    "deals": 13,
    "traffic": 14,
    "door": 15,
}


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


def typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Put the columns of a table in its order, with its types; attributes come last.

    Examples
    --------
    >>> made = pd.DataFrame({"visitors": [3.0], "date": ["2026-01-01"]})
    >>> typed(made, "traffic").dtypes.astype(str).to_dict()
    {'date': 'datetime64[us]', 'visitors': 'int64'}
    """
    types = {column.name: type_of(column) for column in TABLES[table].columns}
    types = {name: kind for name, kind in types.items() if name in frame}
    attributes = [name for name in frame if name not in types]
    columns = [*types, *attributes]
    return frame[columns].astype(types | dict.fromkeys(attributes, "str")).reset_index(drop=True)
