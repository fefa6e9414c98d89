"""撤销 within two minutes, 更换 afterwards with a reason, and twins who wear each other's bands."""

import pytest

from tests.issuing.counter import Counter, Worker


def issued(counter: Counter, li: Worker, many: int = 2) -> list[str]:
    """A household of so many wears codes; which."""
    counter.ready(many)
    codes = counter.prints(many)
    li.waits_for_code()
    for short in codes:
        li.scans(counter.payload(short))
    return codes


def replaces(li: Worker, name: str, reason: str) -> str:
    """更换 for somebody of the household whose card is the newest, up to the question for the new code."""
    li.picks(选择人员=li.option(name))
    li.taps("更换")
    return li.taps(reason)


def test_undo_within_two_minutes_is_as_if_nothing_had_been_given(counter: Counter, li: Worker) -> None:
    counter.stocks(**{"RFID手环": 10, "N95口罩": 50})
    (short,) = issued(counter, li, 1)
    assert counter.on_hand() == {"RFID手环": 9, "N95口罩": 45}
    said = li.says("撤销")
    assert "已撤销：王*明 尾号0018" in said
    assert (counter.wearing(), counter.states(), counter.kits()) == ({}, ["awaiting_transport"], [("undone", "")])
    assert counter.on_hand() == {"RFID手环": 10, "N95口罩": 50}
    li.taps("发放物资并扫码绑定")
    assert "已发放并绑定" in li.scans(counter.payload(short)), "the same band may serve the same person again"


def test_undo_by_the_card_s_button_and_the_band_serves_nobody_else(counter: Counter, li: Worker) -> None:
    one, two = issued(counter, li, 2)
    assert "已撤销：林*英" in li.taps("撤销")
    li.picks(选择人员=li.option("林*英"))
    li.taps("发放物资并扫码绑定")
    assert "已绑定给 王*明" in li.scans(counter.payload(one))
    assert "已发放并绑定" in li.scans(counter.payload(two))
    assert "已撤销：林*英" in li.says("撤销")
    assert "已撤销：王*明" in li.says("撤销"), "within two minutes one after another"
    li.taps("发放物资并扫码绑定")
    said = li.scans(counter.payload(two))
    assert "曾绑定给 林*英 尾号0040（李芳 09:" in said
    assert "没有保存" in said


def test_after_two_minutes_undo_names_the_other_way(counter: Counter, li: Worker) -> None:
    issued(counter, li, 1)
    counter.waits(minutes=3)
    assert "2 分钟内没有您发放" in li.says("撤销")
    assert counter.states() == ["issued"]


def test_a_colleague_cannot_undo_it(counter: Counter, li: Worker, wang: Worker) -> None:
    issued(counter, li, 1)
    wang.opens("3栋501")
    assert "2 分钟内没有您发放" in wang.says("撤销")
    assert counter.states() == ["issued"]


def test_undo_is_understood_while_something_else_is_open(counter: Counter, li: Worker) -> None:
    issued(counter, li, 1)
    li.says("待核实")
    assert "已撤销：王*明" in li.says("撤销")
    assert counter.states() == ["awaiting_transport"]


@pytest.mark.parametrize("reason", ["丢失", "损坏", "错绑"])
def test_a_band_is_replaced_with_a_reason_and_the_old_one_serves_nobody(
    counter: Counter, li: Worker, reason: str
) -> None:
    counter.stocks(**{"RFID手环": 10, "N95口罩": 50})
    (old,) = issued(counter, li, 1)
    counter.waits(minutes=5)
    (new,) = counter.prints()
    assert f"王*明 尾号0018（{reason}）" in replaces(li, "王*明", reason)
    said = li.scans(counter.payload(new))
    assert "✓ 已更换并绑定：王*明 尾号0018" in said
    assert counter.wearing() == {"王建明": new}
    assert [state for state, _ in counter.kits()] == ["replaced", "active"]
    assert counter.states() == ["issued"]
    assert counter.on_hand() == {"RFID手环": 8, "N95口罩": 45}, "only another band was given"
    assert f"停用（{reason}）" in li.scans(counter.payload(old))


@pytest.mark.parametrize("word", ["返回", "取消"])
def test_a_replacement_can_be_left(counter: Counter, li: Worker, word: str) -> None:
    (old,) = issued(counter, li, 1)
    replaces(li, "王*明", "丢失")
    assert "没有更换，原来的码照用" in li.says(word)
    assert counter.wearing() == {"王建明": old}


def test_the_new_one_must_be_good_too(counter: Counter, li: Worker) -> None:
    one, two = issued(counter, li, 2)
    replaces(li, "王*明", "丢失")
    assert "已绑定给 林*英" in li.scans(counter.payload(two))
    assert "已绑定给 王*明" in li.scans(counter.payload(one))
    assert "校验位不符" in li.says("AAAAAAAA")
    assert counter.wearing() == {"王建明": one, "林秀英": two}


def test_twins_who_wear_each_other_s_bands_get_two_new_ones_at_once(counter: Counter, li: Worker) -> None:
    one, two = issued(counter, li, 2)
    new, other = counter.prints(2)
    assert "戴反了" in replaces(li, "王*明", "对调")
    assert "（对调）：请扫新的" in li.taps("选定")
    assert "尚未保存" in li.scans(counter.payload(new))
    assert counter.wearing() == {"王建明": one, "林秀英": two}, "nothing is written before the second"
    assert "不能用同一个码" in li.scans(counter.payload(new))
    said = li.scans(counter.payload(other))
    assert said.count("✓ 已更换并绑定") == 2
    assert counter.wearing() == {"王建明": new, "林秀英": other}
    for old in (one, two):
        assert "停用（对调）" in li.scans(counter.payload(old))


def test_a_first_code_that_a_colleague_takes_meanwhile_is_asked_for_again(
    counter: Counter, li: Worker, wang: Worker
) -> None:
    issued(counter, li, 3)
    li.says("撤销")
    new, other, third = counter.prints(3)
    replaces(li, "王*明", "对调")
    li.taps("选定")
    li.scans(counter.payload(new))
    wang.waits_for_code()
    assert "已发放并绑定：陈*华" in wang.scans(counter.payload(new))
    assert "已绑定给 陈*华" in li.scans(counter.payload(other))
    assert "尚未保存" in li.scans(counter.payload(third))
    assert li.scans(counter.payload(other)).count("✓ 已更换并绑定") == 2


def test_who_has_nothing_has_nothing_to_replace(counter: Counter, li: Worker) -> None:
    issued(counter, li, 2)
    li.taps("撤销")
    li.picks(选择人员=li.option("林*英"))
    assert "还没有发放" in li.taps("更换")
    assert "没有别的已发放的人" in replaces(li, "王*明", "对调")
