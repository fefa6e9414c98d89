"""What an event said, as the inbox keeps it, and the answer it had when it comes again."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from bot.turn import Answer, Event


def answer(event: Event, kept: Mapping[str, Any], outcome: str) -> Answer:
    """The answer an event had, unless what came then under its id was something else."""
    if kept["of"] != likeness(event):
        return Answer(outcome=outcome, duplicate=True, clash=True)
    return Answer(kept["text"], outcome, duplicate=True, data=kept["data"])


def likeness(event: Event) -> str:
    """What makes an event the same when it comes again; not when it came, nor in which conversation."""
    said = json.dumps([event.kind, event.flow, event.name, event.data], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()


def body(event: Event) -> str:
    """Everything about an event but the code that changes a card once."""
    values = {name: getattr(event, name) for name in Event.__dataclass_fields__ if name != "cargo"}
    values |= {"at": event.at.isoformat(), "response_code": ""}
    return json.dumps(values, ensure_ascii=False, default=str)
