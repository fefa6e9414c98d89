"""Every refusal as a table: what is wrong with the request, and the errcode the platform has for it."""

from typing import Any

import pytest
import requests

from integrations.wecom.sandbox import server
from tests.integrations.wecom.sandbox.asking import Api, Json, card

TEXT: Json = {"touser": "li.lei", "agentid": 1000002, "msgtype": "text", "text": {"content": "你好"}}


def ids(table: list[Any]) -> list[str]:
    return [str(row[0]) for row in table]


def many(count: int, **fields: Any) -> list[Json]:
    return [
        {name: value.format(i) if isinstance(value, str) else value for name, value in fields.items()}
        for i in range(count)
    ]


SCHEMELESS = {"title": "a", "description": "b", "url": "x.cn"}
SENDS: list[tuple[str, Json, int]] = [
    ("no agent", {"agentid": None}, 41011),
    ("another agent", {"agentid": 1000003}, 301002),
    ("agent of a wrong type", {"agentid": [1]}, 40056),
    ("nobody named", {"touser": ""}, 82001),
    ("recipients of a wrong type", {"touser": ["li.lei"]}, 40058),
    ("101 parties", {"touser": "", "toparty": "|".join(map(str, range(101)))}, 82002),
    ("101 tags", {"touser": "", "totag": "|".join(map(str, range(101)))}, 82003),
    ("1001 members", {"touser": "|".join(f"u{i}" for i in range(1001))}, 40032),
    ("unknown type", {"msgtype": "telegram"}, 40008),
    ("type and content differ", {"msgtype": "textcard"}, 41016),
    ("no content", {"text": {}}, 44004),
    ("blank content", {"text": {"content": " \n"}}, 44004),
    ("markdown above 2048 bytes", {"msgtype": "markdown", "markdown": {"content": "字" * 683}}, 45002),
    ("unknown media", {"msgtype": "image", "image": {"media_id": "nope"}}, 40007),
    ("no media", {"msgtype": "file", "file": {}}, 41006),
    ("text card without description", {"msgtype": "textcard", "textcard": {"title": "a"}}, 41033),
    ("text card without url", {"msgtype": "textcard", "textcard": {"title": "a", "description": "b"}}, 41010),
    ("text card url without scheme", {"msgtype": "textcard", "textcard": SCHEMELESS}, 45034),
    ("nine articles", {"msgtype": "news", "news": {"articles": many(9, title="t", url="http://x.cn")}}, 45008),
    ("article without url", {"msgtype": "news", "news": {"articles": [{"title": "t"}]}}, 41010),
    ("too long an interval", {"enable_duplicate_check": 1, "duplicate_check_interval": 14401}, 40058),
    ("stranger", {"touser": "nobody"}, 81013),
    ("member outside the visible range", {"touser": "outside"}, 81013),
    ("party of nobody in range", {"touser": "", "toparty": "9"}, 81013),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "code"), SENDS, ids=ids(SENDS))
def test_a_message_is_refused(api: Api, name: str, change: Json, code: int) -> None:
    body = {key: value for key, value in {**TEXT, **change}.items() if value is not None}
    assert api.call("message/send", body)["errcode"] == code


OPTION = {"id": "{}", "text": "选"}


def vote(options: list[Json]) -> Json:
    return {"checkbox": {"question_key": "q", "option_list": options}}


def form(count: int, key: str) -> Json:
    return {"select_list": many(count, question_key=key, option_list=many(1, **OPTION))}


