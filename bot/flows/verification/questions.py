"""The form and what a result still needs: one question after another, each answered by tap, number or words."""

from collections.abc import Callable

from bot import custody
from bot.flows.verification.table import AFTER_ANSWER, NEEDS, flow
from bot.state import area, call, contact, fields, places, verification
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.verification import Result
from bot.turn import Turn
from cards import help as unknown
from cards import parts, words
from cards import verification as card
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
            raise _not_offered()
        if answer in options:
            _keep(turn, question, answer)
    if "result" not in turn.draft:
        turn.reply(card.choose_result())
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
        raise _not_offered()
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
        turn.reply(card.remark_again())
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


# ── where the person really lives (results 3 and 4) ───────────────────────────────────────────────────────────────────


@flow.text(when=("place", "choice"), then=AFTER_ANSWER, may=Action.VERIFY)
def where_to(turn: Turn) -> str | None:
    """A place is typed: candidates to tap; a number changes the result instead."""
    if not custody.mine(turn):
        return None
    if words.number(turn.event.text, len(words.RESULTS)) is not None:
        return number(turn)
    found = _resolver(turn).search(turn.event.text)
    if not found:
        turn.stay()
        turn.reply(card.no_such_place())
        return None
    turn.draft["found"] = [one.code for one in found]
    return ask(turn, "choice")


@flow.tap("place", when="choice", then=AFTER_ANSWER, may=Action.VERIFY)
def place(turn: Turn) -> str | None:
    """One of the candidates: it must fit the result, and be another community than one's own."""
    if not custody.mine(turn):
        return None
    code = (turn.event.answers.get("place") or ("",))[0]
    target = area.find(turn.tx, code) if code in turn.draft.get("found", []) else None
    if target is None:
        raise _not_offered()
    case, result = custody.case_of(turn), Result(turn.draft["result"])
    if (wrong := _misfit(turn, case.place, target, result)) is not None:
        turn.reply(wrong)
        turn.lock_this("不符，未保存")
        turn.draft.pop("found")
        return "place"
    turn.draft |= {"place": code, "place_name": _label(turn, code)}
    turn.draft.pop("found")
    return go_on(turn)


def _misfit(turn: Turn, own: area.Area, target: area.Area, result: Result) -> str | None:
    """Why a place does not fit the result (I-24), or None."""
    if target.code == own.code:
        return card.own_community()
    mine, theirs = _district(turn, own), _district(turn, target)
    if result is Result.FORWARD and mine != theirs:
        return card.should_be(4, _label(turn, target.code))
    if result is Result.OTHER_DISTRICT and mine == theirs:
        return card.should_be(3, _label(turn, target.code))
    return None


def _district(turn: Turn, place: area.Area) -> str:
    above = [one.code for one in area.lineage(turn.tx, place) if one.level == area.Level.DISTRICT]
    return above[0] if above else ""


def _label(turn: Turn, code: str) -> str:
    resolver = _resolver(turn)
    found = resolver.get(code)
    return resolver.label(found) if found else code


def _resolver(turn: Turn) -> places.Resolver:
    if "resolver" not in turn.room:
        turn.room["resolver"] = places.Resolver(area.nodes(turn.tx.conn))
    resolver: places.Resolver = turn.room["resolver"]
    return resolver


# ── personal data that is wrong ───────────────────────────────────────────────────────────────────────────────────────


@flow.tap("fields", when="fields", then=AFTER_ANSWER, may=Action.VERIFY)
def which_fields(turn: Turn) -> str | None:
    """Which fields are wrong; each is then asked alone."""
    if not custody.mine(turn):
        return None
    chosen = [name for name in turn.event.answers.get("fields", ()) if name in card.FIELDS]
    if not chosen:
        turn.stay()
        turn.reply(card.choose_fields_again())
        return None
    turn.draft |= {"asked": chosen, "new": {}}
    return go_on(turn)


@flow.text(when="value", then=AFTER_ANSWER, may=Action.VERIFY)
def value(turn: Turn) -> str | None:
    """The right value of one field: checked by its rule, refused with the cure."""
    if not custody.mine(turn):
        return None
    name = _next_field(turn)
    person = custody.case_of(turn).person
    try:
        checked = _check(turn, name, turn.event.text)
    except fields.FieldError as error:
        turn.stay()
        turn.reply(card.wrong_value(str(error)))
        return None
    if name == "id_number" and (other := contact.by_number(turn.tx, checked)) and other.id != person.id:
        turn.stay()
        turn.start("merge", person.id, "collision", other=other.id, by=turn.actor.id, verification=turn.ref)
        turn.reply(card.number_taken())
        return None
    turn.draft["new"] = {**turn.draft["new"], name: checked}
    return go_on(turn)


