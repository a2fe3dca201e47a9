"""A replay on what is as good as two machines: networks, file systems and steady clocks of their own.

Made with network, mount and time namespaces, for which a test has to be root; the way between them is delayed by the
kernel where it can, else by a relay.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from recordings.files import read_recording
from recordings.run_folder import RunFolder
from scenarios.protocol.exit_statuses import INVALID_STATUS
from tests.fixtures.loadtests.fleet import LOCUST, Fleet, fleet, free_port, generator_of, relay_words, summary_of
from tests.fixtures.loadtests.replays import one_call

HERE, THERE = "10.213.77.1", "10.213.77.2"
DELAY_S = 0.002
# half of all calls are never answered; which ones, the session's number decides
DAY = one_call("even", "{timeout: 300 ms}").replace("0 s to 1 s", "0 s to 1 h") + (
    "replay: {during: 0 s to 4 s}\nobjectives: {well: {measure: good share, at_least: 10 %}}\n"
)


def can_be_made() -> str:
    """Why there can be no second machine here; empty when there can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs root on Linux"
    if not all(map(shutil.which, ("ip", "unshare", "nsenter"))):
        return "needs ip, unshare and nsenter"
    tried = subprocess.run(
        ["unshare", "--net", "--mount", "--time", "--monotonic", "1", "ip", "link", "add", "rehearsal", "type", "veth"],
        capture_output=True,
        text=True,
        check=False,
    )
    return tried.stderr.strip()


def run(*words: str) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@contextmanager
def second_machine(name: str) -> Iterator[list[str]]:
    """What to put before a command that is to run on the second machine, whose steady clock is 40 s ahead."""
    here, there = f"{name}h", f"{name}t"
    try:
        assert run("ip", "netns", "add", name)
        assert run("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        assert run("ip", "addr", "add", f"{HERE}/30", "dev", here) and run("ip", "link", "set", here, "up")
        inside = ["ip", "netns", "exec", name]
        assert run(*inside, "ip", "addr", "add", f"{THERE}/30", "dev", there)
        assert run(*inside, "ip", "link", "set", there, "up") and run(*inside, "ip", "link", "set", "lo", "up")
        yield [*inside, "unshare", "--mount", "--time", "--monotonic", "40", "--boottime", "40", "--fork"]
    finally:
        run("ip", "link", "del", here)
        run("ip", "netns", "del", name)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Fleet]:
    with fleet(tmp_path) as one:
        yield one


@pytest.mark.long
def test_two_machines_give_the_very_counts_of_one_process(host: str, tmp_path: Path, started: Fleet) -> None:
    if why := can_be_made():
        pytest.skip(why)
    day = tmp_path / "day.yaml"
    day.write_text(DAY)
    shared = tmp_path / "shared"  # of which the second machine sees an empty one of its own
    temporary = tmp_path / "temporary"  # where the worker of the second machine writes
    shared.mkdir()
    temporary.mkdir()
    port, relayed, target = str(free_port()), str(free_port()), str(free_port())
    with second_machine(f"lr{os.getpid() % 100000}") as elsewhere:
        is_delayed = run("tc", "qdisc", "add", "dev", f"{elsewhere[3]}h", "root", "netem", "delay", "2ms")
        delay_s = 0.0 if is_delayed else DELAY_S
        started.start(*relay_words(f"{HERE}:{relayed}", f"127.0.0.1:{port}", delay_s))
        started.start(*relay_words(f"{HERE}:{target}", host.removeprefix("http://"), 0.0))
        allowed = ["--allow-host", HERE, "--rate-ceiling", "200 / s", "--yes"]
        to = ["--scenario", str(day), "--host", f"http://{HERE}:{target}", *allowed]
        headless = [*LOCUST, "--headless", "--only-summary", *to]
        by_hand = ["--master", "--expect-workers", "2", "--master-bind-host", "127.0.0.1", "--master-bind-port", port]
        master = started.start(*headless, *by_hand, "--run-folder", str(shared / "two"))
        started.start(*LOCUST, "--worker", "--master-port", port)
        own_files = f'mount -t tmpfs none {shared} && export TMPDIR={temporary} && exec "$@"'
        worker = [*LOCUST, "--worker", "--master-host", HERE, "--master-port", relayed]
        started.start("sh", "-c", own_files, "sh", *worker, prefix=elsewhere)
        status = started.ended(master)
        assert "Traceback" not in started.said(master), started.said(master)
        assert list(temporary.iterdir()) == [], "what was handed over is gone there"
        alone = started.start(*headless, "--run-folder", str(shared / "one"))
        started.ended(alone)
    two, one = (read_recording(RunFolder(shared / name).measured) for name in ("two", "one"))
    assert two.response.numbers().sum(axis=2).tolist() == one.response.numbers().sum(axis=2).tolist()
    assert two.sessions.sum(axis=2).tolist() == one.sessions.sum(axis=2).tolist()
    assert two.response.numbers().sum() == 160
    verdict, summary = generator_of(shared / "two"), summary_of(shared / "two")
    assert verdict["workers"] == 2 and verdict["send_ratio"] == 1.0
    assert max(clock["uncertainty_ms"] for clock in verdict["clocks"]) > DELAY_S * 1000
    assert status == {"met": 0, "invalid": INVALID_STATUS}[summary["verdict"]]  # a busy machine sends late
