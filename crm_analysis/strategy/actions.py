"""The actions a company chooses from: an editable table with its costs and assumptions."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from crm_analysis.errors import InputError, unknown_name
from crm_analysis.strategy.groups import GROUPS

__all__ = ["Action", "Actions", "read_actions"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _rising(effect: tuple[float, float, float]) -> tuple[float, float, float]:
    if not 0 <= effect[0] <= effect[1] <= effect[2] <= 1:
        raise ValueError("an effect is three shares from 0 to 1: cautious <= likely <= bold")
    return effect


class Action(_Frozen):
    """What is done about one group.

    ``works_on`` tells which money the action moves: "value", the contribution expected in the
    horizon, or "at_stake", what would come on top if all of the group's customers stayed. A group
    without channels is left alone.
    """

    action: str
    works_on: Literal["value", "at_stake"]
    channels: tuple[str, ...]
    contacts: Annotated[int, Field(ge=1)]
    owner: str
    measure: str
    stop: str


class Actions(_Frozen):
    """All actions, what a contact costs (money), and what it is assumed to do (shares)."""

    channels: dict[str, Annotated[float, Field(ge=0)]]
    effects: dict[str, Annotated[tuple[float, float, float], AfterValidator(_rising)]]
    groups: dict[str, Action]

    @model_validator(mode="after")
    def _complete(self) -> "Actions":
        for group in self.groups:
            if group not in GROUPS:
                raise unknown_name("group", group, GROUPS)
        for group in GROUPS:
            if group not in self.groups:
                raise InputError(f"the group {group!r} has no action")
        for group, action in self.groups.items():
            for channel in action.channels:
                if channel not in self.channels or channel not in self.effects:
                    raise InputError(f"{group}: channel {channel!r} needs a cost and an effect")
        return self


def read_actions(path: str | Path = "") -> Actions:
    """Read the table of actions, the package's own where no path is given.

    Raises
    ------
    InputError : the file isn't there, isn't TOML, or a value in it is impossible; named.

    Examples
    --------
    >>> actions = read_actions()
    >>> actions.groups["core"].owner, actions.channels["letter"]
    ('Customer service', 1.2)
    """
    source = Path(path) if path else files(__package__).joinpath("actions.toml")
    try:
        return Actions.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise InputError(f"there is no file {path}: name a table of actions") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} isn't a TOML file: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = " > ".join(map(str, first["loc"])) or "table"
        raise InputError(f"{path or source.name}: {place}: {first['msg']}") from None
