"""Every door on the way to the bus answers 待判定，不能转运 (DOMAIN §2.4), and the database keeps it shut as well."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.state import contact
from bot.state.machine import Refused
from bot.state.store import Store
from cards import words
from tests import databases
from tests.issuing.counter import Counter, Worker
from tests.supplements import family
from tests.supplements.family import HOME
from tests.verification import books

GUARDED = ("issuance", "notice_person", "boarding", "band", "contact")


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """王建明 and his mother are ready; the baby is supplemented and waits."""
    for url in databases.fresh("sqlite", tmp_path):
        made = Counter(url, tmp_path)
        made.ready(2)
        family.submits(made.worker("li.fang"), family.paste(现住址=HOME))
        yield made
        made.settle()
        assert books.broken(made) == []
        made.close()


def baby(counter: Counter) -> contact.Contact:
    return books.people(counter)["王小宝"]


def test_no_kit_is_given_by_tap_scan_or_typed_code(counter: Counter) -> None:
    li: Worker = counter.worker("li.fang")
    (short,) = counter.prints()
    said = li.opens("3栋501")
    assert "王*宝" in said or "待判定" in li.taps(words.DETAILS)
    li.picks(选择人员=li.option("王*宝"))
    assert "待判定，不能转运" in li.taps(words.ISSUE_AND_BIND)
    li.scans(counter.payload(short))
    li.says(short)
    assert "王小宝" not in counter.wearing()
    assert baby(counter).state == "undecided"


def test_no_notice_takes_them(counter: Counter) -> None:
    li: Worker = counter.worker("li.fang")
    before = books.deeds(counter)
    li.says(words.NOTICE)
    said = li.taps(words.NEW)
    assert "王*宝" not in said, "everybody ready is offered, and nobody else"
    assert baby(counter).state == "undecided"
    with pytest.raises(Refused, match="待判定，不能转运"):
        counter.does(lambda tx: contact.noun.fire(tx, baby(counter), "listed"))
    assert books.deeds(counter) == before


@pytest.mark.parametrize("kind", databases.KINDS)
def test_the_database_guards_every_table_on_the_way(kind: str, tmp_path: Path) -> None:
    """The triggers are there on both engines, whatever migration came last (a table made anew would lose them)."""
    listed = {
        "sqlite": "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT event_object_table, action_statement || trigger_name FROM information_schema.triggers",
    }
    for url in databases.fresh(kind, tmp_path):
        store = Store(url)
        with store.read() as conn:
            rows = conn.execute(sa.text(listed[conn.dialect.name])).all()
        store.close()
        guarded = {
            table for table, text in rows if any(word in text for word in ("decided_only", "undecided", "guard"))
        }
        assert set(GUARDED) <= guarded
