"""P8: codes in photographs, beside bare zxing-cpp: real ones where they are at hand, and simulated chat photos."""

import io
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.bench import scenes
from bot.bench.bed import Bench
from bot.bench.figures import Figure, Goal, milliseconds
from bot.state import code
from bot.state.sealed import Keyring
from integrations.qr.worker import Reader

ALBUM = Path("../shared/data/qr-photos")  # pictures with the expected text beside each; elsewhere the case is left out
SCENES = 40
BARE = "bare zxing-cpp, full size"
Read = Callable[[bytes], list[str]]
Seen = Sequence[tuple[bytes, str]]


def photos(bench: Bench) -> Iterator[Figure]:
    """How many are read, how many wrong, and how long one takes in the bounded process, with the way there."""
    reader = Reader(processes=1)
    try:
        if ALBUM.is_dir():
            yield from _album(bench, reader)
        yield from _chat(bench, reader)
    finally:
        reader.close()


def _album(bench: Bench, reader: Reader) -> Iterator[Figure]:
    album = list(_pictures(ALBUM))
    _timed(reader.read, album[:1])  # the process is there
    ours, bare = _in_turn(bench, reader, album)
    count, goal = len(album), Goal(least=95, ratio_least=1)
    right, wrong = [_right(reader.read, album)], [_wrong(reader.read, album)]
    yield Figure("P8 album", f"read of {count} photographs", "", tuple(right), (_right(_bare, album),), BARE, goal)
    yield Figure("P8 album", "of those read, wrong", "", tuple(wrong), (), "", Goal(most=0))
    readable = [at for at, (data, _) in enumerate(album) if _bare(data)]
    ms = [tuple(milliseconds([run[at] for at in readable]) for run in runs) for runs in (ours, bare)]
    yield Figure("P8 album", "one that bare reads, median", "ms", ms[0], ms[1], BARE, Goal(ratio_most=1.5))


def _chat(bench: Bench, reader: Reader) -> Iterator[Figure]:
    """4000 × 3000, the code 5 % of the width, turned by 30°, dim, noisy, a little out of focus."""
    keys = Keyring(["the-key-of-a-bench-that-signs-for-nobody"])
    count = bench.size(SCENES, 3)
    texts = [code.payload(keys, code.fresh()) for _ in range(count)]
    seen = [(scenes.chat_photo(text, seed), text) for seed, text in enumerate(texts)]
    _timed(reader.read, seen[:1])
    ours, bare = _in_turn(bench, reader, seen)
    shares = tuple(100 * _right(read, seen) / count for read in (reader.read, _bare))
    goal = Goal(least=95, ratio_least=1)
    yield Figure("P8 chat", f"read of {count} chat photographs", "%", shares[:1], shares[1:], BARE, goal)
    medians = [tuple(milliseconds(run) for run in runs) for runs in (ours, bare)]
    yield Figure("P8 chat", "one of 12 MP, median", "ms", medians[0], medians[1], BARE, Goal(most=80))
    worst = tuple(max(run) * 1000 for run in ours)
    yield Figure("P8 chat", "the slowest", "ms", worst, (), "", Goal(most=1000))


def _pictures(album: Path) -> Iterator[tuple[bytes, str]]:
    for picture in sorted(album.rglob("*.png")):
        expected = picture.with_suffix(".txt")
        if expected.exists():
            text = expected.read_text(encoding="utf-8")
        else:
            text = picture.with_suffix(".bin").read_bytes().decode("latin-1")
        yield picture.read_bytes(), _plain(text)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _timed(read: Read, pictures: Seen) -> list[float]:
    """Seconds for each."""
    took = []
    for data, _ in pictures:
        started = time.perf_counter()
        read(data)
        took.append(time.perf_counter() - started)
    return took


def _in_turn(bench: Bench, reader: Reader, pictures: Seen) -> tuple[list[list[float]], list[list[float]]]:
    """Our seconds and bare's, in turn, run by run."""
    runs = [(_timed(reader.read, pictures), _timed(_bare, pictures)) for _ in range(bench.times)]
    return [ours for ours, _ in runs], [bare for _, bare in runs]


def _right(read: Read, pictures: Seen) -> int:
    return sum(text in map(_plain, read(data)) for data, text in pictures)


def _wrong(read: Read, pictures: Seen) -> int:
    found = [([*map(_plain, read(data))], text) for data, text in pictures]
    return sum(bool(texts) and text not in texts for texts, text in found)


def _bare(data: bytes) -> list[str]:
    """What one would write first: open, make it grey, read."""
    import zxingcpp
    from PIL import Image

    qr: Any = zxingcpp.BarcodeFormat.QRCode
    picture = Image.open(io.BytesIO(data)).convert("L")
    return [each.text for each in zxingcpp.read_barcodes(picture, formats=qr, text_mode=zxingcpp.TextMode.Plain)]
