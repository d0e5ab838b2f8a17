import os
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.segmentation import CustomerClusters
from crm_analysis.segmentation._partitions import fit_partition, jaccard_stability
from crm_analysis.segmentation.charts import cluster_search

METHODS = ["kmeans", "gaussian_mixture"]
# means of log silence, log orders, log order value
FOUR = [(2, 3, 3), (2, 1.5, 5), (5, 3, 5), (5.5, 1.2, 3)]


def drawn(centres, n=150, sd=0.12, covariance=None, seed=0):
    rng = np.random.default_rng(seed)
    spread = np.eye(3) * sd**2 if covariance is None else covariance
    parts = [rng.multivariate_normal(centre, spread, n) for centre in centres]
    silence, orders, value = np.exp(np.concatenate(parts)).T
    orders = orders.round().clip(1).astype(int)
    frame = pd.DataFrame({"recency": 50.0, "T": 50 + silence.round(), "orders": orders})
    frame = frame.assign(revenue=orders * value, group=np.repeat(range(len(centres)), n))
    return frame.sample(frac=1, random_state=seed).rename_axis("customer_id")


@pytest.fixture(scope="module")
def four():
    return drawn(FOUR)


@pytest.fixture(scope="module")
def found(four):
    return CustomerClusters().fit(four)


@pytest.mark.parametrize("method", METHODS)
def test_four_groups_that_are_apart_are_found(four, found, method):
    clusters = found if method == "kmeans" else CustomerClusters(method=method).fit(four)
    assert clusters.found_
    assert adjusted_rand_score(four["group"], clusters.labels_) > 0.95
    assert clusters.stability_["band"].tolist() == ["highly stable"] * 4
    assert clusters.verdict_.startswith("There are 4 clusters")


@pytest.mark.parametrize("method", METHODS)
def test_whole_numbers_of_orders_do_not_split_a_group(method):
    # 4, 5 and 6 orders lie apart on a logarithmic scale, and BIC would take them for groups.
    rng = np.random.default_rng(0)
    group = np.repeat(range(4), 250)
    centre = np.array([(5, 20, 10), (5, 20, 1000), (50, 400, 10), (50, 400, 1000)])[group]
    orders, silence, value = (centre * rng.normal(1, 0.1, centre.shape)).T
    orders = orders.round().clip(1)
    customers = pd.DataFrame({"recency": 900.0, "T": 900 + silence.round(), "orders": orders})
    clusters = CustomerClusters(method=method).fit(customers.assign(revenue=orders * value))
    assert adjusted_rand_score(group, clusters.labels_) > 0.95
    if method == "gaussian_mixture":
        assert clusters.candidates_["bic"].idxmin() > 4


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("correlation", [0.0, 0.9], ids=["round", "stretched"])
def test_one_group_is_said_to_be_none(method, correlation):
    covariance = 0.25 * (np.eye(3) * (1 - correlation) + correlation)
    one = drawn([(4, 2.5, 3.5)], n=600, covariance=covariance)
    clusters = CustomerClusters(method=method).fit(one)
    assert not clusters.found_
    assert set(clusters.labels_) == set(clusters.predict(one)) == {"all customers"}
    assert len(clusters.profile_) == 1 and clusters.stability_.empty
    assert "no clusters in these data" in clusters.verdict_


def test_clusters_that_were_asked_for_but_do_not_hold_are_called_so():
    clusters = CustomerClusters(k=4).fit(drawn([(4, 2.5, 3.5)], n=400, sd=0.5))
    assert clusters.labels_.nunique() == 4 and not clusters.found_
    assert "asked for and don't hold" in clusters.verdict_


def test_the_same_profile_has_the_same_name_at_each_run(found):
    first, second = found, CustomerClusters(seed=2).fit(drawn(FOUR, seed=7))
    assert set(first.labels_) == set(second.labels_)
    assert "many orders, recent, small orders" in set(first.labels_)
    for name, clusters in (("first", first), ("second", second)):
        z = clusters.profile_.loc["few orders, long silent, small orders"]
        assert z["z_orders"] < 0 < z["z_silence"], name


def test_names_do_not_depend_on_the_unit_of_money_or_the_order_of_rows(four, found):
    names = found.labels_
    others = CustomerClusters().fit(four.assign(revenue=four["revenue"] * 100).iloc[::-1])
    assert (others.labels_.reindex(four.index) == names).mean() == 1


