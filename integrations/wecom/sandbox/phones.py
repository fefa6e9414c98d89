"""The pages: phones side by side, one phone alone, the wire log; and the feed that keeps them live."""

import json
import re
from collections.abc import Iterator

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue as Reply

from integrations.wecom.sandbox.world import Event, World

HEARTBEAT = 15.0
AT_FIRST = 3
KINDS = frozenset({"entry", "members", "menu", "printed", "reset"})


def blueprint(world: World) -> Blueprint:
    """The routes of the pages over one world."""
    routes = Blueprint("phones", __name__)

    @routes.get("/")
    def side_by_side() -> Reply:
        """`/?who=a,b,c`: these members' phones; without `who`, the first three members."""
        if "who" not in request.args and world.book.members:
            first = [member.userid for member in world.book.members.values() if member.in_range][:AT_FIRST]
            return redirect(url_for(".side_by_side", who=",".join(first)))
        return _page("phones.html", alone="")

    @routes.get("/phone/<userid>")
    def alone(userid: str) -> Reply:
        """One member's phone at its own address."""
        if world.member(userid) is None:
            abort(404, "没有这个成员")
        return _page("phones.html", alone=userid.lower())

    @routes.get("/wire")
    def wire() -> Reply:
        return _page("wire.html", seq=str(world.seq))

    @routes.get("/sheet")
    def sheet() -> Reply:
        """The sheet of printed codes that lies beside the phones, where there is one; it brings its own style."""
        if not world.sheet:
            abort(404, "没有印好的码")
        only_style = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
        return Response(world.sheet, headers={"Content-Security-Policy": only_style})

    def _page(template: str, **values: str) -> str:
        beside = {"bot_name": world.conf.bot_name, "badge": world.conf.badge, "sheet": bool(world.sheet)}
        return render_template(template, **beside, **values)

    _streams(routes, world)
    return routes


def _streams(routes: Blueprint, world: World) -> None:
    """What the pages load besides themselves: pictures of the chats, and the live feed."""

    @routes.get("/media/<media_id>")
    def picture(media_id: str) -> Reply:
        """An image of a chat; other kinds are offered as files, never shown."""
        media = world.book.media.get(media_id)
        if media is None:
            abort(404)
        response = Response(media.data, mimetype=media.mime)
        if media.kind != "image":
            response.headers["Content-Disposition"] = "attachment"
        return response

    @routes.get("/live")
    def live() -> Reply:
        """Server-sent events after feed number `after`, or after Last-Event-ID, which wins; `wire` adds the log."""
        after = request.headers.get("Last-Event-ID") or request.args.get("after", "0")
        if not re.fullmatch(r"\d{1,18}", after, re.ASCII):
            abort(400, "after: a feed number")
        who = frozenset(user.lower() for user in request.args.get("who", "").split(",") if user)
        kinds = KINDS | ({"wire"} if "wire" in request.args else frozenset())
        return Response(_stream(world, int(after), who, kinds), mimetype="text/event-stream")


def _stream(world: World, after: int, who: frozenset[str], kinds: frozenset[str]) -> Iterator[str]:
    """Every change for these phones, each with its feed number; a comment now and then keeps the line open."""
    yield "retry: 500\n\n"
    while not world.closing:
        events = world.since(after)
        if events is None:
            yield _frame(Event(world.seq, "reset", "", None))
            after = world.seq
            continue
        for event in events:
            if event.kind in kinds and (not event.user or event.user in who):
                yield _frame(event)
            after = event.seq
        seen = after
        if not world.wait(lambda seen=seen: world.seq > seen, HEARTBEAT):  # type: ignore[misc]
            yield ": still here\n\n"


def _frame(event: Event) -> str:
    data = json.dumps({"user": event.user, "data": event.data}, ensure_ascii=False)
    return f"id: {event.seq}\nevent: {event.kind}\ndata: {data}\n\n"
