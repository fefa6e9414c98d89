"""Who and what is refused where kits are given, always saying why, by whom and when; and nothing is written."""

from dataclasses import replace

import pytest

from bot.state import band, code, contact
from tests.issuing.counter import Counter, Worker
from tests.scenarios import lists
from tests.verification import books


def codes_are_waited_for(counter: Counter, li: Worker, many: int = 2) -> None:
    """李芳 stands before the first of a household, whatever she scans next."""
    counter.ready(many)
    li.waits_for_code()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("https://example.com/YQ1", "网址"), ("BEGIN:VCARD\nFN:王建明\nEND:VCARD", "名片"),
        ("wxp://f2f0abcdef", "付款码"),
        ("WIFI:S:home;T:WPA;P:secret;;", "无线网络"), ("A" * 4296, "太长"), ("SN-0001234567", "批次未登记"),
        ("234567O2", "不用 0 O 1 I L"), ("2345678", "不完整"),
    ],
)  # fmt: skip
def test_what_is_no_code_of_ours_is_refused_with_the_reason(counter: Counter, li: Worker, text: str, why: str) -> None:
    codes_are_waited_for(counter, li)
    before = books.deeds(counter)
    said = li.scans(text)
    assert why in said
    assert "没有保存" in said
    assert books.deeds(counter) == before
    assert counter.wearing() == {}


def test_a_changed_character_and_a_forged_signature_are_told_apart(counter: Counter, li: Worker) -> None:
    codes_are_waited_for(counter, li)
    (short,) = counter.prints()
    good = counter.payload(short)
    other = "A" if good[-1] != "A" else "B"
    assert "签名不对" in li.scans(good[:-1] + other)
    assert "校验位不符" in li.says(short[:-1] + ("A" if short[-1] != "A" else "B"))
    assert "没有登记过" in li.says(code.fresh())
    assert counter.wearing() == {}
    assert "已发放并绑定" in li.scans(good), "three slips later the right one is taken"


def test_a_code_of_somebody_else_is_refused_with_who_and_when(counter: Counter, li: Worker, wang: Worker) -> None:
    counter.ready(2)
    (short,) = counter.prints()
    wang.waits_for_code()
    wang.scans(counter.payload(short))
    li.waits_for_code()
    said = li.scans(counter.payload(short))
    assert f"{short[:4]}-{short[4:]} 已绑定给 王*明 尾号0018（王强 09:" in said
    assert "没有保存" in said
    assert counter.wearing() == {"王建明": short}


def test_a_retired_code_is_refused_with_who_and_when(counter: Counter, li: Worker) -> None:
    codes_are_waited_for(counter, li)
    (short,) = counter.prints()
    counter.does(lambda tx: band.retire(tx, band.recognise(tx, short, lock=True), "损坏"), "guan.li")
    said = li.says(short)
    assert "由 管理员 停用（损坏）" in said
    assert "没有保存" in said


def test_who_has_one_gets_no_second(counter: Counter, li: Worker, wang: Worker) -> None:
    counter.ready(1)
    one, two = counter.prints(2)
    li.waits_for_code()
    wang.waits_for_code()
    li.scans(counter.payload(one))
    said = wang.scans(counter.payload(two))
    assert f"王*明 已发放 {one[:4]}-{one[4:]}（李芳 09:" in said
    assert "没有改动" in said
    assert counter.wearing() == {"王建明": one}


def test_two_workers_scan_one_code_and_the_second_hears_who_has_it(counter: Counter, li: Worker, wang: Worker) -> None:
    counter.ready(2)
    (short,) = counter.prints()
    li.waits_for_code()
    wang.waits_for_code(who="林*英")
    assert "已发放并绑定：王*明" in li.scans(counter.payload(short))
    assert "已绑定给 王*明 尾号0018（李芳" in wang.scans(counter.payload(short))


def test_nobody_unwilling_at_home_or_not_fed_back_is_given_anything(counter: Counter, li: Worker) -> None:
    counter.ready(1)
    counter.feeds_back([lists.person("林秀英", "14400001002")], willing="劝导中")
    counter.list_arrives(lists.csv(lists.person("陈丽华", "14400001003"), lists.person("张伟", "14400001004")))
    li.calls("接通", card="张*")
    li.fills_in(2)
    li.taps("否") if li.live("否") else None
    li.submits()
    li.taps("确认反馈")
    counter.waits(minutes=3)
    card = li.opens("3栋501")
    for line in ("王*明 0018 待发", "林*英 未愿意", "陈*华 未反馈", "张* 居家"):
        assert line in card
    (short,) = counter.prints()
    li.scans(counter.payload(short))
    for name, why in {"林*英": "没有登记「愿意」", "陈*华": "还没有核实反馈", "张*": "居家隔离（李芳 09:"}.items():
        li.picks(选择人员=li.option(name))
        said = li.taps("发放物资并扫码绑定")
        assert why in said
        assert "没有发放" in said
        assert "还没有绑定给任何人" in li.scans(counter.payload(short)), "nobody is chosen: it says whose it is"
    assert counter.wearing() == {}


