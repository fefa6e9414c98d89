"""Where a sheet begins: by word or menu, from a person's card, from the list of 补充人员; and what was put by."""

from bot.flow import Aside
from bot.flows.supplement import asking, checking, knowing, table
from bot.flows.supplement.table import FILLING, MOST_KEPT, ON, flow, sheet_of, values_of
from bot.state import area, caller, companionship, contact, fields, sought, staff, supplement, verification
from bot.state.contact import Contact
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.turn import Turn
from cards import refusals, stamps, words
from cards import supplement as card
from cards import supplement_words as say

PREFILLED = {"address"}  # what stands in a sheet before anybody has answered
OPENED_FROM = "verification"


@flow.word(words.SUPPLEMENT, then=ON, may=Action.SUPPLEMENT)
def begin(turn: Turn) -> str | None:
    """补充: whoever's card is open is 关联人; what was put by is offered first."""
    _put_by(turn)
    person = _in_focus(turn)
    if person is None and turn.draft.get("kept"):
        turn.focus()
        turn.answer(card.kept(_labels(turn), turn.keys), table.ASK)
        return "idle"
    return _fresh(turn, person)


def _in_focus(turn: Turn) -> Contact | None:
    """The contact whose card the member is busy with, or None."""
    met = caller.meet(turn.tx, turn.actor.id) if turn.actor.focus else None
    case = verification.case(turn.tx, met.at[1]) if met and met.at and met.at[0] == OPENED_FROM else None
    return case.person if case and case.task.holder == turn.actor.id else None


def _fresh(turn: Turn, related: Contact | None = None, left: int = 0) -> str:
    """A new sheet, and its first question."""
    sheet = turn.draft["now"] = table.new_sheet(turn, related, left)
    if not sheet["area"]:
        mine = checking.communities(turn)
        sheet["area"] = mine[0][0] if len(mine) == 1 else ""
    return asking.ask(turn)


@flow.start("household", then=ON)
def household(turn: Turn) -> str | None:
    """补充同住人员, from a person's card: who is on the lists at this address, and how many are they in all?"""
    person = _asked_from(turn)
    _put_by(turn)
    known = sought.at_home_of(turn.tx, person) or [person]
    turn.draft["now"] = table.new_sheet(turn, person)
    turn.focus()
    turn.reply(say.ask_household([one.name for one in known]))
    return "household"


def _asked_from(turn: Turn) -> Contact:
    """The contact from whose card somebody came, in a community where they may supplement."""
    turn.act_for(str(turn.event.data["by"]))
    person = contact.noun.load(turn.tx, str(turn.event.data["contact"]))
    place = area.find(turn.tx, person.area_code)
    turn.require(Action.SUPPLEMENT, place.path if place else "/")
    return person


@flow.text(when="household", then=ON, may=Action.SUPPLEMENT)
def counted(turn: Turn) -> str | None:
    """同住人数: is anybody missing?"""
    try:
        count = fields.count(turn.event.text, 30, least=1).value
    except fields.FieldError as error:
        turn.stay()
        turn.reply(say.count_again(str(error)))
        return None
    person = contact.noun.load(turn.tx, sheet_of(turn)["of"], lock=True)
    known = len(sought.at_home_of(turn.tx, person)) or 1
    contact.noun.amend(turn.tx, person, "household_counted", {"count": count, "known": known})
    if count <= known:
        turn.reply(say.complete(known))
        table.end(turn)
        return "idle"
    turn.reply(say.lacking_people(count - known))
    return _fresh(turn, person, count - known)


@flow.tap("again", then=ON, may=Action.SUPPLEMENT, fresh=False)
def again(turn: Turn) -> str | None:
    """继续补充: the next of the same household."""
    case = supplement.case(turn.tx, turn.arg)
    if case is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    turn.require(Action.SUPPLEMENT, case.place.path)
    turn.lock_this(stamps.GOES_ON)
    _put_by(turn)
    related = contact.noun.find(turn.tx, case.supplement.related_id)
    return _fresh(turn, related, int(turn.talk.facts.get("left", 0)))


# ── put by, and taken up again ────────────────────────────────────────────────────────────────────────────────────────


def _put_by(turn: Turn) -> None:
    """What is in hand, if anything was answered, waits with the others."""
    sheet = turn.draft.pop("now", None)
    if sheet and "ref" not in sheet and {*sheet["values"]} - PREFILLED:
        kept = turn.draft.setdefault("kept", [])
        if len(kept) >= MOST_KEPT:
            turn.draft["now"] = sheet
            raise Refused(say.full(), "too_many_drafts")
        kept.append(sheet)
    turn.lock(stamps.PUT_DOWN, slot=table.ASK)


def _labels(turn: Turn) -> list[tuple[str, str]]:
    return [(one["id"], say.kept(one["values"].get("name", ""), len(one["values"]))) for one in turn.draft["kept"]]


@flow.tap("put_by", when=FILLING, then="idle", may=Action.SUPPLEMENT)
def put_by(turn: Turn) -> None:
    """暂存."""
    lay_aside(turn)


def lay_aside(turn: Turn) -> None:
    """The sheet waits; a correction is given up, for what it would correct stands as it is."""
    name, correcting = values_of(turn).get("name", ""), "ref" in sheet_of(turn)
    _put_by(turn)
    turn.focus(on=False)
    turn.reply(say.correction_dropped(name) if correcting else say.put_by(name))


@flow.aside(Aside.CANCEL, when=("household", *FILLING), then="idle", may=Action.SUPPLEMENT)
def leave(turn: Turn) -> None:
    """取消, 返回: nothing is lost."""
    if turn.talk.step == "household":
        table.end(turn)
        turn.reply(say.not_counted())
        return
    lay_aside(turn)


