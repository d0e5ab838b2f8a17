"""Models in files: JSON that a person can read, and that loads to the same numbers tomorrow."""

from pathlib import Path

from crm_analysis.errors import unknown_name
from crm_analysis.lifetime_value._fitted import FittedModel, read_saved, write_saved
from crm_analysis.lifetime_value._saved_forecaster import content_of, forecaster_of
from crm_analysis.lifetime_value.beta_discrete import BetaDiscrete
from crm_analysis.lifetime_value.beta_geo import BetaGeo
from crm_analysis.lifetime_value.forecaster import Forecaster
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma
from crm_analysis.lifetime_value.modified_beta_geo import ModifiedBetaGeo
from crm_analysis.lifetime_value.pareto_nbd import ParetoNBD

__all__ = ["load_model", "save_model"]

_KINDS = {
    kind.__name__: kind for kind in (BetaDiscrete, BetaGeo, GammaGamma, ModifiedBetaGeo, ParetoNBD)
}


def save_model(model: FittedModel | Forecaster, path: str | Path) -> None:
    """Write a fitted model to a JSON file, without the customers that it was fitted on.

    A forecaster from ``choose_model`` can be written too. Its trees know customers by the days
    on which they bought, so that its file holds ids and days: keep it like the customers' data.

    Parameters
    ----------
    model : any fitted model of this chapter, or a forecaster.
    path : of the file; one that is there is replaced.

    Raises
    ------
    InputError : a forecaster's customers are named by neither text nor numbers.
    """
    if isinstance(model, Forecaster):
        write_saved(path, content_of(model), indent=None)
    else:
        model.save_model(path)


def load_model(path: str | Path) -> FittedModel | Forecaster:
    """Read a model that ``save_model`` wrote; it predicts the same to the last digit.

    Raises
    ------
    InputError : there's no such file, it holds no model, an unknown one, or a later version.

    Examples
    --------
    >>> load_model("missing.json")
    Traceback (most recent call last):
    ...
    crm_analysis.errors.InputError: there is no file missing.json
    """
    content = read_saved(path)
    name = content["model"]
    if name == Forecaster.__name__:
        return forecaster_of(content, _KINDS)
    if name not in _KINDS:
        raise unknown_name("model", name, _KINDS)
    return _KINDS[name]().load_model(path)
