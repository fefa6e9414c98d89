"""确认发车: the vehicle leaves once and for good; hotel, dispatcher, community and CDC are told in the same breath."""

from bot import ladder, manifest
from bot.flows.pickup.counting import destinations
from bot.flows.pickup.table import draw, explained, flow, mine, of, place, standing, title, watchers
from bot.state import handover, hotel, notice, staff, trip
from bot.state.boarding import Boarding
from bot.state.contact import Contact
from bot.state.handover import Push
from bot.state.machine import Refused
from bot.state.notice import On
from bot.state.permission import Action
from bot.turn import Turn
from cards import mask, parts, refusals, stamps
from cards import pickup as card

Leaving = list[tuple[Boarding, Contact]]


@flow.tap("go", when="ready", then={"departed": "departed", "counting": "counting"}, may=Action.BOARD)
def go(turn: Turn) -> str:
    """确认发车."""
    if not mine(turn) or not standing(turn):
        return "departed"
    on = of(turn)
    leaving = handover.riders(turn.tx, on.vehicle.id)
    others = trip.others_standing(turn.tx, on)
    counted, second = int(turn.draft["counted"]), str(turn.draft.get("second", ""))
    if open_ := trip.unresolved(turn.tx, on, others):
        turn.stay()
        turn.reply(card.not_yet([mask.name(who.name) for _, who in open_]))
        return "departed"
    if not leaving or (counted != len(leaving) and not second):
        turn.lock_this(stamps.OUTDATED)
        turn.draft = {}
        turn.focus()
        turn.reply(card.changed())
        return "counting"
    chosen = _hotel(turn, len(leaving))
    if chosen is not None:
        _depart(turn, chosen, leaving, last=not others)
    return "departed"


def _hotel(turn: Turn, people: int) -> hotel.Hotel | None:
    """The hotel in the drop-down; None after a warning that it has not room for all, once."""
    code = (turn.event.answers.get("hotel") or ("",))[0]
    offered = {one.code: (one, free) for one, free in destinations(turn)}
    if code not in offered:
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    found, free = offered[code]
    if free is not None and free < people and turn.draft.get("warned") != code:
        turn.draft["warned"] = code
        turn.stay()
        turn.reply(card.too_full(found.name, free, people))
        return None
    return found


def _depart(turn: Turn, to: hotel.Hotel, leaving: Leaving, *, last: bool) -> None:
    """Write it all, and tell everybody."""
    on, the_id = of(turn), turn.tx.id()
    places = {one.contact_id: one for one in notice.people(turn.tx, on.notice.id)}
    needs = {person: one.needs for person, one in places.items()}
    done = handover.depart(
        turn.tx, on, leaving, to.code, int(turn.draft["counted"]), places=places, the_id=the_id,
        manifest=manifest.of(turn.tx, the_id, on, leaving, needs), push=Push.WAITING if to.push_url else Push.NONE,
        reason=str(turn.draft.get("reason", "")), second_by=str(turn.draft.get("second", "")),
    )  # fmt: skip
    for _, person in leaving:
        ladder.end(turn, ladder.Step.TRANSFER, person.id)
    if to.push_url:
        turn.tell_hotel(to.code, done.id)
    left = [explained(at, who) for at, who in handover.end_pickup(turn.tx, on)] if last else []
    waiting = 0 if last else sum(one.state == On.LISTED for one in places.values())
    turn.draft = {}
    turn.lock(stamps.DEPARTED)
    turn.release()
    turn.reply(card.done(title(on), on.vehicle.plate, len(leaving), to.name, waiting))
    told = card.told(title(on), on.vehicle.plate, len(leaving), to.name, parts.clock(turn.now, turn.now), left)
    turn.start("hotel", done.id, "born")
    turn.start(flow.name, turn.ref, "tell", who=turn.actor.id, text=told)
    if last:
        turn.start("dispatch", on.notice.id, "departed")
    turn.start("boarding", turn.actor.id, "resume")


@flow.start("tell", when="departed")
def tell(turn: Turn) -> None:
    """Dispatcher, community, the other escorts at this vehicle and the CDC hear of it, each once."""
    place(turn)
    on = of(turn)
    near = [on.notice.taken_by, on.notice.created_by, *watchers(turn), *staff.above(turn.tx, staff.Role.CDC, on.place)]
    turn.say([one for one in dict.fromkeys(near) if one not in ("", turn.event.data["who"])], turn.event.data["text"])


def finished(turn: Turn) -> None:
    """Pressed once more: when it left, by whom."""
    on = of(turn)
    done = next((one for one in handover.of_notice(turn.tx, on.notice.id) if one.vehicle_id == on.vehicle.id), None)
    turn.lock_this(stamps.DEPARTED)
    if done is None:
        turn.reply(card.over(on.vehicle.plate, stamps.SENT_BACK))
        return
    by, at = staff.name_of(turn.tx, done.departed_by), parts.clock(done.departed_at, turn.now)
    turn.reply(card.done_already(on.vehicle.plate, at, by, done.people))


@flow.late
def late(turn: Turn) -> None:
    """An older card, or 完成接人 on another phone: the tally of this moment, who is counting, or that it is done."""
    turn.require(Action.SECOND_DEPARTURE, of(turn).place.path)
    if turn.talk.step == "departed":
        finished(turn)
    elif not standing(turn):
        return
    elif turn.verb == "finish":
        turn.require(Action.BOARD, of(turn).place.path)
        if mine(turn):
            turn.focus()
            turn.reply(card.EXPECTS[turn.talk.step])
    else:
        turn.reply(card.outdated())
        turn.lock_this(stamps.OUTDATED)
        if turn.talk.step == "open":
            draw(turn, [turn.actor.id])
