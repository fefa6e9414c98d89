"""WeCom's door: what is wrong is refused with 4xx, counted by reason, and leaves no trace; what is right goes in."""

import http.client
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
import requests
import sqlalchemy as sa

from bot.state import queue
from integrations.wecom.sandbox import envelope, events
from integrations.wecom.sandbox.settings import Settings
from tests.world import World

SECRET_WORDS = "身份证350299198805120018"


@dataclass(frozen=True)
class Post:
    """One request on its way to the door."""

    query: dict[str, str]
    body: bytes


def good(world: World, xml: str = "", *, conf: Settings | None = None, skew: float = 0) -> Post:
    """A callback as WeCom makes it, of 李芳 writing something that must not reach a log."""
    xml = xml or events.message(world.sandbox.world, "li.fang", "text", [("Content", SECRET_WORDS)]).xml
    sealed = envelope.seal(conf or world.sandbox.settings, xml, world.now().timestamp() + skew)
    return Post(sealed.query, sealed.body.encode())


def send(world: World, post: Post, method: str = "POST") -> requests.Response:
    return requests.request(method, f"{world.url}/wecom/callback", params=post.query, data=post.body, timeout=10)


def stored(world: World) -> int:
    """How many arrivals have been written down."""
    with world.core.store.read() as conn:
        return int(conn.execute(sa.select(sa.func.count()).select_from(queue.inbox)).scalar_one())


def counted(world: World) -> dict[str, float]:
    """The refusals by reason, as an operator reads them."""
    text = requests.get(f"{world.url}/metrics", timeout=10).text
    return {reason: float(n) for reason, n in re.findall(r'^cb_refused_total\{reason="(\w+)"\} (\S+)', text, re.M)}


def _query(**changes: str) -> Callable[[World], Post]:
    def make(world: World) -> Post:
        post = good(world)
        return replace(post, query={name: value for name, value in (post.query | changes).items() if value != "-"})

    return make


def _body(change: Callable[[bytes], bytes]) -> Callable[[World], Post]:
    def make(world: World) -> Post:
        post = good(world)
        return replace(post, body=change(post.body))

    return make


def _signed(world: World, encrypted: str) -> Post:
    """Anything at all in `Encrypt`, with the right signature."""
    conf, stamp = world.sandbox.settings, str(int(world.now().timestamp()))
    signature = envelope.sign(conf.token, stamp, "abc", encrypted)
    body = f"<xml><ToUserName>{conf.corp_id}</ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
    return Post({"msg_signature": signature, "timestamp": stamp, "nonce": "abc"}, body.encode())


def _resplit(world: World) -> Post:
    """A digit moved from the nonce to the time: the signature, which has no separators, is still right."""
    conf, stamp = world.sandbox.settings, str(int(world.now().timestamp()))
    encrypted = ""
    while not encrypted[:1].isalpha():  # sorted, it must stand behind time and nonce, before the digit moves and after
        encrypted = envelope.encrypt(conf, "<xml/>")
    signature = envelope.sign(conf.token, stamp, "19abc", encrypted)
    assert signature == envelope.sign(conf.token, f"{stamp}1", "9abc", encrypted)
    body = f"<xml><ToUserName>{conf.corp_id}</ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
    return Post({"msg_signature": signature, "timestamp": f"{stamp}1", "nonce": "9abc"}, body.encode())


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY l0 "ha">{LAUGHS}]><xml><Encrypt>&l9;</Encrypt></xml>'
FILE = '<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/hostname">]><xml><Encrypt>&f;</Encrypt></xml>'

