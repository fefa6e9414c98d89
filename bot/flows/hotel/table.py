"""The steps of a hand-over, whose it is, and what every step may need: its people, its title, who is told."""

from bot import ladder
from bot.flow import Flow
from bot.state import handover, load, notice, staff
from bot.state.contact import Contact
from bot.state.handover import Guest, Is
from bot.state.load import Load
from bot.state.machine import Refused
from bot.state.vehicle import Class
from bot.turn import Turn
from cards import hotel as card
from cards import mask, parts, refusals

SLOT, ASK, ANSWER, LOST = "manifest", "ask", "answer", "lost"
BY_OTHERS = ("true", "recheck", "resend")
AT_HOTEL = ("expected", "checking", "fault", "note")
flow = Flow("hotel", steps=[*AT_HOTEL, "disputed", "agreed"])
flow.expects = card.EXPECTS
flow.words_first = frozenset({"checking"})


@flow.where
def place(turn: Turn) -> str:
    """The hotel; for those who answer it, the community whose people rode."""
    found = take(turn)
    return found.place.path if turn.verb in BY_OTHERS else found.hotel.path


def take(turn: Turn) -> Load:
    """Load the hand-over of this talk, once a turn: the notice's row first, as everywhere."""
    if "load" not in turn.room:
        known = load.hold(turn.tx, turn.ref)
        if known is None:
            raise Refused(refusals.UNKNOWN, "unknown_ref")
        turn.room["load"] = known
    found: Load = turn.room["load"]
    return found


def title(of: Load) -> str:
    """`前埔南社区 第3单`."""
    return parts.notice(of.place.name, of.notice.number)


def people(turn: Turn) -> list[tuple[Guest, Contact]]:
    """The people of the hand-over by number, their rows held."""
    return handover.roster(turn.tx, turn.ref, lock=True)


def line(guest: Guest, who: Contact) -> card.Line:
    """A guest as chat may show them."""
    return card.Line(guest.number, mask.name(who.name), who.category, Is(guest.state).label, guest.room)


def staff_there(turn: Turn, of: Load) -> list[str]:
    """The hotel's people."""
    return staff.serving(turn.tx, staff.Role.HOTEL, of.hotel.path)


def draw(turn: Turn, to: list[str]) -> None:
    """Lay the manifest of this moment on the hotel's phones."""
    of, found = take(turn), handover.roster(turn.tx, turn.ref)
    done = sum(guest.state == Is.ARRIVED for guest, _ in found)
    label, at = Class(of.vehicle.travel_class).label, parts.clock(of.row.departed_at, turn.now)
    drawn = card.manifest(of.hotel.name, title(of), of.vehicle.plate, label, at, len(found) - done, done, turn.keys)
    turn.send(to, drawn, SLOT)


def others(turn: Turn, of: Load) -> list[str]:
    """Escort, dispatcher, community, CDC: everybody who brought them here, each once."""
    near = [of.row.departed_by, of.notice.taken_by, of.notice.created_by]
    near += staff.above(turn.tx, staff.Role.CDC, of.place)
    return [one for one in dict.fromkeys(near) if one]


def settle(turn: Turn, arrived: int, missing: list[str]) -> None:
    """Both sides agree on who came: the hand-over ends, and with the last one the notice."""
    of = take(turn)
    handover.noun.fire(turn.tx, of.row, "agreed", settled_by=turn.tx.actor, settled_at=turn.now)
    told = card.told_all(of.hotel.name, title(of), of.vehicle.plate, arrived, missing)
    turn.start(flow.name, turn.ref, "tell", who=turn.actor.id, text=told)
    rest = [one for one in handover.of_notice(turn.tx, of.notice.id) if one.state != handover.State.AGREED]
    if not rest and of.notice.state == notice.State.DEPARTED:
        notice.noun.fire(turn.tx, of.notice, "closed", ended_by=turn.tx.actor, ended_at=turn.now)
    ladder.end(turn, ladder.Step.HOTEL_CONFIRM, turn.ref)
