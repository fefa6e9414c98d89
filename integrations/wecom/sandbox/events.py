"""What the platform tells the bot: the inner XML of messages and events (pages 90239, 90240)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

from integrations.wecom.sandbox.world import World

Value = Union[str, int, float, Sequence[tuple[str, "Value"]]]  # noqa: UP007 -- recursive, needs the quotes
Fields = Sequence[tuple[str, Value]]

REPLYABLE = frozenset(
    {"subscribe", "enter_agent", "LOCATION", "click", "view", "view_miniprogram", "scancode_waitmsg",
     "template_card_menu_event"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Callback:
    """One thing to tell the bot. `name` is the MsgType of a message or the Event of an event; `user` is lower-case."""

    user: str
    name: str
    xml: str
    replyable: bool
    msgid: str = ""


def message(world: World, user: str, kind: str, fields: Fields) -> Callback:
    """A message a member wrote: text, image … with a MsgId."""
    rows = [*_head(world, user, kind), *fields, ("MsgId", world.serial()), ("AgentID", world.agent_id)]
    return Callback(user.lower(), kind, render([("xml", rows)]), replyable=True)


def event(world: World, user: str, name: str, fields: Fields, *, msgid: str = "") -> Callback:
    """An event, which has no MsgId."""
    rows = [*_head(world, user, "event"), ("Event", name), *fields, ("AgentID", world.agent_id)]
    return Callback(user.lower(), name, render([("xml", rows)]), replyable=name in REPLYABLE, msgid=msgid)


def scan(key: str, result: str, kind: str = "qrcode") -> Fields:
    """Fields of scancode_push and scancode_waitmsg."""
    return [("EventKey", key), ("ScanCodeInfo", [("ScanType", kind), ("ScanResult", result)])]


def tap(key: str, task_id: str, card_type: str, code: str, answers: dict[str, list[str]] | None) -> Fields:
    """Fields of template_card_event and (without answers) template_card_menu_event."""
    rows: list[tuple[str, Value]] = [
        ("EventKey", key),
        ("TaskId", task_id),
        ("CardType", card_type),
        ("ResponseCode", code),
    ]
    if answers:
        items: Fields = [
            ("SelectedItem", [("QuestionKey", question), ("OptionIds", [("OptionId", option) for option in options])])
            for question, options in answers.items()
        ]
        rows.append(("SelectedItems", items))
    return rows


def render(fields: Fields) -> str:
    """XML with text in CDATA and numbers bare, as the platform writes it."""
    return "".join(f"<{tag}>{_inner(value)}</{tag}>" for tag, value in fields)


def _inner(value: Value) -> str:
    if isinstance(value, str):
        return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    return str(value) if isinstance(value, int | float) else render(value)


def _head(world: World, user: str, kind: str) -> Fields:
    member = world.member(user)
    return [
        ("ToUserName", world.conf.corp_id),
        ("FromUserName", member.userid if member else user),
        ("CreateTime", int(world.now())),
        ("MsgType", kind),
    ]
