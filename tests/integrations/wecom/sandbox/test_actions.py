"""What a thumb can and cannot do: only what is drawn on that phone now can be pressed."""

from collections.abc import Callable
from typing import Any

import pytest

from integrations.wecom.sandbox import phone
from tests.integrations.wecom.sandbox.asking import CARDS, Api
from tests.integrations.wecom.sandbox.bot import Bot

Hand = Callable[[str], phone.Phone]
JPEG = b"\xff\xd8\xff\xe0 a picture"


def entry(name: str, key: str, kind: str = "click") -> dict[str, str]:
    return {"type": kind, "name": name, "key": key}


MENU = {
    "button": [
        {"name": "核实", "sub_button": [entry("待核实", "LIST"), entry("帮助", "H1")]},
        {"name": "转运", "sub_button": [entry("扫码", "SCAN", "scancode_waitmsg"), entry("帮助", "H2")]},
        {"type": "view", "name": "看板", "url": "http://127.0.0.1/board"},
    ]
}


def chosen(event: dict[str, Any]) -> dict[str, Any]:
    """QuestionKey → OptionId(s) of a tap, whatever shape one or many gave them."""
    items = event["SelectedItems"]["SelectedItem"]
    return {
        item["QuestionKey"]: (item["OptionIds"] or {}).get("OptionId")
        for item in (items if isinstance(items, list) else [items])
    }


def test_a_label_that_is_on_no_card_cannot_be_pressed(api: Api, hand: Hand) -> None:
    api.send_card("li.lei", "button_interaction")
    with pytest.raises(phone.NotDrawn, match="'批准' is drawn on no card"):
        hand("li.lei").taps("批准")
    with pytest.raises(phone.NotDrawn):
        hand("han.mei").taps("同意")


def test_the_newest_live_card_is_pressed(api: Api, bot: Bot, hand: Hand) -> None:
    api.send_card("li.lei", "button_interaction", task_id="old")
    newer = api.send_card("li.lei", "button_interaction", task_id="newer")
    hand("li.lei").taps("同意")
    api.grey(["li.lei"], newer["response_code"])
    hand("li.lei").taps("同意")
    assert [event["TaskId"] for event in bot.events] == ["newer", "old"]


def test_a_drop_down_holds_its_first_option_until_the_switch_says_otherwise(api: Api, bot: Bot, hand: Hand) -> None:
    api.send_card("li.lei", "multiple_interaction")
    hand("li.lei").submits()
    api.control("switches", {"preselect_first": False})
    api.send_card("li.lei", "multiple_interaction")
    hand("li.lei").submits()
    assert [chosen(event)["info"] for event in bot.events] == ["0", None]
    assert [chosen(event)["result"] for event in bot.events] == ["b", "b"], "a selected_id stands either way"


def test_a_button_carries_the_drop_down_beside_it(api: Api, bot: Bot, hand: Hand) -> None:
    api.send_card("li.lei", "button_interaction")
    hand("li.lei").picks("原因", "加急")
    hand("li.lei").taps("驳回")
    assert (bot.events[0]["EventKey"], chosen(bot.events[0])) == ("no", {"why": "r2"})


def test_a_button_card_without_questions_has_no_selected_items(api: Api, bot: Bot, hand: Hand) -> None:
    api.send_card("li.lei", "button_interaction", button_selection=None)
    hand("li.lei").taps("同意")
    assert "SelectedItems" not in bot.events[0]


def test_a_vote_brings_all_ticks_or_none(api: Api, bot: Bot, hand: Hand) -> None:
    api.send_card("li.lei", "vote_interaction")
    for ticks in (("李二", "王三"), ()):
        hand("li.lei").chooses(*ticks)
        hand("li.lei").submits()
    assert [chosen(event) for event in bot.events] == [{"home": ["2", "3"]}, {"home": None}]


def test_one_choice_is_one(api: Api, hand: Hand) -> None:
    api.send_card("li.lei", "vote_interaction", checkbox={**CARDS["vote_interaction"]["checkbox"], "mode": 0})
    with pytest.raises(phone.NotDrawn, match="only one"):
        hand("li.lei").chooses("张一", "李二")


def test_what_is_not_offered_or_locked_cannot_be_chosen(api: Api, hand: Hand) -> None:
    sent = api.send_card("li.lei", "multiple_interaction")
    with pytest.raises(phone.NotDrawn, match="请选择、一致"):
        hand("li.lei").picks("个人信息", "不一致")
    locked = [{**question, "disable": True} for question in CARDS["multiple_interaction"]["select_list"]]
    changed = {**CARDS["multiple_interaction"], "select_list": locked}
    api.update(["li.lei"], sent["response_code"], template_card=changed)
    with pytest.raises(phone.NotDrawn, match="locked"):
        hand("li.lei").picks("个人信息", "一致")


def test_the_corner_menu_is_an_event_of_its_own(api: Api, bot: Bot, hand: Hand) -> None:
    api.send_card("li.lei", "text_notice")
    hand("li.lei").taps("今天不再提醒")
    (event,) = bot.events
    assert (event["Event"], event["EventKey"]) == ("template_card_menu_event", "mute")
    assert "SelectedItems" not in event


def test_links_tell_the_bot_nothing(api: Api, bot: Bot, hand: Hand) -> None:
    api.send_card("li.lei", "text_notice")
    buttons = [{"text": "看板", "type": 1, "url": "http://127.0.0.1/b"}]
    api.send_card("li.lei", "button_interaction", button_list=buttons)
    assert hand("li.lei").taps("查看超时名单")["opened"] == "http://127.0.0.1/late"
    assert hand("li.lei").taps("看板")["opened"] == "http://127.0.0.1/b"
    assert bot.events == []


