"""WeCom is down, busy, or takes its token back: nothing is lost, nothing doubles, everything goes on by itself."""

import requests

from tests.scenarios import ledger, lists, wire
from tests.scenarios.member import Member, settle
from tests.world import World


def test_what_was_to_be_said_while_wecom_was_down_is_said_when_it_is_back(
    world: World, fang: Member, zheng: Member
) -> None:
    wire.trouble(world, endpoint="message/*", kind="http", value=502)
    world.list_arrives(lists.csv(lists.person()))
    settle(world)
    assert fang.messages() == []
    assert ledger.states(world) == ["pending"]
    wire.comes_back(world)
    assert fang.hears().count("前埔南社区：新到 1 人待核实") == 1
    assert len(fang.live("核实反馈")) == 1
    fang.feeds_back()
    assert "结果5" in zheng.hears()


def test_a_feedback_made_while_wecom_is_down_is_kept_and_reaches_the_cdc_later(
    world: World, fang: Member, zheng: Member
) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.calls("接通")
    fang.fills_in("不在本辖区，且不在本市")
    fang.says("本人已回泉州老家")
    wire.trouble(world, endpoint="message/*", kind="http", value=503)
    fang.taps("确认反馈")
    assert ledger.states(world) == ["awaiting_offline"]
    assert zheng.messages() == []
    wire.comes_back(world)
    assert zheng.hears().count("结果5") == 1
    assert fang.hears().count("待线下反馈：王*明") == 1


def test_words_are_still_answered_while_wecoms_api_is_down(world: World, fang: Member) -> None:
    wire.trouble(world, endpoint="*", kind="http", value=502)
    fang.says("帮助")
    assert "社区：" in fang.hears(), "the answer rides back in the callback's own response"


def test_a_message_whose_answer_was_lost_is_not_doubled(world: World, fang: Member) -> None:
    wire.trouble(world, endpoint="message/send", kind="lost_reply", count=2)
    world.list_arrives(lists.csv(lists.person()))
    settle(world)
    world.waits(minutes=6)
    settle(world)
    assert len(fang.live("核实反馈")) == 1
    assert fang.hears().count("核实反馈") == 1


def test_a_busy_wecom_is_left_alone_for_a_while_and_then_told_everything(world: World, fang: Member) -> None:
    wire.trouble(world, endpoint="message/send", kind="errcode", value=45009, count=1)
    world.list_arrives(lists.csv(lists.person()))
    wire.comes_back(world)
    assert len(fang.live("核实反馈")) == 1
    assert fang.hears().count("新到 1 人待核实") == 1


def test_a_withdrawn_token_is_fetched_anew_and_nothing_is_lost(world: World, fang: Member, zheng: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    settle(world)
    requests.post(f"{world.sandbox.url}/control/tokens/revoke", timeout=10).raise_for_status()
    fang.feeds_back()
    assert "已保存并反馈疾控" in fang.hears()
    assert "结果5" in zheng.hears()


def test_a_line_that_fails_at_every_step_delays_and_doubles_nothing(world: World, fang: Member, zheng: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    steps = (
        lambda: fang.taps("显示电话"),
        lambda: fang.taps("接通"),
        lambda: fang.fills_in("不在本辖区，且不在本市"),
        lambda: fang.says("本人已回泉州老家"),
        lambda: fang.taps("确认反馈"),
    )
    for step in steps:
        for kind in ("http", "lost_reply"):
            wire.trouble(world, endpoint="message/*", kind=kind, count=1)
        step()
        wire.comes_back(world)
    assert len(ledger.deeds(world, "reported")) == 1
    assert zheng.hears().count("结果5") == 1
    assert len(fang.live("已线下反馈")) == 1
