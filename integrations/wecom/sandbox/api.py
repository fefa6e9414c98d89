"""The platform's API under /cgi-bin/: what the bot calls instead of qyapi.weixin.qq.com."""

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from integrations.wecom.sandbox import access, errcode, faults, media, menu_rules, messages, wire
from integrations.wecom.sandbox.errcode import Refused
from integrations.wecom.sandbox.faults import Trouble
from integrations.wecom.sandbox.messages import Outcome
from integrations.wecom.sandbox.world import Json, Media, World

DEPTH = 16
SECRETS = ("corpsecret", "access_token")


@dataclass(slots=True)
class Call:
    """One request as the handlers see it: query, JSON body ({} when unreadable), and what was uploaded."""

    args: dict[str, str]
    body: Json
    wrong_json: bool = False
    filename: str = ""
    data: bytes | None = None


Handler = Callable[[World, Call], Outcome | Media]


def _message_send(world: World, call: Call) -> Outcome:
    return messages.send(world, call.body)


def _message_update(world: World, call: Call) -> Outcome:
    return messages.update(world, call.body)


def _message_recall(world: World, call: Call) -> Outcome:
    return messages.recall(world, call.body)


def _media_upload(world: World, call: Call) -> Outcome:
    return Outcome(media.upload(world, call.args, call.filename, call.data))


def _media_get(world: World, call: Call) -> Media:
    return media.get(world, call.args)


def _menu_create(world: World, call: Call) -> Outcome:
    _own_agent(world, call)
    menu_rules.check(call.body)
    world.book.menu = call.body
    world.publish("menu", data=call.body)
    return Outcome({"errcode": 0, "errmsg": "ok"})


def _menu_get(world: World, call: Call) -> Outcome:
    _own_agent(world, call)
    if world.book.menu is None:
        raise Refused(46003, "no menu was created")
    return Outcome({"errcode": 0, "errmsg": "ok", **world.book.menu})


def _menu_delete(world: World, call: Call) -> Outcome:
    _own_agent(world, call)
    if world.book.menu is None:
        raise Refused(46003, "no menu was created")
    world.book.menu = None
    world.publish("menu")
    return Outcome({"errcode": 0, "errmsg": "ok"})


def _own_agent(world: World, call: Call) -> None:
    agent = call.args.get("agentid", "")
    if not agent:
        raise Refused(41011, "agentid: missing from the query")
    if agent != str(world.agent_id):
        raise Refused(301002 if agent.isdecimal() else 40056, f"agentid: {agent!r}")


def _user_get(world: World, call: Call) -> Outcome:
    """Page 90196, as apps created after 2022-06-20 see it: no avatar, mobile, e-mail or address."""
    userid = call.args.get("userid", "")
    if not userid:
        raise Refused(41009, "userid: missing")
    member = world.member(userid)
    if member is None:
        raise Refused(60111, f"userid: {userid!r} is not in the corp")
    if not member.in_range:
        raise Refused(60011, f"userid: {userid!r} is outside the visible range")
    answer = {
        "errcode": 0,
        "errmsg": "ok",
        "userid": member.userid.lower(),
        "name": member.name,
        "department": list(member.departments),
        "order": [0] * len(member.departments),
        "is_leader_in_dept": [0] * len(member.departments),
        "main_department": member.departments[0] if member.departments else 1,
        "status": 1,
        "position": "",
        "alias": "",
    }
    return Outcome(answer, [member.userid.lower()])


def _callback_ips(_world: World, _call: Call) -> Outcome:
    return Outcome({"errcode": 0, "errmsg": "ok", "ip_list": ["127.0.0.1"]})


HANDLERS: dict[str, Handler] = {
    "message/send": _message_send,
    "message/update_template_card": _message_update,
    "message/recall": _message_recall,
    "media/upload": _media_upload,
    "media/get": _media_get,
    "menu/create": _menu_create,
    "menu/get": _menu_get,
    "menu/delete": _menu_delete,
    "user/get": _user_get,
    "getcallbackip": _callback_ips,
}


def blueprint(world: World, log: wire.Log, plan: faults.Plan) -> Blueprint:
    """The routes of the API over one world."""
    routes = Blueprint("api", __name__)

    @routes.route("/cgi-bin/<path:endpoint>", methods=["GET", "POST"])
    def call(endpoint: str) -> Response:
        if endpoint != "gettoken" and endpoint not in HANDLERS:
            return Response("this sandbox does not have that API", 404, mimetype="text/plain")
        return _Exchange(world, log, plan, endpoint).run()

    return routes


