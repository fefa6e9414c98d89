"""What is written down after a story: states, tasks, forwards, duties, calls, history; and that all of it is sound."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.state import (
    area,
    call,
    contact,
    conversation,
    forward,
    journal,
    offline_duty,
    queue,
    verification,
    waiting,
)
from bot.state import reports as written
from bot.state.sealed import Keyring
from tests import invariants
from tests.invariants import SECRET
from tests.verification.street import Street

S = TypeVar("S", bound=Street)


def rows(street: Street, statement: sa.Executable) -> list[Any]:
    """Every row of a statement."""
    with street.core.store.read() as conn:
        return list(conn.execute(statement))


def people(street: Street) -> dict[str, contact.Contact]:
    """Everybody by name, opened."""
    with street.core.store.read() as conn:
        found = [contact.noun.read(Keyring([SECRET]), row) for row in conn.execute(contact.noun.select)]
    return {person.name: person for person in found}


def state(street: Street, name: str = "王建明") -> str:
    """The state of a person."""
    return str(people(street)[name].state)


def tasks(street: Street, name: str = "王建明") -> list[tuple[str, str, str]]:
    """A person's custodies as (community, state, holder), the oldest first."""
    one, task = people(street)[name].id, verification.table.c
    wanted = sa.select(area.table.c.name, task.state, task.holder).join(area.table, area.table.c.code == task.area_code)
    return [tuple(row) for row in rows(street, wanted.where(task.contact_id == one).order_by(task.id))]


def task_ids(street: Street, name: str = "王建明") -> list[str]:
    """The ids of a person's custodies, the oldest first."""
    one, task = people(street)[name].id, verification.table.c
    return [row.id for row in rows(street, sa.select(task.id).where(task.contact_id == one).order_by(task.id))]


def reports(street: Street, name: str = "王建明") -> list[Any]:
    """A person's reports (n, result, answers, reported_by, received_by, received_at, undone_at), in order."""
    report = written.table.c
    wanted = sa.select(
        report.n, report.result, report.answers, report.reported_by, report.received_by, report.received_at,
        report.undone_at,
    )  # fmt: skip
    return rows(street, wanted.where(report.verification_id.in_(task_ids(street, name))).order_by(report.id))


def duties(street: Street, name: str = "王建明") -> list[str]:
    """The states of a person's offline duties, in order."""
    duty = offline_duty.table.c
    wanted = sa.select(duty.state).where(duty.verification_id.in_(task_ids(street, name))).order_by(duty.id)
    return [row.state for row in rows(street, wanted)]


def forwards(street: Street) -> list[str]:
    """The states of all forwards, in order."""
    return [row.state for row in rows(street, sa.select(forward.table.c.state).order_by(forward.table.c.id))]


def calls(street: Street) -> list[tuple[str, str]]:
    """Every attempt as (outcome, who called), in order."""
    wanted = sa.select(call.table.c.outcome, call.table.c.called_by).order_by(call.table.c.id)
    return [tuple(row) for row in rows(street, wanted)]


def history(street: Street) -> list[tuple[str, str, str, str]]:
    """Every corrected field as (field, before, after, by), opened, in order."""
    keys, table = Keyring([SECRET]), contact.history
    return [
        (
            row.field,
            keys.open(row.before, "contact_history", "before", row.id),
            keys.open(row.after, "contact_history", "after", row.id),
            row.changed_by,
        )
        for row in rows(street, sa.select(table).order_by(table.c.id))
    ]


def lines(street: Street, event: str) -> list[Any]:
    """The journal's lines of an event, in order."""
    table = journal.table
    return rows(street, sa.select(table).where(table.c.event == event).order_by(table.c.id))


def due(street: Street, name: str = "王建明") -> list[Any]:
    """When the feedback of each custody of a person is due."""
    task = verification.table.c
    wanted = sa.select(task.due_at).where(task.id.in_(task_ids(street, name))).order_by(task.id)
    return [row.due_at for row in rows(street, wanted)]


def deeds(street: Street) -> int:
    """How many lines the journal has of what people did (not of what time did): whatever was refused has added none."""
    done = sa.select(sa.func.count()).where(~journal.table.c.entity.startswith("wait:"))
    return int(rows(street, done.select_from(journal.table))[0][0])


def live_cards(street: Street) -> list[tuple[str, str, str]]:
    """The live cards as (recipient, slot, flow), sorted."""
    card, talk = conversation.cards, conversation.table
    wanted = sa.select(card.c.recipient, card.c.slot, talk.c.flow).join(talk, talk.c.id == card.c.conversation)
    return sorted(tuple(row) for row in rows(street, wanted.where(card.c.closed_at.is_(None))))


@contextmanager
def sound(street: S) -> Iterator[S]:
    """A street for one story; whatever the story did, the books must be sound after it."""
    yield street
    street.settle()
    found = broken(street)
    street.close()
    assert found == []


def broken(street: Street) -> list[str]:
    """What nothing may ever leave behind: broken promises, crashes, letters given up, refusals by the platform."""
    found = [f"{name}: {row}" for name, those in invariants.violations(street.core.store).items() for row in those]
    box, out = queue.inbox.c, queue.outbox.c
    crashed = sa.select(box.id, box.kind, box.reason).where(box.outcome == queue.Outcome.QUARANTINED.value)
    found += [f"crashed: {tuple(row)}" for row in rows(street, crashed)]
    lost = sa.select(out.kind, out.state, out.reason).where(out.state.in_(["failed", "expired"]))
    found += [f"given up: {tuple(row)}" for row in rows(street, lost)]
    found += [f"WeCom refused: {words}" for words in street.counter.refused]
    late = sa.select(waiting.table.c.step).where(waiting.table.c.ended_at.is_(None), waiting.table.c.at <= street.now())
    found += [f"{row.step} waits, and its next time has passed" for row in rows(street, late)]
    found += [f"not to be done by numbers: {what}" for what in street.counter.untyped]
    return found + [f"{user}: {count} messages lost by pace" for user, count in street.sandbox.book.dropped.items()]
