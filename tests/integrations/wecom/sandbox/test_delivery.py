"""What becomes of messages: who gets them, who does not, what is dropped in silence, how they change and go."""

from collections.abc import Callable

import pytest

from integrations.wecom.sandbox import phone
from tests.integrations.wecom.sandbox.asking import Api, card

Hand = Callable[[str], phone.Phone]


def test_names_are_compared_without_case_and_answered_in_lower_case(api: Api, hand: Hand) -> None:
    answer = api.send_text("CHEN.JING|Nobody|Outside| LI.LEI ", "你好")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "nobody|outside")
    assert hand("chen.jing").last()["text"] == hand("Li.Lei").last()["text"] == "你好"


def test_parties_tags_and_everyone_are_those_in_range(api: Api, hand: Hand) -> None:
    assert api.send_text("", "party", toparty="2|77")["invalidparty"] == "77"
    assert api.send_text("", "tag", totag="7|8")["invalidtag"] == "8"
    api.send_text("@all", "all")
    seen = {
        user: [one["text"] for one in hand(user).messages()] for user in ("chen.jing", "li.lei", "han.mei", "outside")
    }
    assert seen == {"chen.jing": ["tag", "all"], "li.lei": ["party", "all"], "han.mei": ["all"], "outside": []}


def test_a_member_without_licence_is_named_and_gets_nothing(api: Api, hand: Hand) -> None:
    api.control("members", {"userid": "li.lei", "licensed": False})
    assert api.send_text("li.lei|han.mei", "你好")["unlicenseduser"] == "li.lei"
    assert hand("li.lei").messages() == []


def test_the_31st_message_in_a_minute_is_dropped_in_silence(api: Api, hand: Hand) -> None:
    answers = [api.send_text("li.lei|han.mei" if i == 30 else "li.lei", f"第{i + 1}条") for i in range(31)]
    assert {answer["errcode"] for answer in answers} == {0}
    assert all(answer["msgid"] for answer in answers)
    assert hand("li.lei").last()["text"] == "第30条"
    assert hand("han.mei").last()["text"] == "第31条", "the limit is each member's own"
    assert any("dropped in silence" in note for note in api.control("wire?limit=1")[0]["notes"])
    api.control("clock", {"advance": 60})
    api.send_text("li.lei", "一分钟后")
    assert hand("li.lei").last()["text"] == "一分钟后"


def test_the_1001st_message_in_an_hour_is_dropped_in_silence(api: Api, hand: Hand) -> None:
    from collections import deque

    with api.sandbox.world.lock:
        now = api.sandbox.world.now()
        api.sandbox.world.book.arrivals["li.lei"] = deque((now - 3500 + 3 * i for i in range(1000)), maxlen=1000)
    assert api.send_text("li.lei", "太多了")["errcode"] == 0
    assert hand("li.lei").messages() == []
    api.control("clock", {"advance": 101})
    api.send_text("li.lei", "一小时后")
    assert hand("li.lei").last()["text"] == "一小时后"


def test_a_repeated_request_is_delivered_once_when_the_bot_asks_for_it(api: Api, hand: Hand) -> None:
    first = api.send_text("li.lei", "一次", enable_duplicate_check=1, duplicate_check_interval=60)
    again = api.send_text("li.lei", "一次", enable_duplicate_check=1, duplicate_check_interval=60)
    assert again["errcode"] == 0
    assert again["msgid"] != first["msgid"]
    assert len(hand("li.lei").messages()) == 1
    api.control("clock", {"advance": 60})
    api.send_text("li.lei", "一次", enable_duplicate_check=1, duplicate_check_interval=60)
    assert len(hand("li.lei").messages()) == 2


def test_text_above_2048_bytes_is_cut(api: Api, hand: Hand) -> None:
    assert api.send_text("li.lei", "字" * 700)["errcode"] == 0
    assert hand("li.lei").last()["text"] == "字" * 682


def test_ids_are_translated_only_when_asked(api: Api, hand: Hand) -> None:
    words = "请找 $userName=chen.jing$ 或 $userName=nobody$"
    api.send_text("li.lei", words)
    api.send_text("li.lei", words, enable_id_trans=1)
    assert [one["text"] for one in hand("li.lei").messages()] == [words, "请找 陈静 或 $userName=nobody$"]


def test_readers_in_wechat_see_neither_cards_nor_markdown(api: Api, hand: Hand) -> None:
    api.control("members", {"userid": "li.lei", "plugin": True})
    assert api.send_card("li.lei", "button_interaction")["response_code"]
    api.send("li.lei", "markdown", {"content": "**粗**"})
    assert [one["text"] for one in hand("li.lei").messages()] == ["", ""]
    with pytest.raises(phone.NotDrawn, match="WeChat"):
        hand("li.lei").taps("同意")
    api.send_text("li.lei", "回复数字")
    hand("li.lei").sees("回复数字")


