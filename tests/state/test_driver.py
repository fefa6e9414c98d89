"""What is handed to the driver has happened by the next question and by the commit, or not at all, on both engines."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from bot.state import bulk, driver, prepared
from bot.state.staff import table as staff
from bot.state.store import Store, Unavailable
from tests.state.test_prepared import BY_REF, CLIMB, NEW, row, wait


class Unmet(Exception):
    """What was demanded is not so."""


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many texts travelled in each trip of several."""
    seen: list[int] = []
    sent = driver._sent

    def count(conn: sa.Connection, posted: Any) -> Any:
        seen.append(len(posted))
        return sent(conn, posted)

    monkeypatch.setattr(driver, "_sent", count)
    return seen


@pytest.fixture
def conn(store: Store) -> Iterator[sa.Connection]:
    """A transaction, rolled back."""
    with store.engine.connect() as found, found.begin() as open_:
        yield found
        open_.rollback()


def rungs(store: Store) -> list[int]:
    with store.read() as conn:
        return [one.rung for one in conn.execute(sa.select(wait.c.rung).order_by(wait.c.step))]


def test_changes_travel_with_the_next_question_in_one_trip(store: Store, conn: sa.Connection, trips: list[int]) -> None:
    for way in range(2):
        prepared.post(conn, NEW, [row("a", f"{way}"), row("b", f"{way}")])
        prepared.post(conn, CLIMB, {"at_step": "a", "higher": 4})
        bulk.insert(conn, wait, [row("c", f"{way}")])
        assert [(one.step, one.rung) for one in prepared.rows(conn, BY_REF, {"it": f"{way}"})] == [
            ("a", 4), ("b", 0), ("c", 0),
        ]  # fmt: skip
    assert len(trips) == (0 if store.sqlite else 2)
    assert set(trips) <= {3, 4}  # Core's own question goes alone, behind them


@pytest.mark.parametrize("asked", ["core", "text", "counted", "copied", "nothing"])
def test_whatever_is_asked_next_they_have_happened(store: Store, asked: str) -> None:
    def work(conn: sa.Connection) -> None:
        prepared.post(conn, NEW, row("a", "1"))
        if asked == "core":
            assert conn.execute(sa.select(sa.func.count()).select_from(wait)).scalar_one() == 1
        if asked == "text":
            assert conn.exec_driver_sql("SELECT count(*) FROM wait").scalar_one() == 1
        if asked == "counted":
            assert [prepared.run(conn, CLIMB, {"at_step": "a", "higher": 5}) for _ in range(3)] == [1, 1, 1]
        if asked == "copied":
            bulk.insert(conn, wait, [row("b", str(n)) for n in range(60)])

    store.write(work)
    assert rungs(store) == [5 if asked == "counted" else 0] + ([0] * 60 if asked == "copied" else [])


def test_what_is_rolled_back_never_happens(store: Store) -> None:
    def work(conn: sa.Connection) -> None:
        prepared.post(conn, NEW, row("a", "1"))
        raise Unmet

    with pytest.raises(Unmet):
        store.write(work)
    store.write(lambda conn: prepared.post(conn, NEW, row("b", "1")))
    with store.engine.connect() as conn, conn.begin() as open_:
        prepared.post(conn, NEW, row("c", "1"))
        open_.rollback()
    with store.engine.begin() as conn:
        prepared.post(conn, NEW, row("d", "1"))
    with store.read() as conn:
        assert [one.step for one in conn.execute(sa.select(wait.c.step).order_by(wait.c.step))] == ["b", "d"]


def never(conn: sa.Connection) -> None:
    """Demand a row that is not there."""
    prepared.post(conn, CLIMB, {"at_step": "z", "higher": 1}, otherwise=Unmet())


def test_a_demand_that_is_not_met_is_heard_at_the_commit(store: Store) -> None:
    def work(conn: sa.Connection) -> None:
        prepared.post(conn, NEW, row("a", "1"))
        prepared.post(conn, CLIMB, {"at_step": "a", "higher": 1}, otherwise=Unmet())
        never(conn)

    with pytest.raises(Unmet):
        store.write(work)
    assert rungs(store) == []


def test_a_demand_that_is_not_met_is_heard_with_the_next_question(conn: sa.Connection) -> None:
    with pytest.raises(Unmet):
        never(conn)
        prepared.rows(conn, BY_REF, {"it": "1"})
        pytest.fail("the question was answered")


def test_what_fails_behind_a_demand_that_is_not_met_does_not_hide_it(store: Store) -> None:
    store.write(lambda conn: prepared.post(conn, NEW, row("a", "1")))

    def work(conn: sa.Connection) -> None:
        never(conn)
        prepared.post(conn, NEW, row("a", "1"))

    with pytest.raises(Unmet):
        store.write(work)


def test_an_error_names_the_text_that_failed_and_nobodys_data(store: Store) -> None:
    store.write(lambda conn: prepared.post(conn, NEW, row("a", "1")))

    def work(conn: sa.Connection) -> None:
        prepared.post(conn, CLIMB, {"at_step": "a", "higher": 1})
        prepared.post(conn, NEW, row("a", "1"))
        prepared.post(conn, staff.insert(), {"id": "li.fang", "name": "李芳", "active": True, "phone": b""})
        prepared.rows(conn, BY_REF, {"it": "1"})

    with pytest.raises(sa.exc.IntegrityError) as raised:
        store.write(work)
    assert (raised.value.statement or "").startswith("INSERT INTO wait")
    assert "/前埔/" not in str(raised.value)
    assert rungs(store) == [0]


def test_a_line_that_is_cut_under_them_is_not_used_again(postgres: Store) -> None:
    cut: list[int] = []

    def work(conn: sa.Connection) -> None:
        prepared.post(conn, NEW, row("a", "1"))
        if not cut:
            cut.append(conn.connection.driver_connection.info.backend_pid)  # type: ignore[union-attr]
            with postgres.engine.connect() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({cut[0]})")

    postgres.write(work)
    assert cut and rungs(postgres) == [0], "the second attempt had a line of its own"


def test_a_database_that_stays_away_is_unavailable(postgres: Store) -> None:
    def work(conn: sa.Connection) -> None:
        prepared.post(conn, NEW, row("a", "1"))
        with postgres.engine.connect() as other:
            other.exec_driver_sql(
                f"SELECT pg_terminate_backend({conn.connection.driver_connection.info.backend_pid})"  # type: ignore[union-attr]
            )

    with pytest.raises(Unavailable):
        postgres.write(work)
    assert rungs(postgres) == []
