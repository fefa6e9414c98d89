"""线下反馈: results 4–7 must also be told to the CDC by a person; channel, whom and when end it, nothing else does."""

from bot import handing, ladder
from bot.flow import Aside, Flow
from bot.state import fields, offline_duty, reports, staff, verification
from bot.state.machine import Refused
from bot.state.offline_duty import OfflineDuty
from bot.state.permission import Action
from bot.state.queue import Priority
from bot.state.verification import Case
from bot.turn import Turn
from cards import offline_duty as card
from cards import parts, refusals, stamps, words
from cards.template import Card

SLOT = "offline"
flow = Flow("offline_duty", steps=["owed", "channel", "whom", "done", "seen", "void"])
flow.expects = card.EXPECTS


@flow.where
def place(turn: Turn) -> str:
    """The community that owes it."""
    duty = offline_duty.noun.load(turn.tx, turn.ref, lock=True)
    case = verification.case(turn.tx, duty.verification_id)
    if case is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    turn.room |= {"duty": duty, "case": case}
    return case.place.path


@flow.start(when="owed")
def born(turn: Turn) -> None:
    """Right after the feedback: the card with the text to read out."""
    place(turn)
    duty = _duty(turn)
    if duty.state != offline_duty.State.OPEN:  # taken back before this could be said
        return
    turn.hold(duty.holder)
    turn.send([duty.holder], _draw(turn), SLOT, Priority.ANSWER)


@flow.start("voided", when=("owed", "channel", "whom"), then="void")
def voided(turn: Turn) -> None:
    """The feedback that demanded it is gone: nobody needs to be told any more."""
    turn.lock(stamps.VOID)
    turn.draft = {}
    turn.release()


@flow.start("reassign", when=("owed", "channel", "whom"), then="owed")
def reassigned(turn: Turn) -> None:
    """The roster or a lead has given the duty to somebody else: it begins anew with them."""
    place(turn)
    duty, wait = _duty(turn), handing.given(turn, ladder.Step.OFFLINE_DUTY)
    if wait is None or turn.talk.holder in wait.holders:
        turn.stay()
        return
    to = wait.holders[0]
    turn.room["duty"] = offline_duty.noun.amend(turn.tx, duty, "handed", {"from": duty.holder, "to": to}, holder=to)
    turn.act_for(to)
    turn.lock(stamps.by(turn.actor.name, stamps.TAKEN))
    turn.release()
    turn.draft = {}
    turn.hold(to)
    turn.answer(_draw(turn), SLOT)


@flow.tap("tell", when="owed", then="channel", may=Action.DO_OFFLINE_DUTY)
def tell(turn: Turn) -> None:
    """已线下反馈: ask how; who begins has it from now on, in the list too."""
    duty, me = _duty(turn), turn.actor.id
    if duty.holder != me:
        changed = {"from": duty.holder, "to": me}
        turn.room["duty"] = offline_duty.noun.amend(turn.tx, duty, "handed", changed, holder=me)
    turn.hold(me)
    ladder.hold(turn, ladder.Step.OFFLINE_DUTY, turn.ref, [me])
    turn.focus()
    turn.answer(card.ask_channel(_who(turn), turn.keys), SLOT)


@flow.tap("channel", when="channel", then="whom", may=Action.DO_OFFLINE_DUTY)
def channel(turn: Turn) -> None:
    """The channel is chosen; whom and when are typed."""
    chosen = (turn.event.answers.get("channel") or ("",))[0]
    if chosen not in card.CHANNELS:
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    turn.draft["channel"] = chosen
    turn.lock_this(stamps.WRITE_WHOM)
    turn.focus()
    turn.reply(card.ask_whom())


@flow.text(when="whom", then="done", may=Action.DO_OFFLINE_DUTY)
def whom(turn: Turn) -> None:
    """Whom and when: this record ends the duty."""
    said = turn.event.text.strip()[:200]
    name, at = offline_duty.heard(said, turn.now)
    if not fields.meaningful(name):
        turn.stay()
        turn.reply(card.whom_again())
        return
    changes = {"channel": turn.draft["channel"], "told_whom": said, "told_at": at, "done_by": turn.actor.id}
    duty = offline_duty.noun.fire(turn.tx, _duty(turn), "done", {"channel": changes["channel"]}, **changes)
    ladder.end(turn, ladder.Step.OFFLINE_DUTY, turn.ref)
    offline_duty.close_contact(turn.tx, _case(turn).person)
    turn.lock(stamps.OFFLINE_DONE)
    turn.focus(on=False)
    turn.draft = {}
    turn.reply(card.done(_who(turn), duty.channel, name, parts.clock(at, turn.now)))
    turn.start("offline_duty", turn.ref, "told")


