"""The same street as in the stories of the verification, on either database."""

import pytest

from tests import databases
from tests.issuing.conftest import counter
from tests.verification.conftest import chen, database_url, li, lin, street, wang, xu, zheng

__all__ = ["chen", "counter", "database_url", "li", "lin", "street", "wang", "xu", "zheng"]
ONE_ENGINE = ("test_statements", "test_by_numbers")  # neither counts nor what is typed depend on the engine


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story on both engines, the counting on one."""
    if {"street", "counter"} & {*metafunc.fixturenames}:
        kinds = databases.KINDS[:1] if metafunc.module.__name__.endswith(ONE_ENGINE) else databases.KINDS
        metafunc.parametrize("database_url", kinds, indirect=True)
