"""Numbers typed by members who read cards as text: each becomes the tap it stands for, on the menu they got last.

A question that waits for words has the number first: a head count must not press a button of a card that came between.
Which of the two it is, its cards tell; a step for which they do not says so itself (`Flow.menu_first`, `words_first`).
"""

import json
from dataclasses import dataclass, replace

from bot.flow import Flow, Trigger
from bot.state import conversation, menu, staff
from bot.state.caller import Caller
from bot.state.conversation import Card
from bot.state.unit import Tx
from bot.turn import Event, Kind
from cards import numbered


@dataclass(frozen=True, slots=True)
class Tap:
    """The number is this tap, on this card."""

    event: Event
    card: Card


@dataclass(frozen=True, slots=True)
class Say:
    """Nothing is pressed yet: this is asked, or said, next."""

    words: str


def heard(tx: Tx, event: Event, met: Caller, focused: Flow | None) -> Tap | Say | None:
    """What a message of a member in text mode means on their menu; None when it means nothing there."""
    if met.member.card_mode != staff.Mode.TEXT or event.kind is not Kind.TEXT or _waits_for_words(tx, met, focused):
        return None
    last = menu.last(tx, met.member.id)
    if last is None:
        return None
    means = numbered.read(json.loads(last.card.body), last.answers, event.text)
    if isinstance(means, numbered.Press):
        if last.answers:
            menu.answer(tx, met.member.id, {})
        answers = {question: tuple(ids) for question, ids in means.answers.items()}
        tap = replace(event, kind=Kind.TAP, key=means.key, task_id=last.card.id, answers=answers, text="")
        return Tap(tap, last.card)
    if isinstance(means, numbered.Misfit) and not means.asked and _takes_text(met, focused):
        return None  # 打不通可回复 7: a number that is no button may still be an answer
    return None if means is None else _goes_on(tx, met, means)


def back(tx: Tx, met: Caller) -> Say | None:
    """返回 in the middle of a form's questions: the one before; None where there is none."""
    if met.member.card_mode != staff.Mode.TEXT:
        return None
    last = menu.last(tx, met.member.id)
    means = numbered.back(json.loads(last.card.body), last.answers) if last and last.card.live else None
    return None if means is None else _goes_on(tx, met, means)


def _goes_on(tx: Tx, met: Caller, means: numbered.Chosen | numbered.Misfit) -> Say:
    if isinstance(means, numbered.Chosen):
        menu.answer(tx, met.member.id, dict(means.answers))
    return Say(means.words)


def _waits_for_words(tx: Tx, met: Caller, focused: Flow | None) -> bool:
    """Whether the conversation in the member's focus asks for something to be written."""
    if focused is not None and met.at is not None and met.at[2] in (focused.menu_first | focused.words_first):
        return met.at[2] in focused.words_first
    return _takes_text(met, focused) and not conversation.asks_by_card(tx, met.member.focus, met.member.id)


def _takes_text(met: Caller, focused: Flow | None) -> bool:
    return focused is not None and met.at is not None and focused.find(Trigger.TEXT, "", met.at[2]) is not None
