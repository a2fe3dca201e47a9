"""The schedule's share of each worker, and what was due and never sent."""

from __future__ import annotations

from itertools import chain
from time import perf_counter

from loadtests.ers.ledger import Ledger
from loadtests.http.connections import Connections
from loadtests.replay.clock import RealClock
from loadtests.replay.operations import operations
from loadtests.replay.users import ReplayedUsers
from loadtests.schedule.due_sessions import prepared_blocks
from loadtests.target.wire import Wire
from recordings.axes import form_of, replayed
from recordings.exchange_recorder import ExchangeRecorder
from recordings.recorder import Recorder
from scenarios.behaviour.schedule import schedule
from scenarios.behaviour.steps import WORDS
from scenarios.language.outcomes import ENDINGS
from scenarios.language.reading import read_text
from scenarios.protocol.failure_causes import FailureCause
from tests.fixtures.loadtests.replays import one_call


def test_the_shares_of_all_workers_are_the_schedule() -> None:
    scenario = read_text(one_call("look"))
    whole = schedule(scenario, scenario.seed)
    shares = [list(chain(*(block.numbers for block in prepared_blocks(whole.share(n, 3))))) for n in range(3)]
    assert sorted(chain(*shares)) == list(range(len(whole)))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_sessions_nobody_got_round_to_count_at_their_age() -> None:
    scenario = read_text(one_call("look"))
    recorded = replayed(scenario)
    words = WORDS
    recorder = Recorder(form_of(scenario, recorded, words))
    connections = Connections("http://127.0.0.1:9")
    sessions = schedule(scenario, scenario.seed)
    users = ReplayedUsers(
        clock=RealClock(recorded.span[0], perf_counter()),
        connections=connections,
        scenario=scenario,
        operations=operations(scenario, Wire(connections, "run"), Ledger(None, "run")),
        plans=sessions.plans,
        blocks=prepared_blocks(sessions),
        recorder=recorder,
        exchanges=ExchangeRecorder(recorder.form, list(FailureCause)),
    )
    users.cut(recorded.end_s)
    seen = recorder.recording()
    never_sent = seen.responses(["look"], ["not_started"])
    assert never_sent.count == len(sessions) == users.counts.requests_due
    assert never_sent.most_s == recorded.end_s - sessions.start_s[0]
    assert never_sent.least_s == recorded.end_s - sessions.start_s[-1]
    assert seen.sessions[0, ENDINGS.index("cut")].sum() == len(sessions)
    assert users.counts.requests_sent == 0


def test_a_replay_cut_early_owes_only_what_was_due() -> None:
    scenario = read_text(one_call("look"))
    whole = schedule(scenario, scenario.seed)
    early = len(whole.between(0.0, 0.5))
    recorded = replayed(scenario)
    recorder = Recorder(form_of(scenario, recorded, WORDS))
    connections = Connections("http://127.0.0.1:9")
    users = ReplayedUsers(
        clock=RealClock(0.0, perf_counter()),
        connections=connections,
        scenario=scenario,
        operations=operations(scenario, Wire(connections, "run"), Ledger(None, "run")),
        plans=whole.plans,
        blocks=prepared_blocks(whole),
        recorder=recorder,
        exchanges=ExchangeRecorder(recorder.form, list(FailureCause)),
    )
    users.cut(0.5)
    assert users.counts.requests_due == early
