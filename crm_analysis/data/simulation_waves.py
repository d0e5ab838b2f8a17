"""The simulated dairy's smaller surveys, a quarter after another, and what they'd pay for a box.

In each quarter some households answer two statements of each dimension and the questions on the
dairy as a whole. After the scare all of them trust it less; trust comes back at an even pace.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crm_analysis.data.draws import stream, typed
from crm_analysis.data.simulation import DairyTruth, Households
from crm_analysis.data.simulation_survey import ITEMS, SurveyTruth, answer, draw_respondents

__all__ = ["PriceTruth", "WaveTruth", "simulate_prices", "simulate_waves"]


@dataclass(frozen=True)
class WaveTruth:
    """What the waves are made from.

    Parameters
    ----------
    waves : months at whose end a quarter's respondents have answered; the large survey follows
        them, a quarter after the last.
    respondents : households that answer in each.
    items : statements asked of each dimension, the first ones.
    scare : the first wave after the scare.
    trust : dimension → points of the scale by which the scare lowers how it is perceived.
    recovers : share of that which comes back with each further wave.
    """

    waves: tuple[str, ...] = (
        "2024-01", "2024-04", "2024-07", "2024-10", "2025-01", "2025-04",
        "2025-07", "2025-10", "2026-01", "2026-04", "2026-07",
    )  # fmt: skip
    respondents: int = 90
    items: int = 2
    scare: str = "2025-04"
    trust: Mapping[str, float] = field(
        default_factory=lambda: {"reliability": -1.2, "assurance": -1.2}
    )
    recovers: float = 1 / 6

    def shift(self, wave: str) -> dict[str, float]:
        """Return how much lower each dimension is perceived in a wave, in points.

        Examples
        --------
        >>> truth = WaveTruth()
        >>> [round(truth.shift(wave)["assurance"], 1) for wave in ("2025-01", "2025-04", "2026-01")]
        [0.0, -1.2, -0.6]
        """
        since = self.waves.index(wave) - self.waves.index(self.scare)
        left = max(1 - self.recovers * since, 0.0) if since >= 0 else 0.0
        return {dimension: points * left for dimension, points in self.trust.items()}


def simulate_waves(
    households: Households,
    truth: DairyTruth | None = None,
    survey_truth: SurveyTruth | None = None,
    waves: WaveTruth | None = None,
    seed: int = 2026,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables ``survey`` and ``outcomes`` of the quarterly waves, oldest first."""
    truth, survey_truth = truth or DairyTruth(), survey_truth or SurveyTruth()
    waves, rng = waves or WaveTruth(), stream(seed, "waves")
    asked = set(ITEMS.groupby("dimension", sort=False)["item"].head(waves.items))
    surveys, outcomes, first = [], [], 1
    for wave in waves.waves:
        day = (pd.Timestamp(wave) + pd.offsets.MonthEnd()).date()
        end = truth.week_of(day) - 2
        weeks = (end - survey_truth.asked_weeks, end)
        customers = draw_respondents(households, waves.respondents, weeks, rng)
        made = answer(customers, survey_truth, rng, wave, day, first, waves.shift(wave))
        surveys.append(made[0][made[0]["item"].isin(asked)].drop(columns="importance"))
        outcomes.append(made[1])
        first += len(customers)
    nobody = {"importance": np.nan}  # the short form doesn't ask for it
    return (
        typed(pd.concat(surveys).assign(**nobody), "survey"),
        typed(pd.concat(outcomes), "outcomes"),
    )


@dataclass(frozen=True)
class PriceTruth:
    """What households would pay for a weekly box, in EUR.

    Parameters
    ----------
    median : per question the median price. Answers to all four have the same spread around it in
        logarithms, symmetrical, so that two curves cross in the geometric mean of two medians.
    spread : standard deviation of the logarithm between respondents.
    wobble : how much each single answer may lie beside a respondent's own level, in logarithms.
    muddled : respondents whose cheap and expensive are the wrong way round.
    buys_cheap, buys_expensive : mean chance of buying at either price.
    """

    median: Mapping[str, float] = field(
        default_factory=lambda: {
            "too_cheap": 13.0,
            "cheap": 17.0,
            "expensive": 23.0,
            "too_expensive": 29.0,
        }
    )
    spread: float = 0.2
    wobble: float = 0.08
    muddled: int = 7
    buys_cheap: float = 0.72
    buys_expensive: float = 0.34

    @property
    def crossings(self) -> dict[str, float]:
        """Where the four curves cross.

        Examples
        --------
        >>> {name: round(price, 2) for name, price in PriceTruth().crossings.items()}
        {'lower': 14.87, 'optimal': 19.42, 'indifference': 19.77, 'upper': 25.83}
        """
        middle = lambda one, other: (self.median[one] * self.median[other]) ** 0.5  # noqa: E731
        return {
            "lower": middle("too_cheap", "cheap"),
            "optimal": middle("too_cheap", "too_expensive"),
            "indifference": middle("cheap", "expensive"),
            "upper": middle("expensive", "too_expensive"),
        }


def simulate_prices(
    respondents: pd.Series, truth: PriceTruth | None = None, seed: int = 2026
) -> pd.DataFrame:
    """Return the table ``prices``: what each respondent would pay for a weekly box."""
    truth, rng = truth or PriceTruth(), stream(seed, "prices")
    n = len(respondents)
    level = truth.spread * rng.standard_normal(n)
    beside = rng.uniform(-truth.wobble, truth.wobble, (n, 4))
    median = np.array(list(truth.median.values()))
    stated = np.round(median * np.exp(level[:, None] + beside), 1)
    muddled = rng.permutation(n)[: truth.muddled]
    stated[muddled, 1:3] = stated[muddled, 2:0:-1]
    prices = pd.DataFrame(stated, columns=list(truth.median))
    prices.insert(0, "respondent_id", respondents.array)
    for name in ("buys_cheap", "buys_expensive"):
        mean = getattr(truth, name)
        prices[name] = np.round(rng.beta(8 * mean, 8 * (1 - mean), n), 2)
    return typed(prices, "prices")