ELEVEN = {"button_selection": {"question_key": "q", "option_list": many(11, **OPTION)}}
CARDS: list[tuple[str, str, Json, int]] = [
    ("unknown card type", "text_notice", {"card_type": "poster"}, 42031),
    ("no task id", "button_interaction", {"task_id": None}, 42014),
    ("no task id though there is a menu", "text_notice", {"task_id": None}, 42014),
    ("task id with a blank", "vote_interaction", {"task_id": "a b"}, 42014),
    ("task id of 129 bytes", "vote_interaction", {"task_id": "x" * 129}, 42014),
    ("task id in Chinese", "vote_interaction", {"task_id": "任务"}, 42014),
    ("notice without title and subtitle", "text_notice", {"main_title": {}, "sub_title_text": ""}, 41016),
    ("no title", "multiple_interaction", {"main_title": None}, 41016),
    ("a part that is no object", "text_notice", {"source": "库房"}, 40058),
    ("a text that is a number", "text_notice", {"emphasis_content": {"title": 12}}, 40058),
    ("quote without url", "text_notice", {"quote_area": {"type": 1}}, 42028),
    ("quote without appid", "text_notice", {"quote_area": {"type": 2}}, 42030),
    ("seven rows", "text_notice", {"horizontal_content_list": many(7, keyname="k")}, 42035),
    ("row without keyname", "text_notice", {"horizontal_content_list": [{"value": "1"}]}, 42027),
    ("row without url", "text_notice", {"horizontal_content_list": [{"keyname": "k", "type": 1}]}, 42028),
    ("row without media", "text_notice", {"horizontal_content_list": [{"keyname": "k", "type": 2}]}, 42029),
    ("row without member", "text_notice", {"horizontal_content_list": [{"keyname": "k", "type": 3}]}, 42050),
    ("four jumps", "text_notice", {"jump_list": many(4, title="t")}, 42042),
    ("jump without title", "text_notice", {"jump_list": [{"type": 0}]}, 42033),
    ("jump without url", "text_notice", {"jump_list": [{"type": 1, "title": "t"}]}, 42028),
    ("jump without appid", "text_notice", {"jump_list": [{"type": 2, "title": "t"}]}, 42030),
    ("notice without card action", "text_notice", {"card_action": None}, 42045),
    ("notice whose card action does nothing", "news_notice", {"card_action": {"type": 0}}, 42045),
    ("card action without url", "news_notice", {"card_action": {"type": 1}}, 42028),
    ("card action without appid", "news_notice", {"card_action": {"type": 2}}, 42030),
    ("card action of type 9", "button_interaction", {"card_action": {"type": 9}}, 42045),
    ("news without a picture", "news_notice", {"card_image": None, "image_text_area": None}, 42044),
    ("picture without url", "news_notice", {"card_image": {"aspect_ratio": 1.5}}, 42044),
    ("picture too wide", "news_notice", {"card_image": {"url": "http://x.cn", "aspect_ratio": 2.3}}, 42044),
    ("five vertical rows", "news_notice", {"vertical_content_list": many(5, title="t")}, 42036),
    ("vertical row without title", "news_notice", {"vertical_content_list": [{"desc": "d"}]}, 42033),
    ("no buttons", "button_interaction", {"button_list": None}, 40016),
    ("seven buttons", "button_interaction", {"button_list": many(7, text="b", key="{}")}, 40016),
    ("button without text", "button_interaction", {"button_list": [{"key": "k"}]}, 42038),
    ("button without key", "button_interaction", {"button_list": [{"text": "b"}]}, 42039),
    ("two buttons of one key", "button_interaction", {"button_list": many(2, text="b", key="k")}, 42039),
    ("button key of 1025 bytes", "button_interaction", {"button_list": [{"text": "b", "key": "k" * 1025}]}, 42039),
    ("link button without url", "button_interaction", {"button_list": [{"text": "b", "type": 1}]}, 42028),
    ("drop-down without question key", "button_interaction", {"button_selection": {"option_list": [OPTION]}}, 42043),
    ("eleven options", "button_interaction", ELEVEN, 42037),
    ("no options", "vote_interaction", vote([]), 42037),
    ("21 boxes", "vote_interaction", vote(many(21, **OPTION)), 42037),
    ("vote without box", "vote_interaction", {"checkbox": None}, 42043),
    ("option without id", "vote_interaction", vote([{"text": "t"}]), 42040),
    ("two options of one id", "vote_interaction", vote(many(2, id="1", text="t")), 42040),
    ("option id of 129 bytes", "vote_interaction", vote([{"id": "i" * 129, "text": "t"}]), 42040),
    ("option without text", "vote_interaction", vote([{"id": "1"}]), 42041),
    ("form without questions", "multiple_interaction", {"select_list": []}, 42047),
    ("four questions", "multiple_interaction", form(4, "{}"), 42047),
    ("two questions of one key", "multiple_interaction", form(2, "q"), 42043),
    ("form without submit", "multiple_interaction", {"submit_button": None}, 42046),
    ("submit without key", "vote_interaction", {"submit_button": {"text": "提交"}}, 42046),
    ("submit without text", "vote_interaction", {"submit_button": {"key": "k"}}, 42049),
    ("two ⋯ entries of one key", "text_notice", {"action_menu": {"action_list": many(2, text="t", key="k")}}, 42051),
    ("four ⋯ entries", "text_notice", {"action_menu": {"action_list": many(4, text="t", key="{}")}}, 40058),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "change", "code"), CARDS, ids=ids(CARDS))
