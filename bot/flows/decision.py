"""判定: the CDC judges a supplement, alone or with its household; the person joins the road without a second question.

Law: until here nobody moves (`contact.life`). What the community has found out already goes to the verification as its
feedback; who was returned waits for the submitter; who is left out may be brought again.
"""

from typing import Any

from bot import ladder
from bot.flow import Aside, Flow
from bot.state import companionship, contact, conversation, fields, staff, supplement, verification
from bot.state.companionship import Companionship
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.supplement import CATEGORIES, Case, Decision, State
from bot.state.verification import Result, Verification
from bot.turn import Turn
from cards import decision as card
from cards import parts, refusals, stamps
from cards.template import Card

OPEN_CARDS = 5
SLOT = "decision"
flow = Flow("decision", steps=["waiting", "reason", "closed"])
flow.expects = card.EXPECTS


@flow.where
def place(turn: Turn) -> str:
    """The community that brought the person."""
    case = supplement.case(turn.tx, turn.ref)
    if case is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    turn.room["case"] = case
    return case.place.path


@flow.start(then="waiting")
def begun(turn: Turn) -> None:
    """Somebody was supplemented: lay it before the CDC members who still have room on their phones."""
    _lay(turn)


@flow.start("corrected", then="waiting")
def corrected(turn: Turn) -> None:
    """The submitter has changed it: the old card gives way."""
    turn.lock(stamps.UPDATED)
    _lay(turn)


@flow.start("open", when=("waiting", "reason"))
def opened(turn: Turn) -> None:
    """A CDC member has chosen it from the list, or has room for the next."""
    turn.act_for(str(turn.event.data["to"]))
    turn.require(Action.DECIDE_SUPPLEMENT, place(turn))
    if _case(turn).supplement.state == State.UNDECIDED:
        turn.answer(_draw(turn), SLOT)


@flow.tap(
    "decide",
    when=("waiting", "reason"),  # whoever has begun to write why keeps no colleague from deciding
    then={"": "closed", "reason": "reason", "again": "waiting"},
    may=Action.DECIDE_SUPPLEMENT,
)
def decide(turn: Turn) -> str | None:
    """One of the six, for this person or for the household."""
    case = _case(turn)
    if turn.arg not in card.CODES:
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    if case.supplement.submitted_by == turn.actor.id:
        raise Refused(card.own_submission(), "own_submission")
    if turn.arg == "returned":
        turn.hold(turn.actor.id)
        turn.focus()
        turn.lock(stamps.by(turn.actor.name, stamps.RETURNING))
        turn.reply(card.ask_reason(_who(case)))
        return "reason"
    if turn.arg == Decision.COMPANION and (why := _not_yet(turn, case)) is not None:
        turn.reply(why)
        turn.answer(_draw(turn), SLOT)
        return "again"
    together = turn.event.answers.get("scope") == (card.HOUSEHOLD,) and turn.arg != Decision.COMPANION
    others, skipped = _others(turn, case) if together else ([], [])
    for one in [case, *others]:
        _decide(turn, one, Decision(turn.arg))
    stamp = stamps.by(turn.actor.name, stamps.DECIDED)
    for one in others:
        turn.absorb(one.supplement.id, "closed", stamp)
    turn.lock(stamp)
    turn.reply(card.decided([_who(one).name for one in [case, *others]], turn.arg))
    if skipped:
        turn.reply(card.skipped(skipped))
    turn.start("supplements", turn.actor.id, "next")
    return None


def _not_yet(turn: Turn, case: Case) -> str | None:
    """Why 同意陪护 cannot be said, or None: nobody asked, or whom they would go with is not judged yet."""
    request = _request(turn, case)
    if request is None:
        return card.no_request()
    ward = _ward(turn, request)
    waits = ward.state in (contact.State.UNDECIDED, contact.State.EXCLUDED)
    return card.ward_undecided(ward.name) if waits else None


def _others(turn: Turn, case: Case) -> tuple[list[Case], list[str]]:
    """The undecided of the household, and the names of those whom the actor brought in person."""
    waiting = supplement.household(turn.tx, case)
    mine = [_who(one).name for one in waiting if one.supplement.submitted_by == turn.actor.id]
    return [one for one in waiting if one.supplement.submitted_by != turn.actor.id], mine


