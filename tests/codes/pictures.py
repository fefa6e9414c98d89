"""Pictures for tests: codes as a camera sees them, drawn here; nothing is read from elsewhere."""

import random
from io import BytesIO
from typing import Any

from PIL import Image, ImageFilter

from integrations.qr import encode


def symbol(text: str, pixels: int = 8) -> Image.Image:
    """A QR code in grey with its quiet zone, `pixels` a module."""
    rows = encode.modules(text)
    side = len(rows) + 2 * encode.QUIET
    drawn = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows, encode.QUIET):
        for x, dark in enumerate(row, encode.QUIET):
            drawn.putpixel((x, y), 0 if dark else 255)
    return drawn.resize((side * pixels, side * pixels), Image.Resampling.NEAREST)


def side_by_side(*texts: str) -> Image.Image:
    """Several codes, one under the other, on a grey table."""
    symbols = [symbol(text, 6) for text in texts]
    width, height = max(each.width for each in symbols) + 80, sum(each.height + 40 for each in symbols) + 40
    table, y = Image.new("L", (width, height), 120), 40
    for each in symbols:
        table.paste(each, (40, y))
        y += each.height + 40
    return table


def chat_photo(text: str, seed: int, size: tuple[int, int] = (4000, 3000)) -> Image.Image:
    """What arrives in chat: a code of 5 % of the width, turned by 30°, a little out of focus, in dim light, noisy."""
    chance = random.Random(seed)
    width, height = size
    code = symbol(text, 16)
    side = round(width * 0.05 * code.width / (code.width - 2 * encode.QUIET * 16))
    turned = code.resize((side * 2, side * 2)).rotate(30, expand=True, fillcolor=140, resample=Image.Resampling.BICUBIC)
    turned = turned.resize((turned.width // 2, turned.height // 2), Image.Resampling.LANCZOS)
    rough = Image.effect_noise((width // 4, height // 4), 40).resize(size, Image.Resampling.BICUBIC)
    table = Image.blend(rough, Image.linear_gradient("L").resize(size), 0.4)
    table.paste(turned, (chance.randrange(width - turned.width), chance.randrange(height - turned.height)))
    table = table.filter(ImageFilter.GaussianBlur(width / 4000 * chance.uniform(0.8, 2.0)))
    dim = table.point([round(value * 0.3) + 8 for value in range(256)])
    return Image.blend(dim, Image.effect_noise(size, 24), 0.12)


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
