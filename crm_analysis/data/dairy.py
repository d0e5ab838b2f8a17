"""The simulated dairy as a company, and as a folder of tables that opens in a spreadsheet.

``python -m crm_analysis.data.dairy`` writes the folder ``data/dairy`` anew.
"""

import json
from pathlib import Path

import pandas as pd

from crm_analysis.data.aside import lay_out
from crm_analysis.data.builtin import COMPANIES
from crm_analysis.data.checking import NO_CUSTOMER
from crm_analysis.data.company import Company
from crm_analysis.data.draws import typed
from crm_analysis.data.simulation import simulate_households, with_weekdays
from crm_analysis.data.simulation_books import simulate_door_sales, simulate_orders
from crm_analysis.data.simulation_contracts import simulate_points, simulate_subscriptions
from crm_analysis.data.simulation_events import let_happen
from crm_analysis.data.simulation_people import simulate_people, simulate_profiles
from crm_analysis.data.simulation_service import simulate_interactions
from crm_analysis.data.simulation_survey import simulate_kano, simulate_survey
from crm_analysis.data.simulation_trade import list_crm_costs, simulate_deals, simulate_traffic
from crm_analysis.data.simulation_truth import Truth, as_json
from crm_analysis.data.simulation_waves import simulate_prices, simulate_waves
from crm_analysis.data.tables import TABLES

__all__ = ["make_dairy", "write_dairy"]

FOLDER = Path(__file__).parents[2] / "data" / "dairy"

_NOTE = (
    "This company is simulated: its households, orders and answers were drawn from stated "
    "parameters and one seed, so that what a method finds can be compared with what was put in. "
    "No conclusion about real households follows from it."
)


def make_dairy(truth: Truth | None = None, seed: int = 2026) -> Company:
    """Simulate the dairy with all its tables; the same seed gives the same company."""
    truth = truth or Truth()
    tables = _tables(truth, seed)
    lines = tables["transactions"]
    unknown = lines["customer_id"].isna()
    read = {name: len(table) for name, table in tables.items()}
    # As if it were read from the file, where the header is line 1.
    aside = lines.set_axis(lines.index + 2)[unknown.to_numpy()]
    reasons = pd.Series(NO_CUSTOMER, index=aside.index)
    text = _as_text(aside).assign(date=aside["date"].dt.strftime("%Y-%m-%d"))
    return Company(
        name="dairy",
        title=COMPANIES["dairy"].title,
        as_of=pd.Timestamp(truth.dairy.last_day),
        currency="EUR",
        **tables | {"transactions": lines[~unknown].reset_index(drop=True)},
        read=read,
        set_aside=lay_out(text, reasons, TABLES["transactions"], file="transactions.csv"),
        unidentified=lines[unknown].reset_index(drop=True),
        notes=(_NOTE,),
        simulated=True,
    )


def _tables(truth: Truth, seed: int) -> dict[str, pd.DataFrame]:
    """Make all tables as they'd lie in files, the sales without a customer among the orders."""
    dairy, events = truth.dairy, truth.events
    born = with_weekdays(simulate_households(dairy, seed), dairy)
    people = simulate_people(born, truth.people, seed)
    profiles = simulate_profiles(born, people, dairy, seed)
    emailed = profiles.set_index("customer_id")["email"].notna()
    happened = let_happen(born, people, emailed, dairy, events, seed)
    lived = happened.households
    orders = simulate_orders(lived, people, dairy, events, truth.products, seed)
    door = simulate_door_sales(dairy, truth.products, seed)
    early, early_outcomes = simulate_waves(lived, dairy, truth.survey, truth.waves, seed)
    first = len(early_outcomes) + 1
    survey, outcomes = simulate_survey(lived, truth.survey, seed, first)
    return {
        "transactions": _by_day(orders, door),
        "profiles": profiles,
        "survey": typed(pd.concat([early, survey]), "survey"),
        "kano": typed(simulate_kano(len(outcomes), truth.survey, seed, first), "kano"),
        "outcomes": typed(pd.concat([early_outcomes, outcomes]), "outcomes"),
        "prices": simulate_prices(outcomes["respondent_id"], truth.prices, seed),
        "contacts": happened.contacts,
        "interactions": simulate_interactions(lived, outcomes, dairy, truth.service, seed),
        "deals": simulate_deals(dairy, truth.deals, seed),
        "traffic": simulate_traffic(dairy, truth.traffic, pd.Timestamp(events.scare_on), seed),
        "subscriptions": simulate_subscriptions(happened, dairy, truth.contracts, events, seed),
        "programme": simulate_points(happened, orders, dairy, truth.points, seed),
        "crm_costs": list_crm_costs(),
    }


def _by_day(orders: pd.DataFrame, door: pd.DataFrame) -> pd.DataFrame:
    both = pd.concat([orders, door])
    return typed(both.sort_values("date", kind="stable"), "transactions")


def write_dairy(folder: str | Path = FOLDER, seed: int = 2026) -> Path:
    """Write every table as CSV and what was put in as ``truth.json``; the same seed, same bytes.

    The files are UTF-8 with a byte order mark, by which spreadsheets know the encoding.

    Returns
    -------
    The folder.
    """
    folder, truth = Path(folder), Truth()
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in _tables(truth, seed).items():
        text = _as_text(table).to_csv(index=False, lineterminator="\n")
        (folder / f"{name}.csv").write_bytes(text.encode("utf-8-sig"))
    text = json.dumps(as_json(truth, seed), indent=1, ensure_ascii=False)
    (folder / "truth.json").write_bytes(f"{text}\n".encode())
    return folder


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Write flags as yes and no, whole numbers without a decimal point."""
    columns = {}
    for name, values in table.items():
        if values.dtype == "boolean":
            columns[name] = values.map({True: "yes", False: "no"})
        elif values.dtype == "float64" and (values.dropna() % 1 == 0).all():
            columns[name] = values.astype("Int64")
        else:
            columns[name] = values
    return pd.DataFrame(columns)


if __name__ == "__main__":
    write_dairy()
