"""What an access log costs to import: a made-up one, combined format, and `rehearse import log` in its own process.

`python -m benchmarks.access_log LINES` says how long the log is (200,000 without): the memory shall not grow with it.

`/usr/bin/time -v rehearse import log FILE` says the same of a log of yours.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LINES = 200_000
PEOPLE, DAY_S, BEGAN_S = 30_000, 86_400, 1_750_000_000
ASKED = [
    ("GET /", 20),
    ("GET /items/{number}", 60),
    ("GET /search?q={number}", 20),
    ("POST /basket/{number}", 10),
    ("POST /orders", 3),
    ("GET /orders/{uuid}", 3),
    *((f"GET /pages/{chr(97 + page % 26)}{chr(97 + page // 26)}", 1) for page in range(60)),
]


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory() as folder:
        log, made = Path(folder) / "access.log", Path(folder) / "load.yaml"
        _write(log, lines)
        size_mb = log.stat().st_size / 1e6
        words = [sys.executable, "-m", "rehearse", "import", "log", str(log), "--out", str(made)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        subprocess.run(words, env=environment, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = used.ru_utime + used.ru_stime
    print("| lines | MB | CPU | CPU a million lines | memory at most |\n|---|---|---|---|---|")
    memory = f"{used.ru_maxrss / 1024:,.0f} MiB"
    print(f"| {lines:,} | {size_mb:,.0f} | {cpu_s:.1f} s | {cpu_s / lines * 1e6:.0f} s | {memory} |")


def _write(log: Path, lines: int) -> None:
    """As many requests of a day, at an even rate."""
    chance = random.Random(7)
    asked, weights = zip(*ASKED, strict=True)
    with log.open("w", encoding="ascii") as file:
        for number in range(lines):
            moment = time.gmtime(BEGAN_S + number * DAY_S / lines)
            request = chance.choices(asked, weights)[0]
            request = request.replace("{number}", str(chance.randrange(10**6)))
            request = request.replace("{uuid}", f"{chance.getrandbits(32):08x}-0000-4000-8000-{number:012x}")
            person = chance.randrange(PEOPLE)
            status = chance.choices((200, 304, 404, 500), (90, 5, 4, 1))[0]
            file.write(
                f"10.0.{person >> 8}.{person & 255} - - [{time.strftime('%d/%b/%Y:%H:%M:%S +0000', moment)}]"
                f' "{request} HTTP/1.1" {status} {chance.randrange(50_000)} "https://shop.example/"'
                f' "Mozilla/5.0 (X11; Linux x86_64; rv:{60 + person % 70}.0) Gecko/20100101 Firefox/140.0"\n'
            )


if __name__ == "__main__":
    main()
