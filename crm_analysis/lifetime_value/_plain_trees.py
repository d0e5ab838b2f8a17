"""Boosted trees as plain arrays, which can be written down, read and asked without scikit-learn."""

from dataclasses import dataclass
from typing import Self

import numpy as np

__all__ = ["PlainTrees"]

_COLUMNS = ("feature", "threshold", "missing_left", "left", "right", "leaf", "value")
_IN_SKLEARN = (
    "feature_idx",
    "num_threshold",
    "missing_go_to_left",
    "left",
    "right",
    "is_leaf",
    "value",
)


@dataclass(frozen=True)
class PlainTrees:
    """Trees whose leaves add up to the log of an expected count.

    Parameters
    ----------
    base : log of the count before any tree.
    trees : of each tree the nodes, a list per column: the ``feature`` that is asked and the
        ``threshold`` up to which it goes ``left``, else ``right`` (positions of nodes),
        ``missing_left`` where nothing is known, whether it's a ``leaf``, and its ``value``.
    """

    base: float
    trees: list[dict[str, np.ndarray]]

    @classmethod
    def of(cls, fitted) -> Self:
        """Copy the nodes of a fitted ``HistGradientBoostingRegressor`` with a log link."""
        grown = [parts[0].nodes for parts in fitted._predictors]
        named = list(zip(_COLUMNS, _IN_SKLEARN, strict=True))
        trees = [{name: nodes[theirs].copy() for name, theirs in named} for nodes in grown]
        return cls(float(fitted._baseline_prediction.item()), trees)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Return the expected count of each row."""
        total = np.full(len(inputs), self.base)
        for tree in self.trees:
            total += tree["value"][_leaves(tree, inputs)]
        return np.exp(total)

    def content(self) -> dict:
        """Return what JSON can hold."""
        trees = [{name: part.tolist() for name, part in tree.items()} for tree in self.trees]
        return {"base": self.base, "trees": trees}

    @classmethod
    def from_content(cls, content: dict) -> Self:
        """Read what ``content`` gave."""
        trees = [{name: np.array(tree[name]) for name in _COLUMNS} for tree in content["trees"]]
        return cls(content["base"], trees)


def _leaves(tree: dict[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
    """Walk all rows down at once, a level per round."""
    node, rows = np.zeros(len(inputs), dtype=np.int64), np.arange(len(inputs))
    while len(rows):
        rows = rows[tree["leaf"][node[rows]] == 0]
        at = node[rows]
        asked = inputs[rows, tree["feature"][at]]
        left = np.where(np.isnan(asked), tree["missing_left"][at], asked <= tree["threshold"][at])
        node[rows] = np.where(left, tree["left"][at], tree["right"][at])
    return node
