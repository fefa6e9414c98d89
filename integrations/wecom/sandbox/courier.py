"""Carries callbacks to the bot: signed, encrypted, one after another for each phone, again when nobody answers."""

import logging
import threading
import time
from collections import deque
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests
import xmltodict

from integrations.wecom.sandbox import envelope, faults, rules, wire
from integrations.wecom.sandbox.entries import Entry
from integrations.wecom.sandbox.events import Callback
from integrations.wecom.sandbox.faults import Trouble
from integrations.wecom.sandbox.world import World

LOG = logging.getLogger(__name__)
AT_ONCE = 16
VERIFY_LIMIT = 1.0


@dataclass(slots=True)
class Delivery:
    """What became of one callback. `statuses` holds an HTTP status or a word for each attempt."""

    callback: Callback
    statuses: list[int | str] = field(default_factory=list)
    reply: str = ""
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def answered(self) -> bool:
        return bool(self.statuses) and self.statuses[-1] == 200


@dataclass(frozen=True, slots=True)
class Response:
    """The bot's HTTP answer, or the word for what came instead of one."""

    status: int | str
    body: bytes = b""


class Courier:
    """A queue for each member, worked off by a few threads."""

    def __init__(self, world: World, log: wire.Log, plan: faults.Plan) -> None:
        self._world, self._log, self._plan = world, log, plan
        self._lock = threading.Lock()
        self._queues: dict[str, deque[Delivery]] = {}
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sandbox-courier")

    def post(self, callback: Callback) -> Delivery:
        """Queue a callback behind the member's earlier ones; returns at once."""
        delivery = Delivery(callback)
        with self._lock:
            idle = callback.user not in self._queues
            self._queues.setdefault(callback.user, deque()).append(delivery)
            if idle:
                self._pool.submit(self._drain, callback.user)
        return delivery

    def settle(self, timeout: float) -> bool:
        """Wait until no callback is under way; False when time ran out first."""
        return bool(self._world.wait(lambda: not self._queues, timeout))

    def close(self) -> None:
        """Stop after the attempts now on the line; whoever waits for the rest is let go."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for delivery in [one for queue in self._queues.values() for one in queue]:
            delivery.done.set()

    def _drain(self, user: str) -> None:
        while True:
            with self._lock:
                queue = self._queues[user]
                if not queue:
                    del self._queues[user]
                    break
                delivery = queue[0]
            try:
                self._deliver(delivery)
            except Exception:
                LOG.exception("a callback could not be delivered")
                delivery.statuses.append("sandbox failed")
            with self._lock:
                queue.popleft()
            delivery.done.set()
        with self._world.changed:
            self._world.changed.notify_all()

    def _deliver(self, delivery: Delivery) -> None:
        fault = self._plan.draw("callback")
        trouble = fault.trouble if fault else None
        if trouble is Trouble.DROP or not self._world.has_callback():
            status = "dropped" if trouble else "no callback URL"
            delivery.statuses.append(status)
            self._log.add(self._record(delivery.callback, Response(status), 1, None))
            return
        if fault and trouble is Trouble.SLOW:
            self._world.wait(lambda: False, fault.value)
        self._try_hard(delivery)
        if trouble is Trouble.TWICE:
            self.again(delivery.callback)

    def _try_hard(self, delivery: Delivery) -> None:
        """Up to three deliveries (90930, 90238): after no answer always, after a status but 200 by the switch."""
        switches = self._world.book.switches
        for attempt in range(1, switches.deliveries + 1):
            if attempt > 1:
                self._world.wait(lambda: False, self._world.conf.retry_delay)
            if self._world.closing:
                return
            response = self._once(delivery.callback, attempt, delivery=delivery)
            delivery.statuses.append(response.status)
            if response.status == 200 or (isinstance(response.status, int) and not switches.retry_on_status):
                return

    def again(self, callback: Callback, sealed: envelope.Sealed | None = None) -> int | str:
        """Deliver once more, in a fresh envelope or the given one, at once; a passive reply is logged but not shown."""
        return self._once(callback, 1, sealed=sealed).status

    def _once(
        self,
        callback: Callback,
        attempt: int,
        *,
        delivery: Delivery | None = None,
        sealed: envelope.Sealed | None = None,
    ) -> Response:
        conf = self._world.conf
        sealed = sealed or envelope.seal(conf, callback.xml, conf.now() + self._world.book.switches.envelope_skew)
        started = time.perf_counter()
        response = self._http(sealed)
        record = self._record(callback, response, attempt, sealed)
        record.ms = round(1000 * (time.perf_counter() - started), 1)
        if delivery is None:
            record.notes.append("delivered again by hand; a reply is not shown")
        if response.status == 200:
            self._reply(callback, response.body, record, delivery)
        self._log.add(record)
        return response

    def _http(self, sealed: envelope.Sealed) -> Response:
        limit = self._world.conf.answer_limit
        try:
            with requests.Session() as line:
                line.trust_env = False
                answer = line.post(
                    self._world.callback_url or "",
                    params=sealed.query,
                    data=sealed.body.encode(),
                    headers={"Content-Type": "text/xml"},
                    timeout=limit,
                    allow_redirects=False,
                )
                return Response(answer.status_code, answer.content)
        except requests.Timeout:
            return Response("timeout")
        except requests.RequestException:
            return Response("refused")

    def _record(
        self, callback: Callback, response: Response, attempt: int, sealed: envelope.Sealed | None
    ) -> wire.Record:
        return wire.Record(
            direction="callback",
            name=callback.name,
            users=[callback.user],
            plain=callback.xml,
            at=self._world.now(),
            url=self._world.callback_url or "",
            query=sealed.query if sealed else {},
            encrypted=sealed.body if sealed else "",
            status=response.status,
            attempt=attempt,
        )

    # --- passive replies (page 90241) ---

    def _reply(self, callback: Callback, body: bytes, record: wire.Record, delivery: Delivery | None) -> None:
        if not body.strip() or body.strip() == b"success":
            return
        try:
            record.reply = envelope.open_reply(self._world.conf, body)
            inner = xmltodict.parse(record.reply)["xml"]
            kind, receiver = str(inner["MsgType"]), str(inner["ToUserName"])
        except Exception as error:
            record.reply = record.reply or body.decode(errors="replace")
            record.notes.append(f"passive reply not understood: {error}")
            return
        if receiver.lower() != callback.user:
            record.notes.append(f"passive reply ignored: ToUserName is {receiver}")
        elif delivery is not None:
            self._act(callback, kind, inner, record, delivery)

    def _act(
        self, callback: Callback, kind: str, inner: Mapping[str, object], record: wire.Record, delivery: Delivery
    ) -> None:
        """Show a text; grey a button if the switch says so; anything else is ignored aloud in the log."""
        if kind == "update_button" and callback.msgid and self._world.book.switches.passive_card_update:
            button = inner.get("Button")
            self._grey(callback, str(button.get("ReplaceName", "")) if isinstance(button, dict) else "")
        elif kind != "text" or not callback.replyable:
            record.notes.append(f"passive {kind} in answer to {callback.name} is ignored (page 90241)")
        elif words := rules.clip(str(inner.get("Content") or ""), 2048):
            delivery.reply = words
            self._world.show(
                Entry(self._world.token_hex(43), callback.user, "bot", "text", self._world.now(), {"content": words})
            )

    def _grey(self, callback: Callback, words: str) -> None:
        with self._world.lock:
            for entry in self._world.copies(callback.msgid):
                if entry.user == callback.user and words:
                    entry.replaced = words
                    self._world.touch(entry)

    # --- the admin page's check of a new address (page 90930) ---

    def verify(self, url: str) -> str:
        """Ask `url` to decrypt an echo within a second; "" when it did, else what was wrong, in English."""
        conf, echo = self._world.conf, str(self._world.serial())
        encrypted = envelope.encrypt(conf, echo)
        query = envelope.seal(conf, "", conf.now()).query
        query["msg_signature"] = envelope.sign(conf.token, query["timestamp"], query["nonce"], encrypted)
        try:
            with requests.Session() as line:
                line.trust_env = False
                answer = line.get(
                    url, params={**query, "echostr": encrypted}, timeout=VERIFY_LIMIT, allow_redirects=False
                )
        except requests.RequestException as error:
            return f"no answer within a second ({type(error).__name__})"
        if answer.status_code != 200:
            return f"answered {answer.status_code}, 200 needed"
        return "" if answer.content == echo.encode() else "the answer is not exactly the decrypted echostr"
