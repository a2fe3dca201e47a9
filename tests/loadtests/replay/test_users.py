"""The schedule's share of each worker, and what was due and never sent."""

from __future__ import annotations

from itertools import chain

from loadtests.schedule.due_sessions import prepared_blocks
from recordings.axes import replayed
from scenarios.behaviour.schedule import schedule
from scenarios.language.outcomes import ENDINGS
from scenarios.language.reading import read_text
from tests.fixtures.loadtests.replayed_here import replay_here
from tests.fixtures.loadtests.replays import one_call

NOBODY = "http://127.0.0.1:9"


def test_the_shares_of_all_workers_are_the_schedule() -> None:
    scenario = read_text(one_call("look"))
    whole = schedule(scenario, scenario.seed)
    shares = [list(chain(*(block.numbers for block in prepared_blocks(whole.share(n, 3))))) for n in range(3)]
    assert sorted(chain(*shares)) == list(range(len(whole)))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_sessions_nobody_got_round_to_count_at_their_age() -> None:
    scenario = read_text(one_call("look"))
    users, recorder, sessions = replay_here(scenario, NOBODY)
    end_s = replayed(scenario).end_s
    users.cut(end_s)
    seen = recorder.recording()
    never_sent = seen.responses(["look"], ["not_started"])
    assert never_sent.count == len(sessions) == users.counts.requests_due
    assert never_sent.most_s == end_s - sessions.start_s[0]
    assert never_sent.least_s == end_s - sessions.start_s[-1]
    assert seen.sessions[0, ENDINGS.index("cut")].sum() == len(sessions)
    assert users.counts.requests_sent == 0


def test_a_replay_cut_early_owes_only_what_was_due() -> None:
    users, _, sessions = replay_here(read_text(one_call("look")), NOBODY)
    users.cut(0.5)
    assert users.counts.requests_due == len(sessions.between(0.0, 0.5))
