"""保存, 撤回 and what is written with them: the person born undecided, the supplement, the request to accompany."""

from dataclasses import replace
from typing import Any

from bot import ladder
from bot.flows.supplement import asking, knowing, starting, table
from bot.flows.supplement.table import FILLING, ON, flow, sheet_of, values_of
from bot.state import area, companionship, contact, identity, sought, supplement
from bot.state.companionship import Companionship
from bot.state.contact import Contact
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.staff import Role
from bot.state.supplement import Supplement
from bot.turn import Turn
from cards import refusals, stamps
from cards import supplement as card
from cards import supplement_words as say

CLOSED = ("door", "willing", "needs", "reason", "place", "place_name")
"""The closed answers of the feedback, as a report keeps them."""
PERSONAL = ("name", "sex", "id_type", "id_number", "phone", "address", "note")


@flow.tap("save", when=FILLING, then=ON, may=Action.SUPPLEMENT)
def saved(turn: Turn) -> str | None:
    """保存."""
    return save(turn)


def save(turn: Turn) -> str | None:
    """Submit the sheet to the CDC, if nothing is missing and nobody has brought the person since."""
    lacking, values, sheet = table.missing(turn), values_of(turn), sheet_of(turn)
    if lacking:
        turn.reply(say.missing_for(values.get("name", ""), lacking))
        return asking.ask(turn, quiet=True)
    sought.claim(turn.tx, values["name"], values.get("id_number", ""))
    if knowing.known_already(turn):
        return "idle"
    if "ref" in sheet:
        return _correct(turn)
    path = _path(turn, sheet["area"])
    turn.require(Action.SUPPLEMENT, path)
    person = _person(turn)
    one = _supplement(turn, person)
    _request(turn, person, one)
    ladder.begin(turn, ladder.Step.SUPPLEMENT_DECISION, one.id, path)
    turn.start("decision", one.id)
    left = max(0, int(sheet["left"]) - 1)
    turn.talk.facts = turn.talk.facts | {"left": left}
    turn.lock(stamps.SAVED)  # the open question and the receipt of whoever was saved before, in one statement
    table.end(turn)
    turn.answer(card.receipt(person.name, left, one.id, turn.keys), "receipt")
    return "idle"


def _path(turn: Turn, code: str) -> str:
    """A community's path: a member's own stands in their grant, any other is looked up."""
    mine = [grant for grant in turn.actor.grants if grant.role == Role.COMMUNITY and grant.area_code == code]
    if mine:
        return mine[0].path
    place = area.find(turn.tx, code)
    if place is None:
        raise Refused(refusals.UNKNOWN_AREA, "unknown_area")
    return place.path


def _person(turn: Turn) -> Contact:
    """Who is supplemented, undecided; somebody who was once left out is taken up again."""
    values, sheet = values_of(turn), sheet_of(turn)
    related = table.related_of(turn)
    fresh = Contact(
        id=turn.tx.id(), state=contact.State.UNDECIDED, version=1, area_code=sheet["area"], list_no="",
        name=values["name"], sex=values.get("sex", ""), id_type=values.get("id_type", identity.RESIDENT),
        id_number=values.get("id_number", ""), phone=values["phone"], category="",
        index_case=related.index_case if related else "", last_exposure=None, place="", address=values["address"],
        note=_note(values), created_at=turn.now,
    )  # fmt: skip
    if (before := knowing.left_out(turn)) is not None:
        return contact.supplement_again(turn.tx, before, replace(fresh, id=before.id))
    return contact.supplement(turn.tx, fresh)


def _note(values: dict[str, str]) -> str:
    """Why there is no document, or what illness a companion has; neither has a column of its own on the lists."""
    ill = values.get("ill", "")
    return values.get("no_id", "") or ("" if ill in card.NO_ILLNESS else ill)


def _answers(values: dict[str, str]) -> dict[str, Any]:
    """The feedback given with it, as a report has it; empty when it is left for after the decision."""
    if values["result"] == card.LATER:
        return {}
    needed = (*table.FEEDBACK[values["result"]], "place_name")
    return {"result": values["result"]} | {name: values[name] for name in CLOSED if name in values and name in needed}