def test_a_card_is_refused_and_its_task_id_is_not_burnt(
    api: Api, name: str, kind: str, change: Json, code: int
) -> None:
    assert api.send("li.lei", "template_card", card(kind, **change))["errcode"] == code
    assert api.send("li.lei", "template_card", card(kind))["errcode"] == 0


def test_a_task_id_is_used_once_for_ever(api: Api) -> None:
    assert api.send_card("li.lei", "vote_interaction", task_id="once")["errcode"] == 0
    api.control("clock", {"advance": 365 * 86_400})
    api.gettoken()
    assert api.send_card("han.mei", "button_interaction", task_id="once")["errcode"] == 42014


def test_cards_that_call_back_need_an_address_to_call(api: Api) -> None:
    api.control("callback", {"url": None})
    assert api.send_card("li.lei", "button_interaction")["errcode"] == 43012
    assert api.send_card("li.lei", "text_notice", action_menu=None)["errcode"] == 0


UPDATES: list[tuple[str, Json, int]] = [
    ("no agent", {"agentid": None}, 41011),
    ("another app", {"agentid": 1000003}, 42015),
    ("no code", {"response_code": None}, 60140),
    ("unknown code", {"response_code": "never-issued"}, 60140),
    ("nobody named", {"userids": []}, 82101),
    ("names in a text", {"userids": "li.lei"}, 40058),
    ("not a recipient", {"userids": ["han.mei"]}, 82102),
    ("nothing new", {"button": None}, 40063),
    ("empty replacement", {"button": {"replace_name": ""}}, 42020),
    ("unknown card type", {"template_card": {"card_type": "poster"}}, 42031),
    ("notice without card action", {"template_card": card("text_notice", card_action=None)}, 42045),
]


@pytest.mark.parametrize(("name", "change", "code"), UPDATES, ids=ids(UPDATES))
def test_an_update_is_refused_and_the_code_is_not_used_up(api: Api, name: str, change: Json, code: int) -> None:
    issued = api.send_card("li.lei", "button_interaction")["response_code"]
    good = {"userids": ["li.lei"], "agentid": 1000002, "response_code": issued, "button": {"replace_name": "好"}}
    body = {key: value for key, value in {**good, **change}.items() if value is not None}
    answer = api.call("message/update_template_card", body)
    assert (answer["errcode"], answer["invaliduser"]) == (code, [])
    assert api.call("message/update_template_card", good)["errcode"] == 0


def test_a_notice_has_no_button_to_grey(api: Api) -> None:
    issued = api.send_card("li.lei", "text_notice")["response_code"]
    assert api.grey(["li.lei"], issued)["errcode"] == 42017


LEAF = {"type": "click", "name": "项", "key": "k"}


def group(*entries: Json) -> list[Json]:
    return [{"name": "组", "sub_button": list(entries)}]


MENUS: list[tuple[str, Any, int]] = [
    ("no groups", [], 40016),
    ("four groups", [LEAF] * 4, 40016),
    ("unknown type", [{**LEAF, "type": "dance"}], 40017),
    ("group name of 18 bytes", [{**LEAF, "name": "六个汉字长了"}], 40018),
    ("no key", [{"type": "click", "name": "项"}], 40019),
    ("view without url", [{"type": "view", "name": "项"}], 40020),
    ("three levels", group({"name": "项", "sub_button": [LEAF]}), 40022),
    ("six entries", group(*[LEAF] * 6), 40023),
    ("entry of unknown type", group({**LEAF, "type": "dance"}), 40024),
    ("entry name of 42 bytes", group({**LEAF, "name": "十四个汉字的名字在这里太长了"}), 40025),
    ("entry key of 129 bytes", group({**LEAF, "key": "k" * 129}), 40026),
    ("entry url without scheme", group({"type": "view", "name": "项", "url": "x.cn"}), 40027),
]  # fmt: skip


@pytest.mark.parametrize(("name", "buttons", "code"), MENUS, ids=ids(MENUS))
def test_a_menu_is_refused(api: Api, name: str, buttons: Any, code: int) -> None:
    assert api.call("menu/create", {"button": buttons}, agentid=1000002)["errcode"] == code


def test_a_menu_that_is_not_there_cannot_be_read_or_deleted(api: Api) -> None:
    assert api.call("menu/get", agentid=1000002)["errcode"] == 46003
    assert api.call("menu/delete", agentid=1000002)["errcode"] == 46003
    assert api.call("menu/get")["errcode"] == 41011
    assert api.call("menu/get", agentid="1000009")["errcode"] == 301002


