"""Who has what, as the ladder knows it: the stories ask here, and make sure that what is taken also waits."""

from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from bot.ladder import Step
from bot.state import area, verification, waiting
from bot.state.unit import Tx
from bot.state.waiting import Wait
from tests.verification import books
from tests.verification.street import Street


def takes(street: Street, user: str, *names: str) -> None:
    """A member takes the tasks of these people; each then waits in their hands."""
    hand = street.phone(user)
    for name in names:
        task = books.task_ids(street, name)[-1]
        hand.taps("核实反馈", f"{name[0]}*{name[-1]}")
        street.core.store.write(partial(_waits, street, task=task, user=user))


def _waits(street: Street, conn: sa.Connection, task: str, user: str) -> None:
    tx = Tx(conn, street.core.keys, street.now(), "test", user)
    if waiting.find(tx, Step.FEEDBACK, task) is not None:
        waiting.change(tx, {(Step.FEEDBACK, task): [user]})
        return
    case = verification.case(tx, task)
    assert case is not None
    began, due = case.task.created_at, case.task.due_at
    later = due + timedelta(days=300)
    waiting.begin(tx, [Wait(Step.FEEDBACK, task, case.place.path, (user,), began.date(), began, due, 0, later)])


def holders(street: Street) -> dict[str, list[str]]:
    """Everybody who waits for feedback by name, with who has them."""
    table, task, person = waiting.table, verification.table, books.people(street)
    names = {one.id: name for name, one in person.items()}
    wanted = sa.select(task.c.contact_id, table.c.holders).join(task, task.c.id == table.c.ref)
    wanted = wanted.where(table.c.step == Step.FEEDBACK, table.c.ended_at.is_(None))
    return {names[row.contact_id]: list(row.holders) for row in books.rows(street, wanted) if row.holders}


def paths(street: Street) -> dict[str, str]:
    """The path of every community by its name."""
    return {row.name: row.path for row in books.rows(street, sa.select(area.table.c.name, area.table.c.path))}


def release(street: Street, conn: sa.Connection, name: str) -> None:
    """Somebody else has taken a person over."""
    tx = Tx(conn, street.core.keys, street.now(), "test", "test")
    task = books.task_ids(street, name)[-1]
    waiting.change(tx, {(Step.FEEDBACK, task): [books.tasks(street, name)[-1][2]]})
