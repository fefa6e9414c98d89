"""The form and what a result still needs: one question after another, each answered by tap, number or words."""

from collections.abc import Callable

from bot import custody
from bot.flows.verification.table import AFTER_ANSWER, NEEDS, flow
from bot.state import call, contact, fields, verification
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.verification import Result
from bot.turn import Turn
from cards import help as unknown
from cards import parts, refusals, stamps, words
from cards import verification as card
from cards import verification_words as say
from cards.template import Card


@flow.tap("submit", when="form", then=AFTER_ANSWER, may=Action.VERIFY)
def submit(turn: Turn) -> str | None:
    """The form's three answers are in; ask only for what this result still needs."""
    if not custody.mine(turn):
        return None
    chosen = {question: ids[0] for question, ids in turn.event.answers.items() if ids}
    offered = {"info": card.INFO, "door": card.DOOR, "result": {str(n): "" for n in words.RESULTS}}
    for question, options in offered.items():
        answer = chosen.get(question, card.UNCHOSEN.id)
        if answer not in options and answer != card.UNCHOSEN.id:
            raise not_offered()
        if answer in options:
            _keep(turn, question, answer)
    if "result" not in turn.draft:
        turn.reply(say.choose_result())
    return go_on(turn)


@flow.text(when="form", then=AFTER_ANSWER, may=Action.VERIFY)
def number(turn: Turn) -> str | None:
    """A typed number chooses the result; what it needs besides is asked."""
    said = words.number(turn.event.text, len(words.RESULTS))
    if said is None:
        turn.stay()
        turn.reply(unknown.unknown(turn.expects))
        return None
    if not custody.take(turn):
        return None
    _keep(turn, "result", str(said))
    turn.draft.setdefault("info", "same")
    return go_on(turn)


@flow.text(when="call", then=AFTER_ANSWER, may=Action.VERIFY)
def another_result(turn: Turn) -> str | None:
    """While the telephone is waited for, another number may be chosen."""
    return number(turn)


@flow.tap("door", when="door", then=AFTER_ANSWER, may=Action.VERIFY)
def door(turn: Turn) -> str | None:
    """Whether a door sensor is fitted."""
    return _answer(turn, "door", turn.arg, card.DOOR)


@flow.tap("willing", when="willing", then=AFTER_ANSWER, may=Action.VERIFY)
def willing(turn: Turn) -> str | None:
    """Whether the person agrees to be moved."""
    return _answer(turn, "willing", turn.arg, card.WILLING)


@flow.tap("needs", when="needs", then=AFTER_ANSWER, may=Action.VERIFY)
def needs(turn: Turn) -> str | None:
    """Special needs, none or several."""
    chosen = turn.event.answers.get("needs", ())
    if not custody.mine(turn):
        return None
    if not set(chosen) <= set(card.NEEDS):
        raise not_offered()
    turn.draft["needs"] = ",".join(chosen) or "none"
    return go_on(turn)


@flow.tap("reason", when="reason", then=AFTER_ANSWER, may=Action.VERIFY)
def reason(turn: Turn) -> str | None:
    """Why the person may stay at home."""
    chosen = (turn.event.answers.get("reason") or ("",))[0]
    offered = {str(n): text for n, text in enumerate(_reasons(turn), 1)}
    return _answer(turn, "reason", offered.get(chosen, ""), {text: text for text in offered.values()})


@flow.text(when="remark", then=AFTER_ANSWER, may=Action.VERIFY)
def remark(turn: Turn) -> str | None:
    """The remark is typed; one that says nothing is asked again."""
    if not custody.mine(turn):
        return None
    text = fields.seen(turn.event.text)
    if not fields.meaningful(text):
        turn.stay()
        turn.reply(say.remark_again())
        return None
    turn.draft["remark"] = text[: fields.LONGEST_REMARK]
    return go_on(turn)


@flow.tap("use_draft", when="remark", then=AFTER_ANSWER, may=Action.VERIFY)
def use_draft(turn: Turn) -> str | None:
    """联系不上: the remark drafted from the call log is taken as it stands."""
    if not custody.mine(turn):
        return None
    turn.draft["remark"] = _calls_in_words(turn)
    return go_on(turn)


# ── one question after another ────────────────────────────────────────────────────────────────────────────────────────


def go_on(turn: Turn) -> str:
    """Ask the next thing that is missing."""
    return ask(turn, missing(turn))


def missing(turn: Turn) -> str:
    """The first thing this result still needs, or the review."""
    draft = turn.draft
    if "result" not in draft:
        return "form"
    if draft.get("info") == "fix":
        if "asked" not in draft:
            return "fields"
        if len(draft["new"]) < len(draft["asked"]):
            return "value"
    for need in NEEDS[Result(draft["result"])]:
        if need == "call":
            if not _call_done(turn):
                return "call"
        elif need not in draft:
            return need
    return "review"


