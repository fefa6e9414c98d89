"""Where everybody must be after whatever has happened: one holder, one state, the duties owed and no others."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from bot.state import contact, conversation, forward, offline_duty, queue, reports, verification
from tests.verification import books
from tests.verification.street import Street


def misplaced(street: Street) -> Iterator[str]:
    """Everybody who is not exactly where they should be."""
    task, person = verification.table.c, contact.table.c
    live = {"open", "taken"}
    by_person: dict[str, list[Any]] = {}
    for row in books.rows(street, sa.select(task.id, task.contact_id, task.state, task.holder, task.area_code)):
        by_person.setdefault(row.contact_id, []).append(row)
    opened = [row.contact_id for row in books.rows(street, sa.select(forward.table.c.contact_id).where(_offered()))]
    for row in books.rows(street, sa.select(person.id, person.state, person.area_code)):
        tasks = by_person.get(row.id, [])
        current = [one for one in tasks if one.state != "left"]
        working = [one for one in tasks if one.state in live]
        if (row.state == "pending") is not (len(working) == 1):
            yield f"{row.state} with {len(working)} open tasks"
        if (row.state == "forwarded") is not (opened.count(row.id) == 1):
            yield f"{row.state} with {opened.count(row.id)} open forwards"
        if len(current) != (row.state not in ("unplaced", "merged", "undecided", "excluded")):
            yield f"{row.state} with {len(current)} tasks that are not over"
        yield from (f"held by nobody: {one.state}" for one in current if (one.holder == "") is (one.state != "open"))
        yield from (
            f"{one.area_code} has them, not {row.area_code}" for one in current if one.area_code != row.area_code
        )
    yield from _unowed(street)
    yield from _crowded(street)


def crashed(street: Street) -> list[str]:
    """Arrivals that broke a handler."""
    box = queue.inbox.c
    lost = sa.select(box.id, box.reason).where(box.outcome == queue.Outcome.QUARANTINED.value)
    return [f"{row.id}: {row.reason}" for row in books.rows(street, lost)]


def _offered() -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = forward.table.c.state.in_(["offered", "disputed"])
    return found


def _unowed(street: Street) -> Iterator[str]:
    """Results 4–7 that stand own exactly one open or done duty; nothing else owns an open one."""
    task, report, duty = verification.table.c, reports.table.c, offline_duty.table.c
    standing = {row.id for row in books.rows(street, sa.select(task.id).where(task.state == "reported"))}
    last: dict[str, Any] = {}
    for row in books.rows(street, sa.select(report.id, report.verification_id, report.result).order_by(report.n)):
        last[row.verification_id] = row
    owed = {row.id for ref, row in last.items() if ref in standing and row.result in verification.OFFLINE}
    duties = books.rows(street, sa.select(duty.report_id, duty.state).where(duty.state != "void"))
    owned = [one.report_id for one in duties if one.report_id in owed]
    yield from (f"feedback {one} owns {owned.count(one)} duties" for one in owed if owned.count(one) != 1)
    yield from (
        f"feedback {one.report_id} owes no more" for one in duties if one.state == "open" and one.report_id not in owed
    )


def _crowded(street: Street) -> Iterator[str]:
    """Two live cards of one slot of one conversation on one phone; a live card of a task that somebody else holds."""
    card = conversation.cards.c
    live = sa.select(card.conversation, card.recipient, card.slot).where(card.closed_at.is_(None))
    found = [tuple(row) for row in books.rows(street, live)]
    yield from (f"twice: {one}" for one in set(found) if found.count(one) > 1)
    waiting = sa.select(sa.func.count()).select_from(queue.outbox).where(queue.outbox.c.state == "leased")
    if count := books.rows(street, waiting)[0][0]:
        yield f"{count} letters stay leased"
