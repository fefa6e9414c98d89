"""上班, 下班, 交接给某人: what lies with who leaves goes to who is there, or to the lead at once, and both are told."""

import pytest

from tests.people import hands
from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


@pytest.fixture
def busy(street: Street, li: Hand, wang: Hand) -> Street:
    """李芳 has two people in hand, a third waits untaken."""
    street.list_arrives(lists.csv(*lists.people(3)))
    hands.takes(street, "li.fang", "王建明", "林秀英")
    li.hears()
    wang.hears()
    return street


def test_going_home_hands_everything_to_who_is_there(busy: Street, li: Hand, wang: Hand) -> None:
    said = li.says("下班")
    assert "已下班，已保存" in said
    assert "2 项" in said
    assert "已把 2 项交给王强" in said
    assert "旧卡片已失效" in said
    given = wang.hears()
    assert "交接给您 2 项，请确认" in given
    assert "核实反馈 王*明 密接" in given
    assert hands.holders(busy) == {"王建明": ["wang.qiang"], "林秀英": ["wang.qiang"]}
    assert [books.tasks(busy, name)[0][2] for name in ("王建明", "林秀英")] == ["wang.qiang", "wang.qiang"]
    assert "已确认接班，共 2 项" in wang.taps("确认接班")
    assert wang.live("确认接班") == []
    wang.feeds_back(5, card="林*英")
    assert books.state(busy, "林秀英") == "awaiting_offline", "the receiver goes on where she stopped"


def test_nobody_there_is_the_leads_at_once_and_comes_back_with_the_next(
    busy: Street, li: Hand, wang: Hand, lin: Hand
) -> None:
    wang.says("下班")
    said = li.says("下班")
    assert "现在无人接班，已报林书记安排" in said
    told = lin.hears()
    assert "无人在岗：2 项待安排" in told
    assert "待核实 3 人（超时 0 人）" in told
    assert (told.count("没有在岗人员"), told.count("无人在岗")) == (1, 1), "once is right"
    assert hands.holders(busy)["王建明"] == ["lin.shuji"]
    assert "仍待安排" in lin.taps("已知悉")
    assert "已上班，已保存；到 21:0" in wang.says("上班")
    assert hands.holders(busy) == {"王建明": ["wang.qiang"], "林秀英": ["wang.qiang"]}
    assert "交接给您 2 项" in wang.find("交接给您", "确认接班").text()
    assert "已把 2 项交给王强" in lin.hears()
    assert [books.tasks(busy, name)[0][2] for name in ("王建明", "林秀英")] == ["wang.qiang", "wang.qiang"]
    wang.feeds_back(5, card="林*英")


def test_who_is_off_duty_gets_no_new_work(busy: Street, li: Hand, wang: Hand) -> None:
    li.says("下班")
    wang.hears()
    busy.list_arrives(lists.csv(lists.person("周小舟", "14400001020")))
    assert li.hears() == ""
    assert "周*舟" in wang.hears()
    assert "周*舟" in li.says("待核实"), "she may still look, and work"
    li.says("上班")
    assert li.live("核实反馈")


def test_what_the_cdc_returns_while_nobody_is_there_is_told_to_the_lead(
    street: Street, li: Hand, wang: Hand, lin: Hand, zheng: Hand
) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.feeds_back(5)
    for hand in (wang, li):
        hand.says("下班")
    lin.hears()
    zheng.taps("退回")
    zheng.says("请核实具体地址")
    assert "该社区没有在岗人员" in lin.hears()


def test_both_words_twice_change_nothing(street: Street, li: Hand) -> None:
    li.says("上班")
    before = books.deeds(street)
    assert "您已在岗，到 21:0" in li.says("上班")
    li.says("下班")
    after = books.deeds(street)
    assert "您现在不在班上，没有改动" in li.says("下班")
    assert (after, books.deeds(street)) == (before + 1, after)


def test_a_forgotten_shift_ends_by_itself(street: Street, li: Hand, wang: Hand) -> None:
    wang.says("上班")
    li.says("上班")
    street.list_arrives(lists.csv(lists.person()))
    hands.takes(street, "li.fang", "王建明")
    street.waits(hours=12, minutes=1)
    assert "您的班到点了，已自动下班" in li.hears()


def test_a_named_colleague_gets_what_is_left_after_a_look(busy: Street, li: Hand, wang: Hand) -> None:
    shown = li.says("交接给王强")
    assert "交接给王强：2 项" in shown
    assert "核实反馈 林*英 密接" in shown
    assert hands.holders(busy)["王建明"] == ["li.fang"], "nothing has moved yet"
    said = li.taps("确认交接")
    assert "已把 2 项交给王强" in said
    assert "交接给您 2 项，请确认" in wang.hears()
    assert hands.holders(busy) == {"王建明": ["wang.qiang"], "林秀英": ["wang.qiang"]}
    assert "已过时，没有改动" in li.presses_old("确认交接")
    assert "您手上没有在办事项" in li.says("交接给 王强")


def test_a_name_nobody_bears_and_second_thoughts(busy: Street, li: Hand) -> None:
    before = books.deeds(busy)
    assert "本社区名册里没有「陈静」，没有改动" in li.says("交接给陈静"), "she is of another community"
    assert "没有「李芳」" in li.says("交接给李芳"), "not to oneself"
    assert "没有「」" in li.says("交接给")
    li.says("交接给wang.qiang")
    assert "没有交接，没有改动" in li.says("取消")
    li.says("交接给王强")
    assert "没有交接，没有改动" in li.taps("取消")
    assert books.deeds(busy) == before


def test_what_was_done_between_the_look_and_the_yes_stays_done(busy: Street, li: Hand, wang: Hand) -> None:
    li.says("交接给王强")
    for number in ("1", "2"):
        wang.says("待核实")
        wang.says(number)
        wang.taps("接手")
    assert "没有改动" in li.taps("确认交接")
