"""What each outgoing word means: the only place where the house speaks to an outside system.

Each effect is done for one claimed letter, outside every transaction, and says afterwards what is to be written down.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.ladder import FLOW
from bot.runner import Runner
from bot.state import conversation, handover, hotel, menu, nudge, queue, staff
from bot.state.queue import Letter, Priority
from bot.state.sealed import Keyring
from bot.state.store import Store
from bot.state.unit import Tx
from bot.turn import ANSWER_TTL, TASK_TTL, Event, Kind
from cards import numbered, template
from integrations.qr.decode import MOST_BYTES, Unreadable
from integrations.webhooks.client import DeliveryFailed
from integrations.wecom import errors
from integrations.wecom.client import Sent
from integrations.wecom.media import Media

PATIENT = 3  # attempts to fetch a photograph before its sender is told to try again


class Post(Protocol):
    """What of WeCom's client the effects use."""

    def send_text(self, users: str, text: str, dedupe: bool) -> Sent: ...
    def send_card(self, users: str, card: dict[str, Any]) -> Sent: ...
    def update_card(self, users: str, response_code: str, card: dict[str, Any]) -> tuple[str, ...]: ...
    def download(self, media_id: str, limit: int) -> Media: ...


class Eye(Protocol):
    """What reads photographs; it raises `integrations.qr.decode.Unreadable`."""

    def read(self, data: bytes) -> list[str]: ...


class Ear(Protocol):
    """What of the CDC's webhook the effects use; it raises `integrations.webhooks.client.DeliveryFailed`."""

    def deliver(self, the_id: str, document: Mapping[str, Any]) -> None: ...


class HotelEar(Ear, Protocol):
    """The same of a hotel, opened for one delivery."""

    def close(self) -> None: ...


Written = Callable[[Tx], None]
Door = Callable[[str, str], HotelEar]  # a hotel's own system, by its address and key


class Moot(Exception):
    """There is nothing left to do: the card was withdrawn, or no code is left to change it with."""


@dataclass(frozen=True, slots=True)
class Done:
    """An effect that was done; `write` runs in the transaction that marks the letter; `missed` were not reached."""

    write: Written = lambda _: None
    missed: tuple[str, ...] = ()


