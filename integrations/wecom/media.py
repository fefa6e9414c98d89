"""Files that go through WeCom: limits before an upload, and a download that is never taken for what it is not."""

import dataclasses
import enum
import json
import re
import time

import requests

from integrations.wecom import errors

MAX_DOWNLOAD = 20 * 1024 * 1024
"""Bytes; larger files would need Range requests (page 90254)."""
_MAX_SECONDS = 60
_CHUNK = 64 * 1024
_FILENAME = re.compile(r'filename="?([^";]+)"?', re.IGNORECASE)


class MediaKind(enum.StrEnum):
    """What an upload is (page 90253)."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


_LIMITS = {
    MediaKind.IMAGE: 10 * 1024 * 1024,
    MediaKind.VOICE: 2 * 1024 * 1024,
    MediaKind.VIDEO: 10 * 1024 * 1024,
    MediaKind.FILE: 20 * 1024 * 1024,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Media:
    """A downloaded file. Its name and type are what WeCom says of it; neither proves anything about the bytes."""

    data: bytes = dataclasses.field(repr=False)
    content_type: str
    filename: str = dataclasses.field(repr=False)


def check(kind: MediaKind, filename: str, data: bytes) -> None:
    """Raise `ValueError`, naming what is wrong, for an upload that WeCom would refuse."""
    if not filename:
        raise ValueError("filename: must not be empty; members see it")
    if len(data) <= 5:
        raise ValueError(f"data: {len(data)} bytes; a file must have more than 5")
    if len(data) > _LIMITS[kind]:
        raise ValueError(f"data: {len(data)} bytes; {kind} may have {_LIMITS[kind]}")


def read(answer: requests.Response, limit: int) -> Media:
    """Read a `media/get` answer. Raises what WeCom reports, `Refused` above `limit` bytes, `Down` when it drags on."""
    content_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    data = _take(answer, limit)
    if content_type == "application/json" or data.startswith(b"{"):
        error = _reported(data)
        if error:
            raise error
    found = _FILENAME.search(answer.headers.get("Content-Disposition", ""))
    # Only the last part: a name from outside must not become a path.
    name = re.split(r"[/\\]", found[1])[-1] if found else ""
    return Media(data, content_type, name)


def _take(answer: requests.Response, limit: int) -> bytes:
    """Collect the body, stopping at the limit instead of trusting `Content-Length`."""
    data = bytearray()
    end = time.monotonic() + _MAX_SECONDS  # the read time-out alone would let a trickle go on for ever
    for chunk in answer.iter_content(_CHUNK):
        data += chunk
        if len(data) > limit:
            raise errors.Refused(413, f"media larger than {limit} bytes", "文件过大")
        if time.monotonic() > end:
            raise errors.Down(0, "media came too slowly", "下载素材过慢，请检查网络")
    return bytes(data)


def _reported(data: bytes) -> errors.WeComError | None:
    """Give the error that stands where a file should be; a JSON file without an errcode is just a file."""
    try:
        found = json.loads(data)
    except ValueError:
        return None
    code = found.get("errcode") if isinstance(found, dict) else None
    return errors.of(code, str(found.get("errmsg", ""))) if isinstance(code, int) and code else None
