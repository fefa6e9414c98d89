"""Who is in the stories of the supplements: the street of the verification, on either database."""

import pytest

from tests.scenarios import lists
from tests.verification.conftest import (  # noqa: F401 -- fixtures and the hook that puts them on both engines
    chen,
    database_url,
    li,
    lin,
    pytest_generate_tests,
    street,
    wang,
    xu,
    zheng,
)
from tests.verification.street import Street

WANG = lists.person("王建明", "14400001001", 证件号码="350299198805120018", 关联病例="厦门-0117")


@pytest.fixture
def listed(street: Street) -> Street:  # noqa: F811
    """王建明 of 前埔南社区 is on the list."""
    street.list_arrives(lists.csv(WANG))
    return street
