"""Letting one person aboard, by code or by hand, and the one line that says so or why not."""

from datetime import datetime, timedelta
from typing import Any

from bot.state import area, boarding, notice, staff, trip, vehicle
from bot.state.code import BadCode
from bot.state.queue import Outcome
from bot.state.trip import No, Passenger, Trip, Why
from bot.turn import Turn
from cards import boarding as card
from cards import mask, parts

LATE_AT_MOST = timedelta(hours=24)  # a callback that was spooled tells when it was scanned; an older one is doubtful


def by_code(turn: Turn, on: Trip, text: str) -> Trip:
    """Let whoever wears this code aboard, or say why not; the trip as it is then."""
    try:
        who = trip.at_the_door(turn.tx, text)
        _, on = trip.board(turn.tx, on, who, _when(turn))
    except BadCode as bad:
        refused(turn, bad.reason, card.bad_code(bad.words))
    except No as no:
        refused(turn, no.why.value, refusal(turn, on, no))
    else:
        turn.reply(card.aboard(mask.name(who.person.name), on.boarded, on.expected, on.here))
    return on


def by_hand(turn: Turn, on: Trip, who: Passenger, reason: str) -> Trip | None:
    """Let somebody aboard who shows no code; None, with the reason said, when they may not."""
    try:
        _, after = trip.board(turn.tx, on, who, turn.now, boarding.How.MANUAL, reason)
    except No as no:
        refused(turn, no.why.value, refusal(turn, on, no))
        return None
    turn.reply(card.aboard(mask.name(who.person.name), after.boarded, after.expected, after.here))
    return after


def refused(turn: Turn, reason: str, said: str) -> None:
    turn.outcome, turn.reason = Outcome.REFUSED, reason
    turn.reply(said)


def _when(turn: Turn) -> datetime:
    """When it was scanned: a callback that waited in the spool has kept its own time."""
    late = turn.now - turn.event.at
    return turn.event.at if timedelta() <= late <= LATE_AT_MOST else turn.now


def refusal(turn: Turn, on: Trip, no: No) -> str:
    """The sentence for somebody who may not board."""
    name = mask.name(no.person.name) if no.person else ""
    if no.why is Why.ALREADY:
        return _already(turn, on, name, no.about)
    if no.why is Why.OTHER_NOTICE:
        return card.other_notice(name, _title(turn, str(no.about["notice"])))
    if no.why is Why.WRONG_CLASS:
        return card.wrong_class(name, str(no.about["theirs"]), vehicle.Class(on.vehicle.travel_class).label)
    if no.why is Why.NO_SEAT:
        return card.no_seat(name, int(no.about["room"]))
    if no.why in _IN_A_STATE:
        return _IN_A_STATE[no.why](name, str(no.about["state"]))
    return {Why.NOT_BOUND: card.not_bound(), Why.RETIRED: card.retired()}.get(no.why) or card.undecided(name)


_IN_A_STATE = {
    Why.GONE: card.gone,
    Why.NOT_LISTED: card.not_listed,
    Why.NOTICE_OVER: card.notice_over,
    Why.VEHICLE_GONE: card.vehicle_gone,
}


def _already(turn: Turn, on: Trip, name: str, about: dict[str, Any]) -> str:
    row: boarding.Boarding = about["boarding"]
    at, by = parts.clock(row.boarded_at, turn.now), staff.name_of(turn.tx, row.boarded_by)
    here = row.vehicle_id == on.vehicle.id
    plate = "" if here else vehicle.noun.load(turn.tx, row.vehicle_id).plate
    return card.already(name, at, by, int(about["number"]), here, plate)


def _title(turn: Turn, notice_id: str) -> str:
    row = notice.noun.load(turn.tx, notice_id)
    where = area.find(turn.tx, row.area_code)
    return parts.notice(where.name if where else row.area_code, row.number)
