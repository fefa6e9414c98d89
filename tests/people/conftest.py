"""The same street as in the stories of the verification, on either database."""

import pytest

from tests import databases
from tests.issuing.conftest import counter
from tests.verification.conftest import chen, database_url, li, lin, street, wang, xu, zheng

__all__ = ["chen", "counter", "database_url", "li", "lin", "street", "wang", "xu", "zheng"]
ONE_ENGINE = ("test_statements", "test_by_numbers")  # neither counts nor what is typed depend on the engine
IN_FULL = ("test_words", "test_display")  # what is said does not either: told on PostgreSQL by the long form


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story on both engines; what is only said or counted, on one."""
    if {"street", "counter"} & {*metafunc.fixturenames}:
        (sqlite, postgres), module = databases.KINDS, metafunc.module.__name__
        second = pytest.param(postgres, marks=pytest.mark.slow) if module.endswith(IN_FULL) else postgres
        kinds = [sqlite] if module.endswith(ONE_ENGINE) else [sqlite, second]
        metafunc.parametrize("database_url", kinds, indirect=True)
