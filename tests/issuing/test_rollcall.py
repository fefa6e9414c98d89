"""点名 at the 集合点: by number, by tap, by scan; who is there and who is not."""

import sqlalchemy as sa

from bot.state import rollcall
from tests.issuing.counter import Counter, Worker
from tests.verification import books


def calls(counter: Counter) -> list[bool]:
    """Every call, in order."""
    return [row.there for row in books.rows(counter, sa.select(rollcall.table.c.there).order_by(rollcall.table.c.id))]


def test_the_roll_is_called_by_number(counter: Counter, li: Worker) -> None:
    counter.ready(3)
    said = li.says("点名")
    assert "共 3 人：到 0，未到 0，未点 3" in said
    assert "1 王*明 0018 未点 未发物品" in said
    assert "王*明 0018、陈*华 0025 到。已到 2/3" in li.says("1 3")
    assert "林*英 0040 未到。已到 2/3" in li.says("2 未到")
    assert "林*英 0040 到。已到 3/3" in li.says("2")
    assert "没有这个编号，没有记录" in li.says("4")
    assert calls(counter) == [True, True, False, True]
    assert "到 3，未到 0，未点 0" in li.says("点名")


def test_the_roll_is_called_by_tap(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    li.says("点名")
    assert "王*明 0018 到" in li.taps("到")
    li.picks(选择人员=li.option("林*英"))
    assert "林*英 0040 未到。已到 1/2" in li.taps("未到")
    assert "已到 2/2" in li.taps("本页全到")


def test_a_band_that_is_scanned_is_there(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    one, two = counter.prints(2)
    li.waits_for_code()
    li.scans(counter.payload(one))
    li.says("点名")
    assert "王*明 0018 到。已到 1/2" in li.scans(counter.payload(one))
    assert "还没有绑定给任何人" in li.scans(counter.payload(two))
    assert "校验位不符" in li.says("AAAAAAAA")


def test_a_household_s_card_calls_too_and_shows_it(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    li.opens("3栋501")
    assert "王*明 0018 到" in li.taps("到")
    assert "1 王*明 0018 待发 到" in li.says("3栋501")


def test_yesterday_s_roll_is_not_today_s(counter: Counter, li: Worker) -> None:
    counter.ready(1)
    li.says("点名")
    li.says("1")
    counter.waits(days=1)
    assert "到 0，未到 0，未点 1" in li.says("点名")


def test_nobody_ready_nobody_called(counter: Counter, li: Worker) -> None:
    assert "不用点名" in li.says("点名")
