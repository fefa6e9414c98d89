"""What lies on the disk: after a whole first road nobody's name, number, address or typed word stands in plain."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.state import journal
from bot.state.base import metadata
from tests import invariants
from tests.faults.office import HEADER, Office, to_review

WORKER = "li.fang"
CANARIES = [
    "欧阳若兮",
    "11010519491231002X",
    "0592-2000777",
    "前埔南小区七栋七〇七室",
    "父亲住院",
    "病例甲七",
    "三天前已离开",
]
LIST = (
    f"{HEADER}\nL-1,欧阳若兮,男,居民身份证,11010519491231002X,0592-2000777,密接,病例甲七,,"
    "思明区,莲前街道,前埔南社区,前埔南小区七栋七〇七室,父亲住院"
)


@pytest.fixture
def road(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """A list has come, its one person has been called, reported, shown to the CDC, and asked about in many words."""
    office = Office(database_url)
    office.opens()
    office.list_arrives(tmp_path, LIST)
    (tmp_path / "list.csv").unlink()
    office.hand_over()
    office.taps(WORKER, "显示电话")
    to_review(office, WORKER)
    office.taps(WORKER, "确认反馈")
    office.hand_over()
    office.says(WORKER, "欧阳若兮 11010519491231002X")
    office.says("a.stranger", "0592-2000777")
    yield office
    office.close()


def test_no_canary_stands_in_any_cell_and_the_journal_verifies(road: Office) -> None:
    with road.store.read() as conn:
        cells = [repr(tuple(row)) for table in metadata.sorted_tables for row in conn.execute(sa.select(table))]
        assert journal.verify(conn, road.keys.audit) == []
    assert len(cells) > 100
    assert [word for word in CANARIES if any(_in(word, cell) for cell in cells)] == []
    invariants.check(road.store)


def _in(word: str, cell: str) -> bool:
    return word in cell or repr(word.encode())[2:-1] in cell or ascii(word)[1:-1] in cell


def test_no_canary_stands_in_the_file_or_its_log(road: Office) -> None:
    """Bytes, not rows: free pages and the write-ahead log too, in every encoding a text could have."""
    if not road.store.sqlite:
        pytest.skip("PostgreSQL keeps its files to itself")
    database = Path(str(road.store.url.database))
    files = [path for path in database.parent.iterdir() if path.name.startswith(database.name)]
    assert {path.suffix for path in files} >= {".sqlite3", ".sqlite3-wal"}
    plain = b"".join(path.read_bytes() for path in files)
    assert "李芳".encode() in plain, "the scan finds what is there"
    for word in CANARIES:
        forms = [word.encode(), word.encode("utf-16-le"), word.encode("gb18030"), ascii(word)[1:-1].encode()]
        assert [form for form in forms if form in plain] == [], word
