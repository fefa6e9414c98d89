"""A bot of a few lines on a real port: opens callbacks with the product's own envelope, answers as told."""

import threading
import time
from collections.abc import Callable
from typing import Any

import xmltodict
from flask import Flask, Response, request
from werkzeug.serving import make_server

from integrations.wecom import crypto
from integrations.wecom.sandbox import settings

Event = dict[str, Any]
Answer = str | int | None


class Bot:
    """Keeps what arrived in `events`. `answers` makes the reply: a text, an HTTP status, or None for an empty 200."""

    def __init__(self, conf: settings.Settings) -> None:
        self.conf = conf
        self.envelope = crypto.Envelope(conf.token, conf.encoding_aes_key, conf.corp_id, conf.agent_id)
        self.forget()
        app = Flask("bot")
        app.add_url_rule("/wecom", view_func=self._receive, methods=["GET", "POST"])
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/wecom"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def forget(self) -> None:
        """As new: nothing has arrived, nothing will be answered."""
        self.events: list[Event] = []
        self.requests: list[dict[str, str]] = []
        self.answers: Callable[[Event], Answer] = lambda _event: None

    def _receive(self) -> Response:
        if request.method == "GET":
            return Response(self.envelope.echo(request.args, time.time()))
        self.requests.append(request.args.to_dict())
        event: Event = xmltodict.parse(self.envelope.open(request.args, request.get_data(), time.time()))["xml"]
        self.events.append(event)
        answer = self.answers(event)
        if answer is None:
            return Response()
        if isinstance(answer, int):
            return Response(status=answer)
        return Response(self.envelope.seal(answer, int(time.time()), "n0nce"), mimetype="text/xml")

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def text(event: Event, words: str) -> str:
    """A passive text reply to an event."""
    return _reply(event, "text", f"<Content><![CDATA[{words}]]></Content>")


def grey(event: Event, words: str) -> str:
    """A passive update_button reply to a card click."""
    return _reply(event, "update_button", f"<Button><ReplaceName><![CDATA[{words}]]></ReplaceName></Button>")


def _reply(event: Event, kind: str, body: str) -> str:
    return (
        f"<xml><ToUserName><![CDATA[{event['FromUserName']}]]></ToUserName>"
        f"<FromUserName><![CDATA[{event['ToUserName']}]]></FromUserName>"
        f"<CreateTime>1760000000</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{body}</xml>"
    )
