"""`python -m loadtests --scenario NAME [--host URL] [--workers N]`: a replay without a web page.

Becomes `locust --headless` with the same arguments, in this very process, which has imported half of it by then; with
several workers `locust --processes`, whose master and workers talk over a free loopback port. Progress goes to standard
error, one line a second, and when the replay is over the run's figures go to standard output, as those of `rehearse
load`.

Exit status: that of `rehearse load` (0 objectives met, 98 no verdict, 99 missed, 104 load may not be sent there or the
run folder is used, 108 it ended by its own rule), 1 it could not begin, 2 bad usage, 130 interrupted, by Ctrl-C,
SIGTERM or a terminal that is closed (SIGHUP). With
`--no-report` 0 is that it came to its end. Whatever it is, what had been recorded by then is in the run folder.
"""

from __future__ import annotations

import argparse
import gc
import os
import socket
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from gevent import monkey

EVERY_CORE: Final = -1  # as Locust has it
LOCUSTFILE: Final = Path(__file__).with_name("locustfile.py")


class _Where(argparse.Action):
    """Says where the locustfile is, for `locust -f` from any folder, and leaves."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(LOCUSTFILE)
        parser.exit()


def main() -> None:
    """Turn into Locust, which replaces sockets and threads by gevent's: before anything else is imported."""
    gc.set_threshold(100_000)  # what is imported stays: looking for cycles in it costs a tenth of the start
    monkey.patch_all()
    sys.argv = command(LOCUSTFILE, chosen_options(sys.argv[1:]))
    from locust.main import main as become_locust  # noqa: PLC0415

    become_locust()  # type: ignore[no-untyped-call]


def chosen_options(words: Sequence[str]) -> argparse.Namespace:
    """The options of a command line; leaves with a message when they are no good."""
    from loadtests.replay.samples import NO_SAMPLES, can_keep_samples  # noqa: PLC0415
    from loadtests.safety.targets import add_options  # noqa: PLC0415
    from loadtests.schedule.changed import add_change_options, changes_of  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="python -m loadtests", description=__doc__.partition("\n")[0])
    parser.add_argument("--scenario", default="launch-morning", help="a scenario's catalogue name or file")
    parser.add_argument("--host", default="", help="the service's address (default: the scenario's target.base_url)")
    parser.add_argument("--run-folder", default="", help="where results go (default: a new folder below runs/)")
    parser.add_argument("--seed", type=int, help="another seed than the scenario's")
    parser.add_argument("--replication", type=int, default=0, help="which of the seed's launches to send")
    parser.add_argument("--warm-up", default="1s", help="time between ready and start (default: 1s)")
    parser.add_argument(
        "--workers", "--processes", type=int, default=1, help="load-generating processes (default: 1); -1 is one a core"
    )
    parser.add_argument("--no-report", action="store_true", help="leave only what the workers recorded")
    parser.add_argument("--samples", action="store_true", help="keep every request as a Parquet row")
    parser.add_argument("--where", nargs=0, action=_Where, help="say where the locustfile is, for locust -f, and leave")
    parser.add_argument("--version", action="version", version=f"launch-rehearsal {version('launch-rehearsal')}")
    add_options(parser.add_argument)
    add_change_options(parser.add_argument)
    options = parser.parse_args(words)
    if options.workers == EVERY_CORE:
        options.workers = os.cpu_count() or 1
    if options.workers < 1:
        parser.error("--workers is at least 1, or -1 for one a core")
    if options.samples and not can_keep_samples():
        parser.error(NO_SAMPLES)
    try:
        options.changes = changes_of(options)
    except ValueError as error:
        parser.error(str(error))
    return options


def command(locustfile: Path, options: argparse.Namespace) -> list[str]:
    """The Locust command line for these options."""
    from loadtests.safety.targets import Consent  # noqa: PLC0415
    from loadtests.schedule.changed import change_words  # noqa: PLC0415

    words = ["locust", "-f", str(locustfile), "--headless", "--only-summary"]
    words += ["--skip-log-setup", "--scenario", options.scenario]
    words += ["--host", options.host] if options.host else []
    words += ["--replication", str(options.replication), "--warm-up", options.warm_up]
    words += ["--seed", str(options.seed)] if options.seed is not None else []
    words += ["--run-folder", options.run_folder] if options.run_folder else []
    words += ["--samples"] if options.samples else []
    words += ["--no-report"] if options.no_report else []
    words += [*Consent.of(options).words(), *change_words(options.changes)]
    if options.workers > 1:
        port = str(_free_port())
        words += ["--processes", str(options.workers), "--master-bind-host", "127.0.0.1"]
        words += ["--master-bind-port", port, "--master-port", port]
    return words


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
