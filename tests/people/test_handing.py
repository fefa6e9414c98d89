"""What goes with its new holder: the duty, the door sensor, the ruling, and what lay with the lead for a while."""

import pytest

from bot.state import staff
from tests.people import hands
from tests.people.test_relay import without
from tests.scenarios import lists
from tests.verification import books, so_far
from tests.verification.hand import Hand
from tests.verification.street import Street


def owes(street: Street) -> None:
    """李芳 owes a call about 王建明, and a door sensor at 林秀英's; she has begun to say how she called."""
    li = street.phone("li.fang")
    li.calls("接通", card="林*英")
    li.fills_in(2, door="否")
    li.submits()
    li.taps("确认反馈")
    li.feeds_back(5, card="王*明")
    li.taps("已线下反馈")


@pytest.fixture
def owing(street: Street, wang: Hand) -> Street:
    """The two are on the list, and 李芳 owes."""
    street.list_arrives(lists.csv(*lists.people(2)))
    owes(street)
    wang.hears()
    return street


def test_a_duty_and_a_door_go_on_with_who_is_there(owing: Street, li: Hand, wang: Hand) -> None:
    assert "已把 2 项交给王强" in li.says("下班")
    given = wang.hears()
    assert "线下反馈 王*明 密接" in given
    assert "门磁安装 林*英 密接" in given
    assert "待线下反馈：王*明" in given
    assert "门磁待安装：林*英" in given
    assert "线下反馈现在由王强办理，没有改动" in li.presses_old("提交", "反馈方式", {"channel": ["phone"]})
    assert "门磁安装现在由王强办理，您不用再办" in li.presses_old("门磁已安装")
    assert "没看懂" in li.says("区疾控郑医生 09:00"), "what she was asked is asked of her no longer"
    assert "已记录 林*英 门磁已安装" in wang.taps("门磁已安装")
    wang.taps("已线下反馈")
    wang.submits()
    assert "已办结" in wang.says("区疾控郑医生 09:00")
    assert books.duties(owing) == ["done"]
    assert "已记录安装" in wang.presses_old("门磁已安装")


def test_they_go_where_the_lead_says_and_back_when_that_member_is_removed(
    owing: Street, li: Hand, wang: Hand, lin: Hand
) -> None:
    lin.says("改派")
    lin.says("李芳")
    lin.says("王强")
    assert "正把 2 项改派给王强" in lin.taps("确认改派")
    assert "林书记已把 2 项交给王强" in li.hears()
    assert [len(wang.live(label)) for label in ("已线下反馈", "门磁已安装")] == [1, 1]
    without(owing, "wang.qiang")
    back = li.hears()
    assert "待线下反馈：王*明" in back
    assert "门磁待安装：林*英" in back
    li.taps("已线下反馈")
    li.submits()
    assert "已办结" in li.says("区疾控郑医生 09:00")


def test_what_lay_with_the_lead_is_moved_for_good_by_hand_or_by_who_comes(
    owing: Street, li: Hand, wang: Hand, lin: Hand
) -> None:
    owing.list_arrives(lists.csv(*lists.people(3)))
    li.taps("核实反馈", "陈*华")
    wang.says("下班")
    li.says("下班")
    assert "无人在岗：3 项待安排" in lin.hears()
    lin.taps("改派", "无人在岗")
    lin.says("林书记")
    assert "林书记 → 王强：3 项" in lin.says("王强")
    lin.taps("确认改派")
    assert books.tasks(owing, "陈丽华") == [("前埔南社区", "taken", "wang.qiang")]
    assert [len(wang.live(label)) for label in ("核实反馈", "已线下反馈", "门磁已安装")] == [1, 1, 1]
    assert "都已办结或另有人办理" in lin.taps("已知悉")
    li.says("上班")
    assert books.tasks(owing, "陈丽华") == [("前埔南社区", "taken", "li.fang")], "wang is off duty: it comes to her"
    assert "待线下反馈：王*明" in li.find("待线下反馈", "已线下反馈").text()


def test_a_ruling_stays_with_the_lead_whoever_comes_and_goes(street: Street, chen: Hand) -> None:
    street.list_arrives(so_far.LIST)
    so_far.disputed(street)
    for word in ("下班", "上班"):
        chen.says(word)
    assert hands.everything(street) == [("accept_forward", ["lin.shuji"])]


def test_only_what_the_colleague_may_do_goes_to_them(street: Street, li: Hand, wang: Hand) -> None:
    north = {"staff_id": "li.fang", "role": "community", "area_code": "350203010023"}
    path = hands.paths(street)["前埔北社区"]
    street.core.store.write(lambda conn: conn.execute(staff.grants.insert(), north | {"path": path}))
    street.list_arrives(lists.csv(lists.person(), lists.person("周小舟", "14400001020", 社区="前埔北社区")))
    hands.takes(street, "li.fang", "周小舟")
    assert "不在王强的社区，没有改动" in li.says("交接给王强")
    hands.takes(street, "li.fang", "王建明")
    shown = li.says("交接给王强")
    assert "交接给王强：1 项" in shown
    assert "另 1 项不在其社区，不动" in shown
    assert "正把 1 项交给王强" in li.taps("确认交接")
    assert hands.holders(street) == {"王建明": ["wang.qiang"], "周小舟": ["li.fang"]}


def test_what_comes_back_when_nobody_is_there_is_the_leads_at_once(
    street: Street, li: Hand, wang: Hand, chen: Hand, lin: Hand
) -> None:
    street.list_arrives(so_far.LIST)
    li.forwards("前埔北社区", "王*明")
    for hand in (li, wang):
        hand.says("下班")
    lin.hears()
    chen.taps("退回")
    chen.says("查无此人，物业确认不住这里")
    assert "无人在岗：1 项待安排" in lin.hears()
    assert hands.holders(street)["王建明"] == ["lin.shuji"]
    wang.says("上班")
    assert books.tasks(street, "王建明") == [("前埔南社区", "taken", "wang.qiang")]
