"""Cases from textbooks and from the documentation of other packages, to the digits given there."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.satisfaction import (
    cronbach_alpha,
    item_analysis,
    kano,
    relative_weights,
    servqual_score,
    shapley_weights,
)

# Correlations of the Swiss fertility data (Mosteller, Tukey 1977, 549–551), the outcome first.
NAMES = ["fertility", "agriculture", "examination", "education", "catholic", "infant_mortality"]
SWISS = pd.DataFrame(
    [
        [1.0, 0.3531, -0.6459, -0.6638, 0.4637, 0.4166],
        [0.3531, 1.0, -0.6865, -0.6395, 0.4011, -0.0609],
        [-0.6459, -0.6865, 1.0, 0.6984, -0.5727, -0.114],
        [-0.6638, -0.6395, 0.6984, 1.0, -0.1539, -0.0993],
        [0.4637, 0.4011, -0.5727, -0.1539, 1.0, 0.1755],
        [0.4166, -0.0609, -0.114, -0.0993, 0.1755, 1.0],
    ],
    index=NAMES,
    columns=NAMES,
)
# Chatterjee, Price (1977), Regression Analysis by Example, 70: 30 departments on seven questions.
ATTITUDE = pd.DataFrame(
    np.fromstring(
        """43 51 30 39 61 92 45 63 64 51 54 63 73 47 71 70 68 69 76 86 48 61 63 45 47 54 84 35
        81 78 56 66 71 83 47 43 55 49 44 54 49 34 58 67 42 56 66 68 35 71 75 50 55 70 66 41
        72 82 72 67 71 83 31 67 61 45 47 62 80 41 64 53 53 58 58 67 34 67 60 47 39 59 74 41
        69 62 57 42 55 63 25 68 83 83 45 59 77 35 77 77 54 72 79 77 46 81 90 50 72 60 54 36
        74 85 64 69 79 79 63 65 60 65 75 55 80 60 65 70 46 57 75 85 46 50 58 68 54 64 78 52
        50 40 33 34 43 64 33 64 61 52 62 66 80 41 53 66 52 50 63 80 37 40 37 42 58 50 57 49
        63 54 42 48 66 75 33 66 77 66 63 88 76 72 78 75 58 74 80 78 49 48 57 44 45 51 83 38
        85 85 71 71 77 74 55 82 82 39 59 64 78 39""",
        sep=" ",
    ).reshape(30, 7),
    columns=["rating", "complaints", "privileges", "learning", "raises", "critical", "advance"],
)


def test_shares_of_the_swiss_data():
    # Grömping (2006), Journal of Statistical Software 17(1); R² .7067.
    result = shapley_weights(correlations=SWISS, outcome="fertility")["weight"]
    assert result.to_dict() == pytest.approx(
        {
            "education": 0.2601,
            "examination": 0.1712,
            "infant_mortality": 0.1128,
            "catholic": 0.1056,
            "agriculture": 0.0571,
        },
        abs=2e-4,
    )
    assert list(result.index) == list(
        relative_weights(correlations=SWISS, outcome="fertility").index
    )
    assert result.sum() == pytest.approx(0.7067, abs=2e-4)


def test_alpha_of_the_attitude_data():
    # The documentation of alpha in the R package psych.
    assert f"{cronbach_alpha(ATTITUDE):.2f}" == "0.84 (0.74 to 0.92)"
    items = item_analysis(ATTITUDE)
    assert items["item_rest"].round(2).tolist() == [0.67, 0.74, 0.56, 0.71, 0.79, 0.27, 0.46]
    assert items["alpha_if_dropped"].round(2).tolist() == [0.81, 0.8, 0.83, 0.8, 0.8, 0.86, 0.84]


def test_weighted_servqual_of_dimensions():
    # Importance as 100 points shared out (Parasuraman, Zeithaml, Berry 1988): the weighted score
    # is the sum of points/100 × gap.
    points = {"tangibles": 11, "reliability": 32, "responsiveness": 22, "assurance": 19,
              "empathy": 16}  # fmt: skip
    rows = [
        (who, name, 6.0, 6.0 + short, points[name])
        for who, gaps in {1: (0, -2, -1, -1, -2.0), 2: (1, -1, -1, 0, -1.44)}.items()
        for name, short in zip(points, gaps, strict=True)
    ]
    columns = ["respondent_id", "item", "expectation", "perception", "importance"]
    score = servqual_score(pd.DataFrame(rows, columns=columns), weighted=True)
    by_hand = [-(0.64 + 0.22 + 0.19 + 0.32), 0.11 - 0.32 - 0.22 - 0.2304]
    assert score.value == pytest.approx(np.mean(by_hand))


def test_the_categories_count_one_for_each_pair_of_answers():
    # Berger and others (1993): of the 25 pairs 9 are I, 7 R, 3 A, 3 M, 2 Q and 1 O.
    answers = [[f, d] for f in range(1, 6) for d in range(1, 6)]
    pairs = pd.DataFrame(answers, columns=["functional", "dysfunctional"]).assign(item="any")
    row = kano(pairs).loc["any"]
    assert row[list("MOAIRQ")].tolist() == [3, 1, 3, 9, 7, 2]
    assert (row["better"], row["worse"]) == (4 / 16, -4 / 16)
