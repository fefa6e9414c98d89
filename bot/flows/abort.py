"""中止: once people have boarded, a pickup ends early only with a reason and a word on each who has not left."""

from collections.abc import Mapping

from bot import transport
from bot.flow import Aside, Flow
from bot.state import contact, fields, notice, staff, trip
from bot.state.notice import NoticePerson, On
from bot.state.permission import Action
from bot.state.queue import Priority
from bot.state.trip import Fate
from bot.turn import Turn
from cards import abort as card
from cards import mask, stamps

SLOT, OTHER = "review", "other"
flow = Flow("abort", steps=["idle", "reason", "review"], personal=True)
flow.expects = card.EXPECTS
ASKED = {"": "reason", "end": "idle"}
REVIEWED = {"": "review", "end": "idle"}
Open = list[tuple[NoticePerson, contact.Contact]]


@flow.tap("ask", then=ASKED, may=Action.ABORT_NOTICE, fresh=False)
def ask(turn: Turn) -> str:
    """The button on 我的通知 and on the order of the 转运组; the reason is typed."""
    turn.draft = {"notice": turn.arg}
    if not _may_end(turn):
        return "end"
    turn.focus()
    turn.reply(card.ask_reason(transport.title(turn)))
    return ""


@flow.text(when="reason", then=REVIEWED, may=Action.ABORT_NOTICE)
def reason(turn: Turn) -> str:
    """Why; it is what becomes of everybody, until somebody's own fate is typed."""
    said = fields.seen(turn.event.text)[:200]
    if not _may_end(turn):
        return "end"
    if not fields.meaningful(said):
        turn.stay()
        turn.reply(card.reason_again())
        return ""
    turn.draft |= {"reason": said, "fates": {}}
    _review(turn)
    return ""


@flow.text(when="review", then=REVIEWED, may=Action.ABORT_NOTICE)
def fate(turn: Turn) -> str:
    """`2 4 改120`: what becomes of some of them; several lines are several fates."""
    if not _may_end(turn):
        return "end"
    people = _open(turn)
    for line in turn.event.text.splitlines():
        numbers, disposition, said = card.fates(line)
        if not numbers or not all(0 < one <= len(people) for one in numbers):
            turn.stay()
            turn.reply(card.fate_again(len(people)))
            return ""
        for one in numbers:
            turn.draft["fates"][people[one - 1][0].id] = [disposition, said[:200]]
    _review(turn)
    return ""


@flow.tap("confirm", when="review", then=REVIEWED, may=Action.ABORT_NOTICE)
def confirm(turn: Turn) -> str:
    """确认中止: people off and free, cars home, everybody told; unless somebody boarded or left meanwhile."""
    if not _may_end(turn):
        return "end"
    people = _open(turn)
    if _likeness(people) != turn.draft["seen"]:
        turn.reply(card.changed())
        _review(turn)
        return ""
    row, title, why = transport.of(turn), transport.title(turn), str(turn.draft["reason"])
    ended = trip.abort(turn.tx, row, why, _fates(turn), Fate(OTHER, why))
    turn.lock(stamps.ABORTED)
    turn.reply(card.done(title, ended.freed, [car.plate for car in ended.cars]))
    told = card.told(title, turn.actor.name, why, ended.freed, ended.left)
    turn.start("dispatch", row.id, "aborted", who=turn.actor.id, text=told)
    for car in ended.cars:
        turn.start("pickup", car.id, "over")
    _leave(turn)
    return "end"


@flow.aside(Aside.BACK, when=("reason", "review"), then="idle", may=Action.ABORT_NOTICE)
@flow.aside(Aside.CANCEL, when=("reason", "review"), then="idle", may=Action.ABORT_NOTICE)
def not_after_all(turn: Turn) -> None:
    """返回, 取消: it goes on."""
    _load(turn)
    turn.reply(card.kept(transport.title(turn)))
    turn.lock(stamps.GOES_ON)
    _leave(turn)


@flow.aside(Aside.WHY, may=Action.ABORT_NOTICE)
def why(turn: Turn) -> None:
    """为什么: where it stands, and what is still asked."""
    if "notice" not in turn.draft:
        turn.reply(card.nothing_open())
        return
    state = notice.State(_load(turn).state).label
    turn.reply(card.explained(transport.title(turn), state, flow.expects.get(turn.talk.step, "")))


@flow.late
def late(turn: Turn) -> None:
    """Pressed again: how it ended, or the list of this moment."""
    row = _load(turn, turn.arg)
    if turn.talk.step == "review" and turn.draft.get("notice") == row.id and row.state == notice.State.BOARDING:
        turn.reply(card.outdated())
        return
    _say_over(turn)


# ── the notice in hand ────────────────────────────────────────────────────────────────────────────────────────────────


def _load(turn: Turn, ref: str = "") -> notice.Notice:
    """The notice, held, if the actor may end it."""
    row = transport.load(turn, ref or str(turn.draft["notice"]))
    turn.require(Action.ABORT_NOTICE, transport.place(turn).path)
    return row


def _may_end(turn: Turn) -> bool:
    """Whether people have boarded and it is not over; if not, it is said, and the dialog ends."""
    row = _load(turn)
    if row.state == notice.State.BOARDING:
        return True
    if row.state in notice.BEFORE_BOARDING:
        turn.reply(card.cannot(transport.title(turn), notice.State(row.state).label))
    else:
        _say_over(turn)
    turn.lock(stamps.OUTDATED)
    _leave(turn)
    return False


def _say_over(turn: Turn) -> None:
    row = transport.of(turn)
    by = staff.name_of(turn.tx, row.ended_by) if row.ended_by else ""
    turn.reply(card.over(transport.title(turn), notice.State(row.state).label, by))
    turn.lock_this(stamps.OUTDATED)


def _leave(turn: Turn) -> None:
    turn.draft = {}
    turn.focus(on=False)


def _open(turn: Turn) -> Open:
    """Everybody who has not left and whose absence nobody has explained, in the fixed order of the roster."""
    roster = notice.roster(turn.tx, transport.of(turn).id)
    return [one for one in roster if one[0].state in (On.LISTED, On.ABOARD)]


def _likeness(people: Open) -> list[list[str]]:
    return [[place.id, place.state] for place, _ in people]


def _fates(turn: Turn) -> Mapping[str, Fate]:
    """What was typed, by place; words that were left out are the reason for all."""
    typed: dict[str, list[str]] = turn.draft["fates"]
    return {place: Fate(disposition, said or turn.draft["reason"]) for place, (disposition, said) in typed.items()}


def _review(turn: Turn) -> None:
    """The people with their fates as text, and the card that does it."""
    row, people, why = transport.of(turn), _open(turn), str(turn.draft["reason"])
    turn.draft["seen"] = _likeness(people)
    known = _fates(turn)
    lines = [
        card.Line(number, mask.name(who.name), On(place.state).label, _shown(known.get(place.id)))
        for number, (place, who) in enumerate(people, 1)
    ]
    aboard = sum(place.state == On.ABOARD for place, _ in people)
    cars = [one.plate for one in notice.vehicles(turn.tx, row.id) if one.standing]
    turn.focus()
    first, *more = card.people(lines)
    turn.reply(first)
    for part in more:
        turn.say([turn.actor.id], part, Priority.ANSWER)
    title = transport.title(turn)
    turn.answer(card.review(title, why, aboard, len(people) - aboard, cars, turn.keys, row.id), SLOT)


def _shown(own: Fate | None) -> str:
    return card.fate(OTHER, "") if own is None else card.fate(own.disposition, own.reason)