class Effects:
    """One method for each kind of letter."""

    def __init__(
        self,
        store: Store,
        keys: Keyring,
        runner: Runner,
        wecom: Post,
        now: Callable[[], datetime],
        cdc: Ear | None = None,
        eye: Eye | None = None,
        hotel: Door | None = None,
    ) -> None:
        self.store, self.keys, self.runner, self.wecom, self.now = store, keys, runner, wecom, now
        self.cdc, self.eye, self.hotel = cdc, eye, hotel
        self._kinds: Mapping[str, Callable[[Letter, dict[str, Any]], Done]] = {
            "text": self.text,
            "card": self.card,
            "update": self.update,
            "start": self.start,
            "tell_cdc": self.tell_cdc,
            "read_photo": self.read_photo,
            "tell_hotel": self.tell_hotel,
        }

    def do(self, letter: Letter) -> Done:
        """Do what the letter says; raises what the outside raises, or `Moot`."""
        payload = json.loads(self.keys.open(letter.payload, "outbox", "payload", letter.id))
        return self._kinds[letter.kind](letter, payload)

    def text(self, letter: Letter, payload: dict[str, Any]) -> Done:
        """A text message; WeCom's duplicate check makes a repeat after a lost answer harmless.

        Not for answers: it drops equal words within half an hour, and somebody who errs twice is told so twice.
        """
        twice_is_meant = letter.priority == Priority.ANSWER
        return Done(missed=self.wecom.send_text(letter.recipient, payload["text"], not twice_is_meant).invalid)

    def card(self, letter: Letter, _: dict[str, Any]) -> Done:
        """A card under its own task_id, which WeCom takes once: a repeat cannot double it."""
        card, mode = self._card(letter.card, letter.recipient)
        if card is None or not card.live:  # closed since it was claimed, or while it had to wait
            raise Moot("withdrawn")
        if card.slot == nudge.SLOT:
            self._still_true(letter)
        if mode == staff.Mode.TEXT:
            return self._as_text(letter, card)
        sent = self.wecom.send_card(letter.recipient, json.loads(card.body) | {"task_id": card.id})
        return Done(lambda tx: conversation.mark_sent(tx, card.id, sent.msgid, sent.response_code), sent.invalid)

    def _as_text(self, letter: Letter, card: conversation.Card) -> Done:
        """The card for who cannot see cards: numbers in place of buttons (decision 0012).

        A text has no task_id: only a repeat asks WeCom to drop what has arrived, for the same question may come twice.
        """
        words = numbered.draw(json.loads(card.body))
        sent = self.wecom.send_text(letter.recipient, words, letter.attempts > 1)

        def laid(tx: Tx) -> None:
            conversation.mark_sent(tx, card.id, sent.msgid, "")
            menu.lay(tx, letter.recipient, card.id)

        return Done(laid, sent.invalid)

    def update(self, letter: Letter, payload: dict[str, Any]) -> Done:
        """Grey a card, saying who did what; it needs a response code that has not been used."""
        card, _ = self._card(letter.card, letter.recipient)
        if card is None or not card.code:
            raise Moot("no_code")
        body = json.loads(card.body)
        if title := payload.get("blank"):
            body = template.blank(body, title)
        spent = template.locked(body, payload["words"])
        self.wecom.update_card(letter.recipient, card.code, spent)
        return Done(lambda tx: conversation.code_used(tx, card.id, card.code))

    def start(self, letter: Letter, payload: dict[str, Any]) -> Done:
        """Hand over to another conversation: an event like any other, with the letter's id as its key."""
        self.runner.handle(
            Event(
                id=f"start:{letter.id}",
                kind=Kind.START,
                at=self.now(),
                flow=payload["flow"],
                ref=payload["ref"],
                name=payload["name"],
                data=payload["data"],
            )
        )
        return Done()

    def tell_cdc(self, letter: Letter, payload: dict[str, Any]) -> Done:
        """Tell the CDC's own system; the letter's id is the key by which it knows a repeat."""
        if self.cdc is None:  # it was written when there was an address, which the operator has taken out since
            raise Moot("no_address")
        self.cdc.deliver(letter.id, payload)
        return Done()

    def read_photo(self, letter: Letter, payload: dict[str, Any]) -> Done:
        """Fetch a member's photograph and read it; what is in it, or why nothing is, comes back through the runner.

        Nothing of the picture is kept. Where WeCom cannot be reached for it, or nobody could read it while its sender
        was waiting, they are told so; what was asked then is not answered now.
        """
        seen: dict[str, Any] = {"codes": [], "at": payload["at"]}
        late = self.now() >= letter.expires_at - TASK_TTL + ANSWER_TTL
        try:
            if late:
                seen["refused"] = "not_fetched"
            else:
                seen["codes"] = self._codes(payload["media_id"])
        except Unreadable as no:
            seen["refused"] = no.reason.value
        except errors.Refused as no:
            seen["refused"] = "too_large" if no.code == 413 else "gone"
        except (errors.Ambiguous, errors.Down):
            if letter.attempts < PATIENT:
                raise
            seen["refused"] = "not_fetched"
        text = "\n".join(seen["codes"])
        event = Event(f"photo:{letter.id}", Kind.SCAN, self.now(), payload["person"], text, data=seen)
        self.runner.handle(event)
        return Done()

    def _codes(self, media_id: str) -> list[str]:
        if self.eye is None:
            raise Moot("no_eye")
        return self.eye.read(self.wecom.download(media_id, MOST_BYTES).data)

    def tell_hotel(self, _: Letter, payload: dict[str, Any]) -> Done:
        """Tell a hotel's own system of a hand-over, under a key that is the same for every attempt and every letter."""

        def load(tx: Tx) -> tuple[handover.Handover, hotel.Hotel | None, str]:
            row = handover.noun.load(tx, payload["handover"])
            return row, hotel.find(tx, row.hotel_code), hotel.push_key(tx, row.hotel_code)

        with self.store.read() as conn:
            row, to, key = load(Tx(conn, self.keys, self.now(), "effect"))
        if row.push != handover.Push.WAITING:
            raise Moot("told_before")
        if self.hotel is None or to is None or not to.push_url or not key:
            raise DeliveryFailed("no address", permanent=True)
        with closing(self.hotel(to.push_url, key)) as ear:
            ear.deliver(f"manifest:{row.id}:v1", json.loads(row.manifest))
        return Done(lambda tx: handover.delivered(tx, row.id))

    def given_up(self, letter: Letter, reason: str) -> Written | None:
        """What is to be written when a letter is given up: a hotel that was not told is somebody's business."""
        if letter.kind != "tell_hotel":
            return None
        about = json.loads(self.keys.open(letter.payload, "outbox", "payload", letter.id))
        return lambda tx: _hand_over(tx, letter, "hotel", about["handover"], "lost", why=reason)

    def _still_true(self, letter: Letter) -> None:
        """A digest says nothing that has been done since: it is dropped, or drawn anew from what is left."""
        with self.store.read() as conn:
            said, stands = nudge.count(Tx(conn, self.keys, self.now(), "effect"), letter.card)
        if said > stands > 0:
            again = {"card": letter.card}
            event = Event(f"again:{letter.id}", Kind.START, self.now(), flow=FLOW, ref=letter.recipient, name="again")
            self.runner.handle(replace(event, data=again))
        if said > stands:
            raise Moot("done_meanwhile")

    def _card(self, the_id: str, recipient: str) -> tuple[conversation.Card | None, str]:
        """The card of a letter, and how its recipient is shown cards."""
        with self.store.read() as conn:
            tx = Tx(conn, self.keys, self.now(), "effect")
            return conversation.card(tx, the_id), staff.mode_of(tx, recipient)


def _hand_over(tx: Tx, letter: Letter, flow: str, ref: str, name: str, **data: Any) -> None:
    """Post what another conversation is to take up, in the transaction that marks the letter."""
    the_id = tx.id()
    said = json.dumps({"flow": flow, "ref": ref, "name": name, "data": data}, ensure_ascii=False)
    row = {
        "id": the_id,
        "dedup": f"after:{letter.id}",
        "cause": letter.cause,
        "kind": "start",
        "recipient": "",
        "priority": int(Priority.TASK),
        "card": "",
        "payload": tx.keys.seal(said, "outbox", "payload", the_id),
        "not_before": tx.now,
        "expires_at": tx.now + timedelta(days=30),
    }
    queue.post(tx.conn, [row])
