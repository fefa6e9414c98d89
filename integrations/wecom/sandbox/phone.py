"""A member's phone in a test's hand: `Phone(sandbox.url, "li.lei").taps("提交")` presses what is really drawn."""

import base64
import time
from typing import Any

import requests

Message = dict[str, Any]
PATIENCE = 90.0


class NotDrawn(AssertionError):
    """The phone shows nothing of that name to press or to choose; the sentence tells why."""


class NotSeen(AssertionError):
    """What should be on the phone is not, or what should not be there is."""


class Phone:
    """One member at the sandbox's control API. Gestures return when the bot has answered their callback.

    The answer of a gesture: {answered: bool, statuses: [one for each delivery], reply: passive text, opened: address}.
    A message: see entries.Entry.shown (msgid, side, kind, text, card, controls, replaced, recalled, hidden, picks …).
    """

    def __init__(self, base_url: str, userid: str, patience: float = 0) -> None:
        self.userid = userid
        self._patience = patience
        self._base = base_url.rstrip("/") + "/control"
        self._seen = 0

    # --- gestures ---

    def says(self, text: str) -> Message:
        """Write a text message."""
        return self._do("say", text=text)

    def sends_photo(self, data: bytes, filename: str = "photo.jpg") -> Message:
        """Send a picture, JPEG or PNG bytes."""
        return self._do("photo", data=base64.b64encode(data).decode(), filename=filename)

    def taps(self, label: str, msgid: str = "") -> Message:
        """Press the button, ⋯ entry or link of exactly that label on the newest card where it is live.

        A card may be on its way: the thumb waits up to `patience` seconds for the button to be drawn.
        """
        return self._patiently("tap", label=label, msgid=msgid)

    def picks(self, question: str, option: str) -> Message:
        """Choose in a drop-down, named by its title (or question key), on the newest live card that has it."""
        return self._patiently("pick", question=question, options=[option])

    def chooses(self, *options: str, question: str = "") -> Message:
        """Tick options of the newest live vote (its title on the card, or the question's key, may be given)."""
        asked = question or self._vote()
        return self._do("pick", question=asked, options=list(options))

    def submits(self) -> Message:
        """Press the submit button, whatever it says, of the newest card that has a live one."""
        for message in reversed(self.messages()):
            for control in message["controls"]:
                if control["kind"] == "submit":
                    return self._do("tap", key=control["key"], msgid=message["msgid"])
        raise NotDrawn(f"{self.userid}: no card has a live submit button")

    def menu(self, entry: str, **given: str) -> Message:
        """Press a menu entry, `项` or `组/项`; a scan entry needs `code=`."""
        return self._do("menu", entry=entry, **given)

    def scans(self, code: str, entry: str = "", symbology: str = "") -> Message:
        """Scan a code through the menu's scan entry; `entry` names it when there are several."""
        return self._do("scan", code=code, entry=entry, symbology=symbology)

    def enters(self) -> Message:
        """Open the app's session."""
        return self._do("enter")

    # --- eyes ---

    def messages(self) -> list[Message]:
        """The whole chat, oldest first, own bubbles included."""
        return list(self._get(f"/phones/{self.userid}").json()["entries"])

    def last(self) -> Message:
        """The newest message from the bot."""
        for message in reversed(self.messages()):
            if message["side"] == "bot":
                return dict(message)
        raise NotSeen(f"{self.userid}: nothing from the bot yet")

    def sees(self, text: str, timeout: float = 5, *, new: bool = False) -> Message:
        """Wait for the newest message containing `text`. `new`: it came or changed since what was last seen."""
        after = self._seen if new else 0
        params = {"user": self.userid, "contains": text, "timeout": timeout, "after": after}
        answer = self._get("/latest", params)
        if answer.status_code == 404:
            newest = [message["text"] for message in self.messages() if message["side"] == "bot"][-3:]
            raise NotSeen(f"{self.userid} does not see {text!r} within {timeout} s; the newest: {newest}")
        message = dict(answer.json())
        self._seen = max(self._seen, int(message["version"]))
        return message

    def sees_nothing(self, seconds: float = 1) -> None:
        """Wait; nothing may come from the bot or change in that time."""
        answer = self._get("/silence", {"user": self.userid, "seconds": seconds}).json()
        if not answer["silent"]:
            raise NotSeen(f"{self.userid} should have seen nothing, but saw {answer['heard']['text']!r}")

    def _vote(self) -> str:
        for message in reversed(self.messages()):
            vote = (message["card"] or {}).get("checkbox")
            if vote and any(control["kind"] == "submit" for control in message["controls"]):
                return str(vote["question_key"])
        raise NotDrawn(f"{self.userid}: no live vote on this phone")

    def _patiently(self, gesture: str, **given: Any) -> Message:
        """Do it as soon as it can be done; the last reason why it cannot, when the time is over."""
        end = time.monotonic() + self._patience
        while True:
            try:
                return self._do(gesture, **given)
            except NotDrawn:
                if time.monotonic() >= end:
                    raise
            time.sleep(0.05)

    def _do(self, gesture: str, **given: Any) -> Message:
        answer = requests.post(f"{self._base}/phones/{self.userid}/{gesture}", json=given, timeout=PATIENCE)
        if answer.status_code == 409:
            raise NotDrawn(f"{self.userid}: {answer.json()['error']}")
        if answer.status_code != 200:
            raise ValueError(f"{gesture}: {answer.text}")
        return dict(answer.json())

    def _get(self, path: str, params: dict[str, Any] | None = None) -> requests.Response:
        return requests.get(self._base + path, params=params, timeout=PATIENCE)
