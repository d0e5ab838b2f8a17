"""The real kiosk survey (211 users, Korea 2019, MIT), turned from wide to long."""

import re
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

_DATA = Path(__file__).parents[3] / "shared" / "data"
# SERVQUAL-like groups of the 24 items, for tests that need dimensions.
_DIMENSIONS = {
    "기능": [1, 2, 3, 23],
    "즐거움": [4, 5, 6],
    "통제": [7, 8, 9],
    "시간·비용": [10, 11, 12],
    "편의": [13, 14, 15, 16, 17, 18],
    "보안": [19, 20, 21],
    "디자인": [22, 24],
}


def _wording(question: str) -> str:
    """The statement without its number and without the note in brackets at its end."""
    return re.sub(r"^\d+-\d\.\s*|\s*\((기대|인지) 설문\)\s*$", "", question).strip()


def _long(wide: pd.DataFrame, prefix: str, value: str) -> pd.DataFrame:
    columns = [f"{prefix}{number:02}" for number in range(1, 25)]
    long = wide[columns].melt(ignore_index=False, var_name="number", value_name=value)
    return long.assign(number=long["number"].str[-2:].astype(int)).set_index("number", append=True)


@pytest.fixture(scope="session")
def kiosk_wide() -> pd.DataFrame:
    path = _DATA / "kiosk_survey.csv"
    if not path.exists():
        pytest.skip(f"the kiosk survey isn't at {path}")
    return pd.read_csv(path)


@pytest.fixture(scope="session")
def kiosk(kiosk_wide) -> SimpleNamespace:
    """Tables survey, kano and outcomes, as ``crm_analysis.data.tables`` names their columns."""
    codebook = pd.read_csv(_DATA / "kiosk_survey_codebook.csv").set_index("column")["question_ko"]
    wide = kiosk_wide.rename_axis("respondent_id")
    parts = [_long(wide, *pair) for pair in (("E", "expectation"), ("P", "perception"))]
    survey = pd.concat([*parts, _long(wide, "IMP", "importance")], axis=1).reset_index()
    dimension = {number: name for name, items in _DIMENSIONS.items() for number in items}
    survey["dimension"] = survey["number"].map(dimension)
    survey["item"] = survey["number"].map(lambda number: _wording(codebook[f"P{number:02}"]))
    kano = pd.concat(
        [
            pd.DataFrame(
                {
                    "respondent_id": wide.index,
                    "item": _wording(codebook[f"K{number:02}F"]),
                    "functional": wide[f"K{number:02}F"],
                    "dysfunctional": wide[f"K{number:02}D"],
                }
            )
            for number in range(1, 30)
        ]
    )
    outcomes = wide[["OVERALL_SAT", "REUSE_INTENT"]].reset_index()
    outcomes.columns = ["respondent_id", "overall_satisfaction", "repurchase_intention"]
    answered = kano.dropna(subset=["functional", "dysfunctional"])
    return SimpleNamespace(survey=survey, kano=answered.reset_index(drop=True), outcomes=outcomes)


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Use one thread, as in the kernels of a run: more slow small problems down several times."""
    with threadpool_limits(1):
        yield
