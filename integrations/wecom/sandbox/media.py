"""Temporary files (pages 90253, 90254): upload with the platform's limits, get within three days."""

from collections.abc import Mapping

from integrations.wecom.sandbox.errcode import Refused
from integrations.wecom.sandbox.rules import MEDIA_KINDS
from integrations.wecom.sandbox.world import Json, Media, World

MIB = 1024 * 1024
LIMITS = {"image": (10 * MIB, 40009), "voice": (2 * MIB, 40006), "video": (10 * MIB, 40011), "file": (20 * MIB, 40006)}


def upload(world: World, args: Mapping[str, str], filename: str, data: bytes | None) -> Json:
    """media/upload of one multipart part named `media`. Raises Refused."""
    kind = args.get("type", "")
    if kind not in MEDIA_KINDS:
        raise Refused(40005, f"type: {kind!r}, one of {', '.join(MEDIA_KINDS)}")
    if not data:
        raise Refused(44001, "media: the multipart part is missing or empty")
    limit, code = LIMITS[kind]
    if len(data) <= 5:
        raise Refused(40006, f"media: {len(data)} bytes, more than 5 needed")
    if len(data) > limit:
        raise Refused(code, f"media: {len(data)} bytes, {limit} allowed")
    if kind == "image" and picture_type(data) is None:
        raise Refused(40004, "media: an image must be JPEG or PNG")
    if kind == "voice" and not data.startswith(b"#!AMR"):
        raise Refused(301017, "media: voice must be AMR")
    media_id = keep(world, kind, filename, data)
    created = str(int(world.book.media[media_id].at))
    return {"errcode": 0, "errmsg": "", "type": kind, "media_id": media_id, "created_at": created}


def keep(world: World, kind: str, filename: str, data: bytes) -> str:
    """Store a file for three days; its media_id."""
    mime = (picture_type(data) if kind == "image" else None) or "application/octet-stream"
    with world.lock:
        media_id = world.token_hex(44)
        world.book.media[media_id] = Media(kind, filename, mime, data, world.now())
        return media_id


def get(world: World, args: Mapping[str, str]) -> Media:
    """media/get. Raises Refused."""
    media_id = args.get("media_id", "")
    if not media_id:
        raise Refused(41006, "media_id: missing")
    if not world.has_media(media_id):
        raise Refused(40007, "media_id: unknown, or older than three days")
    return world.book.media[media_id]


def picture_type(data: bytes) -> str | None:
    """image/jpeg or image/png by the first bytes, else None."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/png" if data.startswith(b"\x89PNG\r\n\x1a\n") else None