JPEG = b"\xff\xd8\xff\xe0 a picture"
UPLOADS: list[tuple[str, str, bytes, int]] = [
    ("unknown type", "sticker", JPEG, 40005),
    ("empty", "image", b"", 44001),
    ("five bytes", "file", b"12345", 40006),
    ("no picture", "image", b"GIF89a....", 40004),
    ("image of 10 MB and a byte", "image", JPEG + bytes(10 * 1024 * 1024), 40009),
    ("voice that is not AMR", "voice", b"RIFF....WAVE", 301017),
]


@pytest.mark.parametrize(("name", "kind", "data", "code"), UPLOADS, ids=ids(UPLOADS))
def test_an_upload_is_refused(api: Api, sandbox: server.Sandbox, name: str, kind: str, data: bytes, code: int) -> None:
    api.gettoken()
    query = {"access_token": api.token, "type": kind}
    url = f"{sandbox.url}/cgi-bin/media/upload"
    assert requests.post(url, params=query, files={"media": ("a", data)}, timeout=10).json()["errcode"] == code


def test_a_file_is_there_for_three_days(api: Api, sandbox: server.Sandbox) -> None:
    api.gettoken()
    url = f"{sandbox.url}/cgi-bin/media/upload"
    query = {"access_token": api.token, "type": "image"}
    stored = requests.post(url, params=query, files={"media": ("照片.jpg", JPEG)}, timeout=10).json()
    assert isinstance(stored["created_at"], str)
    got = api.raw("media/get", media_id=stored["media_id"])
    assert (got.content, got.headers["Content-Type"]) == (JPEG, "image/jpeg")
    assert api.call("media/get")["errcode"] == 41006
    api.control("clock", {"advance": 3 * 86_400 + 1})
    api.gettoken()
    assert api.call("media/get", media_id=stored["media_id"])["errcode"] == 40007


def test_members_are_known_by_lower_case_ids_and_only_in_range(api: Api) -> None:
    found = api.call("user/get", userid="CHEN.JING")
    assert (found["userid"], found["name"]) == ("chen.jing", "陈静")
    assert not {"mobile", "avatar", "email"} & set(found)
    assert api.call("user/get")["errcode"] == 41009
    assert api.call("user/get", userid="nobody")["errcode"] == 60111
    assert api.call("user/get", userid="outside")["errcode"] == 60011


def test_tokens_are_refused_in_their_several_ways(api: Api) -> None:
    assert api.gettoken(corpid="")["errcode"] == 41002
    assert api.gettoken(corpsecret="")["errcode"] == 41004
    assert api.gettoken(corpid="ww0")["errcode"] == 40013
    assert api.gettoken(corpsecret="wrong")["errcode"] == 40001
    first = api.gettoken()
    assert api.gettoken()["access_token"] == first["access_token"], "asked again it is the same token"
    assert api.call("getcallbackip", access_token="")["errcode"] == 41001
    assert api.call("getcallbackip", access_token="made-up")["errcode"] == 40014
    assert api.call("getcallbackip")["ip_list"] == ["127.0.0.1"]
    api.control("clock", {"advance": 7200})
    assert api.call("getcallbackip")["errcode"] == 42001
    assert api.gettoken()["access_token"] != first["access_token"]
    api.control("tokens/revoke", {})
    assert api.call("getcallbackip")["errcode"] == 40014


def test_a_machine_off_the_trusted_list_gets_a_token_and_nothing_else(api: Api) -> None:
    api.control("switches", {"trusted_ip": False})
    assert api.gettoken()["errcode"] == 0
    assert api.send_text("li.lei", "你好")["errcode"] == 60020


def test_a_refusal_has_the_shape_of_the_real_one_and_is_never_the_same_twice(api: Api) -> None:
    texts = {api.send_text("nobody", "你好")["errmsg"] for _ in range(2)}
    assert len(texts) == 2
    for text in texts:
        assert ", hint: [" in text
        assert ", from ip: 127.0.0.1, more info at " in text
        assert text.endswith("/devtool/query?e=81013")


@pytest.mark.parametrize("body", ['{"touser": "li.lei"', "[1, 2]", "null", "[" * 100_000])
def test_broken_json_is_a_missing_parameter_with_a_warning(api: Api, sandbox: server.Sandbox, body: str) -> None:
    api.gettoken()
    url = f"{sandbox.url}/cgi-bin/message/send"
    answer = requests.post(url, params={"access_token": api.token}, data=body, timeout=10).json()
    assert answer["errcode"] == 41011
    assert answer["errmsg"].startswith("Warning: wrong json format. ")


def test_get_where_post_is_needed_is_a_missing_parameter(api: Api) -> None:
    assert api.call("message/send")["errcode"] == 41011
