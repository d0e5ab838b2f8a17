"""Ids are numbered in the order in which pandas sorts them, whatever they look like."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analysis.customers._numbering import numbered

TEXTS = st.one_of(
    st.lists(st.from_regex(r"C[0-9]{1,9}", fullmatch=True), min_size=1),
    st.lists(st.text(max_size=5), min_size=1),
    st.lists(st.text("0123456789abcdef-", min_size=30, max_size=36), min_size=1),
)


def assert_as_pandas(ids):
    before = ids.copy()
    numbers, distinct = numbered(ids, worthwhile=0)
    expected, theirs = pd.factorize(ids, sort=True)
    assert numbers.tolist() == expected.tolist()
    pd.testing.assert_index_equal(distinct, pd.Index(theirs), check_names=False)
    pd.testing.assert_series_equal(ids, before)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_texts_of_any_form_are_numbered_as_by_pandas(texts):
    assert_as_pandas(pd.Series(texts, dtype="str"))


@pytest.mark.parametrize(
    "ids",
    [
        pd.Series([7, 3, 7]),
        pd.Series(["", "a", ""], dtype="str"),
        pd.Series(["", ""], dtype="str"),
        pd.Series([], dtype="str"),
        pd.Series(["b", "ab", "b"], dtype="category"),
        pd.Series(["b", "ab", "b"], dtype=object),
        pd.Series(["b", "ab", "b"], dtype="string[python]"),
        pd.Series(["é", "z", "é", "中"], dtype="str"),
        pd.Series(["b", "a", "c", "a"], dtype="str", index=[5, 1, 1, 9])[1:],
    ],
)
def test_ids_of_any_kind_are_numbered_as_by_pandas(ids):
    assert_as_pandas(ids)


def test_many_short_ids_are_numbered_by_arithmetic():
    who = np.random.default_rng(1).integers(0, 30_000, 200_000)
    numbers, distinct = numbered(pd.Series(who).map("C{:06d}".format).astype("str"))
    assert (numbers == pd.factorize(who, sort=True)[0]).all()
    assert distinct[0] == "C000000"
