"""What notebooks leave behind: figures, tables, findings."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import crm_analysis as crm
from crm_analysis.errors import InputError, MissingTable, unknown_name
from crm_analysis.estimates import Estimate
from crm_analysis.findings import FINDINGS_MIME, Finding
from crm_analysis.outputs import METRIC_MIME, TABLES_FOLDER, as_text


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


def test_an_estimate_is_recorded_with_its_interval(shown):
    crm.record("share", Estimate(0.5, 0.4, 0.6, confidence=0.9, n=10, method="Wilson"), "share")
    metric = shown[0][METRIC_MIME]
    assert metric["value"] == 0.5
    assert (metric["low"], metric["high"], metric["n"]) == (0.4, 0.6, 10)


def test_numpy_numbers_are_recorded_as_plain_ones(shown):
    crm.record("customers", np.int64(7))
    assert shown[0][METRIC_MIME]["value"] == 7
    assert type(shown[0][METRIC_MIME]["value"]) is int


def test_a_recorded_name_is_a_slug(shown):
    with pytest.raises(ValueError, match="'Repeat rate'"):
        crm.record("Repeat rate", 1)


@pytest.mark.parametrize(("head", "mark"), [("客户编号", b"\xef\xbb\xbf"), ("customer_id", b"")])
def test_heads_that_are_not_ascii_carry_the_mark_by_which_excel_knows_them(
    tmp_path, monkeypatch, head, mark
):
    monkeypatch.setenv(TABLES_FOLDER, str(tmp_path))
    crm.hand_over(pd.DataFrame({head: ["7"], "n": [1]}), "import_it")
    written = (tmp_path / "import_it.csv").read_bytes()
    assert written.startswith(mark + head.encode())
    again = pd.read_csv(tmp_path / "import_it.csv", dtype={head: "str"})
    assert again.to_dict("list") == {head: ["7"], "n": [1]}


def test_a_hand_over_table_is_written_only_in_a_run(tmp_path, monkeypatch):
    frame = pd.DataFrame({"value": [1.5, 2.5]}, index=pd.Index(["a", "b"], name="customer_id"))
    monkeypatch.delenv(TABLES_FOLDER, raising=False)
    crm.hand_over(frame, "customer_value")
    assert not list(tmp_path.iterdir())

    monkeypatch.setenv(TABLES_FOLDER, str(tmp_path))
    crm.hand_over(frame, "customer_value")
    assert pd.read_csv(tmp_path / "customer_value.csv").to_dict("list") == {
        "customer_id": ["a", "b"],
        "value": [1.5, 2.5],
    }
    assert len(pd.read_parquet(tmp_path / "customer_value.parquet")) == 2


@pytest.mark.parametrize(
    "formula", ["=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
)
def test_no_text_cell_starts_a_formula(formula):
    frame = pd.DataFrame({"customer": [formula, "Ann"], "amount": [-5.0, 1.0]})
    before = frame.copy()
    safe = as_text(frame)
    assert safe["customer"].tolist() == ["'" + formula, "Ann"]
    assert safe["amount"].tolist() == [-5.0, 1.0]
    pd.testing.assert_frame_equal(frame, before)


def test_missing_cells_stay_missing_in_text_columns():
    assert as_text(pd.DataFrame({"note": ["=1", None]}))["note"].isna().tolist() == [False, True]


def test_findings_are_escaped_and_machine_readable():
    finding = Finding("who", "<script>alert(1)</script> buys most.", "counted", "Thank & keep.")
    bundle = crm.conclude([finding])._repr_mimebundle_()
    assert "<script>" not in bundle["text/html"]
    assert "Thank &amp; keep." in bundle["text/html"]
    assert bundle[FINDINGS_MIME][0]["name"] == "who"


def test_two_findings_of_one_name_are_refused():
    finding = Finding("who", "a", "counted", "b")
    with pytest.raises(ValueError, match="unique, got twice: who"):
        crm.conclude([finding, finding])


def test_an_estimate_must_lie_in_its_interval():
    with pytest.raises(ValueError, match="must lie in its interval, got 2"):
        Estimate(2, 0, 1, confidence=0.9, n=3, method="x")
    with pytest.raises(ValueError, match="needs numbers, got nan"):
        Estimate(float("nan"), 0, 1, confidence=0.9, n=3, method="x")


def test_an_unknown_name_far_from_all_others_gets_no_guess():
    assert "did you mean" not in str(unknown_name("company", "zzz", ["cdnow", "dairy"]))


def test_a_missing_table_is_an_input_error():
    assert issubclass(MissingTable, InputError)


def test_categories_and_heads_start_no_formula_either():
    frame = pd.DataFrame({"=1": pd.Categorical(["=2", "a", None]), "x": [("=3",), 4, "+5"]})
    safe = as_text(frame)
    assert safe.columns.tolist() == ["'=1", "x"]
    assert safe["'=1"].tolist()[:2] == ["'=2", "a"]
    assert safe["'=1"].isna().tolist() == [False, False, True]
    assert safe["x"].tolist() == [("=3",), 4, "'+5"]


def test_whoever_writes_csv_writes_it_as_text():
    package = Path(crm.__file__).parent
    writers = {
        path: text for path in package.rglob("*.py") if ".to_csv(" in (text := path.read_text())
    }
    assert len(writers) >= 3
    assert all("as_text(" in text for text in writers.values())
