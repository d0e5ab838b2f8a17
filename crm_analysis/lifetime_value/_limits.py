"""Where a likelihood has no maximum inside: the simpler model that it runs off to.

Two parameters of a distribution over customers can grow or vanish together, so that all
customers become alike, or nobody leaves. The likelihood then rises for ever, by less and less.
Such a fit isn't a failure: what it tends to is a simpler model, which is named and kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from crm_analysis.lifetime_value._maximum import Likelihood, Maximum, maximise

__all__ = ["SAME_RATE", "Limit", "settle"]

# A difference in log-likelihood that no data tell: e^0.01 is one part in a hundred.
_SAME = 1e-2
TINY, HUGE = 1e-8, 1e6


@dataclass(frozen=True)
class Limit:
    """A simpler model inside a model.

    Parameters
    ----------
    sentence : what the model becomes.
    push : parameters, in units of the longest history, moved there.
    held : positions of the parameters that stay there; the others find their place.
    """

    sentence: str
    push: Callable[[np.ndarray], np.ndarray]
    held: tuple[int, ...]


SAME_RATE = Limit(
    "all buy at the same rate (r and alpha grow without end): purchases are a Poisson process",
    lambda at: np.array([HUGE, HUGE * at[1] / at[0], *at[2:]]),
    held=(0,),
)


def settle(
    likelihood: Likelihood, best: Maximum, groups: Sequence[Sequence[Limit]], size: float
) -> tuple[Maximum, str | None]:
    """Move to the limits that are as likely as ``best``, the first of each group.

    Returns
    -------
    maximum, sentence : ``best`` and None where the data tell it from every limit.
    """
    sentences, held = [], ()
    for group in groups:
        for limit in group:
            further = limit.push(best.parameters)
            if likelihood(further)[0] >= best.log_likelihood - _SAME:
                held = (*held, *limit.held)
                best = maximise(likelihood, [further], size, held=held)
                sentences.append(limit.sentence)
                break
    return best, "; ".join(sentences) or None
