"""What a member did, read from the decrypted XML into one frozen value; and the text answer to it.

Shapes: pages 90239 and 90240. wechatpy's `parse_message` is not used: it knows no template-card event,
costs four times as much, and leaves one answered question and several in two different shapes.
"""

import dataclasses
import enum
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from wechatpy.replies import TextReply

from integrations.wecom import crypto, plain, xmlflat


class Kind(enum.Enum):
    """What arrived: a message, or an event."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    TAP = "template_card_event"
    MENU_TAP = "template_card_menu_event"
    CLICK = "click"
    SCAN = "scancode"
    """Both menu entries that scan; `Callback.event` tells which."""
    ENTER = "enter_agent"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    OTHER = "other"


UNKNOWN_TIME = datetime.fromtimestamp(0, UTC)
"""Stands for a `CreateTime` that is missing or absurd."""

_MESSAGES = {kind.value: kind for kind in (Kind.TEXT, Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK)}
_EVENTS = {
    "scancode_waitmsg": Kind.SCAN,
    "scancode_push": Kind.SCAN,
} | {kind.value: kind for kind in (Kind.TAP, Kind.MENU_TAP, Kind.CLICK, Kind.ENTER, Kind.SUBSCRIBE, Kind.UNSUBSCRIBE)}

# Page 90241, "events that accept a passive reply"; template_card_event is not among them, nor is scancode_push.
_REPLYABLE_EVENTS = frozenset(
    {
        "subscribe",
        "enter_agent",
        "location",
        "click",
        "view",
        "view_miniprogram",
        "scancode_waitmsg",
        "template_card_menu_event",
    }
)

# Scanners put the symbology of a 1-D barcode before its value; a comma in any other code is the code's own.
_SYMBOLOGY = re.compile(
    r"\A(?:CODE_?(?:11|25|32|39|93|128)|EAN_?(?:5|8|13|14)|UPC_?(?:A|E)|ITF(?:_?14)?|CODABAR|INTERLEAVED_?2OF5"
    r"|GS1_?128|RSS_?(?:14|EXPANDED)|DATABAR(?:_?EXPANDED)?|MSI|PLESSEY|PDF_?417),",
    re.IGNORECASE,
)
# A long text may be cut at 2,048 bytes, in the middle of a character (page 90241 says so of our own answers):
# what is left of that character stands at the end of the content.
_CUT = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})(?=(?:\]\]>)?</Content>)")
_BROKEN = "\ufffd".encode()
_MSG_ID = re.compile(r"[0-9]{1,20}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One message or event. A field it does not have is `""`; the `repr` shows nothing a member wrote or scanned."""

    id: str
    """Idempotency key: the same for every delivery of one deed, different for two deeds in one second."""
    kind: Kind
    corp: str
    user: str
    """The member's userid in lower case (userids ignore case; answers of the API are lower case, page 90236)."""
    at: datetime
    """When the member did it by WeCom's clock, UTC; `UNKNOWN_TIME` if it does not say."""
    event: str
    """Event name in lower case; `""` for a message."""
    key: str
    """EventKey: the menu entry's or button's key, or the address of a `view`."""
    text: str = dataclasses.field(repr=False)
    """What was typed; of a location its label, of a link its title."""
    task_id: str
    response_code: str = dataclasses.field(repr=False)
    """Good for one update of the tapped card within 72 hours."""
    card_type: str
    answers: Mapping[str, tuple[str, ...]] = dataclasses.field(repr=False)
    """Chosen option ids by question key; a question left empty has `()`."""
    scan_type: str
    scan: str = dataclasses.field(repr=False)
    """Content of the scanned code without the symbology of a barcode."""
    raw_scan: str = dataclasses.field(repr=False)
    media_id: str = dataclasses.field(repr=False)
    """Of an image, voice or video; good for three days."""
    agent_id: int | None
    msg_id: str
    raw: bytes = dataclasses.field(repr=False)
    """The decrypted XML."""

    @property
    def replyable(self) -> bool:
        """Whether WeCom shows a text that comes back in the callback's own response (page 90241)."""
        return self.event in _REPLYABLE_EVENTS if self.event else self.kind is not Kind.OTHER


