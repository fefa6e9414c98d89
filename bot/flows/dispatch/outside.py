"""What happens to an order from outside: it is cancelled or ended early, a person falls off, it departs."""

from collections.abc import Iterable

from bot import ladder, transport
from bot.flows.dispatch import order
from bot.flows.dispatch.table import BEFORE_END, flow, place
from bot.state import contact, notice, staff, vehicle
from bot.turn import Turn
from cards import dispatch as card
from cards import mask, stamps
from cards import my_notices as named


@flow.start("cancelled", when=BEFORE_END, then="over")
def cancelled(turn: Turn) -> None:
    """取消转运通知: every card is grey, the 转运组 calls back the cars that are on their way, everybody hears of it."""
    place(turn)
    by, reason = str(turn.event.data["by"]), str(turn.event.data["reason"])
    gone = vehicle.noun.where(turn.tx, vehicle.table.c.notice_id == turn.ref, order=vehicle.table.c.id)
    row = transport.of(turn)
    sent = [car.plate for car in gone if car.state == vehicle.State.WITHDRAWN]
    told = card.told_cancelled(transport.title(turn), by, reason, list(dict.fromkeys(sent)))
    turn.say([row.taken_by] if row.taken_by else transport.dispatchers(turn), told)
    colleagues = staff.serving(turn.tx, staff.Role.COMMUNITY, transport.place(turn).path)
    others = {*colleagues, row.created_by, *transport.escorts(turn)} - {str(turn.event.data.get("who", ""))}
    turn.say(sorted(others), named.told_cancelled(transport.title(turn), by, reason))
    _tell_the_door(turn, gone, "over")
    _close(turn, stamps.CANCELLED_BY_COMMUNITY)


@flow.start("aborted", when=BEFORE_END, then="over")
def aborted(turn: Turn) -> None:
    """中止 after people had boarded: dispatcher, author and colleagues, escorts and CDC hear of it, each once."""
    place(turn)
    row, here = transport.of(turn), transport.place(turn)
    near = [row.taken_by, row.created_by, *staff.serving(turn.tx, staff.Role.COMMUNITY, here.path)]
    near += [*transport.escorts(turn), *staff.above(turn.tx, staff.Role.CDC, here)]
    turn.say([one for one in dict.fromkeys(near) if one not in ("", turn.event.data["who"])], turn.event.data["text"])
    _close(turn, stamps.ABORTED)


@flow.start("dropped", when=BEFORE_END)
def dropped(turn: Turn) -> None:
    """A feedback was put right or taken back: one fewer rides; with nobody left the notice ends by itself."""
    place(turn)
    row, title = transport.of(turn), transport.title(turn)
    left = len(order.people(turn))
    if row.state not in notice.OPEN:
        return
    people = {*([row.taken_by] if row.taken_by else transport.dispatchers(turn))}
    if order.cars(turn):
        people |= {*transport.escorts(turn)}
    if not left and row.state in notice.BEFORE_BOARDING:
        turn.say(sorted({*people, *transport.authors(turn)}), card.nobody_left(title))
        notice.call_off(turn.tx, row, "cancelled", "")
        ladder.end(turn, ladder.Step.DISPATCHER_ACCEPT, row.id)
        turn.start("dispatch", turn.ref, "emptied")
        return
    person = contact.noun.load(turn.tx, str(turn.event.data["person"]))
    turn.say(sorted(people), card.told_dropped(title, mask.name(person.name), left))
    _tell_the_door(turn, order.cars(turn), "redraw")


@flow.start("needs", when=BEFORE_END)
def needs(turn: Turn) -> None:
    """A feedback was put right: somebody on the list needs another car than before."""
    place(turn)
    person = contact.noun.load(turn.tx, str(turn.event.data["person"]))
    wanted = str(turn.event.data["needs"]).split(",")
    told = card.told_needs(transport.title(turn), mask.name(person.name), wanted)
    row = transport.of(turn)
    people = [row.taken_by] if row.taken_by else transport.dispatchers(turn)
    turn.say([*people, *(transport.escorts(turn) if order.cars(turn) else [])], told)


@flow.start("emptied", when=BEFORE_END, then="over")
def emptied(turn: Turn) -> None:
    """Nobody is left: the cards are grey."""
    place(turn)
    _close(turn, stamps.VOID)


@flow.start("departed", when=BEFORE_END, then="over")
def departed(turn: Turn) -> None:
    """完成接人: nothing is left to do here."""
    place(turn)
    _close(turn, stamps.DEPARTED)


def _tell_the_door(turn: Turn, cars: Iterable[vehicle.Vehicle], what: str) -> None:
    """The escorts who scan at these cars have a tally on their phones: it is `over`, or to be drawn anew."""
    for car in cars:
        turn.start("pickup", car.id, what)


def _close(turn: Turn, words: str) -> None:
    turn.start("my_notices", transport.of(turn).created_by, "over", notice=turn.ref, words=words)
    turn.lock(words)
    turn.release()
    turn.draft = {}