def _call_done(turn: Turn) -> bool:
    """必须通过电话联系: 1–6 need somebody to have answered, 7 has to be earned."""
    made = call.attempts(turn.tx, custody.case_of(turn).person.id)
    if turn.draft["result"] == Result.UNREACHABLE:
        return call.unreachable(made, turn.rules.at(custody.case_of(turn).person.created_at)) is None
    return call.answered(made)


def ask(turn: Turn, step: str) -> str:
    """Put the question of a step to the holder: a card, or words for what is typed."""
    who = custody.who(custody.case_of(turn))
    turn.focus()
    if turn.card is not None and turn.card.slot == custody.ASK:
        turn.lock_this(stamps.SUBMITTED)
    if step in ("remark", "place", "value"):
        turn.lock(stamps.SEE_NEXT, slot=custody.ASK)
        turn.reply(_in_words(turn, who, step))
        if step == "remark" and turn.draft["result"] == Result.UNREACHABLE:
            turn.answer(card.offer_draft(who, _calls_in_words(turn), turn.keys), custody.ASK)
        return step
    if step == "call":
        turn.reply(_why_call(turn))
    turn.answer(_drawn(turn, who, step), custody.ASK)
    return step


def _drawn(turn: Turn, who: parts.Person, step: str) -> Card:
    """The card of a question."""
    draft, keys = turn.draft, turn.keys
    if step == "review":
        changes = card.changes(_plain(custody.case_of(turn).person), draft.get("new", {}))
        rows = card.answer_rows(draft) + changes
        family = verification.family_size(turn.tx, custody.case_of(turn))
        return card.review(who, draft, rows, family, keys)
    drawers: dict[str, Callable[[], Card]] = {
        "form": lambda: card.ask_form(who, keys, draft),
        "call": lambda: card.ask_call(who, keys),
        "fields": lambda: card.ask_fields(who, keys),
        "door": lambda: card.ask_door(who, keys),
        "willing": lambda: card.ask_willing(who, keys),
        "needs": lambda: card.ask_needs(who, keys),
        "reason": lambda: card.ask_reason(who, _reasons(turn), keys),
        "choice": lambda: card.choose_place(who, [(c, custody.label(turn, c)) for c in draft["found"]], keys),
        "family": lambda: card.ask_family(who, family_lines(turn), keys),
    }
    return drawers[step]()


def _plain(person: contact.Contact) -> dict[str, str]:
    return {name: getattr(person, name) for name in card.FIELDS}


def _in_words(turn: Turn, who: parts.Person, step: str) -> str:
    if step == "remark":
        return say.ask_remark(who, int(turn.draft["result"]))
    if step == "place":
        return say.ask_place(who, int(turn.draft["result"]))
    return say.ask_value(next_field(turn), len(turn.draft["new"]) + 1, len(turn.draft["asked"]))


def family_lines(turn: Turn) -> list[tuple[str, str]]:
    """The others of the household who wait in the same community."""
    cases = verification.family(turn.tx, custody.case_of(turn))
    return [(one.task.id, f"{custody.who(one).name} {one.person.category}") for one in cases]


def _why_call(turn: Turn) -> str:
    made = call.attempts(turn.tx, custody.case_of(turn).person.id)
    if turn.draft["result"] != Result.UNREACHABLE:
        return say.need_answer(int(turn.draft["result"]))
    lacking = call.unreachable(made, turn.rules.at(custody.case_of(turn).person.created_at))
    at = parts.clock(lacking.not_before, turn.now) if lacking and lacking.not_before else ""
    return say.need_attempts(len(made), lacking.attempts if lacking else 0, at)


def _calls_in_words(turn: Turn) -> str:
    made = call.attempts(turn.tx, custody.case_of(turn).person.id)
    lines = [f"{parts.clock(one.at, turn.now)}{card.CALLS[one.outcome]}" for one in made[-6:]]
    return say.calls_drafted(len(made), lines)


def _reasons(turn: Turn) -> list[str]:
    pack = turn.rules.at(custody.case_of(turn).person.created_at)
    return list(pack.tables.get("home", {}).get("reasons", card.OTHER))


def _keep(turn: Turn, question: str, answer: str) -> None:
    """Keep an answer of the form; another result makes the follow-up answers void, 信息一致 the corrections."""
    void: tuple[str, ...] = ()
    if question == "result" and turn.draft.get("result") not in (None, answer):
        void = ("remark", "willing", "needs", "reason", "place", "place_name", "found")
    if question == "info" and answer == "same":
        void = ("asked", "new")
    for name in void:
        turn.draft.pop(name, None)
    turn.draft[question] = answer


def _answer(turn: Turn, question: str, answer: str, offered: dict[str, str]) -> str | None:
    """Keep one answer of a closed question and go on."""
    if not custody.mine(turn):
        return None
    if answer not in offered:
        raise not_offered()
    turn.draft[question] = answer
    turn.lock_this(offered[answer][:10])
    return go_on(turn)


def not_offered() -> Refused:
    return Refused(refusals.NOT_OFFERED, "option_not_offered")


def next_field(turn: Turn) -> str:
    return str(next(name for name in turn.draft["asked"] if name not in turn.draft["new"]))
