"""The life of an access token: fetched once, renewed once, left alone when it is refused."""

import threading
from collections.abc import Callable

import pytest

from integrations.wecom import client, errors, tokens
from tests.integrations.wecom.api import Answer, Api, says, token
from tests.integrations.wecom.conftest import AGENT, CORP, SECRET, Clock

Connect = Callable[..., client.WeCom]
TAKEN = says(errcode=0, errmsg="ok", msgid="m-1")


def test_many_calls_share_one_token(wecom: client.WeCom, api: Api) -> None:
    for number in range(3):
        wecom.send_text("li.lei", str(number))

    (asked,) = api.calls("gettoken")
    assert asked.query == {"corpid": CORP, "corpsecret": SECRET}


def test_twenty_threads_on_a_cold_cache_fetch_one_token(wecom: client.WeCom, api: Api) -> None:
    start = threading.Barrier(20)
    sent: list[client.Sent] = []

    def send(number: int) -> None:
        start.wait()
        sent.append(wecom.send_text("li.lei", str(number)))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(sent) == 20
    assert len(api.calls("gettoken")) == 1


def test_two_processes_share_the_token_through_the_store(connect: Connect, api: Api) -> None:
    store = tokens.MemoryTokens()

    connect(tokens=store).send_text("li.lei", "一")
    connect(tokens=store).send_text("li.lei", "二")

    assert len(api.calls("gettoken")) == 1


@pytest.mark.parametrize(("elapsed", "fetched"), [(6899, 1), (6901, 2)])
def test_a_token_is_renewed_five_minutes_before_its_end(
    wecom: client.WeCom, api: Api, clock: Clock, elapsed: int, fetched: int
) -> None:
    wecom.send_text("li.lei", "一")
    clock.now += elapsed
    wecom.send_text("li.lei", "二")

    assert len(api.calls("gettoken")) == fetched


@pytest.mark.parametrize("code", [40014, 42001, 40001])
def test_a_refused_token_is_renewed_and_the_call_made_once_more(wecom: client.WeCom, api: Api, code: int) -> None:
    api.answers["gettoken"] = [token("old"), token("new")]
    api.answers["message/send"] = [says(errcode=code, errmsg="token"), TAKEN]

    assert wecom.send_text("li.lei", "好").msgid == "m-1"
    assert [asked.query["access_token"] for asked in api.calls("message/send")] == ["old", "new"]
    assert len(api.calls("gettoken")) == 2


def test_a_token_somebody_else_renewed_is_taken_over_instead_of_fetched(connect: Connect, api: Api) -> None:
    store = tokens.MemoryTokens()
    api.answers["gettoken"] = [token("old")]
    api.answers["message/send"] = [TAKEN, says(errcode=40014, errmsg="token"), TAKEN]
    wecom = connect(tokens=store)
    wecom.send_text("li.lei", "一")
    store.save(tokens.key(CORP, AGENT, SECRET), tokens.Token("theirs", expires_at=2e9))

    wecom.send_text("li.lei", "二")

    assert api.calls("message/send")[-1].query["access_token"] == "theirs"
    assert len(api.calls("gettoken")) == 1


def test_a_token_refused_for_good_costs_two_calls_and_then_none(wecom: client.WeCom, api: Api, clock: Clock) -> None:
    api.answers["message/send"] = [says(errcode=40014, errmsg="token")]

    for _ in range(5):
        with pytest.raises(errors.Down) as down:
            wecom.send_text("li.lei", "好")
        assert down.value.code == 40014
    assert len(api.calls("message/send")) == 2
    assert len(api.calls("gettoken")) == 2

    clock.now += 61
    api.answers["message/send"] = [TAKEN]
    assert wecom.send_text("li.lei", "好").msgid == "m-1"


def test_a_refused_token_is_renewed_for_a_download_too(wecom: client.WeCom, api: Api) -> None:
    api.answers["gettoken"] = [token("old"), token("new")]
    picture = Answer(b"JPEG", headers={"Content-Type": "image/jpeg"})
    api.answers["media/get"] = [says(errcode=42001, errmsg="expired"), picture]

    assert wecom.download("media-1").data == b"JPEG"
    assert [asked.query["access_token"] for asked in api.calls("media/get")] == ["old", "new"]


