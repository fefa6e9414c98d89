"""补录: `码 时间` lines pasted after an outage; the same lines twice change nothing, contradictions are shown."""

import re
from datetime import datetime, timedelta

from bot.flows.boarding import admitting
from bot.flows.boarding.table import in_hand, tally_soon
from bot.state import boarding, trip
from bot.state.code import BadCode
from bot.state.trip import No, Trip, Why
from bot.turn import Turn
from cards import boarding as card
from cards import mask, parts

_LINE = re.compile(r"(?P<code>\S.*?)[\s,，]+(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)")
_EARLY = timedelta(hours=2)  # a car may have come before somebody wrote down that it was sent


def understood(text: str) -> list[tuple[str, str]]:
    """The lines as (code, `HH:MM`), or nothing unless every line is one."""
    found = [_LINE.fullmatch(line.strip()) for line in text.splitlines() if line.strip()]
    if not found or not all(found):
        return []
    return [(line["code"], f"{int(line['hour']):02}:{line['minute']}") for line in found if line]


def take(turn: Turn, lines: list[tuple[str, str]]) -> None:
    """Write down every line that can be, each answered; then how many of each."""
    on = in_hand(turn)
    done = known = 0
    for text, said in lines:
        after, new, old = _line(turn, on, text, said)
        done, known, on = done + new, known + old, after
    turn.reply(card.later_sum(done, known, len(lines) - done - known))
    if done:
        tally_soon(turn, on)


def _line(turn: Turn, on: Trip, text: str, said: str) -> tuple[Trip, bool, bool]:
    """The trip after one line, whether it was new, whether it was known."""
    at = _moment(said, turn.now)
    if not on.vehicle.assigned_at - _EARLY <= at <= turn.now:
        turn.reply(card.time_wrong(said))
        return on, False, False
    try:
        who = trip.at_the_door(turn.tx, text)
        _, after = trip.board(turn.tx, on, who, at, boarding.How.LATER)
    except BadCode as bad:
        turn.reply(card.bad_code(bad.words))
    except No as no:
        turn.reply(admitting.refusal(turn, on, no))
        row = no.about.get("boarding")
        known = no.why is Why.ALREADY and row is not None and row.vehicle_id == on.vehicle.id
        return on, False, known
    else:
        shown = parts.clock(at, turn.now)
        turn.reply(card.later_done(mask.name(who.person.name), shown, after.boarded, after.expected))
        return after, True, False
    return on, False, False


def _moment(said: str, now: datetime) -> datetime:
    """A time of today in Shanghai; one that has not come yet was yesterday's."""
    hour, _, minute = said.partition(":")
    at = now.astimezone(parts.SHANGHAI).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return at if at <= now else at - timedelta(days=1)
