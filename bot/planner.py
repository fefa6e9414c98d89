"""Which cars a notice needs: households kept together, classes apart, wheelchairs and 120 where they belong. Pure.

A plan is judged by its cost, compared in order: runs, runs with a lift, seats. Up to `EXACT` groups of one class the
cheapest plan is found by search; beyond that groups are laid largest first where least room is left.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

EXACT = 8  # groups of one class that are searched: at most 4,140 ways, some milliseconds
RIDES_BESIDE = 2  # a patient and whoever stays with them


@dataclass(frozen=True, slots=True)
class Group:
    """People who ride together; `key` is the caller's name for them, `travel_class` that of the most exposed."""

    key: str
    size: int
    travel_class: str
    lift: bool = False
    ambulance: bool = False


@dataclass(frozen=True, slots=True)
class Car:
    """A sort of car: seats on paper, `room` under the seat rule, how many of it can drive at once (0 = enough)."""

    seats: int
    room: int
    count: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One drive: which sort of car (None = an ambulance), on its which trip, with whom."""

    travel_class: str
    car: Car | None
    groups: tuple[Group, ...]
    trip: int = 1

    @property
    def size(self) -> int:
        """How many ride."""
        return sum(group.size for group in self.groups)

    @property
    def lift(self) -> bool:
        """Whether the car needs room for a wheelchair."""
        return any(group.lift for group in self.groups)


Cost = tuple[int, int, int]
Bins = list[list[Group]]


def room(seats: int, ratio: float) -> int:
    """How many may sit on so many seats under the seat rule: rounded down, and one at least."""
    return max(1, int(seats * ratio + 1e-9))


def plan(groups: Iterable[Group], cars: Sequence[Car]) -> list[Run]:
    """The runs for these people, 密接 first. `ValueError` without any car."""
    if not cars:
        raise ValueError("a plan needs at least one sort of car")
    runs: list[Run] = []
    everyone = sorted(groups, key=lambda group: (group.travel_class, -group.size, group.key))
    for travel_class, own in groupby(everyone, key=lambda group: group.travel_class):
        mine = list(own)
        runs += [
            Run(travel_class, None, (one,)) for lain in mine if lain.ambulance for one in _split(lain, RIDES_BESIDE)
        ]
        most = max(car.room for car in cars)
        riding = [part for group in mine if not group.ambulance for part in _split(group, most)]
        bins = exact(riding, cars) if len(riding) <= EXACT else greedy(riding, cars)
        runs += [Run(travel_class, _smallest(cars, lain), tuple(lain)) for lain in bins]
    return _trips(runs)


def cost(bins: Bins, cars: Sequence[Car]) -> Cost:
    """What a way of parting the groups costs: runs, runs with a lift, seats."""
    lifts = sum(any(group.lift for group in lain) for lain in bins)
    return len(bins), lifts, sum(_smallest(cars, lain).seats for lain in bins)


def greedy(groups: Sequence[Group], cars: Sequence[Car]) -> Bins:
    """Largest first, wheelchairs before others, each where the least room is left."""
    most, bins = max(car.room for car in cars), Bins()
    for group in sorted(groups, key=lambda one: (not one.lift, -one.size, one.key)):
        fitting = [lain for lain in bins if _size(lain) + group.size <= most]
        if fitting:
            max(fitting, key=_size).append(group)
        else:
            bins.append([group])
    return bins


def exact(groups: Sequence[Group], cars: Sequence[Car]) -> Bins:
    """The cheapest way of all, by depth-first search with everything pruned that cannot beat the best one known."""
    best = greedy(groups, cars)
    price, most = cost(best, cars), max(car.room for car in cars)
    order = sorted(groups, key=lambda one: (-one.size, one.key))
    for found in _partings(order, most, len(best)):
        if (paid := cost(found, cars)) < price:
            best, price = found, paid
    return best


def _partings(order: Sequence[Group], most: int, longest: int) -> Iterator[Bins]:
    """Every way to lay the groups into at most `longest` bins; equal bins are tried once."""
    bins = Bins()

    def lay(at: int) -> Iterator[Bins]:
        if at == len(order):
            yield [list(lain) for lain in bins]
            return
        tried: set[tuple[int, bool]] = set()
        for lain in bins:
            looks = _size(lain), any(group.lift for group in lain)
            if looks[0] + order[at].size <= most and looks not in tried:
                tried.add(looks)
                lain.append(order[at])
                yield from lay(at + 1)
                lain.pop()
        if len(bins) < longest:
            bins.append([order[at]])
            yield from lay(at + 1)
            bins.pop()

    return lay(0)


def seat(groups: Iterable[Group], vehicles: Mapping[str, tuple[str, int, str]]) -> dict[str, str]:
    """Who rides in which of the cars that were sent: group key → vehicle id; a group that fits nowhere is left out.

    `vehicles` gives class, room and equipment (`""`, `wheelchair`, `ambulance`) by id.
    """
    left = {the_id: space for the_id, (_, space, _) in vehicles.items()}
    seated: dict[str, str] = {}
    for group in sorted(groups, key=lambda one: (not one.ambulance, not one.lift, -one.size, one.key)):
        wanted = "ambulance" if group.ambulance else "wheelchair" if group.lift else ""
        fits = [
            the_id
            for the_id, (travel_class, _, equipment) in vehicles.items()
            if travel_class == group.travel_class and left[the_id] >= group.size
            and (equipment == wanted or (not wanted and equipment == "wheelchair"))
        ]  # fmt: skip
        if fits:
            chosen = min(fits, key=lambda the_id: (vehicles[the_id][2] != wanted, left[the_id], the_id))
            seated[group.key] = chosen
            left[chosen] -= group.size
    return seated


def _size(lain: Iterable[Group]) -> int:
    return sum(group.size for group in lain)


def _smallest(cars: Sequence[Car], lain: Sequence[Group]) -> Car:
    """The car with the fewest seats that takes them."""
    return min((car for car in cars if car.room >= _size(lain)), key=lambda car: car.seats)


def _split(group: Group, most: int) -> Iterator[Group]:
    """A household that no car takes as a whole, in parts as large as a car takes."""
    whole, rest = divmod(group.size, most)
    for size in [most] * whole + ([rest] if rest else []):
        yield replace(group, size=size)


def _trips(runs: Sequence[Run]) -> list[Run]:
    """Where there are not enough cars of a sort, the same cars drive again."""
    used: dict[Car, int] = {}
    out = []
    for run in runs:
        if run.car is None:
            out.append(run)
            continue
        before = used.get(run.car, 0)
        used[run.car] = before + 1
        out.append(replace(run, trip=before // run.car.count + 1 if run.car.count else 1))
    return out
