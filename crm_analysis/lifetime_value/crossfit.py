"""Do trees add to a model of purchases? Asked of customers whom the trees haven't seen.

Forecasts from earlier days judge trees by what they learn from half of a log, when the forecast
that counts is made by trees that learn from all of it. Here they learn from every moment that
they'll have, but from four fifths of the customers, and are asked about the last fifth.

References
----------
Stone (1974), "Cross-validatory choice and assessment of statistical predictions", Journal of the
Royal Statistical Society B 36, 111-147. Breiman, Friedman, Olshen and Stone (1984),
"Classification and Regression Trees", section 3.4.3, for the rule of one standard error.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.lifetime_value._outlook import outlook
from crm_analysis.lifetime_value._purchase_log import PurchaseLog
from crm_analysis.lifetime_value.boosted import BoostedCounts, Lesson
from crm_analysis.lifetime_value.forecaster import Recipe
from crm_analysis.lifetime_value.metrics import poisson_deviances
from crm_analysis.lifetime_value.opening import TwoPopulations

__all__ = ["Gain", "gain_of_trees"]

_FOLDS = 5


@dataclass(frozen=True)
class Gain:
    """By how much the mean of a model and trees foretells better than the model alone.

    Parameters
    ----------
    mean, error : Poisson deviance per customer that is saved, and its standard error; a customer
        who is seen from several moments counts as one.
    """

    mean: float
    error: float

    @property
    def lost(self) -> bool:
        """Whether the model alone is better by more than one standard error."""
        return self.mean < -self.error

    @property
    def won(self) -> bool:
        """Whether the mean with trees is better by more than one standard error."""
        return self.mean > self.error


def gain_of_trees(recipe: Recipe, log: PurchaseLog, horizon: float, seed: int = 0) -> Gain:
    """Compare a model alone with its mean with trees, on customers kept from the trees.

    Both are set to the right total first: who buys how much more than whom is asked here.

    Parameters
    ----------
    recipe : of the model alone.
    log, horizon : in calendar weeks.
    seed : of the trees.

    Raises
    ------
    InsufficientData : the log can't carry trees.
    """
    timed, ahead = recipe.at(log).by_clock(log, horizon)
    learner = BoostedCounts(recipe.model, seed)
    lessons = learner.lessons(timed, ahead)
    places = [pd.Index(timed.ids).get_indexer(lesson.inputs.index) for lesson in lessons]
    saved = np.zeros(len(timed.ids))
    unseen = _unseen(learner, lessons, [place % _FOLDS for place in places])
    for lesson, place, trees in zip(lessons, places, unseen, strict=True):
        saved[place] += _saved(_alone(recipe, lesson, learner.window_), trees, lesson.counts)
    asked = saved[np.unique(np.concatenate(places))] / len(lessons)
    return Gain(float(asked.mean()), float(asked.std() / np.sqrt(len(asked))))


def _unseen(learner: BoostedCounts, lessons: list[Lesson], folds: list) -> list[np.ndarray]:
    """Expect each customer's purchases by trees grown on the other folds."""
    expected = [np.zeros(len(lesson.counts)) for lesson in lessons]
    inputs = [lesson.inputs.to_numpy() for lesson in lessons]
    for number in range(_FOLDS):
        known = [
            (table[fold != number], lesson.counts[fold != number])
            for table, lesson, fold in zip(inputs, lessons, folds, strict=True)
        ]
        trees = learner.grow(known)
        for told, table, fold in zip(expected, inputs, folds, strict=True):
            told[fold == number] = trees.predict(table[fold == number])
    return expected


def _alone(recipe: Recipe, lesson: Lesson, window: float) -> np.ndarray:
    if not recipe.opening:
        return lesson.inputs["expected"].to_numpy()
    customers = lesson.past.customers()
    both = TwoPopulations(recipe.model, recipe.opening).fit(customers)
    return outlook(both, customers, window).mean


def _saved(alone: np.ndarray, trees: np.ndarray, came: np.ndarray) -> np.ndarray:
    model, other = (part * (came.sum() / max(part.sum(), 1e-9)) for part in (alone, trees))
    return poisson_deviances(came, model) - poisson_deviances(came, (model + other) / 2)
