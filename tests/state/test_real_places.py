"""The resolver on a real city's names, where the team's shared folder lies beside the repository; skipped elsewhere."""

import csv
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from bot.state import places

NAMES = Path(__file__).parents[3] / "shared" / "data" / "xiamen-communities-2021.csv"
ENDINGS = ("社区", "村")
pytestmark = pytest.mark.skipif(not NAMES.exists(), reason="the shared folder is not here")


@cache
def city() -> tuple[places.Resolver, tuple[tuple[places.Place, str, str], ...]]:
    """The resolver over the whole city, and each community with its 区 and 街道."""
    rows = list(csv.DictReader(NAMES.read_text(encoding="utf-8-sig").splitlines()))
    areas = {"3502": places.Place("3502", "厦门市", places.CITY)}
    found = []
    for number, row in enumerate(rows):  # the file's own codes are not used: two stand for five communities
        district, street = row["street_code9"][:6], row["street_code9"]
        areas[district] = places.Place(district, row["district"], places.DISTRICT, "3502")
        areas[street] = places.Place(street, row["street"], places.STREET, district)
        here = places.Place(f"{street}{number:03d}", row["community"], places.COMMUNITY, street)
        areas[here.code] = here
        found.append((here, row["district"], row["street"]))
    return places.Resolver(areas.values()), tuple(found)


def bare(name: str) -> str:
    """A name as people say it."""
    return next((name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending)), name)


def test_all_478_are_found_by_code_and_by_their_full_names() -> None:
    resolver, all_places = city()
    assert len(all_places) == 478
    for place, district, street in all_places:
        assert resolver.resolve(code=place.code) == places.Found(place)
        assert resolver.resolve(district=district, street=street, community=place.name) == places.Found(place)


def test_a_bare_name_is_found_if_it_is_the_only_one_and_offered_in_all_its_places_if_not() -> None:
    resolver, all_places = city()
    bearers = defaultdict(set)
    for place, _, _ in all_places:
        bearers[bare(place.name)].add(place)
    for place, _, _ in all_places:
        answer, meant = resolver.resolve(community=bare(place.name)), bearers[bare(place.name)]
        if len(meant) == 1:
            assert answer == places.Found(place), place.name
        else:
            assert isinstance(answer, places.Candidates) and meant <= set(answer.places), place.name


def test_the_names_that_collide_are_those_the_list_is_known_for() -> None:
    exact = Counter(place.name for place, _, _ in city()[1])
    loose = Counter(bare(place.name) for place, _, _ in city()[1])
    assert (sum(n > 1 for n in exact.values()), sum(n > 1 for n in loose.values())) == (14, 24)


def test_a_name_as_it_is_typed_brings_its_community_among_the_candidates() -> None:
    resolver, all_places = city()
    missed = [place.name for place, _, _ in all_places if place not in resolver.search(bare(place.name))]
    assert missed == []
