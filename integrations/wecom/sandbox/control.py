"""The control API under /control/: what tests and the demo may do to this WeCom; everything is JSON."""

import base64
import binascii
import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue as Reply

from integrations.wecom.sandbox import access, actions, courier, events, faults, wire
from integrations.wecom.sandbox.entries import Entry
from integrations.wecom.sandbox.settings import BadSetting, Member
from integrations.wecom.sandbox.world import Json, Switches, World

MAX_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the control API reaches."""

    world: World
    log: wire.Log
    faults: faults.Plan
    courier: courier.Courier
    thumb: actions.Thumb


def blueprint(desk: Desk) -> Blueprint:
    """All routes; a wrong value answers 400, an unknown thing 404, a thumb that finds nothing 409, with `error`."""
    routes = Blueprint("control", __name__, url_prefix="/control")
    for add in (_members, _actions, _watching, _wire, _faults, _state):
        add(routes, desk)

    @routes.errorhandler(actions.NotDrawn)
    def not_drawn(error: actions.NotDrawn) -> Reply:
        return jsonify(error=str(error)), 409

    @routes.errorhandler(ValueError)
    @routes.errorhandler(TypeError)
    def bad_value(error: Exception) -> Reply:
        return jsonify(error=str(error)), 400

    return routes


# --- members -----------------------------------------------------------------------------------


def _members(routes: Blueprint, desk: Desk) -> None:
    world = desk.world

    @routes.get("/members")
    def members() -> Reply:
        return jsonify([dataclasses.asdict(member) for member in world.book.members.values()])

    @routes.post("/members")
    def put_members() -> Reply:
        """One member or a list; `announce` sends subscribe/unsubscribe when the visible range changed."""
        body = request.get_json()
        for plan in body if isinstance(body, list) else [body]:
            announce = bool(plan.pop("announce", False))
            member = _member(world, plan)
            was = world.member(member.userid)
            world.put_member(member)
            if announce and (was is not None and was.in_range) != member.in_range:
                name = "subscribe" if member.in_range else "unsubscribe"
                desk.courier.post(events.event(world, member.userid, name, [("EventKey", "")]))
        return jsonify(len(world.book.members))

    @routes.delete("/members/<userid>")
    def remove_member(userid: str) -> Reply:
        return jsonify(world.remove_member(userid)) if world.member(userid) else _missing(f"member {userid!r}")


def _member(world: World, plan: Json) -> Member:
    known = {field.name for field in dataclasses.fields(Member)}
    if unknown := sorted(set(plan) - known):
        raise BadSetting(f"{unknown[0]}: a member has {', '.join(sorted(known))}")
    was = world.member(str(plan.get("userid", "")))
    plan = {name: tuple(value) if isinstance(value, list) else value for name, value in plan.items()}
    return dataclasses.replace(was, **plan) if was else Member(**{"name": plan.get("userid", ""), **plan})


# --- thumbs ------------------------------------------------------------------------------------


def _actions(routes: Blueprint, desk: Desk) -> None:
    thumb = desk.thumb
    gestures: dict[str, Callable[[str, Json], actions.Done]] = {
        "say": lambda user, given: thumb.say(user, _str(given, "text")),
        "photo": lambda user, given: thumb.photo(user, _picture(given), str(given.get("filename", "photo.jpg"))),
        "tap": lambda user, given: thumb.tap(
            user,
            label=str(given.get("label", "")),
            key=str(given.get("key", "")),
            msgid=str(given.get("msgid", "")),
            answers=given.get("answers"),
        ),
        "menu": lambda user, given: thumb.menu(
            user,
            _str(given, "entry"),
            code=str(given.get("code", "")),
            symbology=str(given.get("symbology", "")),
            picture=_picture(given) if given.get("data") else b"",
        ),
        "scan": lambda user, given: thumb.scan(
            user,
            _str(given, "code"),
            entry=str(given.get("entry", "")),
            symbology=str(given.get("symbology", "")),
        ),
        "enter": lambda user, _: thumb.enter(user),
    }

    @routes.post("/phones/<user>/<gesture>")
    def act(user: str, gesture: str) -> Reply:
        """say · photo · tap · menu · scan · enter; answers when the bot has answered the callback, or given up on."""
        if gesture not in gestures:
            return _missing(f"gesture {gesture!r}; there are {', '.join(gestures)}, pick")
        return jsonify(_outcome(desk, gestures[gesture](user, _body())))

    @routes.post("/phones/<user>/pick")
    def pick(user: str) -> Reply:
        """Choose `options` (texts or ids) for `question` (title or key) without sending."""
        given = _body()
        options = given.get("options", [])
        entry = thumb.pick(user, _str(given, "question"), [str(one) for one in options], str(given.get("msgid", "")))
        return jsonify(entry.shown())


def _outcome(desk: Desk, done: actions.Done) -> Json:
    if done.delivery is None:
        return {"answered": True, "opened": done.opened, "statuses": [], "reply": ""}
    conf, tries = desk.world.conf, desk.world.book.switches.deliveries
    done.delivery.done.wait(MAX_WAIT + tries * (conf.answer_limit + conf.retry_delay))
    delivery = done.delivery
    return {"answered": delivery.answered, "opened": "", "statuses": delivery.statuses, "reply": delivery.reply}


def _picture(given: Json) -> bytes:
    try:
        return base64.b64decode(_str(given, "data"), validate=True)
    except binascii.Error as error:
        raise ValueError("data: the picture in base64") from error


# --- watching ----------------------------------------------------------------------------------


def _watching(routes: Blueprint, desk: Desk) -> None:
    world = desk.world

    @routes.get("/phones/<user>")
    def phone(user: str) -> Reply:
        """The whole phone: member, chat oldest first, menu, printed codes, and `seq` to follow the feed from."""
        with world.lock:
            member = world.member(user)
            if member is None:
                return _missing(f"member {user!r}")
            return jsonify(
                seq=world.seq,
                member=dataclasses.asdict(member),
                entries=[entry.shown() for entry in world.chat(user)],
                menu=world.book.menu,
                printed=world.book.printed,
            )

    @routes.get("/latest")
    def latest() -> Reply:
        """The member's newest message from the bot containing `contains`, changed after feed number `after`; or 404."""
        user, text, after = _query("user"), request.args.get("contains", ""), int(_number("after", 0))
        found = world.wait(lambda: _newest(world, user, text, after), _number("timeout", 0))
        if found is None:
            return _missing(f"message for {user} containing {text!r}")
        return jsonify(found.shown())

    @routes.get("/silence")
    def silence() -> Reply:
        """Wait `seconds`; `silent` tells whether nothing new from the bot arrived or changed on the phone."""
        user, start = _query("user"), int(_number("after", world.seq))
        heard = world.wait(lambda: _newest(world, user, "", start), _number("seconds", 1))
        return jsonify(silent=heard is None, heard=heard.shown() if heard else None)

    @routes.post("/settle")
    def settle() -> Reply:
        """Wait until no callback is under way."""
        return jsonify(settled=desk.courier.settle(_number("timeout", 10)))


