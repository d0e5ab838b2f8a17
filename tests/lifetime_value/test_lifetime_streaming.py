import shutil
import sys
from importlib.util import find_spec

import duckdb
import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from crm_analysis.customers import summarize
from crm_analysis.errors import InputError
from crm_analysis.lifetime_value import (
    BetaGeo,
    GammaGamma,
    ParetoNBD,
    choose_model,
    customer_lifetime_value,
    score,
    streaming,
)


@pytest.fixture(scope="module")
def models(cdnow):
    return BetaGeo().fit(cdnow), GammaGamma().fit(cdnow)


@pytest.fixture
def parquet(cdnow, tmp_path):
    cdnow.to_parquet(tmp_path / "customers.parquet")
    return tmp_path / "customers.parquet"


@pytest.mark.parametrize("kind", [BetaGeo, ParetoNBD])
def test_a_table_of_a_database_gives_the_same_fit(cdnow, kind):
    ours = kind().fit(cdnow)
    relation = duckdb.connect().from_df(cdnow.sample(frac=1, random_state=3))
    table = ibis.memtable(cdnow)
    counted = table.group_by("frequency", "recency", "T").agg(n=table.count())
    for source in (relation, table, counted, relation.project("*, 1 AS n")):
        model = kind().fit(source)
        assert model.params_.to_numpy() == pytest.approx(ours.params_.to_numpy(), rel=1e-9)
        assert model.n_customers_ == len(cdnow)
    with pytest.raises(ValueError, match="customers lacks the column 'T'"):
        kind().fit(table.drop("T"))


def test_streams_a_file_into_a_file(models, cdnow, parquet, tmp_path, monkeypatch):
    monkeypatch.setattr(streaming, "_BATCH", 500)  # several batches
    out = score(parquet, models[0], tmp_path / "scored.parquet", 39, interval=0.9)
    scored = pd.read_parquet(out).set_index("customer_id").loc[cdnow.index]
    expected = models[0].predict_purchases(cdnow, 39, interval=0.9)
    pd.testing.assert_frame_equal(scored[list(expected)], expected)
    alive = models[0].predict_alive(cdnow)["alive"]
    pd.testing.assert_series_equal(scored["alive"], alive)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["customers.parquet", out.name]


def test_adds_the_value_where_spend_is_known(models, cdnow, parquet, tmp_path):
    table = ibis.duckdb.connect().read_parquet(parquet)
    terms = {"discount_rate": 0.05, "margin": 0.4, "unit": "W"}
    out = score(table, models[0], tmp_path / "v.parquet", 52, spend=models[1], **terms)
    scored = pd.read_parquet(out).set_index("customer_id").loc[cdnow.index]
    value = customer_lifetime_value(*models, cdnow, 52, **terms)["value"]
    assert scored.columns.tolist() == ["alive", "purchases", "spend", "value"]
    pd.testing.assert_series_equal(scored["value"], value)


def test_writes_nothing_where_a_row_is_impossible(models, cdnow, tmp_path):
    odd = cdnow.astype({"recency": float})
    odd.loc[odd.index[7], "recency"] = 99.0
    odd.to_parquet(tmp_path / "odd.parquet")
    with pytest.raises(ValueError, match=f"recency must be at most T.*first at {odd.index[7]}"):
        score(tmp_path / "odd.parquet", models[0], tmp_path / "out.parquet", 39)
    assert [path.name for path in tmp_path.iterdir()] == ["odd.parquet"]


def test_refuses_other_tables(models, parquet, tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        score(tmp_path / "none.parquet", models[0], tmp_path / "out.parquet", 39)
    table = ibis.duckdb.connect().read_parquet(parquet)
    with pytest.raises(InputError, match="the table lacks the column 'T'"):
        score(table.drop("T"), models[0], tmp_path / "o.parquet", 39)
    empty = table.filter(table.frequency < 0)
    with pytest.raises(InputError, match="no customers to score"):
        score(empty, models[0], tmp_path / "o.parquet", 39)


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.filterwarnings("error:.*record_batch:DeprecationWarning")
@pytest.mark.parametrize("source", ["frame", "arrow", "relation", "ibis", "in memory", "joined"])
def test_every_kind_of_table_streams_without_a_warning(models, cdnow, parquet, tmp_path, source):
    named = cdnow.rename_axis("customer_id").reset_index()
    table = ibis.duckdb.connect().read_parquet(parquet)
    tables = {
        "frame": cdnow,
        "arrow": pa.Table.from_pandas(named),
        "relation": duckdb.connect().from_df(named),
        "ibis": table.filter(table.frequency >= 0),
        "in memory": ibis.memtable(named),
        "joined": table.semi_join(ibis.memtable(named[["customer_id"]]), "customer_id"),
    }
    scored = pd.read_parquet(score(tables[source], models[0], tmp_path / "scored.parquet"))
    expected = models[0].predict_purchases(cdnow, 365.25 / 7)  # a year, if not said otherwise
    purchases = scored.set_index("customer_id")["purchases"].loc[cdnow.index]
    pd.testing.assert_series_equal(purchases, expected["purchases"])


def test_a_file_of_another_kind_is_refused(models, cdnow, tmp_path):
    cdnow.to_csv(tmp_path / "customers.csv")
    with pytest.raises(InputError, match="can't be read as Parquet"):
        score(tmp_path / "customers.csv", models[0], tmp_path / "out.parquet")


@pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None,
    reason="pyspark isn't installed, or there is no Java to run it",
)
def test_spark_counts_and_scores_to_the_same_numbers(models, cdnow, parquet, tmp_path, monkeypatch):
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)  # workers, too, need this environment
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    try:
        table = session.read.parquet(str(parquet))
        fitted = BetaGeo().fit(table)
        assert fitted.params_.to_numpy() == pytest.approx(models[0].params_.to_numpy(), rel=1e-9)
        out = score(table, models[0], tmp_path / "scored", 39, spend=models[1], interval=0.8)
        scored = pd.read_parquet(out).set_index("customer_id").loc[cdnow.index]
    finally:
        session.stop()
    value = customer_lifetime_value(*models, cdnow, 39, 0.1, 0.3, interval=0.8)
    np.testing.assert_allclose(scored[list(value)], value, rtol=1e-9)


def test_spend_of_all_purchases_is_counted_as_such(cdnow_transactions, tmp_path):
    customers = summarize(cdnow_transactions, "1997-09-30", "W")
    customers = customers.assign(spend_purchases=customers["frequency"] + 1)
    customers["monetary_value"] = customers["revenue"] / customers["spend_purchases"]
    models = BetaGeo().fit(customers), GammaGamma().fit(customers)
    out = score(customers.reset_index(), models[0], tmp_path / "all.parquet", 39, spend=models[1])
    value = customer_lifetime_value(*models, customers, 39, 0.1, 0.3)["value"]
    scored = pd.read_parquet(out).set_index("customer_id")["value"]
    np.testing.assert_allclose(scored.loc[value.index], value)


def test_a_chosen_forecaster_scores_too(cdnow_transactions, tmp_path):
    chosen = choose_model(cdnow_transactions, "1997-09-30", 39)
    customers = summarize(cdnow_transactions, "1997-09-30", "W")
    out = score(customers.reset_index(), chosen, tmp_path / "chosen.parquet", 39)
    scored = pd.read_parquet(out).set_index("customer_id").loc[customers.index]
    expected = chosen.predict_purchases(customers, 39)["purchases"]
    np.testing.assert_allclose(scored["purchases"], expected)
