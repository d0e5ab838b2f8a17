import pandas as pd
import pytest

from crm_analysis.data import fingerprint, load, prepare
from crm_analysis.data.tables import PERSONAL
from crm_analysis.errors import InputError


@pytest.fixture
def company(tmp_path):
    source = tmp_path / "shop"
    source.mkdir()
    (source / "transactions.csv").write_text(
        "customer_id,date,amount\nA,2026-01-01,1.5\n,2026-01-01,1\nB,2026-01-02,2\n"
        "B,2026-01-02,-0.5\nA,2026-01-01,x\nC,2026-01-02,-3\n"
    )
    (source / "profiles.csv").write_text(
        "customer_id,name,email,birth_year,region,acquired_on\n"
        "A,Ann,ann@example.invalid,1980,north,2026-01-01\nB,Bo,,,,\n"
    )
    return load(source)


def assert_same(one, other):
    assert (one.name, one.title, one.as_of) == (other.name, other.title, other.as_of)
    assert (one.currency, one.notes, one.simulated) == (
        other.currency,
        other.notes,
        other.simulated,
    )
    assert one.read == other.read
    for name in ("rejected", "set_aside", "flagged"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    for name in ("unidentified", "returns"):
        lines, again = getattr(one, name), getattr(other, name)
        assert (lines is None) == (again is None)
        if lines is not None:
            pd.testing.assert_frame_equal(lines, again)
    assert (one.parameters, one.pseudonymised) == (other.parameters, other.pseudonymised)
    assert list(one.tables) == list(other.tables)
    for name, table in one.tables.items():
        named = [column for column in table if column in PERSONAL]
        again = getattr(other, name)
        pd.testing.assert_frame_equal(table.drop(columns=named), again.drop(columns=named))
        pd.testing.assert_frame_equal(table[named].notna(), again[named].notna())
        assert again[named].isin(["withheld", None]).all(axis=None)


def test_a_prepared_company_is_the_same_but_for_what_names_a_person(company, tmp_path):
    again = load(prepare(company, tmp_path / "prepared"))
    assert_same(company, again)
    assert again.profiles["name"].tolist() == ["withheld", "withheld"]
    assert again.profiles["email"].isna().tolist() == [False, True]
    assert fingerprint(again) == fingerprint(company)
    assert len(again.unidentified) == len(again.returns) == 1
    assert again.transactions["amount"].tolist() == [1.5, 1.5]


def test_the_dairy_survives_preparing(tmp_path):
    dairy = load("dairy")
    again = load(prepare(dairy, tmp_path / "prepared"))
    assert_same(dairy, again)
    assert again.simulated


def test_same_company_same_bytes(company, tmp_path):
    one, other = prepare(company, tmp_path / "one"), prepare(company, tmp_path / "other")
    files = sorted(path.name for path in one.iterdir())
    kept = ["flagged", "profiles", "rejected", "returns", "set_aside", "transactions"]
    assert files == ["company.json", *(f"{name}.parquet" for name in [*kept, "unidentified"])]
    for name in files:
        assert (one / name).read_bytes() == (other / name).read_bytes()


def test_no_person_in_the_folder(company, tmp_path):
    folder = prepare(company, tmp_path / "prepared")
    for path in folder.iterdir():
        assert b"ann@example" not in path.read_bytes()


def test_a_prepared_company_can_be_seen_from_an_earlier_day(company, tmp_path):
    folder = prepare(company, tmp_path / "prepared")
    with pytest.raises(InputError, match="1 returns after 2026-01-01 have been taken off"):
        load(folder, as_of="2026-01-01")
    shop = load("cdnow_sample")
    folder = prepare(shop, tmp_path / "shop-prepared")
    early = load(folder, as_of="1997-09-30")
    assert fingerprint(early) == fingerprint(load("cdnow_sample", as_of="1997-09-30"))


def test_a_folder_with_files_is_left_alone(company, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="isn't empty"):
        prepare(company, tmp_path)


def test_a_broken_folder_is_named(company, tmp_path):
    folder = prepare(company, tmp_path / "prepared")
    (folder / "profiles.parquet").unlink()
    with pytest.raises(InputError, match="isn't a whole prepared company"):
        load(folder)
    (folder / "company.json").write_text('{"format": 99}')
    with pytest.raises(InputError, match="another version"):
        load(folder)


def test_the_fingerprint_tells_contents_apart(company):
    told = fingerprint(load("cdnow_sample"))
    assert told == fingerprint(load("cdnow_sample"))
    assert told not in (fingerprint(company), fingerprint(load("cdnow_sample", as_of="1998-01-01")))
