"""What a failing call is called, and that it gives nothing away."""

import logging
import socket
import traceback
from collections.abc import Callable

import pytest

from integrations.wecom import client, errors
from tests.integrations.wecom.api import TOKEN, Answer, Api, says
from tests.integrations.wecom.conftest import SECRET

Connect = Callable[..., client.WeCom]
HTML = Answer(b"<html>Bad Gateway</html>", headers={"Content-Type": "text/html"})


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (81013, errors.Refused),
        (60140, errors.Refused),
        (60020, errors.Down),
        (301002, errors.Down),
        (1, errors.Refused),
    ],
)
def test_an_error_code_tells_what_may_be_done(
    wecom: client.WeCom, api: Api, code: int, kind: type[errors.WeComError]
) -> None:
    api.answers["message/send"] = [says(errcode=code, errmsg="words that may change")]

    with pytest.raises(kind) as error:
        wecom.send_text("li.lei", "好")
    assert type(error.value) is kind
    assert error.value.code == code
    assert "words that may change" not in str(error.value)


@pytest.mark.parametrize(
    ("answer", "seconds", "channel"),
    [
        (says(errcode=-1, errmsg="busy"), 2, False),
        (says(errcode=6000, errmsg="conflict"), 1, False),
        (says(errcode=45009, errmsg="limit"), 60, True),
        (says(errcode=45033, errmsg="concurrency"), 60, True),
        (Answer(b"slow down", status=429), 60, True),
    ],
)
def test_a_busy_platform_says_how_long_and_for_whom(
    wecom: client.WeCom, api: Api, answer: Answer, seconds: int, channel: bool
) -> None:
    api.answers["message/send"] = [answer]

    with pytest.raises(errors.Busy) as busy:
        wecom.send_text("li.lei", "好")
    assert (busy.value.retry_after, busy.value.channel) == (seconds, channel)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b'{"errcode":0}', status=502),
        Answer(b"", status=500),
        HTML,
        Answer(b""),
        Answer(b"[]"),
        Answer(b'{"errcode":"many"}'),
        Answer(hang_up=True),
        Answer(b'{"errcode":0}', headers={"Content-Length": "100"}),
        Answer(silent=True),
    ],
    ids=["502", "500", "html", "empty", "list", "odd errcode", "hang up", "cut off", "silent"],
)
def test_a_send_that_may_have_been_taken_is_ambiguous_and_not_repeated(
    connect: Connect, api: Api, answer: Answer
) -> None:
    api.answers["message/send"] = [answer]

    with pytest.raises(errors.Ambiguous):
        connect(timeout=(3, 0.2)).send_text("li.lei", "好")
    assert len(api.calls("message/send")) == 1


@pytest.mark.parametrize(
    "answer",
    [HTML, Answer(b"", status=502), Answer(hang_up=True), Answer(silent=True), Answer(b"[]"), Answer(b"7"), says(a=1)],
)
def test_a_send_for_which_there_was_no_token_was_surely_not_taken(connect: Connect, api: Api, answer: Answer) -> None:
    api.answers["gettoken"] = [answer]

    with pytest.raises(errors.Down):
        connect(timeout=(3, 0.2)).send_text("li.lei", "好")
    assert api.calls("message/send") == []


@pytest.mark.parametrize("answer", [Answer(b"", status=502), HTML, Answer(silent=True)])
def test_a_question_that_changes_nothing_is_never_ambiguous(connect: Connect, api: Api, answer: Answer) -> None:
    api.answers["user/get"] = [answer]

    with pytest.raises(errors.Down):
        connect(timeout=(3, 0.2)).user("li.lei")


def test_a_closed_port_is_down(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]

    with pytest.raises(errors.Down) as down:
        connect(base_url=f"http://127.0.0.1:{port}").send_text("li.lei", "好")
    assert "网络" in down.value.cure


def test_a_port_that_closes_after_the_token_was_fetched_is_down_too(connect: Connect, api: Api) -> None:
    wecom = connect()
    wecom.user("li.lei")
    wecom.close()  # lets go of the kept connection, as a restart of the other side would
    api.stop()

    with pytest.raises(errors.Down):
        wecom.send_text("li.lei", "好")


def test_a_redirect_is_not_followed(wecom: client.WeCom, api: Api) -> None:
    api.answers["message/send"] = [Answer(b"", status=307, headers={"Location": f"{api.url}/cgi-bin/elsewhere"})]

    with pytest.raises(errors.Down):
        wecom.send_text("li.lei", "好")
    assert api.calls("elsewhere") == []


def test_a_wrong_path_is_down_so_that_nothing_queued_is_given_up(wecom: client.WeCom, api: Api) -> None:
    api.answers["message/send"] = [Answer(b"not here", status=404)]

    with pytest.raises(errors.Down) as down:
        wecom.send_text("li.lei", "好")
    assert (down.value.code, "地址" in down.value.cure) == (404, True)


def test_the_trace_for_wecoms_support_survives_and_nothing_else_of_the_words(wecom: client.WeCom, api: Api) -> None:
    api.answers["message/send"] = [
        says(errcode=60020, errmsg="not allow li.lei to access, hint: [1760000000123], from ip: 203.0.113.7, more info")
    ]

    with pytest.raises(errors.Down) as down:
        wecom.send_text("li.lei", "好")
    assert str(down.value) == "60020 caller's IP not trusted (hint 1760000000123, from ip 203.0.113.7)"
    assert down.value.cure == "服务器IP未加入可信IP，请在应用详情页「企业可信IP」中添加"


LEAKY = {
    "gettoken refused": ("gettoken", says(errcode=40013, errmsg=f"bad corpsecret={SECRET}")),
    "gettoken 500": ("gettoken", Answer(b"", status=500)),
    "gettoken hang up": ("gettoken", Answer(hang_up=True)),
    "gettoken html": ("gettoken", HTML),
    "gettoken silent": ("gettoken", Answer(silent=True)),
    "send refused": ("message/send", says(errcode=40058, errmsg=f"?access_token={TOKEN}")),
    "send 500": ("message/send", Answer(b"", status=500)),
    "send hang up": ("message/send", Answer(hang_up=True)),
    "send redirected": ("message/send", Answer(b"", status=302, headers={"Location": "/elsewhere"})),
}


@pytest.mark.parametrize("case", LEAKY)
def test_neither_secret_nor_token_shows_in_any_error_or_log_line(
    connect: Connect, api: Api, caplog: pytest.LogCaptureFixture, case: str
) -> None:
    endpoint, answer = LEAKY[case]
    api.answers[endpoint] = [answer]

    with caplog.at_level(logging.DEBUG), pytest.raises(errors.WeComError) as error:
        connect(timeout=(3, 0.2)).send_text("li.lei", "好")

    shown = [str(error.value), repr(error.value), *caplog.messages, *(r.exc_text or "" for r in caplog.records)]
    shown += traceback.format_exception(error.value)
    assert not [line for line in shown if SECRET in line or TOKEN in line]
    assert error.value.__cause__ is None
    assert error.value.__context__ is None
    if answer.status == 500:
        assert any("=***" in line for line in caplog.messages)  # the line was there, and was cleaned
