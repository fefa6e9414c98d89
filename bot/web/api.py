"""The CDC's HTTP door: a list comes in by POST, results go out by GET, behind one token; openapi.json describes both.

A list is known by its `Idempotency-Key` for ever: sent again, it gets the answer it had and changes nothing. Every
refusal is JSON naming code, field, what is the matter and the cure; a 5xx means "send the same again".
"""

import base64
import binascii
import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request
from prometheus_client import Counter
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from bot import listing
from bot.reading import Torn
from bot.runner import Runner
from bot.state import results
from bot.state.store import Unavailable
from bot.state.unit import Tx
from cards import api as card
from integrations.cdc import lists, objects
from integrations.cdc.lists import ListRefused, RawRow

log = logging.getLogger(__name__)
MOST_BYTES = 10 * 2**20
MOST_ROWS = 10_000
MOST_RESULTS = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TAKEN = Counter("api_requests_total", "Requests at the CDC's door, by how they ended", ["route", "status"])
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_COUNTS = ("taken", "merged", "unchanged", "refused", "unplaced")


class Code(StrEnum):
    """What a refusal is about, for programs."""

    CLOSED = "closed"
    UNAUTHORIZED = "unauthorized"
    BAD_KEY = "bad_idempotency_key"
    KEY_REUSED = "idempotency_key_reused"
    NO_LENGTH = "length_required"
    TOO_LARGE = "too_large"
    BAD_TYPE = "unsupported_media_type"
    BAD_LIST = "bad_list"
    BAD_PARAMETER = "bad_parameter"
    UNAVAILABLE = "unavailable"
    NOT_TAKEN = "not_taken"
    BAD_REQUEST = "bad_request"
    BROKEN = "broken"


class Refusal(Exception):
    """A request that is answered with an error: status, code, the field it is about, and the words."""

    def __init__(self, status: int, code: Code, field: str, words: card.Words) -> None:
        self.status, self.code, self.field, self.words = status, code, field, words
        super().__init__(code.value)

    def answer(self) -> Response:
        """The refusal as JSON, with the headers its status asks for."""
        said = {"code": self.code.value, "field": self.field, "what": self.words.what, "cure": self.words.cure}
        answer = jsonify(error=said)
        answer.status_code = self.status
        if self.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        if self.code is Code.UNAVAILABLE:
            answer.headers["Retry-After"] = "5"
        return answer


class Door:
    """The two addresses; `token` is what the CDC's system must show, empty means that the door is closed."""

    def __init__(self, runner: Runner, token: str) -> None:
        self.runner, self._token = runner, token

    def take(self) -> Response:
        """POST /lists: every row is read on its own; the answer tells what became of each."""
        self._must_know()
        key = request.headers.get("Idempotency-Key", "")
        if not _KEY.fullmatch(key):
            raise Refusal(400, Code.BAD_KEY, "Idempotency-Key", card.BAD_KEY)
        body = _body()
        rows = _rows(request.mimetype, body)
        list_id = hashlib.sha256(key.encode()).hexdigest()[:24]
        digest = hashlib.sha256(request.mimetype.encode() + b"\0" + body).hexdigest()
        run = listing.Run(self.runner, list_id, secrets.token_hex(12), digest)
        try:
            result, statuses = _hand_over(run, rows)
        except listing.Clash:
            log.warning("idempotency key reused", extra={"list": list_id})
            raise Refusal(409, Code.KEY_REUSED, "Idempotency-Key", card.KEY_REUSED) from None
        except (listing.NotTaken, Torn) as no:
            raise Refusal(500, Code.NOT_TAKEN, "body", card.not_taken(no.number)) from None
        answer = jsonify(_report(list_id, result, statuses))
        answer.headers["Idempotency-Replayed"] = "false" if run.fresh else "true"
        return answer

    def tell(self) -> Response:
        """GET /results: what was fed back, in the order it was written, from the cursor on."""
        self._must_know()
        after, limit = request.args.get("after", ""), request.args.get("limit", "100")
        if not re.fullmatch(r"[1-9]\d{0,2}", limit, re.ASCII) or int(limit) > MOST_RESULTS:
            raise Refusal(400, Code.BAD_PARAMETER, "limit", card.bad_limit(MOST_RESULTS))
        report = _report_at(after) if after else ""
        runner = self.runner
        with runner.store.read() as conn:
            told, more = results.feed(Tx(conn, runner.keys, runner.now(), "feed"), report, int(limit))
        follow = _cursor(told[-1]["report_id"]) if told else after
        return jsonify(results=told, next=follow, more=more)

    def _must_know(self) -> None:
        """The bearer of the token, or `Refusal`."""
        if not self._token:
            raise Refusal(503, Code.CLOSED, "Authorization", card.CLOSED)
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        known = hmac.compare_digest(given.strip().encode(), self._token.encode())
        if scheme.lower() != "bearer" or not known:
            raise Refusal(401, Code.UNAUTHORIZED, "Authorization", card.BAD_TOKEN)