def _check(turn: Turn, name: str, text: str) -> str:
    """A field's value by the rule of DOMAIN §4; a document by the kind that stands or was corrected before."""
    person, today = custody.case_of(turn).person, turn.now.astimezone(parts.SHANGHAI).date()
    kind = turn.draft["new"].get("id_type") or person.id_type or fields.KINDS[0]
    checkers: dict[str, Callable[[], fields.Ok[str]]] = {
        "name": lambda: fields.name(text),
        "sex": lambda: fields.choose_sex(text),
        "id_type": lambda: fields.kind(text),
        "id_number": lambda: fields.document(kind, text, today),
        "phone": lambda: fields.phone(text),
        "address": lambda: fields.address(text),
    }
    return checkers[name]().value


def _next_field(turn: Turn) -> str:
    return str(next(name for name in turn.draft["asked"] if name not in turn.draft["new"]))


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
        return call.unreachable(made, turn.rules.on(turn.now.date())) is None
    return call.answered(made)


def ask(turn: Turn, step: str) -> str:
    """Put the question of a step to the holder: a card, or words for what is typed."""
    who = custody.who(custody.case_of(turn))
    turn.focus()
    turn.draft.pop("draft_shown", None)
    if step in ("remark", "place", "value"):
        turn.lock_this("请看下一步")
        turn.reply(_in_words(turn, who, step))
        if step == "remark" and turn.draft["result"] == Result.UNREACHABLE:
            turn.send([turn.actor.id], card.offer_draft(who, _calls_in_words(turn), turn.keys), custody.SLOT)
        return step
    if step == "call":
        turn.reply(_why_call(turn))
    turn.send([turn.actor.id], _drawn(turn, who, step), custody.SLOT)
    return step


def _drawn(turn: Turn, who: parts.Person, step: str) -> Card:
    """The card of a question."""
    draft, keys = turn.draft, turn.keys
    if step == "review":
        changes = card.changes(_plain(custody.case_of(turn).person), draft.get("new", {}))
        rows = card.answer_rows(draft) + changes
        family = len(verification.family(turn.tx, custody.case_of(turn)))
        return card.review(who, draft, rows, family, keys)
    drawers: dict[str, Callable[[], Card]] = {
        "form": lambda: card.ask_form(who, keys, draft),
        "call": lambda: card.ask_call(who, keys),
        "fields": lambda: card.ask_fields(who, keys),
        "door": lambda: card.ask_door(who, keys),
        "willing": lambda: card.ask_willing(who, keys),
        "needs": lambda: card.ask_needs(who, keys),
        "reason": lambda: card.ask_reason(who, _reasons(turn), keys),
        "choice": lambda: card.choose_place(who, [(c, _label(turn, c)) for c in draft["found"]], keys),
        "family": lambda: card.ask_family(who, family_lines(turn), keys),
    }
    return drawers[step]()


def _plain(person: contact.Contact) -> dict[str, str]:
    return {name: getattr(person, name) for name in card.FIELDS}


def _in_words(turn: Turn, who: parts.Person, step: str) -> str:
    if step == "remark":
        return card.ask_remark(who, int(turn.draft["result"]))
    if step == "place":
        return card.ask_place(who, int(turn.draft["result"]))
    return card.ask_value(_next_field(turn), len(turn.draft["new"]) + 1, len(turn.draft["asked"]))


def family_lines(turn: Turn) -> list[tuple[str, str]]:
    """The others of the household who wait in the same community."""
    cases = verification.family(turn.tx, custody.case_of(turn))
    return [(one.task.id, f"{custody.who(one).name} {one.person.category}") for one in cases]


def _why_call(turn: Turn) -> str:
    made = call.attempts(turn.tx, custody.case_of(turn).person.id)
    if turn.draft["result"] != Result.UNREACHABLE:
        return card.need_answer(int(turn.draft["result"]))
    lacking = call.unreachable(made, turn.rules.on(turn.now.date()))
    at = parts.clock(lacking.not_before, turn.now) if lacking and lacking.not_before else ""
    return card.need_attempts(len(made), lacking.attempts if lacking else 0, at)


def _calls_in_words(turn: Turn) -> str:
    made = call.attempts(turn.tx, custody.case_of(turn).person.id)
    lines = [f"{parts.clock(one.at, turn.now)}{card.CALLS[one.outcome]}" for one in made[-6:]]
    return card.calls_drafted(len(made), lines)


def _reasons(turn: Turn) -> list[str]:
    pack = turn.rules.on(turn.now.date())
    return list(pack.tables.get("home", {}).get("reasons", ["其他"]))


def _keep(turn: Turn, question: str, answer: str) -> None:
    """Keep an answer of the form; another result makes the follow-up answers void."""
    if question == "result" and turn.draft.get("result") not in (None, answer):
        for name in ("remark", "willing", "needs", "reason", "place", "place_name", "found"):
            turn.draft.pop(name, None)
    turn.draft[question] = answer


def _answer(turn: Turn, question: str, answer: str, offered: dict[str, str]) -> str | None:
    """Keep one answer of a closed question and go on."""
    if not custody.mine(turn):
        return None
    if answer not in offered:
        raise _not_offered()
    turn.draft[question] = answer
    return go_on(turn)


def _not_offered() -> Refused:
    return Refused("这个选项不在卡片上，没有保存。\n请重新选择。", "option_not_offered")
