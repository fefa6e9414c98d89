"""我的通知: the notices of the member's communities with their states; one of them, its roster, 取消转运通知."""

from bot import ladder, offered, transport
from bot.flow import Aside, Flow
from bot.state import area, contact, fields, notice, staff
from bot.state.permission import Action
from bot.state.queue import Priority
from bot.state.staff import Role
from bot.turn import Turn
from cards import my_notices as card
from cards import notice as writing
from cards import parts, stamps, words
from cards.template import Card

MOST = 20
SLOT = "list"
ONE = "notice"
flow = Flow("my_notices", steps=["idle", "listed", "reason"], personal=True)
flow.expects = card.EXPECTS


@flow.word(words.MY_NOTICES, then="listed", may=Action.FOLLOW_NOTICES)
def ask(turn: Turn) -> None:
    """The newest notices of every community the member serves."""
    _list(turn)


@flow.tap("list", then="listed", may=Action.FOLLOW_NOTICES, fresh=False)
def from_opening(turn: Turn) -> None:
    """The button on 通知转运 is the same as the word."""
    _list(turn)


def _list(turn: Turn) -> None:
    paths = [grant.path for grant in turn.actor.grants if grant.role in (Role.COMMUNITY, Role.LEAD)]
    places = {one.code: one for one in area.communities(turn.tx, paths)}
    found = notice.under(turn.tx, list(places), MOST)
    turn.talk.facts, turn.draft = {"refs": [row.id for row in found]}, {}
    turn.focus()
    if not found:
        turn.reply(card.nothing())
        return
    going = sum(row.state in notice.OPEN for row in found)
    lines = [_line(turn, number, row, places[row.area_code].name) for number, row in enumerate(found, 1)]
    turn.reply(card.listing(lines, going))
    turn.answer(card.chooser(lines, going, turn.keys), SLOT)


@flow.tap("open", when="listed", may=Action.FOLLOW_NOTICES)
def opened(turn: Turn) -> None:
    """One is chosen in the drop-down."""
    if ref := offered.picked(turn, "which", card.no_such_number):
        _load(turn, ref)
        turn.answer(_draw(turn), ONE)


@flow.text(when="listed", may=Action.FOLLOW_NOTICES)
def said(turn: Turn) -> None:
    """A number opens."""
    if ref := offered.typed(turn, card.no_such_number, awaited=True):
        _load(turn, ref)
        turn.answer(_draw(turn), ONE)


@flow.start("sent")
def sent(turn: Turn) -> None:
    """A notice has just been sent: its card, with the way to cancel it."""
    turn.act_for(turn.ref)
    transport.load(turn, str(turn.event.data["notice"]))
    turn.answer(_draw(turn), ONE)


@flow.start("over")
def over(turn: Turn) -> None:
    """A notice has ended, by whomever: whoever wrote it has no card any more that looks as if it went on."""
    if any(one.slot == ONE and turn.event.data["notice"] in one.body for one in turn.live_cards()):
        turn.lock(str(turn.event.data["words"]), slot=ONE)


@flow.tap("roster", may=Action.FOLLOW_NOTICES, fresh=False)
def roster(turn: Turn) -> None:
    """查看详情: everybody with their state, every car with its driver."""
    row = _load(turn, turn.arg)
    people = notice.roster(turn.tx, row.id)
    seated = transport.seating(turn, [place for place, _ in people], notice.vehicles(turn.tx, row.id))
    lines = [
        _rider(number, place, person, seated[place.id].plate if place.id in seated else "")
        for number, (place, person) in enumerate(people, 1)
    ]
    first, *more = card.roster(transport.title(turn), notice.State(row.state).label, lines, _cars(turn))
    turn.reply(first)
    for part in more:
        turn.say([turn.actor.id], part, Priority.ANSWER)
    _redraw(turn)


def _rider(number: int, place: notice.NoticePerson, person: contact.Contact, plate: str) -> str:
    """One line of the roster, with the car somebody should ride in."""
    needs = "、".join(writing.NEED[need] for need in place.needs.split(",") if need in writing.NEED)
    who, state = parts.person(person.name, person.category), notice.On(place.state).label
    return card.rider(number, who.name, who.category, needs, state, plate)


# ── 取消转运通知 ──────────────────────────────────────────────────────────────────────────────────────────────────────


@flow.tap("cancel", then="reason", may=Action.CANCEL_NOTICE, fresh=False)
def cancel(turn: Turn) -> None:
    """取消转运通知: as long as nobody has boarded; the reason is typed."""
    row = _load(turn, turn.arg)
    turn.require(Action.CANCEL_NOTICE, transport.place(turn).path)
    if row.state not in notice.BEFORE_BOARDING:
        turn.stay()
        turn.reply(_too_late(turn))
        _redraw(turn)
        return
    turn.draft = {"cancel": row.id}
    turn.focus()
    turn.reply(card.ask_reason(transport.title(turn)))


