"""What goes over the wire, and what comes of what comes back."""

import json
from collections.abc import Callable

import pytest

from integrations.wecom import client, errors
from tests.integrations.wecom.api import TOKEN, Answer, Api, says
from tests.integrations.wecom.conftest import AGENT

Connect = Callable[..., client.WeCom]


def test_a_text_goes_out_as_raw_utf8_json_with_the_duplicate_check(wecom: client.WeCom, api: Api) -> None:
    api.answers["message/send"] = [says(errcode=0, errmsg="ok", msgid="m-1", invaliduser="")]

    sent = wecom.send_text("li.lei", "待办 3 条")

    asked = api.calls("message/send")[0]
    assert sent == client.Sent("m-1")
    assert asked.query == {"access_token": TOKEN}
    assert asked.headers["Content-Type"].startswith("application/json")
    assert "待办 3 条".encode() in asked.body
    assert asked.json == {
        "touser": "li.lei",
        "toparty": "",
        "totag": "",
        "agentid": AGENT,
        "msgtype": "text",
        "text": {"content": "待办 3 条"},
        "enable_duplicate_check": 1,
        "enable_id_trans": 0,
    }


def test_words_that_may_be_meant_twice_go_out_without_the_duplicate_check(wecom: client.WeCom, api: Api) -> None:
    wecom.send_text("li.lei", "好", dedupe=False)

    assert api.calls("message/send")[0].json["enable_duplicate_check"] == 0


def test_a_text_too_long_or_not_encodable_is_mended_not_lost(wecom: client.WeCom, api: Api) -> None:
    wecom.send_text("li.lei", "长" * 1000 + "\x00\ud800")

    content = api.calls("message/send")[0].json["text"]["content"]
    assert content == "长" * 681 + "…"


def test_a_card_keeps_its_task_id_and_brings_back_a_response_code(wecom: client.WeCom, api: Api) -> None:
    api.answers["message/send"] = [says(errcode=0, msgid="m-2", response_code="rc-2")]
    card = {"card_type": "button_interaction", "task_id": "t-1", "main_title": {"title": "𠮷"}}

    sent = wecom.send_card(["li.lei", "han.meimei"], card)

    assert (sent.msgid, sent.response_code) == ("m-2", "rc-2")
    body = api.calls("message/send")[0].json
    assert (body["touser"], body["template_card"]) == ("li.lei|han.meimei", card)


def test_a_lone_surrogate_in_a_card_does_not_stop_it(wecom: client.WeCom, api: Api) -> None:
    wecom.send_card("li.lei", {"main_title": {"title": "a\ud800b"}})

    assert api.calls("message/send")[0].json["template_card"] == {"main_title": {"title": "a?b"}}


def test_a_missing_errcode_means_that_it_went_well(wecom: client.WeCom, api: Api) -> None:
    api.answers["message/send"] = [says(msgid="m-3")]

    assert wecom.send_text("li.lei", "好").msgid == "m-3"


@pytest.mark.parametrize(
    ("fields", "invalid"),
    [
        ({"invaliduser": "li.lei|Han.Meimei"}, ("li.lei", "han.meimei")),
        ({"invaliduser": ["li.lei"]}, ("li.lei",)),
        ({"invaliduser": "", "unlicenseduser": "li.lei"}, ("li.lei",)),
        ({"invaliduser": None}, ()),
        ({}, ()),
    ],
)
def test_members_who_were_not_reached_are_named(
    wecom: client.WeCom, api: Api, fields: dict[str, object], invalid: tuple[str, ...]
) -> None:
    api.answers["message/send"] = [says(errcode=0, msgid="m", **fields)]

    assert wecom.send_text(["li.lei", "Han.Meimei"], "好").invalid == invalid


@pytest.mark.parametrize("users", ["@all", "", "a|b", [], ["li.lei", "@all"], ["u"] * 1001])
def test_nobody_but_the_members_named_can_be_reached(wecom: client.WeCom, api: Api, users: str | list[str]) -> None:
    with pytest.raises(ValueError, match="users"):
        wecom.send_text(users, "好")
    assert api.asked == []


