"""帮助, unknown input and what cannot be read: the answers of last resort."""

from bot import ladder
from bot.flow import UNDO_WITHIN, Aside, Flow
from bot.state import issuance, reports, staff, waiting
from bot.state.permission import Action
from bot.turn import Kind, Turn
from cards import help as card
from cards import parts, relay, words

flow = Flow("help", steps=["ready"], personal=True)


@flow.word(words.HELP, may=Action.ASK_HELP)
def ask(turn: Turn) -> None:
    """Say what this person can do, and what is expected now."""
    turn.reply(card.helping(turn.actor.roles(), turn.expects))


@flow.start("unknown")
def unknown(turn: Turn) -> None:
    """Words without a question, or a kind of message we cannot read: say so, and what is expected."""
    meant = str(turn.room.get("meant", ""))
    turn.talk.facts = {"meant": meant, "till": (turn.now + UNDO_WITHIN).isoformat()} if meant else {}
    if meant:
        turn.reply(card.did_you_mean(turn.event.text.strip(), meant))
    elif turn.event.kind is Kind.TEXT:
        turn.reply(card.unknown(turn.expects))
    else:
        turn.reply(card.not_readable())


@flow.start("entered")
def entered(turn: Turn) -> None:
    """Somebody opened the chat; silence is kinder than a greeting each time."""


@flow.aside(Aside.BACK)
@flow.aside(Aside.CANCEL)
def nothing_open(turn: Turn) -> None:
    """返回, 取消 while nothing is open, or what is open has no story of its own: it is put down."""
    turn.focus(on=False)
    turn.reply(card.put_down() if turn.expects else card.nothing_open())


@flow.aside(Aside.WHY)
def why(turn: Turn) -> None:
    """为什么, where the open question has no story of its own: what waits, by which rule, with whom, and for what.

    Where nothing is open, it is what is most urgent in the member's own hands.
    """
    open_here = waiting.about(turn.tx, turn.actor.focus, ladder.Step) if turn.actor.focus else []
    mine = [] if turn.expects else waiting.held_by(turn.tx, turn.actor.id)
    told = [_explained(turn, one) for one in (open_here or mine)[:2]]
    if mine:
        told.append(card.in_hand(len(mine)))
    turn.reply("\n".join([*told, card.waits_for(turn.expects)] if turn.expects else told) or card.nothing_open())


def _explained(turn: Turn, wait: waiting.Wait) -> str:
    by = "、".join(staff.named(turn.tx, wait.holders).values())
    rule = turn.rules.on(wait.day).name
    return card.explained(relay.STEPS[wait.step], by, parts.left(wait.due, turn.now), rule)


@flow.aside(Aside.UNDO)
def undo(turn: Turn) -> None:
    """撤销 means the member's last feedback or issuance, whichever came last, if it is not two minutes old."""
    given = issuance.last_by(turn.tx, turn.actor.id, turn.now - UNDO_WITHIN)
    since = given.record.issued_at if given else turn.now - UNDO_WITHIN
    last = reports.last_by(turn.tx, turn.actor.id, since)
    if last is not None:
        turn.start("verification", last, "undo", by=turn.actor.id)
    elif given is not None:
        turn.start("issuance", turn.actor.id, "undo", by=turn.actor.id)
    else:
        turn.reply(card.nothing_to_undo())


@flow.late
def late(turn: Turn) -> None:
    """No card of this flow exists; a forged one gets a kind word."""
    turn.reply(card.unknown(turn.expects))
