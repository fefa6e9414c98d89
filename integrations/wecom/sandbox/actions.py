"""What a member's thumb can do: only what is drawn on that phone now; everything else is NotDrawn with the reason."""

import hashlib
from dataclasses import dataclass
from typing import Any

from integrations.wecom.sandbox import courier, entries, events, media
from integrations.wecom.sandbox.entries import Control, Entry
from integrations.wecom.sandbox.settings import Member
from integrations.wecom.sandbox.world import World

Answers = dict[str, list[str]]
SCANS = frozenset({"scancode_waitmsg", "scancode_push"})
PICTURES = frozenset({"pic_sysphoto", "pic_photo_or_album", "pic_weixin"})
PICTURE_LIMIT = 10 * 1024 * 1024


class NotDrawn(Exception):
    """The thumb found nothing to press; the sentence tells why."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: the callback's delivery, or the address a link would open (links tell the bot nothing)."""

    delivery: courier.Delivery | None = None
    opened: str = ""


class Thumb:
    """Turns a member's gestures into callbacks."""

    def __init__(self, world: World, carrier: courier.Courier) -> None:
        self._world, self._courier = world, carrier

    def say(self, user: str, words: str) -> Done:
        """Write a text message."""
        member = self._member(user)
        if not words.strip():
            raise NotDrawn("an empty message cannot be sent")
        self._bubble(user, "text", {"content": words})
        return self._post(events.message(self._world, member.userid, "text", [("Content", words)]))

    def photo(self, user: str, data: bytes, filename: str = "photo.jpg") -> Done:
        """Send a picture from camera or album (JPEG or PNG)."""
        member = self._member(user)
        if media.picture_type(data) is None:
            raise NotDrawn("a phone sends JPEG or PNG pictures only")
        if len(data) > PICTURE_LIMIT:
            raise NotDrawn("the picture is larger than 10 MB")
        media_id = media.keep(self._world, "image", filename, data)
        self._bubble(user, "image", {"media_id": media_id, "filename": filename})
        fields = [("PicUrl", f"{self._world.base_url}/media/{media_id}"), ("MediaId", media_id)]
        return self._post(events.message(self._world, member.userid, "image", fields))

    def enter(self, user: str) -> Done:
        """Open the app's session (enter_agent)."""
        return self._post(events.event(self._world, self._member(user).userid, "enter_agent", [("EventKey", "")]))

    # --- cards ---

    def pick(self, user: str, question: str, options: list[str], msgid: str = "") -> Entry:
        """Choose in a drop-down or vote, without sending: title or key, option texts or ids; newest live card first."""
        self._member(user)
        with self._world.lock:
            for entry in self._cards(user, msgid):
                if not any(control.kind in {"button", "submit"} for control in entry.controls()):
                    continue
                for found in entries.questions(entry.card or {}):
                    if _is_called(found, question):
                        entry.picks[str(found["question_key"])] = _option_ids(found, options)
                        self._world.touch(entry)
                        return entry
        raise NotDrawn(f"no live card on this phone asks {question!r}")

    def tap(
        self, user: str, *, label: str = "", key: str = "", msgid: str = "", answers: Answers | None = None
    ) -> Done:
        """Press what is called `label` (or has `key`) on the newest card that has it."""
        member = self._member(user)
        with self._world.lock:
            entry, control = self._find(user, label, key, msgid)
            if control.kind == "link":
                return Done(opened=control.url)
            if answers and control.kind != "action":
                self._answer(entry, answers)
            callback = self._tapped(member, entry, control)
        return self._post(callback)

    def _tapped(self, member: Member, entry: Entry, control: Control) -> events.Callback:
        card, is_menu = entry.card or {}, control.kind == "action"
        asked = {str(question["question_key"]) for question in entries.questions(card)}
        picks = {question: list(ids) for question, ids in entry.picks.items() if question in asked}
        fields = events.tap(
            control.key,
            entry.task_id,
            str(card["card_type"]),
            self._world.issue_code(entry.msgid),
            None if is_menu else picks,
        )
        name = "template_card_menu_event" if is_menu else "template_card_event"
        return events.event(self._world, member.userid, name, fields, msgid=entry.msgid)

    def _find(self, user: str, label: str, key: str, msgid: str) -> tuple[Entry, Control]:
        wanted = label or key
        for entry in self._cards(user, msgid):
            found = [
                control
                for control in entry.controls()
                if (not label or control.is_called(label)) and (not key or control.key == key)
            ]
            if len({control.key for control in found}) > 1:
                raise NotDrawn(f"{wanted!r} stands on several buttons of one card: give the key")
            if found:
                return entry, found[0]
        raise NotDrawn(self._why_not(user, wanted, msgid))

    def _why_not(self, user: str, wanted: str, msgid: str) -> str:
        for entry in self._cards(user, msgid):
            if entry.hidden:
                return "this member reads in WeChat, where cards do not show"
            if entry.recalled:
                return "the card was recalled"
            if entry.replaced and wanted in entries.labels(entry.card or {}):
                return f"{wanted!r} is grey now: the card shows {entry.replaced!r}"
        return f"{wanted!r} is drawn on no card of this phone"

    def _answer(self, entry: Entry, answers: Answers) -> None:
        asked = {str(question["question_key"]): question for question in entries.questions(entry.card or {})}
        for question, options in answers.items():
            if question not in asked:
                raise NotDrawn(f"the card does not ask {question!r}")
            chosen = _option_ids(asked[question], options)
            if chosen != entry.picks.get(question):
                entry.picks[question] = chosen
        self._world.touch(entry)

    def _cards(self, user: str, msgid: str) -> list[Entry]:
        chat = [entry for entry in self._world.chat(user) if entry.card is not None]
        return [entry for entry in reversed(chat) if not msgid or entry.msgid == msgid]

    # --- the app's menu ---

    def menu(self, user: str, name: str, *, code: str = "", symbology: str = "", picture: bytes = b"") -> Done:
        """Press a menu entry (`项` or `组/项`); a scan entry needs the code, a picture entry the picture."""
        member, entry = self._member(user), self._menu_entry(name)
        kind, key = str(entry["type"]), str(entry.get("key", ""))
        if kind in {"view", "view_miniprogram"}:
            place = str(entry.get("url") or entry.get("pagepath"))
            self._courier.post(events.event(self._world, member.userid, kind, [("EventKey", place)]))
            return Done(opened=place)
        if kind == "click":
            return self._post(events.event(self._world, member.userid, "click", [("EventKey", key)]))
        if kind in SCANS:
            return self._scanned(member, kind, key, code, symbology)
        if kind in PICTURES:
            return self._pictured(member, kind, key, picture)
        raise NotDrawn(f"{name!r}: the sandbox has no {kind}")

    def scan(self, user: str, code: str, *, entry: str = "", symbology: str = "") -> Done:
        """Scan a code through the menu: through `entry`, or through the only scan entry there is."""
        self._member(user)
        names = [path for path, found in self._menu_leaves() if found.get("type") in SCANS]
        if not entry and len(names) != 1:
            raise NotDrawn(f"the menu has {len(names)} scan entries ({'、'.join(names)}): say which")
        return self.menu(user, entry or names[0], code=code, symbology=symbology)

    def _scanned(self, member: Member, kind: str, key: str, code: str, symbology: str) -> Done:
        if not code:
            raise NotDrawn("there is no code before the camera: give `code`")
        result = f"{symbology},{code}" if symbology else code
        self._note(member, f"已扫码：{result}")
        fields = events.scan(key, result, "barcode" if symbology else "qrcode")
        return self._post(events.event(self._world, member.userid, kind, fields))

    def _pictured(self, member: Member, kind: str, key: str, picture: bytes) -> Done:
        if media.picture_type(picture) is None:
            raise NotDrawn("there is no JPEG or PNG picture: give `data`")
        digest = hashlib.md5(picture, usedforsecurity=False).hexdigest()
        pictures: events.Fields = [("Count", 1), ("PicList", [("item", [("PicMd5Sum", digest)])])]
        fields: events.Fields = [("EventKey", key), ("SendPicsInfo", pictures)]
        self._courier.post(events.event(self._world, member.userid, kind, fields))
        return self.photo(member.userid, picture)

    def _menu_entry(self, name: str) -> dict[str, Any]:
        found = [entry for path, entry in self._menu_leaves() if name in {path, path.rpartition("/")[2]}]
        if len(found) != 1:
            reason = "twice; give group/entry" if found else "not"
            raise NotDrawn(f"{name!r} is {reason} in the menu")
        return found[0]

    def _menu_leaves(self) -> list[tuple[str, dict[str, Any]]]:
        leaves = []
        for group in (self._world.book.menu or {}).get("button", []):
            subs = group.get("sub_button") or []
            leaves += [(f"{group['name']}/{sub['name']}", sub) for sub in subs] or [(str(group["name"]), group)]
        return leaves

    # --- the common ground ---

    def _member(self, user: str) -> Member:
        member = self._world.member(user)
        if member is None:
            raise NotDrawn(f"{user!r} is not a member")
        if not member.in_range:
            raise NotDrawn(f"{user!r} is outside the app's visible range and does not see it")
        return member

    def _bubble(self, user: str, kind: str, body: dict[str, Any]) -> None:
        world = self._world
        world.show(Entry(world.token_hex(43), user.lower(), "member", kind, world.now(), body))

    def _note(self, member: Member, words: str) -> None:
        world = self._world
        world.show(Entry(world.token_hex(43), member.userid.lower(), "note", "note", world.now(), {"content": words}))

    def _post(self, callback: events.Callback) -> Done:
        return Done(self._courier.post(callback))


def _is_called(question: dict[str, Any], name: str) -> bool:
    return name in {str(question.get("title") or ""), str(question["question_key"])}


def _option_ids(question: dict[str, Any], wanted: list[str]) -> list[str]:
    """Ids of the wanted options in the order drawn; NotDrawn for what is not offered."""
    if question.get("disable"):
        raise NotDrawn(f"{question.get('title') or question['question_key']!r} is locked")
    if len(wanted) > 1 and question.get("mode") != 1:
        raise NotDrawn("only one option can be chosen here")
    options = question["option_list"]
    for one in wanted:
        if not any(one in {option["id"], option["text"]} for option in options):
            raise NotDrawn(f"{one!r} is not among the options: {'、'.join(str(option['text']) for option in options)}")
    return [str(option["id"]) for option in options if {option["id"], option["text"]} & set(wanted)]
