"""Who stands at the counter where kits are given: two workers of one community, a neighbour, a lead; both databases."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.issuing.counter import Counter, Worker
from tests.verification import books

MEMORY = Path("/dev/shm")  # where a file need not reach a disk: a story asks what is true, not what survives
ONE_ENGINE = ("test_refusals", "test_rollcall", "test_stock")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The giving and exchanging on both engines; what is refused before anything is written does not depend on them."""
    if "counter" in metafunc.fixturenames:
        kinds = databases.KINDS[:1] if metafunc.module.__name__.endswith(ONE_ENGINE) else databases.KINDS
        metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated, empty database."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield from databases.fresh(request.param, Path(folder))


@pytest.fixture
def counter(database_url: str, tmp_path: Path) -> Iterator[Counter]:
    """The demo's members at their phones with the menu on them; after every story the books must be sound."""
    made = Counter(database_url, tmp_path)
    yield made
    made.settle()
    found = books.broken(made)
    made.close()
    assert found == []


@pytest.fixture
def li(counter: Counter) -> Worker:
    """李芳, community worker of 前埔南社区."""
    return counter.worker("li.fang")


@pytest.fixture
def wang(counter: Counter) -> Worker:
    """王强, her colleague."""
    return counter.worker("wang.qiang")


@pytest.fixture
def chen(counter: Counter) -> Worker:
    """陈静 of 前埔北社区, the same street."""
    return counter.worker("chen.jing")


@pytest.fixture
def lin(counter: Counter) -> Worker:
    """林书记, lead of 莲前街道."""
    return counter.worker("lin.shuji")
