"""Where the machine code of the compiled engine is kept. Needs no Numba.

Numba keeps each function's code beside a stamp of that function's own file, and does not see when another function that
is inlined into it has changed. So the code lies in a folder that is named after the text of all that is compiled, after
where that lies, and after what compiles it. When a new folder is made, those go that nobody has used for a month.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parents[1]
_ROOT: Final = _HERE.parents[1]
_IMPORT: Final = re.compile(r"^from ((?:scenarios|recordings|simulations)[\w.]*) import ([\w, ]*)", re.MULTILINE)
_PLAIN: Final = {
    f"{name}.py"
    for name in (
        "acted_on", "acted_stations", "bookings", "cache", "clock", "coverage", "effects", "host", "journey_tables",
        "launch", "launch_memory", "people", "practice_tables", "precautions", "questions", "recording", "tables",
        "warm", "world",
    )
}  # fmt: skip
_PREFIX: Final = "compiled-"
_UNUSED_S: Final = 30 * 24 * 3600.0


@cache
def folder() -> Path:
    """The folder of just these texts, here. `NUMBA_CACHE_DIR` puts all of Numba's machine code elsewhere."""
    digest = hashlib.blake2b(f"{_HERE} {sys.version} {_versions()}".encode(), digest_size=8)
    for text in compiled_texts():
        digest.update(text.read_bytes())
    home = (
        os.environ.get("NUMBA_CACHE_DIR") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "launch-rehearsal"
    )
    return Path(home).expanduser() / f"{_PREFIX}{digest.hexdigest()}"


def compiled_texts() -> list[Path]:
    """The files of which machine code is made, and those whose numbers are written into it: all but some plain Python
    of this folder, and what these import from elsewhere."""
    texts = {text for text in _HERE.rglob("*.py") if text.name not in _PLAIN}
    for text in tuple(texts):
        for module, names in _IMPORT.findall(text.read_text(encoding="utf-8")):
            place = _ROOT.joinpath(*module.split("."))
            texts.update({place.with_suffix(".py"), *(place / f"{name.strip()}.py" for name in names.split(","))})
    return sorted(text for text in texts if text.is_file())


def why_not_kept() -> str | None:
    """What hinders that machine code is kept; None where nothing does."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder()).close()
    except (OSError, RuntimeError) as error:  # RuntimeError: nobody's home
        why = getattr(error, "strerror", None) or error
        return f"its machine code cannot be kept ({why}); XDG_CACHE_HOME may name a folder that can be written"
    return None


def is_complete() -> bool:
    """Whether all machine code is there."""
    return _mark().exists()


def use() -> None:
    """Say that the folder is used, so that it is kept; and the first time, look after those that nobody uses."""
    with contextlib.suppress(OSError):
        if not is_complete():
            forget_unused(time.time())
        os.utime(folder())


@contextlib.contextmanager
def completing() -> Iterator[bool]:
    """While this process makes the machine code others wait, and find it done: whether it is still to be made."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # goes with the process, however that ends
        is_due = not is_complete()
        yield is_due
        if is_due:
            _mark().touch()


def forget_unused(now_s: float) -> list[Path]:
    """Remove machine code of other texts that nobody has used for a month; which that was."""
    unused = [
        path
        for path in sorted(folder().parent.glob(f"{_PREFIX}*"))
        if path != folder() and path.stat().st_mtime < now_s - _UNUSED_S
    ]
    for path in unused:
        shutil.rmtree(path, ignore_errors=True)
    return unused


def _mark() -> Path:
    return folder() / "complete"


def _versions() -> str:
    found = []
    for package in ("numba", "llvmlite", "numpy"):
        with contextlib.suppress(PackageNotFoundError):
            found.append(f"{package} {version(package)}")
    return ", ".join([*found, os.uname().machine])
