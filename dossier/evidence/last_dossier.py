"""The dossier before this one, for what has changed since then."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from dossier.evidence.unusable import unusable
from dossier.form.dossier import DOSSIER_FORMAT, Dossier, Trace, read_dossier
from dossier.form.paths import at_path

_FILE = "dossier.json"


@dataclass(frozen=True)
class LastDossier:
    """A dossier that was read from `file` in `folder`; `said` is the same as plain data."""

    folder: str
    file: str
    dossier: Dossier
    said: dict[str, Any]

    def find(self, trace: Trace) -> Any:
        """What stands at a trace. Raises `NothingThereError`."""
        return at_path(self.said, trace.path)


def read_last_dossier(given: Path) -> LastDossier:
    """The dossier in a folder, or in a file. Raises `ScenarioError` where there is none, or one of another format."""
    path = given / _FILE if given.is_dir() else given
    try:
        text = path.read_bytes()
        said = msgspec.json.decode(text)
    except OSError as error:
        raise unusable(path, f"cannot be read: {error.strerror or error}") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise unusable(path, f"no dossier.json of `rehearse dossier`: {error}") from None
    if not isinstance(said, dict) or not isinstance(said.get("lines"), list) or "format" not in said:
        raise unusable(path, "no dossier.json of `rehearse dossier`: it has no format and lines")
    if said["format"] != DOSSIER_FORMAT:
        raise unusable(
            path, f"a dossier of format {said['format']!r}; this version compares with format {DOSSIER_FORMAT}"
        )
    try:
        return LastDossier(str(path.parent), path.name, read_dossier(text), said)
    except msgspec.ValidationError as error:
        raise unusable(path, f"no dossier.json of `rehearse dossier`: {error}") from None
