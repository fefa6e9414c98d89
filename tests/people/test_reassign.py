"""改派: a lead moves what one member has to another, sees first what would move, and both are told."""

import pytest

from bot.state import staff
from tests.people import hands
from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


@pytest.fixture
def busy(street: Street, li: Hand, wang: Hand) -> Street:
    """李芳 has two people of the south in hand, 陈静 one of the north."""
    north = lists.person("周小舟", "14400001020", 社区="前埔北社区")
    street.list_arrives(lists.csv(*lists.people(2), north))
    hands.takes(street, "li.fang", "王建明", "林秀英")
    hands.takes(street, "chen.jing", "周小舟")
    return street


def test_a_lead_moves_all_of_one_to_another_after_a_look(busy: Street, li: Hand, wang: Hand, lin: Hand) -> None:
    wang.hears()
    said = lin.says("改派")
    assert "本辖区在办 3 项" in said
    lin.picks(办理人="1 李芳 2项")
    assert "李芳的 2 项改派给" in lin.taps("下一步")
    lin.picks(改派给="1 王强")
    shown = lin.taps("下一步")
    assert "李芳 → 王强：2 项" in shown
    assert "核实反馈 王*明 密接" in shown
    assert hands.holders(busy)["王建明"] == ["li.fang"], "nothing has moved yet"
    said = lin.taps("确认改派")
    assert "正把 2 项改派给王强，已保存" in said
    assert hands.holders(busy) == {"王建明": ["wang.qiang"], "林秀英": ["wang.qiang"], "周小舟": ["chen.jing"]}
    assert "林书记已把 2 项交给王强" in li.hears()
    assert "林书记改派" in wang.hears()
    wang.taps("确认接班")
    assert "王强 已确认接班，共 2 项" in lin.hears()


def test_names_and_numbers_do_the_same(busy: Street, lin: Hand) -> None:
    lin.says("改派")
    assert "没看懂这句话，没有改动" in lin.says("赵六")
    lin.says("李芳")
    assert "李芳 → 王强：2 项" in lin.says("1")
    assert "李芳 → 王强" not in lin.says("返回")
    lin.says("1")
    assert "没有改派，没有改动" in lin.says("取消")
    assert hands.holders(busy)["王建明"] == ["li.fang"]


def test_nobody_gets_what_lies_in_a_community_they_do_not_serve(busy: Street, lin: Hand) -> None:
    lin.says("改派")
    said = lin.says("陈静")
    assert "没有其他人员，没有改动" in said, "nobody else serves the north"


def test_what_was_done_meanwhile_is_skipped(busy: Street, li: Hand, lin: Hand) -> None:
    lin.says("改派")
    lin.says("李芳")
    lin.says("王强")
    li.feeds_back(5, card="林*英")
    assert "正把 1 项改派给王强，1 项已办结或已转走，跳过" in lin.taps("确认改派")
    assert hands.holders(busy)["王建明"] == ["wang.qiang"]


def test_a_worker_may_not_and_an_empty_house_is_said(street: Street, li: Hand, lin: Hand, zheng: Hand) -> None:
    assert "没有办理这条记录的权限" in li.says("改派")
    assert "没有可改派的在办事项" in lin.says("改派")
    assert "没有可改派的在办事项" in zheng.says("改派")


def test_an_old_card_moves_nothing(busy: Street, lin: Hand) -> None:
    lin.says("改派")
    lin.says("李芳")
    lin.says("王强")
    lin.taps("确认改派")
    before = books.deeds(busy)
    assert "已过时，没有改动" in lin.presses_old("确认改派")
    assert books.deeds(busy) == before


def test_two_of_one_name_are_told_apart_by_their_accounts(busy: Street, li: Hand, lin: Hand) -> None:
    path = hands.paths(busy)["前埔南社区"]
    other = {"id": "wang.qiang2", "name": "王强", "phone": b"", "active": True}
    grant = {"staff_id": "wang.qiang2", "role": "community", "area_code": "350203010034", "path": path}
    busy.core.store.write(lambda conn: conn.execute(staff.table.insert(), other))
    busy.core.store.write(lambda conn: conn.execute(staff.grants.insert(), grant))
    assert "本社区有 2 位「王强」，没有改动" in li.says("交接给王强")
    assert "交接给王强：2 项" in li.says("交接给 Wang.Qiang2")
    li.says("取消")
    lin.says("改派")
    lin.says("li.fang")
    assert "没看懂这句话，没有改动" in lin.says("王强")
    assert "李芳 → 王强：2 项" in lin.says("wang.qiang2")
    lin.says("取消")
