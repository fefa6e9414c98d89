"""The end of a verification: the review, the household, 确认反馈 and everything that is written with it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import custody, ladder
from bot.flows.verification import fixing, questions
from bot.flows.verification.table import AFTER_ANSWER, KEPT, flow
from bot.state import contact, forward, issuance, notice, offline_duty, ready, reports, staff, verification
from bot.state.permission import Action
from bot.state.reports import Report
from bot.state.rules import day
from bot.state.verification import Case, Result, Verification
from bot.turn import Turn
from cards import stamps
from cards import verification as card
from cards import verification_words as say

_TO_BE_MOVED = (contact.State.AWAITING_TRANSPORT, contact.State.ISSUED, contact.State.LISTED)


@flow.tap("change", when="review", then="form", may=Action.VERIFY)
def change(turn: Turn) -> None:
    """修改: back to the form with what was chosen; what follows from it is asked again."""
    if custody.mine(turn):
        for name in ("remark", "willing", "needs", "reason", "place", "place_name", "asked", "new", "family"):
            turn.draft.pop(name, None)
        questions.ask(turn, "form")


@flow.tap("family", when="review", then=AFTER_ANSWER, may=Action.VERIFY)
def family(turn: Turn) -> str | None:
    """全家同一结果: tick off who of the household is an exception."""
    if not custody.mine(turn):
        return None
    if not verification.family_size(turn.tx, custody.case_of(turn)):
        turn.reply(say.no_family())
        return questions.go_on(turn)
    return questions.ask(turn, "family")


@flow.tap("together", when="family", then="review", may=Action.VERIFY)
def together(turn: Turn) -> None:
    """These members of the household get the same result."""
    if not custody.mine(turn):
        return
    offered = {ref for ref, _ in questions.family_lines(turn)}
    turn.draft["family"] = [ref for ref in turn.event.answers.get("family", ()) if ref in offered]
    questions.ask(turn, "review")


@flow.tap("confirm", when="review", then={"done": "reported", "taken": "value"}, may=Action.VERIFY)
def confirm(turn: Turn) -> str | None:
    """确认反馈: state, report and duty are written; the CDC and the next case follow."""
    if not custody.mine(turn):
        return None
    case, draft, new = custody.case_of(turn), dict(turn.draft), turn.draft.get("new", {})
    if "id_number" in new and fixing.collides(turn, new["id_number"]):  # taken since it was typed
        turn.draft["new"] = {name: value for name, value in new.items() if name != "id_number"}
        questions.ask(turn, "value")
        return "taken"
    case = _correct(turn, case, new)
    draft["together"], names = _household(turn, draft)
    report = _report(turn, case, draft)
    turn.start("push", case.place.code, "refill")
    turn.lock(stamps.by(turn.actor.name, stamps.REPORTED))
    turn.focus(on=False)
    turn.draft = {}
    if report.result != Result.FORWARD:  # a forward's own card tells, and can be withdrawn
        send_receipt(turn, case, [custody.who(case).name, *names], report)
    return "done"


@flow.start("supplemented", when="waiting", then={"done": "reported", "asked": "waiting"})
def supplemented(turn: Turn) -> str:
    """The CDC has decided about somebody whose feedback was given with the supplement: it counts as given now.

    Where the member who gave it is no longer there, the community is asked as about anybody else.
    """
    case, answers = custody.load(turn), dict(turn.event.data["answers"])
    member = staff.find(turn.tx, str(turn.event.data["by"]))
    if member is None or not member.active or case.task.state != verification.State.OPEN:
        turn.start("push", case.place.code, "arrived", count=1)
        return "asked"
    turn.act_for(member.id)
    turn.hold(member.id)
    turn.lock(stamps.by(member.name, stamps.REPORTED))
    report = _report(turn, case, answers)
    if report.result != Result.FORWARD:
        send_receipt(turn, case, [custody.who(case).name], report)
    return "done"


def send_receipt(turn: Turn, case: Case, names: list[str], report: Report) -> None:
    """What was saved, for whom, what happens next, and how it is taken back or corrected."""
    words = _next_words(turn, case, Result(report.result), str(report.answers.get("willing", "")))
    turn.answer(card.receipt(names, report.result, words, turn.keys), "receipt")


def _household(turn: Turn, draft: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Feed back the others who were ticked, but whom a colleague has taken since; the ids and names of those done."""
    same = {name: value for name, value in draft.items() if name not in ("info", "new")}
    done, names, missed = [], [], []
    for ref in draft.get("family", []):
        case = verification.case(turn.tx, ref)
        if case is None:
            continue
        if case.task.state != verification.State.OPEN:
            missed.append(custody.who(case).name)
            continue
        turn.absorb(ref, "reported", stamps.by(turn.actor.name, stamps.REPORTED))
        _report(turn, case, same)
        done.append(ref)
        names.append(custody.who(case).name)
    if missed:
        turn.reply(say.not_together(missed))
    return done, names


