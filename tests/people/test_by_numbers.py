"""The whole road in text mode: from the list to the hotel's desk nobody sees a card, and everybody types numbers."""

import pytest

from tests.issuing.counter import Counter, Worker
from tests.scenarios import lists
from tests.verification import books

CAR = "闽D演001 密接 45座 张师傅 14400000111 10:30"


@pytest.fixture
def hands(counter: Counter) -> tuple[Worker, ...]:
    """李芳, 何调度, 苏护送, the hotel's desk and 郑医生, who see no cards; two of one household are listed."""
    found = [counter.worker(one) for one in ("li.fang", "he.diaodu", "su.husong", "jiudian.qian", "zheng.yi")]
    for hand in found:
        hand.says("文字模式")
    counter.list_arrives(lists.csv(*lists.people(2)))
    return tuple(found)


def verifies(li: Worker) -> None:
    """核实反馈 1 for both of them."""
    li.says("待核实")
    for label in ("王*明", "显示电话", "接通", "信息一致", "确认居住", "是"):
        li.types(label)
    li.says("已电话核实，全家在家")
    li.types("愿意")
    li.says("0")
    li.types("全家同一结果")
    li.says("1")
    li.types("确认反馈")


def issues_and_asks_for_a_car(li: Worker, codes: list[str]) -> None:
    """Kits, bands, and the notice."""
    li.says("发放物品")
    for label in ("密接转运", "3栋", "林*英", "发放物资并扫码绑定"):
        li.types(label)
    for code in reversed(codes):
        assert "已发放并绑定" in li.says(code)
    li.says("通知转运")
    li.types("新增")
    assert "2. 林*英 密接 ✓" in li.says("1号"), "one household, member by member"
    li.types("就按打勾的提交")
    li.types("就按打勾的提交")
    li.says("前埔南小区北门")
    li.says("10:30")
    assert "已通知转运组" in li.types("确认通知")


def sends_a_car(he: Worker) -> None:
    """接单, 派车, and 车已到 of the car that was chosen."""
    for label in ("接单", "派车"):
        he.types(label)
    he.says(CAR)
    he.types("确认派车")
    he.types("闽D演001")
    assert "已记录 闽D演001 到达" in he.types("车已到")


def drives_away(counter: Counter, su: Worker, codes: list[str]) -> None:
    """Everybody aboard; a number is the tally's, and then the head count."""
    su.says("接人上车")
    su.types("扫码上车")
    su.types("闽D演001")
    assert "单独办理" in su.says("名单2"), "a number alone is the tally's"
    su.says("返回")
    for code in codes:
        su.says(code)
    counter.waits(seconds=20)
    assert "请清点" in su.types("完成接人")
    su.says("2")
    su.types("鹭岛一号")
    assert "已完成接人" in su.types("确认发车")


def test_nobody_sees_a_card_and_two_people_reach_the_hotel(counter: Counter, hands: tuple[Worker, ...]) -> None:
    li, he, su, qian, zheng = hands
    codes = counter.prints(2)
    verifies(li)
    zheng.types("接收")
    counter.waits(minutes=3)
    issues_and_asks_for_a_car(li, codes)
    sends_a_car(he)
    drives_away(counter, su, codes)
    qian.types("逐人确认")
    assert "✓ 王*明" in qian.says("1"), "one guest, not the button that receives all"
    assert "林*英 已入住 2/2，302房" in qian.says("2 302")
    assert {person.state for person in books.people(counter).values()} == {"arrived"}
    blind = {hand.userid for hand in hands}
    assert [one.user for one in counter.counter.dealt if one.user in blind] == []