class _Exchange:
    """One API call from its bytes to its answer, planned trouble included, written into the wire log."""

    def __init__(self, world: World, log: wire.Log, plan: faults.Plan, endpoint: str) -> None:
        self.world, self.log, self.endpoint = world, log, endpoint
        self.fault = plan.draw(endpoint)
        self.trouble = self.fault.trouble if self.fault else None
        self.value = self.fault.value if self.fault else 0.0
        self.call, plain = _read()
        query = {name: "$" + name.upper() if name in SECRETS else value for name, value in self.call.args.items()}
        self.record = wire.Record("api", endpoint, [], plain, world.now(), request.base_url, query)
        self.started = time.perf_counter()

    def run(self) -> Response:
        try:
            return self._answer()
        finally:
            self.record.ms = round(1000 * (time.perf_counter() - self.started), 1)
            self.log.add(self.record)

    def _answer(self) -> Response:
        if self.trouble is not None:
            self.record.notes.append(f"fault: {self.trouble.value} {self.value:g}")
        if self.trouble in {Trouble.SLOW, Trouble.TIMEOUT}:
            self.world.wait(lambda: False, self.value)
        if self.trouble in {Trouble.DROP, Trouble.TIMEOUT}:
            return self._hang_up()
        if self.trouble is Trouble.HTTP:
            self.record.status = int(self.value)
            return Response("<html><h1>Bad Gateway</h1></html>", int(self.value), mimetype="text/html")
        answer = self._handle()
        return self._hang_up() if self.trouble is Trouble.LOST_REPLY else answer

    def _handle(self) -> Response:
        try:
            with self.world.lock:
                outcome = self._dispatch()
        except Refused as refusal:
            return self._refuse(refusal)
        if isinstance(outcome, Media):
            self.record.errcode, self.record.reply = 0, f"<{len(outcome.data)} bytes, {outcome.mime}>"
            return _file(outcome)
        self.record.users, self.record.notes = outcome.users, self.record.notes + outcome.notes
        return self._json(outcome.answer)

    def _dispatch(self) -> Outcome | Media:
        if self.trouble is Trouble.ERRCODE:
            raise Refused(int(self.value), "planned fault")
        if self.endpoint == "gettoken":
            return Outcome(access.gettoken(self.world, self.call.args))
        access.check(self.world, self.call.args, self.endpoint)
        return HANDLERS[self.endpoint](self.world, self.call)

    def _refuse(self, refusal: Refused) -> Response:
        self.record.notes.append(refusal.where)
        wrong_json = self.call.wrong_json or refusal.mistyped
        text = errcode.message(refusal.code, self.world.now(), self.world.rng, wrong_json=wrong_json)
        answer: Json = {"errcode": refusal.code, "errmsg": text}
        if self.endpoint == "message/update_template_card":
            answer["invaliduser"] = []
        return self._json(answer)

    def _json(self, answer: Json) -> Response:
        self.record.errcode = answer["errcode"]
        shown = answer if "access_token" not in answer else {**answer, "access_token": "…"}
        self.record.reply = json.dumps(shown, ensure_ascii=False)
        return Response(json.dumps(answer, ensure_ascii=False), mimetype="application/json")

    def _hang_up(self) -> Response:
        """Close the line under the server's hands, as a broken network does."""
        self.record.status = "hung up"
        line = request.environ.get("werkzeug.socket")
        if isinstance(line, socket.socket):
            line.shutdown(socket.SHUT_RDWR)
        return Response(status=502)


def _read() -> tuple[Call, str]:
    """The request, and the text of it that the wire log shows."""
    args = request.args.to_dict()
    if request.files:
        upload = next(iter(request.files.values()))
        data = upload.read()
        own = request.files.get("media") is upload
        return Call(args, {}, filename=upload.filename or "", data=data if own else None), f"<{len(data)} bytes>"
    raw = request.get_data() if request.method == "POST" else b""
    body, wrong = _json_object(raw)
    return Call(args, body, wrong), raw.decode(errors="replace")


def _json_object(raw: bytes) -> tuple[Json, bool]:
    if not raw:
        return {}, False
    try:
        body: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return {}, True
    return (body, False) if isinstance(body, dict) and _is_shallow(body) else ({}, True)


def _is_shallow(body: Any) -> bool:
    """True when nothing is nested deeper than DEPTH: what walks a card later must not run out of stack."""
    level = [body]
    for _ in range(DEPTH):
        level = [item for one in level for item in (one.values() if isinstance(one, dict) else one)
                 if isinstance(item, dict | list)]  # fmt: skip
    return not level


def _file(found: Media) -> Response:
    answer = Response(found.data, mimetype=found.mime)
    answer.headers["Content-Disposition"] = f'attachment; filename="{quote(found.filename)}"'
    return answer
