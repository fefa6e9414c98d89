"""文字模式, 卡片模式: how a member is shown cards; and the questions of a menu that is answered by numbers."""

from bot.flow import Flow
from bot.state import staff
from bot.state.permission import Action
from bot.turn import Turn
from cards import display as card
from cards import words

flow = Flow("display", steps=["ready"], personal=True)


@flow.word(words.TEXT_MODE, may=Action.ASK_HELP)
def as_text(turn: Turn) -> None:
    """From now on cards come as text with numbers."""
    _set(turn, staff.Mode.TEXT, card.as_text())


@flow.word(words.CARD_MODE, may=Action.ASK_HELP)
def as_cards(turn: Turn) -> None:
    """From now on cards come as cards."""
    _set(turn, staff.Mode.CARD, card.as_cards())


@flow.start("numbered")
def asked_on(turn: Turn) -> None:
    """A number has answered one question of a menu, or none: the desk knows what comes next."""
    turn.reply(str(turn.room["said"]))


@flow.late
def late(turn: Turn) -> None:
    """This flow draws no buttons."""


def _set(turn: Turn, mode: staff.Mode, words_for: str) -> None:
    if turn.actor.card_mode == mode:
        turn.reply(card.already(words_for))
        return
    staff.set_mode(turn.tx, turn.actor.id, mode)
    turn.tx.note(f"display:{turn.tx.id()}", 1, "set", "", mode.value, {"who": turn.actor.id})
    turn.reply(words_for)
