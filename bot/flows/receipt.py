"""The CDC receives feedback: a few cards at a time, the rest counted; 接收 ends it, once, whoever presses first."""

from bot.flow import Aside, Flow
from bot.state import conversation, fields, reports, results, staff, verification
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.reports import Report
from bot.state.verification import Case
from bot.turn import Turn
from cards import parts, refusals, stamps
from cards import receipt as card
from cards import verification as answers
from cards.template import Card

OPEN_CARDS = 5
SLOT = "receipt"
flow = Flow("receipt", steps=["waiting", "reason", "received", "returned", "undone"])
flow.expects = card.EXPECTS


@flow.where
def place(turn: Turn) -> str:
    """The community that fed back."""
    report = reports.find(turn.tx, turn.ref)
    case = verification.case(turn.tx, report.verification_id) if report else None
    if report is None or case is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    turn.room |= {"report": report, "case": case}
    return case.place.path


@flow.start(when="waiting")
def begun(turn: Turn) -> None:
    """A feedback is there: show it to the CDC members of the district who still have room on their phones."""
    place(turn)
    case, _ = _both(turn)
    wanted = turn.event.data.get("to")
    people = [wanted] if wanted else staff.above(turn.tx, staff.Role.CDC, case.place)
    if not wanted:
        _tell(turn, "feedback")
    laid = conversation.open_counts(turn.tx, people, SLOT)
    free = [one for one in people if laid[one] < OPEN_CARDS]
    turn.send(free, _draw(turn), SLOT)
    for crowded in {*people} - {*free}:
        turn.start("receipts", crowded, "more")


@flow.tap("receive", when="waiting", then="received", may=Action.RECEIVE_FEEDBACK)
def receive(turn: Turn) -> None:
    """接收: the CDC has taken note; colleagues' cards say who did."""
    case, report = _both(turn)
    reports.receive(turn.tx, report)
    turn.lock(stamps.by(turn.actor.name, stamps.ACCEPTED))
    turn.reply(card.received(_who(case)))
    turn.start("receipts", turn.actor.id, "next")


@flow.tap("return", when="waiting", then="reason", may=Action.RETURN_FEEDBACK)
def send_back(turn: Turn) -> None:
    """退回: the reason is typed."""
    turn.hold(turn.actor.id)
    turn.focus()
    turn.lock(stamps.by(turn.actor.name, stamps.RETURNING))
    turn.reply(card.ask_reason(_who(turn.room["case"])))


@flow.text(when="reason", then="returned", may=Action.RETURN_FEEDBACK)
def reason(turn: Turn) -> None:
    """The task goes back to the community with the reason."""
    said = fields.seen(turn.event.text)[:200]
    if not fields.meaningful(said):
        turn.stay()
        turn.reply(card.reason_again())
        return
    case, report = _both(turn)
    if case.task.state != verification.State.REPORTED or report.undone_at is not None:
        raise Refused(refusals.BEING_CORRECTED, "overtaken")
    reports.receive(turn.tx, report)
    turn.focus(on=False)
    turn.start("verification", case.task.id, "returned", reason=said)
    turn.start("receipts", turn.actor.id, "next")
    turn.reply(card.sent_back(_who(case)))


@flow.aside(Aside.BACK, when="reason", then="waiting", may=Action.RETURN_FEEDBACK)
@flow.aside(Aside.CANCEL, when="reason", then="waiting", may=Action.RETURN_FEEDBACK)
def not_after_all(turn: Turn) -> None:
    """返回, 取消: it is not sent back; the card comes again."""
    turn.focus(on=False)
    turn.answer(_draw(turn), SLOT)


@flow.start("undone", when=("waiting", "reason"), then="undone")
def undone(turn: Turn) -> None:
    """The community has taken it back within two minutes."""
    turn.lock(stamps.UNDONE_BY_COMMUNITY)
    _tell(turn, "undone")


@flow.late
def late(turn: Turn) -> None:
    """A colleague was first, or the card is old."""
    turn.require(Action.RECEIVE_FEEDBACK, turn.room["case"].place.path)
    case, report = _both(turn)
    if turn.talk.step in ("reason", "undone"):
        turn.reply(card.not_now(_who(case), turn.talk.step == "undone"))
        return
    by, at = staff.name_of(turn.tx, report.received_by), parts.clock(report.received_at or turn.now, turn.now)
    turn.reply(card.received_already(_who(case), by, at))
    turn.lock_this(stamps.by(by, stamps.ACCEPTED))


def _tell(turn: Turn, event: str) -> None:
    """The CDC's own system hears it too."""
    if turn.tells_cdc:
        turn.tell_cdc({"event": event} | results.of(turn.tx, turn.ref))


def _both(turn: Turn) -> tuple[Case, Report]:
    return turn.room["case"], turn.room["report"]


def _who(case: Case) -> parts.Person:
    person = case.person
    return parts.person(person.name, person.category, person.phone, person.id_number, person.address)


def _draw(turn: Turn) -> Card:
    case, report = _both(turn)
    by, at = staff.name_of(turn.tx, report.reported_by), parts.clock(report.reported_at, turn.now)
    before = reports.version(turn.tx, case.task, report.n - 1) if report.n > 1 else None
    said = [card.before(int(before.result))] if before is not None and before.undone_at is None else []
    said += [card.remark(report.remark)] if report.remark else []
    rows = answers.answer_rows(report.answers)
    return card.feedback(_who(case), int(report.result), case.place.name, by, at, said, rows, turn.keys)
