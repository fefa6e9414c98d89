"""A network repeats, reorders and loses: every deed is done once, and whoever pressed hears the truth."""

import random

from tests.scenarios import ledger, lists, wire
from tests.scenarios.member import Member, settle
from tests.world import World


def test_every_callback_of_a_whole_road_four_times_over_changes_nothing(
    world: World, fang: Member, zheng: Member
) -> None:
    _whole_road(world, fang, zheng)
    before = ledger.everything(world)
    statuses = wire.repeat(world, wire.callbacks(world), times=4)
    assert set(statuses) == {200}
    assert ledger.everything(world) == before


def test_the_callbacks_of_a_whole_road_come_again_in_any_order_and_change_nothing(
    world: World, fang: Member, zheng: Member
) -> None:
    _whole_road(world, fang, zheng)
    before = ledger.everything(world)
    ids = wire.callbacks(world) * 2
    random.Random(7).shuffle(ids)
    wire.repeat(world, ids)
    assert ledger.everything(world) == before


def test_deliveries_that_come_twice_at_once_are_one_deed(world: World, fang: Member, zheng: Member) -> None:
    wire.trouble(world, endpoint="callback", kind="twice")
    _whole_road(world, fang, zheng)
    assert len(ledger.deeds(world, "taken")) == 1
    assert len(ledger.deeds(world, "reported")) == 1
    assert len(ledger.deeds(world, "received")) == 1
    assert ledger.states(world) == ["offline_done"]
    receipts = [one for one in fang.messages() if "已保存并反馈疾控" in one["text"]]
    assert len(receipts) == 1


def test_a_tap_that_arrives_after_later_ones_is_answered_and_not_applied(
    world: World, fang: Member, zheng: Member
) -> None:
    world.list_arrives(lists.csv(lists.person()))
    early = wire.press_and_lose(world, fang, "显示电话")
    fang.feeds_back()
    before = ledger.deeds(world)
    fang.hears()
    wire.repeat(world, [early])
    said = fang.hears()
    assert "没有改动" in said
    assert "14400001001" not in said
    assert ledger.deeds(world) == before


def test_a_lost_tap_can_simply_be_pressed_again(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    wire.press_and_lose(world, fang, "核实反馈")
    assert ledger.deeds(world, "taken") == []
    fang.taps("核实反馈")
    assert len(fang.live("提交")) == 1


def test_a_repeated_message_gets_the_answer_it_had(world: World, fang: Member) -> None:
    fang.says("帮助")
    number = wire.callbacks(world)[-1]
    first = _replies(world, number)
    wire.repeat(world, [number])
    assert _replies(world, wire.callbacks(world)[-1]) == first
    assert "核实反馈" in first


def test_the_same_words_typed_twice_are_two_messages(world: World, fang: Member) -> None:
    fang.says("你好")
    fang.says("你好")
    assert fang.hears().count("没看懂这句话，没有保存") == 2


def _whole_road(world: World, fang: Member, zheng: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.says("待核实")
    fang.taps("显示电话")
    fang.feeds_back()
    fang.taps("已线下反馈")
    fang.submits()
    fang.says("区疾控郑医生 00:01")
    zheng.taps("接收")
    settle(world)


def _replies(world: World, number: int) -> str:
    record = world.sandbox.log.get(number)
    assert record is not None
    return record.reply.partition("<Content>")[2].partition("</Content>")[0]  # the second it was sealed in may differ
