"""The operator's half of the control API: wire log, faults, switches, clock, state."""

import dataclasses
import math
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue as Reply

from integrations.wecom.sandbox import access, asked, events, faults, wire
from integrations.wecom.sandbox.desk import Desk
from integrations.wecom.sandbox.world import Switches


def wire_log(routes: Blueprint, desk: Desk) -> None:
    """The log of both directions, and delivering a logged callback again."""

    @routes.get("/wire")
    def records() -> Reply:
        """Newest first; `user`, `direction` (api, callback), `name`, `after` (record id), `limit`."""
        args = request.args
        found = desk.log.find(
            args.get("user", ""),
            direction=args.get("direction", ""),
            name=args.get("name", ""),
            after=int(asked.number("after", 0)),
            limit=int(asked.number("limit", 200)),
        )
        return jsonify([record.shown() for record in found])

    @routes.post("/redeliver")
    def redeliver() -> Reply:
        """Deliver logged callbacks again, `times` each, in the order of `ids`; `verbatim` repeats the old envelope."""
        given = asked.body()
        ids, times, verbatim = given.get("ids"), int(given.get("times", 1)), bool(given.get("verbatim"))
        if not isinstance(ids, list) or not ids or not 1 <= times <= 100:
            raise ValueError("ids: a list of wire-log numbers; times: 1 to 100")
        found = [desk.log.get(int(number)) for number in ids]
        callbacks = [record for record in found if record is not None and record.direction == "callback"]
        if len(callbacks) < len(ids):
            return asked.missing("one of these callbacks in the wire log")
        return jsonify(statuses=[_again(desk, record, verbatim) for record in callbacks for _ in range(times)])


def _again(desk: Desk, record: wire.Record, verbatim: bool) -> int | str:
    callback = events.Callback(record.users[0], record.name, record.plain, replyable=False)
    return desk.courier.again(callback, record.sealed() if verbatim else None)


# --- faults and switches -----------------------------------------------------------------------


def troubles(routes: Blueprint, desk: Desk) -> None:
    """Planned faults, switches, a withdrawn token."""

    world = desk.world

    @routes.get("/faults")
    def planned() -> Reply:
        return jsonify([fault.shown() for fault in desk.faults.all()])

    @routes.post("/faults")
    def plan() -> Reply:
        """endpoint × kind (errcode, http, timeout, drop, slow, lost_reply, twice) × value × probability × count."""
        return jsonify(desk.faults.add(faults.read(asked.body())).shown())

    @routes.delete("/faults")
    def lift() -> Reply:
        """Lift the fault `id`, or all."""
        desk.faults.remove(int(asked.number("id", 0)) or None)
        return jsonify(True)

    @routes.get("/switches")
    def switches() -> Reply:
        return jsonify(dataclasses.asdict(world.book.switches))

    @routes.post("/switches")
    def switch() -> Reply:
        """Change some switches; see world.Switches for their meaning."""
        given, known = asked.body(), {field.name: field.type for field in dataclasses.fields(Switches)}
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


def state(routes: Blueprint, desk: Desk) -> None:
    """Reset, snapshot, clock."""

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
        world.snapshot(asked.text(asked.body(), "name"))
        return jsonify(True)

    @routes.post("/restore")
    def restore() -> Reply:
        name = asked.text(asked.body(), "name")
        return jsonify(True) if world.restore(name) else asked.missing(f"snapshot {name!r}")

    @routes.post("/clock")
    def clock() -> Reply:
        """Move the sandbox's clock by `advance` seconds: expiries, rate windows and CreateTime follow it."""
        advance = float(asked.body().get("advance", 0))
        if not math.isfinite(advance):
            raise ValueError("advance: a number of seconds")
        with world.lock:
            world.book.offset += advance
        return jsonify(now=world.now(), offset=world.book.offset)


def settings(routes: Blueprint, desk: Desk) -> None:
    """What lies beside the phones: the tray of printed codes, and the bot's callback address."""
    world = desk.world

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
        given = asked.body()
        url = given.get("url")
        reason = desk.courier.verify(str(url)) if given.get("verify") and url else ""
        if reason:
            return jsonify(error=f"callback URL check failed: {reason}", errcode=40057), 409
        desk.world.configure(url)
        return jsonify(url=url)
