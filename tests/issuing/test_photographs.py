"""Photographs at the counter: read like a scan, for the person who was chosen when they were sent."""

from PIL import Image, ImageFilter, ImageOps

from bot.bench import scenes
from cards import camera
from tests.codes import pictures
from tests.issuing.counter import FAMILY, Counter, Worker
from tests.verification import books


def sends(counter: Counter, li: Worker, *photographs: bytes) -> str:
    """Photographs one right after the other; what was said when all were read."""
    li.hears()
    for data in photographs:
        counter.thumb.photo(li.userid, data)
    counter.settle()
    return li.hears()


def photo(counter: Counter, *shorts: str) -> bytes:
    """A photograph of one or several bands."""
    return pictures.jpeg(pictures.side_by_side(*(counter.payload(short) for short in shorts)))


def test_a_photograph_issues_and_binds_like_a_scan(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    one, two = counter.prints(2)
    li.waits_for_code()
    assert "已发放并绑定：王*明" in sends(counter, li, photo(counter, one))
    assert "已发放并绑定：林*英" in sends(counter, li, scenes.chat_photo(counter.payload(two), 7, (2000, 1500)))
    assert counter.wearing() == dict(zip(FAMILY, (one, two), strict=False))


def test_of_two_photographs_in_a_row_the_second_is_not_taken_for_the_next_person(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    one, two = counter.prints(2)
    li.waits_for_code()
    said = sends(counter, li, photo(counter, one), photo(counter, two))
    assert "已发放并绑定：王*明" in said
    assert "您已转到下一步，没有保存" in said
    assert counter.wearing() == {FAMILY[0]: one}
    assert "已发放并绑定：林*英" in sends(counter, li, photo(counter, two)), "sent again it is meant for her"


def test_a_photograph_of_several_bands_binds_none_and_answers_each(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    one, two = counter.prints(2)
    li.waits_for_code()
    said = sends(counter, li, photo(counter, one, two))
    assert all(f"{short[:4]}-{short[4:]}" in said for short in (one, two))
    assert counter.wearing() == {}


def test_what_is_no_band_is_refused_by_its_name(counter: Counter, li: Worker) -> None:
    counter.ready(1)
    li.waits_for_code()
    for text, said in (
        ("https://example.invalid/health", "这是一个网址"),
        ("wxp://f2f0AbCd", "这是付款码"),
        ("BEGIN:VCARD\nFN:Nobody\nEND:VCARD", "这是名片"),
        ("7" * 1200, "这个码太长"),
    ):
        assert said in sends(counter, li, pictures.png(scenes.symbol(text, 4)))
    before = books.deeds(counter)
    blurred = pictures.jpeg(scenes.symbol("x" * 40, 4).filter(ImageFilter.GaussianBlur(6)))
    for photograph, why in (
        (pictures.jpeg(scenes.symbol("x"))[:700], "broken"),
        (pictures.png(Image.new("1", (20_000, 20_000))), "too_many_pixels"),
        (b"\x89PNG\r\n\x1a\n<svg/>", "broken"),
        (blurred, ""),
    ):
        assert sends(counter, li, photograph) == camera.unread(why)
    assert books.deeds(counter) == before
    assert counter.wearing() == {}


def test_a_mirrored_code_and_a_file_of_another_name_are_read_all_the_same(counter: Counter, li: Worker) -> None:
    counter.ready(2)
    one, two = counter.prints(2)
    li.waits_for_code()
    mirrored = ImageOps.mirror(scenes.symbol(counter.payload(one)))
    assert "已发放并绑定：王*明" in sends(counter, li, pictures.jpeg(mirrored))
    assert "已发放并绑定：林*英" in sends(counter, li, pictures.png(scenes.symbol(counter.payload(two))))  # photo.jpg
    assert counter.wearing() == dict(zip(FAMILY, (one, two), strict=False))
