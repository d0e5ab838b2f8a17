"""The simulated dairy's questionnaires: SERVQUAL, Kano and how respondents stand to the dairy.

Each of the 22 items loads on one of the five dimensions of service quality (Parasuraman,
Zeithaml and Berry 1988: 4, 5, 4, 4 and 5 items). How far a dimension falls short of a
household's expectation moves its overall satisfaction by a stated weight, and that moves the
other outcomes. Each Kano feature has one category that most respondents answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from crm_analysis.data.draws import stream, typed, weighted
from crm_analysis.data.simulation import Households

__all__ = [
    "ITEMS",
    "KANO_FEATURES",
    "SurveyTruth",
    "answer",
    "draw_respondents",
    "respondent_ids",
    "simulate_kano",
    "simulate_survey",
]

# dimension, item, mean expectation (1 to 7), how its gap differs from its dimension's.
ITEMS = pd.DataFrame(
    [
        ("tangibles", "The delivery vans are clean and modern", 5.0, 0.2),
        ("tangibles", "The bottles and boxes look good", 5.4, 0.0),
        ("tangibles", "The delivery staff are neatly dressed", 5.1, 0.3),
        ("tangibles", "The app and the order forms are clear", 5.7, -0.5),
        ("reliability", "Deliveries come on the day that was promised", 6.5, -0.3),
        ("reliability", "The order is complete and as I placed it", 6.4, -0.1),
        ("reliability", "The products arrive fresh and cold", 6.7, 0.3),
        ("reliability", "The invoice is right", 6.4, 0.4),
        ("reliability", "A problem is put right the first time", 6.2, -0.3),
        ("responsiveness", "I'm told exactly when the delivery comes", 6.1, -0.4),
        ("responsiveness", "Changes to an order are quick and easy", 6.0, 0.0),
        ("responsiveness", "The staff are always willing to help", 5.9, 0.3),
        ("responsiveness", "Complaints are answered within a day", 6.2, 0.1),
        ("assurance", "I trust the quality of the milk", 6.6, 0.1),
        ("assurance", "I feel safe paying through the app", 6.3, 0.1),
        ("assurance", "The staff are courteous", 5.9, 0.2),
        ("assurance", "The staff know the products", 5.6, -0.4),
        ("empathy", "The dairy knows what our household needs", 5.2, -0.3),
        ("empathy", "Delivery hours suit our day", 6.0, -0.3),
        ("empathy", "The driver takes a personal interest in us", 4.6, 0.5),
        ("empathy", "The dairy has our best interests at heart", 5.1, 0.0),
        ("empathy", "Offers fit the people in our household", 4.9, 0.1),
    ],
    columns=["dimension", "item", "expectation", "offset"],
)

# feature, the category that most respondents' answers give it.
KANO_FEATURES = {
    "Milk is cold on arrival": "M",
    "Bottles are sealed": "M",
    "Correct invoice every month": "M",
    "Delivery within a one-hour window": "O",
    "Fresher than the supermarket's": "O",
    "Low price per litre": "O",
    "A new cheese to taste each month": "A",
    "Photos of the farm that the milk is from": "A",
    "Delivery on Sunday": "A",
    "Choice of bottle shape": "I",
    "Delivery van in the house's colours": "I",
    "A call after every delivery": "R",
}

# The pairs of answers (feature there, feature missing; 1 like it … 5 dislike it) of a category,
# from Kano's evaluation table as Berger et al. (1993) give it.
_PAIRS = {
    "M": [(2, 5), (3, 5), (4, 5)],
    "O": [(1, 5)],
    "A": [(1, 2), (1, 3), (1, 4)],
    "I": [(f, d) for f in (2, 3, 4) for d in (2, 3, 4)],
    "R": [(5, 1), (5, 2), (5, 3), (5, 4), (2, 1), (3, 1), (4, 1)],
    "Q": [(1, 1), (5, 5)],
}


# How many points of the scale a perception moves with its dimension's factor.
_POINTS_PER_FACTOR = 0.9


def _weights() -> dict[str, float]:
    return {
        "reliability": 0.45,
        "responsiveness": 0.28,
        "empathy": 0.12,
        "assurance": 0.10,
        "tangibles": 0.05,
    }


def _gaps() -> dict[str, float]:
    return {
        "reliability": -0.8,
        "responsiveness": -1.1,
        "empathy": -0.3,
        "assurance": -0.4,
        "tangibles": 0.1,
    }


@dataclass(frozen=True)
class SurveyTruth:
    """What the questionnaires are made from.

    Parameters
    ----------
    respondents : how many households answer; they are drawn from those who ordered in the last
        ``asked_weeks`` weeks.
    wave, answered_on : what the wave is called, and the day by which all have answered.
    gaps : per dimension, mean of perception minus expectation on the scale from 1 to 7, before
        answers are rounded and cut at the ends of the scale.
    weights : what a dimension contributes to overall satisfaction; they add up to 1.
    halo : share of a dimension's variance between respondents that all dimensions have in common.
    unanswered : share of perceptions left empty.
    kano_clarity : share of respondents who give a feature its category.
    """

    respondents: int = 600
    asked_weeks: int = 26
    wave: str = "2026-10"
    answered_on: date = date(2026, 10, 31)
    gaps: dict[str, float] = field(default_factory=_gaps)
    weights: dict[str, float] = field(default_factory=_weights)
    halo: float = 0.35
    unanswered: float = 0.02
    kano_clarity: float = 0.58


def simulate_survey(
    households: Households, truth: SurveyTruth | None = None, seed: int = 2026, first: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables ``survey`` and ``outcomes`` of the large survey at the end of the records.

    Parameters
    ----------
    first : number of the first respondent.

    Examples
    --------
    >>> from crm_analysis.data.simulation import DairyTruth, simulate_households
    >>> survey, outcomes = simulate_survey(simulate_households(DairyTruth(households=900)))
    >>> len(survey) == 22 * len(outcomes)
    True
    """
    truth, rng = truth or SurveyTruth(), stream(seed, "survey")
    weeks = (households.orders["week"].max() - truth.asked_weeks, households.orders["week"].max())
    customers = draw_respondents(households, truth.respondents, weeks, rng)
    return answer(customers, truth, rng, truth.wave, truth.answered_on, first)


