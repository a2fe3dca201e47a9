"""The replay as a Locust test: `locust -f loadtests/locustfile.py --scenario NAME --host URL`.

Locust brings the command line, the web page and the distributed mode. It paces nothing: its users only
stand by. When a test starts, a coordinator (the master, or the only process) has every worker send its share
of the scenario's schedule; when the schedule and its drain are over, the test ends by itself.
"""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
import msgspec
from locust import User, events, task
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from loadtests.control.coordinator import Coordinator
from loadtests.control.hooks import DueAction, check_calls, described, planned
from loadtests.control.interruption import when_interrupted
from loadtests.control.messages import note
from loadtests.control.order import ReplayOrder, window_start_of
from loadtests.control.orphan import end_after_parent
from loadtests.control.page import PageWatch
from loadtests.control.worker_agent import WorkerAgent
from loadtests.control.worker_links import living_children
from loadtests.replay.worker import Assignment
from loadtests.safety.abort import AbortWatch, limits_of
from loadtests.safety.reach import check_certificate
from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import (
    NOTHING_SAID,
    Consent,
    add_options,
    address_of,
    cleared,
    confirmed_terms,
    within_ceiling,
)
from loadtests.schedule.changed import add_change_options, changes_of
from loadtests.schedule.send_rate import Outlook, outlook
from recordings.axes import replayed
from recordings.run_folder import RunFolder
from scenarios.behaviour.occurrences import occurrences
from scenarios.language.reading import frozen_text, read, read_text
from scenarios.language.scenario import Scenario
from scenarios.protocol.exit_statuses import REFUSED_STATUS
from scenarios.protocol.parent import named_parent
from scenarios.quantities.units import UnitError, duration
from scenarios.sources.problems import ScenarioError

_LOOK_EVERY_S = 0.5
_LOADED_BY, _PARENT = os.getpid(), named_parent()  # `--processes` forks its workers after this module is loaded
_parts: list[Coordinator | WorkerAgent] = []  # what this process is: coordinator, worker agent, or both
# what the command line permits, and the host that a person at the terminal confirmed
_permitted: list[tuple[Consent, str]] = [(NOTHING_SAID, "")]


class Bystander(User):
    """Locust wants a user; this one stands by while the sessions of the schedule come and go."""

    fixed_count = 1

    @task
    def stand_by(self) -> None:
        gevent.sleep(3600)


def _add_arguments(parser: LocustArgumentParser, **_: Any) -> None:
    group = parser.add_argument_group("Launch rehearsal")
    add = group.add_argument
    add("--scenario", default="launch-morning", help="A scenario's catalogue name or file.")
    add("--seed", default="", help="Another seed than the scenario's.")
    add("--replication", default="0", help="Which of the seed's launches to send.")
    add("--run-folder", default="", help="Where results go; by default a new folder below runs/.")
    add("--warm-up", default="1s", help="Time between the moment when all workers are ready and the start.")
    add("--samples", action="store_true", help="Keep every request as a Parquet row.")
    add("--no-report", action="store_true", help="Leave only what the workers recorded: no audit, no report.")
    add_options(add)
    add_change_options(add)  # within a group: Locust's web page does not show it


def _take_part(environment: Environment, **_: Any) -> None:
    """Before anything is sent: become coordinator, worker agent, or both."""
    runner = environment.runner
    if os.getpid() != _LOADED_BY:
        end_after_parent(_LOADED_BY)
    elif _PARENT is not None:
        end_after_parent(_PARENT, lambda: any(coordinator.has_faults_on for coordinator in _coordinators()))
    if not isinstance(runner, WorkerRunner):
        _take_consent(environment)
        coordinator = Coordinator(environment, lambda: _finish(environment))
        _parts.append(coordinator)
        _take_run_time(environment)
        PageWatch(environment, lambda: coordinator.sent_to, lambda who: coordinator.stop(who, "page"))
        if environment.parsed_options is not None and environment.parsed_options.processes:
            gevent.spawn(_watch_children, environment, environment.parsed_options.processes)
        when_interrupted(lambda: _interrupt(environment))
    else:
        when_interrupted(lambda: _leave_as_worker(environment))
    if not isinstance(runner, MasterRunner):
        _parts.append(WorkerAgent(environment))


def _start(environment: Environment, **_: Any) -> None:
    for coordinator in _coordinators():
        try:
            coordinator.start(_order(environment))
        except RefusedError as refusal:
            coordinator.give_up(str(refusal), REFUSED_STATUS)
            return
        except (ScenarioError, UnitError, ValueError, OSError) as problem:
            coordinator.give_up(str(problem))
            return
        except Exception as fault:  # ours: Locust would log it and wait for ever
            coordinator.give_up(f"the replay could not begin: {type(fault).__name__}: {fault}")
            return


def _take_run_time(environment: Environment) -> None:
    """Without a page the coordinator looks after `--run-time`, for Locust counts from before there is a replay."""
    options: Any = environment.parsed_options
    if options.headless:
        options.replay_run_time, options.run_time = options.run_time, None


def _watch_children(environment: Environment, processes: int) -> None:
    """A worker that ends before it has connected would be waited for without end."""
    while not any(coordinator.order or coordinator.has_given_up for coordinator in _coordinators()):
        if living_children() < processes:
            for coordinator in _coordinators():
                coordinator.give_up("a worker died before the start")
            _wait_for_no_worker(environment)
            return
        gevent.sleep(_LOOK_EVERY_S)


