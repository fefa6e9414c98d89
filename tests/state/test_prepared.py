"""What the driver runs gives what Core would have given: rows, counts, errors; and Core does what is not understood."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from bot.state import base, prepared, waiting
from bot.state.staff import table as staff
from bot.state.store import Store

AT = datetime(2022, 11, 22, 10, 30, 15, 123456, tzinfo=timezone(timedelta(hours=8)))
wait = waiting.table
NEW = wait.insert()
BY_REF = sa.select(wait).where(wait.c.ref == sa.bindparam("it")).order_by(wait.c.step)
LATE = (
    sa.select(wait.c.ref, sa.func.count().label("so_many")).where(wait.c.due < sa.bindparam("by")).group_by(wait.c.ref)
)
OPEN = sa.select(wait.c.step, staff.c.active, staff.c.name).join_from(wait, staff, staff.c.name == wait.c.path)
OPEN = OPEN.where(wait.c.ended_at.is_(None), staff.c.id == "li.fang", wait.c.told < sa.bindparam("most"))
CLIMB = wait.update().where(wait.c.step == sa.bindparam("at_step")).values(rung=sa.bindparam("higher"))
END = (
    wait.update()
    .where(wait.c.ref == sa.bindparam("it"))
    .values(ended_at=sa.bindparam("end"))
    .returning(wait.c.due, wait.c.day)
)
THESE = sa.select(wait.c.step).where(wait.c.ref.in_(sa.bindparam("refs", expanding=True)))
BOTH = sa.select(wait.c.step).where(
    wait.c.told >= sa.bindparam("least"),
    wait.c.ref.in_(sa.bindparam("refs", expanding=True)),
    wait.c.step.in_(["a", "b"]),
    wait.c.rung >= sa.bindparam("least"),
)
THEIRS = wait.update().where(wait.c.ref.in_(sa.bindparam("refs", expanding=True))).values(rung=sa.bindparam("higher"))
GONE = wait.delete().where(wait.c.ref == sa.bindparam("it"))


def row(step: str, ref: str, **more: Any) -> dict[str, Any]:
    """A wait."""
    begun = {"path": "/前埔/", "holders": ["li.fang"], "day": date(2022, 3, 15), "began": AT, "due": AT, "rung": 0}
    return begun | {"step": step, "ref": ref, "at": AT, "stamp": 1, "told": 0, "ended_at": None} | more


@pytest.fixture(params=[1, 2, 3])
def meeting(request: pytest.FixtureRequest) -> int:
    """How often a statement has been met: the first time by Core, later by the driver."""
    return int(request.param)


@pytest.fixture
def conn(store: Store) -> Any:
    """A transaction with a member in it; rolled back."""
    with store.engine.connect() as found, found.begin():
        member = {"id": "li.fang", "name": "李芳", "active": True, "phone": b"\x01\x00"}
        found.execute(staff.insert(), member)
        yield found


def test_rows_have_the_names_and_types_of_core(conn: sa.Connection, meeting: int) -> None:
    conn.execute(NEW, [row("a", "1"), row("b", "1", ended_at=AT, holders=["甲", None, {"n": 1.5}]), row("a", "2")])
    for _ in range(meeting):
        found = prepared.rows(conn, BY_REF, {"it": "1"})
    assert [tuple(one) for one in found] == [tuple(one) for one in conn.execute(BY_REF, {"it": "1"})]
    assert (found[0].due, found[0].day, found[0].ended_at) == (AT.astimezone(UTC), date(2022, 3, 15), None)
    assert (found[1].holders, found[1][:2]) == (["甲", None, {"n": 1.5}], ("b", "1"))


def test_constants_and_several_tables_come_along(conn: sa.Connection, meeting: int) -> None:
    conn.execute(NEW, [row("a", "1", path="李芳"), row("b", "1", path="李芳", told=9)])
    for _ in range(meeting):
        found = prepared.rows(conn, OPEN, {"most": 9})
        counted = prepared.first(conn, LATE, {"by": AT + timedelta(seconds=1)})
        nothing = prepared.first(conn, LATE, {"by": AT})
    assert [tuple(one) for one in found] == [("a", True, "李芳")]
    assert (counted.ref, counted.so_many, nothing) == ("1", 2, None)


def test_changes_are_counted(conn: sa.Connection, meeting: int) -> None:
    conn.execute(NEW, [row("a", "1"), row("a", "2"), row("b", "1")])
    for _ in range(meeting):
        assert prepared.run(conn, CLIMB, {"at_step": "a", "higher": 4}) == 2
        assert prepared.run(conn, CLIMB, {"at_step": "z", "higher": 4}) == 0
        assert prepared.run(conn, CLIMB, [{"at_step": "a", "higher": 5}, {"at_step": "b", "higher": 6}]) == 3
    assert [one.rung for one in conn.execute(BY_REF, {"it": "1"})] == [5, 6]


def test_what_is_written_is_what_core_writes(conn: sa.Connection, meeting: int) -> None:
    for n in range(meeting):
        prepared.run(conn, NEW, row("ours", str(n)))
        conn.execute(NEW, row("cores", str(n)))
        ours, cores = (tuple(one)[2:] for one in conn.execute(BY_REF, {"it": str(n)}).all()[::-1])
        assert ours == cores


def test_a_change_may_give_rows_back(conn: sa.Connection, meeting: int) -> None:
    for n in range(meeting):
        conn.execute(NEW, [row("a", str(n)), row("b", str(n))])
        first = prepared.first(conn, END, {"it": str(n), "end": AT})
    assert (first.due, first.day) == (AT.astimezone(UTC), date(2022, 3, 15))
    both = conn.execute(BY_REF, {"it": str(meeting - 1)}).all()
    assert [one.ended_at for one in both] == [AT.astimezone(UTC)] * 2, "all of it is done, though one row is asked for"


def test_lists_have_any_length(conn: sa.Connection) -> None:
    conn.execute(NEW, [row("a", "1"), row("b", "2")])
    lists: tuple[list[str], ...] = (["1"], ["1", "2"], [], ["2", "1", "3"], [], ["1"])
    assert [len(prepared.rows(conn, THESE, {"refs": refs})) for refs in lists] == [1, 2, 0, 2, 0, 1]
    assert [len(prepared.rows(conn, BOTH, {"refs": refs, "least": 0})) for refs in lists] == [1, 2, 0, 2, 0, 1]
    assert [prepared.run(conn, THEIRS, {"refs": refs, "higher": 7}) for refs in lists] == [1, 2, 0, 2, 0, 1]
    assert [one.rung for one in conn.execute(BY_REF, {"it": "2"})] == [7]


def test_outside_a_transaction_core_begins_one(store: Store) -> None:
    for _ in range(3):
        with store.read() as conn:
            assert prepared.rows(conn, BY_REF, {"it": "1"}) == []
            assert conn.in_transaction()


def test_errors_are_those_of_core(store: Store, meeting: int) -> None:
    def twice(conn: sa.Connection) -> None:
        prepared.run(conn, NEW, row("a", "1"))
        prepared.run(conn, NEW, row("a", "1"))

    for _ in range(meeting):
        with pytest.raises(sa.exc.IntegrityError) as raised:
            store.write(twice)
        assert "/前埔/" not in str(raised.value), "parameters stay hidden"
    store.write(lambda conn: prepared.run(conn, NEW, row("a", "1")))


def test_listeners_hear_of_every_statement(store: Store) -> None:
    heard: list[str] = []

    def listen(_c: Any, _cursor: Any, text: str, *_: object) -> None:
        heard.append(text.split()[0])

    for moment in ("before_cursor_execute", "after_cursor_execute"):
        sa.event.listen(store.engine, moment, listen)

    def work(conn: sa.Connection) -> None:
        for _ in range(3):
            prepared.run(conn, GONE, {"it": "1"})

    store.write(work)
    assert heard.count("DELETE") == 2 * 3


def test_words_of_a_closed_set_stand_in_the_statement() -> None:
    assert str(base.among(wait.c.step, "open", "taken")) == "wait.step IN ('open', 'taken')"
    with pytest.raises(ValueError, match="no word"):
        base.among(wait.c.step, "a' OR '1")
