"""What may follow a feedback: 撤销 in two minutes, 更正 later, 退回 by the CDC; 为什么, 返回, 取消 on the way."""

from bot import custody
from bot.flow import UNDO_WITHIN, Aside
from bot.flows.verification import ending, questions, taking
from bot.flows.verification.table import KEPT, WORKING, flow
from bot.state import call, contact, reports, staff, verification
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.verification import Result
from bot.turn import Turn
from cards import parts, refusals, stamps
from cards import verification as card
from cards import verification_words as say


@flow.tap("correct", when="reported", then="form", may=Action.VERIFY, fresh=False)
def correct(turn: Turn) -> None:
    """更正: the form again, with what was fed back; both versions are kept, and nothing changes before 确认反馈."""
    case = custody.case_of(turn)
    report = reports.last(turn.tx, case.task)
    if case.task.state != verification.State.REPORTED or report is None:
        raise Refused(refusals.NOT_CORRECTABLE, "illegal_move")
    turn.hold(turn.actor.id)
    turn.draft = {name: report.answers[name] for name in KEPT if name in report.answers and name != "fields"}
    turn.draft |= {"result": report.result, "info": "same", "stood": report.answers}
    if report.remark:
        turn.draft["old_remark"] = report.remark
    turn.lock(stamps.CORRECTING, slot="receipt")
    turn.reply(say.correcting(custody.who(case), int(report.result)))
    taking.lay(turn)
    questions.ask(turn, "form")


@flow.tap("undo", when="reported", then="review", may=Action.VERIFY, fresh=False)
def undo(turn: Turn) -> None:
    """撤销 within two minutes: as if it had not been sent, ready to be sent again."""
    _undo(turn)


@flow.start("undo", then="review")
def undo_by_word(turn: Turn) -> None:
    """The word 撤销 means the member's last feedback, also in the middle of its 更正."""
    turn.act_for(str(turn.event.data["by"]))
    custody.load(turn)
    try:
        turn.require(Action.VERIFY, custody.case_of(turn).place.path)
        _undo(turn)
    except Refused as no:  # nobody pressed anything here that could be answered: say it
        turn.stay()
        turn.reply(no.words)


def _undo(turn: Turn) -> None:
    case = custody.case_of(turn)
    report = _undone(turn, case)
    _take_back(turn, case, report, "undone", {"by": turn.actor.id})
    turn.hold(turn.actor.id)
    turn.draft = {name: report.answers[name] for name in KEPT if name in report.answers and name != "fields"}
    turn.draft |= {"result": report.result, "info": "same"} | ({"remark": report.remark} if report.remark else {})
    if together := report.answers.get("together"):
        turn.draft["family"] = together
        for ref in together:
            turn.start("verification", ref, "undone_together", by=turn.actor.id)
    turn.lock(stamps.UNDONE)
    turn.start("receipt", report.id, "undone")
    turn.reply(say.undone(custody.who(case)))
    turn.start("verification", turn.ref, "open", to=turn.actor.id)


@flow.start("undone_together", when="reported", then="waiting")
def undone_together(turn: Turn) -> None:
    """One of the household whose common feedback is taken back: open again, to be fed back with the others or alone."""
    turn.act_for(str(turn.event.data["by"]))
    case = custody.load(turn)
    try:
        report = _undone(turn, case)
    except Refused as no:
        turn.stay()
        turn.reply(say.stays_fed_back(custody.who(case), no.words))
        return
    _take_back(turn, case, report, "returned", {"why": "undone"})
    turn.talk.holder, turn.draft = "", {}
    turn.start("receipt", report.id, "undone")
    turn.start("push", case.place.code, "refill")


def _undone(turn: Turn, case: verification.Case) -> reports.Report:
    """The actor's own feedback of the last two minutes, taken back now; `Refused` with the way that is left."""
    if case.task.state == verification.State.REPORTED:
        report = reports.take_back(turn.tx, case.task, turn.now - UNDO_WITHIN)
        if report is not None:
            return report
    report = reports.last(turn.tx, case.task)
    if report is None or report.reported_by != turn.actor.id:
        raise Refused(refusals.NOT_YOURS, "not_yours")
    if report.received_at is not None:
        raise Refused(refusals.RECEIVED_MEANWHILE, "too_late")
    if turn.now - report.reported_at > UNDO_WITHIN:
        raise Refused(refusals.TOO_LATE_TO_UNDO, "too_late")
    if report.result == Result.FORWARD:
        raise Refused(refusals.USE_WITHDRAW, "use_withdraw")
    raise Refused(refusals.NOT_STANDING, "illegal_move")


