"""Where the person really lives (results 3 and 4): words in, candidates to tap, one community out."""

from bot import custody
from bot.flows.verification import questions
from bot.flows.verification.table import AFTER_ANSWER, flow
from bot.state import area, places
from bot.state.permission import Action
from bot.state.verification import Result
from bot.turn import Turn
from cards import stamps, words
from cards import verification_words as say


@flow.text(when=("place", "choice"), then=AFTER_ANSWER, may=Action.VERIFY)
def where_to(turn: Turn) -> str | None:
    """A place is typed: candidates to tap; a number changes the result instead."""
    if not custody.mine(turn):
        return None
    if words.number(turn.event.text, len(words.RESULTS)) is not None:
        return questions.number(turn)
    found = custody.resolver(turn).search(turn.event.text)
    if not found:
        turn.stay()
        turn.reply(say.no_such_place())
        return None
    turn.draft["found"] = [one.code for one in found]
    return questions.ask(turn, "choice")


@flow.tap("place", when="choice", then=AFTER_ANSWER, may=Action.VERIFY)
def place(turn: Turn) -> str | None:
    """One of the candidates: it must fit the result, and be another community than one's own."""
    if not custody.mine(turn):
        return None
    code = (turn.event.answers.get("place") or ("",))[0]
    target = custody.resolver(turn).get(code) if code in turn.draft.get("found", []) else None
    if target is None:
        raise questions.not_offered()
    case, result = custody.case_of(turn), Result(turn.draft["result"])
    if (wrong := _misfit(turn, case.place, target, result)) is not None:
        turn.reply(wrong)
        turn.lock_this(stamps.MISFIT)
        turn.draft.pop("found")
        return "place"
    turn.draft |= {"place": code, "place_name": custody.label(turn, code)}
    turn.draft.pop("found")
    return questions.go_on(turn)


def _misfit(turn: Turn, own: area.Area, target: places.Place, result: Result) -> str | None:
    """Why a place does not fit the result (I-24), or None."""
    if target.code == own.code:
        return say.own_community()
    mine, theirs = _district(turn, own.code), _district(turn, target.code)
    if result is Result.FORWARD and mine != theirs:
        return say.should_be(4, custody.label(turn, target.code))
    if result is Result.OTHER_DISTRICT and mine == theirs:
        return say.should_be(3, custody.label(turn, target.code))
    return None


def _district(turn: Turn, code: str) -> str:
    resolver = custody.resolver(turn)
    place = resolver.get(code)
    while place is not None and place.level != area.Level.DISTRICT:
        place = resolver.get(place.parent)
    return place.code if place else ""
