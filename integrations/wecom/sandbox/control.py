"""The control API under /control/: what tests and the demo may do to this WeCom; everything is JSON."""

import base64
import binascii
import dataclasses
from collections.abc import Callable

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue as Reply

from integrations.wecom.sandbox import actions, asked, events, levers
from integrations.wecom.sandbox.desk import Desk
from integrations.wecom.sandbox.entries import Entry
from integrations.wecom.sandbox.settings import BadSetting, Member
from integrations.wecom.sandbox.world import Json, World


def blueprint(desk: Desk) -> Blueprint:
    """All routes; a wrong value answers 400, an unknown thing 404, a thumb that finds nothing 409, with `error`."""
    routes = Blueprint("control", __name__, url_prefix="/control")
    for add in (_members, _actions, _watching, levers.wire_log, levers.troubles, levers.state, levers.settings):
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
        return jsonify(world.remove_member(userid)) if world.member(userid) else asked.missing(f"member {userid!r}")


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
        "say": lambda user, given: thumb.say(user, asked.text(given, "text")),
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
            asked.text(given, "entry"),
            code=str(given.get("code", "")),
            symbology=str(given.get("symbology", "")),
            picture=_picture(given) if given.get("data") else b"",
        ),
        "scan": lambda user, given: thumb.scan(
            user,
            asked.text(given, "code"),
            entry=str(given.get("entry", "")),
            symbology=str(given.get("symbology", "")),
        ),
        "enter": lambda user, _: thumb.enter(user),
    }

    @routes.post("/phones/<user>/<gesture>")
    def act(user: str, gesture: str) -> Reply:
        """say · photo · tap · menu · scan · enter; answers when the bot has answered the callback, or given up on."""
        if gesture not in gestures:
            return asked.missing(f"gesture {gesture!r}; there are {', '.join(gestures)}, pick")
        return jsonify(_outcome(desk, gestures[gesture](user, asked.body())))

    @routes.post("/phones/<user>/pick")
    def pick(user: str) -> Reply:
        """Choose `options` (texts or ids) for `question` (title or key) without sending."""
        given = asked.body()
        options = given.get("options", [])
        entry = thumb.pick(
            user, asked.text(given, "question"), [str(one) for one in options], str(given.get("msgid", ""))
        )
        return jsonify(entry.shown())


def _outcome(desk: Desk, done: actions.Done) -> Json:
    if done.delivery is None:
        return {"answered": True, "opened": done.opened, "statuses": [], "reply": ""}
    conf, tries = desk.world.conf, desk.world.book.switches.deliveries
    done.delivery.done.wait(asked.MAX_WAIT + tries * (conf.answer_limit + conf.retry_delay))
    delivery = done.delivery
    return {"answered": delivery.answered, "opened": "", "statuses": delivery.statuses, "reply": delivery.reply}


def _picture(given: Json) -> bytes:
    try:
        return base64.b64decode(asked.text(given, "data"), validate=True)
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
                return asked.missing(f"member {user!r}")
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
        user, text, after = asked.query("user"), request.args.get("contains", ""), int(asked.number("after", 0))
        found = world.wait(lambda: _newest(world, user, text, after), asked.number("timeout", 0))
        if found is None:
            return asked.missing(f"message for {user} containing {text!r}")
        return jsonify(found.shown())

    @routes.get("/silence")
    def silence() -> Reply:
        """Wait `seconds`; `silent` tells whether nothing new from the bot arrived or changed on the phone."""
        user, start = asked.query("user"), int(asked.number("after", world.seq))
        heard = world.wait(lambda: _newest(world, user, "", start), asked.number("seconds", 1))
        return jsonify(silent=heard is None, heard=heard.shown() if heard else None)

    @routes.post("/settle")
    def settle() -> Reply:
        """Wait until no callback is under way."""
        return jsonify(settled=desk.courier.settle(asked.number("timeout", 10)))


def _newest(world: World, user: str, text: str, after: int) -> Entry | None:
    seen = (entry for entry in world.chat(user) if entry.side == "bot" and entry.version > after and entry.text())
    matching = [entry for entry in seen if text in entry.text()]
    return max(matching, key=lambda entry: entry.version, default=None)
