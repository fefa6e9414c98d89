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
from tests.web import door

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


def test_over_the_api_the_cdc_s_own_list_decides_and_nothing_else_moves_them(counter: Counter) -> None:
    """The API knows two doors: results tell nothing of somebody undecided, a list that names them is the decision."""
    li, zheng = counter.worker("li.fang"), counter.worker("zheng.yi")
    one = baby(counter)
    row = {"名单编号": "L-900", "姓名": one.name, "证件类型": one.id_type, "证件号码": one.id_number}
    row |= {"联系电话": one.phone, "人员类别": "次密接", "区": "思明区", "街道": "莲前街道", "社区": "前埔南社区"}
    with door.opened(counter.desk) as cdc:
        told, _ = cdc.follows()
        assert one.id not in str(told)
        assert cdc.posts({"rows": [row | {"人员类别": ""}]}, "L-0").json()["counts"]["refused"] == 1
        assert baby(counter).state == "undecided", "a row that is refused decides nothing"
        assert cdc.posts({"rows": [row]}, "L-1").json()["counts"]["merged"] == 1
        counter.settle()
        assert cdc.posts({"rows": [row]}, "L-1").headers["Idempotency-Replayed"] == "true"
    assert (baby(counter).state, baby(counter).category) == ("pending", "次密接")
    assert family.rows(counter) == [("decided", "listed", "li.fang", "")]
    assert "已列入疾控新名单" in li.hears()
    assert zheng.live("判为密接") == []
    li.opens("3栋501")
    li.picks(选择人员=li.option("王*宝"))
    assert "还没有核实反馈" in li.taps(words.ISSUE_AND_BIND), "decided is not yet fed back"
    assert "王小宝" not in counter.wearing()


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
