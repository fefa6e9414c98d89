"""名单不一致: a second listing says otherwise about somebody; the CDC keeps what is known or takes what is new."""

from datetime import date

from bot.flow import Aside, Flow
from bot.state import area, conflict, contact, staff
from bot.state.conflict import Conflict
from bot.state.permission import Action
from bot.turn import Turn
from cards import conflicts as card
from cards import parts, stamps

flow = Flow("conflicts", steps=["idle", "asking"], personal=True)
flow.expects = card.EXPECTS
ON = {"asking": "asking", "none": "idle"}


@flow.tap("begin", then=ON, may=Action.RESOLVE_CONFLICT, fresh=False)
def begin(turn: Turn) -> str:
    """From the notice of a list."""
    return _next(turn, "")


@flow.tap("keep", when="asking", then=ON, may=Action.RESOLVE_CONFLICT)
def keep(turn: Turn) -> str:
    """保留原记录."""
    one = _current(turn)
    if one.state == conflict.State.OPEN:
        conflict.noun.fire(turn.tx, one, "kept")
    return _next(turn, "")


@flow.tap("take", when="asking", then=ON, may=Action.RESOLVE_CONFLICT)
def take(turn: Turn) -> str:
    """采用新名单: before and after are kept in the person's history."""
    one = _current(turn)
    if one.state == conflict.State.OPEN:
        conflict.noun.fire(turn.tx, one, "taken")
        person = contact.noun.load(turn.tx, one.contact_id, lock=True)
        value = date.fromisoformat(one.listed) if one.field == "last_exposure" else one.listed
        contact.correct(turn.tx, person, {one.field: value})
    return _next(turn, "")


@flow.tap("skip", when="asking", then=ON, may=Action.RESOLVE_CONFLICT)
def skip(turn: Turn) -> str:
    """跳过."""
    return _next(turn, str(turn.talk.facts.get("id", "")))


@flow.aside(Aside.BACK, when="asking", then="idle")
@flow.aside(Aside.CANCEL, when="asking", then="idle")
def cancel(turn: Turn) -> None:
    """返回, 取消: they wait."""
    turn.focus(on=False)
    turn.lock(stamps.PUT_DOWN)
    turn.reply(card.later())


@flow.late
def late(turn: Turn) -> None:
    """An older card."""
    turn.reply(card.old_card())
    turn.lock_this(stamps.OUTDATED)


def _next(turn: Turn, after: str) -> str:
    paths = [grant.path for grant in turn.actor.grants if grant.role == staff.Role.CDC]
    one = conflict.following(turn.tx, after, paths)
    if one is None:
        count = conflict.open_count(turn.tx, paths)
        turn.lock(stamps.OUTDATED if count else stamps.ALL_CHECKED)
        turn.focus(on=False)
        turn.talk.facts = {}
        turn.reply(card.all_seen(count) if count else card.nothing())
        return "none"
    turn.talk.facts = {"id": one.id}
    turn.focus()
    person = contact.noun.load(turn.tx, one.contact_id)
    who = parts.person(person.name, person.category, person.phone, person.id_number, person.address)
    count = conflict.open_count(turn.tx, paths)
    turn.answer(card.ask(who, one.field, one.known, one.listed, count, turn.keys), "conflict")
    return "asking"


def _current(turn: Turn) -> Conflict:
    """The one on the card; its person must be in the actor's jurisdiction, as far as anybody knows where they are."""
    one = conflict.noun.load(turn.tx, str(turn.talk.facts.get("id", "")), lock=True)
    place = area.find(turn.tx, contact.noun.load(turn.tx, one.contact_id).area_code)
    turn.require(Action.RESOLVE_CONFLICT, place.path if place else "")
    return one
