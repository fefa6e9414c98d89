"""交接: open items have changed hands; both sides are told, the new holder acknowledges, else the lead hears of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot import handing
from bot.flow import Flow
from bot.ladder import Step
from bot.state import staff, waiting
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.queue import Priority
from bot.state.staff import Role
from bot.turn import Turn
from cards import refusals, stamps
from cards import relay as card
from cards.template import Card

SLOT = "relay"
flow = Flow("relay", steps=["new", "given", "acknowledged", "over"])
Item = tuple[str, str]


@flow.start("given", when="new", then="given")
def given(turn: Turn) -> None:
    """Items are somebody else's now: tell all sides, and promise to ask again."""
    turn.talk.facts = dict(turn.event.data)
    to, by, pack = _to(turn), str(turn.event.data["by"]), turn.rules.at(turn.now)
    names = staff.named(turn.tx, [*to, *_losers(turn), by])
    turn.send(to, _draw(turn, _items(turn), names.get(by, "")), SLOT, Priority.TASK)
    told = _tell_old(turn, names)
    if by and by not in told:
        turn.say([by], card.told_by(_count(turn), _named(names, to)))
    touch = pack.deadline(Step.FIRST_TOUCH)
    turn.remind("again", turn.now + touch / 2)
    turn.remind("unheard", turn.now + touch)
    if not turn.talk.facts["vacant"]:
        turn.remind("unheard_still", turn.now + touch + pack.ladder.cdc_after - pack.ladder.lead_after)


@flow.due("again", when="given", then="over")
def again(turn: Turn) -> None:
    """Nobody has acknowledged: the card once more, with what is left of it."""
    if left := _left(turn):
        by = str(turn.talk.facts["by"])
        name = staff.name_of(turn.tx, by) if by else ""
        turn.send(_to(turn), _draw(turn, left, name, again=True), SLOT)


@flow.due("unheard", when="given", then="over")
def unheard(turn: Turn) -> None:
    """Still nobody: the leads of its places hear it; when it was the lead's to acknowledge, the CDC."""
    _climb(turn, Role.CDC if turn.talk.facts["vacant"] else Role.LEAD)


@flow.due("unheard_still", when="given", then="over")
def unheard_still(turn: Turn) -> None:
    """Nor has the lead brought it about: the CDC hears it."""
    _climb(turn, Role.CDC)


@flow.tap("ack", when="given", then="acknowledged", may=Action.ASK_HELP)
def acknowledge(turn: Turn) -> None:
    """确认接班, or 已知悉 by the lead."""
    _must_be_theirs(turn)
    turn.hold(turn.actor.id)
    turn.lock(stamps.by(turn.actor.name, stamps.ACKNOWLEDGED))
    if turn.talk.facts["vacant"]:
        turn.reply(card.noted(len(_open(turn))))
        return
    turn.reply(card.acknowledged(_count(turn)))
    if by := str(turn.talk.facts["by"]):
        turn.say({by} - {turn.actor.id}, card.told_acknowledged(turn.actor.name, _count(turn)))


@flow.late
def late(turn: Turn) -> None:
    """A second press, or nothing of it is left."""
    _must_be_theirs(turn)
    over = turn.talk.step == "over"
    turn.reply(card.nothing_left() if over else card.already(staff.name_of(turn.tx, turn.talk.holder)))
    turn.lock_this(stamps.SETTLED if over else stamps.ACKNOWLEDGED)


def _must_be_theirs(turn: Turn) -> None:
    if turn.actor.id not in _to(turn):
        raise Refused(refusals.FOREIGN_BUTTON, "not_yours")


def _climb(turn: Turn, role: Role) -> None:
    """Tell those of a role above each of its places, else the CDC, how much nobody has acknowledged."""
    left, paths = _left(turn), [str(path) for path in turn.talk.facts["paths"]]
    if not left:
        return
    people = {one for path in paths for one in staff.over(turn.tx, role, path) or staff.over(turn.tx, Role.CDC, path)}
    names = staff.named(turn.tx, _to(turn))
    turn.say(sorted(people), card.unheard(handing.label(turn, paths), _named(names, _to(turn)), len(left)))


def _left(turn: Turn) -> list[Item]:
    """What is still theirs, and the talk goes on; when it is nothing, nobody need acknowledge it any more."""
    left = _open(turn)
    if left:
        turn.stay()
    else:
        turn.lock(stamps.SETTLED)
    return left


def _open(turn: Turn) -> list[Item]:
    """What of it is neither done nor with others by now."""
    held = {(one.step, one.ref) for one in waiting.held_by(turn.tx, _to(turn)[0])}
    return [item for item in _items(turn) if item in held]


def _draw(turn: Turn, items: Sequence[Item], by: str, *, again: bool = False) -> Card:
    facts, lines = turn.talk.facts, handing.lines(turn, items)
    place = handing.label(turn, facts["paths"])
    if not facts["vacant"]:
        return card.given(place, len(items), lines, card.why_moved(by), turn.keys, again=again)
    rest, reassign = handing.unmanned(turn, facts["paths"]), turn.keys_for("reassign", "me", 0)("begin")
    return card.vacant(place, len(items), lines, rest, turn.keys, reassign, again=again)


def _losers(turn: Turn) -> Counter[str]:
    """Whoever had something that is no longer theirs, with how many."""
    to = _to(turn)
    return Counter(who for _, _, holders in turn.talk.facts["items"] for who in holders if who not in to)


def _tell_old(turn: Turn, names: Mapping[str, str]) -> frozenset[str]:
    """Everybody who had something and is still a member hears how many of theirs are gone, and to whom; who heard."""
    facts, lost = turn.talk.facts, _losers(turn)
    to, by = _named(names, _to(turn)), str(facts["by"])
    here = staff.active(turn.tx, lost)
    for who in sorted(here):
        said = card.told_old(lost[who], to, names.get(by, ""), own=who == by)
        turn.say([who], card.told_old_vacant(lost[who], to) if facts["vacant"] else said)
    return here


def _to(turn: Turn) -> list[str]:
    return [str(one) for one in turn.talk.facts["to"]]


def _items(turn: Turn) -> list[Item]:
    return [(step, ref) for step, ref, _ in turn.talk.facts["items"]]


def _count(turn: Turn) -> int:
    return len(turn.talk.facts["items"])


def _named(names: Mapping[str, str], people: Iterable[str]) -> str:
    return "、".join(names.get(one, one) for one in people)
