"""The words scenarios are written in: an Event that arrived, a Turn to answer it with, an Answer to give back.

A flow decides, it does not do: everything a Turn offers becomes a row of the same transaction. Nothing here waits.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.state import code, conversation, permission, queue
from bot.state.conversation import Conversation
from bot.state.laid import Closed, Laid
from bot.state.machine import Refused
from bot.state.queue import Priority
from bot.state.rules import Rules
from bot.state.staff import Staff, find, focus_alone, set_focus, unfocus
from bot.state.unit import Tx
from cards import key as card_key
from cards import refusals, stamps

ANSWER_TTL = timedelta(minutes=15)
TASK_TTL = timedelta(hours=24)
CDC = "(cdc)"  # the lane of what the CDC's system is told: one at a time; no member can have such an id
CDC_TTL = timedelta(hours=72)


class Kind(StrEnum):
    """What sort of thing arrived."""

    TAP = "tap"
    TEXT = "text"
    WORD = "word"
    SCAN = "scan"
    PHOTO = "photo"
    OTHER = "other"
    ENTER = "enter"
    DUE = "due"
    START = "start"


@dataclass(frozen=True, slots=True)
class Event:
    """Everything that arrives. `id` is its idempotency key: the same id twice is the same thing twice.

    `replyable` says whether a text may ride back in the door's own response; else it goes through the outbox.
    """

    id: str
    kind: Kind
    at: datetime
    actor: str = ""
    text: str = ""
    key: str = ""
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    task_id: str = ""
    response_code: str = ""
    flow: str = ""
    ref: str = ""
    name: str = ""
    turn: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    cargo: Sequence[Any] = ()  # what `data` tells of, as it stands in this process; never written down
    replyable: bool = False
    hasty: bool = False  # somebody waits for the answer: do not queue long for the database
    keep: bool = True  # whether the body is kept (sealed) in the inbox
    recall: bool = False  # the result is kept, sealed, in the inbox row's answer and given again as Answer.data

    @property
    def codes(self) -> list[str]:
        """The codes of a scan, a photograph or a typed message, each once, in their order."""
        if "codes" in self.data:
            return [str(each) for each in self.data["codes"]]
        return [self.text] if self.kind is Kind.SCAN else code.several(self.text)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the runner says of an event: the text to give back at once, and how it ended.

    `clash`: an event to recall came before under this id and said something else; nothing was done this time.
    """

    text: str = ""
    outcome: str = queue.Outcome.APPLIED.value
    duplicate: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    clash: bool = False


