"""The ranked list, what closing a gap would bring, and what isn't shown."""

import numpy as np
import pandas as pd
import pytest

from crm_analysis.errors import InsufficientData, MissingTable
from crm_analysis.satisfaction import (
    NotShown,
    answers_on,
    attempt,
    effect_of_closing,
    nps,
    priorities,
    surely_below,
)


def _gaps(**columns):
    """Items a to f: three surely below, one open, one above, one with few answers."""
    frame = pd.DataFrame(
        {
            "n": [90, 90, 90, 90, 90, 5],
            "expectation": [6.5, 6.5, 4.0, 6.5, 4.0, 6.5],
            "gap": [-2.0, -0.5, -2.0, -0.1, 0.5, -3.0],
            "p_value": [0.0, 0.0, 0.0, 0.7, 0.0, 0.0],
            "enough": [True] * 5 + [False],
        },
        index=pd.Index(list("abcdef"), name="item"),
    )
    return frame.assign(low=frame["gap"] - 0.2, high=frame["gap"] + 0.2, **columns)


def test_actions_from_gaps_alone():
    actions = priorities(_gaps())["action"].to_dict()
    assert actions == {
        "a": "fix",
        "b": "improve",
        "c": "improve",
        "d": "promote",
        "e": "stop",
        "f": "ask more",
    }


def test_a_must_be_is_fixed_and_an_attractive_item_promoted():
    features = pd.DataFrame(
        {"category": ["M", "A", "A", "I"], "distinct": [True, True, True, False], "n": 90},
        index=pd.Index(["c", "e", "new", "dull"], name="item"),
    )
    ranked = priorities(_gaps(), features=features)
    assert ranked.loc[["c", "e", "new", "dull"], "action"].tolist() == [
        "fix",
        "promote",
        "promote",
        "ask more",
    ]
    assert ranked.loc["new", "evidence"] == "attractive by 90 answers; not rated"
    assert ranked.loc["dull", "evidence"].startswith("not clearly indifferent")
    assert ranked.loc["c", "evidence"] == "gap −2.00 (−2.20 to −1.80), n 90; must-be"


def test_importance_decides_where_it_was_asked():
    quadrants = pd.DataFrame(
        {
            "importance": [2, 2, 7, 2, 2, 2],
            "importance_cut": 4,
            "quadrant": "low priority",
            "certainty": 0.97,
        },
        index=list("abcdef"),
    )
    ranked = priorities(_gaps(), quadrants)
    assert ranked.index[ranked["action"] == "fix"].tolist() == ["c"]
    assert "less important, among the weaker items (97 % sure)" in ranked.loc["a", "evidence"]


def test_a_narrow_gap_on_little_importance_gets_no_more_money():
    gaps = _gaps(expectation=[6.5, 4.0, 4.0, 6.5, 4.0, 6.5])
    assert surely_below(gaps)["b"]
    assert priorities(gaps).loc["b", "action"] == "stop"


def test_order_is_by_effect_where_known():
    gaps = _gaps(dimension=["x", "x", "y", "x", "y", "y"])
    slopes = {"slope": [0.1, 0.9], "slope_low": [0.0, 0.6], "slope_high": [0.2, 1.2]}
    ranked = priorities(gaps, closing=pd.DataFrame(slopes, index=["x", "y"]))
    columns = ["effect", "effect_low", "effect_high"]
    assert ranked.loc["a", columns].tolist() == pytest.approx([0.1 * 2 / 3, 0, 0.2 * 2 / 3])
    assert ranked.loc["a", "expected"] == "closing the gap: +0.07 (+0.00 to +0.13)"
    # Spending no more on e puts a point of its perception at risk.
    assert ranked.loc["e", ["action", "expected"]].tolist() == [
        "stop",
        "a point lost: −0.30 (−0.40 to −0.20)",
    ]
    improved = ranked.index[ranked["action"] == "improve"].tolist()
    assert improved == ["c", "b"]


def test_without_expectation_the_map_decides():
    quadrants = pd.DataFrame(
        {
            "n": 80,
            "importance": [7, 7, 7, 2, 2, 2],
            "performance": [2, 2, 6, 2, 6, 2],
            "quadrant": ["concentrate here"] * 2
            + ["keep up the good work", "low priority", "possible overkill", "low priority"],
            "certainty": [0.99, 0.6, 0.99, 0.99, 0.99, 0.99],
        },
        index=pd.Index(list("abcdef"), name="item"),
    )
    features = pd.DataFrame(
        {"category": ["M", "A"], "distinct": True, "n": 90}, index=["f", "unrated"]
    )
    missing = NotShown("Not shown: the survey holds no answers on expectation.")
    ranked = priorities(missing, quadrants, features, confidence=0.9)
    assert ranked["action"].to_dict() == {
        "a": "fix",
        "f": "fix",
        "b": "improve",
        "c": "promote",
        "unrated": "promote",
        "d": "stop",
        "e": "stop",
    }
    assert ranked.loc["a", "evidence"] == (
        "rated 2.00, n 80; important, among the weaker items (99 % sure)"
    )
    assert ranked["expected"].str.startswith("not known").all()


