"""Giving kits (DOMAIN §2.5): from 转运类型 to the last of a household, in every way a code can arrive."""

import pytest

from bot.turn import Event, Kind
from tests.issuing.counter import FAMILY, Counter, Worker


def test_a_household_is_issued_one_after_another_by_the_menu_s_camera(counter: Counter, li: Worker) -> None:
    counter.ready()
    codes = counter.prints(5)
    assert "转运类型" in li.says("发放物品")
    assert "密接转运：1 户\n1 前埔南小区3栋2单元501室 应发5 已发0" in li.taps("密接转运")
    card = li.taps("查看详情")
    assert "1 王*明 0018 待发" in card
    assert "发给 王*明 尾号0018" in li.taps("发放物资并扫码绑定")
    for number, (name, short) in enumerate(zip(FAMILY, codes, strict=True), 1):
        said = li.scans(counter.payload(short))
        assert "已发放并绑定" in said
        assert f"{short[:4]}-{short[4:]}" in said
        assert "下一位" in said if number < 5 else "本户应发5 已发5" in said
        assert counter.wearing()[name] == short
    assert counter.states() == ["issued"] * 5
    assert counter.kits() == [("active", "")] * 5


def test_the_answer_names_the_person_with_the_last_four_and_nothing_more(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    (short,) = counter.prints()
    li.waits_for_code()
    said = li.scans(counter.payload(short))
    assert "✓ 已发放并绑定：王*明 尾号0018" in said
    assert "下一位 林*英 尾号0040" in said
    for secret in ("王建明", "350299198805120018", "14400001001"):
        assert secret not in said


def test_the_answers_to_scans_and_typed_codes_ride_in_the_response(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    one, two = counter.prints(2)
    li.waits_for_code()
    before = len(counter.counter.dealt)
    assert "已发放并绑定" in li.scans(counter.payload(one))
    assert len(counter.counter.dealt) == before, "no card, no letter: forty scans never meet the pace"
    assert "已发放并绑定" in li.says(two.lower())


@pytest.mark.parametrize("form", ["{}", " {} ", "{lower}", "{dashed}", "{payload}"])
def test_a_typed_or_pasted_code_is_as_good(counter: Counter, li: Worker, form: str) -> None:
    counter.ready(1)
    (short,) = counter.prints()
    li.waits_for_code()
    text = form.format(short, lower=short.lower(), dashed=f"{short[:4]}-{short[4:]}", payload=counter.payload(short))
    assert "已发放并绑定" in li.says(text)


def test_a_linear_barcode_is_read_like_any_other(counter: Counter, li: Worker) -> None:
    counter.ready(1)
    (short,) = counter.prints()
    li.waits_for_code()
    assert "已发放并绑定" in li.scans(short, symbology="CODE_128")


def test_several_typed_codes_are_bound_in_their_order_and_each_is_answered(counter: Counter, li: Worker) -> None:
    counter.ready(3)
    codes = counter.prints(4)
    li.waits_for_code()
    said = li.says("\n".join([codes[0], "AAAAAAAA", codes[1], codes[2], codes[3]]))
    assert said.count("✓ 已发放并绑定") == 3
    assert "校验位不符" in said
    assert "没有待发的人" in said
    assert counter.wearing() == dict(zip(FAMILY[:3], codes[:3], strict=True))


def test_another_of_the_household_can_be_chosen_by_tap_or_number(counter: Counter, li: Worker) -> None:
    counter.ready(3)
    one, two = counter.prints(2)
    assert "发给 陈*华 尾号0025" in li.waits_for_code(who="陈*华")
    li.scans(counter.payload(one))
    assert "发给 林*英 尾号0040" in li.says("2")
    li.scans(counter.payload(two))
    assert counter.wearing() == {"陈丽华": one, "林秀英": two}


@pytest.mark.parametrize("typed", ["3栋501", "qpn", "王建明", "1003", "前埔南社区前埔南小区三号楼", "３－２－５０１"])
def test_a_household_is_found_as_people_type(counter: Counter, li: Worker, typed: str) -> None:
    counter.ready(3)
    assert "应发3 已发0" in li.opens(typed)


def test_what_is_not_found_says_how_to_ask_and_the_next_words_ask_again(counter: Counter, li: Worker) -> None:
    counter.ready(1)
    assert "没有找到「9栋」" in li.opens("9栋")
    assert "应发1" in li.says("3栋")


def test_nobody_finds_a_household_of_another_community(counter: Counter, li: Worker, chen: Worker) -> None:
    counter.ready(2)
    assert "没有找到" in chen.opens("3栋501")
    assert "没有" in chen.says("王建明")


def test_the_other_transport_kind_has_its_own_households(counter: Counter, li: Worker) -> None:
    counter.ready(2, 人员类别="次密接")
    assert "没有找到" in li.opens("3栋501")
    assert "应发2" in li.opens("3栋501", kind="非密接转运")


def test_transport_preparation_leads_to_the_same_counter(counter: Counter, li: Worker) -> None:
    counter.ready(1)
    assert "转运类型" in li.says("转运准备")
    assert "发放物品" in li.says("1")
    assert "1 户" in li.taps("发放物品")
    assert "应发1 已发0" in li.says("1")


def test_a_kit_takes_from_the_stock_of_the_point(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    counter.stocks(**{"RFID手环": 10, "N95口罩": 50})
    codes = counter.prints(2)
    li.waits_for_code()
    for short in codes:
        li.scans(counter.payload(short))
    assert counter.on_hand() == {"RFID手环": 8, "N95口罩": 40}


def test_back_cancel_and_why_find_their_way(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    li.waits_for_code()
    said = li.says("为什么")
    assert "王*明 尾号0018 待发" in said
    assert "请扫这位" in said
    assert "应发2" in li.says("返回")
    assert "1 户" in li.says("返回")
    assert "转运类型" in li.says("返回")
    assert "已结束发放" in li.says("取消")
    assert "没看懂这句话" in li.says("3栋501")


def test_an_older_card_opens_nothing_that_is_gone(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    codes = counter.prints(2)
    li.waits_for_code()
    li.scans(counter.payload(codes[0]))
    li.says("取消")
    assert "已过时，没有改动" in li.presses_old("查看详情")
    assert counter.wearing() == {"王建明": codes[0]}


def test_a_photograph_of_one_code_binds_and_of_several_binds_none(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    one, two = counter.prints(2)
    li.waits_for_code()
    photographed(counter, one, two)
    said = li.hears()
    assert said.count("还没有绑定给任何人") == 2
    assert "请一次拍一只" in said
    assert counter.wearing() == {}
    photographed(counter, one)
    assert "已发放并绑定：王*明" in li.hears()
    assert counter.wearing() == {"王建明": one}


def photographed(counter: Counter, *codes: str) -> None:
    """What comes back when 李芳's photograph has been read."""
    payloads = [counter.payload(short) for short in codes]
    event = Event(f"photo:{codes}", Kind.SCAN, counter.now(), "li.fang", "\n".join(payloads), data={"codes": payloads})
    counter.arrives(event)


def test_a_scan_from_the_menu_finds_its_way_back_from_whatever_is_open(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    one, two = counter.prints(2)
    li.waits_for_code()
    li.scans(counter.payload(one))
    li.says("待核实")
    assert "已发放并绑定：林*英" in li.scans(counter.payload(two))


def test_in_a_large_household_whoever_is_due_can_be_chosen(counter: Counter, li: Worker) -> None:
    counter.ready(12)
    codes = counter.prints(11)
    li.waits_for_code()
    li.says("\n".join(codes[:10]))
    li.opens("3栋501")
    assert "发给 何*帆" in li.taps("发放物资并扫码绑定")
    assert "已发放并绑定：何*帆 无证件号" in li.scans(counter.payload(codes[10]))
