"""What people answer: words for the open question, one message with many fields, a button, a drop-down, a form."""

from collections.abc import Iterable

from bot.flow import Aside
from bot.flows.supplement import asking, checking, knowing, saving, starting, table
from bot.flows.supplement.checking import Answers, Several, Wrong, check
from bot.flows.supplement.table import FILLING, ON, flow, sheet_of, values_of
from bot.state import contact, pasted
from bot.state.machine import Refused
from bot.state.pasted import Pasted
from bot.state.permission import Action
from bot.turn import Turn
from cards import refusals, words
from cards import supplement as card
from cards import supplement_words as say
from cards import verification as answers


@flow.text(when=FILLING, then=ON, may=Action.SUPPLEMENT)
def said(turn: Turn) -> str | None:
    """暂存, 保存, one message with many fields in free order, or the answer to the open question."""
    plain = turn.event.text.strip(" \u3000。.!！")
    if plain == words.SAVE_DRAFT:
        starting.lay_aside(turn)
        return "idle"
    if plain == words.SAVE:
        return saving.save(turn)
    read = pasted.read(turn.event.text, card.ALIASES)
    return paste(turn, read) if read.values or read.twice or read.cut else answer(turn)


def answer(turn: Turn) -> str | None:
    """Words for the open question."""
    field = str(sheet_of(turn).get("field", ""))
    if turn.talk.step == "review" or not field:
        return _again(turn, say.missing_for(values_of(turn).get("name", ""), table.missing(turn)))
    try:
        return asking.take(turn, check(turn, field, turn.event.text.strip()))
    except Several as several:
        return _choose(turn, field, several.args[0])
    except Wrong as wrong:
        return _again(turn, say.wrong([str(wrong)]))


def paste(turn: Turn, read: Pasted) -> str | None:
    """Take every field that is right; name every one that is wrong or missing."""
    if read.twice:
        return _again(turn, say.two_people(read.twice))
    problems: dict[str, str] = {read.cut: say.was_cut(read.cut)} if read.cut else {}
    before, new = dict(values_of(turn)), Answers()
    for field in card.FIELDS:
        if field in read.values:
            try:
                found = check(turn, field, read.values[field])
            except Several:
                problems[field] = say.several(field)
            except Wrong as wrong:
                problems[field] = str(wrong)
            else:
                new |= found
                asking.keep(turn, found)
    _void(turn, problems)
    if asking.KNOWS_BY & set(new) and before != values_of(turn) and knowing.known_already(turn):
        return "idle"
    taken = len(set(read.values) - set(problems))
    turn.reply(say.read(taken, list(problems.values()), table.missing(turn)))
    return asking.ask(turn, quiet=True)


def _choose(turn: Turn, field: str, found: list[tuple[str, str]]) -> str:
    """Several fit what was typed: one is chosen."""
    turn.focus()
    title = say.title(values_of(turn).get("name", ""), field)
    turn.answer(card.ask_several(title, field, found, turn.keys), table.ASK)
    return "asking"


def _again(turn: Turn, text: str) -> str | None:
    """Nothing was kept: the open question stays."""
    turn.stay()
    turn.reply(text)
    return None


# ── answers by tap ────────────────────────────────────────────────────────────────────────────────────────────────────


def _void(turn: Turn, fields: Iterable[str]) -> None:
    """What was given wrongly is asked again, whatever stood there before."""
    for field in fields:
        if field == "related":
            sheet_of(turn)["of"] = ""
        for void in (field, *(("id_type", "no_id") if field == "id_number" else ())):
            values_of(turn).pop(void, None)


@flow.tap("pick", when="asking", then=ON, may=Action.SUPPLEMENT)
def picked(turn: Turn) -> str | None:
    """A button of a closed question."""
    field, _, key = turn.arg.partition(".")
    related = table.related_of(turn)
    if field == "phone" and key == "same" and related is not None:
        return asking.take(turn, {"phone": related.phone, "guardian": related.name})
    if field == "id_type" and key in card.OTHER_DOCUMENTS:
        sheet_of(turn)["values"].pop("id_number", None)
        return asking.take(turn, {"id_type": card.OTHER_DOCUMENTS[key]})
    offered = dict(enumerate(card.RELATIONS))
    if field == "relation" and key.isdecimal() and int(key) in offered:
        return asking.take(turn, {"relation": offered[int(key)]})
    if field in ("door", "willing", "cares") and key in card.choices(field):
        return _cares(turn) if (field, key) == ("cares", "yes") else asking.take(turn, {field: key})
    raise Refused(refusals.NOT_OFFERED, "option_not_offered")


def _cares(turn: Turn) -> str | None:
    """是: there must be somebody to care for."""
    if checking.wards(turn):
        return asking.take(turn, {"cares": "yes"})
    turn.reply(say.care_alone())
    return asking.take(turn, {"cares": "no"})


@flow.tap("choose", when="asking", then=ON, may=Action.SUPPLEMENT)
def chosen(turn: Turn) -> str | None:
    """One of a drop-down or of a vote."""
    said = (turn.event.answers.get("choice") or ("",))[0]
    try:
        if turn.arg == "related":
            person = contact.noun.find(turn.tx, said)
            if person is None or not checking.serves(turn, person):
                raise Refused(refusals.NOT_OFFERED, "option_not_offered")
            return asking.take(turn, {"related": said})
        if turn.arg not in ("reason", "why", "ward", "area", "place"):
            raise Refused(refusals.NOT_OFFERED, "option_not_offered")
        return asking.take(turn, check(turn, turn.arg, said))
    except Wrong as wrong:
        turn.reply(say.wrong([str(wrong)]))
        return asking.ask(turn)


@flow.tap("result", when="asking", then=ON, may=Action.SUPPLEMENT)
def result(turn: Turn) -> str | None:
    """The form of 核实反馈."""
    given = {name: ids[0] for name, ids in turn.event.answers.items() if ids}
    picked, door = given.get("result", ""), given.get("door", "")
    if picked not in table.FEEDBACK:
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    sheet_of(turn)["values"].pop("door", None)
    wanted = door in card.choices("door") and "door" in table.FEEDBACK[picked]
    return asking.take(turn, {"result": str(picked)} | ({"door": door} if wanted else {}))


@flow.tap("needs", when="asking", then=ON, may=Action.SUPPLEMENT)
def needs(turn: Turn) -> str | None:
    """Special needs, none or several."""
    chosen = turn.event.answers.get("needs", ())
    if not set(chosen) <= set(answers.NEEDS):
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    return asking.take(turn, {"needs": ",".join(chosen) or "none"})


@flow.aside(Aside.WHY, when=FILLING, may=Action.SUPPLEMENT)
def why(turn: Turn) -> None:
    """为什么: exactly what is missing."""
    turn.reply(say.missing_for(values_of(turn).get("name", ""), table.missing(turn)))
