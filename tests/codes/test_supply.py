"""Batches: printed, printed again only where nobody was bound, another maker's only when registered, retired whole."""

import pytest

from bot.state import band, batch, code, supply
from bot.state.code import BadCode, Reason
from bot.state.sealed import Keyring
from bot.state.supply import NotSupplied
from tests import invariants
from tests.codes.shelf import Shelf
from tests.codes.test_band import bound

RF = [f"RF{number:06d}" for number in range(1, 21)]


def test_a_batch_of_ours_is_recorded_with_its_key_and_its_codes(shelf: Shelf) -> None:
    made, shorts = shelf.does(lambda tx: supply.print_new(tx, 24))
    assert (made.name, made.count, made.key_id) == ("B20221122-1", 24, code.key_id(shelf.keys))
    assert len({*shorts}) == 24
    assert all(shelf.does(lambda tx, s=short: band.recognise(tx, s)).batch_id == made.id for short in shorts)  # type: ignore[misc]
    assert shelf.does(lambda tx: supply.print_new(tx, 1))[0].name == "B20221122-2"
    invariants.check(shelf.store)


@pytest.mark.parametrize("count", [0, -1, supply.MOST + 1])
def test_a_batch_of_none_or_too_many_is_refused(shelf: Shelf, count: int) -> None:
    with pytest.raises(NotSupplied, match="分批"):
        shelf.does(lambda tx: supply.print_new(tx, count))


def test_only_codes_nobody_was_bound_to_are_printed_again_and_it_is_told(shelf: Shelf) -> None:
    made, shorts = shelf.does(lambda tx: supply.print_new(tx, 3))
    worn = bound(shelf, shorts[0], shelf.person())
    assert sorted(shelf.does(lambda tx: supply.reprint(tx, made.name))) == sorted(shorts[1:])
    with pytest.raises(NotSupplied, match="不能重印"):
        shelf.does(lambda tx: supply.reprint(tx, made.name, [shorts[0]]))
    shelf.does(lambda tx: band.release(tx, worn, "撤销"))
    with pytest.raises(NotSupplied, match="不能重印"):
        shelf.does(lambda tx: supply.reprint(tx, made.name, [code.shown(shorts[0])]))
    with pytest.raises(NotSupplied, match="没有"):
        shelf.does(lambda tx: supply.reprint(tx, made.name, ["22222222"]))
    assert shelf.does(lambda tx: batch.by_name(tx, made.name)).printed == 2  # type: ignore[union-attr]
    invariants.check(shelf.store)


def test_a_retired_batch_gives_out_no_more_and_what_people_wear_stays_good(shelf: Shelf) -> None:
    made, shorts = shelf.does(lambda tx: supply.print_new(tx, 3))
    person = shelf.person()
    bound(shelf, shorts[0], person)
    assert shelf.does(lambda tx: supply.retire(tx, made.name, "印错了")) == 2
    gone = shelf.does(lambda tx: band.recognise(tx, shorts[1]))
    assert (gone.state, gone.reason, gone.ended_by) == (band.State.RETIRED, "印错了", "li.fang")
    assert shelf.does(lambda tx: band.of_contact(tx, person)) is not None
    for again in (supply.retire, supply.reprint):
        with pytest.raises(NotSupplied, match="已停用"):
            shelf.does(lambda tx, do=again: do(tx, made.name, ["x"] if do is supply.reprint else "x"))  # type: ignore[misc]
    (stand,) = shelf.does(supply.stands)
    assert (stand.stock, stand.bound, stand.freed, stand.retired) == (0, 1, 0, 2)
    invariants.check(shelf.store)


def test_another_makers_codes_count_only_from_a_registered_batch(shelf: Shelf) -> None:
    def scanned(text: str) -> Reason:
        with pytest.raises(BadCode) as refused:
            shelf.does(lambda tx: band.recognise(tx, text))
        return refused.value.why

    assert scanned("RF000007-9") is Reason.NOT_REGISTERED
    shelf.does(lambda tx: supply.register(tx, "银行卡厂2022", "RFID", r"RF\d{6}", RF))
    assert shelf.does(lambda tx: band.recognise(tx, "RF000007")).code == "RFID:RF000007"
    assert scanned("RF000021") is Reason.NOT_REGISTERED
    assert scanned("https://rf.example.invalid/RF000007") is Reason.LINK


@pytest.mark.parametrize(
    ("maker", "form", "codes", "because"),
    [
        ("rfid", r"RF\d{6}", RF, "厂家代号"),
        ("RFID", r"(RF)(\d{6})", RF, "正则"),
        ("RFID", r"RF[", RF, "正则"),
        ("RFID", r"RF\d{6}", [*RF, "RG000001"], "RG000001"),
        ("RFID", r"RF\d{6}", [*RF, RF[0]], "两次"),
        ("RFID", r".*", ["7K3M9QX" + code.check("7K3M9QX")], "同形"),
        ("RFID", r"RF\d{6}", [], "分批"),
    ],
)
def test_a_batch_that_is_not_what_it_says_is_refused_whole(
    shelf: Shelf, maker: str, form: str, codes: list[str], because: str
) -> None:
    with pytest.raises(NotSupplied, match=because):
        shelf.does(lambda tx: supply.register(tx, "一批", maker, form, codes))
    assert shelf.does(supply.stands) == []


def test_a_code_is_registered_once(shelf: Shelf) -> None:
    shelf.does(lambda tx: supply.register(tx, "一批", "RFID", r"RF\d{6}", RF))
    with pytest.raises(NotSupplied, match="已登记过"):
        shelf.does(lambda tx: supply.register(tx, "二批", "RFID", r"RF\d{6}", RF[:1]))


def test_a_range_is_spread_with_its_zeros(shelf: Shelf) -> None:
    assert supply.spread("RF000001..RF000020") == RF
    assert supply.spread("A2-08..11") == ["A2-08", "A2-09", "A2-10", "A2-11"]
    for wrong in ("RF1", "RF9..RF1", "RF01..RF100", "RF0..RF99999999"):
        with pytest.raises(NotSupplied):
            supply.spread(wrong)


def test_a_code_of_a_key_that_was_taken_away_is_given_to_nobody_scanned_or_typed(shelf: Shelf) -> None:
    before = Keyring(["a-key-that-is-then-taken-away-of-forty-one", invariants.SECRET])
    older, who = Shelf(shelf.store, before), shelf.person()
    short, worn = older.prints(2)
    older.does(lambda tx: band.bind(tx, band.recognise(tx, worn, lock=True), who))
    strange = code.payload(Keyring(["a-key-of-somebody-else-of-thirty-two-chars"]), code.fresh())
    refused = {code.payload(older.keys, short): Reason.RETIRED_KEY, short: Reason.RETIRED_KEY}
    for text, why in (refused | {strange: Reason.UNKNOWN_KEY}).items():
        with pytest.raises(BadCode) as no:
            shelf.does(lambda tx, t=text: band.recognise(tx, t, lock=True))  # type: ignore[misc]
        assert no.value.why is why, text
    assert shelf.does(lambda tx: band.recognise(tx, worn)).contact_id == who, "who wears one is still known by it"