def _newest(world: World, user: str, text: str, after: int) -> Entry | None:
    seen = (entry for entry in world.chat(user) if entry.side == "bot" and entry.version > after and entry.text())
    matching = [entry for entry in seen if text in entry.text()]
    return max(matching, key=lambda entry: entry.version, default=None)


# --- the wire ----------------------------------------------------------------------------------


def _wire(routes: Blueprint, desk: Desk) -> None:
    @routes.get("/wire")
    def records() -> Reply:
        """Newest first; `user`, `direction` (api, callback), `name`, `after` (record id), `limit`."""
        args = request.args
        found = desk.log.find(
            args.get("user", ""),
            direction=args.get("direction", ""),
            name=args.get("name", ""),
            after=int(_number("after", 0)),
            limit=int(_number("limit", 200)),
        )
        return jsonify([record.shown() for record in found])

    @routes.post("/redeliver")
    def redeliver() -> Reply:
        """Deliver logged callbacks again, `times` each, in the order of `ids`; `verbatim` repeats the old envelope."""
        given = _body()
        ids, times, verbatim = given.get("ids"), int(given.get("times", 1)), bool(given.get("verbatim"))
        if not isinstance(ids, list) or not ids or not 1 <= times <= 100:
            raise ValueError("ids: a list of wire-log numbers; times: 1 to 100")
        found = [desk.log.get(int(number)) for number in ids]
        callbacks = [record for record in found if record is not None and record.direction == "callback"]
        if len(callbacks) < len(ids):
            return _missing("one of these callbacks in the wire log")
        return jsonify(statuses=[_again(desk, record, verbatim) for record in callbacks for _ in range(times)])


def _again(desk: Desk, record: wire.Record, verbatim: bool) -> int | str:
    callback = events.Callback(record.users[0], record.name, record.plain, replyable=False)
    return desk.courier.again(callback, record.sealed() if verbatim else None)


# --- faults and switches -----------------------------------------------------------------------


