"""A list that was offered to a member: which of its rows a drop-down or a typed number means.

The rows stand as `refs` in the facts of the member's own conversation; what is said of a misfit is the list's own.
"""

from collections.abc import Callable

from bot.turn import Turn
from cards import words

Misfit = Callable[[int], str]


def picked(turn: Turn, question: str, misfit: Misfit) -> str:
    """The row chosen in a drop-down; empty, and said so, when it is on the list no more."""
    chosen = (turn.event.answers.get(question) or ("",))[0]
    if chosen in _refs(turn):
        return chosen
    turn.reply(misfit(len(_refs(turn))))
    return ""


def typed(turn: Turn, misfit: Misfit, *, awaited: bool = False) -> str | None:
    """The row that a typed number means; empty, and said so, when there is no such number.

    None when it is no number at all, unless nothing but a number is `awaited`. The list stays as it is.
    """
    refs, number = _refs(turn), words.number(turn.event.text, 999)
    if number is None and not awaited:
        return None
    turn.stay()
    if number is not None and number <= len(refs):
        return refs[number - 1]
    turn.reply(misfit(len(refs)))
    return ""


def _refs(turn: Turn) -> list[str]:
    return list(turn.talk.facts.get("refs", []))
