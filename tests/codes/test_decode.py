"""Photographs: what is in them is read however it lies; what is no photograph is refused by its name, within bounds."""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from bot.bench import scenes
from bot.state import code
from bot.state.sealed import Keyring
from integrations.qr import decode, worker
from integrations.qr.decode import Reason, Unreadable
from tests.codes import pictures
from tests.invariants import SECRET

KEYS = Keyring([SECRET])
ONE, TWO = (code.payload(KEYS, serial + code.check(serial)) for serial in ("7K3M9QX", "B4W8ZAR"))


@pytest.fixture(scope="module")
def reader() -> Iterator[worker.Reader]:
    """One bounded reader for all of these."""
    made = worker.Reader(processes=1)
    yield made
    made.close()


def why(read: worker.Reader, data: bytes) -> Reason:
    """The reason for which a file is refused."""
    with pytest.raises(Unreadable) as refused:
        read.read(data)
    return refused.value.reason


@pytest.mark.parametrize("as_file", [pictures.png, pictures.jpeg])
def test_a_plain_picture_is_read(reader: worker.Reader, as_file: Callable[[Image.Image], bytes]) -> None:
    assert reader.read(as_file(scenes.symbol(ONE))) == [ONE]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_code_is_read_however_the_camera_was_held_and_mirrored_too(orientation: int) -> None:
    picture, exif = scenes.symbol(ONE), Image.Exif()
    exif[0x0112] = orientation
    turns = {3: 3, 6: 4, 8: 2, 2: 0, 4: 1, 5: 5, 7: 6}
    lies = picture.transpose(Image.Transpose(turns[orientation])) if orientation in turns else picture
    assert decode.read(pictures.jpeg(lies, exif=exif)) == [ONE]


def test_every_code_of_one_picture_is_read_from_top_to_bottom_each_once(reader: worker.Reader) -> None:
    assert reader.read(pictures.jpeg(pictures.side_by_side(ONE, TWO, ONE))) == [ONE, TWO]


def test_a_small_picture_is_doubled_and_a_blank_one_holds_nothing(reader: worker.Reader) -> None:
    tiny = scenes.symbol(ONE, 2).filter(ImageFilter.GaussianBlur(0.9))
    assert reader.read(pictures.png(tiny)) == [ONE]
    assert reader.read(pictures.jpeg(Image.new("L", (640, 480), 90))) == []


def test_what_is_half_a_module_out_of_focus_is_sharpened(reader: worker.Reader) -> None:
    blurred = scenes.symbol(ONE, 5).filter(ImageFilter.GaussianBlur(2.7))
    assert reader.read(pictures.jpeg(blurred)) == [ONE]


def test_a_blurred_picture_gives_nothing_rather_than_something_else(reader: worker.Reader) -> None:
    assert reader.read(pictures.jpeg(scenes.symbol(ONE, 4).filter(ImageFilter.GaussianBlur(6)))) == []


def test_a_chat_photograph_of_twelve_megapixels_is_read(reader: worker.Reader) -> None:
    assert reader.read(scenes.chat_photo(ONE, 1)) == [ONE]


