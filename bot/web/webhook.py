"""WeCom's door: GET proves the address, POST brings what members did. Everything becomes an Event; nothing is decided.

Refused before reading: chunked bodies (Werkzeug would cut them silently), no length, more than 64 KB. Whatever does
not open is answered with one bare 403 and counted by reason. A 200 means: committed, or safely in the spool.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, request
from prometheus_client import Counter, Histogram

from bot.state.store import Unavailable
from bot.turn import Answer, Event, Kind
from bot.web.spool import Spool
from integrations.wecom import callback, crypto

log = logging.getLogger(__name__)
MOST_BYTES = 64 * 1024
REFUSED = Counter("cb_refused_total", "Callbacks refused at the door, by reason", ["reason"])
ACK = Histogram("cb_ack_seconds", "From the first byte to the answer", buckets=(0.005, 0.02, 0.05, 0.1, 0.5, 1, 3, 5))
TAKEN = Counter("cb_requests_total", "Callbacks taken, by how they ended", ["result"])

_KINDS = {
    callback.Kind.TEXT: Kind.TEXT,
    callback.Kind.TAP: Kind.TAP,
    callback.Kind.MENU_TAP: Kind.TAP,
    callback.Kind.CLICK: Kind.WORD,
    callback.Kind.SCAN: Kind.SCAN,
    callback.Kind.IMAGE: Kind.PHOTO,
    callback.Kind.ENTER: Kind.ENTER,
}
_SILENT = {callback.Kind.SUBSCRIBE, callback.Kind.UNSUBSCRIBE}
_BUSY = "系统繁忙，您的操作已收下，尚未处理。\n恢复后会自动办理并通知您，请不要重复操作。"


class Door:
    """The callback address: an envelope to open, a runner to hand to, a spool for when the database is away."""

    def __init__(
        self, envelope: crypto.Envelope, handle: Callable[[Event], Answer], spool: Spool, now: Callable[[], datetime]
    ) -> None:
        self.envelope, self.handle, self.spool, self.now = envelope, handle, spool, now

    def verify(self) -> Response:
        """GET: the decrypted echo, bare, within a second (page 90930)."""
        try:
            return _plain(self.envelope.echo(request.args, self.now().timestamp()))
        except crypto.Bad as bad:
            return self._refuse(bad.reason.value)

    @ACK.time()
    def receive(self) -> Response:
        """POST: open, hand over, answer with the text the runner gives, in WeCom's envelope."""
        length = request.content_length
        if request.headers.get("Transfer-Encoding") or length is None:
            return self._refuse("no_length", 411)
        if length > MOST_BYTES:
            return self._refuse("too_large", 413)
        body = request.get_data(cache=False)
        try:
            xml = self.envelope.open(request.args, body, self.now().timestamp())
            arrived = callback.parse(xml)
        except crypto.Bad as bad:
            return self._refuse(bad.reason.value)
        if arrived.kind in _SILENT:
            return _plain("")
        return self._answer(arrived, request.query_string, body)

    def _answer(self, arrived: callback.Callback, query: bytes, body: bytes) -> Response:
        try:
            answer = self.handle(replace(as_event(arrived), hasty=True))
        except Unavailable:
            if not self.spool.put(self.now(), query, body):
                TAKEN.labels("lost").inc()
                return Response(status=503)
            TAKEN.labels("spooled").inc()
            return self._passive(arrived, _BUSY)
        TAKEN.labels("duplicate" if answer.duplicate else answer.outcome).inc()
        return self._passive(arrived, answer.text)

    def _passive(self, arrived: callback.Callback, text: str) -> Response:
        if not text or not arrived.replyable:
            return _plain("")
        now = int(self.now().timestamp())
        sealed = self.envelope.seal(callback.text_reply(arrived, text, now), now, crypto.nonce())
        return Response(sealed, mimetype="application/xml")

    def replay(self, at: datetime, query: dict[str, str], body: bytes) -> None:
        """A spooled callback, opened as of the time it came; `Unavailable` when the database is still away."""
        try:
            self.handle(as_event(callback.parse(self.envelope.open(query, body, at.timestamp())), replyable=False))
        except crypto.Bad as bad:
            REFUSED.labels(bad.reason.value).inc()

    def _refuse(self, reason: str, status: int = 403) -> Response:
        REFUSED.labels(reason).inc()
        log.warning("callback refused", extra={"reason": reason})
        return Response("refused", status=status, mimetype="text/plain")


def as_event(arrived: callback.Callback, *, replyable: bool | None = None) -> Event:
    """The one form in which everything goes through the runner."""
    kind = _KINDS.get(arrived.kind, Kind.OTHER)
    text = {Kind.WORD: arrived.key, Kind.SCAN: arrived.scan}.get(kind, arrived.text)
    return Event(
        id=arrived.id,
        kind=kind,
        at=arrived.at if arrived.at.timestamp() > 0 else datetime.now(UTC),
        actor=arrived.user,
        text=text,
        key=arrived.key,
        answers=dict(arrived.answers),
        task_id=arrived.task_id,
        response_code=arrived.response_code,
        data={"media_id": arrived.media_id} if arrived.media_id else {},
        replyable=arrived.replyable if replyable is None else replyable,
    )


def _plain(text: str) -> Response:
    return Response(text, mimetype="text/plain")


def blueprint(door: Door) -> Blueprint:
    """The two methods of `/wecom/callback`."""
    routes = Blueprint("wecom", __name__)
    routes.add_url_rule("/wecom/callback", "verify", door.verify, methods=["GET"], provide_automatic_options=False)
    routes.add_url_rule("/wecom/callback", "receive", door.receive, methods=["POST"], provide_automatic_options=False)
    return routes