def test_a_recalled_message_is_gone_from_every_phone(api: Api, hand: Hand) -> None:
    sent = api.send_card("li.lei|han.mei", "button_interaction")
    assert api.call("message/recall", {"msgid": sent["msgid"]})["errcode"] == 0
    assert [hand(user).last()["recalled"] for user in ("li.lei", "han.mei")] == [True, True]
    with pytest.raises(phone.NotDrawn, match="recalled"):
        hand("li.lei").taps("同意")
    assert api.call("message/recall", {"msgid": "someone-else's"})["errcode"] == 40058


def test_after_a_day_nothing_is_recalled(api: Api) -> None:
    sent = api.send_text("li.lei", "你好")
    api.control("clock", {"advance": 24 * 3600 + 1})
    api.gettoken()
    assert api.call("message/recall", {"msgid": sent["msgid"]})["errcode"] == 42052


# --- response codes and updates ---


def test_only_cards_that_call_back_have_a_response_code(api: Api) -> None:
    kinds = ("button_interaction", "vote_interaction", "multiple_interaction", "text_notice")
    assert all(api.send_card("li.lei", kind)["response_code"] for kind in kinds)
    assert "response_code" not in api.send_card("li.lei", "news_notice")
    assert "response_code" not in api.send_card("li.lei", "text_notice", action_menu=None)
    assert "response_code" not in api.send_text("li.lei", "你好")


def test_an_update_reaches_only_the_members_it_names(api: Api, hand: Hand) -> None:
    code = api.send_card("li.lei|han.mei", "button_interaction")["response_code"]
    answer = api.grey(["LI.LEI", "Chen.Jing"], code, "已同意")
    assert (answer["errcode"], answer["invaliduser"]) == (0, ["chen.jing"])
    assert hand("li.lei").last()["replaced"] == "已同意"
    assert hand("han.mei").last()["replaced"] == ""
    with pytest.raises(phone.NotDrawn, match="grey now: the card shows '已同意'"):
        hand("li.lei").taps("同意")
    assert hand("han.mei").taps("同意")["answered"]


def test_atall_reaches_every_recipient(api: Api, hand: Hand) -> None:
    code = api.send_card("li.lei|han.mei", "vote_interaction")["response_code"]
    assert api.update([], code, atall=1, button={"replace_name": "已结束"})["errcode"] == 0
    assert [hand(user).last()["replaced"] for user in ("li.lei", "han.mei")] == ["已结束", "已结束"]


def test_a_code_is_good_for_one_update(api: Api) -> None:
    code = api.send_card("li.lei|han.mei", "button_interaction")["response_code"]
    assert api.grey(["li.lei"], code)["errcode"] == 0
    assert api.grey(["han.mei"], code)["errcode"] == 60140


def test_a_code_lives_72_hours_from_its_own_issue(api: Api, hand: Hand) -> None:
    sent = api.send_card("li.lei", "button_interaction")["response_code"]
    api.control("clock", {"advance": 72 * 3600 - 1})
    hand("li.lei").taps("同意")
    tapped = api.sandbox.log.find(direction="callback")[0].plain.split("ResponseCode><![CDATA[")[1].split("]]")[0]
    api.control("clock", {"advance": 2})
    api.gettoken()
    assert api.grey(["li.lei"], sent)["errcode"] == 60140
    assert api.grey(["li.lei"], tapped)["errcode"] == 0


def test_a_new_card_replaces_the_old_and_keeps_its_task_id(api: Api, hand: Hand) -> None:
    code = api.send_card("li.lei", "vote_interaction", task_id="vote-7")["response_code"]
    new = card("button_interaction", task_id=None, main_title={"title": "请确认"})
    assert api.update(["li.lei"], code, template_card=new)["errcode"] == 0
    phone_now = hand("li.lei").last()
    assert (phone_now["card"]["card_type"], phone_now["task_id"]) == ("button_interaction", "vote-7")
    assert hand("li.lei").taps("同意")["answered"], "buttons of the new card are live"


def test_a_new_card_may_be_grey_without_a_submit_button(api: Api, hand: Hand) -> None:
    code = api.send_card("li.lei", "multiple_interaction")["response_code"]
    new = card("multiple_interaction", task_id=None, submit_button=None, replace_text="已提交")
    assert api.update(["li.lei"], code, template_card=new)["errcode"] == 0
    assert hand("li.lei").last()["replaced"] == "已提交"
    with pytest.raises(phone.NotDrawn):
        hand("li.lei").submits()