def parse(xml: bytes) -> Callback:
    """Read decrypted XML. What it does not know becomes `Kind.OTHER`.

    Raises `crypto.Bad(Reason.CONTENT)` when it is no XML, or says not even who sent what.
    """
    fields = _fields(xml)
    message_type = xmlflat.text(fields, "MsgType").lower()
    user = xmlflat.text(fields, "FromUserName").lower()
    if not message_type or not user:
        raise crypto.Bad(crypto.Reason.CONTENT)
    event = xmlflat.text(fields, "Event").lower() if message_type == "event" else ""
    msg_id = xmlflat.text(fields, "MsgId")
    raw_scan = xmlflat.text(fields, "ScanCodeInfo", "ScanResult")
    return Callback(
        id=_id(msg_id, fields),
        kind=(_EVENTS.get(event) if event else _MESSAGES.get(message_type)) or Kind.OTHER,
        corp=xmlflat.text(fields, "ToUserName"),
        user=user,
        at=_time(xmlflat.text(fields, "CreateTime")),
        event=event,
        key=xmlflat.text(fields, "EventKey"),
        text=_first(fields, "Content", "Label", "Title"),
        task_id=xmlflat.text(fields, "TaskId"),
        response_code=xmlflat.text(fields, "ResponseCode"),
        card_type=xmlflat.text(fields, "CardType"),
        answers=_answers(fields),
        scan_type=xmlflat.text(fields, "ScanCodeInfo", "ScanType"),
        scan=_SYMBOLOGY.sub("", raw_scan),
        raw_scan=raw_scan,
        media_id=xmlflat.text(fields, "MediaId"),
        agent_id=_number(_first(fields, "AgentID", "AgentId")),
        msg_id=msg_id,
        raw=xml,
    )


def text_reply(callback: Callback, text: str, now: float) -> str:
    """Give the XML of a passive text answer, to be sealed (page 90241). `now` is Unix time.

    Longer text than 2048 bytes ends in `…`. Raises `ValueError` for an empty one: answer with an empty 200 instead.
    """
    text = plain.clean(text)
    if not text.strip():
        raise ValueError("text: an empty answer cannot be shown; answer the callback with an empty body")
    reply = TextReply(
        source=plain.cdata(callback.corp),
        target=plain.cdata(callback.user),
        time=int(now),
        content=plain.cdata(plain.cut(text)),
    )
    return str(reply.render())


def _fields(xml: bytes) -> dict[str, list[xmlflat.Node]]:
    for mend in (None, _BROKEN):
        try:
            return xmlflat.tree(xml if mend is None else _CUT.sub(mend, xml, count=1))
        except xmlflat.Malformed:
            pass
    raise crypto.Bad(crypto.Reason.CONTENT)


def _id(msg_id: str, fields: dict[str, list[xmlflat.Node]]) -> str:
    """Name the deed. Sender and time alone would merge two taps in one second, so every field of an event counts.

    Only the response code does not: whether a second delivery repeats it is not known.
    """
    if _MSG_ID.fullmatch(msg_id) and msg_id.strip("0"):
        return f"msg:{msg_id}"
    meaning = {name: nodes for name, nodes in fields.items() if name != "ResponseCode"}
    return "evt:" + hashlib.sha256(_canonical(meaning).encode()).hexdigest()


def _canonical(node: xmlflat.Node) -> str:
    """Write a node so that equal content gives equal text in whatever order it came, and nothing else does."""
    if isinstance(node, str):
        return f"{len(node)}:{node}"
    parts = (f"{name}={_canonical(child)}" for name, nodes in node.items() for child in nodes if child != "")
    return "(" + ",".join(sorted(parts)) + ")"


def _answers(fields: dict[str, list[xmlflat.Node]]) -> Mapping[str, tuple[str, ...]]:
    """Gather the chosen options, whether one question came or several, with one option, several or none."""
    answers: dict[str, tuple[str, ...]] = {}
    for items in xmlflat.children(fields, "SelectedItems"):
        for item in xmlflat.children(items, "SelectedItem"):
            question = xmlflat.text(item, "QuestionKey")
            if question:
                answers[question] = answers.get(question, ()) + _options(item)
    return MappingProxyType(answers)


def _options(item: xmlflat.Node) -> tuple[str, ...]:
    return tuple(
        option
        for options in xmlflat.children(item, "OptionIds")
        for option in xmlflat.children(options, "OptionId")
        if isinstance(option, str) and option
    )


def _first(fields: dict[str, list[xmlflat.Node]], *names: str) -> str:
    return next((text for name in names if (text := xmlflat.text(fields, name))), "")


def _time(seconds: str) -> datetime:
    unix = _number(seconds)
    # Ten digits reach the year 2286; more would be milliseconds or nonsense.
    return datetime.fromtimestamp(unix, UTC) if unix is not None and unix < 10**10 else UNKNOWN_TIME


def _number(digits: str) -> int | None:
    return int(digits) if re.fullmatch(r"[0-9]{1,18}", digits) else None