def test_kano_alone_makes_a_list_and_nothing_makes_none():
    features = pd.DataFrame({"category": ["A"], "distinct": True, "n": 90}, index=["app"])
    assert priorities(features=features)["action"].to_dict() == {"app": "promote"}
    with pytest.raises(MissingTable, match="neither gaps nor importance nor Kano"):
        priorities(NotShown("Not shown."))


def test_surely_below_needs_answers_direction_and_proof():
    assert surely_below(_gaps()).tolist() == [True, True, True, False, False, False]
    assert not surely_below(_gaps(p_value=0.06)).any()
    assert surely_below(_gaps(p_value=0.06), 0.9).sum() == 4


def test_gaps_are_left_as_they_were():
    gaps = _gaps()
    priorities(gaps)
    pd.testing.assert_frame_equal(gaps, _gaps())


def _answers(n, slopes, seed):
    generator = np.random.default_rng(seed)
    perceptions = pd.DataFrame(generator.normal(5, 1, size=(n, 2)), columns=["x", "y"])
    return perceptions, perceptions @ np.array(slopes) + generator.normal(0, 1, n)


def test_effect_of_closing_agrees_with_statsmodels():
    import statsmodels.api as sm

    perceptions, outcome = _answers(60, [0.6, 0.2], seed=1)
    gaps = pd.DataFrame({"gap": [-1.5, -0.5]}, index=["x", "y"])
    result = effect_of_closing(gaps, perceptions, outcome, confidence=0.9)
    model = sm.OLS(outcome, sm.add_constant(perceptions)).fit()
    for name, missing in (("x", 1.5), ("y", 0.5)):
        ends = model.conf_int(0.1).loc[name] * missing
        assert result.loc[name, "slope"] == pytest.approx(model.params[name])
        assert result.loc[name, ["low", "high"]].tolist() == pytest.approx(ends.tolist())


def test_nothing_is_missing_where_expectation_is_met():
    perceptions, outcome = _answers(60, [0.6, 0.2], seed=2)
    gaps = pd.DataFrame({"gap": [-1.0, 0.4]}, index=["x", "y"])
    result = effect_of_closing(gaps, perceptions, outcome)
    assert result.loc["y", ["effect", "low", "high"]].tolist() == [0, 0, 0]
    assert result.index[0] == "x"


def test_copies_share_the_slope():
    perceptions, outcome = _answers(60, [0.6, 0.2], seed=3)
    gaps = pd.DataFrame({"gap": [-1.0] * 3}, index=["x", "y", "copy"])
    result = effect_of_closing(gaps, perceptions.assign(copy=perceptions["x"]), outcome)
    assert result.loc["x", "slope"] == pytest.approx(result.loc["copy", "slope"])


def test_too_little_for_slopes():
    perceptions, outcome = _answers(3, [0.6, 0.2], seed=4)
    gaps = pd.DataFrame({"gap": [-1.0, 0.4]}, index=["x", "y"])
    with pytest.raises(InsufficientData, match="at least 4 respondents"):
        effect_of_closing(gaps, perceptions, outcome)
    with pytest.raises(InsufficientData, match="only equal answers"):
        effect_of_closing(gaps, *(_answers(9, [0, 0], seed=5)[0], pd.Series([4.0] * 9)))


def test_attempt_gives_the_reason_on():
    missing = attempt(len, None, needs="the table kano")
    assert isinstance(missing, NotShown) and "didn't supply the table kano" in missing
    assert attempt(len, missing) is missing
    assert "needs at least one; there are 0 answers" in attempt(nps, [])
    assert "<p" in missing._repr_html_() and "&lt;" in NotShown("<b>")._repr_html_()


def test_attempt_hides_no_error_of_use():
    with pytest.raises(ValueError, match="whole number"):
        attempt(nps, [11])


def test_answers_that_nobody_gave():
    outcomes = pd.DataFrame({"respondent_id": [1, 2], "recommend": [np.nan, np.nan]})
    for question in ("recommend", "overall_satisfaction"):
        with pytest.raises(MissingTable, match=f"no answers on {question}"):
            answers_on(outcomes, question)
