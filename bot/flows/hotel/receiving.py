"""确认接收: all at once, one by one by number, or by scanning the band at the hotel's door; the room is optional."""

from bot import ladder
from bot.flow import Aside
from bot.flows.hotel.table import (
    AT_HOTEL,
    draw,
    flow,
    line,
    others,
    people,
    place,
    settle,
    staff_there,
    take,
    title,
)
from bot.state import code, handover, staff, trip
from bot.state.code import BadCode
from bot.state.contact import Contact
from bot.state.handover import Guest, Is, State
from bot.state.permission import Action
from bot.state.trip import No
from bot.turn import Turn
from cards import hotel as card
from cards import mask, parts, stamps

OUT = {"": "checking", "agreed": "agreed"}


@flow.start("born", when="expected")
def born(turn: Turn) -> None:
    """A vehicle has left for here."""
    place(turn)
    load = take(turn)
    there = staff_there(turn, load)
    if there:
        draw(turn, there)
    else:
        near = [load.notice.taken_by, load.row.departed_by]
        turn.say([one for one in dict.fromkeys(near) if one], card.nobody_there(load.hotel.name, title(load)))
    ladder.begin(turn, ladder.Step.HOTEL_CONFIRM, turn.ref, load.place.path)  # no lead and no CDC is above a hotel


@flow.start("tell", when="*")
def tell(turn: Turn) -> None:
    """Everybody who brought them here hears how it ended, in a turn of its own."""
    place(turn)
    found = others(turn, take(turn))
    turn.say([one for one in found if one != turn.event.data["who"]], str(turn.event.data["text"]))


@flow.start("open", when="*")
def opened(turn: Turn) -> None:
    """Chosen from a list or a digest."""
    turn.act_for(str(turn.event.data["to"]))
    turn.require(Action.RECEIVE_GUESTS, place(turn))
    if turn.talk.step in AT_HOTEL:
        draw(turn, [turn.actor.id])
    else:
        turn.reply(card.closed(State(take(turn).row.state).label))


@flow.tap("all", when=("expected", "checking"), then="agreed", may=Action.RECEIVE_GUESTS)
def all_of_them(turn: Turn) -> None:
    """确认接收: everybody who has not been confirmed yet."""
    found = people(turn)
    handover.arrive(turn.tx, [one for one in found if one[0].state == Is.EXPECTED])
    turn.reply(card.all_in(title(take(turn)), len(found)))
    _agreed(turn, len(found))


@flow.tap("each", when=("expected", "checking"), then="checking", may=Action.RECEIVE_GUESTS)
def each(turn: Turn) -> None:
    """逐人确认: the list by number, and the scanner."""
    turn.focus()
    turn.reply(card.listing([line(*one) for one in people(turn)]))
    draw(turn, staff_there(turn, take(turn)))


@flow.scan(when=("expected", "checking"), then=OUT, may=Action.RECEIVE_GUESTS, fresh=False)
def scanned(turn: Turn) -> str:
    """A band at the hotel's door."""
    return _codes(turn, turn.event.text)


@flow.text(when="checking", then=OUT, may=Action.RECEIVE_GUESTS)
def typed(turn: Turn) -> str:
    """Numbers, a number with a room, or codes; several lines are several answers."""
    texts = [one.strip() for one in turn.event.text.splitlines() if one.strip()]
    ended = ""
    for one in texts:
        numbers, room = card.numbered(one)
        ended = _confirm(turn, people(turn), numbers, room) if numbers else _codes(turn, one)
    if not ended:
        turn.stay()
    return ended


@flow.text(when="agreed", may=Action.RECEIVE_GUESTS)
def rooms(turn: Turn) -> None:
    """A room that is told later."""
    found = {guest.number: (guest, who) for guest, who in people(turn)}
    numbers, room = card.numbered(turn.event.text.strip())
    if not room or numbers[0] not in found:
        turn.reply(card.no_such_number(len(found)))
    else:
        _lodge(turn, *found[numbers[0]], room)


