"""改派: a lead moves the open items of one member to another, after a preview; both hear of it."""

from collections import Counter
from collections.abc import Mapping

from bot import handing
from bot.flow import Aside, Flow
from bot.state import staff, waiting
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.staff import Role
from bot.state.waiting import Wait
from bot.turn import Turn
from cards import reassign as card
from cards import refusals, stamps, words

SLOT = "reassign"
MOST = 10  # what a drop-down holds
flow = Flow("reassign", steps=["idle", "whose", "whom", "preview"], personal=True)
flow.expects = card.EXPECTS
ON = {"whose": "whose", "none": "idle"}
AFTER = {"whom": "whom", "none": "idle"}
SHOWN = {"preview": "preview", "none": "idle"}


@flow.word(words.REASSIGN, then=ON, may=Action.REASSIGN_MANY)
def ask(turn: Turn) -> str:
    """Whose items?"""
    return _whose(turn)


@flow.tap("begin", then=ON, may=Action.REASSIGN_MANY, fresh=False)
def begin(turn: Turn) -> str:
    """The hand-over card's button is the same as the word."""
    return _whose(turn)


@flow.tap("whose", when="whose", then=AFTER, may=Action.REASSIGN_MANY)
def whose(turn: Turn) -> str | None:
    """Chosen in the drop-down."""
    return _whom(turn, (turn.event.answers.get("whose") or ("",))[0])


@flow.text(when="whose", then=AFTER, may=Action.REASSIGN_MANY)
def whose_by_words(turn: Turn) -> str | None:
    """A number or a name."""
    return _whom(turn, _named(turn))


@flow.tap("whom", when="whom", then=SHOWN, may=Action.REASSIGN_MANY)
def whom(turn: Turn) -> str | None:
    """Chosen in the drop-down."""
    return _preview(turn, (turn.event.answers.get("whom") or ("",))[0])


@flow.text(when="whom", then=SHOWN, may=Action.REASSIGN_MANY)
def whom_by_words(turn: Turn) -> str | None:
    """A number or a name."""
    return _preview(turn, _named(turn))


@flow.tap("confirm", when="preview", then="idle", may=Action.REASSIGN_MANY)
def confirm(turn: Turn) -> None:
    """确认改派: what the preview showed and has not moved since."""
    facts = turn.talk.facts
    wanted = {tuple(item) for item in facts["items"]}
    still = [one for one in _held(turn) if (one.step, one.ref) in wanted and facts["whose"] in one.holders]
    moving = [one for one in still if facts["whom"] in handing.team_of(turn, one)]
    for path in sorted({one.path for one in moving}):
        turn.require(Action.REASSIGN_MANY, path)
    name = staff.name_of(turn.tx, facts["whom"])
    _end(turn, stamps.HANDED)
    if moving:
        handing.give(turn, moving, [facts["whom"]], by=turn.actor.id)
    turn.reply(card.moved(len(moving), len(wanted) - len(moving), name))


@flow.tap("cancel", when=("whose", "whom", "preview"), then="idle")
def cancelled(turn: Turn) -> None:
    """取消."""
    _put_down(turn)


@flow.aside(Aside.CANCEL, when=("whose", "whom", "preview"), then="idle")
def not_after_all(turn: Turn) -> None:
    """取消: nothing moves."""
    _put_down(turn)


@flow.aside(Aside.BACK, when=("whose", "whom", "preview"), then=ON, may=Action.REASSIGN_MANY)
def back(turn: Turn) -> str:
    """返回: to the beginning."""
    return _whose(turn)


@flow.late
def late(turn: Turn) -> None:
    """An older card."""
    turn.reply(card.old_card())
    turn.lock_this(stamps.OUTDATED)


def _put_down(turn: Turn) -> None:
    _end(turn, stamps.PUT_DOWN)
    turn.reply(card.put_down())


def _end(turn: Turn, stamp: str) -> None:
    turn.focus(on=False)
    turn.lock(stamp)
    turn.talk.facts = {}