@flow.start("told", when="done")
def told(turn: Turn) -> None:
    """The CDC's people see whom of them the record names, and confirm."""
    place(turn)
    duty, case = _duty(turn), _case(turn)
    at = duty.told_at or turn.now
    name, _ = offline_duty.heard(duty.told_whom, at)
    by = staff.name_of(turn.tx, duty.done_by)
    drawn = card.told(_who(turn), case.place.name, by, duty.channel, name, parts.clock(at, turn.now), turn.keys)
    turn.send(staff.above(turn.tx, staff.Role.CDC, case.place), drawn, "told")


@flow.aside(Aside.BACK, when=("channel", "whom"), then="owed", may=Action.DO_OFFLINE_DUTY)
@flow.aside(Aside.CANCEL, when=("owed", "channel", "whom"), then="owed", may=Action.DO_OFFLINE_DUTY)
def later(turn: Turn) -> None:
    """返回, 取消: it is still owed; the card comes again."""
    turn.focus(on=False)
    turn.draft = {}
    turn.reply(card.later(_who(turn)))
    turn.answer(_draw(turn), SLOT)


@flow.aside(Aside.WHY, may=Action.DO_OFFLINE_DUTY)
def why(turn: Turn) -> None:
    """为什么: state, holder, deadline, and what is missing."""
    duty = _duty(turn)
    state, left = offline_duty.State(duty.state), parts.left(duty.due_at, turn.now)
    owed = state is offline_duty.State.OPEN
    by = staff.name_of(turn.tx, turn.talk.holder)
    turn.reply(card.explained(_who(turn), state.label, by, left if owed else "", flow.expects.get(turn.talk.step, "")))


@flow.tap("got", when="done", then="seen", may=Action.RECEIVE_FEEDBACK)
def got(turn: Turn) -> None:
    """已收到: the CDC confirms that it was told; the worker hears it."""
    turn.lock(stamps.by(turn.actor.name, stamps.GOT))
    turn.reply(card.got(_who(turn)))
    turn.say([_duty(turn).done_by], card.told_got(_who(turn), turn.actor.name))


@flow.start("open", when="*")
def opened(turn: Turn) -> None:
    """A member has chosen this duty from the list."""
    turn.act_for(str(turn.event.data["to"]))
    turn.require(Action.DO_OFFLINE_DUTY, place(turn))
    _show(turn)


@flow.late
def late(turn: Turn) -> None:
    """Done already, or an older card."""
    if turn.verb == "got":
        turn.require(Action.RECEIVE_FEEDBACK, _case(turn).place.path)
        turn.reply(card.got_already(_who(turn)))
        turn.lock_this(words.RECEIVED)
        return
    turn.require(Action.DO_OFFLINE_DUTY, _case(turn).place.path)
    if _duty(turn).state == offline_duty.State.OPEN and turn.talk.holder not in ("", turn.actor.id):
        turn.reply(card.with_colleague(_who(turn), staff.name_of(turn.tx, turn.talk.holder)))
        turn.lock_this(stamps.TAKEN)
        return
    _show(turn)


def _show(turn: Turn) -> None:
    """The live card of this moment, or that it is done."""
    duty = _duty(turn)
    if turn.talk.step in ("done", "seen", "void") or duty.state != offline_duty.State.OPEN:
        turn.reply(card.done_already(_who(turn), staff.name_of(turn.tx, duty.done_by) if duty.done_by else ""))
        turn.lock_this(stamps.OFFLINE_DONE)
    elif turn.talk.step == "whom":
        turn.focus()
        turn.reply(card.ask_whom())
    else:
        drawn = _draw(turn) if turn.talk.step == "owed" else card.ask_channel(_who(turn), turn.keys)
        turn.answer(drawn, SLOT)


def _duty(turn: Turn) -> OfflineDuty:
    duty: OfflineDuty = turn.room["duty"]
    return duty


def _case(turn: Turn) -> Case:
    case: Case = turn.room["case"]
    return case


def _who(turn: Turn) -> parts.Person:
    person = _case(turn).person
    return parts.person(person.name, person.category)


def _draw(turn: Turn) -> Card:
    duty, case = _duty(turn), _case(turn)
    report = reports.last(turn.tx, case.task)
    if report is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    ready = card.ready_text(case.place.name, _who(turn), int(report.result), report.remark)
    return card.due(_who(turn), int(report.result), ready, parts.left(duty.due_at, turn.now), turn.keys)
