"""Photographs by rule: what a phone's camera makes of a printed code in a chat, the same every time for one seed."""

import random
from io import BytesIO
from typing import TYPE_CHECKING

from integrations.qr import encode

if TYPE_CHECKING:
    from PIL.Image import Image

CAMERA = (4000, 3000)  # twelve megapixels
SHARE, TURN = 0.05, 30  # the symbol's side as a share of the width; degrees


def symbol(text: str, pixels: int = 8) -> "Image":
    """A QR code in grey with its quiet zone, `pixels` a module."""
    from PIL import Image

    rows = encode.modules(text)
    side = len(rows) + 2 * encode.QUIET
    drawn = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows, encode.QUIET):
        for x, dark in enumerate(row, encode.QUIET):
            drawn.putpixel((x, y), 0 if dark else 255)
    return drawn.resize((side * pixels, side * pixels), Image.Resampling.NEAREST)


def chat_photo(text: str, seed: int, size: tuple[int, int] = CAMERA) -> bytes:
    """A JPEG of a rough table with the code somewhere on it: small, turned, out of focus, in dim light, noisy.

    The blur is up to two fifths of a module, the light a sixth to a third of a lit room's.
    """
    from PIL import Image, ImageFilter

    chance = random.Random(seed)  # noqa: S311 -- a scene, not a secret
    width, height = size
    label = _turned(text, width)
    rough = Image.effect_noise((width // 4, height // 4), 40).resize(size, Image.Resampling.BICUBIC)
    scene = Image.blend(rough, Image.linear_gradient("L").resize(size), 0.4)
    scene.paste(label, (chance.randrange(width - label.width), chance.randrange(height - label.height)))
    scene = scene.filter(ImageFilter.GaussianBlur(width / CAMERA[0] * chance.uniform(0.8, 2.8)))
    light = chance.uniform(0.16, 0.34)
    dim = scene.point([round(value * light) + 6 for value in range(256)])
    grain = Image.effect_noise(size, 60)
    noisy = Image.blend(dim, grain, 0.06)
    written = BytesIO()
    noisy.convert("RGB").save(written, "JPEG", quality=chance.randrange(60, 86))
    return written.getvalue()


def _turned(text: str, width: int) -> "Image":
    from PIL import Image

    code = symbol(text, 16)
    quiet = code.width / (code.width - 2 * encode.QUIET * 16)
    side = round(width * SHARE * quiet)
    turned = code.resize((side * 2, side * 2)).rotate(TURN, Image.Resampling.BICUBIC, expand=True, fillcolor=140)
    return turned.resize((turned.width // 2, turned.height // 2), Image.Resampling.LANCZOS)
