"""Nobody undecided is moved (DOMAIN §2.4, I-25): not by the table, not by the database, by no sequence of events."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.state import contact
from bot.state.contact import Contact, State
from bot.state.machine import Refused
from bot.state.sealed import Keyring
from bot.state.store import Store
from bot.state.unit import Tx
from tests import databases

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
DECIDES = {"decided", "listed_after_all"}
EVENTS = sorted({event for _, event, _ in contact.life.pairs()})
HELD = {State.UNDECIDED, State.EXCLUDED}
FAR = [State.AWAITING_TRANSPORT, State.ISSUED, State.LISTED, State.ABOARD, State.PICKED_UP, State.ARRIVED]


@pytest.fixture(params=databases.KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    for url in databases.fresh(request.param, tmp_path):
        made = Store(url)
        yield made
        made.close()


def undecided(tx: Tx, state: State = State.UNDECIDED) -> Contact:
    """Somebody who waits for the CDC's word."""
    person = Contact(
        tx.id(), State.UNDECIDED, 1, "350203010034", "", "王小宝", "男", "居民身份证", "350299201506010024",
        "14400001001", "", "", None, "", "前埔南小区3栋", "", tx.now,
    )  # fmt: skip
    values = contact.cells(tx.keys, [person])[0] | {"id_hash": uuid.uuid4().bytes}
    tx.conn.execute(contact.table.insert(), values)
    return person if state is State.UNDECIDED else contact.noun.fire(tx, person, "excluded")


def test_no_sequence_of_events_moves_an_undecided_person() -> None:
    """Whatever is tried, in whatever order and however often: every state within reach is one of those held."""
    reach, new = set(HELD), list(HELD)
    while new:
        state = new.pop()
        for event in {*EVENTS} - DECIDES:
            try:
                after = State(contact.life.next(state, event))
            except Refused as no:
                assert "不能转运" in no.words, (state, event)
                continue
            if after not in reach:
                reach.add(after)
                new.append(after)
    assert reach == HELD


@pytest.mark.parametrize("event", ["issued", "listed", "boarded", "picked_up", "arrived", "report_central"])
def test_the_answer_is_the_same_through_every_door(event: str) -> None:
    with pytest.raises(Refused, match="待判定，不能转运"):
        contact.life.next(State.UNDECIDED, event)


@pytest.mark.parametrize("state", FAR)
def test_the_database_itself_refuses_to_move_them(store: Store, state: State) -> None:
    """Whoever goes past the code with SQL gets no further."""

    def move(conn: sa.Connection) -> None:
        tx = Tx(conn, Keyring(["a-key"]), NOW, "test")
        person = undecided(tx)
        conn.execute(contact.table.update().where(contact.table.c.id == person.id).values(state=state.value))

    with pytest.raises(sa.exc.DBAPIError, match="undecided"):
        store.write(move)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=st.lists(st.sampled_from(EVENTS), max_size=12), born=st.sampled_from(sorted(HELD)))
def test_rows_obey_as_the_table_does(store: Store, events: list[str], born: State) -> None:
    def walk(conn: sa.Connection) -> str:
        tx = Tx(conn, Keyring(["a-key"]), NOW, "test")
        person = undecided(tx, born)
        for event in events:
            if event not in DECIDES:
                try:
                    person = contact.noun.fire(tx, person, event)
                except Refused:
                    continue
        tx.lines.clear()
        where = contact.table.c.id == person.id
        return str(conn.execute(sa.select(contact.table.c.state).where(where)).scalar_one())

    assert store.write(walk) in HELD
