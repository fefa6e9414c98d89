"""Who is in the stories: 李芳 and 王强 of 前埔南, 郑医生 and 许医生 of the CDC, anybody else by userid."""

from collections.abc import Callable

import pytest

from tests.scenarios.member import Member
from tests.world import World

Someone = Callable[[str], Member]


@pytest.fixture
def someone(world: World) -> Someone:
    """Any member of the demo directory, by userid."""
    return lambda userid: Member(world, userid)


@pytest.fixture
def fang(someone: Someone) -> Member:
    """李芳, community worker of 前埔南社区."""
    return someone("li.fang")


@pytest.fixture
def qiang(someone: Someone) -> Member:
    """王强, her colleague."""
    return someone("wang.qiang")


@pytest.fixture
def zheng(someone: Someone) -> Member:
    """郑医生 of 思明区's CDC."""
    return someone("zheng.yi")


@pytest.fixture
def xu(someone: Someone) -> Member:
    """许医生, a colleague at the same CDC."""
    return someone("xu.yi")
