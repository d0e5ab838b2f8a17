"""A forecaster as JSON can hold it: models, trees, clock, and the purchase days that it speaks of.

The trees know a customer by what the purchase days tell, so that these are written too. A number
is written with all its digits, and what isn't a number as null.
"""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from crm_analysis.errors import InputError
from crm_analysis.lifetime_value._purchase_log import PurchaseLog
from crm_analysis.lifetime_value._purchase_model import PurchaseModel
from crm_analysis.lifetime_value.boosted import BoostedCounts
from crm_analysis.lifetime_value.conformal import Widening
from crm_analysis.lifetime_value.forecaster import Forecaster, Recipe
from crm_analysis.lifetime_value.log_kind import LogKind
from crm_analysis.lifetime_value.opening import TwoPopulations
from crm_analysis.lifetime_value.pace import PaceClock
from crm_analysis.lifetime_value.seasonality import SeasonalClock

__all__ = ["content_of", "forecaster_of"]

_PLAIN = ("level", "unit", "reason")
_WAYS = ("name", "paced", "opening", "boosted", "hold_level")

Kinds = dict[str, type[PurchaseModel]]


def content_of(forecaster: Forecaster) -> dict[str, Any]:
    """Return everything that a forecaster needs to say the same tomorrow."""
    recipe, model = forecaster.recipe, forecaster.model
    two = isinstance(model, TwoPopulations)
    return {
        "model": "Forecaster",
        "recipe": {name: getattr(recipe, name) for name in _WAYS}
        | {"model": type(forecaster.plain).__name__, "clock": _clock_content(recipe.clock)},
        "plain": forecaster.plain._content(),
        "two_populations": model.content() if two else None,
        "trees": None if forecaster.trees is None else forecaster.trees.content(),
        "log": _log_content(forecaster.log),
        "widening": None if forecaster.widening is None else _table(forecaster.widening.table),
        "kind": None if forecaster.kind is None else _kind_content(forecaster.kind),
        "evidence": None if forecaster.evidence is None else _table(forecaster.evidence),
        **{name: getattr(forecaster, name) for name in _PLAIN},
    }


def forecaster_of(content: dict[str, Any], kinds: Kinds) -> Forecaster:
    """Build the forecaster that ``content_of`` described; ``kinds`` are the models by name."""
    told = content["recipe"]
    kind, clock = kinds[told["model"]], _clock(told["clock"])
    recipe = Recipe(model=kind, clock=clock, **{name: told[name] for name in _WAYS})
    log = _log(content["log"])
    plain, two = kind()._take(content["plain"]), content["two_populations"]
    trees, widening = content["trees"], content["widening"]
    return Forecaster(
        recipe,
        plain,
        plain if two is None else TwoPopulations.from_content(kind, recipe.opening, two),
        None if trees is None else BoostedCounts.from_content(kind, trees),
        log,
        log if clock is None else log.by(clock),
        widening=None if widening is None else Widening(_frame(widening)),
        kind=None if content["kind"] is None else _kind(content["kind"]),
        evidence=None if content["evidence"] is None else _frame(content["evidence"]),
        **{name: content[name] for name in _PLAIN},
    )


def _clock_content(clock: SeasonalClock | PaceClock | None) -> dict[str, Any] | None:
    if clock is None:
        return None
    content = asdict(clock) | {"coefficients": clock.coefficients.tolist()}
    if isinstance(clock, SeasonalClock):
        content["origin"] = clock.origin.isoformat()
    return {"goes_by": type(clock).__name__} | content


def _clock(content: dict[str, Any] | None) -> SeasonalClock | PaceClock | None:
    if content is None:
        return None
    told = {name: value for name, value in content.items() if name != "goes_by"}
    told["coefficients"] = np.array(told["coefficients"])
    if content["goes_by"] == PaceClock.__name__:
        return PaceClock(**told)
    return SeasonalClock(**told | {"origin": pd.Timestamp(told["origin"])})


def _log_content(log: PurchaseLog) -> dict[str, Any]:
    """Write days as whole numbers: weeks are their sevenths to the last digit."""
    ids = log.ids.tolist()
    if not all(isinstance(name, str | int | float) for name in ids):
        raise InputError(
            f"customers named by {type(ids[0]).__name__} can't be saved: name them by text or "
            "numbers"
        )
    return {
        "ids": ids,
        "customer": log.customer.tolist(),
        "day": np.rint(log.time * 7).astype(int).tolist(),
        "origin": log.origin.isoformat(),
        "start": log.start,
        "end": log.end,
    }


def _log(content: dict[str, Any]) -> PurchaseLog:
    return PurchaseLog(
        np.array(content["ids"], dtype=None if _numbers(content["ids"]) else object),
        np.array(content["customer"], dtype=np.int64),
        np.array(content["day"], dtype=np.int64) / 7,
        pd.Timestamp(content["origin"]),
        content["start"],
        content["end"],
    )


def _numbers(ids: list) -> bool:
    return all(isinstance(name, int | float) for name in ids)


def _kind_content(kind: LogKind) -> dict[str, Any]:
    parts = {"table": _table(kind.table), "clock": _clock_content(kind.clock)}
    return {"weeks": kind.weeks, "opening": kind.opening} | parts


def _kind(content: dict[str, Any]) -> LogKind:
    table = _frame(content["table"])
    return LogKind(table, content["weeks"], content["opening"], _clock(content["clock"]))


def _table(frame: pd.DataFrame) -> dict[str, Any]:
    columns = {name: _known(frame[name]) for name in frame}
    types = {name: str(frame[name].dtype) for name in frame}
    index = {"name": frame.index.name, "rows": frame.index.tolist()}
    return {"index": index, "columns": columns, "types": types}


def _known(column: pd.Series) -> list:
    """Return the values, null for what isn't a number: JSON has no word for it."""
    missing = column.isna().to_numpy()
    values = [value.item() if hasattr(value, "item") else value for value in column]
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]


def _frame(content: dict[str, Any]) -> pd.DataFrame:
    index = pd.Index(content["index"]["rows"], name=content["index"]["name"])
    columns = {
        name: pd.Series(values, index, dtype=content["types"][name])
        for name, values in content["columns"].items()
    }
    return pd.DataFrame(columns, index)