def test_new_customers_get_the_cluster_of_those_like_them(four, found):
    clusters = found
    assert clusters.predict(four).equals(clusters.labels_)
    new = four.iloc[[0, 9, 40]].assign(recency=10, T=lambda rows: rows["T"] - 40)
    assert clusters.predict(new).tolist() == clusters.labels_.iloc[[0, 9, 40]].tolist()


def test_the_profile_counts_every_customer_once(found):
    profile = found.profile_
    assert profile["customers"].tolist() == [150] * 4
    assert profile["mean_revenue"].is_monotonic_decreasing
    weighted = (profile["z_orders"] * profile["customers"]).sum()
    assert weighted == pytest.approx(0, abs=1e-3)


def test_jaccard_is_one_for_groups_apart_and_low_for_a_cut_through_one_group():
    rng = np.random.default_rng(0)
    apart = np.concatenate([rng.normal(0, 0.1, (60, 2)), rng.normal(5, 0.1, (60, 2))])
    together = rng.normal(0, 1, (120, 2))
    found = [
        jaccard_stability(points, fit_partition(points, k, "kmeans", 0), k, "kmeans", 0).min()
        for points, k in ((apart, 2), (together, 5))
    ]
    assert found[0] == 1.0 and found[1] < 0.75


def test_customers_alike_and_too_few():
    alike = pd.DataFrame({"recency": 0, "T": 5, "orders": 1, "revenue": 9.0}, index=range(60))
    clusters = CustomerClusters().fit(alike)
    assert set(clusters.labels_) == {"all customers"}
    assert clusters.profile_.notna().all(axis=None)
    with pytest.raises(InsufficientData, match="at least 2; there is 1 kind of behaviour"):
        CustomerClusters(k=2).fit(alike)
    with pytest.raises(InsufficientData, match="at least 50; there are 49 customers"):
        CustomerClusters().fit(alike.iloc[:49])


def test_returns_that_outweigh_purchases_are_no_nan(four):
    clusters = CustomerClusters(k=2).fit(four.assign(revenue=-1.0))
    assert clusters.profile_.drop(columns="share_of_revenue").notna().all(axis=None)


@pytest.mark.parametrize("k", [1, 9, 2.5, True])
def test_numbers_that_are_no_number_of_clusters(k):
    with pytest.raises(InputError, match="k must be a whole number from 2 to 8"):
        CustomerClusters(k=k)


def test_slips_are_named(four):
    with pytest.raises(InputError, match="'kmean': did you mean 'kmeans'"):
        CustomerClusters(method="kmean")
    with pytest.raises(InputError, match="call fit before predict"):
        CustomerClusters().predict(four)
    with pytest.raises(ValueError, match="orders must be at least 1"):
        CustomerClusters().fit(four.assign(orders=0))


def test_the_table_stays_as_it_is(four):
    before = four.copy(deep=True)
    CustomerClusters(k=2).fit(four)
    pd.testing.assert_frame_equal(four, before)


_PRINT = """
import hashlib, numpy, pandas
from crm_analysis.segmentation import CustomerClusters
rng = numpy.random.default_rng(0)
frame = pandas.DataFrame({"recency": 9, "T": 9 + rng.integers(0, 400, 1200)})
frame["orders"] = rng.geometric(0.3, 1200)
frame["revenue"] = rng.gamma(2, 30, 1200).round(2)
found = CustomerClusters(k=4).fit(frame)
text = found.labels_.to_csv() + found.profile_.to_csv() + found.candidates_.to_csv()
print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_the_number_of_threads_changes_nothing():
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", _PRINT],
            env=os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
            stdout=subprocess.PIPE,
            text=True,
        )
        for threads in ("1", "3")
    ]
    digests = [run.communicate()[0] for run in runs]
    assert len(digests[0].strip()) == 64
    assert digests[0] == digests[1]


def test_the_search_is_drawn_with_and_without_clusters(found):
    drawn_found = cluster_search(found)
    assert drawn_found.layout.title.text.startswith("4 groups are apart")
    none = cluster_search(CustomerClusters().fit(drawn([(4, 2.5, 3.5)], n=300, sd=0.5)))
    assert none.layout.title.text.startswith("No number of groups holds")
    assert len(none.data[0].x) == 7


def test_a_million_customers_take_seconds(four):
    many = pd.concat([drawn(FOUR, n=50_000)] * 5, ignore_index=True)
    start = time.perf_counter()
    clusters = CustomerClusters().fit(many)
    assert time.perf_counter() - start < 20
    assert adjusted_rand_score(many["group"], clusters.labels_) > 0.95
