"""Do the dimensions of a questionnaire stand in its answers? Parallel analysis and loadings."""

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.stats import wishart

from crm_analysis.checks import check_columns
from crm_analysis.errors import InsufficientData
from crm_analysis.satisfaction.one_factor import fit_table
from crm_analysis.satisfaction.respondents import answer_matrix, need_grouping
from crm_analysis.show import Sentence

__all__ = ["dimension_loadings", "dimensions_stand", "parallel_analysis"]

_STEPS, _CLOSE = 500, 1e-8


def parallel_analysis(
    answers: pd.DataFrame, *, level: float = 0.95, draws: int = 500, seed: int = 0
) -> pd.DataFrame:
    """Count the factors that explain more than chance would (Horn's parallel analysis).

    Parameters
    ----------
    answers : one row per respondent, one column per item; rows with a missing answer are left out.
    level : quantile of what chance gives that a factor must exceed, between 0 and 1.
    draws : sets of unrelated normal items.
    seed : of those.

    Returns
    -------
    Frame by factor, 1 to the number of items: eigenvalue (of the correlation matrix; they sum to
    the number of items), chance (the quantile among unrelated items, for as many respondents),
    kept (this factor and all before exceed chance).

    Raises
    ------
    InsufficientData : fewer than 3 items, no more complete respondents than items, or an item
        without spread.

    References
    ----------
    Horn (1965), A rationale and test for the number of factors in factor analysis, Psychometrika
    30(2), 179–185.

    Examples
    --------
    >>> g = np.random.default_rng(1)
    >>> two = g.normal(size=(200, 2)).repeat(3, axis=1) + g.normal(size=(200, 6))
    >>> int(parallel_analysis(pd.DataFrame(two))["kept"].sum())
    2
    """
    table = fit_table(answers, "parallel analysis")
    n, k = table.shape
    values = np.linalg.eigvalsh(np.corrcoef(table.T))[::-1]
    # The covariance of unrelated normal items follows a Wishart law: no need to draw the items.
    random = wishart.rvs(n - 1, np.eye(k), size=draws, random_state=np.random.default_rng(seed))
    spread = np.sqrt(np.einsum("dii->di", random))
    chance = np.linalg.eigvalsh(random / (spread[:, :, None] * spread[:, None, :]))[:, ::-1]
    columns = {"eigenvalue": values, "chance": np.quantile(chance, level, axis=0)}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(1, k + 1, name="factor"))
    frame["kept"] = (frame["eigenvalue"] > frame["chance"]).cummin()
    return frame


def dimension_loadings(survey: pd.DataFrame, value: str = "perception") -> pd.DataFrame:
    """Tell on which dimension's factor each item loads most.

    As many factors as the questionnaire has dimensions are extracted (principal axes), turned to
    simple structure (varimax), and each is given to the dimension whose items load on it.

    Parameters
    ----------
    survey : respondent_id, item, dimension and the answers.
    value : "perception", "expectation", "importance" or "gap".

    Returns
    -------
    Frame by item: dimension, a column per dimension with the loading on its factor (−1 to 1),
    strongest (the dimension with the largest loading), stands (bool: it is the item's own).

    Raises
    ------
    MissingTable : the survey has no dimensions, or no answers on ``value``.
    InsufficientData : fewer than 2 dimensions, or too few respondents or items for factors.

    Notes
    -----
    The factors are kept at right angles. Where everybody's halo runs through all items, loadings
    on other factors stay above 0; only the largest is read here.

    References
    ----------
    Kaiser (1958), The varimax criterion for analytic rotation in factor analysis, Psychometrika
    23(3), 187–200.

    Examples
    --------
    >>> g = np.random.default_rng(1)
    >>> answers = g.normal(size=(99, 2)).repeat(3, axis=1) + 0.5 * g.normal(size=(99, 6))
    >>> survey = pd.DataFrame(answers, columns=list("abcdef")).melt(ignore_index=False,
    ...     var_name="item", value_name="perception").rename_axis("respondent_id").reset_index()
    >>> survey["dimension"] = survey["item"].map(dict.fromkeys("abc", "first")).fillna("second")
    >>> dimension_loadings(survey)["strongest"].tolist()
    ['first', 'first', 'first', 'second', 'second', 'second']
    """
    check_columns(survey, ["item"], table="survey")
    need_grouping(survey, "dimension")
    items = survey.dropna(subset=["item", "dimension"]).drop_duplicates("item")
    own = items.set_index("item")["dimension"]
    names = own.unique().astype(object)
    if len(names) < 2:
        raise InsufficientData("the check of the dimensions", f"{len(names)}", "at least 2")
    table = fit_table(answer_matrix(survey, value)[list(own.index)], "the check of the dimensions")
    turned = _varimax(_principal_axes(np.corrcoef(table.T), len(names)))
    belongs = own.to_numpy(dtype=object)[:, None] == names
    strength = belongs.T @ np.square(turned) / belongs.sum(axis=0)[:, None]
    dimensions, factors = linear_sum_assignment(-strength)
    matched = turned[:, factors[np.argsort(dimensions)]]
    # A factor's sign is free: let the sum of its own items be positive.
    matched = matched * np.where((matched * belongs).sum(axis=0) < 0, -1, 1)
    frame = pd.DataFrame(matched, index=own.index, columns=pd.Index(names))
    strongest = frame.abs().idxmax(axis=1)
    frame.insert(0, "dimension", own)
    return frame.assign(strongest=strongest, stands=strongest == own)


