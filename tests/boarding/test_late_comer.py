"""A supplement decided after the bus left: it waits for the next one, and what has left stays as it was."""

from bot.state.contact import State
from tests.boarding.stop import Stop
from tests.boarding.test_hotel import driven
from tests.scenarios import lists
from tests.supplements import family
from tests.supplements.conftest import WANG
from tests.supplements.test_decision import CENTRAL
from tests.verification import books
from tests.verification.hand import Hand


def test_whoever_is_decided_after_the_bus_left_rides_on_the_next(stop: Stop, su: Hand, qian: Hand) -> None:
    li, zheng = stop.street.phone("li.fang"), stop.street.phone("zheng.yi")
    stop.street.list_arrives(lists.csv(WANG))
    assert "已保存" in family.submits(li, family.paste(**CENTRAL))
    assert "没有可转运" in li.says("通知转运") + li.taps("新增"), "undecided: nobody may be called for"
    people = driven(stop, su, 2)
    zheng.taps("判为密接")
    assert books.state(stop.street, "王小宝") == State.AWAITING_TRANSPORT
    assert [who for who, _ in stop.guests()] == [who.id for who in people], "the bus that left is as it left"
    li.says("通知转运")
    li.taps("新增")
    li.submits()
    li.says("前埔南小区北门")
    li.says("10:30")
    assert "已通知转运组" in li.taps("确认通知")
    assert books.state(stop.street, "王小宝") == State.LISTED
    assert "全部 2 人" in qian.taps("确认接收")
    assert books.state(stop.street, "王小宝") == State.LISTED
