"""What is wrong with a company file, in a sentence with the place and the way out."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crm_analysis.data.company_model import CompanyModel
from crm_analysis.errors import unknown_name

__all__ = ["first_mistake"]

_TYPES = {
    "string_type": "a text in quotes",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "list_type": "a list such as [\"customers\"]",
    "dict_type": "a section",
    "model_type": "a section",
    "date_type": "a date such as 2026-10-31",
}  # fmt: skip
_PATTERNS = {
    r"^[A-Z]{3}$": "an ISO code such as EUR",
    r"^[a-z0-9][a-z0-9_-]*$": "small letters, digits, - and _",
}


def first_mistake(
    errors: Sequence[Mapping[str, Any]], told: dict[str, Any], text: str, file: str
) -> str:
    """Say the first mistake in a sentence with its place; a key that isn't known comes first.

    Parameters
    ----------
    errors : as pydantic lists them.
    told : what the file holds.
    text : the file itself.
    file : its name.
    """
    error = next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])
    # Behind the keys pydantic names the alternatives that it tried.
    keys = _keys_there(error["loc"], told, absent=error["type"] == "missing")
    section, key = keys[:-1], keys[-1] if keys else ""
    line = _line(text, section, key)
    parts = [file, f"line {line}" if line else "", f"[{'.'.join(section)}]" if section else ""]
    place = ", ".join(part for part in parts if part)
    if error["type"] == "extra_forbidden":
        return f"{place}: {unknown_name('key', key, _known(section))}"
    return f"{place}: {key + ' ' if key else ''}{_said(error)}"


def _keys_there(loc: Sequence[Any], told: Any, *, absent: bool) -> list[str]:
    keys = []
    for part in loc:
        if isinstance(told, dict) and (part in told or absent):
            keys.append(part)
            told = told.get(part)
    return keys


def _known(section: Sequence[str]) -> list[str]:
    """Return the keys that a section may have."""
    model = CompanyModel
    for name in section:
        kinds = getattr(model.model_fields[name].annotation, "__args__", None)
        model = kinds[0] if kinds else model.model_fields[name].annotation
    return list(model.model_fields)


def _said(error: Mapping[str, Any]) -> str:
    """Say what is wrong with a value, in words of the file."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "missing":
        return "is missing"
    rules = {
        "literal_error": f"must be one of {context.get('expected', '')}",
        "string_too_short": "must not be empty",
        "string_pattern_mismatch": f"must be {_PATTERNS.get(context.get('pattern'), 'otherwise')}",
        "greater_than_equal": f"must be {context.get('ge')} or more",
        "less_than_equal": f"must be {context.get('le')} or less",
    }
    if error["loc"][0] == "parameters":
        rules["string_type"] = "must be a number, a text, or true or false"
    rule = rules.get(kind) or f"must be {_TYPES.get(kind, 'of another kind')}"
    return f"{rule}, got {_shown(error['input'])}"


def _shown(value: Any) -> str:
    """Write a value as the file has it, shortened."""
    return f"{value}" if isinstance(value, date) else f"{value!r:.80}"


def _line(text: str, section: Sequence[str], key: str) -> int | None:
    """Return the line of a key, as far as it stands below a header of its section."""
    here, wanted = "", ".".join(section)
    own = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]")
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+([^\]]+)\]", line):
            here = re.sub(r"[\s\"']", "", header[1])
            if here == ".".join([*section, key]):
                return number
        elif here == wanted and own.match(line):
            return number
    return None
