"""Which community is meant: by code, by names, or by what somebody typed. Law: one answer or candidates, never a guess.

Fourteen community names of Xiamen exist twice and more collide once 社区/村 is dropped, as people do. So a name counts
with all the places it could stand for, and only the code or the parents (区, 街道) choose between them.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.state.checked import plain

CITY, DISTRICT, STREET, COMMUNITY = "city", "district", "street", "community"
MOST = 8
"""How many candidates an answer holds at most: a drop-down has ten options, two are kept for 其他 and 返回."""

_REMEMBERED = 20_000
_ALIKE, _SAME_SOUND = 62.0, 85.0  # of 100, on pinyin: 孙错 for 孙厝 gives 100, 谢谢 for 溪西 gives 80
_ENDINGS = {
    CITY: ("市",),
    DISTRICT: ("新区", "区", "县"),
    STREET: ("街道办事处", "街道办", "街道", "街", "镇", "乡"),
    COMMUNITY: ("社区居民委员会", "社区居委会", "村民委员会", "居民委员会", "社区", "村委会", "居委会", "村", "居"),
}
_ADMINISTRATION = re.compile(r"街道办事处|街道办|街道|社区居委会|社区|村委会|居委会|区|镇|[\s,，、·\-/]")
_CODE = re.compile(r"[0-9]{4,15}")


class Why(StrEnum):
    """Why there is no single answer; the Chinese is what the CDC reads in the 待分派 list."""

    EMPTY = "没有填写社区"
    AMBIGUOUS = "同名社区不止一个，请选择"
    UNKNOWN = "没有这个社区，请选择相近的或重新填写"
    CONTRADICTION = "区、街道与社区对不上，请选择"
    CODE_CONTRADICTION = "社区代码与社区名对不上，请选择"
    CODE_UNKNOWN = "没有这个社区代码，请选择"


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the area tree: `level` is city, district, street or community, `parent` the code of the one above."""

    code: str
    name: str
    level: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The one community that is meant."""

    place: Place


@dataclass(frozen=True, slots=True)
class Candidates:
    """The communities that may be meant, best first (at most eight, perhaps none), and why it is not settled."""

    places: tuple[Place, ...]
    why: Why


class Resolver:
    """An index over one city's areas, built once, asked often; answers that were given are remembered."""

    def __init__(self, areas: Iterable[Place]) -> None:
        self._places: dict[str, Place] = {}
        for place in areas:
            if self._places.setdefault(place.code, place) != place:
                raise ValueError(f"area code {place.code} stands twice: {self._places[place.code].name}, {place.name}")
        self._cities = [
            base for place in self._places.values() if place.level == CITY for base in _bases(place.name, CITY)
        ]
        self._communities = [place for place in self._places.values() if place.level == COMMUNITY]
        self._by_base: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for place in self._places.values():
            for base in _bases(place.name, place.level):
                self._by_base[place.level, base].append(place)
        self._sounds: dict[str, tuple[str, str]] = {}
        self._remembered: Callable[[str, str, str, str], Found | Candidates] = lru_cache(_REMEMBERED)(self._resolve)

    def resolve(self, code: str = "", district: str = "", street: str = "", community: str = "") -> Found | Candidates:
        """The community with this `code`, or with these names, written with or without 区/街道/社区/村.

        What is given must agree: a code and a name that contradict each other, or a community that is not in the street
        given, are answered with candidates. So is a name that more than one community could be called by.
        """
        return self._remembered(code, district, street, community)

    def search(self, text: str) -> tuple[Place, ...]:
        """The communities that free text may mean, best first; () for none.

        Understood: 集美侨英孙厝, 孙厝 侨英, 孙厝社区, suncuo, sc, the beginning of a code, a street alone, and names
        that sound a little different.
        """
        typed = self._typed(text)
        if not typed:
            return ()
        if _CODE.fullmatch(typed):
            return tuple(place for place in self._communities if place.code.startswith(typed))[:MOST]
        scored = sorted((-self._spoken(typed, place), place.code) for place in self._communities)
        best = [(score, code) for score, code in scored if score < 0]
        if not best:
            return tuple(self._places[code] for code in self._heard(typed)[:MOST])
        # What fits far worse than the best is no candidate but noise.
        return tuple(self._places[code] for score, code in best[:MOST] if score <= best[0][0] * 0.6)

    def get(self, code: str) -> Place | None:
        """The place with exactly this code, of any level."""
        return self._places.get(code)

    def path(self, place: Place) -> tuple[Place, ...]:
        """`place` and all above it, the highest first; a parent that is not in the directory ends the path."""
        found = [place]
        while (above := self._places.get(found[0].parent)) and above not in found:
            found.insert(0, above)
        return tuple(found)

    def label(self, place: Place) -> str:
        """`集美区侨英街道孙厝社区`: the names from the district down, as people write them."""
        return "".join(step.name for step in self.path(place) if step.level != CITY)

    def inside(self, place: Place, code: str) -> bool:
        """Whether `place` is the area with this `code` or lies in it."""
        return any(step.code == code for step in self.path(place))

    def _resolve(self, code: str, district: str, street: str, community: str) -> Found | Candidates:
        named = self._named(district, street, community)
        number = "".join(plain(code).split())
        if not number:
            return named
        known = self._places.get(number)
        if known is None:
            return Candidates(_candidates(named), Why.CODE_UNKNOWN)
        if known.level != COMMUNITY:
            return self._below(known, named)
        if not community.strip() or known in self._called(community):
            return Found(known)
        return Candidates((known, *_candidates(named))[:MOST], Why.CODE_CONTRADICTION)

    def _named(self, district: str, street: str, community: str) -> Found | Candidates:
        """The answer of the names alone."""
        above = self._above(district, street)
        if not plain(community):
            return Candidates(self._in(above)[:MOST], Why.EMPTY)
        called = self._called(community)
        inside = [place for place in called if self._agrees(place, above)]
        if len(inside) > 1 and plain(street):
            # Within one street 何厝社区 and 何厝村 are told apart by their full names; elsewhere few are so careful.
            inside = [place for place in inside if plain(place.name) == plain(community)] or inside
        if len(inside) == 1:
            return Found(inside[0])
        if inside:
            return Candidates(tuple(inside[:MOST]), Why.AMBIGUOUS)
        if called:
            return Candidates(tuple(called[:MOST]), Why.CONTRADICTION)
        return Candidates(self._alike(community, above), Why.UNKNOWN)

    def _below(self, known: Place, named: Found | Candidates) -> Found | Candidates:
        """The answer when the code is that of a district or street: it narrows what the names say."""
        inside = tuple(place for place in _candidates(named) if self.inside(place, known.code))
        if isinstance(named, Found):
            return named if inside else Candidates((named.place,), Why.CODE_CONTRADICTION)
        if len(inside) == 1 and named.why is Why.AMBIGUOUS:
            return Found(inside[0])
        return Candidates(inside or self._under(known.code)[:MOST], named.why)

    def _above(self, district: str, street: str) -> list[frozenset[str]]:
        """For 区 and 街道, if given, the codes they may stand for; an unknown name stands for none: nothing agrees."""
        levels = ((DISTRICT, district), (STREET, street))
        return [
            frozenset(place.code for base in _bases(name, level) for place in self._by_base[level, base])
            for level, name in levels
            if plain(name)
        ]

    def _called(self, community: str) -> list[Place]:
        """Every community that could be called so, in the order of their codes."""
        found = {place.code: place for base in _bases(community, COMMUNITY) for place in self._by_base_of(base)}
        return [found[code] for code in sorted(found)]

    def _by_base_of(self, base: str) -> list[Place]:
        return self._by_base.get((COMMUNITY, base), [])

    def _agrees(self, place: Place, above: list[frozenset[str]]) -> bool:
        codes = {step.code for step in self.path(place)}
        return all(codes & may_be for may_be in above)

    def _in(self, above: list[frozenset[str]]) -> tuple[Place, ...]:
        return tuple(place for place in self._communities if above and self._agrees(place, above))

    def _under(self, code: str) -> tuple[Place, ...]:
        return tuple(place for place in self._communities if place.code == code or self.inside(place, code))

    def _alike(self, community: str, above: list[frozenset[str]]) -> tuple[Place, ...]:
        """Communities that sound or look like `community`, those under the parents given first."""
        typed = self._typed(community)
        if not typed:
            return ()
        heard = [self._places[code] for code in self._heard(typed)]
        return tuple(sorted(heard[: MOST * 4], key=lambda place: not (above and self._agrees(place, above)))[:MOST])

    def _typed(self, text: str) -> str:
        """`text` without the city and the words of administration, as far as they tell nothing apart."""
        typed = plain(text[:100])
        for city in self._cities:
            typed = typed.replace(city, "")
        return _ADMINISTRATION.sub("", typed).casefold()

    def _spoken(self, typed: str, place: Place) -> float:
        """How well what was typed names `place`, letter by letter, once the names above it are taken out of it; 0: not.

        A street often bears the name of one of its communities: in 莲前瑞景 the first word is the street.
        """
        *above, own = (_bases(step.name, step.level)[-1].casefold() for step in self.path(place) if step.level != CITY)
        score, rest = 0.0, typed
        for base in above:
            if base in rest:
                score, rest = score + 15 * len(base), rest.replace(base, "", 1)
        if own in rest:
            return score + 40 + 10 * len(own) + 20 * (own == rest)
        if own in typed:
            return score + 20 + 10 * len(own)
        if len(rest) >= 2 and rest in own:
            return score + 30 + 10 * len(rest)
        if rest.isascii() and len(rest) >= 2 and rest in self._sound(own):
            return score + 50
        return 0.0 if rest else score

    def _heard(self, typed: str) -> list[str]:
        """The codes of the communities that sound like `typed`, best first; very much so if they share no character."""
        from rapidfuzz import fuzz

        sound, letters = _pinyin(typed)[0], set(typed)
        found: list[tuple[float, str]] = []
        for place in self._communities:
            score = max(fuzz.ratio(sound, self._sound(base)[0]) for base in _bases(place.name, COMMUNITY))
            if score >= (_ALIKE if letters.intersection(place.name) else _SAME_SOUND):
                found.append((-score, place.code))
        return [code for _, code in sorted(found)]

    def _sound(self, base: str) -> tuple[str, str]:
        """The pinyin of a name and its initials; computed when first asked, for pypinyin is slow to load."""
        if base not in self._sounds:
            self._sounds[base] = _pinyin(base)
        return self._sounds[base]


def _candidates(answer: Found | Candidates) -> tuple[Place, ...]:
    return (answer.place,) if isinstance(answer, Found) else answer.places


def _pinyin(text: str) -> tuple[str, str]:
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(text)
    return "".join(syllables), "".join(syllable[0] for syllable in syllables if syllable)


@lru_cache(maxsize=_REMEMBERED)
def _bases(name: str, level: str) -> tuple[str, ...]:
    """The forms by which a place is called: its full name, and that without its ending (莲花五村, 莲花五).

    The last form is the shortest. City and district may stand in front of a district: 厦门市集美区.
    """
    full = "".join(plain(name).split())
    if level == DISTRICT and "市" in full[:-1]:
        full = full[full.rindex("市", 0, len(full) - 1) + 1 :]
    forms = [full]
    for ending in _ENDINGS.get(level, ()):
        if full.endswith(ending) and len(full) - len(ending) >= 2:
            forms.append(full[: -len(ending)])
            break
    return tuple(forms)
