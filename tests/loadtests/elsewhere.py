"""Two stand-ins for a world that tests may not send to: this machine as if it were another, and a witness.

Both are written as a `sitecustomize.py` that every Python process started with such a `PYTHONPATH` runs first.
"""

from __future__ import annotations

import os
from pathlib import Path

_NOT_THIS_MACHINE = """
import ipaddress
ipaddress.IPv4Address.is_loopback = property(lambda self: False)
"""
_WITNESS = """
import sys
def see(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        with open({path!r}, "a") as file:
            file.write(f"{{event}} {{arguments[1]}}\\n")
sys.addaudithook(see)
"""


def _first(folder: Path, code: str) -> dict[str, str]:
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(code)
    return os.environ | {"PYTHONPATH": str(folder), "NO_COLOR": "1"}


def as_if_elsewhere(folder: Path) -> dict[str, str]:
    """An environment in which 127.0.0.1 counts as another machine."""
    return _first(folder / "elsewhere", _NOT_THIS_MACHINE)


def witnessed(folder: Path) -> tuple[dict[str, str], Path]:
    """An environment in which every address that something is sent to is noted, and the file with the notes."""
    path = folder / "sent-to.txt"
    path.touch()
    return _first(folder / "witness", _WITNESS.format(path=str(path))), path
