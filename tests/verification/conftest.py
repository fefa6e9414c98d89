"""Who is in the stories of the verification: workers of four communities, the CDC, a lead, on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.verification import books
from tests.verification.street import Hand, Street


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
