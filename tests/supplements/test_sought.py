"""Who is on a list already: by document, phone, name and address, in any spelling; and two who bring one at once."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import app, config, intake
from bot.bench import people
from bot.state import contact, sought
from bot.state.sealed import Keyring
from bot.state.sought import By
from bot.state.store import Store
from bot.state.unit import Tx
from tests import databases
from tests.invariants import SECRET
from tests.scenarios import lists
from tests.state.test_plans import explained, whole

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
NUMBER = "350299198805120018"


@pytest.fixture(params=databases.KINDS)
def core(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[app.Core]:
    """A few people on a list."""
    from bot.demo import people as demo

    for url in databases.fresh(request.param, tmp_path):
        made = app.core(url, SECRET, config.HERE / "rules", lambda: NOW)
        intake.directory(made, demo.FOLDER)
        path = tmp_path / "list.csv"
        twin = lists.person("王建明", "14400001099", 详细地址="湖光花园5号楼602室")
        path.write_text(lists.csv(lists.person(证件号码=NUMBER), lists.person("林秀英", "14400001002"), twin))
        intake.contacts(made, path)
        yield made
        made.store.close()


def ask(core: app.Core, **given: str) -> sought.Known:
    with core.store.read() as conn:
        return sought.find(Tx(conn, Keyring([SECRET]), NOW, "test"), **given)


def test_a_document_is_enough(core: app.Core) -> None:
    found = ask(core, number=NUMBER)
    assert (found.person and found.person.name, found.by) == ("王建明", By.DOCUMENT)
    assert ask(core, number=NUMBER.lower()).person == found.person


@pytest.mark.parametrize("address", ["前埔南小区3栋2单元501室", "前埔南小区 ３栋 2单元501室"])
def test_name_and_address_are_enough_in_any_spelling(core: app.Core, address: str) -> None:
    assert ask(core, name="林秀英", address=address).by is By.ADDRESS
    assert ask(core, name="林秀", address=address).person is None


def test_name_and_phone_are_enough_and_a_phone_alone_is_only_told(core: app.Core) -> None:
    assert ask(core, name="林秀英", phone="14400001002").by is By.PHONE
    other = ask(core, name="陈丽华", phone="14400001002")
    assert other.person is None
    assert [one.name for one in other.same_phone] == ["林秀英"]


def test_two_documents_are_two_people_whatever_else_they_share(core: app.Core) -> None:
    same = {"name": "王建明", "phone": "14400001001", "address": "前埔南小区3栋2单元501室"}
    assert ask(core, **same).by is By.PHONE
    assert ask(core, number="350299195009180040", **same).person is None


def test_namesakes_elsewhere_are_told_apart(core: app.Core) -> None:
    found = ask(core, name="王建明", address="湖光花园5号楼602室").person
    assert found is not None
    assert found.phone == "14400001099"


def test_nothing_given_finds_nobody(core: app.Core) -> None:
    assert ask(core) == sought.Known(None)


def test_no_search_reads_the_whole_list(tmp_path: Path) -> None:
    (url,) = databases.fresh("sqlite", tmp_path)
    core = app.core(url, SECRET, config.HERE / "rules")
    intake.directory(core, people.write_directory(tmp_path / "directory"))
    with explained(core.store) as found, core.store.engine.begin() as conn:
        tx = Tx(conn, Keyring([SECRET]), NOW, "test")
        sought.find(tx, name="王建明", number=NUMBER, phone="14400001001", address="前埔南小区3栋")
        sought.named(tx, "王建明", ["350203010034"])
    assert len(found) == 2
    assert whole(found) == {}
    core.store.close()


@pytest.mark.parametrize("kind", databases.KINDS)
def test_two_who_bring_one_person_at_once_bring_them_once(kind: str, tmp_path: Path) -> None:
    """Even a newborn without any document: the second waits for the first, and then finds them."""
    for url in databases.fresh(kind, tmp_path):
        store, keys, gate = Store(url), Keyring([SECRET]), threading.Barrier(2)

        def bring(store: Store = store, keys: Keyring = keys, gate: threading.Barrier = gate) -> None:
            gate.wait(5)

            def work(conn: sa.Connection) -> None:
                tx = Tx(conn, keys, NOW, "test")
                sought.claim(tx, "王小宝")
                if sought.find(tx, name="王小宝", phone="14400001001").person is None:
                    person = contact.Contact(
                        tx.id(), contact.State.UNDECIDED, 1, "350203010034", "", "王小宝", "", "无证件", "",
                        "14400001001", "", "", None, "", "前埔南小区3栋", "", NOW,
                    )  # fmt: skip
                    contact.supplement(tx, person)
                    tx.lines.clear()

            store.write(work)

        both = [threading.Thread(target=bring) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join(10)
        with store.read() as conn:
            count = conn.execute(sa.select(sa.func.count()).select_from(contact.table)).scalar_one()
        store.close()
        assert count == 1
