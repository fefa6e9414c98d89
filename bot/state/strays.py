"""Codes that nobody knows, scanned by one member: ten of them in ten minutes pause the scanning (DOMAIN §2.5).

They are counted in the facts of the member's own conversation, which are kept whatever the answer was; a code that is
refused for another reason (bound, retired) is no stray.
"""

from datetime import datetime, timedelta
from typing import Any

MOST = 10
WITHIN = PAUSE = timedelta(minutes=10)


def until(facts: dict[str, Any], now: datetime) -> datetime | None:
    """Till when the member's scanning is paused, or None."""
    end = facts.get("paused")
    at = datetime.fromisoformat(end) if end else None
    return at if at is not None and now < at else None


def add(facts: dict[str, Any], now: datetime) -> datetime | None:
    """Note one more; if it was the tenth, till when the scanning is paused from now on."""
    recent = [one for one in facts.get("strays", []) if now - datetime.fromisoformat(one) < WITHIN]
    recent.append(now.isoformat())
    if len(recent) < MOST:
        facts["strays"] = recent
        return None
    facts["strays"], facts["paused"] = [], (now + PAUSE).isoformat()
    return now + PAUSE