class Turn:
    """One event being answered, inside its transaction."""

    def __init__(
        self, tx: Tx, event: Event, talk: Conversation, rules: Rules, actor: Staff | None = None, verb: str = ""
    ) -> None:
        self.tx, self.event, self.talk, self.rules = tx, event, talk, rules
        self._actor, self.verb, self.arg = actor, verb, ""
        self._focused = {actor.id: actor.focus} if actor else {}  # whose words belong where, as far as is known
        self.now, self.ref, self.draft = tx.now, talk.ref, talk.draft
        self.turn, self.began, self._was = talk.turn, talk.turn, _likeness(talk)
        self.card: conversation.Card | None = None
        self.laid = Laid(tx, talk)
        self.replies: list[str] = []
        self.result: dict[str, Any] = {}
        self.outcome, self.reason, self.expects = queue.Outcome.APPLIED, "", ""
        self.stayed = False
        self.tells_cdc = False  # whether the CDC has a system of its own that wants to be told; the runner knows
        self._letters: list[dict[str, Any]] = []
        self._cards: list[dict[str, Any]] = []
        self._timers: list[dict[str, Any]] = []
        self.at_end: list[Callable[[Turn], None]] = []  # what others have gathered in this turn, to be written with it
        self.room: dict[str, Any] = {}  # what `Flow.where` has loaded, for the handler to use

    @property
    def actor(self) -> Staff:
        """The member who did this; a handler reached only by people may rely on there being one."""
        if self._actor is None:
            raise Refused(refusals.NOBODY, "nobody")
        return self._actor

    @property
    def person(self) -> Staff | None:
        """The member who did this, or None when time or another system did."""
        return self._actor

    def act_for(self, person: str) -> None:
        """Go on in the name of a member on whose behalf another conversation handed over."""
        member = self._actor if self._actor is not None and self._actor.id == person else find(self.tx, person)
        if member is None or not member.active:
            raise Refused(refusals.GONE, "stranger")
        self._actor = member
        self._focused.setdefault(member.id, member.focus)
        self.tx.actor = member.id

    def require(self, action: permission.Action, path: str) -> None:
        """`Refused` unless the actor may do this there."""
        permission.require(self.actor, action, path)

    def stay(self) -> None:
        """Do not move after all: the step and the turn stay, so that what lies on the phones keeps its meaning."""
        if not self.stayed and self.turn > self.talk.turn:
            self.turn, self.stayed = self.talk.turn, True

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def keys(self, verb: str, arg: str = "") -> str:
        """Pack a button of this conversation, stamped with the turn that is being made."""
        return card_key.pack(card_key.Key(self.talk.flow, verb, self.ref, self.turn, arg))

    def keys_for(self, flow: str, ref: str, turn: int) -> Callable[..., str]:
        """Pack buttons that open another conversation (a list's rows); turn 0 asks for no particular turn."""
        return lambda verb, arg="": card_key.pack(card_key.Key(flow, verb, ref, turn, arg))

    # ── saying ────────────────────────────────────────────────────────────────────────────────────────────────────

    def reply(self, text: str) -> None:
        """Answer the person who did this: in the door's own response where it can carry one, else by the outbox.

        Once the turn acts for another member, it is they who are answered.
        """
        if self.event.actor and self._actor is not None and self._actor.id != self.event.actor:
            self.say([self._actor.id], text, Priority.ANSWER)
        else:
            self.replies.append(text)

    def say(self, to: Iterable[str], text: str, priority: int = Priority.TASK, ttl: timedelta = TASK_TTL) -> None:
        """Send a text to members."""
        for person in to:
            self._post("text", person, {"text": text}, priority, ttl)

    def send(
        self,
        to: Iterable[str],
        card: Mapping[str, Any],
        slot: str,
        priority: int = Priority.TASK,
        ttl: timedelta = TASK_TTL,
    ) -> dict[str, str]:
        """Send a card to members; each one's task_id. Whatever lay live in the same slot on their phones gives way."""
        body = json.dumps(card, ensure_ascii=False)
        people, sent = list(dict.fromkeys(to)), {}
        self.lock(stamps.REPLACED, slot=slot, only=people)
        for person in people:
            sent[person] = the_id = self.tx.id()
            self._cards.append({
                "id": the_id, "conversation": self.talk.id, "recipient": person, "slot": slot, "turn": self.turn,
                "body": self.tx.keys.seal(body, "card", "body", the_id), "code": b"", "made_at": self.now,
            })  # fmt: skip
            self._post("card", person, {}, priority, ttl, card=the_id)
        return sent

    def answer(self, card: Mapping[str, Any], slot: str) -> None:
        """Send a card to the person who did this: it goes before everything that nobody is waiting for."""
        self.send([self.actor.id], card, slot, Priority.ANSWER)

    def lock(self, words: str, slot: str | None = None, only: Iterable[str] | None = None, *, blank: str = "") -> None:
        """Grey this conversation's live cards, saying who did what (unsent ones: withdrawn). `blank`: a title alone."""
        for card in self.laid.close(slot, only):
            self._grey(card, words, blank)

    def lock_this(self, words: str) -> None:
        """Grey the card that was pressed, and no other; the first word about it stands."""
        if self.card is not None and self.card.id not in self.laid.closed:
            self.laid.close_one(self.card)
            self._grey(self.card, words)

    def live_cards(self) -> list[conversation.Card]:
        """The cards of this conversation that can still be pressed (read once a turn)."""
        return self.laid.live()

    def _grey(self, card: conversation.Card | Closed, words: str, blank: str = "") -> None:
        self._post("update", card.recipient, {"words": words, "blank": blank}, Priority.ANSWER, TASK_TTL, card=card.id)

    def _post(
        self, kind: str, to: str, payload: Mapping[str, Any], priority: int, ttl: timedelta, card: str = ""
    ) -> None:
        the_id = self.tx.id()
        body = self.tx.keys.seal(json.dumps(payload, ensure_ascii=False), "outbox", "payload", the_id)
        self._letters.append(
            {
                "id": the_id,
                "dedup": f"{self.event.id}#{len(self._letters)}",
                "cause": self.event.id,
                "kind": kind,
                "recipient": to,
                "priority": int(priority),
                "card": card,
                "payload": body,
                "not_before": self.now,
                "expires_at": self.now + ttl,
            }
        )

    def tell_cdc(self, payload: Mapping[str, Any]) -> None:
        """Tell the CDC's own system, signed, at least once; where it has none, nothing is written."""
        if self.tells_cdc:
            self._post("tell_cdc", CDC, payload, Priority.TASK, CDC_TTL)

    def read_photo(self, media_id: str, at: Iterable[Any]) -> None:
        """Have a photograph read for the talk `at` (flow, ref, turn); its codes come back as SCAN, in their order."""
        payload = {"person": self.actor.id, "media_id": media_id, "at": list(at)}
        self._post("read_photo", queue.photo_lane(self.actor.id), payload, Priority.ANSWER, TASK_TTL)

    def tell_hotel(self, code: str, handover: str) -> None:
        """Tell a hotel's own system of a hand-over, signed, for a day; each hotel is a lane of its own."""
        self._post("tell_hotel", f"(hotel {code})", {"handover": handover}, Priority.ANSWER, TASK_TTL)

    # ── promising and handing over ────────────────────────────────────────────────────────────────────────────────

    def remind(self, name: str, at: datetime, *, bound: bool = True, of: tuple[str, str] | None = None) -> None:
        """Promise to come back; a `bound` one is void once the talk has moved on, one `of` (flow, ref) never is."""
        stamp = self.turn if bound and of is None else 0
        flow, ref = of or (self.talk.flow, self.ref)
        self._timers.append(
            {
                "id": self.tx.id(),
                "flow": flow,
                "ref": ref,
                "name": name,
                "turn": stamp,
                "due_at": at,
                "cause": self.event.id,
            }
        )

    def start(self, flow: str, ref: str, name: str = "start", **data: Any) -> None:
        """Hand over to another conversation; it runs in a turn of its own, after this one has been committed."""
        payload = {"flow": flow, "ref": ref, "name": name, "data": data}
        waited_for = Priority.ANSWER if self._actor is not None else Priority.TASK
        self._post("start", "", payload, waited_for, timedelta(days=30))

    def focus(self, *, on: bool = True) -> None:
        """Let the actor's next words belong to this conversation (or, `on=False`, to none)."""
        self.focus_of(self.actor.id, on=on)

    def focus_of(self, person: str, *, on: bool = True) -> None:
        """Let another member's next words belong to this conversation, or take them back."""
        to = self.talk.id if on else ""
        if self._focused.get(person) != to:
            set_focus(self.tx, person, to)
            self._focused[person] = to

    def focus_alone(self, person: str) -> None:
        """Let one member's next words belong to this conversation, and nobody else's."""
        focus_alone(self.tx, person, self.talk.id)
        self._focused = {who: "" if to == self.talk.id else to for who, to in self._focused.items()}
        self._focused[person] = self.talk.id

    def release(self) -> None:
        """Nobody's words belong to this conversation any more."""
        unfocus(self.tx, self.talk.id)
        self._focused = {who: "" if to == self.talk.id else to for who, to in self._focused.items()}

    def absorb(self, ref: str, step: str, words: str) -> None:
        """Close another conversation of this flow along with this one: its cards, its draft, its step."""
        other = conversation.lock(self.tx, self.talk.flow, ref, step)
        for card in conversation.live_cards(self.tx, other.id):
            self.laid.close_one(card)
            self._grey(card, words)
        other.step, other.turn, other.holder, other.draft = step, other.turn + 1, self.actor.id, {}
        unfocus(self.tx, other.id)
        conversation.save(self.tx, other)

    def hold(self, person: str) -> None:
        """Make a member the holder of this conversation."""
        self.talk.holder, self.talk.held_at = person, self.now

    # ── the end of the turn ───────────────────────────────────────────────────────────────────────────────────────

    def write(self) -> None:
        """Write what was said and promised; called once by the runner, after the handler."""
        conn = self.tx.conn
        for gathered in self.at_end:
            gathered(self)
        self.laid.write()
        if self.laid.unsent:
            self._withdraw(self.laid.unsent)
        if self._cards:
            conversation.add_cards(self.tx, self._cards)
        if self._letters:
            queue.post(conn, self._letters)
        if self._timers:
            queue.promise(conn, self._timers)
        self.tx.flush()

    def _withdraw(self, closed: list[str]) -> None:
        """A closed card still waiting in the outbox need not be sent, nor updated afterwards."""
        gone = queue.withdraw(self.tx.conn, closed, self.now)
        self._letters = [one for one in self._letters if not (one["kind"] == "update" and one["card"] in gone)]

    @property
    def changed(self) -> bool:
        """Whether the handler has changed the conversation itself (holder, draft, facts)."""
        return _likeness(self.talk) != self._was


def _likeness(talk: Conversation) -> tuple[str, str]:
    return talk.holder, json.dumps([talk.draft, talk.facts], ensure_ascii=False, sort_keys=True)
