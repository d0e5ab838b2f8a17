"""The same models by Bayes' rule: draws from the posterior, beside maximum likelihood.

An interval by maximum likelihood rests on many customers; a posterior is right with few, as far
as its prior is. Where both agree, neither the prior nor the approximation matters.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd

from crm_analysis.checks import check_columns, check_probability
from crm_analysis.errors import InsufficientData, unknown_name
from crm_analysis.findings import Finding
from crm_analysis.formats import percent
from crm_analysis.lifetime_value._fitted import FittedModel
from crm_analysis.lifetime_value._histories import HISTORY, Histories
from crm_analysis.lifetime_value._purchase_model import PurchaseModel
from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.modified_beta_geo import ModifiedBetaGeo
from crm_analysis.lifetime_value.pareto_nbd import ParetoNBD

__all__ = ["compare_posterior", "fit_by_name", "posterior", "posterior_finding"]

# Our models by their usual names, and what pymc-marketing calls them.
_MODELS = {
    "BG/NBD": (BetaGeo, "BetaGeoModel"),
    "MBG/NBD": (ModifiedBetaGeo, "ModifiedBetaGeoModel"),
    "Pareto/NBD": (ParetoNBD, "ParetoNBDModel"),
}
_PARAMETERS = ("r", "alpha", "a", "b", "s", "beta")
# Chains that differ by more haven't found the same place (Vehtari and others 2021).
_MIXED = 1.05


def _known(kind: str) -> tuple[type, str]:
    if kind not in _MODELS:
        raise unknown_name("model", kind, _MODELS)
    return _MODELS[kind]


def fit_by_name(kind: str, customers: pd.DataFrame) -> PurchaseModel:
    """Fit the model of this name by maximum likelihood: "BG/NBD", "MBG/NBD" or "Pareto/NBD"."""
    return _known(kind)[0]().fit(customers)


def posterior(
    customers: pd.DataFrame,
    kind: str = "BG/NBD",
    draws: int = 500,
    chains: int = 2,
    seed: int = 0,
) -> pd.DataFrame:
    """Draw the parameters from their posterior, with the priors of pymc-marketing.

    Takes about a minute on a few thousand customers, and needs the extra packages:
    ``pip install 'crm-analysis[bayes]'``.

    Parameters
    ----------
    customers : ``frequency``, ``recency`` and ``T`` per customer, in one unit; not changed.
    kind : "BG/NBD", "MBG/NBD" or "Pareto/NBD".
    draws, chains : how many draws each chain keeps, after as many to warm up; how many chains.
    seed : the same seed gives the same draws.

    Returns
    -------
    frame : a row per ``chain`` and ``draw`` with a column per parameter.

    Raises
    ------
    InsufficientData : pymc-marketing isn't installed.
    ValueError : a row is impossible; it's named.

    References
    ----------
    Hoffman and Gelman (2014), "The No-U-turn sampler", Journal of Machine Learning Research 15,
    1593-1623.
    """
    _, theirs = _known(kind)
    Histories.of(customers)
    table = customers[HISTORY].reset_index(drop=True).rename_axis("customer_id").reset_index()
    model = getattr(_pymc_marketing(), theirs)(data=table)
    settings = {"tune": draws, "cores": 1, "progressbar": False, "random_seed": seed}
    with _quietly():
        model.fit(method="mcmc", draws=draws, chains=chains, **settings)
    drawn = model.idata.posterior
    names = [name for name in _PARAMETERS if name in drawn]
    return drawn[names].to_dataframe()[names].sort_index()


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep the sampler's chatter out of pages; whether the chains agree is told by R-hat."""
    logger = logging.getLogger("pymc")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


def _pymc_marketing() -> Any:
    try:
        from pymc_marketing import clv
    except ImportError:
        need = "pymc-marketing: pip install 'crm-analysis[bayes]'"
        raise InsufficientData("the posterior", "no such packages here", need) from None
    return clv


def compare_posterior(
    model: FittedModel, drawn: pd.DataFrame, confidence: float = 0.9
) -> pd.DataFrame:
    """Lay the intervals by maximum likelihood beside those of the posterior.

    Parameters
    ----------
    model : fitted by maximum likelihood on the same customers.
    drawn : from ``posterior``.
    confidence : of both intervals, between 0 and 1.

    Returns
    -------
    frame : a row per ``parameter``: ``likelihood`` (the maximum) and ``posterior`` (the median),
        each with ``_low`` and ``_high``; ``apart`` (difference in standard errors) and
        ``r_hat`` (1 where the chains agree; above 1.05 they don't).

    Examples
    --------
    >>> from crm_analysis.lifetime_value import BetaGeo
    >>> customers = pd.DataFrame({"frequency": [0, 1, 2, 5] * 30, "T": 38.0,
    ...                           "recency": [0.0, 8.0, 10.0, 36.0] * 30})
    >>> model = BetaGeo().fit(customers)
    >>> places = pd.MultiIndex.from_product([[0, 1], range(50)], names=["chain", "draw"])
    >>> drawn = pd.DataFrame([model.params_.tolist()] * 100, places, model.params_.index)
    >>> compare_posterior(model, drawn)["apart"].round(6).abs().tolist()
    [0.0, 0.0, 0.0, 0.0]
    """
    check_columns(drawn, model.params_.index, table="drawn")
    check_probability(confidence, name="confidence")
    summary, names = model.summary(confidence), list(model.params_.index)
    shares = {"low": (1 - confidence) / 2, "high": (1 + confidence) / 2}
    middle = drawn[names].median()
    frame = pd.DataFrame(
        {
            "likelihood": summary["value"],
            **{f"likelihood_{end}": summary[end] for end in shares},
            "posterior": middle,
            **{f"posterior_{end}": drawn[names].quantile(share) for end, share in shares.items()},
            "apart": (middle - summary["value"]) / summary["standard_error"],
            "r_hat": _r_hat(drawn[names]),
        }
    )
    return frame.rename_axis("parameter")


def _r_hat(drawn: pd.DataFrame) -> pd.Series:
    """Compare the spread within half chains with that between them (Gelman and Rubin 1992)."""
    half = drawn.index.get_level_values("draw") >= drawn.index.get_level_values("draw").max() / 2
    parts = drawn.groupby([drawn.index.get_level_values("chain"), half])
    within, between = parts.var().mean(), parts.mean().var()
    same = within == 0  # a constant agrees with itself
    return (((within + between) / within.where(~same, 1.0)) ** 0.5).where(~same, 1.0)


def posterior_finding(compared: pd.DataFrame) -> Finding:
    """Say whether the two ways to the parameters agree."""
    far, worst = compared["apart"].abs().max(), compared["apart"].abs().idxmax()
    if compared["r_hat"].max() > _MIXED:
        told = f"The chains haven't met yet (R-hat {compared['r_hat'].max():.2f})."
        return Finding("posterior", told, "open", "Draw more before comparing anything.")
    wider = (
        (compared["posterior_high"] - compared["posterior_low"])
        / (compared["likelihood_high"] - compared["likelihood_low"])
    ).mean()
    told = (
        f"Maximum likelihood and posterior lie at most {far:.1f} standard errors apart ({worst}); "
        f"the posterior's intervals are {percent(wider)} as wide on average."
    )
    if far < 1:
        return Finding("posterior", told, "likely", "The quick intervals can be used.")
    return Finding("posterior", told, "likely", "Trust the posterior as far as its priors.")
