"""Buttons pressed late, by the wrong person, or never drawn at all: a true and kind answer, and no second effect."""

from collections.abc import Callable

import requests

from bot import intake
from bot.demo import people
from tests.scenarios import ledger, lists, wire
from tests.scenarios.conftest import Someone
from tests.scenarios.member import Member
from tests.world import World

UNDRAWN = (
    "void",
    "",
    "1/verification/confirm/not-a-case/1/",
    "1/no_such_flow/do/x/1/",
    "1/verification/take_over/x/0/li.fang",
    "🙂" * 50,
    "1/verification/feedback/" + "a" * 900 + "/1/",
)


def test_a_button_of_an_old_card_brings_the_live_one_and_changes_nothing(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.calls("接通")
    fang.picks("核实反馈结果", "不在本辖区，且不在本市")
    lost = wire.press_and_lose(world, fang, "提交")
    fang.fills_in("不在本辖区，且不在本市")
    fang.says("已回泉州")
    fang.hears()
    before = ledger.deeds(world)
    wire.repeat(world, [lost])
    said = fang.hears()
    assert "这张卡片已过时，没有改动" in said
    assert "结果5" in said, "the live card is brought again"
    assert ledger.deeds(world) == before
    assert len(fang.live("确认反馈")) == 1


def test_a_button_pressed_after_the_feedback_says_who_fed_back_what_and_when(
    world: World, fang: Member, qiang: Member, zheng: Member
) -> None:
    world.list_arrives(lists.csv(lists.person()))
    lost = wire.press_and_lose(world, qiang, "核实反馈")
    fang.feeds_back()
    qiang.hears()
    zheng.hears()
    before = ledger.deeds(world)
    wire.repeat(world, [lost])
    said = qiang.hears()
    assert "王*明 已由李芳于" in said
    assert "不在本辖区，且不在本市" in said
    assert "这次没有改动" in said
    assert zheng.hears() == ""
    assert ledger.deeds(world) == before


def test_confirming_a_withdrawn_review_feeds_nothing_back(world: World, fang: Member, zheng: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.calls("接通")
    fang.fills_in("不在本辖区，且不在本市")
    fang.says("本人已回泉州老家")
    lost = wire.press_and_lose(world, fang, "确认反馈")
    fang.taps("修改")
    fang.hears()
    wire.repeat(world, [lost])
    assert "没有改动" in fang.hears()
    assert zheng.hears() == ""
    assert ledger.deeds(world, "reported") == []


def test_an_option_that_was_not_offered_is_not_saved(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.calls("接通")
    form = fang.live("提交")[0]
    before = ledger.deeds(world)
    fang.hears()
    for answers in ({"result": ["8"]}, {"result": ["<script>"]}, {"door": ["maybe"]}, {"info": ["x"]}):
        assert wire.forge_tap(world, "li.fang", form["controls"][0]["key"], form["task_id"], answers) == 200
        assert "这个选项不在卡片上，没有保存" in fang.hears(), answers
    assert ledger.deeds(world) == before
    fang.fills_in("不在本辖区，且不在本市")
    assert "选了「不在本辖区，且不在本市」" in fang.hears(), "the form is still good"


def test_a_key_that_was_never_drawn_does_nothing(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    card = fang.live("核实反馈")[0]
    before = ledger.deeds(world)
    for key in UNDRAWN:
        fang.hears()
        assert wire.forge_tap(world, "li.fang", key, card["task_id"]) == 200
        assert "没有改动" in fang.hears(), key
        assert {outcome for outcome, _ in ledger.outcomes(world)} == {"refused"}
    assert ledger.deeds(world) == before


def test_a_real_key_under_another_cards_task_id_does_nothing(world: World, fang: Member, qiang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    mine, his = fang.live("核实反馈")[0], qiang.live("核实反馈")[0]
    key = mine["controls"][0]["key"]
    for task_id in (his["task_id"], "no-such-card", ""):
        fang.hears()
        assert wire.forge_tap(world, "li.fang", key, task_id) == 200
        assert "没有改动" in fang.hears(), task_id
    assert ledger.deeds(world, "taken") == []


def test_a_stranger_hears_where_to_turn_and_learns_nothing(world: World, fang: Member, someone: Someone) -> None:
    _join(world, "mo.sheng", "陌生")
    world.list_arrives(lists.csv(lists.person()))
    card = fang.live("核实反馈")[0]
    stranger = someone("mo.sheng")
    for words in ("待核实", "帮助", "7", "你好"):
        stranger.says(words)
        assert "不在本系统的名册中，没有办理任何事项" in stranger.hears(), words
    wire.forge_tap(world, "mo.sheng", card["controls"][0]["key"], card["task_id"])
    said = stranger.hears()
    assert "不在本系统的名册中" in said
    assert "王" not in said
    assert {reason for _, reason in ledger.outcomes(world)} == {"stranger"}
    assert ledger.deeds(world, "taken") == []


def test_a_member_removed_between_card_and_press_can_do_nothing_more(world: World, fang: Member, qiang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    assert len(fang.live("核实反馈")) == 1
    _directory_without(world, "li.fang")
    fang.hears()
    fang.taps("核实反馈")
    said = fang.hears()
    assert "不在本系统的名册中" in said
    assert ledger.deeds(world, "taken") == []
    qiang.taps("核实反馈")
    assert [deed[3] for deed in ledger.deeds(world, "taken")] == ["wang.qiang"]


def test_a_member_who_has_moved_to_another_community_can_do_nothing_more_here(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.hears()
    _directory(world, lambda line: line.replace("350203010034", "350203010023") if "li.fang" in line else line)
    fang.taps("核实反馈")
    assert "没有办理这条记录的权限，没有改动" in fang.hears()
    assert ledger.deeds(world, "taken") == []


def _join(world: World, userid: str, name: str) -> None:
    account = {"userid": userid, "name": name}
    requests.post(f"{world.sandbox.url}/control/members", json=account, timeout=10).raise_for_status()


def _directory_without(world: World, userid: str) -> None:
    _directory(world, lambda line: "" if line.startswith(userid) else line)


def _directory(world: World, change: Callable[[str], str]) -> None:
    """Import the demo directory again with every line of staff.csv changed."""
    folder = world.folder / "directory"
    folder.mkdir()
    for name in ("areas.csv", "staff.csv", "hotels.csv"):
        lines = (people.FOLDER / name).read_text(encoding="utf-8").splitlines()
        lines = [change(line) for line in lines] if name == "staff.csv" else lines
        (folder / name).write_text("\n".join(line for line in lines if line) + "\n", encoding="utf-8")
    intake.directory(world.core, folder)
