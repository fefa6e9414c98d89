"""Who has what, as the ladder knows it: the stories ask here."""

import sqlalchemy as sa

from bot.ladder import Step
from bot.state import area, verification, waiting
from tests.verification import books
from tests.verification.street import Street


def takes(street: Street, user: str, *names: str) -> None:
    """A member takes the tasks of these people; each then waits in their hands."""
    hand = street.phone(user)
    for name in names:
        hand.taps("核实反馈", f"{name[0]}*{name[-1]}")


def everything(street: Street) -> list[tuple[str, list[str]]]:
    """(step, holders) of everything that lies in somebody's hands."""
    table = waiting.table
    wanted = sa.select(table.c.step, table.c.holders).where(table.c.ended_at.is_(None)).order_by(table.c.ref)
    return [(row.step, list(row.holders)) for row in books.rows(street, wanted) if row.holders]


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