def _supplement(turn: Turn, person: Contact) -> Supplement:
    values, sheet = values_of(turn), sheet_of(turn)
    due = turn.now + turn.rules.at(turn.now).deadline("supplement_decision")
    one = Supplement(
        turn.tx.id(), supplement.State.UNDECIDED, 1, person.id, sheet["area"], sheet["of"], values["relation"],
        turn.actor.id, turn.now, due, guardian=values.get("guardian", ""), remark=values.get("remark", ""),
        answers=_answers(values),
    )  # fmt: skip
    return supplement.noun.insert(turn.tx, one, "submitted", related=sheet["of"])


def _request(turn: Turn, person: Contact, one: Supplement) -> None:
    """陪护: the request that this person goes along with somebody of the household."""
    values = values_of(turn)
    if values["cares"] != "yes":
        return
    if companionship.standing(turn.tx, person.id, values["ward"]):
        raise Refused(say.cared_for_already(values["ward_name"]), "already_accompanied")
    request = Companionship(
        turn.tx.id(), companionship.State.REQUESTED, 1, values["ward"], person.id, one.area_code, values["why"],
        table.warnings(turn, values), turn.actor.id, turn.now, one.due_at,
    )  # fmt: skip
    companionship.noun.insert(turn.tx, request, "requested", ward=values["ward"], companion=person.id)


def _asks_the_same(turn: Turn, before: Companionship) -> bool:
    """Whether a correction leaves the request to accompany as it was: the same person, for the same reason."""
    values = values_of(turn)
    asked = values["cares"], values.get("ward"), values.get("why"), table.warnings(turn, values)
    return asked == ("yes", before.ward_id, before.why, before.warnings)


def _correct(turn: Turn) -> str | None:
    """The submitter has changed what was submitted; refused, with the decision, when the CDC was quicker."""
    sheet, values = sheet_of(turn), values_of(turn)
    case = starting.own_open(turn, sheet["ref"])
    if case is None:
        table.end(turn)
        return "idle"
    new = {field: values.get(field, "") for field in PERSONAL if field != "note"} | {"note": _note(values)}
    changed = {field: value for field, value in new.items() if value != getattr(case.person, field)}
    person = contact.correct(turn.tx, case.person, changed) if changed else case.person
    facts = {"fields": sorted(changed)}
    one = supplement.noun.fire(
        turn.tx, case.supplement, "corrected", facts, related_id=sheet["of"], relation=values["relation"],
        guardian=values.get("guardian", ""), remark=values.get("remark", ""), answers=_answers(values), reason="",
    )  # fmt: skip
    before = companionship.requested_as_companion(turn.tx, person.id)
    if before is None or not _asks_the_same(turn, before):
        if before is not None:
            _withdraw_request(turn, before)
        _request(turn, person, one)
    if case.supplement.state == supplement.State.RETURNED:
        ladder.begin(turn, ladder.Step.SUPPLEMENT_DECISION, one.id, case.place.path)
    turn.start("decision", one.id, "corrected")
    table.end(turn, stamps.SAVED)
    turn.reply(say.corrected(person.name))
    return "idle"


@flow.tap("withdraw", may=Action.SUPPLEMENT, fresh=False)
def withdraw(turn: Turn) -> None:
    """撤回 from the receipt."""
    _withdraw(turn, turn.arg)
    turn.lock_this(stamps.WITHDRAWN_OWN)


@flow.start("withdraw")
def withdraw_from_list(turn: Turn) -> None:
    """撤回 from the list."""
    turn.act_for(str(turn.event.data["by"]))
    try:
        _withdraw(turn, str(turn.event.data["supplement"]))
    except Refused as no:
        turn.reply(no.words)


def _withdraw(turn: Turn, ref: str) -> None:
    """Nobody needs to judge it any more; the person stays on record, and may be supplemented again."""
    case = starting.own_open(turn, ref)
    if case is None:
        return
    supplement.noun.fire(turn.tx, case.supplement, "withdrawn")
    contact.noun.fire(turn.tx, case.person, "supplement_withdrawn")
    for request in companionship.standing(turn.tx, case.person.id):
        if request.state == companionship.State.REQUESTED:
            _withdraw_request(turn, request)
    ladder.end(turn, ladder.Step.SUPPLEMENT_DECISION, ref)
    turn.start("decision", ref, "withdrawn")
    turn.reply(say.withdrawn(case.person.name))


def _withdraw_request(turn: Turn, request: Companionship) -> None:
    """陪护 falls away with it; a request that was made by itself no longer waits either."""
    companionship.noun.fire(turn.tx, request, "withdrawn")
    ladder.end(turn, ladder.Step.SUPPLEMENT_DECISION, request.id)
