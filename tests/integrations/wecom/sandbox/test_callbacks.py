"""How the bot is told: encrypted, in order, again when nobody answers, with replies shown where they count."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from integrations.wecom.sandbox import phone, server
from tests.integrations.wecom.sandbox import bot as bots
from tests.integrations.wecom.sandbox.asking import Api
from tests.integrations.wecom.sandbox.bot import Bot

Hand = Callable[[str], phone.Phone]


def test_a_text_arrives_as_the_member_wrote_it(bot: Bot, hand: Hand) -> None:
    hand("chen.jing").says("]]> <b>你好</b> & 再见\n第二行 𠮷")
    (event,) = bot.events
    assert event["Content"] == "]]> <b>你好</b> & 再见\n第二行 𠮷"
    assert event["FromUserName"] == "Chen.Jing", "callbacks keep the case that answers lose"
    assert (event["MsgType"], event["AgentID"]) == ("text", "1000002")
    assert 2**53 < int(event["MsgId"]) < 2**63


def test_a_passive_text_is_on_the_phone_when_the_gesture_returns(bot: Bot, hand: Hand) -> None:
    bot.answers = lambda event: bots.text(event, "已收到")
    assert hand("li.lei").says("你好")["reply"] == "已收到"
    assert hand("li.lei").last()["text"] == "已收到"


def test_a_click_brings_a_fresh_code_and_every_choice(api: Api, bot: Bot, hand: Hand) -> None:
    sent = api.send_card("li.lei", "multiple_interaction", task_id="form-1")
    hand("li.lei").picks("个人信息", "一致")
    hand("li.lei").submits()
    hand("li.lei").submits()
    first, second = bot.events
    assert (first["Event"], first["EventKey"], first["TaskId"]) == ("template_card_event", "form", "form-1")
    assert first["CardType"] == "multiple_interaction"
    assert len({sent["response_code"], first["ResponseCode"], second["ResponseCode"]}) == 3
    chosen = {item["QuestionKey"]: item["OptionIds"]["OptionId"] for item in first["SelectedItems"]["SelectedItem"]}
    assert chosen == {"info": "1", "result": "b"}


def test_a_passive_update_of_a_card_counts_only_with_the_switch(api: Api, bot: Bot, hand: Hand) -> None:
    bot.answers = lambda event: bots.grey(event, "已同意")
    api.send_card("li.lei|han.mei", "button_interaction")
    hand("li.lei").taps("同意")
    assert hand("li.lei").last()["replaced"] == ""
    assert "ignored" in api.control("wire?direction=callback")[0]["notes"][0]
    api.control("switches", {"passive_card_update": True})
    hand("li.lei").taps("同意")
    assert [hand(user).last()["replaced"] for user in ("li.lei", "han.mei")] == ["已同意", ""]


def test_a_text_in_answer_to_a_card_click_is_not_shown(api: Api, bot: Bot, hand: Hand) -> None:
    bot.answers = lambda event: bots.text(event, "不会出现")
    api.send_card("li.lei", "button_interaction")
    assert hand("li.lei").taps("同意") == {"answered": True, "opened": "", "reply": "", "statuses": [200]}
    assert hand("li.lei").last()["kind"] == "template_card"


def test_a_reply_meant_for_somebody_else_is_told_in_the_log_and_not_shown(
    bot: Bot, sandbox: server.Sandbox, hand: Hand
) -> None:
    bot.answers = lambda event: bots.text({**event, "FromUserName": "han.mei"}, "给别人")
    hand("li.lei").says("你好")
    assert sandbox.log.find(direction="callback")[0].notes == ["passive reply ignored: ToUserName is han.mei"]
    assert hand("li.lei").messages()[-1]["side"] == "member"


def test_no_answer_in_time_is_three_deliveries_of_one_message(bot: Bot, hand: Hand, sandbox: server.Sandbox) -> None:
    awake = threading.Event()
    bot.answers = lambda _event: 200 if awake.wait(10) else 500
    outcome = hand("li.lei").says("有人吗")
    awake.set()
    assert (outcome["answered"], outcome["statuses"]) == (False, ["timeout"] * 3)
    assert len({event["MsgId"] for event in bot.events}) == 1
    assert len({request["msg_signature"] for request in bot.requests}) == 3, "each in an envelope of its own"
    assert [record.attempt for record in sandbox.log.find(direction="callback")] == [3, 2, 1]


def test_an_error_status_is_delivered_again_until_it_is_answered(bot: Bot, hand: Hand) -> None:
    bot.answers = lambda event: 500 if len(bot.events) < 3 else bots.text(event, "第三次")
    assert hand("li.lei").says("喂")["statuses"] == [500, 500, 200]
    assert hand("li.lei").last()["text"] == "第三次"


def test_an_error_status_is_not_delivered_again_with_the_switch_off(api: Api, bot: Bot, hand: Hand) -> None:
    api.control("switches", {"retry_on_status": False})
    bot.answers = lambda _event: 500
    assert hand("li.lei").says("喂")["statuses"] == [500]


def test_a_bot_that_is_not_there_is_tried_three_times(sandbox: server.Sandbox, hand: Hand) -> None:
    sandbox.configure("http://127.0.0.1:9/wecom")
    assert hand("li.lei").says("喂")["statuses"] == ["refused"] * 3
    sandbox.configure(None)
    assert hand("li.lei").says("喂")["statuses"] == ["no callback URL"]


def test_one_members_callbacks_keep_their_order_and_do_not_hold_up_others(bot: Bot, hand: Hand) -> None:
    held, others_done = threading.Event(), threading.Event()
    arrived: list[str] = []

    def slow_for_li(event: bots.Event) -> None:
        if event["Content"] == "1":
            held.set()
            others_done.wait(10)
        arrived.append(event["FromUserName"] + event["Content"])

    bot.answers = slow_for_li
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(hand("li.lei").says, "1")
        assert held.wait(5)
        second = pool.submit(hand("li.lei").says, "2")
        hand("han.mei").says("9")
        others_done.set()
        assert first.result()["answered"]
        assert second.result()["answered"]
    assert arrived == ["han.mei9", "li.lei1", "li.lei2"]


def test_a_logged_callback_can_be_delivered_twice_and_out_of_order(api: Api, bot: Bot, hand: Hand) -> None:
    for words in ("一", "二"):
        hand("li.lei").says(words)
    two, one = [record["id"] for record in api.control("wire?user=LI.LEI&direction=callback")]
    bot.answers = lambda event: bots.text(event, "再次")
    assert api.control("redeliver", {"ids": [two, one], "times": 2}) == {"statuses": [200] * 4}
    assert [event["Content"] for event in bot.events] == ["一", "二", "二", "二", "一", "一"]
    assert len({request["nonce"] for request in bot.requests}) == 6
    assert hand("li.lei").messages()[-1]["text"] == "二", "replies to repeats are not shown"


def test_a_callback_can_be_repeated_to_the_letter(api: Api, bot: Bot, hand: Hand) -> None:
    hand("li.lei").says("你好")
    (record,) = api.control("wire?direction=callback")
    api.control("redeliver", {"ids": [record["id"]], "verbatim": True})
    assert bot.requests[0] == bot.requests[1]


def test_curl_does_the_same_again(api: Api, bot: Bot, hand: Hand) -> None:
    hand("li.lei").says("单引号 ' 也行")
    line = api.control("wire?direction=callback")[0]["curl"]
    assert line.startswith("curl -sS 'http://127.0.0.1:")
    assert "<Encrypt><![CDATA[" in line


def test_the_log_shows_no_secret_and_no_token(api: Api) -> None:
    api.gettoken()
    api.send_text("li.lei", "你好")
    logged = requests.get(f"{api.sandbox.url}/control/wire", timeout=10).text
    assert api.sandbox.settings.secret not in logged
    assert api.token not in logged


def test_a_new_address_must_first_decrypt_an_echo(api: Api, bot: Bot) -> None:
    assert api.control("callback", {"url": bot.url, "verify": True}) == {"url": bot.url}
    with pytest.raises(requests.HTTPError, match="409"):
        api.control("callback", {"url": bot.url + "/elsewhere", "verify": True})
    with pytest.raises(requests.HTTPError, match="400"):
        api.control("callback", {"url": "https://qyapi.weixin.qq.com/"})


# --- planned faults ---


def test_a_fault_hits_its_endpoint_as_often_as_planned(api: Api) -> None:
    api.control("faults", {"endpoint": "message/*", "kind": "errcode", "value": 45009, "count": 2})
    codes = [api.send_text("li.lei", "你好")["errcode"] for _ in range(3)]
    assert codes == [45009, 45009, 0]
    assert api.control("faults")[0]["hits"] == 2


def test_a_gateway_page_is_no_json(api: Api) -> None:
    api.control("faults", {"endpoint": "message/send", "kind": "http", "value": 502})
    answer = api.raw("message/send", {"touser": "li.lei"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")


@pytest.mark.parametrize(("kind", "arrives"), [("drop", 0), ("timeout", 0), ("lost_reply", 1)])
def test_a_broken_line_leaves_the_caller_in_doubt(api: Api, hand: Hand, kind: str, arrives: int) -> None:
    api.control("faults", {"endpoint": "message/send", "kind": kind, "value": 0.05, "count": 1})
    api.gettoken()
    with pytest.raises(requests.ConnectionError):
        api.send_text("li.lei", "到了吗")
    assert len(hand("li.lei").messages()) == arrives


def test_a_slow_answer_is_still_an_answer(api: Api) -> None:
    api.control("faults", {"endpoint": "message/send", "kind": "slow", "value": 0.1})
    assert api.send_text("li.lei", "你好")["errcode"] == 0
    assert api.control("wire?limit=1")[0]["notes"] == ["fault: slow 0.1"]


def test_a_fault_of_no_probability_never_comes(api: Api) -> None:
    api.control("faults", {"kind": "errcode", "value": -1, "probability": 0})
    assert {api.send_text("li.lei", str(i))["errcode"] for i in range(10)} == {0}


def test_callbacks_can_be_lost_or_doubled(api: Api, bot: Bot, hand: Hand) -> None:
    api.control("faults", {"endpoint": "callback", "kind": "drop", "count": 1})
    assert hand("li.lei").says("一")["statuses"] == ["dropped"]
    api.control("faults", {"endpoint": "callback", "kind": "twice", "count": 1})
    hand("li.lei").says("二")
    assert [event["Content"] for event in bot.events] == ["二", "二"]


@pytest.mark.parametrize(
    "plan",
    [
        {"kind": "meteor"},
        {"endpoint": "callback", "kind": "errcode"},
        {"kind": "twice"},
        {"kind": "drop", "probability": 2},
    ],
)
def test_a_fault_that_cannot_be_is_refused_with_the_cure(api: Api, plan: dict[str, object]) -> None:
    answer = requests.post(f"{api.sandbox.url}/control/faults", json=plan, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(("kind: ", "probability: "))
