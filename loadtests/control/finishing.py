"""Has a run finished once its replay is over: merged, compared with its forecast, audited, judged and reported.

Whoever finishes it stands above the load test and knows simulator and report, which a load test does not: it is a
process of its own, `python -m rehearse.finishing`, and does what `rehearse load` does. Its figures go to standard
output, and its exit status is the run's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gevent import subprocess

from scenarios.protocol.parent import naming_parent

_ROOT: Final = Path(__file__).parents[2]


def finish(words: Sequence[str]) -> int:
    """Have it done, with these words for the command line; its exit status."""
    paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
    environment = naming_parent({**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)})
    command = [sys.executable, "-m", "rehearse.finishing", *words]
    return int(subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode)