def test_a_card_is_replaced_for_the_members_named(wecom: client.WeCom, api: Api) -> None:
    api.answers["message/update_template_card"] = [says(errcode=0, invaliduser=["han.meimei"])]

    missed = wecom.update_card(["li.lei", "han.meimei"], "rc-1", {"card_type": "text_notice"})

    assert missed == ("han.meimei",)
    assert api.calls("message/update_template_card")[0].json == {
        "userids": ["li.lei", "han.meimei"],
        "agentid": AGENT,
        "response_code": "rc-1",
        "template_card": {"card_type": "text_notice"},
    }


def test_buttons_are_greyed_with_words(wecom: client.WeCom, api: Api) -> None:
    assert wecom.grey_card("li.lei", "rc-1", "已提交") == ()

    body = api.calls("message/update_template_card")[0].json
    assert (body["userids"], body["button"]) == (["li.lei"], {"replace_name": "已提交"})


def test_a_message_is_recalled_by_its_id(wecom: client.WeCom, api: Api) -> None:
    wecom.recall("m-1")

    assert api.calls("message/recall")[0].json == {"msgid": "m-1"}


def test_the_menu_is_checked_here_and_then_made_for_our_app(wecom: client.WeCom, api: Api) -> None:
    menu = {"button": [{"type": "click", "name": "待办", "key": "TODO"}]}

    wecom.create_menu(menu)
    with pytest.raises(ValueError, match="menu"):
        wecom.create_menu({"button": []})

    (asked,) = api.calls("menu/create")
    assert (asked.query["agentid"], asked.json) == (str(AGENT), menu)


def test_menu_member_and_addresses_can_be_read(wecom: client.WeCom, api: Api) -> None:
    api.answers["menu/get"] = [says(errcode=0, button=[])]
    api.answers["user/get"] = [says(errcode=0, userid="li.lei", name="李雷")]
    api.answers["getcallbackip"] = [says(ip_list=["1.2.3.4", "5.6.7.8"])]

    assert wecom.get_menu()["button"] == []
    assert wecom.user("li.lei")["name"] == "李雷"
    assert wecom.callback_ips() == ("1.2.3.4", "5.6.7.8")
    assert api.calls("menu/get")[0].query["agentid"] == str(AGENT)
    assert api.calls("user/get")[0].query["userid"] == "li.lei"


@pytest.mark.parametrize("suffix", ["", "/", "/cgi-bin", "/cgi-bin/"])
def test_every_call_goes_to_the_address_configured(connect: Connect, api: Api, suffix: str) -> None:
    api.answers["media/get"] = [Answer(b"JPEG", headers={"Content-Type": "image/jpeg"})]
    wecom = connect(base_url=api.url + suffix)

    wecom.send_text("li.lei", "好")
    wecom.download("media-1")

    assert [asked.endpoint for asked in api.asked] == ["gettoken", "message/send", "media/get"]


@pytest.mark.parametrize("address", ["", "qyapi.weixin.qq.com", "ftp://host", "https://", "https://host/?a=b"])
def test_an_address_that_cannot_be_is_refused_at_the_start(connect: Connect, address: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        connect(base_url=address)


@pytest.mark.parametrize("missing", ["corp_id", "secret"])
def test_an_empty_setting_is_refused_at_the_start(connect: Connect, missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        connect(**{missing: ""})


def test_connections_are_kept_open_between_calls(wecom: client.WeCom, api: Api) -> None:
    for number in range(3):
        wecom.send_text("li.lei", str(number))

    assert {asked.headers.get("Connection") for asked in api.asked} == {"keep-alive"}


def test_the_representation_of_what_was_sent_hides_the_response_code() -> None:
    assert "rc-secret" not in repr(client.Sent("m-1", "rc-secret"))


def test_the_permanent_refusal_of_a_reused_task_id_is_told_by_its_code(wecom: client.WeCom, api: Api) -> None:
    api.answers["message/send"] = [says(errcode=42014, errmsg="task id exists")]

    with pytest.raises(errors.Refused) as refused:
        wecom.send_card("li.lei", {"task_id": "t-1"})
    assert refused.value.code == 42014
    assert len(api.calls("message/send")) == 1


def test_the_body_of_an_update_is_json_even_for_one_member(wecom: client.WeCom, api: Api) -> None:
    wecom.update_card("Li.Lei", "rc", {"main_title": {"title": "完成"}})

    assert json.loads(api.calls("message/update_template_card")[0].body)["userids"] == ["Li.Lei"]