def test_a_label_twice_on_one_card_needs_the_key(api: Api, hand: Hand) -> None:
    api.send_card("li.lei", "button_interaction", button_list=[{"text": "好", "key": "1"}, {"text": "好", "key": "2"}])
    with pytest.raises(phone.NotDrawn, match="several buttons"):
        hand("li.lei").taps("好")


def test_a_label_as_drawn_is_found_too(api: Api, bot: Bot, hand: Hand) -> None:
    api.send_card("li.lei", "button_interaction", button_list=[{"text": "一二三四五六七八九十一", "key": "long"}])
    hand("li.lei").taps("一二三四五六七八九…")
    hand("li.lei").taps("一二三四五六七八九十一")
    assert [event["EventKey"] for event in bot.events] == ["long", "long"]


# --- menu, scan, photo, session ---


def test_menu_entries_are_clicks_by_name_or_path(api: Api, bot: Bot, hand: Hand) -> None:
    api.call("menu/create", MENU, agentid=1000002)
    assert api.call("menu/get", agentid=1000002)["button"] == MENU["button"]
    hand("li.lei").menu("待核实")
    hand("li.lei").menu("转运/帮助")
    assert [(event["Event"], event["EventKey"]) for event in bot.events] == [("click", "LIST"), ("click", "H2")]
    with pytest.raises(phone.NotDrawn, match="twice"):
        hand("li.lei").menu("帮助")
    with pytest.raises(phone.NotDrawn, match="not in the menu"):
        hand("li.lei").menu("核实")


def test_a_view_entry_opens_its_page_and_is_told(api: Api, bot: Bot, hand: Hand) -> None:
    api.call("menu/create", MENU, agentid=1000002)
    assert hand("li.lei").menu("看板")["opened"] == "http://127.0.0.1/board"
    assert api.control("settle", {})["settled"]
    assert (bot.events[0]["Event"], bot.events[0]["EventKey"]) == ("view", "http://127.0.0.1/board")


def test_a_scan_brings_the_code_and_for_bar_codes_their_kind(api: Api, bot: Bot, hand: Hand) -> None:
    api.call("menu/create", MENU, agentid=1000002)
    hand("li.lei").scans("BH1-7K2M")
    hand("li.lei").scans("AB12", symbology="CODE_128")
    infos = [event["ScanCodeInfo"] for event in bot.events]
    assert [event["EventKey"] for event in bot.events] == ["SCAN", "SCAN"]
    assert infos[0] == {"ScanType": "qrcode", "ScanResult": "BH1-7K2M"}
    assert infos[1]["ScanResult"] == "CODE_128,AB12"
    with pytest.raises(phone.NotDrawn, match="no code"):
        hand("li.lei").menu("扫码")


def test_without_a_scan_entry_nothing_can_be_scanned(hand: Hand) -> None:
    with pytest.raises(phone.NotDrawn, match="0 scan entries"):
        hand("li.lei").scans("BH1-7K2M")


def test_a_photo_can_be_fetched_by_its_media_id(api: Api, bot: Bot, hand: Hand) -> None:
    hand("li.lei").sends_photo(JPEG)
    (event,) = bot.events
    assert event["MsgType"] == "image"
    assert api.raw("media/get", media_id=event["MediaId"]).content == JPEG
    with pytest.raises(phone.NotDrawn, match="JPEG or PNG"):
        hand("li.lei").sends_photo(b"GIF89a")


def test_opening_the_session_is_told(bot: Bot, hand: Hand) -> None:
    hand("li.lei").enters()
    assert bot.events[0]["Event"] == "enter_agent"


def test_who_is_outside_the_visible_range_cannot_use_the_app(bot: Bot, hand: Hand) -> None:
    with pytest.raises(phone.NotDrawn, match="visible range"):
        hand("outside").says("你好")
    with pytest.raises(phone.NotDrawn, match="not a member"):
        hand("nobody").says("你好")
    assert bot.events == []


# --- eyes ---


def test_eyes_wait_for_what_comes_and_say_what_they_saw_instead(api: Api, hand: Hand) -> None:
    li = hand("li.lei")
    api.send_text("li.lei", "第一条 到了")
    assert li.sees("到了")["text"] == "第一条 到了"
    with pytest.raises(phone.NotSeen, match="第一条"):
        li.sees("没有的", timeout=0)
    with pytest.raises(phone.NotSeen):
        li.sees("到了", timeout=0, new=True)
    api.send_text("li.lei", "第二条 到了")
    assert li.sees("到了", new=True)["text"] == "第二条 到了"


def test_own_words_are_not_taken_for_the_bots(hand: Hand) -> None:
    hand("li.lei").says("你好")
    with pytest.raises(phone.NotSeen):
        hand("li.lei").sees("你好", timeout=0)
    with pytest.raises(phone.NotSeen, match="nothing"):
        hand("li.lei").last()


def test_silence_is_broken_by_a_message_or_a_change(api: Api, hand: Hand) -> None:
    hand("li.lei").sees_nothing(0.05)
    code = api.send_card("li.lei", "button_interaction")["response_code"]
    since = hand("li.lei").last()["version"]
    api.grey(["li.lei"], code)
    assert not api.control(f"silence?user=li.lei&seconds=0&after={since}")["silent"]


def test_every_word_on_a_card_is_seen(api: Api, hand: Hand) -> None:
    for kind in CARDS:
        api.send_card("li.lei", kind)
    for words in ("37 / 52", "口径不变", "洗手", "物料 手套", "加急", "王三", "反馈结果", "提交反馈", "今天不再提醒"):
        hand("li.lei").sees(words, timeout=0)
    with pytest.raises(phone.NotSeen):
        hand("li.lei").sees("card_type", timeout=0)