def _faults(routes: Blueprint, desk: Desk) -> None:
    world = desk.world

    @routes.get("/faults")
    def planned() -> Reply:
        return jsonify([fault.shown() for fault in desk.faults.all()])

    @routes.post("/faults")
    def plan() -> Reply:
        """endpoint × kind (errcode, http, timeout, drop, slow, lost_reply, twice) × value × probability × count."""
        return jsonify(desk.faults.add(faults.read(_body())).shown())

    @routes.delete("/faults")
    def lift() -> Reply:
        """Lift the fault `id`, or all."""
        desk.faults.remove(int(_number("id", 0)) or None)
        return jsonify(True)

    @routes.get("/switches")
    def switches() -> Reply:
        return jsonify(dataclasses.asdict(world.book.switches))

    @routes.post("/switches")
    def switch() -> Reply:
        """Change some switches; see world.Switches for their meaning."""
        given, known = _body(), {field.name: field.type for field in dataclasses.fields(Switches)}
        for name, value in given.items():
            if name not in known:
                raise ValueError(f"{name}: there are {', '.join(known)}")
            if isinstance(value, bool) is not isinstance(getattr(world.book.switches, name), bool):
                raise ValueError(f"{name}: {'true or false' if not isinstance(value, bool) else 'a number'}")
        with world.lock:
            world.book.switches = dataclasses.replace(world.book.switches, **given)
        return jsonify(dataclasses.asdict(world.book.switches))

    @routes.post("/tokens/revoke")
    def revoke() -> Reply:
        """The next call with the present token is 40014."""
        access.revoke(world)
        return jsonify(True)


# --- state -------------------------------------------------------------------------------------


def _state(routes: Blueprint, desk: Desk) -> None:
    world = desk.world

    @routes.post("/reset")
    def reset() -> Reply:
        """Back to the beginning: chats, tokens, menu, faults, log, clock; members of the settings return."""
        desk.faults.remove()
        desk.log.clear()
        world.reset()
        return jsonify(True)

    @routes.post("/snapshot")
    def snapshot() -> Reply:
        world.snapshot(_str(_body(), "name"))
        return jsonify(True)

    @routes.post("/restore")
    def restore() -> Reply:
        name = _str(_body(), "name")
        return jsonify(True) if world.restore(name) else _missing(f"snapshot {name!r}")

    @routes.post("/clock")
    def clock() -> Reply:
        """Move the sandbox's clock by `advance` seconds: expiries, rate windows and CreateTime follow it."""
        advance = float(_body().get("advance", 0))
        if not math.isfinite(advance):
            raise ValueError("advance: a number of seconds")
        with world.lock:
            world.book.offset += advance
        return jsonify(now=world.now(), offset=world.book.offset)

    @routes.get("/printed")
    def printed() -> Reply:
        return jsonify(world.book.printed)

    @routes.post("/printed")
    def print_codes() -> Reply:
        """Fill the tray of printed codes: a list of {code, label, symbology?} (or bare codes)."""
        given: Any = request.get_json()
        if not isinstance(given, list):
            raise TypeError("give a list of {code, label}")
        tray = [one if isinstance(one, dict) else {"code": str(one), "label": str(one)} for one in given]
        if not all(one.get("code") for one in tray):
            raise ValueError("code: missing")
        with world.lock:
            world.book.printed = tray
            world.publish("printed", data=tray)
        return jsonify(len(tray))

    @routes.post("/callback")
    def callback() -> Reply:
        """Set the app's callback `url`; with `verify` it must first decrypt an echo, as on the real admin page."""
        given = _body()
        url = given.get("url")
        reason = desk.courier.verify(str(url)) if given.get("verify") and url else ""
        if reason:
            return jsonify(error=f"callback URL check failed: {reason}", errcode=40057), 409
        desk.world.configure(url)
        return jsonify(url=url)


# --- reading requests --------------------------------------------------------------------------


def _body() -> Json:
    given = request.get_json(silent=True) if request.data else {}
    if not isinstance(given, dict):
        raise TypeError("the body must be a JSON object")
    return given


def _str(given: Json, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}: missing")
    return value


def _query(name: str) -> str:
    value = request.args.get(name, "")
    if not value:
        abort(400, f"{name}: missing from the query")
    return value


def _number(name: str, usual: float) -> float:
    value = float(request.args.get(name, usual))
    if not 0 <= value < math.inf:
        raise ValueError(f"{name}: a number, 0 or more")
    return min(value, MAX_WAIT) if name in {"timeout", "seconds"} else value


def _missing(what: str) -> Reply:
    return jsonify(error=f"no {what}"), 404
