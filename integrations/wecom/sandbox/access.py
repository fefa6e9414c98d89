"""Who may call: tokens as the platform gives, keeps and withdraws them (page 91039), and the general call limits."""

from collections.abc import Mapping

from integrations.wecom.sandbox.errcode import Refused
from integrations.wecom.sandbox.world import Json, World

TOKEN_LIFE = 7200.0


def gettoken(world: World, args: Mapping[str, str]) -> Json:
    """One token per app; asked again within its life it is the same one, and expires_in is 7200 each time."""
    book, now = world.book, world.now()
    for name, code in (("corpid", 41002), ("corpsecret", 41004)):
        if not args.get(name):
            raise Refused(code, f"{name}: missing")
    while book.bad_secrets and now - book.bad_secrets[0] >= 3600:
        book.bad_secrets.popleft()
    if len(book.bad_secrets) >= world.conf.bad_secrets_per_hour:
        raise Refused(45009, "too many wrong secrets: this address is blocked for an hour")
    if args["corpid"] != world.conf.corp_id:
        raise Refused(40013, "corpid: unknown")
    if args["corpsecret"] != world.conf.secret:
        book.bad_secrets.append(now)
        raise Refused(40001, "corpsecret: wrong")
    if book.token not in book.tokens or now >= book.tokens[book.token]:
        book.token = world.token_hex(64)
        book.tokens[book.token] = now + TOKEN_LIFE
    return {"errcode": 0, "errmsg": "ok", "access_token": book.token, "expires_in": int(TOKEN_LIFE)}


def check(world: World, args: Mapping[str, str], endpoint: str) -> None:
    """The first refusals of every API: 41001, 40014, 42001, 60020, 45009."""
    token = args.get("access_token", "")
    if not token:
        raise Refused(41001, "access_token: missing")
    expires = world.book.tokens.get(token)
    if expires is None:
        raise Refused(40014, "access_token: unknown or withdrawn")
    if world.now() >= expires:
        raise Refused(42001, "access_token: older than 7200 seconds")
    if not world.book.switches.trusted_ip:
        raise Refused(60020, "the caller's address is not in the app's trusted list")
    if endpoint != "message/send":  # sends have limits of their own (page 90312)
        _count(world, endpoint)


def _count(world: World, endpoint: str) -> None:
    minute = int(world.now() // 60)
    seen, calls = world.book.calls.get(endpoint, (minute, 0))
    calls = calls + 1 if seen == minute else 1
    world.book.calls[endpoint] = (minute, calls)
    if calls > world.conf.calls_per_minute:
        raise Refused(45009, f"{endpoint}: {calls} calls in this minute")


def revoke(world: World) -> None:
    """Withdraw the token before its time: the next call with it is 40014."""
    with world.lock:
        world.book.tokens.clear()
        world.book.token = ""
