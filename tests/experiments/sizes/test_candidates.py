"""Combinations put to the test by made-up launches."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.sizes.candidates import Candidates, LaunchVerdict, Tried, larger_that_do_worse, requirements
from experiments.sizes.search import Combination
from experiments.sizes.sequential import Decision
from scenarios.language.objectives import Objective

GOOD, BAD = LaunchVerdict(), LaunchVerdict(frozenset({"quick"}))
HALF_OPEN = LaunchVerdict(open=frozenset({"quick"}))
QUICK = Objective(measure="response p95", at_most="1 s")
RARELY_LATE = Objective(measure="response p99", at_most="3 s", in_launches=0.5)


class Launched:
    """Launches that were made up, by combination; says how many were asked for."""

    def __init__(self, launches: dict[Combination, Sequence[LaunchVerdict]]) -> None:
        self.launches = launches
        self.asked = 0

    def ask(self, combination: Combination, number: int) -> Sequence[LaunchVerdict]:
        self.asked = max(self.asked, number)
        found = self.launches[combination]
        return [found[place % len(found)] for place in range(number)]


def tried(*launches: LaunchVerdict, **objectives: Objective) -> Tried:
    """What comes of one combination whose launches go on like this."""
    asked = requirements(objectives or {"quick": QUICK}, 0.95, 0.95, 240)
    return Candidates(Launched({(0,): launches}).ask, asked).fully((0,))


def test_no_more_launches_are_asked_for_than_decide() -> None:
    assert (tried(GOOD).decision, tried(GOOD).number) == (Decision.HOLDS, 66)
    assert (tried(BAD).decision, tried(BAD).number) == (Decision.FAILS, 4)
    assert (tried(*[GOOD] * 3, BAD).decision, tried(*[GOOD] * 3, BAD).number) == (Decision.FAILS, 16)


def test_whether_one_holds_is_known_as_soon_as_it_cannot() -> None:
    """66 good launches of 66 hold; with a bad one among the first four there is no need for the other 62."""
    asked = requirements({"quick": QUICK}, 0.95, 0.95, 240)
    found = Candidates(Launched({(0,): [GOOD, BAD, *[GOOD] * 98], (1,): [GOOD]}).ask, asked)
    assert [found.while_it_may_hold(each, rounds=5).number for each in ((0,), (1,))] == [4, 66]
    assert [each.decision for each in found.tried.values()] == [Decision.OPEN, Decision.HOLDS]


def test_the_number_of_launches_is_bounded() -> None:
    at_the_edge = tried(BAD, *[GOOD] * 39)
    assert (at_the_edge.decision, at_the_edge.number, at_the_edge.good) == (Decision.OPEN, 240, 234)


def test_a_launch_that_may_still_go_either_way_is_not_good_and_fails_nothing() -> None:
    assert tried(HALF_OPEN).decision is Decision.OPEN
    assert tried(HALF_OPEN).good == 0


def test_an_objective_with_a_share_of_its_own_is_asked_of_by_itself() -> None:
    """Of 100 launches 30 may miss one that asks for half of them, and none of them counts against the others."""
    late = LaunchVerdict(frozenset({"rarely late"}))
    both = {"quick": QUICK, "rarely late": RARELY_LATE}
    assert tried(GOOD, GOOD, late, **both).decision is Decision.HOLDS
    assert tried(late, late, late, GOOD, **both).decision is Decision.FAILS
    assert tried(GOOD, GOOD, BAD, **both).decision is Decision.FAILS


def test_what_was_missed_is_counted_the_most_often_first() -> None:
    both = LaunchVerdict(frozenset({"a", "b"}))
    found = Tried((0,), [both, LaunchVerdict(frozenset({"b"})), GOOD], Decision.OPEN)
    assert list(found.missed.items()) == [("b", 2), ("a", 1)]
    assert found.good == 1


def test_a_larger_one_that_does_worse_in_the_same_launch_is_seen() -> None:
    small = Tried((3, 1), [GOOD, GOOD, BAD], Decision.OPEN)
    large = Tried((3, 2), [GOOD, BAD, BAD, BAD], Decision.OPEN)
    elsewhere = Tried((4, 0), [BAD, BAD], Decision.OPEN)
    found = larger_that_do_worse({each.combination: each for each in (small, large, elsewhere)})
    assert found == [((3, 1), (3, 2), 1)]