def dimensions_stand(factors: pd.DataFrame, loadings: pd.DataFrame) -> Sentence:
    """Say whether the dimensions stand in the answers.

    Parameters
    ----------
    factors : from ``parallel_analysis``.
    loadings : from ``dimension_loadings``.

    Examples
    --------
    >>> factors = pd.DataFrame({"kept": [True, True, False]})
    >>> loadings = pd.DataFrame({"dimension": ["a", "a", "b"], "stands": [True, True, False],
    ...     "strongest": ["a", "a", "a"]}, index=["cold", "fresh", "app"])
    >>> dimensions_stand(factors, loadings)
    'The questionnaire has 2 dimensions, and 2 factors explain more than chance would. 2 of 3 items load most on the factor of their own dimension; not so: “app” (with a).'
    """  # noqa: E501 - the line is the sentence under test
    astray = loadings[~loadings["stands"]]
    named = ", ".join(f"“{item}” (with {row['strongest']})" for item, row in astray.iterrows())
    return Sentence(
        f"The questionnaire has {loadings['dimension'].nunique()} dimensions, and "
        f"{int(factors['kept'].sum())} factors explain more than chance would. "
        f"{len(loadings) - len(astray)} of {len(loadings)} items load most on the factor of their "
        f"own dimension{f'; not so: {named}' if named else ''}."
    )


def _principal_axes(correlation: np.ndarray, factors: int) -> np.ndarray:
    """Loadings (items × factors) that rebuild the correlations, communalities iterated."""
    # Start: the squared multiple correlation; pinv bears items that others determine.
    common = 1 - 1 / np.diag(np.linalg.pinv(correlation)).clip(min=1)
    for _ in range(_STEPS):
        reduced = correlation.copy()
        np.fill_diagonal(reduced, common)
        values, vectors = np.linalg.eigh(reduced)
        loadings = vectors[:, -factors:] * np.sqrt(values[-factors:].clip(min=0))
        before, common = common, np.square(loadings).sum(axis=1).clip(max=1)
        if np.abs(common - before).max() < _CLOSE:
            break
    return loadings


def _varimax(loadings: np.ndarray) -> np.ndarray:
    """Turn the loadings so that each factor has few large ones (Kaiser's normalisation)."""
    length = np.sqrt(np.square(loadings).sum(axis=1, keepdims=True))
    rows = loadings / np.where(length > 0, length, 1)
    turn, before = np.eye(rows.shape[1]), 0.0
    for _ in range(_STEPS):
        turned = rows @ turn
        target = turned**3 - turned * np.square(turned).mean(axis=0)
        left, size, right = np.linalg.svd(rows.T @ target)
        turn = left @ right
        if size.sum() < before * (1 + _CLOSE):
            break
        before = size.sum()
    return loadings @ turn
