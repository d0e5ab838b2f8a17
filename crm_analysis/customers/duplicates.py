"""Customers that look like the same person entered twice. Only ids leave this module."""

import re
import unicodedata

import numpy as np
import pandas as pd

from crm_analysis.checks import check_columns

__all__ = ["REASONS", "duplicate_groups", "duplicate_pairs"]

REASONS = (
    "same e-mail",
    "same telephone",
    "same name and birth year",
    "same name and region",
)
# So many customers with one address are a household's till, a company or a placeholder such as
# none@example.org, not one person entered over and over.
_MOST_ALIKE = 5
_FEWEST_DIGITS = 7  # fewer are an extension or a placeholder
_NOT_LETTERS = re.compile(r"[\W_]+")


def duplicate_pairs(profiles: pd.DataFrame) -> pd.DataFrame:
    """Pair customers that share an e-mail address, a telephone number, or a name and more.

    E-mail addresses are compared in small letters, telephone numbers by their last nine digits
    (which leaves out how the country is written), names without accents, order of words, case
    and punctuation. A name alone is shared by too many people: the year of birth or the
    region must be the same too, and known years of birth must not differ. What more than five
    customers share counts as no sign.

    Parameters
    ----------
    profiles : customer_id, [email, phone, name, birth_year, region], a row per customer.

    Returns
    -------
    Frame with customer_id, other_id and reason (one of ``REASONS``, the strongest), each pair
    once, the smaller id first. It holds nothing personal.

    References
    ----------
    Fellegi, Sunter (1969), A theory for record linkage, JASA 64(328); Christen (2012), Data
    Matching, Springer, on blocking and comparing.

    Examples
    --------
    >>> profiles = pd.DataFrame({
    ...     "customer_id": ["A", "B", "C", "D"],
    ...     "email": ["Ann@example.org", "ann@example.org ", None, "cem@example.org"],
    ...     "name": ["Ann Lee", "Ann Lee", "Lee, Ánn", "Cem Ak"],
    ...     "birth_year": [1980, 1980, 1980, 1991],
    ... })
    >>> duplicate_pairs(profiles)["reason"].tolist()
    ['same e-mail', 'same name and birth year', 'same name and birth year']
    """
    check_columns(profiles, ["customer_id"], table="profiles")
    known = profiles.drop_duplicates("customer_id").reset_index(drop=True)
    keys = _keys(known)
    found = [_pairs(known, keys[reason], reason) for reason in REASONS if reason in keys]
    pairs = pd.concat([_no_pairs(), *found], ignore_index=True)
    pairs = pairs.drop_duplicates(["customer_id", "other_id"])
    return pairs.sort_values(["customer_id", "other_id"], ignore_index=True)


def duplicate_groups(pairs: pd.DataFrame) -> pd.Series:
    """Join pairs to groups: who looks like somebody who looks like a third is one with both.

    Parameters
    ----------
    pairs : as ``duplicate_pairs`` gives them.

    Returns
    -------
    Series ``same_as`` by customer_id, for those in a pair: the smallest id of the group.

    Examples
    --------
    >>> pairs = pd.DataFrame({"customer_id": ["A", "B"], "other_id": ["B", "C"]})
    >>> duplicate_groups(pairs).to_dict()
    {'A': 'A', 'B': 'A', 'C': 'A'}
    """
    check_columns(pairs, ["customer_id", "other_id"], table="pairs")
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ids = pd.Index(sorted({*pairs["customer_id"], *pairs["other_id"]}), name="customer_id")
    ends = (ids.get_indexer(pairs["customer_id"]), ids.get_indexer(pairs["other_id"]))
    graph = coo_matrix((np.ones(len(pairs)), ends), shape=(len(ids), len(ids)))
    group = connected_components(graph, directed=False)[1]
    first = pd.Series(ids, index=ids).groupby(group).transform("first")
    return first.rename("same_as").astype("str")


def _no_pairs() -> pd.DataFrame:
    return pd.DataFrame(columns=["customer_id", "other_id", "reason"], dtype="str")


def _keys(known: pd.DataFrame) -> dict[str, pd.Series]:
    """Return what two customers must share, by the reason; missing where it isn't known."""
    keys = {}
    if "email" in known:
        address = known["email"].astype("str").str.strip().str.lower()
        keys["same e-mail"] = address.where(address.str.contains("@", na=False))
    if "phone" in known:
        digits = known["phone"].astype("str").str.replace(r"\D+", "", regex=True)
        keys["same telephone"] = digits.str[-9:].where(digits.str.len() >= _FEWEST_DIGITS)
    if "name" in known:
        names = known["name"].map(_plain_name, na_action="ignore").astype("object")
        names = names.where(names.astype(bool) & known["name"].notna())
        for column, reason in (("birth_year", REASONS[2]), ("region", REASONS[3])):
            if column in known:
                both = names.notna() & known[column].notna()
                keys[reason] = (names.astype("str") + "|" + known[column].astype("str")).where(both)
    return keys


def _plain_name(name: object) -> str:
    plain = unicodedata.normalize("NFKD", str(name)).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(sorted(_NOT_LETTERS.sub(" ", plain).split()))


def _pairs(known: pd.DataFrame, key: pd.Series, reason: str) -> pd.DataFrame:
    shared = known.loc[key.notna(), ["customer_id"]].assign(key=key)
    if "birth_year" in known:
        shared["born"] = known["birth_year"]
    alike = shared.groupby("key")["customer_id"].transform("size")
    shared = shared[alike.between(2, _MOST_ALIKE)]
    both = shared.merge(shared, on="key", suffixes=("", "_other"))
    both = both[both["customer_id"] < both["customer_id_other"]]
    if reason == REASONS[3] and "born" in shared:
        years = both[["born", "born_other"]]
        both = both[years.isna().any(axis=1) | (both["born"] == both["born_other"])]
    pairs = both[["customer_id", "customer_id_other"]].set_axis(["customer_id", "other_id"], axis=1)
    return pairs.assign(reason=reason)
