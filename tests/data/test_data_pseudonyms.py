"""Pseudonyms: the same in every table and run, and no identifier behind them anywhere."""

import hmac
import stat
from base64 import b32encode
from hashlib import sha256

import pandas as pd
import pytest

from crm_analysis.data import load, prepare
from crm_analysis.data.intake import kept_apart
from crm_analysis.data.pseudonyms import Pseudonyms, key_file
from crm_analysis.errors import InputError

KEY = "a key that is long enough"
# Identifiers that can't come about otherwise.
ANN, BOB, RITA = "Xann-7731", "Xbob-8842", "Xrita-9953"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    tables = {
        "transactions": f"customer_id,date,amount\n{ANN},2026-01-01,5\n{BOB},2026-01-02,x\n"
        f"{BOB},2026-01-02,4\n,2026-01-02,3\n {ANN} ,2026-01-03,-1\n{ANN},2026-01-03\n",
        "profiles": f"customer_id,name,region\n{ANN},Ann,north\n{ANN},Ann,south\n",
        "survey": f"respondent_id,customer_id,item,perception\n{RITA},{ANN},cold,5\n",
        "programme": f"customer_id,date,points\n{ANN},2026-01-01,-5\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def everything(company):
    tables = [*company.tables.values(), company.unidentified, company.returns]
    text = " ".join(frame.astype("str").to_csv() for frame in tables if frame is not None)
    return text + kept_apart(company).to_csv() + " ".join(company.notes)


def test_no_identifier_is_left_and_tables_still_join(shop):
    company = load(shop, pseudonymise=KEY)
    said = everything(company)
    assert not any(name in said for name in (ANN, BOB, RITA))
    ann = company.profiles["customer_id"][0]
    assert company.transactions["customer_id"].tolist()[0] == ann
    assert company.survey["customer_id"].tolist() == [ann]
    assert f"customer_id={ann}" in company.flagged["row"][0]
    assert company.unidentified["customer_id"].isna().all()
    plain = load(shop)
    assert {n: len(t) for n, t in plain.tables.items()} == {
        n: len(t) for n, t in company.tables.items()
    }
    assert any(name in everything(plain) for name in (ANN, BOB, RITA))


def test_a_pseudonym_is_the_keyed_hash_of_the_identifier():
    digest = hmac.new(KEY.encode(), ANN.encode(), sha256).digest()
    expected = "p" + b32encode(digest).decode()[:12].lower()
    assert Pseudonyms(KEY.encode()).of(pd.Series([ANN])).tolist() == [expected]


def test_another_key_gives_other_pseudonyms(shop):
    one, again, other = (load(shop, pseudonymise=key) for key in (KEY, KEY, KEY + "!"))
    pd.testing.assert_frame_equal(one.transactions, again.transactions)
    assert not set(one.transactions["customer_id"]) & set(other.transactions["customer_id"])


def test_the_persons_own_key_is_made_once_and_kept_to_them(shop):
    first = load(shop, pseudonymise=True)
    made = key_file().read_text()
    assert len(made) == 64
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert [path.name for path in key_file().parent.iterdir()] == [key_file().name]
    pd.testing.assert_frame_equal(first.transactions, load(shop, pseudonymise=True).transactions)
    assert key_file().read_text() == made


def test_a_prepared_folder_never_holds_an_identifier(shop, tmp_path):
    folder = prepare(load(shop, pseudonymise=KEY), tmp_path / "prepared")
    for path in folder.iterdir():
        content = path.read_bytes()
        assert not any(name.encode() in content for name in (ANN, BOB, RITA))
    again = load(folder, pseudonymise=KEY + "!")
    # What is a pseudonym already isn't replaced again.
    assert again.profiles["customer_id"].tolist()[0].startswith("p")
    pd.testing.assert_frame_equal(again.transactions, load(folder).transactions)


def test_a_company_that_is_loaded_already_can_be_pseudonymised(shop, tmp_path):
    folder = prepare(load(shop), tmp_path / "prepared")
    company = load(folder, pseudonymise=KEY)
    assert not any(name in everything(company) for name in (ANN, BOB, RITA))
    expected = load(shop, pseudonymise=KEY).transactions
    pd.testing.assert_frame_equal(company.transactions, expected)
    sample = load("cdnow_sample", pseudonymise=KEY)
    assert sample.pseudonymised
    assert sample.transactions["customer_id"].nunique() == 2357


def test_a_short_key_is_refused():
    with pytest.raises(InputError, match="at least 16 characters, got 5"):
        load("cdnow_sample", pseudonymise="short")


def test_a_key_file_that_cannot_be_used_is_named():
    key_file().mkdir(parents=True)
    with pytest.raises(InputError, match=r"pseudonym\.key, can't be used"):
        load("cdnow_sample", pseudonymise=True)


def test_two_customers_never_share_a_pseudonym(monkeypatch):
    monkeypatch.setattr("crm_analysis.data.pseudonyms._LENGTH", 1)
    with pytest.raises(InputError, match="share one pseudonym"):
        Pseudonyms(KEY.encode()).of(pd.Series([str(at) for at in range(100)]))
