"""What each outgoing word means: the only place where the house speaks to an outside system.

Each effect is done for one claimed letter, outside every transaction, and says afterwards what is to be written down.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from bot.runner import Runner
from bot.state import conversation
from bot.state.queue import Letter, Priority
from bot.state.sealed import Keyring
from bot.state.store import Store
from bot.state.unit import Tx
from bot.turn import Event, Kind
from cards import template
from integrations.qr.decode import MOST_BYTES, Unreadable
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


Written = Callable[[Tx], None]


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
    ) -> None:
        self.eye = eye
        self.store, self.keys, self.runner, self.wecom, self.now, self.cdc = store, keys, runner, wecom, now, cdc
        self._kinds: Mapping[str, Callable[[Letter, dict[str, Any]], Done]] = {
            "text": self.text,
            "card": self.card,
            "update": self.update,
            "start": self.start,
            "tell_cdc": self.tell_cdc,
            "read_photo": self.read_photo,
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
        card = self._card(letter.card)
        if card is None or not card.live:  # closed since it was claimed, or while it had to wait
            raise Moot("withdrawn")
        sent = self.wecom.send_card(letter.recipient, json.loads(card.body) | {"task_id": card.id})
        return Done(lambda tx: conversation.mark_sent(tx, card.id, sent.msgid, sent.response_code), sent.invalid)

    def update(self, letter: Letter, payload: dict[str, Any]) -> Done:
        """Grey a card, saying who did what; it needs a response code that has not been used."""
        card = self._card(letter.card)
        if card is None or not card.code:
            raise Moot("no_code")
        spent = template.locked(json.loads(card.body), payload["words"])
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

        Nothing of the picture is kept. Where WeCom cannot be reached for it, the member hears so after a few attempts.
        """
        seen: dict[str, Any] = {"codes": []}
        try:
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

    def _card(self, the_id: str) -> conversation.Card | None:
        def load(conn: sa.Connection) -> conversation.Card | None:
            return conversation.card(Tx(conn, self.keys, self.now(), "effect"), the_id)

        with self.store.read() as conn:
            return load(conn)