BAD: dict[str, tuple[str, Callable[[World], Post]]] = {
    "wrong signature": ("signature", _query(msg_signature="0" * 40)),
    "signature in capitals": ("parameters", _query(msg_signature="A" * 40)),
    "no signature": ("parameters", _query(msg_signature="-")),
    "no nonce": ("parameters", _query(nonce="-")),
    "letters for a time": ("parameters", _query(timestamp="yesterday!")),
    "re-split time": ("parameters", _resplit),
    "stale": ("window", lambda world: good(world, skew=-3600)),
    "from the future": ("window", lambda world: good(world, skew=3600)),
    "another corp's secret text": (
        "receiver",
        lambda world: good(world, conf=replace(world.sandbox.settings, corp_id="wwsomebodyelse0000")),
    ),
    "another corp's message": (
        "wrong_corp",
        lambda world: good(world, "<xml><ToUserName>wwother</ToUserName><FromUserName>li.fang</FromUserName></xml>"),
    ),
    "another app's message": (
        "wrong_agent",
        lambda world: good(
            world,
            f"<xml><ToUserName>{world.sandbox.settings.corp_id}</ToUserName><FromUserName>li.fang</FromUserName>"
            "<MsgType>text</MsgType><AgentID>999</AgentID></xml>",
        ),
    ),
    "garbage for ciphertext": ("base64", lambda world: _signed(world, "not base64 at all!")),
    "half a cipher block": ("cipher", lambda world: _signed(world, "YWJjZGVmZ2hpag==")),
    "random cipher blocks": ("padding", lambda world: _signed(world, "AAAA" * 16)),
    "no XML": ("envelope", _body(lambda _: b"hello")),
    "empty": ("envelope", _body(lambda _: b"")),
    "broken XML": ("envelope", _body(lambda body: body[:-3])),
    "binary": ("envelope", _body(lambda _: bytes(range(256)))),
    "no Encrypt": ("base64", _body(lambda body: body.replace(b"Encrypt>", b"Encrypted>"))),
    "two Encrypts": ("envelope", _body(lambda body: body.replace(b"</xml>", b"<Encrypt>x</Encrypt></xml>"))),
    "entities that laugh": ("envelope", _body(lambda _: BOMB.encode())),
    "an entity that reads files": ("envelope", _body(lambda _: FILE.encode())),
    "nested ten thousand deep": ("envelope", _body(lambda _: b"<xml>" * 9000)),
    "signed nonsense that is no XML": ("content", lambda world: good(world, "just words")),
    "signed XML that says nothing": (
        "wrong_corp",
        lambda world: good(world, "<xml><Content>x</Content></xml>"),
    ),
    "a signed message of nobody": (
        "content",
        lambda world: good(
            world, f"<xml><ToUserName>{world.sandbox.settings.corp_id}</ToUserName><MsgType>text</MsgType></xml>"
        ),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_refused_counted_and_forgotten(
    house: World, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    reason, make = BAD[name]
    before, was = stored(house), counted(house).get(reason, 0)
    with caplog.at_level(logging.DEBUG, "bot"):
        answer = send(house, make(house))
    assert (answer.status_code, answer.text) == (403, "refused")
    assert stored(house) == before
    assert counted(house)[reason] == was + 1
    (line,) = [record for record in caplog.records if record.name == "bot.web.webhook"]
    assert line.__dict__["reason"] == reason
    told = " ".join(str(value) for record in caplog.records for value in record.__dict__.values())
    for secret in (SECRET_WORDS, "li.fang", "350299198805120018", house.sandbox.settings.token):
        assert secret not in told


@pytest.mark.parametrize("size", [64 * 1024 + 1, 5_000_000])
def test_an_oversized_body_is_refused_by_its_length_alone(house: World, size: int) -> None:
    before, was = stored(house), counted(house).get("too_large", 0)
    line = _line(house, {"Content-Length": str(size)})
    line.endheaders()
    assert line.getresponse().status == 413
    line.close()
    assert counted(house)["too_large"] == was + 1
    assert stored(house) == before


def test_a_chunked_body_is_refused(house: World) -> None:
    before, post = stored(house), good(house)
    line = _line(house, {"Transfer-Encoding": "chunked"}, post)
    line.endheaders()
    line.send(f"{len(post.body):x}\r\n".encode() + post.body + b"\r\n0\r\n\r\n")
    assert line.getresponse().status == 411
    line.close()
    assert stored(house) == before


def test_a_body_of_no_said_length_is_refused(house: World) -> None:
    line = _line(house, {})
    line.endheaders()
    assert line.getresponse().status == 411
    line.close()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused(house: World, method: str) -> None:
    before = stored(house)
    assert send(house, good(house), method).status_code == 405
    assert stored(house) == before


@pytest.mark.parametrize("path", ["/", "/wecom", "/wecom/callback/", "/wecom/callback/../x", "/admin", "/%00", "/.env"])
def test_other_addresses_are_unknown(house: World, path: str) -> None:
    assert requests.post(house.url + path, data=b"x", timeout=10).status_code == 404


@pytest.mark.parametrize(
    "inner",
    [
        "<MsgType>text</MsgType>",
        "<MsgType>text</MsgType><Content></Content><MsgId>0</MsgId>",
        "<MsgType>event</MsgType>",
        "<MsgType>event</MsgType><Event>template_card_event</Event>",
        "<MsgType>event</MsgType><Event>template_card_event</Event><EventKey>1/x/y/z/1/</EventKey><TaskId>q</TaskId>",
        "<MsgType>event</MsgType><Event>no_such_event</Event><EventKey>" + "k" * 5000 + "</EventKey>",
        "<MsgType>hologram</MsgType>",
        "<MsgType>image</MsgType><MediaId></MediaId>",
        "<MsgType>event</MsgType><Event>scancode_waitmsg</Event>",
        "<MsgType>event</MsgType><Event>click</Event><EventKey>" + "键" * 2000 + "</EventKey>",
        "<CreateTime>99999999999999</CreateTime><MsgType>text</MsgType><Content>x</Content>",
        "<CreateTime>-1</CreateTime><MsgType>text</MsgType><Content>x</Content><MsgId>" + "9" * 400 + "</MsgId>",
    ],
)
def test_signed_nonsense_is_answered_and_the_next_good_callback_still_works(house: World, inner: str) -> None:
    corp = house.sandbox.settings.corp_id
    xml = f"<xml><ToUserName>{corp}</ToUserName><FromUserName>li.fang</FromUserName>{inner}</xml>"
    assert send(house, good(house, xml)).status_code == 200
    answer = send(house, good(house))
    assert answer.status_code == 200
    assert "没看懂这句话" in envelope.open_reply(house.sandbox.settings, answer.content)


def test_the_very_same_request_twice_is_one_arrival_with_one_answer(house: World) -> None:
    post, before = good(house), stored(house)
    first, second = (envelope.open_reply(house.sandbox.settings, send(house, post).content) for _ in range(2))
    assert first.partition("<Content>")[2] == second.partition("<Content>")[2] != ""
    assert stored(house) == before + 1


def test_get_answers_the_bare_echo(house: World) -> None:
    conf, stamp = house.sandbox.settings, str(int(house.now().timestamp()))
    echo = envelope.encrypt(conf, "7654321")
    query = {"timestamp": stamp, "nonce": "abc", "echostr": echo}
    signed = query | {"msg_signature": envelope.sign(conf.token, stamp, "abc", echo)}
    answer = requests.get(f"{house.url}/wecom/callback", params=signed, timeout=10)
    assert (answer.status_code, answer.content) == (200, b"7654321")
    wrong = requests.get(f"{house.url}/wecom/callback", params=signed | {"nonce": "abd"}, timeout=10)
    assert (wrong.status_code, wrong.text) == (403, "refused")
    assert requests.get(f"{house.url}/wecom/callback", timeout=10).status_code == 403


def test_the_admin_pages_own_check_accepts_the_door(house: World) -> None:
    assert house.sandbox.courier.verify(f"{house.url}/wecom/callback") == ""


def _line(world: World, headers: dict[str, str], post: Post | None = None) -> http.client.HTTPConnection:
    """A request whose headers are written by hand, ready for `endheaders`."""
    host, _, port = world.url.removeprefix("http://").partition(":")
    line = http.client.HTTPConnection(host, int(port), timeout=10)
    query = requests.Request("POST", world.url, params=(post or good(world)).query).prepare().path_url.partition("?")[2]
    line.putrequest("POST", f"/wecom/callback?{query}")
    for name, value in headers.items():
        line.putheader(name, value)
    return line