def test_a_wrong_secret_is_tried_once_a_minute_so_that_the_ip_is_not_blocked(
    wecom: client.WeCom, api: Api, clock: Clock
) -> None:
    api.answers["gettoken"] = [says(errcode=40001, errmsg="invalid credential"), token()]
    for _ in range(5):
        with pytest.raises(errors.Down) as down:
            wecom.send_text("li.lei", "好")
        assert "Secret" in down.value.cure
    assert len(api.asked) == 1

    clock.now += 59
    with pytest.raises(errors.Down):
        wecom.send_text("li.lei", "好")
    assert len(api.asked) == 1

    clock.now += 2
    wecom.send_text("li.lei", "好")
    assert len(api.calls("message/send")) == 1


def test_threads_that_waited_for_a_wrong_secret_do_not_try_it_again(wecom: client.WeCom, api: Api) -> None:
    api.answers["gettoken"] = [says(errcode=40001, errmsg="invalid credential")]
    refused: list[errors.WeComError] = []

    def send() -> None:
        try:
            wecom.send_text("li.lei", "好")
        except errors.WeComError as error:
            refused.append(error)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [error.code for error in refused] == [40001] * 8
    assert len(set(map(id, refused))) == 8  # each its own, or tracebacks of strangers would pile up on it
    assert len(api.asked) == 1


def test_an_untrusted_ip_pauses_all_calls_for_a_minute(wecom: client.WeCom, api: Api, clock: Clock) -> None:
    api.answers["message/send"] = [says(errcode=60020, errmsg="not allow to access"), TAKEN]
    for _ in range(3):
        with pytest.raises(errors.Down):
            wecom.send_text("li.lei", "好")
    assert len(api.calls("message/send")) == 1

    clock.now += 61
    assert wecom.send_text("li.lei", "好").msgid == "m-1"


def test_a_refused_message_pauses_nothing(wecom: client.WeCom, api: Api) -> None:
    api.answers["message/send"] = [says(errcode=81013, errmsg="all invalid"), TAKEN]
    with pytest.raises(errors.Refused):
        wecom.send_text("stranger", "好")

    assert wecom.send_text("li.lei", "好").msgid == "m-1"


def test_a_blocked_gettoken_says_how_long_is_left(wecom: client.WeCom, api: Api, clock: Clock) -> None:
    api.answers["gettoken"] = [says(errcode=45009, errmsg="limit")]
    with pytest.raises(errors.Busy):
        wecom.send_text("li.lei", "好")
    clock.now += 20

    with pytest.raises(errors.Busy) as busy:
        wecom.send_text("li.lei", "好")
    assert (busy.value.retry_after, busy.value.channel) == (40, True)
    assert len(api.asked) == 1


def test_an_unknown_code_from_gettoken_does_not_give_the_message_up(wecom: client.WeCom, api: Api) -> None:
    api.answers["gettoken"] = [says(errcode=99999, errmsg="news")]

    with pytest.raises(errors.Down):
        wecom.send_text("li.lei", "好")


def test_an_absurd_lifetime_does_not_make_every_call_fetch_a_token(wecom: client.WeCom, api: Api) -> None:
    api.answers["gettoken"] = [token(expires_in=-5)]

    wecom.send_text("li.lei", "一")
    wecom.send_text("li.lei", "二")

    assert len(api.calls("gettoken")) == 1


def test_the_key_of_a_token_changes_with_the_secret_and_does_not_show_it() -> None:
    key = tokens.key(CORP, AGENT, SECRET)

    assert key != tokens.key(CORP, AGENT, SECRET[:-1] + "E")
    assert key != tokens.key(CORP, AGENT + 1, SECRET)
    assert SECRET[:6] not in key


def test_a_token_does_not_show_in_its_representation() -> None:
    assert "hush" not in repr(tokens.Token("hush", 1.0))
