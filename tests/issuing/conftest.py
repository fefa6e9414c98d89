"""Who stands at the counter where kits are given: two workers of one community, a neighbour, a lead; both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.issuing.counter import Counter, Worker
from tests.verification import books
from tests.verification.street import furnish

ON_BOTH = (
    "household_is_issued", "typed_codes_are_bound", "transport_kind", "takes_from_the_stock", "tap_or_number",
    "another_community", "undo_within", "undo_by_the_card", "replaced_with_a_reason", "twins",
    "takes_meanwhile", "two_workers", "who_has_one", "at_home_or_not", "undecided_or", "ten_unknown",
    "out_of_stock", "corrected_away", "cdc_returns", "counted_is_written", "low_stock", "opens_a_stock",
    "called_by_number", "test_once",
)  # fmt: skip
"""The stories that meet every statement; the others tell what is said, which does not depend on the engine."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is written, on both engines; what is only said, on one."""
    if "counter" in metafunc.fixturenames:
        told = f"{metafunc.module.__name__}.{metafunc.function.__name__}"
        kinds = databases.KINDS if any(one in told for one in ON_BOTH) else databases.KINDS[:1]
        metafunc.parametrize("database_url", kinds, indirect=True)


database_url = databases.chosen(furnish)


@pytest.fixture
def counter(database_url: str, tmp_path: Path) -> Iterator[Counter]:
    """The demo's members at their phones with the menu on them; after every story the books must be sound."""
    with books.sound(Counter(database_url, tmp_path)) as made:
        yield made


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
