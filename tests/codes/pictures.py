"""Pictures for tests: codes as a camera sees them, drawn here; nothing is read from elsewhere."""

from io import BytesIO
from typing import Any

from PIL import Image

from bot.bench.scenes import symbol


def side_by_side(*texts: str) -> Image.Image:
    """Several codes, one under the other, on a grey table."""
    symbols = [symbol(text, 6) for text in texts]
    width, height = max(each.width for each in symbols) + 80, sum(each.height + 40 for each in symbols) + 40
    table, y = Image.new("L", (width, height), 120), 40
    for each in symbols:
        table.paste(each, (40, y))
        y += each.height + 40
    return table


def jpeg(picture: Image.Image, **how: Any) -> bytes:
    """The picture as a JPEG file."""
    return _file(picture.convert("RGB"), "JPEG", **{"quality": 80} | how)


def png(picture: Image.Image) -> bytes:
    """The picture as a PNG file."""
    return _file(picture, "PNG")


def _file(picture: Image.Image, form: str, **how: Any) -> bytes:
    written = BytesIO()
    picture.save(written, form, **how)
    return written.getvalue()