def draw_respondents(
    households: Households, n: int, weeks: tuple[float, float], rng: np.random.Generator
) -> pd.DataFrame:
    """Draw up to ``n`` of the households that ordered between two times, in weeks."""
    orders = households.orders[households.orders["week"].between(*weeks)]
    recent = np.sort(orders["customer_id"].unique())
    chosen = np.sort(rng.permutation(len(recent))[: min(n, len(recent))])
    return households.customers.loc[recent[chosen]]


def answer(
    customers: pd.DataFrame,
    truth: SurveyTruth,
    rng: np.random.Generator,
    wave: str,
    day: date,
    first: int,
    shift: Mapping[str, float] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let households answer the questionnaire: the tables ``survey`` and ``outcomes``.

    Parameters
    ----------
    wave, day : which wave, and the day by which all have answered; they take up to two weeks.
    first : number of the first respondent.
    shift : dimension → points by which all perceive it higher or lower than in usual times.
    """
    # Contentment is centred on those who answer, so that ``gaps`` are the respondents' means.
    content = customers["contentment"].to_numpy()
    content = (content - content.mean()) / content.std()
    factors = _dimension_factors(content, truth, rng)
    for dimension, points in (shift or {}).items():
        factors[dimension] += points / _POINTS_PER_FACTOR
    survey, outcomes = _answers(factors, truth, rng), _outcomes(factors, truth, rng)
    days = pd.Timestamp(day) - pd.to_timedelta(rng.integers(0, 14, len(customers)), unit="D")
    who = pd.DataFrame({"respondent_id": respondent_ids(len(customers), first)})
    who = who.assign(customer_id=customers.index.array, date=days, wave=wave)
    asked = who.loc[who.index.repeat(len(ITEMS))].reset_index(drop=True)
    return typed(asked.join(survey), "survey"), typed(who.join(outcomes), "outcomes")


def respondent_ids(n: int, first: int = 1) -> pd.api.extensions.ExtensionArray:
    """Number respondents."""
    return pd.array([f"R{number:04d}" for number in range(first, first + n)], dtype="str")


def _dimension_factors(content, truth, rng):
    """Return how content each respondent is with each dimension, as z-scores."""
    own = rng.standard_normal((len(content), len(truth.weights)))
    mixed = np.sqrt(truth.halo) * content[:, None] + np.sqrt(1 - truth.halo) * own
    return pd.DataFrame(mixed, columns=list(truth.weights))


def _on_scale(values, low=1, high=7):
    return np.clip(np.rint(values), low, high)


def _answers(factors, truth, rng):
    """Return item, dimension, expectation, perception, importance, a respondent after another."""
    n, k = len(factors), len(ITEMS)
    noise = lambda: rng.standard_normal((n, k))  # noqa: E731
    style = 0.4 * rng.standard_normal((n, 1))
    level = ITEMS["expectation"].to_numpy() + style
    gap = ITEMS["dimension"].map(truth.gaps).to_numpy() + ITEMS["offset"].to_numpy()
    gap = gap + _POINTS_PER_FACTOR * factors[ITEMS["dimension"]].to_numpy()
    weight = ITEMS["dimension"].map(truth.weights).to_numpy()
    perception = _on_scale(level + gap + 0.6 * noise())
    perception[rng.random((n, k)) < truth.unanswered] = np.nan
    return pd.DataFrame(
        {
            "item": pd.array(np.tile(ITEMS["item"], n), dtype="str"),
            "dimension": pd.array(np.tile(ITEMS["dimension"], n), dtype="str"),
            "expectation": _on_scale(level + 0.6 * noise()).ravel(),
            "perception": perception.ravel(),
            "importance": _on_scale(4.6 + 4 * weight + 0.8 * noise()).ravel(),
        }
    )


def _outcomes(factors, truth, rng):
    noise = lambda size: size * rng.standard_normal(len(factors))  # noqa: E731
    pull = sum(weight * factors[name] for name, weight in truth.weights.items()).to_numpy()
    latent = 4.9 + 1.4 * pull + noise(0.4)
    return pd.DataFrame(
        {
            "overall_satisfaction": _on_scale(latent),
            "repurchase_intention": _on_scale(5.2 + 0.8 * (latent - 4.9) + noise(0.8)),
            "recommend": pd.array(
                _on_scale(7.6 + 1.5 * (latent - 4.9) + noise(1.2), 0, 10), "Int64"
            ),
            "emotional_attachment": _on_scale(4.3 + 0.7 * (latent - 4.9) + noise(1.0)),
            "competitor_immunity": _on_scale(3.9 + 0.6 * (latent - 4.9) + noise(1.1)),
            "failure_tolerance": _on_scale(4.1 + 0.5 * (latent - 4.9) + noise(1.2)),
        }
    )


def simulate_kano(
    respondents: int, truth: SurveyTruth | None = None, seed: int = 2026, first: int = 1
) -> pd.DataFrame:
    """Return the table ``kano``: each respondent's pair of answers on each feature.

    Examples
    --------
    >>> simulate_kano(2)[["functional", "dysfunctional"]].isin(range(1, 6)).all().tolist()
    [True, True]
    """
    truth, rng = truth or SurveyTruth(), stream(seed, "kano")
    answers = [
        _pairs(_category_mix(category, truth.kano_clarity), respondents, rng)
        for category in KANO_FEATURES.values()
    ]
    pairs = np.stack(answers, axis=1).reshape(-1, 2)
    return pd.DataFrame(
        {
            "respondent_id": respondent_ids(respondents, first).repeat(len(KANO_FEATURES)),
            "item": pd.array(list(KANO_FEATURES) * respondents, dtype="str"),
            "functional": pairs[:, 0],
            "dysfunctional": pairs[:, 1],
        }
    )


def _category_mix(category: str, clarity: float) -> dict[str, float]:
    """Return how the answers to a feature spread over the categories: its own leads."""
    others = {"M": 3, "O": 3, "A": 3, "I": 4, "R": 1, "Q": 1}
    others.pop(category)
    rest = (1 - clarity) / sum(others.values())
    return {category: clarity} | {name: rest * weight for name, weight in others.items()}


def _pairs(mix, n, rng):
    cells = [pair for name in mix for pair in _PAIRS[name]]
    weights = [share / len(_PAIRS[name]) for name, share in mix.items() for _ in _PAIRS[name]]
    return np.array(cells, dtype="int64")[weighted(rng, weights, n)]
