"""The levers: members, switches, clock, snapshots, and the walls of a server without passwords."""

import json
from collections.abc import Callable, Iterator

import pytest
import requests

from integrations.wecom.sandbox import phone, server, settings
from tests.integrations.wecom.sandbox.asking import Api
from tests.integrations.wecom.sandbox.bot import Bot

Hand = Callable[[str], phone.Phone]


def test_members_come_and_go(api: Api, hand: Hand) -> None:
    assert api.control("members", [{"userid": "New.One", "name": "新人"}, {"userid": "li.lei", "name": "李蕾"}]) == 5
    names = {member["userid"]: member["name"] for member in api.control("members")}
    assert (names["New.One"], names["li.lei"]) == ("新人", "李蕾")
    api.control("members/new.one", method="DELETE")
    assert api.send_text("new.one", "你好")["errcode"] == 81013
    with pytest.raises(requests.HTTPError, match="404"):
        api.control("members/new.one", method="DELETE")


def test_a_change_of_the_visible_range_is_told_when_asked(api: Api, bot: Bot) -> None:
    for in_range in (False, True, True):
        api.control("members", {"userid": "li.lei", "in_range": in_range, "announce": True})
    assert api.control("settle", {})["settled"]
    assert [event["Event"] for event in bot.events] == ["unsubscribe", "subscribe"]


@pytest.mark.parametrize("member", [{"userid": "a b"}, {"userid": ""}, {"userid": "x" * 65}, {"userid": "a", "age": 3}])
def test_a_member_that_cannot_be_is_refused(api: Api, member: dict[str, object]) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        api.control("members", member)


@pytest.mark.parametrize("switches", [{"gravity": True}, {"deliveries": True}, {"trusted_ip": 1}])
def test_a_switch_that_cannot_be_is_refused(api: Api, switches: dict[str, object]) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        api.control("switches", switches)


def test_the_clock_moves_what_the_bot_is_told(api: Api, bot: Bot, hand: Hand) -> None:
    hand("li.lei").says("一")
    api.control("clock", {"advance": 86_400})
    hand("li.lei").says("二")
    first, second = (int(event["CreateTime"]) for event in bot.events)
    assert 86_400 <= second - first <= 86_402


def test_the_envelopes_can_be_stamped_by_a_wrong_clock(api: Api, bot: Bot, hand: Hand) -> None:
    api.control("switches", {"envelope_skew": 880})
    assert hand("li.lei").says("差十五分钟以内")["answered"]
    api.control("switches", {"envelope_skew": 930, "deliveries": 1})
    assert hand("li.lei").says("差得太多")["statuses"] == [500], "the bot's envelope refuses a stamp beyond 900 seconds"


def test_a_snapshot_brings_back_the_chats(api: Api, hand: Hand) -> None:
    code = api.send_card("li.lei", "button_interaction")["response_code"]
    api.control("snapshot", {"name": "before"})
    api.grey(["li.lei"], code)
    api.control("restore", {"name": "before"})
    assert hand("li.lei").last()["replaced"] == ""
    assert api.grey(["li.lei"], code)["errcode"] == 0, "the code is unused again"
    with pytest.raises(requests.HTTPError, match="404"):
        api.control("restore", {"name": "never"})


def test_reset_forgets_everything_but_the_members(api: Api, hand: Hand) -> None:
    api.send_card("li.lei", "vote_interaction", task_id="t")
    api.control("printed", ["BH1-7K2M"])
    api.control("reset", {})
    assert hand("li.lei").messages() == []
    assert api.control("printed") == []
    api.gettoken()
    assert api.send_card("li.lei", "vote_interaction", task_id="t")["errcode"] == 0


def test_the_tray_holds_printed_codes(api: Api) -> None:
    api.control("printed", [{"code": "BH1-7K2M", "label": "防疫卡 01"}, "BH1-9QRT"])
    assert [one["label"] for one in api.control("printed")] == ["防疫卡 01", "BH1-9QRT"]
    with pytest.raises(requests.HTTPError, match="400"):
        api.control("printed", [{"label": "没有码"}])


# --- the feed ---