def test_nobody_undecided_or_forwarded_is_given_anything(counter: Counter, li: Worker) -> None:
    counter.ready(1)
    counter.list_arrives(lists.csv(lists.person("林秀英", "14400001002")))
    li.forwards("莲前街道前埔北社区")
    known = books.people(counter)["王建明"]
    brought = replace(known, id=known.id[::-1], state="undecided", version=1, name="王小宝", id_number="", phone="")
    counter.does(lambda tx: contact.insert_many(tx, contact.cells(tx.keys, [brought])))
    counter.waits(minutes=3)
    (short,) = counter.prints()
    assert "王*宝 待判定" in li.opens("3栋501")
    for name, why in {"林*英": "已转发给其他社区（李芳 09:", "王*宝": "待判定，不能转运"}.items():
        li.picks(选择人员=li.option(name))
        said = li.taps("发放物资并扫码绑定")
        assert why in said
        assert "没有发放" in said
    li.scans(counter.payload(short))
    assert counter.wearing() == {}


def test_ten_unknown_codes_pause_the_member_and_tell_the_lead(counter: Counter, li: Worker, lin: Worker) -> None:
    codes_are_waited_for(counter, li)
    (short,) = counter.prints()
    for _ in range(9):
        assert "没有登记过" in li.says(code.fresh())
    assert "已暂停到" in li.says(code.fresh())
    assert "前埔南社区李芳 10 分钟内扫了 10 个不认识的码" in lin.hears()
    assert "已暂停到" in li.scans(counter.payload(short))
    assert counter.wearing() == {}
    counter.waits(minutes=11)
    assert "已发放并绑定" in li.scans(counter.payload(short))


def test_nine_slips_in_an_hour_pause_nobody(counter: Counter, li: Worker) -> None:
    codes_are_waited_for(counter, li)
    for _ in range(12):
        assert "没有登记过" in li.says(code.fresh())
        counter.waits(minutes=2)


def test_a_code_before_anybody_is_chosen_is_only_looked_at(counter: Counter, li: Worker) -> None:
    counter.ready(1)
    (short,) = counter.prints()
    assert "还没有绑定给任何人" in li.scans(counter.payload(short))
    li.waits_for_code()
    li.scans(counter.payload(short))
    assert "已绑定给 王*明 尾号0018（李芳" in li.scans(counter.payload(short))


def test_what_is_out_of_stock_is_not_given(counter: Counter, li: Worker) -> None:
    codes_are_waited_for(counter, li)
    counter.stocks(**{"RFID手环": 5, "N95口罩": 4})
    one, two = counter.prints(2)
    said = li.scans(counter.payload(one))
    assert "N95口罩 只剩 4 件，不够一份，没有发放" in said
    assert (counter.wearing(), counter.on_hand()) == ({}, {"RFID手环": 5, "N95口罩": 4})
    li.says("库存")
    assert "现有 54 件" in li.says("N95口罩 +50")
    li.waits_for_code()
    assert "已发放并绑定" in li.scans(counter.payload(two))


def test_another_community_s_worker_may_not_press_a_forged_button(counter: Counter, li: Worker, chen: Worker) -> None:
    counter.ready(1)
    li.opens("3栋501")
    chen.opens("3栋501")
    dealt, key = li.dealt("发放物资并扫码绑定")
    who = {"who": [dealt.card["button_selection"]["option_list"][0]["id"]]}
    counter.forges("chen.jing", dealt, key, who)
    assert "失效" in chen.hears()
    (short,) = counter.prints()
    chen.scans(counter.payload(short))
    assert counter.wearing() == {}


def test_a_feedback_corrected_away_from_central_retires_the_band(counter: Counter, li: Worker) -> None:
    counter.feeds_back([lists.person()])
    (short,) = counter.prints()
    li.waits_for_code()
    li.scans(counter.payload(short))
    li.taps("更正")
    li.fills_in(5)
    li.says("本人已回泉州老家")
    said = li.taps("确认反馈")
    assert "随之停用，请收回" in said
    assert (counter.wearing(), counter.kits()) == ({}, [("withdrawn", "corrected")])
    li.opens("发放物品")
    assert "停用（反馈更正）" in li.scans(counter.payload(short))


def test_a_feedback_the_cdc_returns_retires_the_band(counter: Counter, li: Worker) -> None:
    counter.feeds_back([lists.person()])
    (short,) = counter.prints()
    li.waits_for_code()
    li.scans(counter.payload(short))
    zheng = counter.worker("zheng.yi")
    zheng.taps("退回")
    zheng.says("请核实同住人员")
    assert counter.states() == ["pending"]
    assert counter.kits() == [("withdrawn", "corrected")]
