"""A street with a bus stop, on either database; whatever the story did, the books must be sound after it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.boarding.stop import Stop
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

MEMORY = Path("/dev/shm")
ONE_ENGINE = ("test_statements",)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story on both engines, the counting on one."""
    if "stop" in metafunc.fixturenames:
        kinds = databases.KINDS[:1] if metafunc.module.__name__.endswith(ONE_ENGINE) else databases.KINDS
        metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated, empty database."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield from databases.fresh(request.param, Path(folder))


@pytest.fixture
def street(database_url: str, tmp_path: Path) -> Iterator[Street]:
    """The demo's members at their phones."""
    made = Street(database_url, tmp_path)
    yield made
    made.settle()
    found = books.broken(made)
    made.close()
    assert found == []


@pytest.fixture
def stop(street: Street) -> Stop:
    """The bus stop."""
    return Stop(street)


@pytest.fixture
def su(street: Street) -> Hand:
    """苏护送, escort of 思明区."""
    return street.phone("su.husong")


@pytest.fixture
def zhou(street: Street) -> Hand:
    """周护送, another one."""
    return street.phone("zhou.husong")


@pytest.fixture
def qian(street: Street) -> Hand:
    """鹭岛前台, at the hotel's desk."""
    return street.phone("jiudian.qian")
