"""线下反馈: results 4–7 must also be told to the CDC by a person; channel, whom and when end it, nothing else does."""

from bot.flow import Flow
from bot.state import fields, offline_duty, staff, verification
from bot.state.machine import Refused
from bot.state.offline_duty import OfflineDuty
from bot.state.permission import Action
from bot.state.verification import Case
from bot.turn import Turn
from cards import offline_duty as card
from cards import parts
from cards.template import Card

SLOT = "offline"
flow = Flow("offline_duty", steps=["owed", "channel", "whom", "done"])
flow.expects = card.EXPECTS


@flow.where
def place(turn: Turn) -> str:
    """The community that owes it."""
    duty = offline_duty.noun.load(turn.tx, turn.ref, lock=True)
    case = verification.case(turn.tx, duty.verification_id)
    if case is None:
        raise Refused("没有找到这条任务，可能已归档。没有改动。", "unknown_ref")
    turn.room |= {"duty": duty, "case": case, "report": verification.last_report(turn.tx, case.task)}
    return case.place.path


@flow.start(when="owed")
def born(turn: Turn) -> None:
    """Right after the feedback: the card with the text to read out, and a promise to come back."""
    place(turn)
    duty = _duty(turn)
    turn.hold(duty.holder)
    turn.send([duty.holder], _draw(turn), SLOT)
    turn.remind("overdue", duty.due_at, bound=False)


@flow.due("overdue", when=("owed", "channel", "whom"))
def overdue(turn: Turn) -> None:
    """The time is over and it has not been done: the card comes again."""
    place(turn)
    turn.send([turn.talk.holder], _draw(turn), SLOT)


@flow.tap("tell", when="owed", then="channel", may=Action.DO_OFFLINE_DUTY)
def tell(turn: Turn) -> None:
    """已线下反馈: ask how."""
    turn.hold(turn.actor.id)
    turn.focus()
    turn.send([turn.actor.id], card.ask_channel(_who(turn), turn.keys), SLOT)


@flow.tap("channel", when="channel", then="whom", may=Action.DO_OFFLINE_DUTY)
def channel(turn: Turn) -> None:
    """The channel is chosen; whom and when are typed."""
    chosen = (turn.event.answers.get("channel") or ("",))[0]
    if chosen not in card.CHANNELS:
        raise Refused("这个选项不在卡片上，没有保存。\n请重新选择。", "option_not_offered")
    turn.draft["channel"] = chosen
    turn.lock_this("请写告知了谁")
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
    offline_duty.close_contact(turn.tx, _case(turn).person)
    turn.lock("已线下反馈")
    turn.focus(on=False)
    turn.draft = {}
    turn.reply(card.done(_who(turn), duty.channel, name, parts.clock(at, turn.now)))


@flow.late
def late(turn: Turn) -> None:
    """Done already, or an older card."""
    turn.require(Action.DO_OFFLINE_DUTY, _case(turn).place.path)
    duty = _duty(turn)
    if turn.talk.step == "done":
        turn.reply(card.done_already(_who(turn), staff.name_of(turn.tx, duty.done_by)))
        turn.lock_this("已线下反馈")
    elif turn.talk.step == "whom":
        turn.focus()
        turn.reply(card.ask_whom())
    else:
        drawn = _draw(turn) if turn.talk.step == "owed" else card.ask_channel(_who(turn), turn.keys)
        turn.send([turn.actor.id], drawn, SLOT)


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
    duty, case, report = _duty(turn), _case(turn), turn.room["report"]
    ready = card.ready_text(case.place.name, _who(turn), int(report.result), report.remark)
    return card.due(_who(turn), int(report.result), ready, parts.left(duty.due_at, turn.now), turn.keys)