# ── a list ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _body() -> bytes:
    """The whole body; a chunked one is refused, because Werkzeug would cut it silently (RELIABILITY §0, finding 8)."""
    if request.headers.get("Transfer-Encoding") or request.content_length is None:
        raise Refusal(411, Code.NO_LENGTH, "Content-Length", card.NO_LENGTH)
    if request.content_length > MOST_BYTES:
        raise Refusal(413, Code.TOO_LARGE, "body", card.too_large(MOST_BYTES // 2**20))
    return request.get_data(cache=False)


def _rows(kind: str, body: bytes) -> list[RawRow]:
    """The rows of the body, whatever form it has."""
    try:
        if kind == "application/json":
            return objects.read(body, MOST_ROWS)
        if kind in ("text/csv", XLSX):
            return list(lists.read(body, most_rows=MOST_ROWS, most_bytes=MOST_BYTES))
    except objects.BadJson as bad:
        raise Refusal(422, Code.BAD_LIST, bad.field, card.Words(bad.what, bad.cure)) from None
    except ListRefused as refused:
        raise Refusal(422, Code.BAD_LIST, "body", card.Words(refused.what, refused.cure)) from None
    raise Refusal(415, Code.BAD_TYPE, "Content-Type", card.bad_type(XLSX))


def _hand_over(run: listing.Run, rows: Iterable[RawRow]) -> tuple[listing.Result, dict[int, str]]:
    """Give the rows to the desk; what it says of all of them, and in a word of each."""
    result = listing.Result()
    statuses: dict[int, str] = {}
    for batch in listing.batches(run.runner, rows):
        data = run.rows(batch)
        result.add(data)
        statuses |= {row.number: "accepted" for row in batch}
        statuses |= {one["row"]: one["kind"] for one in data["report"] if one["kind"] in ("refused", "unplaced")}
        statuses |= dict(data.get("rows", ()))  # where the flow tells more: taken, merged, unchanged
    run.close()
    return result, statuses


def _report(list_id: str, result: listing.Result, statuses: dict[int, str]) -> dict[str, Any]:
    problems: dict[int, list[dict[str, str]]] = {}
    for one in result.report:
        problems.setdefault(one.row, []).append({"column": one.column, "value": one.value, "what": one.what})
    return {
        "list_id": list_id,
        "counts": {name: result.counts.get(name, 0) for name in _COUNTS},
        "rows": [{"row": n, "status": status, "problems": problems.get(n, [])} for n, status in statuses.items()],
    }


# ── the cursor ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cursor(report: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(report)).decode().rstrip("=")


def _report_at(cursor: str) -> str:
    """The report a cursor stands at; `Refusal` for one that we have not made."""
    try:
        report = base64.b64decode(f"{cursor}==", b"-_", validate=True).hex()
    except (binascii.Error, ValueError):
        report = ""
    if len(report) != 32 or _cursor(report) != cursor:
        raise Refusal(400, Code.BAD_PARAMETER, "after", card.BAD_CURSOR)
    return report


# ── the addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────


def blueprint(door: Door) -> Blueprint:
    """`/api/v1/…`."""
    routes = Blueprint("api", __name__, url_prefix="/api/v1")
    described = Path(__file__).with_name("openapi.json").read_bytes()

    @routes.get("/openapi.json")
    def openapi() -> Response:
        return Response(described, mimetype="application/json")

    routes.add_url_rule("/lists", "lists", _counted("lists", door.take), methods=["POST"])
    routes.add_url_rule("/results", "results", _counted("results", door.tell), methods=["GET"])
    return routes


def _counted(route: str, answer: Callable[[], Response]) -> Callable[[], Response]:
    def view() -> Response:
        answered = _kindly(answer)
        answered.headers["Cache-Control"] = "no-store"
        TAKEN.labels(route, str(answered.status_code)).inc()
        return answered

    return view


def _kindly(answer: Callable[[], Response]) -> Response:
    """The answer, or in its place a refusal that says what to do; nothing of our insides."""
    try:
        return answer()
    except Refusal as refusal:
        return refusal.answer()
    except (Unavailable, DBAPIError):
        return Refusal(503, Code.UNAVAILABLE, "", card.BUSY).answer()
    except HTTPException as error:
        return Refusal(error.code or 400, Code.BAD_REQUEST, "", card.TORN).answer()
    except Exception as error:
        log.exception("api failed", extra={"error": type(error).__name__})
        return Refusal(500, Code.BROKEN, "", card.BROKEN).answer()