@flow.aside(Aside.BACK, when=("household", *FILLING), then=ON, may=Action.SUPPLEMENT)
def back(turn: Turn) -> str | None:
    """返回: to the review of what was filled in so far; from there the sheet waits."""
    if turn.talk.step == "asking":
        return asking.review(turn)
    leave(turn)
    return "idle"


@flow.tap("drop", when=FILLING, then="idle", may=Action.SUPPLEMENT)
def drop(turn: Turn) -> None:
    """不补充了: the sheet is thrown away."""
    turn.reply(say.dropped(values_of(turn).get("name", "")))
    table.end(turn)


@flow.tap("resume", when="idle", then=ON, may=Action.SUPPLEMENT)
def resume(turn: Turn) -> str | None:
    """接着填: the sheet goes on where it stopped."""
    chosen = (turn.event.answers.get("sheet") or ("",))[0]
    kept = turn.draft.get("kept", [])
    found = [one for one in kept if one["id"] == chosen] or kept[:1]
    if not found:
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    turn.draft["now"] = found[0]
    turn.draft["kept"] = [one for one in kept if one is not found[0]]
    return asking.ask(turn)


@flow.tap("fresh", when="idle", then=ON, may=Action.SUPPLEMENT)
def fresh(turn: Turn) -> str | None:
    """另填一位."""
    return _fresh(turn)


@flow.tap("change", when="review", then=ON, may=Action.SUPPLEMENT)
def change(turn: Turn) -> str | None:
    """修改 one of the answers, or 接着填 what is missing."""
    field = (turn.event.answers.get("field") or ("",))[0]
    if table.missing(turn) or field not in card.CHANGEABLE:
        return asking.ask(turn)
    sheet, values = sheet_of(turn), values_of(turn)
    if field == "related":
        sheet["of"] = ""
    for void in (field, *table.HANGS_ON.get(field, ())):
        values.pop(void, None)
    return asking.ask(turn)


# ── correcting what was submitted ─────────────────────────────────────────────────────────────────────────────────────


@flow.tap("correct", then=ON, may=Action.SUPPLEMENT, fresh=False)
def correct(turn: Turn) -> str | None:
    """更正 from the receipt."""
    return correcting(turn, turn.arg)


@flow.start("correct", then=ON)
def correct_from_list(turn: Turn) -> str | None:
    """更正 from the list."""
    turn.act_for(str(turn.event.data["by"]))
    try:
        return correcting(turn, str(turn.event.data["supplement"]))
    except Refused as no:  # nobody pressed anything here that could be answered: say it
        turn.stay()
        turn.reply(no.words)
        return None


def correcting(turn: Turn, ref: str) -> str | None:
    """The sheet as it was submitted, to be changed; nothing changes before 保存."""
    case = own_open(turn, ref)
    if case is None:
        turn.stay()
        return None
    _put_by(turn)
    one, person = case.supplement, case.person
    turn.draft["now"] = {
        "id": turn.tx.id(), "of": one.related_id, "area": one.area_code, "left": 0, "ref": one.id, "contact": person.id,
        "values": _as_submitted(turn, case),
    }  # fmt: skip
    turn.focus()
    return asking.review(turn)


def own_open(turn: Turn, ref: str) -> supplement.Case | None:
    """A supplement while the actor may still change it; None, with a kind answer, when it is too late.

    It is its submitter's; once they have left, any colleague of the community may go on with it.
    """
    case = supplement.case(turn.tx, ref)
    if case is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    turn.require(Action.SUPPLEMENT, case.place.path)
    one = case.supplement
    if one.submitted_by != turn.actor.id and staff.active(turn.tx, [one.submitted_by]):
        raise Refused(say.not_yours(staff.name_of(turn.tx, one.submitted_by)), "not_yours")
    if not one.open:
        turn.reply(say.not_open(case.person.name, knowing.outcome(turn, one)))
        turn.lock_this(stamps.SETTLED)
        return None
    return case


def _as_submitted(turn: Turn, case: supplement.Case) -> dict[str, str]:
    one, person = case.supplement, case.person
    values = {
        "name": person.name, "sex": person.sex, "id_type": person.id_type, "id_number": person.id_number,
        "phone": person.phone, "address": person.address, "guardian": one.guardian, "relation": one.relation,
        "remark": one.remark, "no_id": person.note if not person.id_number else "", "result": card.LATER, "cares": "no",
    } | one.answers  # fmt: skip
    request = companionship.requested_as_companion(turn.tx, person.id)
    if request is not None:
        ward = contact.noun.load(turn.tx, request.ward_id)
        ill = person.note if person.id_number else ""
        values |= {"cares": "yes", "ward": ward.id, "ward_name": ward.name, "why": request.why}
        values |= {"ill": ill or card.NO_ILLNESS[0]}
    return {field: value for field, value in values.items() if value}


@flow.text(when="idle", may=Action.SUPPLEMENT)
def nothing_open(turn: Turn) -> None:
    """Words after the end belong to nothing."""
    turn.focus(on=False)
    turn.reply(say.nothing_open())


@flow.late
def late(turn: Turn) -> None:
    """An older card: the open question comes again, or that nothing is open."""
    turn.require(Action.SUPPLEMENT, "")
    turn.lock_this(stamps.OUTDATED)
    if turn.talk.step == "asking":
        asking.ask(turn)
    elif turn.talk.step == "review":
        asking.review(turn)
    else:
        turn.reply(say.nothing_open())