def _whose(turn: Turn) -> str:
    """Everybody with open items under the lead's areas, those with most first."""
    counts = Counter(who for one in _held(turn) for who in one.holders)
    if not counts:
        turn.reply(card.nothing())
        _end(turn, stamps.OUTDATED)
        return "none"
    first = [who for who, _ in counts.most_common(MOST)]
    names, away = staff.named(turn.tx, counts), staff.away(turn.tx, first)
    lines = [card.Holder(who, names.get(who, who), counts[who], who in away) for who in first]
    turn.talk.facts = {"offered": first, "names": _plain_names(names)}
    turn.focus()
    turn.answer(card.ask_whose(lines, sum(counts.values()), turn.keys), SLOT)
    return "whose"


def _whom(turn: Turn, chosen: str) -> str | None:
    """Who could have them: the members of the places where they lie, on duty or not."""
    if not _chosen(turn, chosen):
        return None
    items = [one for one in _held(turn) if chosen in one.holders]
    team = sorted({who for one in items for who in handing.team_of(turn, one)} - {chosen})
    if not items or not team:
        turn.reply(card.nobody_else() if items else card.nothing())
        _end(turn, stamps.OUTDATED)
        return "none"
    names, away = staff.named(turn.tx, team), staff.away(turn.tx, team)
    team.sort(key=lambda who: (who in away, names.get(who, who)))
    lines = [card.Holder(who, names.get(who, who), 0, who in away) for who in team[:MOST]]
    turn.talk.facts = {"whose": chosen, "offered": team[:MOST], "names": _plain_names(names)}
    turn.answer(card.ask_whom(staff.name_of(turn.tx, chosen), len(items), lines, turn.keys), SLOT)
    return "whom"


def _preview(turn: Turn, chosen: str) -> str | None:
    """What would go, before anything does."""
    facts = turn.talk.facts
    if not _chosen(turn, chosen):
        return None
    held = [one for one in _held(turn) if facts["whose"] in one.holders]
    items = [one for one in held if chosen in handing.team_of(turn, one)]
    if not items:
        turn.reply(card.nothing())
        _end(turn, stamps.OUTDATED)
        return "none"
    keys = [(one.step, one.ref) for one in items]
    turn.talk.facts = {"whose": facts["whose"], "whom": chosen, "items": [list(key) for key in keys]}
    names = staff.named(turn.tx, [facts["whose"], chosen])
    late_count = sum(one.due < turn.now for one in items)
    drawn = card.preview(
        names.get(facts["whose"], ""), names.get(chosen, ""), len(items), late_count, len(held) - len(items),
        handing.lines(turn, keys), turn.keys,
    )  # fmt: skip
    turn.answer(drawn, SLOT)
    return "preview"


def _chosen(turn: Turn, who: str) -> bool:
    """Whether it is one of those the card was about; if not, it is asked again."""
    facts = turn.talk.facts
    if who in facts["offered"] or who in facts["names"].values():
        return True
    if turn.event.answers:
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    turn.stay()
    turn.reply(card.not_understood(turn.expects))
    return False


def _named(turn: Turn) -> str:
    """Whom a typed number, name or account means, or an empty text."""
    said, offered = turn.event.text.strip(), turn.talk.facts["offered"]
    number = words.number(said, len(offered))
    return offered[number - 1] if number else str(turn.talk.facts["names"].get(said, ""))


def _plain_names(names: Mapping[str, str]) -> dict[str, str]:
    """Members by account, and by name where only one of them bears it."""
    borne = Counter(names.values())
    return {who: who for who in names} | {name: who for who, name in names.items() if borne[name] == 1}


def _held(turn: Turn) -> list[Wait]:
    """Everything in somebody's hands under the areas the actor leads."""
    paths = [grant.path for grant in turn.actor.grants if grant.role in (Role.LEAD, Role.CDC)]
    return waiting.held_under(turn.tx, paths)
