"""The same street as in the stories of the verification, on either database."""

import pytest

from tests import databases
from tests.verification.conftest import chen, database_url, li, lin, street, wang, zheng

__all__ = ["chen", "database_url", "li", "lin", "street", "wang", "zheng"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story on both engines."""
    if "database_url" in metafunc.fixturenames and not metafunc.module.__name__.endswith("test_storm"):
        metafunc.parametrize("database_url", databases.KINDS, indirect=True)
