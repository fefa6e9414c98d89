"""A member at their phone on the street: presses only what is drawn, writes, and hears what is said to them."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from cards import words
from integrations.wecom.sandbox import actions, entries

if TYPE_CHECKING:
    from tests.verification.street import Dealt, Street


class Hand:
    """One member at their phone. Every gesture ends when the bot has said all that it has to say about it."""

    def __init__(self, street: "Street", userid: str) -> None:
        self.street, self.userid = street, userid
        self._heard = 0

    # --- gestures ---

    def says(self, text: str) -> str:
        """Write; what the bot then said to this phone."""
        return self._after(lambda: self.street.thumb.say(self.userid, text))

    def types(self, label: str) -> str:
        """In text mode: write the number that stands before a label in what was said last."""
        last = next(one.text() for one in reversed(self.street.sandbox.chat(self.userid)) if one.side == "bot")
        found = [line for line in last.splitlines() if label in line.partition(". ")[2]]
        assert found, f"{self.userid} cannot type {label!r}: {last}"
        return self.says(found[0].partition(".")[0])

    def taps(self, label: str, card: str = "") -> str:
        """Press the button of that label on the newest card (one that shows `card`) where it is live."""
        msgid = self.find(card, label).msgid if card else ""
        return self._after(lambda: self.street.thumb.tap(self.userid, label=label, msgid=msgid))

    def picks(self, **chosen: str) -> "Hand":
        """Choose in drop-downs by title; nothing is sent yet."""
        for question, option in chosen.items():
            self.street.thumb.pick(self.userid, question, [option])
        return self

    def ticks(self, *options: str, question: str) -> "Hand":
        """Tick options of a vote; nothing is sent yet."""
        self.street.thumb.pick(self.userid, question, list(options))
        return self

    def submits(self) -> str:
        """Press the submit button, whatever it says, of the newest card that has a live one."""
        chat = reversed(self.street.sandbox.chat(self.userid))
        live = [(entry.msgid, one.key) for entry in chat for one in entry.controls() if one.kind == "submit"]
        if not live:
            raise actions.NotDrawn(f"{self.userid}: no card has a live submit button")
        msgid, key = live[0]
        return self._after(lambda: self.street.thumb.tap(self.userid, key=key, msgid=msgid))

    def calls(self, *outcomes: str, card: str = "") -> str:
        """Show the number and note how each call went; what was said after the last."""
        said = ""
        for outcome in outcomes:
            self.taps("显示电话", card)
            said = self.taps(outcome)
        return said

    def fills_in(self, result: int, info: str = "信息一致", door: str = "") -> str:
        """Choose in the open form's drop-downs and submit it."""
        self.picks(**{words.INFO_QUESTION: info, words.RESULT_QUESTION: words.RESULTS[result]})
        if door:
            self.picks(**{words.DOOR_QUESTION: door})
        return self.submits()

    def reviews(self, result: int = 5, remark: str = "本人已回泉州老家", card: str = "", door: str = "") -> str:
        """From a pending card (the newest, or one that shows `card`) to the review, with one call answered."""
        self.calls("接通", card=card)
        self.fills_in(result, door=door)
        return self.says(remark)

    def feeds_back(self, result: int = 5, remark: str = "本人已回泉州老家", card: str = "") -> str:
        """A result that needs a call and a remark (5, 6), from a pending card to the receipt."""
        self.reviews(result, remark, card)
        return self.taps("确认反馈")

    def forwards(self, place: str, card: str = "") -> str:
        """Result 3, from a pending card to 确认反馈, to the first candidate of a typed place."""
        self.calls("接通", card=card)
        self.fills_in(3)
        self.says(place)
        self.submits()
        return self.taps("确认反馈")

    # --- eyes ---

    def hears(self) -> str:
        """Everything the bot has newly said to this phone since it was last listened to."""
        chat = self.street.sandbox.chat(self.userid)
        new, self._heard = chat[self._heard :], len(chat)
        return "\n".join(entry.text() for entry in new if entry.side == "bot")

    def live(self, label: str) -> list[entries.Entry]:
        """The cards of this phone, oldest first, on which a button of that label can be pressed now."""
        wanted = {"button", "submit"}
        chat = self.street.sandbox.chat(self.userid)
        return [e for e in chat if any(c.label == label and c.kind in wanted for c in e.controls())]

    def find(self, text: str, label: str) -> entries.Entry:
        """The newest card that shows `text` and where `label` can be pressed."""
        found = [entry for entry in self.live(label) if text in entry.text()]
        assert found, f"{self.userid} has no card with {text!r} and {label!r}: {[e.text() for e in self.live(label)]}"
        return found[-1]

    def dealt(self, label: str, text: str = "") -> "tuple[Dealt, str]":
        """The newest card ever laid on this phone that bore `label`, live or not, with that button's key."""
        for one in reversed(self.street.counter.dealt):
            if one.user == self.userid and text in json.dumps(one.card, ensure_ascii=False):
                for key, shown in buttons(one.card):
                    if shown == label:
                        return one, key
        raise AssertionError(f"{self.userid} was never shown {label!r}")

    def presses_old(self, label: str, text: str = "", answers: Mapping[str, Sequence[str]] | None = None) -> str:
        """Press a button of the newest card that ever bore it, though it may be grey now (a slow client)."""
        one, key = self.dealt(label, text)
        return self._after(lambda: self.street.forges(self.userid, one, key, answers))

    def _after(self, gesture: Callable[[], object]) -> str:
        self._heard = len(self.street.sandbox.chat(self.userid))
        self.street.clock.at += self.street.gesture
        gesture()
        self.street.settle()
        return self.hears()


def buttons(card: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(key, label) of everything that can be pressed on a card."""
    submit = [card["submit_button"]] if "submit_button" in card else []
    return [(one["key"], one["text"]) for one in [*card.get("button_list", ()), *submit]]


def someone(userid: str) -> Any:
    """A fixture: a member of the demo at their phone on the street of the story."""

    @pytest.fixture
    def hand(street: "Street") -> Hand:
        return street.phone(userid)

    return hand
