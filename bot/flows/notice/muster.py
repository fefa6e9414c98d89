"""Who shall ride on a notice that is being written: the draft's people by household, read anew at every step.

Everybody ready was offered when the draft began; whoever has fallen away since is left out of all that is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.state import area, ready
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.ready import Traveller
from bot.state.vehicle import Class
from bot.turn import Turn
from cards import notice as card
from cards import parts, refusals


@dataclass(frozen=True, slots=True)
class Muster:
    """The households offered, numbered from 1, and the ids of who is chosen among them.

    The numbers stand as long as the draft does: a household of which nobody is ready any more stays, empty.
    """

    homes: Sequence[Sequence[Traveller]]
    chosen: frozenset[str]

    @property
    def riding(self) -> list[Traveller]:
        """Who is chosen, household by household."""
        return [one for home in self.homes for one in home if one.id in self.chosen]

    def count(self, travel_class: str) -> int:
        """How many of a class are chosen."""
        return sum(one.travel_class == travel_class for one in self.riding)

    @property
    def counts(self) -> tuple[int, int]:
        """密接 and others."""
        return self.count(Class.CLOSE), self.count(Class.OTHER)

    @property
    def pages(self) -> int:
        """How many cards the households take."""
        return max(1, -(-len(self.homes) // card.PAGE))

    @property
    def anybody(self) -> bool:
        """Whether anybody offered is ready still."""
        return any(self.homes)

    def page(self, number: int) -> Sequence[tuple[int, Sequence[Traveller]]]:
        """The numbered households of a page, from 0, that are not empty."""
        numbered = list(enumerate(self.homes, 1))[number * card.PAGE : (number + 1) * card.PAGE]
        return [(at, people) for at, people in numbered if people]

    def page_from(self, number: int) -> int:
        """This page, or the next that has anybody on it, or the first that has."""
        order = [*range(number, self.pages), *range(number)]
        return next((page for page in order if self.page(page)), 0)


def begin(turn: Turn, here: area.Area, people: Sequence[Traveller], chosen: Sequence[str]) -> None:
    """A new draft for one of the member's communities: these are offered, those of them chosen."""
    homes = ready.homes(people, card.PAGE)
    turn.draft = {"area": here.code, "homes": [[one.id for one in home] for home in homes], "people": [], "page": 0}
    turn.room |= {"place": here, "homes": homes}
    choose(turn, chosen)


def place(turn: Turn, *, hold: bool = False) -> area.Area:
    """The draft's community, its row held if so asked; `Refused` for whoever no longer serves it."""
    if "place" not in turn.room:
        found = (area.hold if hold else area.find)(turn.tx, turn.draft["area"])
        if found is None:
            raise Refused(refusals.UNKNOWN_AREA, "unknown_area")
        turn.require(Action.NOTIFY_TRANSPORT, found.path)
        turn.room["place"] = found
    here: area.Area = turn.room["place"]
    return here


def of(turn: Turn, *, hold: bool = False) -> Muster:
    """The draft's people as they are now; read once a turn, by those who still serve their community.

    `hold`: the community's row and theirs are held till the end, so that they stay as they are read.
    """
    if "muster" not in turn.room:
        place(turn, hold=hold)
        offered: list[list[str]] = turn.draft["homes"]
        ids = [one for home in offered for one in home]
        known = {one.id: one for one in ready.again(turn.tx, turn.rules, ids, lock=hold)}
        turn.room["homes"] = [[known[one] for one in home if one in known] for home in offered]
        choose(turn, turn.draft["people"])
    muster: Muster = turn.room["muster"]
    return muster


def choose(turn: Turn, ids: Sequence[str]) -> None:
    """These ride."""
    turn.draft["people"] = list(ids)
    turn.room["muster"] = Muster(turn.room["homes"], frozenset(ids))


def recount(turn: Turn) -> None:
    """The list has changed: counts typed for another list are void."""
    for name in ("counts", "typed", "why"):
        turn.draft.pop(name, None)


def home(number: int, people: Sequence[Traveller], chosen: frozenset[str]) -> card.Home:
    """A household as chat may show it."""
    members = [card.Member(one.id, who(one).name, one.person.category, one.needs, one.id in chosen) for one in people]
    return card.Home(number, who(people[0]).address, members)


def who(one: Traveller) -> parts.Person:
    """A person as chat may show them."""
    return parts.person(one.person.name, one.person.category, address=one.person.address)
