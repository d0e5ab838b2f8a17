"""Who the simulated dairy's households are, and what it knows of them.

A few people are stored twice: under a second number with the same e-mail address, the same
telephone number, or a name with a slip of the pen and the same year of birth.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_analysis.data.draws import choose, stream, typed, weighted
from crm_analysis.data.simulation import DairyTruth, Households

__all__ = ["REGIONS", "PeopleTruth", "region_of", "simulate_people", "simulate_profiles"]

_DAYS_PER_WEEK = 7
_ACQUISITION = {  # share of the households, mean cost in EUR
    "doorstep visit": (0.34, 38.0),
    "leaflet": (0.26, 16.0),
    "recommendation": (0.22, 9.0),
    "web advertising": (0.18, 27.0),
}
REGIONS = (
    "Altmarkt",
    "Bachufer",
    "Eichfeld",
    "Hafen",
    "Lindenhof",
    "Mühlberg",
    "Nordtor",
    "Seewinkel",
)
# Two members of the delivery staff to a region.
_ROUTES = 2 * len(REGIONS)
_FIRST_NAMES = ("Ada", "Ben", "Cleo", "Dina", "Emil", "Fia", "Gus", "Hedy", "Ivo", "Juno")
# Invented surnames, put together of two parts: more than enough for all households.
_FRONT = (
    "Ahorn", "Amber", "Apfel", "Bären", "Birken", "Blumen", "Brombeer", "Buchen", "Distel",
    "Dohlen", "Dorn", "Drossel", "Eber", "Efeu", "Eisen", "Elster", "Erlen", "Eschen", "Falken",
    "Farn", "Feder", "Fichten", "Finken", "Flieder", "Fuchs", "Garten", "Ginster", "Glocken",
    "Habicht", "Hafer", "Hasel", "Heide", "Hirsch", "Holunder", "Hopfen", "Igel", "Iltis",
    "Kamillen", "Kiefer", "Klee", "Kranich", "Kupfer", "Lachs", "Laub", "Lerchen", "Linden",
    "Luchs", "Malven", "Marder", "Meisen", "Minzen", "Mohn", "Moos", "Nelken", "Nuss", "Otter",
    "Pappel", "Pilz", "Quellen", "Raben", "Reiher", "Roggen", "Rosen", "Salbei", "Schilf",
    "Silber", "Specht", "Stern", "Tannen", "Thymian", "Ulmen", "Veilchen", "Wachtel", "Weiden",
    "Zander",
)  # fmt: skip
_BACK = (
    "acker", "anger", "au", "bach", "bank", "baum", "berg", "blick", "boden", "born", "bruch",
    "brücke", "brunn", "burg", "busch", "damm", "deich", "dorf", "eck", "egg", "fall", "feld",
    "fels", "flur", "forst", "furt", "garten", "gasse", "graben", "grat", "grund", "hag", "hain",
    "halde", "hang", "haus", "heim", "hof", "höhe", "holz", "horn", "hütte", "insel", "kamp",
    "kamm", "kehr", "kogel", "kuppe", "lauf", "leite", "lohe", "mark", "matt", "moor", "mühle",
    "mulde", "nest", "ort", "pfad", "quell", "rain", "rast", "ried", "ring", "rück", "rund",
    "sand", "saum", "schlag", "see", "senke", "stein", "steg", "tal",
)  # fmt: skip
# The share of households of whom a field is known; the other fields are known of all.
_KNOWN = {"birth_year": 0.78, "email": 0.66, "phone": 0.91, "updated_on": 0.83}
_KNOWN_CHILDREN = {"children": 0.71}
_CHILDREN = {"none": 0.47, "one": 0.22, "two": 0.22, "three or more": 0.09}
_AGES = (("over 65", 0, 1960), ("40 to 65", 1961, 1985), ("under 40", 1986, 2100))


@dataclass(frozen=True)
class PeopleTruth:
    """How many customer numbers stand for somebody who has one already, by what gives it away.

    Parameters
    ----------
    same_email, same_phone : numbers that share an e-mail address or a telephone number, and the
        name.
    similar_name : numbers with two letters of the name swapped and the same year of birth.
    """

    same_email: int = 16
    same_phone: int = 14
    similar_name: int = 10

    @property
    def kinds(self) -> list[str]:
        """What gives away each of the second numbers."""
        counts = (self.same_email, self.same_phone, self.similar_name)
        names = ("email", "phone", "name")
        return [name for name, n in zip(names, counts, strict=True) for _ in range(n)]


def simulate_people(
    households: Households, truth: PeopleTruth | None = None, seed: int = 2026
) -> pd.DataFrame:
    """Draw who the households are.

    Returns
    -------
    Frame by customer_id: name, birth_year, children, age ("under 40", "40 to 65", "over 65", at
    the end of 2025), same_as (the other number of the same person, missing for nearly all) and
    shares (what gives it away: email, phone or name).
    """
    truth, rng = truth or PeopleTruth(), stream(seed, "people")
    index = households.customers.index
    n = len(index)
    first_name = [_FIRST_NAMES[k] for k in weighted(rng, np.ones(len(_FIRST_NAMES)), n)]
    surname = rng.permutation(len(_FRONT) * len(_BACK))[np.arange(n) % (len(_FRONT) * len(_BACK))]
    names = [
        f"{first} {_FRONT[k // len(_BACK)]}{_BACK[k % len(_BACK)]}"
        for first, k in zip(first_name, surname, strict=True)
    ]
    people = pd.DataFrame({"name": names}, index=index)
    people["birth_year"] = np.clip(np.rint(1976 + 13 * rng.standard_normal(n)), 1935, 2004)
    people["children"] = choose(rng, _CHILDREN, n).array
    people = _store_twice(people, truth, rng)
    year = people["birth_year"]
    people["age"] = np.select([year.between(a, b) for _, a, b in _AGES], [x for x, *_ in _AGES], "")
    return people


def _store_twice(people, truth, rng):
    """Let some later households be people who are there already, on the same delivery route."""
    kinds, n = truth.kinds, len(people)
    people = people.assign(same_as=pd.Series(pd.NA, people.index, dtype="str"), shares="")
    if n < 4 * _ROUTES * max(len(kinds), 1):
        return people
    # The second half of the numbers is later; whole rounds of the routes lie between the two.
    second = n // 2 + np.sort(rng.permutation(n - n // 2)[: len(kinds)])
    first = second - _ROUTES * (second // _ROUTES // 2 + np.arange(len(kinds)) % 5)
    who = ["name", "birth_year", "children"]
    people.iloc[second, [people.columns.get_loc(c) for c in who]] = people[who].iloc[first]
    people.iloc[second, people.columns.get_loc("same_as")] = people.index[first]
    people.iloc[second, people.columns.get_loc("shares")] = kinds
    slipped = people["shares"] == "name"
    people.loc[slipped, "name"] = people.loc[slipped, "name"].map(_slip)
    return people


def _slip(name):
    """Swap the third and second letters from the end, or double the last if they're alike."""
    one, other = name[-3], name[-2]
    return f"{name[:-3]}{other}{one}{name[-1]}" if one != other else f"{name}{name[-1]}"


