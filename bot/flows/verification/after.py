"""What may follow a feedback: 撤销 in two minutes, 更正 later, 退回 by the CDC; 为什么, 返回, 取消 on the way."""

from datetime import timedelta

from bot import custody
from bot.flow import Aside
from bot.flows.verification import questions, taking
from bot.flows.verification.table import KEPT, WORKING, flow
from bot.state import call, contact, offline_duty, staff, verification
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.verification import Result
from bot.turn import Turn
from cards import parts, refusals, stamps
from cards import verification as card
from cards import verification_words as say

UNDO_WITHIN = timedelta(minutes=2)


@flow.tap("correct", when="reported", then="form", may=Action.VERIFY, fresh=False)
def correct(turn: Turn) -> None:
    """更正: the form again, with what was fed back; both versions are kept, and nothing changes before 确认反馈."""
    case = custody.case_of(turn)
    report = verification.last_report(turn.tx, case.task)
    if case.task.state != verification.State.REPORTED or report is None:
        raise Refused(refusals.NOT_CORRECTABLE, "illegal_move")
    turn.hold(turn.actor.id)
    turn.draft = {name: report.answers[name] for name in KEPT if name in report.answers and name != "fields"}
    turn.draft |= {"result": report.result, "info": "same"}
    if report.remark:
        turn.draft["old_remark"] = report.remark
    turn.lock(stamps.CORRECTING, slot="receipt")
    turn.reply(say.correcting(custody.who(case), int(report.result)))
    questions.ask(turn, "form")


@flow.tap("undo", when="reported", then="review", may=Action.VERIFY, fresh=False)
def undo(turn: Turn) -> None:
    """撤销 within two minutes: as if it had not been sent, ready to be sent again."""
    _undo(turn)


@flow.start("undo", when="reported", then="review")
def undo_by_word(turn: Turn) -> None:
    """The word 撤销 means the member's last feedback."""
    turn.act_for(str(turn.event.data["by"]))
    turn.require(Action.VERIFY, custody.load(turn).place.path)
    _undo(turn)


def _undo(turn: Turn) -> None:
    case = custody.case_of(turn)
    report = verification.last_report(turn.tx, case.task)
    if report is None or report.reported_by != turn.actor.id:
        raise Refused(refusals.NOT_YOURS, "not_yours")
    _must_be_fresh(turn, report)
    _take_back(turn, case, "undone", {"by": turn.actor.id})
    verification.mark_undone(turn.tx, report)
    turn.hold(turn.actor.id)
    turn.draft = {name: report.answers[name] for name in KEPT if name in report.answers and name != "fields"}
    turn.draft |= {"result": report.result, "info": "same"} | ({"remark": report.remark} if report.remark else {})
    turn.lock(stamps.UNDONE, slot="receipt")
    turn.start("receipt", report.id, "undone")
    turn.reply(say.undone(custody.who(case)))
    questions.ask(turn, "review")


def _must_be_fresh(turn: Turn, report: verification.Report) -> None:
    if report.received_at is not None:
        raise Refused(refusals.RECEIVED_MEANWHILE, "too_late")
    if turn.now - report.reported_at > UNDO_WITHIN:
        raise Refused(refusals.TOO_LATE_TO_UNDO, "too_late")
    if report.result == Result.FORWARD:
        raise Refused(refusals.USE_WITHDRAW, "use_withdraw")


@flow.start("returned", when="reported", then="waiting")
def returned(turn: Turn) -> None:
    """退回 by the CDC: back to 待核实 with the reason; the same member is asked first, the duty falls away."""
    case = custody.load(turn)
    if case.task.state != verification.State.REPORTED:
        turn.stay()
        return
    reporter, reason = case.task.holder, str(turn.event.data["reason"])
    _take_back(turn, case, "returned", {})
    turn.lock(stamps.RETURNED_BY_CDC)
    turn.talk.holder, turn.draft = "", {}
    people = staff.serving(turn.tx, staff.Role.COMMUNITY, case.place.path)
    turn.say([reporter], say.returned(custody.who(case), reason))
    turn.send([reporter] if reporter in people else people, taking.pending(turn), custody.SLOT)
    turn.focus_of(reporter)


@flow.start("given_back", when="reported", then="form")
def given_back(turn: Turn) -> None:
    """A forward was returned or withdrawn: the same holder goes on where they were, with their draft begun anew."""
    case = custody.load(turn)
    turn.draft = {}
    turn.lock(stamps.FORWARD_RETURNED, slot="receipt")
    turn.act_for(case.task.holder)
    turn.hold(case.task.holder)
    questions.ask(turn, "form")


@flow.start("merged", then="reported")
def merged(turn: Turn) -> None:
    """The CDC has joined this record with another: nothing is left to do here."""
    turn.lock(stamps.MERGED)
    turn.draft = {}
    staff.unfocus(turn.tx, turn.talk.id)


def _take_back(turn: Turn, case: verification.Case, event: str, facts: dict[str, str]) -> None:
    """State, duty and task as before the feedback; the door task goes with it."""
    offline_duty.void(turn.tx, case.task.id)
    person = contact.noun.fire(turn.tx, case.person, "returned", facts)
    holder = turn.actor.id if event == "undone" else ""
    task = verification.noun.fire(turn.tx, case.task, event, facts, holder=holder, ended_at=None)
    turn.room["case"] = verification.Case(task, person, case.place)


# ── on the way ────────────────────────────────────────────────────────────────────────────────────────────────────────


@flow.aside(Aside.BACK, when=WORKING[2:], then="form", may=Action.VERIFY)
def back(turn: Turn) -> None:
    """返回: to the form, with what was chosen so far."""
    if custody.mine(turn):
        questions.ask(turn, "form")


@flow.aside(Aside.CANCEL, when=WORKING, then={"left": "waiting", "kept": "reported"}, may=Action.VERIFY)
def cancel(turn: Turn) -> str | None:
    """取消: leave it for now; the draft waits, the task stays with its holder. A 更正 is given up altogether."""
    turn.focus(on=False)
    if custody.case_of(turn).task.state == verification.State.REPORTED:
        turn.draft = {}
        turn.lock(stamps.CORRECTION_DROPPED)
        turn.reply(say.correction_dropped(custody.who(custody.case_of(turn))))
        return "kept"
    turn.stay()
    turn.reply(say.left_for_now(custody.who(custody.case_of(turn))))
    return None


@flow.aside(Aside.WHY, may=Action.VERIFY)
def why(turn: Turn) -> None:
    """为什么: state, holder, deadline, and what is still missing."""
    case = custody.case_of(turn)
    holder = staff.name_of(turn.tx, case.task.holder) if case.task.holder else ""
    lacking = card.MISSING.get(questions.missing(turn), "") if turn.talk.step in WORKING[1:] else ""
    left = parts.left(case.task.due_at, turn.now)
    calls = len(call.attempts(turn.tx, case.person.id))
    state = verification.State(case.task.state).label
    turn.reply(say.explained(custody.who(case), state, holder, left, calls, lacking))
