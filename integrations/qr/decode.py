"""Reads the codes in one photograph: header first, then as little decoding as will do. Run it in `worker`, not here.

A camera's twelve megapixels are decoded at half size (libjpeg does that for a quarter of the cost); at full size,
doubled when small, sharpened, only while nothing was found. QR codes come first and alone: all formats on a noisy
picture take seconds. The rotation in EXIF needs no turning of pixels: a code is found however it lies, mirrored too.
"""

from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 10 * 1024 * 1024  # WeCom takes no larger picture (page 90253)
MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 12_000_000}
HALVED_ABOVE = 2_000_000  # pixels: below that the whole picture is as quick
DOUBLED_BELOW = 1_500_000
SHARPENED_BELOW = 13_000_000  # above that it would take seconds
MOST_CODES = 40


class Reason(StrEnum):
    """Why a file is not read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    GIF = "gif"
    HEIC = "heic"
    SVG = "svg"
    OTHER_KIND = "other_kind"
    BROKEN = "broken"
    TOO_COSTLY = "too_costly"
    """It took more than its time or its memory."""


class Unreadable(Exception):
    """The file is no photograph that is read; `reason` says why. Nothing of it is kept."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def kind(data: bytes) -> str:
    """`JPEG` or `PNG` by the first bytes, whatever the file is called; `Unreadable` for all else. Reads no pixel."""
    if len(data) > MOST_BYTES:
        raise Unreadable(Reason.TOO_LARGE)
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    raise Unreadable(_other(data))


def _other(data: bytes) -> Reason:
    if not data:
        return Reason.EMPTY
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Reason.GIF
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis", b"avif"):
        return Reason.HEIC
    if b"<svg" in data[:1024].lower():
        return Reason.SVG
    return Reason.OTHER_KIND


def read(data: bytes) -> list[str]:
    """The texts of all codes in a photograph, each once, from top to bottom; none is `[]`. Raises `Unreadable`.

    Only where there is no QR code are two other kinds looked for, whose own checks leave no room for a wrong reading.
    """
    import zxingcpp

    kinds: Any = zxingcpp.BarcodeFormat
    try:
        small = None
        for picture in _looks(data, kind(data)):
            small = small or picture
            if found := _codes(picture, kinds.QRCode):
                return found
        return _codes(small, [kinds.Code128, kinds.DataMatrix]) if small else []
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable(Reason.TOO_COSTLY) from None
    except Exception:  # whatever Pillow makes of a damaged or hostile file, it is the file that is to blame
        raise Unreadable(Reason.BROKEN) from None


def _looks(data: bytes, form: str) -> "Iterator[Image]":
    """The picture in grey, in the ways worth a look, the cheapest first: halved, whole, doubled, sharpened."""
    from PIL.ImageFilter import UnsharpMask

    picture = _open(data, form)
    pixels = picture.width * picture.height
    if form == "JPEG" and pixels > HALVED_ABOVE:
        picture.draft("L", (picture.width // 2, picture.height // 2))
        yield picture.convert("L")
        picture = _open(data, form)
        picture.draft("L", picture.size)
    grey = picture.convert("L")
    yield grey
    if pixels < DOUBLED_BELOW:
        yield grey.resize((grey.width * 2, grey.height * 2))
    if pixels < SHARPENED_BELOW:  # brings back what is out of focus by up to half a module
        yield grey.filter(UnsharpMask(4 if pixels > HALVED_ABOVE else 2, 250, 0))


def _open(data: bytes, form: str) -> "Image":
    """The picture with its header read and not one pixel."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limit stands below, and differs by format
    picture = Image.open(BytesIO(data), formats=(form,))
    if picture.width * picture.height > MOST_PIXELS[form]:
        raise Unreadable(Reason.TOO_MANY_PIXELS)
    return picture


def _codes(picture: "Image", formats: Any) -> list[str]:
    import zxingcpp

    found = zxingcpp.read_barcodes(picture, formats=formats, text_mode=zxingcpp.TextMode.Plain)
    texts = [each.text for each in sorted(found, key=lambda one: one.position.top_left.y) if each.text]
    return list(dict.fromkeys(texts))[:MOST_CODES]