def region_of(route: np.ndarray) -> list[str]:
    """Name the region of each route."""
    return [REGIONS[k] for k in np.asarray(route) // 2]


def simulate_profiles(
    households: Households,
    people: pd.DataFrame,
    truth: DairyTruth | None = None,
    seed: int = 2026,
) -> pd.DataFrame:
    """Write down what the dairy knows of each household: ``profiles``, with gaps as in real life.

    Names, addresses and numbers are invented: the domain and the dialling code don't exist.
    """
    truth, rng = truth or DairyTruth(), stream(seed, "profiles")
    n = len(people)
    number = pd.Series(np.arange(1, n + 1), people.index)
    acquired = np.floor(households.customers["acquired"].to_numpy() * _DAYS_PER_WEEK)
    last = (truth.last_day - truth.first_day).days
    updated = np.floor(acquired + rng.random(n) ** 0.7 * (last - acquired))
    channel = choose(rng, {name: share for name, (share, _) in _ACQUISITION.items()}, n)
    mean_cost = channel.map({name: cost for name, (_, cost) in _ACQUISITION.items()}).to_numpy()
    profiles = {
        "customer_id": people.index.array,
        "name": people["name"].array,
        "acquired_on": truth.dates(acquired),
        "acquisition_channel": channel,
        "acquisition_cost": np.round(rng.gamma(8, mean_cost / 8), 2),
        "birth_year": pd.array(people["birth_year"], dtype="Int64"),
        "region": region_of((number - 1) % _ROUTES),
        "email": [f"h{k:04d}@example.invalid" for k in _shared(number, people, "email")],
        "phone": [f"+999 000 {k:04d}" for k in _shared(number, people, "phone")],
        "updated_on": truth.dates(updated),
    }
    frame = pd.DataFrame(profiles).assign(children=people["children"].array)
    twice = people["shares"].ne("").to_numpy() | people.index.isin(people["same_as"].dropna())
    return typed(_with_gaps(frame, _KNOWN | _KNOWN_CHILDREN, rng, twice), "profiles")


def _shared(number, people, field):
    """Give the second number of a person the e-mail address or telephone number of the first."""
    shares = people["shares"] == field
    return number.where(~shares, people["same_as"].map(number)).astype("int64")


def _with_gaps(profiles, known, rng, whole):
    """Leave away what the dairy was never told, field by field; some are known in full."""
    return profiles.assign(
        **{
            name: profiles[name].where((rng.random(len(profiles)) < share) | whole)
            for name, share in known.items()
        }
    )