@flow.aside(Aside.BACK, when=("checking", "fault", "note"), then="expected", may=Action.RECEIVE_GUESTS)
@flow.aside(Aside.CANCEL, when=("checking", "fault", "note"), then="expected", may=Action.RECEIVE_GUESTS)
def back(turn: Turn) -> None:
    """返回, 取消: to the manifest."""
    turn.focus(on=False)
    turn.draft = {}
    turn.lock(stamps.GOES_ON, slot="ask")
    turn.reply(card.dropped())
    draw(turn, staff_there(turn, take(turn)))


@flow.aside(Aside.WHY, may=Action.RECEIVE_GUESTS)
def why(turn: Turn) -> None:
    """为什么."""
    load, found = take(turn), people(turn)
    done = sum(guest.state == Is.ARRIVED for guest, _ in found)
    state = State(load.row.state).label
    turn.reply(card.explained(title(load), state, done, len(found), flow.expects.get(turn.talk.step, "")))


@flow.late
def late(turn: Turn) -> None:
    """An older card, or one that is settled."""
    load = take(turn)
    if turn.verb in ("true", "recheck", "resend"):
        turn.reply(card.closed(State(load.row.state).label))
        turn.lock_this(State(load.row.state).label)
        return
    turn.require(Action.RECEIVE_GUESTS, load.hotel.path)
    _now(turn)


def _now(turn: Turn) -> None:
    """The manifest as it is, or that it is settled."""
    load = take(turn)
    turn.lock_this(stamps.OUTDATED)
    if load.row.state == State.AGREED:
        turn.reply(card.closed(State.AGREED.label))
    elif turn.talk.step in AT_HOTEL:
        turn.reply(card.outdated())
        draw(turn, [turn.actor.id])
    else:
        turn.reply(card.closed(State(load.row.state).label))


def _codes(turn: Turn, text: str) -> str:
    """Every code of one message, a line for each."""
    ended = ""
    for one in (code.several(text) or [text])[: code.MOST]:
        try:
            who = trip.at_the_door(turn.tx, one).person
        except BadCode as bad:
            turn.reply(card.unknown_code(bad.words))
        except No:
            turn.reply(card.nobody_wears())
        else:
            found = people(turn)
            numbers = [guest.number for guest, person in found if person.id == who.id]
            if numbers:
                ended = _confirm(turn, found, numbers)
            else:
                turn.reply(card.not_on_it(mask.name(who.name)))
    if not ended:
        turn.stay()
    return ended


def _confirm(turn: Turn, roster: list[tuple[Guest, Contact]], numbers: list[int], room: str = "") -> str:
    """Receive these of the roster; `agreed` when they were the last."""
    found = {guest.number: (guest, who) for guest, who in roster}
    done = sum(guest.state == Is.ARRIVED for guest, _ in found.values())
    for number in dict.fromkeys(numbers):
        if number not in found:
            turn.reply(card.no_such_number(len(found)))
            continue
        guest, who = found[number]
        if guest.state == Is.EXPECTED:
            handover.arrive(turn.tx, [(guest, who)], room)
            done += 1
            turn.reply(card.arrived(mask.name(who.name), done, len(found), room))
        elif room:
            _lodge(turn, guest, who, room)
        else:
            at, by = guest.arrived_at or turn.now, staff.name_of(turn.tx, guest.confirmed_by)
            turn.reply(card.already(mask.name(who.name), parts.clock(at, turn.now), by))
    if done < len(found):
        return ""
    turn.reply(card.all_in(title(take(turn)), done))
    _agreed(turn, done)
    return "agreed"


def _lodge(turn: Turn, guest: Guest, who: Contact, room: str) -> None:
    handover.lodge(turn.tx, guest, room)
    turn.reply(card.lodged(mask.name(who.name), room))


def _agreed(turn: Turn, people_: int) -> None:
    settle(turn, people_, [])
    turn.draft = {}
    turn.lock(stamps.ACCEPTED)
    turn.focus()
