"""Everything that was put into the simulated dairy, in one place."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from crm_analysis.data.simulation import DairyTruth
from crm_analysis.data.simulation_contracts import ContractTruth, PointsTruth
from crm_analysis.data.simulation_events import EventTruth
from crm_analysis.data.simulation_people import PeopleTruth
from crm_analysis.data.simulation_products import ProductTruth
from crm_analysis.data.simulation_service import ServiceTruth
from crm_analysis.data.simulation_survey import KANO_FEATURES, SurveyTruth
from crm_analysis.data.simulation_trade import CRM_COSTS, DealTruth, TrafficTruth
from crm_analysis.data.simulation_waves import PriceTruth, WaveTruth

__all__ = ["Truth", "as_json"]


@dataclass(frozen=True)
class Truth:
    """What each part of the dairy is made from."""

    dairy: DairyTruth = field(default_factory=DairyTruth)
    people: PeopleTruth = field(default_factory=PeopleTruth)
    products: ProductTruth = field(default_factory=ProductTruth)
    events: EventTruth = field(default_factory=EventTruth)
    survey: SurveyTruth = field(default_factory=SurveyTruth)
    waves: WaveTruth = field(default_factory=WaveTruth)
    prices: PriceTruth = field(default_factory=PriceTruth)
    service: ServiceTruth = field(default_factory=ServiceTruth)
    contracts: ContractTruth = field(default_factory=ContractTruth)
    points: PointsTruth = field(default_factory=PointsTruth)
    deals: DealTruth = field(default_factory=DealTruth)
    traffic: TrafficTruth = field(default_factory=TrafficTruth)


def as_json(truth: Truth, seed: int) -> dict[str, Any]:
    """Lay out what was put in, by table, as plain values; dates as YYYY-MM-DD.

    Examples
    --------
    >>> as_json(Truth(), 2026)["transactions"]["ordering"]["last_day"]
    '2026-10-31'
    """
    events = asdict(truth.events)
    campaigns = ("campaigns", "control", "campaign_weeks", "persuaded", "put_off")
    joining = ("programme_from", "joins", "joins_by_rate", "members_order")
    happenings = [name for name in events if name not in campaigns + joining]
    prices = asdict(truth.prices) | {"crossings": truth.prices.crossings}
    told = {
        "seed": seed,
        "transactions": {
            "ordering": asdict(truth.dairy),
            "events": {name: events[name] for name in happenings},
            "products": asdict(truth.products),
        },
        "profiles": {"stored_twice": asdict(truth.people)},
        "survey": {"large": asdict(truth.survey), "waves": asdict(truth.waves)},
        "kano": dict(KANO_FEATURES),
        "prices": prices,
        "contacts": {name: events[name] for name in campaigns},
        "interactions": asdict(truth.service) | {"odds_ratio": truth.service.odds_ratio},
        "deals": asdict(truth.deals),
        "traffic": asdict(truth.traffic),
        "subscriptions": asdict(truth.contracts),
        "programme": asdict(truth.points) | {name: events[name] for name in joining},
        "crm_costs": {
            kind: dict(zip(("first", "last", "every_months", "amount"), row, strict=True))
            for kind, row in CRM_COSTS.items()
        },
    }
    return _plain(told)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