def _many_frames(count: int = 10_000) -> bytes:
    """A GIF of one frame, whose picture block is then repeated."""
    written = BytesIO()
    Image.new("P", (8, 8)).save(written, "GIF", optimize=False)
    whole = written.getvalue()
    at = whole.index(b"\x2c\0\0\0\0\x08\0\x08\0")  # the image descriptor: separator, place, size
    return whole[:at] + whole[at:-1] * count + whole[-1:]


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hosts"/></svg>'
WHOLE = pictures.jpeg(scenes.symbol(ONE))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (_many_frames(), Reason.GIF),
        (HEIC, Reason.HEIC),
        (SVG, Reason.SVG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Reason.OTHER_KIND),
        (b"MM\x00*" + b"\x00" * 64, Reason.OTHER_KIND),
        (b"%PDF-1.7", Reason.OTHER_KIND),
        (WHOLE[: len(WHOLE) // 2], Reason.BROKEN),
        (WHOLE[:20], Reason.BROKEN),
        (pictures.png(scenes.symbol(ONE))[:200], Reason.BROKEN),
        (b"\x89PNG\r\n\x1a\n" + SVG, Reason.BROKEN),
        (b"\xff\xd8\xff\xe0" + b"\x00" * decode.MOST_BYTES, Reason.TOO_LARGE),
        (pictures.png(Image.new("1", (20_000, 20_000))), Reason.TOO_MANY_PIXELS),
        (pictures.png(Image.new("1", (4001, 3000))), Reason.TOO_MANY_PIXELS),
        (pictures.jpeg(Image.new("L", (8000, 6300)), quality=1), Reason.TOO_MANY_PIXELS),
    ],
    ids=lambda value: value if isinstance(value, Reason) else "",
)
def test_what_is_no_photograph_is_refused_by_its_name(reader: worker.Reader, data: bytes, reason: Reason) -> None:
    assert why(reader, data) is reason


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([WHOLE, pictures.png(scenes.symbol(ONE))]), st.floats(0, 1), st.binary(max_size=24))
def test_whatever_is_damaged_is_read_or_refused_and_never_read_wrongly(file: bytes, where: float, harm: bytes) -> None:
    at = int(where * len(file))
    with suppress(Unreadable):
        assert decode.read(file[:at] + harm + file[at + len(harm) :]) in ([], [ONE])


def test_a_large_jpeg_is_read_in_little_memory(reader: worker.Reader) -> None:
    table = Image.new("L", (8000, 6200), 110)
    table.paste(scenes.symbol(ONE, 12), (4000, 3000))
    assert reader.read(pictures.jpeg(table)) == [ONE]


def test_what_needs_more_memory_than_there_is_is_refused_and_the_next_one_read() -> None:
    small = worker.Reader(processes=1, memory=64 * 1024 * 1024)
    try:
        assert why(small, pictures.png(Image.new("RGBA", (4000, 3000)))) is Reason.TOO_COSTLY
        assert small.read(WHOLE) == [ONE]
    finally:
        small.close()


def test_what_takes_too_long_is_ended_and_the_next_one_read() -> None:
    hurried = worker.Reader(processes=1, seconds=0.02)
    noise = pictures.jpeg(Image.frombytes("L", (3000, 2000), os.urandom(6_000_000)))
    try:
        assert why(hurried, noise) is Reason.TOO_COSTLY
        patient = worker.Reader(processes=1)
        assert patient.read(WHOLE) == [ONE]
        patient.close()
    finally:
        hurried.close()


def test_a_reader_that_died_is_replaced() -> None:
    one = worker.Reader(processes=1)
    try:
        assert one.read(WHOLE) == [ONE]
        place = one._places.get()
        assert place is not None
        place._child.kill()
        place._child.wait()
        one._places.put(place)
        assert why(one, WHOLE) is Reason.TOO_COSTLY
        assert one.read(WHOLE) == [ONE]
    finally:
        one.close()


def test_the_reading_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_SECRET_KEY", "a-canary-that-must-not-be-handed-on")
    one = worker.Reader(processes=1)
    try:
        one.read(WHOLE)
        place = one._places.get()
        assert place is not None
        pid = place._child.pid
        assert b"canary" not in Path(f"/proc/{pid}/environ").read_bytes()
        assert resource.prlimit(pid, resource.RLIMIT_AS) == (worker.MEMORY, worker.MEMORY)
        assert resource.prlimit(pid, resource.RLIMIT_FSIZE) == (0, 0)
        one._places.put(place)
    finally:
        one.close()


def test_a_closed_reader_leaves_no_process() -> None:
    one = worker.Reader(processes=1)
    one.read(WHOLE)
    place = one._places.get()
    assert place is not None
    one._places.put(place)
    one.close()
    assert place._child.poll() is not None
