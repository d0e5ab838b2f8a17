"""Recipes for widely used exports: which headers tell one, and what becomes of its columns.

They are written in ``recipes.toml``, for people to read and to add to.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

__all__ = ["Recipe", "find_header", "find_recipe", "plain_name", "recipes"]

_FILE = Path(__file__).with_name("recipes.toml")


@dataclass(frozen=True)
class Recipe:
    """One kind of export; ``recipes.toml`` tells what the fields mean."""

    title: str
    table: str
    headers: tuple[str, ...]
    columns: Mapping[str, str | list[str]]
    any: tuple[str, ...] = ()
    note: str = ""
    leave_out: Mapping[str, list[str]] = field(default_factory=dict)
    fill_down: Mapping[str, str | list[str]] = field(default_factory=dict)
    derived: Mapping[str, Mapping[str, str | list[str]]] = field(default_factory=dict)

    def fits(self, headers: Sequence[str]) -> bool:
        """Tell whether a file with these headers is such an export."""
        held = {plain_name(header) for header in headers}
        one_of = not self.any or any(plain_name(name) in held for name in self.any)
        return one_of and all(plain_name(name) in held for name in self.headers)


@cache
def recipes() -> tuple[Recipe, ...]:
    """Return all recipes, in the order in which they are tried."""
    written = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Recipe(**told | {"headers": tuple(told["headers"]), "any": tuple(told.get("any", ()))})
        for told in written.values()
    )


def find_recipe(headers: Sequence[str], table: str = "") -> Recipe | None:
    """Return the recipe that fits the headers best: the one that asks for most of them.

    Parameters
    ----------
    table : where given, only recipes that fill it.

    Examples
    --------
    >>> headers = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate",
    ...            "UnitPrice", "CustomerID", "Country"]
    >>> find_recipe(headers).title
    'UCI Online Retail'
    """
    fitting = [r for r in recipes() if table in ("", r.table) and r.fits(headers)]
    return max(fitting, key=lambda recipe: len(recipe.headers), default=None)


def find_header(names: str | Sequence[str], headers: Sequence[str]) -> str | None:
    """Return the header that is called like one of the names, the first name first.

    Examples
    --------
    >>> find_header(["N. Revenue", "Net Sales"], ["Date", "net sales"])
    'net sales'
    """
    plain = {plain_name(header): header for header in reversed(headers)}
    names = [names] if isinstance(names, str) else names
    return next((plain[plain_name(name)] for name in names if plain_name(name) in plain), None)


def plain_name(name: str) -> str:
    """Return a header without what doesn't count: case, spaces, punctuation.

    Examples
    --------
    >>> plain_name("Customer ID") == plain_name("customer_id") == plain_name("CustomerID")
    True
    """
    return "".join(character for character in name.casefold() if character.isalnum())