def frames(answer: requests.Response) -> Iterator[tuple[int, str, str]]:
    """(number, kind, words or user) of each event of the stream."""
    number = 0
    kind = ""
    for line in answer.iter_lines():
        name, _, value = line.decode().partition(": ")
        if name == "id":
            number = int(value)
        elif name == "event":
            kind = value
        elif name == "data":
            found = json.loads(value)
            yield number, kind, (found["data"] or {}).get("text", "") if kind == "entry" else found["user"]


def test_the_feed_goes_on_where_a_broken_line_left_it(api: Api, sandbox: server.Sandbox) -> None:
    start = api.control("phones/li.lei")["seq"]
    for words in ("一", "二", "三"):
        api.send_text("li.lei", words)
    api.send_text("han.mei", "给别人")
    url = f"{sandbox.url}/live?who=li.lei&after={start}"
    with requests.get(url, stream=True, timeout=5) as line:
        stream = frames(line)
        first = next(stream)
        assert first[1:] == ("entry", "一")
    with requests.get(url, stream=True, timeout=5, headers={"Last-Event-ID": str(first[0])}) as line:
        stream = frames(line)
        assert [next(stream)[2] for _ in range(2)] == ["二", "三"]
        api.send_text("li.lei", "四")
        assert next(stream)[2] == "四", "nobody else's phone is on this line"


@pytest.mark.parametrize("after", ["0", "999999999999999999"])
def test_a_page_that_missed_too_much_or_outlived_a_restart_is_told_to_read_anew(
    sandbox: server.Sandbox, after: str
) -> None:
    with requests.get(f"{sandbox.url}/live?who=li.lei&after={after}", stream=True, timeout=5) as line:
        assert next(frames(line))[1] == "reset"


def test_the_feed_refuses_a_number_that_is_none(sandbox: server.Sandbox) -> None:
    assert requests.get(f"{sandbox.url}/live?after=-1", timeout=5).status_code == 400


# --- the walls ---


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_other_names_and_other_pages_are_refused(sandbox: server.Sandbox, headers: dict[str, str]) -> None:
    assert requests.post(f"{sandbox.url}/control/reset", headers=headers, timeout=5).status_code == 403


def test_pages_load_nothing_from_elsewhere(sandbox: server.Sandbox) -> None:
    for path in ("/?who=li.lei", "/phone/li.lei", "/wire"):
        page = requests.get(sandbox.url + path, timeout=5)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert "沙盒" in page.text
        assert "http" not in page.text
    assert requests.get(sandbox.url + "/phone/nobody", timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"host": "0.0.0.0"}, "host"),
        ({"callback_url": "http://192.168.1.5/wecom"}, "callback_url"),
        ({"callback_url": "ftp://127.0.0.1/"}, "callback_url"),
        ({"encoding_aes_key": "short"}, "encoding_aes_key"),
        ({"token": "with blank"}, "token"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(change: dict[str, str], named: str) -> None:
    with pytest.raises(settings.BadSetting, match=named):
        settings.Settings(**change)  # type: ignore[arg-type]


def test_repeated_wrong_secrets_block_for_an_hour() -> None:
    with server.create(settings.Settings(bad_secrets_per_hour=2)) as sandbox:
        api = Api(sandbox)
        assert [api.gettoken(corpsecret="guess")["errcode"] for _ in range(3)] == [40001, 40001, 45009]
        assert api.gettoken()["errcode"] == 45009
        api.control("clock", {"advance": 3600})
        assert api.gettoken()["errcode"] == 0


def test_a_corp_may_call_so_often_a_minute() -> None:
    with server.create(settings.Settings(calls_per_minute=2, now=lambda: 1_760_000_000.0)) as sandbox:
        api = Api(sandbox)
        assert [api.call("getcallbackip")["errcode"] for _ in range(3)] == [0, 0, 45009]
        api.control("clock", {"advance": 60})
        assert api.call("getcallbackip")["errcode"] == 0


def test_a_sheet_of_codes_lies_beside_the_phones_where_there_is_one(sandbox: server.Sandbox) -> None:
    def get(path: str) -> requests.Response:
        return requests.get(f"{sandbox.url}{path}", timeout=10)

    assert get("/sheet").status_code == 404
    assert "/sheet" not in get("/?who=li.lei").text
    sandbox.world.sheet = "<style>p { color: red }</style><p>7K3M-9QXW"
    assert get("/sheet").text == sandbox.world.sheet
    assert get("/sheet").headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "/sheet" in get("/?who=li.lei").text
