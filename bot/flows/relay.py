"""交接: open items have changed hands; both sides are told, the new holder acknowledges, else the lead hears of it."""

from bot import handing
from bot.flow import Flow
from bot.state import area, staff
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.queue import Priority
from bot.turn import Turn
from cards import refusals, stamps
from cards import relay as card
from cards.template import Card

SLOT = "relay"
flow = Flow("relay", steps=["new", "given", "acknowledged"])


@flow.start("given", when="new", then="given")
def given(turn: Turn) -> None:
    """Items are somebody else's now: tell all sides, and promise to ask again."""
    turn.talk.facts = dict(turn.event.data)
    to = _to(turn)
    turn.send(to, _draw(turn), SLOT, Priority.TASK)
    told = _tell_old(turn)
    by = str(turn.talk.facts["by"])
    if by and by not in told:
        turn.say([by], card.told_by(_count(turn), _names(turn, to)))
    touch = turn.rules.on(turn.now.date()).deadline("first_touch")
    turn.remind("again", turn.now + touch / 2)
    turn.remind("unheard", turn.now + touch)


@flow.due("again", when="given")
def again(turn: Turn) -> None:
    """Nobody has acknowledged: the card once more."""
    turn.send(_to(turn), _draw(turn, again=True), SLOT)


@flow.due("unheard", when="given")
def unheard(turn: Turn) -> None:
    """Still nobody: the lead of the place hears it; when it was the lead's to acknowledge, the CDC."""
    paths = list(turn.talk.facts["paths"])
    place = _area(turn, paths[0]) if paths else None
    if place is None:
        return
    role = staff.Role.CDC if turn.talk.facts["vacant"] else staff.Role.LEAD
    people = staff.above(turn.tx, role, place) or staff.above(turn.tx, staff.Role.CDC, place)
    turn.say(people, card.unheard(handing.label(turn, paths), _names(turn, _to(turn)), _count(turn)))


@flow.tap("ack", when="given", then="acknowledged", may=Action.ASK_HELP)
def acknowledge(turn: Turn) -> None:
    """确认接班, or 已知悉 by the lead."""
    _must_be_theirs(turn)
    turn.hold(turn.actor.id)
    turn.lock(stamps.by(turn.actor.name, stamps.ACKNOWLEDGED))
    if turn.talk.facts["vacant"]:
        turn.reply(card.noted(_count(turn)))
        return
    turn.reply(card.acknowledged(_count(turn)))
    if by := str(turn.talk.facts["by"]):
        turn.say({by} - {turn.actor.id}, card.told_acknowledged(turn.actor.name, _count(turn)))


@flow.late
def late(turn: Turn) -> None:
    """A second press."""
    _must_be_theirs(turn)
    turn.reply(card.already(staff.name_of(turn.tx, turn.talk.holder)))
    turn.lock_this(stamps.ACKNOWLEDGED)


def _must_be_theirs(turn: Turn) -> None:
    if turn.actor.id not in _to(turn):
        raise Refused(refusals.FOREIGN_BUTTON, "not_yours")


def _draw(turn: Turn, *, again: bool = False) -> Card:
    facts = turn.talk.facts
    place, count = handing.label(turn, facts["paths"]), _count(turn)
    lines = handing.lines(turn, [(step, ref) for step, ref, _ in facts["items"]])
    if facts["vacant"]:
        reassign = turn.keys_for("reassign", "me", 0)("begin")
        return card.vacant(place, count, lines, turn.keys, reassign, again=again)
    by = staff.name_of(turn.tx, facts["by"]) if facts["by"] else ""
    return card.given(place, count, lines, card.why_moved(by), turn.keys, again=again)


def _tell_old(turn: Turn) -> set[str]:
    """Everybody who had something and is still a member hears how many of theirs are gone, and to whom."""
    facts, to = turn.talk.facts, _to(turn)
    lost: dict[str, int] = {}
    for _, _, holders in facts["items"]:
        for who in holders:
            lost[who] = lost.get(who, 0) + 1
    by = staff.name_of(turn.tx, facts["by"]) if facts["by"] else ""
    for who, count in sorted(lost.items()):
        member = staff.find(turn.tx, who) if who not in to else None
        if member is None or not member.active:
            continue
        words = card.told_old(count, _names(turn, to), by, own=who == facts["by"])
        turn.say([who], card.told_old_vacant(count, _names(turn, to)) if facts["vacant"] else words)
    return {*lost}


def _to(turn: Turn) -> list[str]:
    return [str(one) for one in turn.talk.facts["to"]]


def _count(turn: Turn) -> int:
    return len(turn.talk.facts["items"])


def _names(turn: Turn, people: list[str]) -> str:
    found = staff.named(turn.tx, people)
    return "、".join(found.get(one, one) for one in people)


def _area(turn: Turn, path: str) -> area.Area | None:
    return area.find(turn.tx, path.strip("/").rpartition("/")[2])
