"""The steps of giving kits, and what its handlers share: whose households, which class, how a person is shown."""

from collections.abc import Sequence

from bot.flow import Flow
from bot.state import area, recipient, rollcall, staff
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.recipient import Recipient, Standing
from bot.state.rules import Kit
from bot.state.staff import Role
from bot.turn import Turn
from cards import issuance as card
from cards import issuance_words as say
from cards import parts

STEPS = ["idle", "kind", "menu", "search", "household", "scan", "reason", "partner", "anew", "roll"]
OPEN = STEPS[1:]
FOUND = ("search", "household", "scan", "reason", "partner", "anew")  # where households lie on the counter
flow = Flow("issuance", steps=STEPS, personal=True)
flow.expects = card.EXPECTS

LIST, HOME, ASK, ROLL = "list", "home", "ask", "roll"  # slots


def paths(turn: Turn) -> list[str]:
    """The member's communities, none inside another."""
    mine = sorted({grant.path for grant in turn.actor.grants if grant.role == Role.COMMUNITY})
    return [path for path in mine if not any(path != other and path.startswith(other) for other in mine)]


def kit(turn: Turn) -> Kit:
    """The rule pack's kit of today."""
    return turn.rules.at(turn.now).kit


def kinds(turn: Turn) -> dict[str, str]:
    """The 转运类型 by label, with the class of each."""
    return dict(kit(turn).kinds)


def kind(turn: Turn) -> str:
    """The label of the 转运类型 that was chosen; the first one when none was."""
    chosen = str(turn.draft.get("kind", ""))
    return chosen if chosen in kinds(turn) else next(iter(kinds(turn)))


def standing(turn: Turn, one: Recipient) -> str:
    """How a person stands for the 转运类型 that was chosen."""
    found = one.standing
    if found is Standing.DUE and one.travel_class(turn.rules) != kinds(turn)[kind(turn)]:
        return "other_kind"
    return found.value


def member(turn: Turn, one: Recipient, number: int = 0, call: str = "") -> card.Member:
    """A person as chat may show them."""
    name, tail = card.called(one.person.name, one.person.id_number)
    return card.Member(number, one.person.id, name, tail, standing(turn, one), one.shown, call)


def members(turn: Turn, people: Sequence[Recipient]) -> list[card.Member]:
    """The people of a household, numbered, with what was said at the last roll-call."""
    calls = rollcall.latest(turn.tx, [one.person.id for one in people])
    return [
        member(turn, one, number, card.CALLED.get(calls.get(one.person.id), "")) for number, one in enumerate(people, 1)
    ]


def home(turn: Turn, key: str, people: Sequence[Recipient]) -> card.Home:
    """A household as the counter shows it."""
    stands = [standing(turn, one) for one in people]
    given = stands.count("has")
    address = people[0].person.address or people[0].person.place or card.NO_ADDRESS
    return card.Home(key, address, stands.count("due") + given, given)


def family(turn: Turn, key: str) -> list[Recipient]:
    """The people of a household in the member's communities; `Refused` when there is nobody (any more)."""
    found = recipient.homes(turn.tx, [key], paths(turn))[key]
    if not found:
        raise Refused(say.OLD, "unknown_ref")
    return found


def chosen(turn: Turn) -> Recipient:
    """The person chosen in the drop-down of a household's card, who must be of that household and the member's own."""
    ref = (turn.event.answers.get("who") or ("",))[0]
    return person(turn, ref, home_key=turn.arg)


def person(turn: Turn, ref: str, *, home_key: str = "", lock: bool = False) -> Recipient:
    """A person by id, in the member's jurisdiction."""
    found = recipient.find(turn.tx, ref, lock=lock) if ref else None
    if found is None or (home_key and found.home != home_key):
        raise Refused(say.NO_SUCH_PERSON, "option_not_offered")
    turn.require(Action.ISSUE, found.path)
    return found


def refusal(turn: Turn, one: Recipient) -> str:
    """Why this person is given nothing, by whom and when."""
    name, how = card.called(one.person.name, one.person.id_number)[0], standing(turn, one)
    if one.issued_at is not None:
        by, at = one.issued_by, one.issued_at
    else:
        by, at = recipient.fed_back(turn.tx, one.person.id) or ("", turn.now)
    who = staff.name_of(turn.tx, by) if by else ""
    return say.not_given(name, how, who, parts.clock(at, turn.now), one.shown)


def leads(turn: Turn, path: str) -> tuple[list[str], str]:
    """Who answers for a community, and its name."""
    place = area.find(turn.tx, path.strip("/").split("/")[-1])
    return (staff.above(turn.tx, Role.LEAD, place), place.name) if place else ([], "")
