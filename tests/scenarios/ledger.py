"""What really happened: the journal's lines and the state of every person, to hold a story against."""

from typing import Any

import sqlalchemy as sa

from bot.state import contact, journal, queue
from tests.scenarios.member import settle
from tests.world import World

Deed = tuple[str, str, str, str]


def deeds(world: World, event: str = "") -> list[Deed]:
    """Every deed as (noun, event, state after, actor), in the order written; the directory's import is left out."""
    with world.core.store.read() as conn:
        lines = conn.execute(sa.select(journal.table).order_by(journal.table.c.id)).all()
    found = [(line.entity.partition(":")[0], line.event, line.after, line.actor) for line in lines]
    return [deed for deed in found if deed[0] != "directory" and event in ("", deed[1])]


def facts(world: World, event: str) -> list[dict[str, Any]]:
    """What the journal's lines of this event say beside state and actor."""
    with world.core.store.read() as conn:
        rows = conn.execute(sa.select(journal.table.c.facts).where(journal.table.c.event == event)).all()
    return [dict(row.facts) for row in rows]


def states(world: World) -> list[str]:
    """The state of every person, sorted."""
    with world.core.store.read() as conn:
        return sorted(row.state for row in conn.execute(sa.select(contact.table.c.state)))


def outcomes(world: World) -> list[tuple[str, str]]:
    """How everything that arrived by WeCom ended, as (outcome, reason)."""
    box = queue.inbox.c
    with world.core.store.read() as conn:
        rows = conn.execute(sa.select(box.outcome, box.reason).where(box.kind.not_in(["start", "due"])))
        return [(row.outcome, row.reason) for row in rows]


def everything(world: World) -> dict[str, Any]:
    """All that a second effect could change: deeds, states, and how many messages each phone has."""
    settle(world)
    book = world.sandbox.world.book
    with world.core.store.read() as conn:
        breaks = journal.verify(conn, world.core.keys.audit)
    assert breaks == []
    return {
        "deeds": deeds(world),
        "states": states(world),
        "messages": {user: len(chat) for user, chat in book.chats.items()},
    }