def _report(turn: Turn, case: Case, draft: dict[str, Any]) -> Report:
    """Write one person's feedback: state, report, and what the result brings with it."""
    result, waits_already = Result(draft["result"]), case.person.state in _TO_BE_MOVED
    if case.task.state == verification.State.REPORTED:
        rides = result is Result.CENTRAL and draft.get("willing") == "yes"
        case = withdraw(turn, case, draft.get("stood", {}), moves_on=result is Result.CENTRAL, rides=rides)
        _tell_needs(turn, case, draft)
    answers: dict[str, Any] = {name: draft[name] for name in KEPT if name in draft}
    if draft.get("new"):
        answers["fields"] = sorted(draft["new"])
    if draft.get("together"):
        answers["together"] = draft["together"]
    report = reports.add(turn.tx, case.task, result.value, draft.get("remark", ""), answers)
    facts = {"result": result.value, "report": report.id}
    person = contact.noun.fire(turn.tx, case.person, verification.MOVES[result], facts)
    case = Case(_reported(turn, case.task, result, facts), person, case.place)
    custody.closed(turn, case.task.id)
    if result is Result.FORWARD:
        _forward(turn, case, draft["place"])
    if result in verification.OFFLINE:
        _owe_offline(turn, case, report)
    if result is Result.HOME and draft.get("door") == "no":
        turn.start("door_sensor", case.task.id)
    if result is Result.CENTRAL and not waits_already:
        since = case.person.created_at
        ladder.begin(turn, ladder.Step.TRANSFER, person.id, case.place.path, [turn.actor.id], determined=since)
    if result is Result.CENTRAL and draft.get("willing") == "refused":
        leads = staff.above(turn.tx, staff.Role.LEAD, case.place)
        turn.say(leads, say.refuses(custody.who(case), case.place.name, turn.actor.name))
    turn.start("receipt", report.id)
    return report


_HOLDS_A_KIT = (contact.State.ISSUED, contact.State.LISTED)


def withdraw(turn: Turn, case: Case, stood: Mapping[str, Any], *, moves_on: bool = False, rides: bool = False) -> Case:
    """What the feedback that stands had brought falls away with it; `stood` is how that feedback was answered.

    Whoever is to be taken away after it as before (`moves_on`) keeps their band, and if willing (`rides`) their place
    on a transport notice; else the 转运组 hears that one fewer comes. The case as it is to be reported on.
    """
    case = case if rides else _off_the_notice(turn, case, moves_on=moves_on)
    if not moves_on and case.person.state in _HOLDS_A_KIT and issuance.withdraw(turn.tx, case.person.id, "corrected"):
        turn.reply(say.band_withdrawn(custody.who(case)))
    if case.person.state == contact.State.AWAITING_OFFLINE:
        for duty in offline_duty.void(turn.tx, case.task.id):
            turn.start("offline_duty", duty, "voided")
            ladder.end(turn, ladder.Step.OFFLINE_DUTY, duty)
    if case.person.state == contact.State.AT_HOME and stood.get("door") == "no":
        turn.start("door_sensor", case.task.id, "dropped")
        ladder.end(turn, ladder.Step.DOOR_SENSOR, case.task.id)
    if not moves_on and case.person.state in _TO_BE_MOVED:
        ladder.end(turn, ladder.Step.TRANSFER, case.person.id)
    return case