@flow.tap("household", when="reported", may=Action.SUPPLEMENT, fresh=False)
def household(turn: Turn) -> None:
    """补充同住人员: who lives there and is on no list?"""
    person = custody.case_of(turn).person
    turn.start("supplement", turn.actor.id, "household", contact=person.id, by=turn.actor.id)


@flow.tap("companion", when="reported", may=Action.ASK_COMPANION, fresh=False)
def companion(turn: Turn) -> None:
    """陪护申请 for somebody of this household."""
    turn.start("companionship", turn.tx.id(), "begin", contact=custody.case_of(turn).person.id, by=turn.actor.id)


@flow.start("returned", then="waiting")
def returned(turn: Turn) -> None:
    """退回 by the CDC, even in the middle of a 更正: 待核实 again with the reason; the same member is asked first."""
    case = custody.load(turn)
    if case.task.state != verification.State.REPORTED:
        turn.stay()
        return
    reporter, reason = turn.talk.holder, str(turn.event.data["reason"])
    _take_back(turn, case, reports.last(turn.tx, case.task), "returned", {})
    turn.lock(stamps.RETURNED_BY_CDC)
    turn.focus_alone(reporter)
    turn.talk.holder, turn.draft = "", {}
    people = staff.serving(turn.tx, staff.Role.COMMUNITY, case.place.path)
    turn.say([reporter], say.returned(custody.who(case), reason))
    turn.send([reporter] if reporter in people else people, taking.pending(turn), custody.SLOT)
    if not people:  # nobody is on duty: the list tells the lead at once
        turn.start("push", case.place.code, "arrived", count=1)


@flow.start("given_back", when="reported", then="form")
def given_back(turn: Turn) -> None:
    """A forward was returned or withdrawn: the same holder goes on where they were, with their draft begun anew."""
    case = custody.load(turn)
    turn.draft = {}
    turn.hold(case.task.holder)
    people = staff.serving(turn.tx, staff.Role.COMMUNITY, case.place.path)
    if case.task.holder in people:
        turn.act_for(case.task.holder)
        taking.lay(turn)
        questions.ask(turn, "form")
        return
    name, since = staff.name_of(turn.tx, case.task.holder), parts.clock(turn.now, turn.now)
    held = card.held(custody.who(case), name, since, turn.keys("take_over", case.task.holder))
    turn.send(people, held, "held")  # whoever sent it is no longer there: a colleague may take it over
    if not people:  # nor is anybody else: the roster gives it to the lead at once
        turn.start("roster", case.place.code, "changed")


@flow.start("merged", then="reported")
def merged(turn: Turn) -> None:
    """The CDC has joined this record with another: nothing is left to do here."""
    turn.lock(stamps.MERGED)
    turn.draft = {}
    turn.release()


def _take_back(
    turn: Turn, case: verification.Case, report: reports.Report | None, event: str, facts: dict[str, str]
) -> None:
    """State, duty and task as before the feedback."""
    ending.withdraw(turn, case, report.answers if report else {})
    person = contact.noun.fire(turn.tx, case.person, "returned", facts)
    holder = turn.actor.id if event == "undone" else ""
    task = verification.noun.fire(turn.tx, case.task, event, facts, holder=holder, ended_at=None)
    turn.room["case"] = case = verification.Case(task, person, case.place)
    custody.reopened(turn, case, [holder] if holder else [], anew=event == "returned" and "why" not in facts)


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
    case = custody.case_of(turn)
    if case.task.state == verification.State.REPORTED:
        turn.draft = {}
        turn.lock(stamps.CORRECTION_DROPPED)
        turn.reply(say.correction_dropped(custody.who(case)))
        if (report := reports.last(turn.tx, case.task)) is not None:
            ending.send_receipt(turn, case, [custody.who(case).name], report)
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