def _wait_for_no_worker(environment: Environment) -> None:
    """A headless master waits for its workers without end, unless this was given: then it leaves."""
    if environment.parsed_options is not None:
        environment.parsed_options.expect_workers_max_wait = 1e-9


def _stop(environment: Environment, **_: Any) -> None:
    """Locust stops the test, and nobody has pressed Stop or sent a signal: its run time is over."""
    for coordinator in _coordinators():
        coordinator.end_run_time()


def _wind_up(environment: Environment, **_: Any) -> None:
    """Whatever ends the test, everything is recorded first."""
    for coordinator in _coordinators():
        coordinator.stop("interrupted", "interruption")
    for part in _parts:
        if isinstance(part, Coordinator):
            part.wait(for_report=environment.web_ui is None)
        else:
            part.conclude()


def _leave(environment: Environment, **_: Any) -> None:
    """This process ends: not before the report is there."""
    _wind_up(environment)
    for part in _parts:
        if isinstance(part, Coordinator):
            part.wait(for_report=True)
        else:
            part.leave()


def _leave_as_worker(environment: Environment) -> None:
    """Ctrl-C in a worker: what it has recorded is kept."""
    _wind_up(environment)
    if environment.runner is not None:
        environment.runner.quit()


def _finish(environment: Environment) -> None:
    """All is over: leave, or stop and let the web page stand."""
    environment.process_exit_code = max((coordinator.exit_code for coordinator in _coordinators()), default=0)
    runner = environment.runner
    assert runner is not None
    if environment.web_ui is None:
        runner.quit()
    else:
        runner.stop()


def _interrupt(environment: Environment) -> None:
    """Ctrl-C, a closed terminal: end the replay as its end would, then leave."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # who presses it again means it
    _wait_for_no_worker(environment)
    _leave(environment)
    if environment.runner is not None:
        environment.runner.quit()
    if environment.web_ui is not None:
        environment.web_ui.stop()  # type: ignore[no-untyped-call]


def _coordinators() -> list[Coordinator]:
    return [part for part in _parts if isinstance(part, Coordinator)]


def _take_consent(environment: Environment) -> None:
    """What the command line permits; whoever finds the web page cannot add to it. Asks where there is a terminal."""
    options: Any = environment.parsed_options
    consent = Consent.of(options)
    try:
        scenario = read(options.scenario, changes_of(options))
        environment.host = environment.host or scenario.target.base_url  # the page shows it, too
        terms = confirmed_terms(environment.host or "", consent.terms(scenario), lambda: _ahead(options, scenario))
    except (ScenarioError, ValueError):  # said when it is to start
        _permitted.append((consent, ""))
        return
    _permitted.append((consent, (environment.host or "") if terms.confirmed else ""))


def _order(environment: Environment) -> ReplayOrder:
    """What the command line, or the web page's form, asks for."""
    options: Any = environment.parsed_options
    text = frozen_text(options.scenario, changes=changes_of(options))
    scenario = read_text(text)
    environment.host = address_of(environment.host, scenario)
    consent, confirmed = _permitted[-1]
    terms = consent.terms(scenario)
    if confirmed == environment.host:
        terms = msgspec.structs.replace(terms, confirmed=True)
    check_certificate(environment.host, cleared(environment.host, terms))
    if terms.rate_ceiling is not None:
        within_ceiling(terms, _ahead(options, scenario))
    rules, actions = consent.rules(scenario), _actions(options, scenario, consent)
    check_calls(actions, terms.hosts)
    warm_up_s = duration(options.warm_up)
    folder = options.run_folder or str(RunFolder.create(Path("runs"), Path(options.scenario).stem).path)
    assignment = Assignment(
        scenario=text,
        seed=_seed(options, scenario),
        replication=int(options.replication),
        host=environment.host,
        run=secrets.token_hex(4),
        run_folder=str(Path(folder).resolve()),
        samples=options.samples,
        terms=terms,
        limits_s=limits_of(rules),
        window_start=window_start_of(RunFolder(Path(folder)), scenario),
    )
    return ReplayOrder(
        assignment,
        warm_up_s,
        AbortWatch(rules, terms.rate_ceiling),
        actions,
        scenario.moment_text,
        name=Path(options.scenario).stem,
        consent=replace(consent, yes=terms.confirmed),
        is_reported=not options.no_report,
        run_time_s=getattr(options, "replay_run_time", None) or options.run_time,
    )


def _actions(options: Any, scenario: Scenario, consent: Consent) -> Sequence[DueAction]:
    """What faults do on the target, if that may be done."""
    recorded = replayed(scenario)
    there = occurrences(scenario, _seed(options, scenario), int(options.replication))
    actions = planned(there, recorded.span[0], recorded.end_s)
    if actions and not consent.run_hooks:
        first = described(actions[0].action)
        action = first if isinstance(first, str) else " ".join(first)
        note(
            f"the scenario's faults have something to do on the target, first “{action}”: not done without --run-hooks"
        )
        return []
    return actions


def _ahead(options: Any, scenario: Scenario) -> Outlook:
    return outlook(scenario, _seed(options, scenario), int(options.replication))


def _seed(options: Any, scenario: Scenario) -> int:
    return int(options.seed) if options.seed else scenario.seed


for _event, _listener in (
    (events.init_command_line_parser, _add_arguments),
    (events.init, _take_part),
    (events.test_start, _start),
    (events.test_stopping, _stop),
    (events.test_stop, _wind_up),
    (events.quitting, _leave),
):
    _event.add_listener(_listener)  # type: ignore[no-untyped-call]