def _off_the_notice(turn: Turn, case: Case, *, moves_on: bool) -> Case:
    """Who has not boarded leaves the list in this transaction; who only will not ride yet waits for transport again."""
    if case.person.state != contact.State.LISTED:
        return case
    if left := notice.drop(turn.tx, case.person.id, "corrected"):
        turn.start("dispatch", left, "dropped", person=case.person.id)
    if not moves_on:
        return case
    issued = issuance.active(turn.tx, case.person.id) is not None
    return replace(case, person=notice.release(turn.tx, case.person, issued=issued))


def _tell_needs(turn: Turn, case: Case, draft: dict[str, Any]) -> None:
    """Who stays on the list may need another car than before."""
    needs = ready.needs(draft)
    if case.person.state == contact.State.LISTED and (on := notice.note_needs(turn.tx, case.person.id, needs)):
        turn.start("dispatch", on, "needs", person=case.person.id, needs=needs)


def _correct(turn: Turn, case: Case, new: dict[str, str]) -> Case:
    """Personal data put right: before and after are kept, the look-up hashes follow."""
    if not new:
        return case
    person = contact.correct(turn.tx, case.person, new)
    return Case(case.task, person, case.place)


def _reported(turn: Turn, task: Verification, result: Result, facts: dict[str, str]) -> Verification:
    """The task after its feedback. One of the household comes straight from 待核实, in one move (I-04)."""
    event = "forwarded" if result is Result.FORWARD else "reported"
    if task.state == verification.State.REPORTED and event == "reported":
        event = "corrected"
    changes: dict[str, Any] = {"ended_at": turn.now}
    if task.state == verification.State.OPEN:
        event, changes = f"{event}_together", changes | {"holder": turn.actor.id, "taken_at": turn.now}
    return verification.noun.fire(turn.tx, task, event, facts, **changes)


def _forward(turn: Turn, case: Case, to: str) -> None:
    """转发: offered to the other community, or, when it would go in a circle, laid before the street's lead."""
    circle = to in forward.had_it(turn.tx, case.person.id)
    state = forward.State.DISPUTED if circle else forward.State.OFFERED
    offer = forward.Forward(
        turn.tx.id(), state, 1, case.person.id, case.task.id, case.place.code, to, turn.actor.id, turn.now
    )
    forward.noun.insert(turn.tx, offer, "sent", to=to)
    turn.start("forward", offer.id, "sent")


def _owe_offline(turn: Turn, case: Case, report: Report) -> None:
    """Results 4–7 are born together with the duty to tell the CDC by voice (I-22)."""
    due = turn.now + turn.rules.at(case.person.created_at).deadline("offline_duty")
    duty = offline_duty.OfflineDuty(
        turn.tx.id(), offline_duty.State.OPEN, 1, report.id, case.task.id, case.place.code, turn.actor.id, turn.now, due
    )
    offline_duty.noun.insert(turn.tx, duty, "born", result=report.result)
    holders, since = [duty.holder], case.person.created_at
    ladder.begin(turn, ladder.Step.OFFLINE_DUTY, duty.id, case.place.path, holders, determined=since)
    turn.start("offline_duty", duty.id)


def _next_words(turn: Turn, case: Case, result: Result, willing: str) -> str:
    """What happens next, for the receipt."""
    if result is Result.HOME:
        pack = turn.rules.at(case.person.created_at)
        return say.next_home(case.person.last_exposure, pack.home_days(case.person.category), day(turn.now))
    return say.next_offline() if result in verification.OFFLINE else say.next_transport(willing)
