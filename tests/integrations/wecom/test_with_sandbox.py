"""The adapter and the sandbox, which share no code, understand each other: one small bot, one phone."""

import http.server
import threading
import time
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from integrations.wecom import callback, client, crypto, errors, tokens
from integrations.wecom.callback import Kind
from integrations.wecom.sandbox import phone as sandbox_phone
from integrations.wecom.sandbox import server, settings

MEMBERS = (settings.Member("li.lei", "李雷"), settings.Member("han.meimei", "韩梅梅"))
CARD = {
    "card_type": "multiple_interaction",
    "task_id": "job-42",
    "main_title": {"title": "核实反馈"},
    "select_list": [
        {
            "question_key": "result",
            "title": "核实结果",
            "option_list": [{"id": "o1", "text": "已联系"}, {"id": "o2", "text": "联系不上"}],
        }
    ],
    "submit_button": {"text": "提交", "key": "submit"},
}


class Bot(http.server.BaseHTTPRequestHandler):
    """Opens what comes, keeps it, and answers whatever may be answered with the words it heard."""

    envelope: crypto.Envelope
    heard: list[callback.Callback]

    def do_GET(self) -> None:
        self._say(self.envelope.echo(self._query(), time.time()).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        arrived = callback.parse(self.envelope.open(self._query(), body, time.time()))
        self.heard.append(arrived)
        reply = callback.text_reply(arrived, f"收到：{arrived.text}{arrived.scan}", time.time())
        now = int(time.time())
        self._say(self.envelope.seal(reply, now, crypto.nonce()) if arrived.replyable else b"")

    def _query(self) -> MultiDict[str, str]:
        return MultiDict(parse_qsl(urlsplit(self.path).query))

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test output quiet."""


@pytest.fixture(scope="module")
def running() -> Iterator[server.Sandbox]:
    with server.Sandbox(settings.Settings(members=MEMBERS)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: server.Sandbox) -> server.Sandbox:
    """Give a sandbox in which nothing has happened yet."""
    running.world.reset()
    return running


@pytest.fixture
def heard(sandbox: server.Sandbox) -> Iterator[list[callback.Callback]]:
    """Start the small bot, make it known to the sandbox, and give what it hears."""
    conf = sandbox.settings
    envelope = crypto.Envelope(conf.token, conf.encoding_aes_key, conf.corp_id, conf.agent_id)
    handler = type("Handler", (Bot,), {"envelope": envelope, "heard": []})
    bot = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=bot.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    sandbox.configure(f"http://127.0.0.1:{bot.server_port}/wecom/callback")
    yield handler.heard  # type: ignore[attr-defined]
    bot.shutdown()
    bot.server_close()
    thread.join()


@pytest.fixture
def wecom(sandbox: server.Sandbox) -> Iterator[client.WeCom]:
    conf = sandbox.settings
    made = client.WeCom(sandbox.url, conf.corp_id, conf.secret, conf.agent_id, tokens.MemoryTokens())
    yield made
    made.close()


@pytest.fixture
def li_lei(sandbox: server.Sandbox) -> sandbox_phone.Phone:
    return sandbox_phone.Phone(sandbox.url, "li.lei")


def test_the_address_is_proved_by_the_echo(sandbox: server.Sandbox, heard: list[callback.Callback]) -> None:
    url = sandbox.world.callback_url
    assert url
    assert sandbox.courier.verify(url) == ""


def test_words_are_heard_once_and_answered_in_the_response(
    heard: list[callback.Callback], li_lei: sandbox_phone.Phone
) -> None:
    li_lei.says("库存 ]]> <A-102>")

    (said,) = heard
    assert (said.kind, said.user, said.text) == (Kind.TEXT, "li.lei", "库存 ]]> <A-102>")
    assert li_lei.last()["text"] == "收到：库存 ]]> <A-102>"


def test_a_card_is_filled_in_and_then_replaced_through_the_code_of_the_tap(
    heard: list[callback.Callback], li_lei: sandbox_phone.Phone, wecom: client.WeCom
) -> None:
    assert wecom.send_card("li.lei", CARD).response_code
    li_lei.picks("核实结果", "联系不上")
    li_lei.submits()

    (tapped,) = heard
    assert (tapped.kind, tapped.key, tapped.task_id) == (Kind.TAP, "submit", "job-42")
    assert dict(tapped.answers) == {"result": ("o2",)}
    done = {
        "card_type": "text_notice",
        "main_title": {"title": "已反馈"},
        "card_action": {"type": 1, "url": "https://example.invalid"},
    }
    assert wecom.update_card("li.lei", tapped.response_code, done) == ()
    assert li_lei.sees("已反馈")
    with pytest.raises(errors.Refused) as used:
        wecom.update_card("li.lei", tapped.response_code, done)
    assert used.value.code == 60140


def test_buttons_are_greyed_for_the_members_named_only(
    heard: list[callback.Callback], wecom: client.WeCom, sandbox: server.Sandbox, li_lei: sandbox_phone.Phone
) -> None:
    sent = wecom.send_card(["li.lei", "han.meimei", "stranger"], CARD)
    assert sent.invalid == ("stranger",)

    wecom.grey_card("li.lei", sent.response_code, "已由他人处理")

    assert li_lei.last()["replaced"] == "已由他人处理"
    assert sandbox_phone.Phone(sandbox.url, "han.meimei").last()["replaced"] == ""


def test_a_task_id_used_twice_means_that_the_first_one_arrived(
    heard: list[callback.Callback], wecom: client.WeCom
) -> None:
    wecom.send_card("li.lei", CARD)

    with pytest.raises(errors.Refused) as again:
        wecom.send_card("li.lei", CARD)
    assert again.value.code == 42014


def test_a_photo_travels_there_and_back(
    heard: list[callback.Callback], li_lei: sandbox_phone.Phone, wecom: client.WeCom
) -> None:
    picture = b"\xff\xd8\xff\xe0" + b"picture" * 100
    li_lei.sends_photo(picture)

    media = wecom.download(heard[0].media_id)

    assert (heard[0].kind, media.data) == (Kind.IMAGE, picture)
    with pytest.raises(errors.Refused) as lost:
        wecom.download("no-such-media")
    assert lost.value.code == 40007


def test_the_menu_is_made_and_its_scan_entry_brings_the_code_without_its_symbology(
    heard: list[callback.Callback], li_lei: sandbox_phone.Phone, wecom: client.WeCom
) -> None:
    entry = {"type": "scancode_waitmsg", "name": "扫码", "key": "SCAN", "sub_button": []}
    wecom.create_menu({"button": [entry]})
    assert [button["name"] for button in wecom.get_menu()["button"]] == ["扫码"]

    li_lei.scans("SN-0001", symbology="CODE_128")

    assert (heard[0].kind, heard[0].scan, heard[0].raw_scan) == (Kind.SCAN, "SN-0001", "CODE_128,SN-0001")
    assert li_lei.last()["text"] == "收到：SN-0001"


def test_a_message_can_be_recalled(wecom: client.WeCom, li_lei: sandbox_phone.Phone) -> None:
    wecom.recall(wecom.send_text("li.lei", "发错了").msgid)

    assert li_lei.last()["recalled"]


def test_a_wrong_secret_is_told_from_a_stranger(sandbox: server.Sandbox, wecom: client.WeCom) -> None:
    conf = sandbox.settings
    wrong = client.WeCom(sandbox.url, conf.corp_id, "wrong", conf.agent_id, tokens.MemoryTokens())
    with pytest.raises(errors.Down) as down:
        wrong.send_text("li.lei", "好")
    wrong.close()
    with pytest.raises(errors.Refused) as refused:
        wecom.send_text("stranger", "好")

    assert (down.value.code, refused.value.code) == (40001, 81013)
    assert wecom.user("li.lei")["name"] == "李雷"
