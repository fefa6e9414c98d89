"""Who is in the stories of the verification: workers of four communities, the CDC, a lead, on either database."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

MEMORY = Path("/dev/shm")  # where a file need not reach a disk: a story asks what is true, not what survives
ONE_ENGINE = ("test_refusals", "test_statements")  # neither rights nor counts depend on the engine


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story on both engines, the table of rights and the counting on one."""
    if "street" in metafunc.fixturenames:
        kinds = databases.KINDS[:1] if metafunc.module.__name__.endswith(ONE_ENGINE) else databases.KINDS
        metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated, empty database."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield from databases.fresh(request.param, Path(folder))


@pytest.fixture
def street(database_url: str, tmp_path: Path) -> Iterator[Street]:
    """The demo's members at their phones; whatever the story did, the books must be sound after it."""
    made = Street(database_url, tmp_path)
    yield made
    made.settle()
    found = books.broken(made)
    made.close()
    assert found == []


@pytest.fixture
def li(street: Street) -> Hand:
    """李芳, community worker of 前埔南社区."""
    return street.phone("li.fang")


@pytest.fixture
def wang(street: Street) -> Hand:
    """王强, her colleague."""
    return street.phone("wang.qiang")


@pytest.fixture
def chen(street: Street) -> Hand:
    """陈静 of 前埔北社区, the same street."""
    return street.phone("chen.jing")


@pytest.fixture
def lin(street: Street) -> Hand:
    """林书记, lead of 莲前街道."""
    return street.phone("lin.shuji")


@pytest.fixture
def zheng(street: Street) -> Hand:
    """郑医生 of 思明区's CDC."""
    return street.phone("zheng.yi")


@pytest.fixture
def xu(street: Street) -> Hand:
    """许医生, a colleague at the same CDC."""
    return street.phone("xu.yi")
