"""帮助, unknown input and what cannot be read: the answers of last resort."""

from bot.flow import Flow
from bot.state.permission import Action
from bot.turn import Kind, Turn
from cards import help as card

flow = Flow("help", steps=["ready"], personal=True)


@flow.word("帮助", may=Action.ASK_HELP)
def ask(turn: Turn) -> None:
    """Say what this person can do, and what is expected now."""
    turn.reply(card.helping(turn.actor.roles(), turn.expects))


@flow.start("unknown")
def unknown(turn: Turn) -> None:
    """Words without a question, or a kind of message we cannot read: say so, and what is expected."""
    if turn.event.kind is Kind.TEXT:
        turn.reply(card.unknown(turn.expects))
    else:
        turn.reply(card.not_readable())


@flow.start("entered")
def entered(turn: Turn) -> None:
    """Somebody opened the chat; silence is kinder than a greeting each time."""


@flow.late
def late(turn: Turn) -> None:
    """No card of this flow exists; a forged one gets a kind word."""
    turn.reply(card.unknown(turn.expects))
