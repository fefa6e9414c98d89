"""What members type and press outside of cards: commands, help by role, and everything that means nothing here."""

import io

import requests

from bot import app
from tests.scenarios import ledger, lists
from tests.scenarios.conftest import Someone
from tests.scenarios.member import Member
from tests.world import World


def test_a_command_is_understood_however_it_is_written(world: World, fang: Member) -> None:
    for typed in ("帮助", " 帮 助 ", "幫助", "帮助。", "帮助！"):
        fang.says(typed)
        assert "社区：点卡片「核实反馈」" in fang.hears(), typed


def test_help_speaks_of_the_roles_one_has(world: World, someone: Someone) -> None:
    told = {"zheng.yi": "疾控：", "lin.shuji": "负责人：", "he.diaodu": "转运组：", "su.husong": "护送：",
            "jiudian.qian": "酒店：", "guan.li": "管理员："}  # fmt: skip
    for userid, words in told.items():
        member = someone(userid)
        member.says("帮助")
        said = member.hears()
        assert words in said
        assert "社区：" not in said
    both = someone("zhao.lei")
    both.says("帮助")
    said = both.hears()
    assert "社区：" in said
    assert "负责人：" in said


def test_a_word_inside_a_sentence_is_no_command(world: World, fang: Member) -> None:
    fang.says("我需要帮助一下")
    assert "没看懂这句话，没有保存" in fang.hears()


def test_unknown_words_hear_what_is_expected_now(world: World, fang: Member) -> None:
    fang.says("在吗")
    assert "发「待核实」看任务，发「帮助」看能做什么" in fang.hears()
    world.list_arrives(lists.csv(lists.person()))
    fang.taps("核实反馈")
    fang.hears()
    fang.says("在吗")
    assert "回复结果数字 1–7" in fang.hears()
    fang.says("5")
    assert "请打电话后点通话结果" in fang.hears()
    fang.taps("接通")
    fang.says("本人已回泉州老家")
    fang.hears()
    fang.says("好的")
    said = fang.hears()
    assert "没有保存" in said
    assert "请点「确认反馈」或「修改」" in said
    fang.says("帮助")
    assert "现在：请点「确认反馈」或「修改」" in fang.hears()
    assert ledger.deeds(world, "reported") == []


def test_a_number_that_is_no_result_is_not_taken_for_one(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.taps("核实反馈")
    for number in ("0", "8", "77", "-1", "1.5", "七百"):
        fang.hears()
        fang.says(number)
        assert "没有保存" in fang.hears(), number
    assert len(fang.live("提交")) == 1


def test_a_photo_and_an_opened_chat_disturb_nothing(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.calls("接通")
    fang.hears()
    fang.enters()
    assert fang.hears() == ""
    fang.sends_photo(_photo())
    assert "这照片没有保存" in fang.hears()
    fang.says("5")
    assert "选了「不在本辖区，且不在本市」" in fang.hears()


def test_strange_text_is_answered_like_any_other(world: World, fang: Member) -> None:
    for typed in ("😀" * 600, "a" * 2000, "'; DROP TABLE staff; --", "\u202e翻转", "<xml>&amp;]]>"):
        assert fang.says(typed)["statuses"] == [200]
        assert "没有保存" in fang.hears()
    assert {outcome for outcome, _ in ledger.outcomes(world)} == {"applied"}


def test_the_published_menu_answers_like_the_words(world: World, fang: Member) -> None:
    entries = app.publish_menu(world.settings)
    menu = requests.get(f"{world.sandbox.url}/control/phones/li.fang", timeout=10).json()["menu"]
    assert sum(len(group["sub_button"]) for group in menu["button"]) == entries
    world.list_arrives(lists.csv(lists.person()))
    fang.hears()
    fang.menu("社区核实/待核实")
    assert "待核实 1 人" in fang.hears()
    fang.menu("接人上车/帮助")
    assert "社区：" in fang.hears()


def _photo() -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(file, "PNG")
    return file.getvalue()