@flow.text(when="reason", then="closed", may=Action.DECIDE_SUPPLEMENT)
def reason(turn: Turn) -> None:
    """退回补充: what is missing goes back to the submitter."""
    said = fields.seen(turn.event.text)[:200]
    if not fields.meaningful(said):
        turn.stay()
        turn.reply(card.reason_again())
        return
    case = _case(turn)
    done = {"decided_by": turn.actor.id, "decided_at": turn.now, "reason": said}
    supplement.noun.fire(turn.tx, case.supplement, "returned", None, **done)
    ladder.end(turn, ladder.Step.SUPPLEMENT_DECISION, case.supplement.id)
    turn.focus(on=False)
    turn.reply(card.sent_back(_who(case)))
    told = card.told_sent_back(_who(case).name, turn.actor.name, said)
    turn.say(staff.in_charge(turn.tx, case.supplement.submitted_by, case.place.path), told)
    turn.start("supplements", turn.actor.id, "next")


@flow.text(when=("waiting", "closed"), may=Action.DECIDE_SUPPLEMENT)
def overtaken(turn: Turn) -> None:
    """A reason that is written too late: what has become of it meanwhile."""
    turn.focus(on=False)
    turn.reply(card.settled(_who(_case(turn)).name, _outcome(turn, _case(turn).supplement)))


@flow.aside(Aside.BACK, when="reason", then="waiting", may=Action.DECIDE_SUPPLEMENT)
@flow.aside(Aside.CANCEL, when="reason", then="waiting", may=Action.DECIDE_SUPPLEMENT)
def not_after_all(turn: Turn) -> None:
    """返回, 取消: it is not sent back; the card comes again."""
    turn.focus(on=False)
    turn.answer(_draw(turn), SLOT)


@flow.start("withdrawn", then="closed")
def withdrawn(turn: Turn) -> None:
    """The submitter has withdrawn it."""
    turn.lock(stamps.WITHDRAWN_OWN)


@flow.start("listed", then="closed")
def listed(turn: Turn) -> None:
    """The CDC's own list has named the person meanwhile: that was the decision."""
    place(turn)
    case = _case(turn)
    turn.lock(stamps.ON_THE_LIST)
    ladder.end(turn, ladder.Step.SUPPLEMENT_DECISION, case.supplement.id)
    if (request := companionship.requested_as_companion(turn.tx, case.person.id)) is not None:
        turn.start("companionship", request.id, "alone")
    turn.say([case.supplement.submitted_by], card.told_listed(_who(case).name, applied=bool(case.supplement.answers)))
    if case.supplement.answers and (task := supplement.task_of(turn.tx, case.person.id)) is not None:
        _apply(turn, case, task)


@flow.late
def late(turn: Turn) -> None:
    """A colleague was first, or the card is old: who did what."""
    case = _case(turn)
    turn.require(Action.DECIDE_SUPPLEMENT, case.place.path)
    turn.reply(card.settled(_who(case).name, _outcome(turn, case.supplement)))
    turn.lock_this(State(case.supplement.state).label)


# ── what a decision does ──────────────────────────────────────────────────────────────────────────────────────────────


def _decide(turn: Turn, case: Case, decision: Decision) -> None:
    """Supplement, person, request and task in one transaction; the submitter is told."""
    one = case.supplement
    done = {"decision": decision.value, "decided_by": turn.actor.id, "decided_at": turn.now}
    supplement.noun.fire(turn.tx, one, "decided", {"decision": decision.value}, **done)
    ladder.end(turn, ladder.Step.SUPPLEMENT_DECISION, one.id)
    if decision is Decision.EXCLUDED:
        contact.noun.fire(turn.tx, case.person, "excluded")
        _part(turn, case)
        _tell(turn, case, decision, "excluded")
        return
    category = _accompanies(turn, case, decision) or CATEGORIES[decision]
    person = contact.noun.fire(turn.tx, case.person, "decided", {"category": category}, category=category)
    task = _task(turn, case, person)
    if not one.answers:
        turn.start("push", case.place.code, "arrived", count=1)
        _tell(turn, case, decision, "pending")
    elif decision is Decision.GENERAL and one.answers["result"] == Result.CENTRAL:
        turn.start("push", case.place.code, "arrived", count=1)
        _tell(turn, case, decision, "general")
    else:
        _apply(turn, case, task)
        _tell(turn, case, decision, "applied")


def _apply(turn: Turn, case: Case, task: Verification) -> None:
    """What was found out with the supplement counts as fed back now."""
    one = case.supplement
    given: dict[str, Any] = one.answers | ({"remark": one.remark} if one.remark else {})
    turn.start("verification", task.id, "supplemented", by=one.submitted_by, answers=given)


