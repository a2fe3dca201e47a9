"""What a national launch week costs: `python -m benchmarks.launch_week [--engine simpy] [--demand 1]`.

One launch of five days in one process, its practices and people followed: requests and sessions, processor time, and
the peak memory of the process. With `--demand` everybody comes so many times over. The digest is of the recording's
bytes, and the same by both engines. Loading the engine, and making its machine code, is not counted.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import time
from io import BytesIO

import yaml

from recordings.files import write_recording
from recordings.recording import Recording
from scenarios.language.reading import frozen_text, read, read_text
from simulations.launch import simulate_launch


def main() -> None:
    """Print the figures of docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="ers-launch-week", help="a scenario's catalogue name or file")
    parser.add_argument("--demand", type=float, default=1.0, help="how many times over everybody comes")
    parser.add_argument("--engine", choices=["simpy", "compiled"], default="compiled", help="which engine simulates")
    options = parser.parse_args()
    scenario = read(options.scenario)
    if options.demand != 1:
        scenario = read_text(yaml.safe_dump(yaml.safe_load(frozen_text(options.scenario)) | {"demand": options.demand}))
    simulate_launch(read("first-queue"), 1, 0, options.engine)  # what is loaded once
    began_s = time.process_time()
    launch = simulate_launch(scenario, scenario.seed, 0, options.engine)
    cpu_s = time.process_time() - began_s
    requests, sessions = int(launch.response.counts.sum()), int(launch.session_times.counts.sum())
    referrals = int(launch.referrals.counts.sum())
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{options.scenario}, demand {options.demand:g}: {referrals:,} referrals, {sessions:,} sessions,")
    print(f"{requests:,} requests in {cpu_s:.1f} s of CPU ({requests / cpu_s:,.0f} a second) by the engine", end=" ")
    print(f"`{options.engine}`, peak {peak_mib:,.0f} MiB, digest {digest(launch)}")


def digest(launch: Recording) -> str:
    """The first digits of the SHA-256 of a recording as a file."""
    file = BytesIO()
    write_recording(launch, file)
    return hashlib.sha256(file.getvalue()).hexdigest()[:16]


if __name__ == "__main__":
    main()
