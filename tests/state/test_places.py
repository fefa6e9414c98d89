"""Places: a community is found, or asked for; in the demo world's colliding names nothing is ever guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.state import places

DISTRICTS = {"思明区": "350203", "湖里区": "350206", "集美区": "350211", "同安区": "350212", "翔安区": "350213"}
STREETS = {
    ("思明区", "莲前街道"): ("前埔南社区", "瑞景社区", "何厝社区", "莲前社区"),
    ("思明区", "嘉莲街道"): ("莲花五村", "长青社区"),
    ("湖里区", "禾山街道"): ("枋湖社区", "钟宅社区"),
    ("湖里区", "江头街道"): ("吕厝社区",),
    ("集美区", "侨英街道"): ("孙厝社区", "兑山社区"),
    ("集美区", "杏滨街道"): ("三秀社区", "西滨社区"),
    ("同安区", "大同街道"): ("三秀社区", "凤山村", "凤山社区"),
    ("同安区", "西柯镇"): ("吕厝村", "潘涂社区"),
    ("翔安区", "马巷镇"): ("何厝社区",),
    ("翔安区", "新店镇"): ("钟宅村", "西滨社区", "澳头社区"),
}


def directory() -> list[places.Place]:
    found = [places.Place("3502", "厦门市", "city")]
    found += [places.Place(code, name, "district", "3502") for name, code in DISTRICTS.items()]
    for number, ((district, street), names) in enumerate(STREETS.items(), 1):
        code = f"{DISTRICTS[district]}{number:03d}"
        found.append(places.Place(code, street, "street", DISTRICTS[district]))
        found += [places.Place(f"{code}{index:03d}", name, "community", code) for index, name in enumerate(names, 1)]
    return found


WORLD = places.Resolver(directory())
COMMUNITIES = [place for place in directory() if place.level == "community"]
COLLIDING = ["何厝", "吕厝", "钟宅", "三秀", "西滨", "凤山"]


def names(answer: places.Found | places.Candidates) -> list[str]:
    chosen = (answer.place,) if isinstance(answer, places.Found) else answer.places
    return [WORLD.label(place) for place in chosen]


@pytest.mark.parametrize("place", COMMUNITIES, ids=lambda place: place.code)
def test_every_community_is_found_by_its_code_and_by_its_full_names(place: places.Place) -> None:
    _, district, street, _ = WORLD.path(place)
    assert WORLD.resolve(code=place.code) == places.Found(place)
    assert WORLD.resolve(district=district.name, street=street.name, community=place.name) == places.Found(place)
    assert WORLD.resolve(place.code, district.name, street.name, place.name) == places.Found(place)


@pytest.mark.parametrize(
    ("district", "street", "community"),
    [
        ("集美", "侨英", "孙厝"),
        ("集美区", "侨英街道办事处", "孙厝居委会"),
        ("厦门市集美区", "侨英街", "孙厝村"),
        ("", "", "孙厝社区居委会"),
        (" 集 美 区", "", "孙厝\u200b"),
        ("", "侨英街道", "孙厝"),
    ],
)
def test_names_are_understood_with_and_without_their_endings(district: str, street: str, community: str) -> None:
    assert names(WORLD.resolve("", district, street, community)) == ["集美区侨英街道孙厝社区"]


@pytest.mark.parametrize("base", COLLIDING)
@pytest.mark.parametrize("ending", ["", "社区", "村", "居委会"])
def test_a_name_that_several_communities_bear_is_never_guessed(base: str, ending: str) -> None:
    answer = WORLD.resolve(community=base + ending)
    assert isinstance(answer, places.Candidates)
    assert answer.why is places.Why.AMBIGUOUS
    assert all(base in name for name in names(answer))
    assert len(answer.places) >= 2


@pytest.mark.parametrize(
    ("district", "community", "found"),
    [
        ("思明区", "何厝", "思明区莲前街道何厝社区"),
        ("同安", "吕厝", "同安区西柯镇吕厝村"),
        ("翔安区", "钟宅社区", "翔安区新店镇钟宅村"),
    ],
)
def test_the_district_chooses_where_it_can(district: str, community: str, found: str) -> None:
    answer = WORLD.resolve(district=district, community=community)
    assert isinstance(answer, places.Found)
    assert names(answer) == [found]


def test_within_one_street_the_full_name_chooses_and_the_bare_one_does_not() -> None:
    assert names(WORLD.resolve("", "同安区", "大同街道", "凤山村")) == ["同安区大同街道凤山村"]
    assert names(WORLD.resolve("", "同安区", "大同街道", "凤山社区")) == ["同安区大同街道凤山社区"]
    assert isinstance(WORLD.resolve("", "同安区", "大同街道", "凤山"), places.Candidates)
    assert isinstance(WORLD.resolve("", "同安区", "", "凤山村"), places.Candidates)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"district": "集美区", "street": "莲前街道", "community": "孙厝"}, places.Why.CONTRADICTION),
        ({"district": "集美区", "street": "没有街道", "community": "孙厝"}, places.Why.CONTRADICTION),
        ({"district": "泉州市", "community": "孙厝"}, places.Why.CONTRADICTION),
        ({"community": "孙错"}, places.Why.UNKNOWN),
        ({"code": "350203001001", "community": "孙厝"}, places.Why.CODE_CONTRADICTION),
        ({"code": "350203", "community": "孙厝"}, places.Why.CODE_CONTRADICTION),
        ({"code": "999999", "community": "孙厝"}, places.Why.CODE_UNKNOWN),
    ],
)
def test_what_contradicts_itself_is_answered_with_what_may_be_meant(asked: dict[str, str], why: places.Why) -> None:
    answer = WORLD.resolve(**asked)
    assert isinstance(answer, places.Candidates)
    assert answer.why is why
    assert "集美区侨英街道孙厝社区" in names(answer)


def test_a_code_of_a_district_or_street_narrows_the_names() -> None:
    assert names(WORLD.resolve(code="350203", community="何厝")) == ["思明区莲前街道何厝社区"]
    assert names(WORLD.resolve(code="350211005", community="孙厝")) == ["集美区侨英街道孙厝社区"]
    everything = WORLD.resolve(code="350211005")
    assert isinstance(everything, places.Candidates)
    assert names(everything) == ["集美区侨英街道孙厝社区", "集美区侨英街道兑山社区"]


def test_without_a_community_its_street_is_offered() -> None:
    answer = WORLD.resolve(district="集美区", street="侨英街道")
    assert isinstance(answer, places.Candidates)
    assert answer.why is places.Why.EMPTY
    assert len(answer.places) == 2
    assert WORLD.resolve() == places.Candidates((), places.Why.EMPTY)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("集美侨英孙厝", "集美区侨英街道孙厝社区"),
        ("厦门市集美区侨英街道孙厝社区", "集美区侨英街道孙厝社区"),
        ("孙厝 侨英", "集美区侨英街道孙厝社区"),
        ("孙厝村", "集美区侨英街道孙厝社区"),
        ("suncuo", "集美区侨英街道孙厝社区"),
        ("sc", "集美区侨英街道孙厝社区"),
        ("孙错", "集美区侨英街道孙厝社区"),
        ("思明莲前瑞景", "思明区莲前街道瑞景社区"),
        ("莲前", "思明区莲前街道莲前社区"),
        ("同安三秀", "同安区大同街道三秀社区"),
        ("莲花五", "思明区嘉莲街道莲花五村"),
        ("350211005002", "集美区侨英街道兑山社区"),
    ],
)
def test_what_is_typed_finds_its_community_first(typed: str, first: str) -> None:
    assert WORLD.label(WORLD.search(typed)[0]) == first


@pytest.mark.parametrize("base", COLLIDING)
def test_a_colliding_name_is_found_in_all_its_places(base: str) -> None:
    assert len([place for place in WORLD.search(base) if base in place.name]) >= 2


@pytest.mark.parametrize("typed", ["", "  ", "谢谢", "好的", "我到了", "张三李四", "社区", "x" * 10_000])
def test_what_is_no_place_finds_nothing(typed: str) -> None:
    assert WORLD.search(typed) == ()


@given(st.text(st.sampled_from("集美侨英孙厝社区街道镇村 莲前何三秀凤山0123abc"), max_size=12))
def test_an_answer_is_always_a_few_communities(typed: str) -> None:
    assert len(WORLD.search(typed)) <= places.MOST
    for answer in (WORLD.resolve(community=typed), WORLD.resolve(typed, typed, typed, typed)):
        chosen = (answer.place,) if isinstance(answer, places.Found) else answer.places
        assert len(chosen) <= places.MOST
        assert all(place.level == "community" for place in chosen)
        assert len(set(chosen)) == len(chosen)


@given(st.sampled_from(COMMUNITIES), st.sampled_from(COMMUNITIES))
def test_whatever_is_found_bears_the_name_that_was_given(place: places.Place, other: places.Place) -> None:
    _, district, street, _ = WORLD.path(other)
    answer = WORLD.resolve("", district.name, street.name, place.name)
    if isinstance(answer, places.Found):
        assert WORLD.inside(answer.place, street.code)
        assert answer.place.name[:2] == place.name[:2]


def test_paths_and_labels_go_from_the_top() -> None:
    place = WORLD.get("350211005001")
    assert place is not None
    assert [step.name for step in WORLD.path(place)] == ["厦门市", "集美区", "侨英街道", "孙厝社区"]
    assert WORLD.inside(place, "350211")
    assert not WORLD.inside(place, "350203")
    assert WORLD.get("nowhere") is None


def test_a_code_that_stands_twice_is_a_mistake_in_the_directory() -> None:
    place = places.Place("1", "甲社区", "community")
    assert places.Resolver([place, place]).resolve(code="1") == places.Found(place)
    with pytest.raises(ValueError, match="甲社区, 乙社区"):
        places.Resolver([place, places.Place("1", "乙社区", "community")])