@flow.text(when="reason", then="listed", may=Action.CANCEL_NOTICE)
def reason(turn: Turn) -> None:
    """The reason ends it: people back to 待转运, cars back, everybody told."""
    said = fields.seen(turn.event.text)[:200]
    row = _load(turn, str(turn.draft["cancel"]))
    turn.require(Action.CANCEL_NOTICE, transport.place(turn).path)
    if row.state not in notice.BEFORE_BOARDING:
        turn.draft = {}
        turn.reply(_too_late(turn))
        turn.answer(_draw(turn), ONE)
        return
    if not fields.meaningful(said):
        turn.stay()
        turn.reply(card.reason_again())
        return
    title, by = transport.title(turn), turn.actor
    freed = notice.call_off(turn.tx, row, "cancelled", said)
    ladder.end(turn, ladder.Step.DISPATCHER_ACCEPT, row.id)
    turn.start("dispatch", row.id, "cancelled", by=by.name, who=by.id, reason=said)
    turn.draft = {}
    turn.focus(on=False)
    turn.lock(stamps.by(by.name, stamps.CANCELLED), slot=ONE)
    turn.reply(card.cancelled(title, len(freed)))


@flow.aside(Aside.BACK, when="reason", then="listed", may=Action.FOLLOW_NOTICES)
@flow.aside(Aside.CANCEL, when="reason", then="listed", may=Action.FOLLOW_NOTICES)
def not_after_all(turn: Turn) -> None:
    """返回, 取消: the notice stays."""
    _load(turn, str(turn.draft["cancel"]))
    turn.draft = {}
    turn.focus(on=False)
    turn.reply(card.kept(transport.title(turn)))


@flow.aside(Aside.WHY, may=Action.FOLLOW_NOTICES)
def why(turn: Turn) -> None:
    """为什么: where the newest notice stands, and who has it."""
    refs = list(turn.talk.facts.get("refs", []))
    asked = str(turn.draft.get("cancel", "")) or (refs[0] if refs else "")
    if not asked:
        turn.reply(card.nothing())
        return
    row = _load(turn, asked)
    people = len(transport.riding(notice.people(turn.tx, row.id)))
    by = staff.name_of(turn.tx, row.taken_by) if row.taken_by else ""
    since = parts.clock(row.taken_at, turn.now) if row.taken_at else ""
    turn.reply(card.explained(transport.title(turn), notice.State(row.state).label, people, by, since))


@flow.late
def late(turn: Turn) -> None:
    """An older list."""
    turn.require(Action.FOLLOW_NOTICES, "")
    turn.reply(card.old_list())
    turn.lock_this(stamps.OUTDATED)


# ── one notice ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _load(turn: Turn, ref: str) -> notice.Notice:
    """The notice, if it is one of the member's own communities."""
    row = transport.load(turn, ref)
    turn.require(Action.FOLLOW_NOTICES, transport.place(turn).path)
    return row


def _too_late(turn: Turn) -> str:
    """Why it cannot be cancelled any more."""
    title, state = transport.title(turn), notice.State(transport.of(turn).state)
    if state is notice.State.BOARDING:
        return card.aboard_already(title)
    return card.cannot_cancel(title, state.label, _progress(turn))


def _redraw(turn: Turn) -> None:
    """An older card may show a state of long ago: then the one of this moment takes its place."""
    state = notice.State(transport.of(turn).state).label
    if turn.card is None or card.heading(transport.title(turn), state) not in turn.card.body:
        turn.answer(_draw(turn), ONE)


def _draw(turn: Turn) -> Card:
    row = transport.of(turn)
    people = transport.riding(notice.people(turn.tx, row.id))
    state = notice.State(row.state)
    count = len(people) or row.close_count + row.other_count
    shown = card.Shown(
        transport.title(turn), state.label, row.close_count, row.other_count, count, row.address,
        parts.clock(row.pickup_at, turn.now), _progress(turn), _cars(turn), state in notice.OPEN,
        state in notice.BEFORE_BOARDING,
    )  # fmt: skip
    abort = turn.keys_for("abort", "me", 0)("ask", row.id) if state is notice.State.BOARDING else ""
    return card.shown(shown, row.id, turn.keys, abort)


def _progress(turn: Turn) -> str:
    """Who did the last thing, and when."""
    row = transport.of(turn)
    if row.ended_at:
        return card.by(
            staff.name_of(turn.tx, row.ended_by), parts.clock(row.ended_at, turn.now), notice.State(row.state).label
        )
    if row.taken_at:
        return card.by(
            staff.name_of(turn.tx, row.taken_by), parts.clock(row.taken_at, turn.now), notice.State.TAKEN.label
        )
    return ""


def _cars(turn: Turn) -> list[str]:
    found = [transport.shown(turn, car) for car in notice.vehicles(turn.tx, transport.of(turn).id)]
    return [card.car(one.plate, one.label, one.room, one.at, one.state, one.driver, one.phone) for one in found]


def _line(turn: Turn, number: int, row: notice.Notice, place: str) -> card.Line:
    people = writing.both(row.close_count, row.other_count)
    state = notice.State(row.state).label
    return card.Line(number, row.id, card.title(place, row.number), state, people, parts.clock(row.pickup_at, turn.now))
