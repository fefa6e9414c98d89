"""上班, 下班, 交接给某人: a member says when they are on duty, and whom they leave their open items to."""

from bot import handing
from bot.flow import Aside, Flow
from bot.state import shift, staff, waiting
from bot.state.permission import Action
from bot.state.staff import Role
from bot.turn import Turn
from cards import parts, stamps, words
from cards import shift as card

SLOT = "shift"
flow = Flow("shift", steps=["idle", "asked"], personal=True)
flow.expects = card.EXPECTS


@flow.word(words.ON_DUTY, may=Action.ASK_HELP)
def come(turn: Turn) -> None:
    """上班: on duty from now; cards come, and what lay with the lead."""
    running = shift.current(turn.tx, turn.actor.id)
    begun = shift.begin(turn.tx, turn.actor.id)
    until = parts.clock(begun.ends_at, turn.now)
    if running is not None:
        turn.reply(card.on_already(until))
        return
    turn.tx.note(f"duty:{turn.tx.id()}", 1, "begun", "", "begun", {"who": turn.actor.id})
    turn.remind("over", begun.ends_at, bound=False)
    _announce(turn)
    turn.reply(card.on(until))


@flow.word(words.OFF_DUTY, may=Action.ASK_HELP)
def go(turn: Turn) -> None:
    """下班: off duty from now; open items go to who is there, or to the lead."""
    if turn.actor.id in staff.away(turn.tx, [turn.actor.id]):
        turn.reply(card.off_already())
        return
    shift.end(turn.tx, turn.actor.id)
    turn.tx.note(f"duty:{turn.tx.id()}", 1, "ended", "", "ended", {"who": turn.actor.id})
    _announce(turn)
    turn.reply(card.off(len(waiting.held_by(turn.tx, turn.actor.id))))


@flow.due("over")
def over(turn: Turn) -> None:
    """A shift begun by word has reached its end."""
    if turn.ref not in staff.away(turn.tx, [turn.ref]):
        return
    member = staff.find(turn.tx, turn.ref)
    if member is not None and member.active:
        turn.act_for(member.id)
        turn.say([member.id], card.over(len(waiting.held_by(turn.tx, member.id))))
        _announce(turn)


@flow.word(words.HAND_OVER_TO, then={"asked": "asked", "idle": "idle"}, may=Action.ASK_HELP)
def leave_to(turn: Turn) -> str:
    """交接给某人: show what would go, and ask first; what lies where the colleague does not serve stays."""
    said = words.handed_to(turn.event.text)
    mine = waiting.held_by(turn.tx, turn.actor.id)
    found = _colleagues(turn, said)
    if not mine or len(found) != 1:
        turn.reply(card.no_such_colleague(said, len(found)) if mine else card.nothing_mine())
        return "idle"
    (to, name), *_ = found.items()
    keys = [(one.step, one.ref) for one in mine if to in handing.team_of(turn, one)]
    if not keys:
        turn.reply(card.nothing_theirs(name))
        return "idle"
    turn.talk.facts = {"to": to, "items": [list(key) for key in keys]}
    turn.focus()
    off = to in staff.away(turn.tx, [to])
    lines, stays = handing.lines(turn, keys), len(mine) - len(keys)
    turn.answer(card.preview(name, len(keys), stays, lines, turn.keys, off=off), SLOT)
    return "asked"


@flow.tap("confirm", when="asked", then="idle", may=Action.ASK_HELP)
def confirm(turn: Turn) -> None:
    """确认交接: what is still mine goes; the colleague has to acknowledge."""
    wanted, to = {tuple(item) for item in turn.talk.facts["items"]}, str(turn.talk.facts["to"])
    mine = [one for one in waiting.held_by(turn.tx, turn.actor.id) if (one.step, one.ref) in wanted]
    going = [one for one in mine if to in handing.team_of(turn, one)]
    turn.focus(on=False)
    turn.lock(stamps.HANDED)
    turn.talk.facts = {}
    if not going:
        turn.reply(card.nothing_moved())
        return
    handing.give(turn, going, [to], by=turn.actor.id)
    turn.reply(card.handed(len(going), staff.name_of(turn.tx, to)))


@flow.tap("cancel", when="asked", then="idle")
def cancelled(turn: Turn) -> None:
    """取消."""
    _put_down(turn)


@flow.aside(Aside.BACK, when="asked", then="idle")
@flow.aside(Aside.CANCEL, when="asked", then="idle")
def not_after_all(turn: Turn) -> None:
    """返回, 取消: nothing goes."""
    _put_down(turn)


@flow.late
def late(turn: Turn) -> None:
    """An older card."""
    turn.reply(card.old_card())
    turn.lock_this(stamps.OUTDATED)


def _put_down(turn: Turn) -> None:
    turn.focus(on=False)
    turn.lock(stamps.PUT_DOWN)
    turn.talk.facts = {}
    turn.reply(card.put_down())


def _announce(turn: Turn) -> None:
    """Each place the member serves looks at who is there now."""
    for code in sorted({grant.area_code for grant in turn.actor.grants}):
        turn.start("roster", code, "changed")


def _colleagues(turn: Turn, said: str) -> dict[str, str]:
    """The colleagues of the member's communities whose name or account is `said`, with their names."""
    own = {grant.path for grant in turn.actor.grants if grant.role == Role.COMMUNITY}
    team = {pair for path in own for pair in staff.belonging(turn.tx, Role.COMMUNITY, path)}
    named = {who: name for who, name in sorted(team) if name == said or who == said.lower()}
    return {who: name for who, name in named.items() if who != turn.actor.id}
