"""The tables that everything else rests on: what a row is, what a column means.

Written once, here. The checks, the templates and ``data/README.md`` come from it.
"""

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["PERSONAL", "TABLES", "Column", "Table"]

Kind = Literal["id", "text", "date", "amount", "number", "integer", "flag"]


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, meaning, and the values that are possible.

    ``personal`` marks what names a person; it never reaches a report.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    personal: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its name, what one row is, and its columns."""

    name: str
    row: str
    columns: tuple[Column, ...]
    open_ended: bool = field(default=False)  # further columns are kept as attributes

    @property
    def required(self) -> list[str]:
        """Names of the columns a table can't do without."""
        return [column.name for column in self.columns if column.required]

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _table(name: str, row: str, *columns: Column, open_ended: bool = False) -> tuple[str, Table]:
    return name, Table(name, row, columns, open_ended)


_CUSTOMER = "who the customer is, the same in every table"

TABLES: dict[str, Table] = dict(
    [
        _table(
            "transactions",
            "a line of an order",
            Column("customer_id", "id", _CUSTOMER, required=True),
            Column("date", "date", "when it was ordered", required=True),
            Column(
                "amount",
                "amount",
                "what was paid for the line, in the company's currency",
                required=True,
            ),
            Column("order_id", "id", "which order the line belongs to"),
            Column("product_id", "id", "which product was bought"),
            Column("product", "text", "its name"),
            Column("category", "text", "its category"),
            Column("quantity", "number", "how many"),
            Column("unit_price", "amount", "price of one"),
            Column("cost", "amount", "what the line cost the company"),
            Column("channel", "text", "where it was bought"),
            Column("store", "text", "which shop or depot served it"),
            Column("salesperson", "text", "who sold or delivered it"),
            Column(
                "hour",
                "integer",
                "hour of the day of the order, where the records have it",
                low=0,
                high=23,
            ),
            Column("kind", "text", "sale, or return or cancellation; empty: a sale"),
        ),
        _table(
            "profiles",
            "a customer",
            Column("customer_id", "id", _CUSTOMER, required=True),
            Column("name", "text", "the customer's name", personal=True),
            Column("acquired_on", "date", "when the customer was won"),
            Column("acquisition_channel", "text", "through what"),
            Column("acquisition_cost", "amount", "what winning the customer cost", low=0),
            Column("birth_year", "integer", "year of birth", low=1900, high=2100),
            Column("region", "text", "where the customer lives"),
            Column("email", "text", "e-mail address", personal=True),
            Column("phone", "text", "telephone number", personal=True),
            Column("updated_on", "date", "when the profile was last confirmed"),
            open_ended=True,
        ),
        _table(
            "survey",
            "a respondent's answer on an item",
            Column("respondent_id", "id", "who answered", required=True),
            Column("item", "text", "which statement of the questionnaire", required=True),
            Column("customer_id", "id", _CUSTOMER),
            Column("date", "date", "when it was answered"),
            Column("wave", "text", "in which round of the survey"),
            Column("dimension", "text", "the dimension of quality that the item belongs to"),
            Column("expectation", "number", "what an excellent company should offer, on the scale"),
            Column("perception", "number", "what this company offers, on the same scale"),
            Column("importance", "number", "how important the item is"),
            Column("satisfaction", "number", "how satisfied with the item"),
        ),
        _table(
            "kano",
            "a respondent's pair of answers on an item",
            Column("respondent_id", "id", "who answered", required=True),
            Column("item", "text", "which feature", required=True),
            Column(
                "functional", "integer", "if it is there: 1 like … 5 dislike", True, low=1, high=5
            ),
            Column(
                "dysfunctional",
                "integer",
                "if it is missing: 1 like … 5 dislike",
                True,
                low=1,
                high=5,
            ),
        ),
        _table(
            "outcomes",
            "a respondent",
            Column("respondent_id", "id", "who answered", required=True),
            Column("customer_id", "id", _CUSTOMER),
            Column("date", "date", "when it was answered"),
            Column("wave", "text", "in which round of the survey"),
            Column("overall_satisfaction", "number", "satisfaction with the company as a whole"),
            Column("repurchase_intention", "number", "how likely to buy again"),
            Column("recommend", "integer", "how likely to recommend, 0 to 10", low=0, high=10),
            Column("emotional_attachment", "number", "how attached to the company"),
            Column("competitor_immunity", "number", "how little competitors' offers tempt"),
            Column("failure_tolerance", "number", "how readily a failure is forgiven"),
            open_ended=True,
        ),
        _table(
            "prices",
            "a respondent",
            Column("respondent_id", "id", "who answered", required=True),
            Column(
                "too_cheap", "amount", "so cheap that quality is in doubt", required=True, low=0
            ),
            Column("cheap", "amount", "a bargain", required=True, low=0),
            Column(
                "expensive", "amount", "expensive, but still to be considered", required=True, low=0
            ),
            Column("too_expensive", "amount", "too expensive to consider", required=True, low=0),
            Column("buys_cheap", "number", "how likely to buy at the cheap price", low=0, high=1),
            Column(
                "buys_expensive",
                "number",
                "how likely to buy at the expensive price",
                low=0,
                high=1,
            ),
        ),
        _table(
            "contacts",
            "a message to a customer",
            Column("customer_id", "id", _CUSTOMER, required=True),
            Column("campaign", "text", "which campaign", required=True),
            Column("date", "date", "when it was sent", required=True),
            Column("channel", "text", "through what"),
            Column("offer", "text", "what was offered"),
            Column("group", "text", "who got it", choices=("treatment", "control")),
            Column("cost", "amount", "what the message cost", low=0),
            Column("opened", "flag", "whether it was opened"),
            Column("clicked", "flag", "whether it was followed"),
        ),
        _table(
            "interactions",
            "a customer's contact with the company",
            Column("customer_id", "id", _CUSTOMER, required=True),
            Column("date", "date", "when", required=True),
            Column("kind", "text", "complaint, question, return, …", required=True),
            Column("channel", "text", "through what"),
            Column("resolved_on", "date", "when it was settled"),
            Column("satisfied", "flag", "whether the customer was content with the outcome"),
            Column("cost", "amount", "what handling it cost", low=0),
        ),
        _table(
            "deals",
            "a sales opportunity",
            Column("deal_id", "id", "which opportunity", required=True),
            Column("stage", "text", "how far it has come", required=True),
            Column("opened_on", "date", "when it began", required=True),
            Column("amount", "amount", "what it would bring", required=True),
            Column("customer_id", "id", _CUSTOMER),
            Column("salesperson", "text", "who works on it"),
            Column("source", "text", "where it came from"),
            Column("closed_on", "date", "when it was decided"),
            Column("won", "flag", "whether it was won"),
        ),
        _table(
            "traffic",
            "a day",
            Column("date", "date", "which day", required=True),
            Column("visitors", "integer", "how many came", required=True, low=0),
            Column("store", "text", "to which shop"),
            Column("channel", "text", "through what"),
        ),
        _table(
            "subscriptions",
            "a standing contract",
            Column("customer_id", "id", _CUSTOMER, required=True),
            Column("started_on", "date", "its first day", required=True),
            Column("monthly_amount", "amount", "what it brings a month", required=True, low=0),
            Column("ended_on", "date", "its last day; empty while it runs"),
            Column("plan", "text", "which plan"),
            Column("salesperson", "text", "who serves it"),
        ),
        _table(
            "programme",
            "a movement of points",
            Column("customer_id", "id", _CUSTOMER, required=True),
            Column("date", "date", "when", required=True),
            Column(
                "points",
                "number",
                "how many; below zero where spent or expired, unless the kind alone says so",
                required=True,
            ),
            Column("kind", "text", "why", choices=("earn", "redeem", "expire")),
        ),
        _table(
            "crm_costs",
            "a cost or benefit of the CRM programme",
            Column("date", "date", "when", required=True),
            Column("kind", "text", "what for", required=True),
            Column("amount", "amount", "costs above zero, savings and gains below", required=True),
        ),
    ]
)

# Columns that name a person, in any table.
PERSONAL: frozenset[str] = frozenset(
    column.name for table in TABLES.values() for column in table.columns if column.personal
)