def _task(turn: Turn, case: Case, person: contact.Contact) -> Verification:
    """The person is to be verified from now on, as anybody on a list (I-20)."""
    pack = turn.rules.at(turn.now)
    due = turn.now + pack.deadline("feedback")
    task = Verification(turn.tx.id(), verification.State.OPEN, 1, person.id, case.place.code, "", None, turn.now, due)
    verification.noun.insert(turn.tx, task, "born", area=case.place.code, supplement=case.supplement.id)
    ladder.begin(turn, ladder.Step.FIRST_TOUCH, task.id, case.place.path)
    ladder.begin(turn, ladder.Step.FEEDBACK, task.id, case.place.path)
    return task


def _accompanies(turn: Turn, case: Case, decision: Decision) -> str:
    """What becomes of the request to go along, and the category of whoever goes as a companion alone.

    Who is a contact themselves and may go along does both; a general contact does not travel.
    """
    request = _request(turn, case)
    if request is None:
        return ""
    event = "refused" if decision is Decision.GENERAL else "agreed"
    companionship.noun.fire(turn.tx, request, event, None, decided_by=turn.actor.id, decided_at=turn.now)
    ladder.end(turn, ladder.Step.SUPPLEMENT_DECISION, request.id)
    if decision is not Decision.COMPANION:
        return ""
    return companionship.category(_ward(turn, request), turn.rules.at(turn.now))


def _part(turn: Turn, case: Case) -> None:
    """Who is left out neither accompanies nor is accompanied."""
    for request in companionship.standing(turn.tx, case.person.id):
        event = "refused" if request.state == companionship.State.REQUESTED else "ended"
        companionship.noun.fire(turn.tx, request, event, None, decided_by=turn.actor.id, decided_at=turn.now)
        ladder.end(turn, ladder.Step.SUPPLEMENT_DECISION, request.id)


def _tell(turn: Turn, case: Case, decision: Decision, after: str) -> None:
    """The submitter hears what was decided and what to do next."""
    told = card.told(_who(case).name, decision.value, turn.actor.name, card.AFTER[after])
    turn.say([case.supplement.submitted_by], told)


# ── drawing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lay(turn: Turn) -> None:
    """The card for those of the CDC who have room; the others get a count."""
    place(turn)
    case = _case(turn)
    if case.supplement.state != State.UNDECIDED:
        return
    people = staff.above(turn.tx, staff.Role.CDC, case.place)
    laid = conversation.open_counts(turn.tx, people, SLOT)
    free = [one for one in people if laid[one] < OPEN_CARDS]
    turn.send(free, _draw(turn), SLOT)
    for crowded in {*people} - {*free}:
        turn.start("supplements", crowded, "more")


def _draw(turn: Turn) -> Card:
    case = _case(turn)
    one, person = case.supplement, case.person
    related = contact.noun.find(turn.tx, one.related_id)
    request = _request(turn, case)
    notes = [card.no_document(person.note)] if not person.id_number and person.note else []
    notes += [card.remark(one.remark)] if one.remark else []
    if request is not None:
        ward = _ward(turn, request)
        notes.append(card.accompanies(ward.name, request.why, request.warnings))
    rows = card.rows(
        _who(case), related.name if related else "", one.relation, card.feedback(str(one.answers.get("result", ""))),
        staff.name_of(turn.tx, one.submitted_by), case.place.name, child=bool(one.guardian),
    )  # fmt: skip
    others = len(supplement.household(turn.tx, case))
    return card.ask(_who(case), rows, notes, others, turn.keys, companion=request is not None)


def _request(turn: Turn, case: Case) -> Companionship | None:
    """The request in which a case's person would go along, asked once a turn; it is settled by the decision alone."""
    known: dict[str, Companionship | None] = turn.room.setdefault("requests", {})
    if case.person.id not in known:
        known[case.person.id] = companionship.requested_as_companion(turn.tx, case.person.id)
    return known[case.person.id]


def _ward(turn: Turn, request: Companionship) -> contact.Contact:
    """Who is cared for in a request, loaded once a turn."""
    known: dict[str, contact.Contact] = turn.room.setdefault("wards", {})
    if request.id not in known:
        known[request.id] = contact.noun.load(turn.tx, request.ward_id)
    return known[request.id]


def _outcome(turn: Turn, one: supplement.Supplement) -> str:
    if one.state != State.DECIDED:
        return State(one.state).label
    at = parts.clock(one.decided_at or turn.now, turn.now)
    return card.by_whom(one.decision, staff.name_of(turn.tx, one.decided_by), at)


def _case(turn: Turn) -> Case:
    case: Case = turn.room["case"]
    return case


def _who(case: Case) -> parts.Person:
    person = case.person
    return parts.person(person.name, person.category, person.phone, person.id_number, person.address)
