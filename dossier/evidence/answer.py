"""The answer of an experiment as evidence: what `answer.json` says, of which scenario it was asked, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dossier.evidence.answer_form import wrong_form
from dossier.evidence.run import read_texts
from dossier.evidence.unusable import unusable
from dossier.form.dossier import Trace
from dossier.form.paths import at_path
from experiments.answers.writing import ANSWER_FORMAT, ASKED
from experiments.launches.point import Point
from scenarios.text.nearest import unknown_name

KINDS = ("size", "headroom", "sensitivity", "sweep", "compare")


@dataclass(frozen=True)
class FoundAnswer:
    """An answer. `given` is its folder as it was named, `said` what it says, `content` a digest of the scenario that
    was asked about, `asked` what stands beside it of when it was asked, and with what; nothing where nobody wrote that
    down."""

    given: str
    texts: Mapping[str, bytes]
    said: dict[str, Any]
    content: str
    asked: dict[str, Any]

    @property
    def kind(self) -> str:
        """By which command it was asked."""
        return str(self.said["kind"])

    @property
    def folder(self) -> str:
        """What its traces name."""
        return self.given

    def find(self, trace: Trace) -> Any:
        """What stands at a trace. Raises `NothingThereError`."""
        if not trace.path:
            return self.texts[trace.file]
        return at_path(self.asked if trace.file == ASKED else self.said, trace.path)


def read_answer(given: Path) -> FoundAnswer:
    """The answer in a folder. Raises `ScenarioError`."""
    texts = read_texts(given, ("answer.json", "scenario.yaml"), "answer", "rehearse headroom SCENARIO")
    if (given / ASKED).is_file():
        texts |= read_texts(given, (ASKED,), "answer", "rehearse headroom SCENARIO")
    said, asked = _json(given, "answer.json", texts["answer.json"]), _json(given, ASKED, texts.get(ASKED, b"{}"))
    if not isinstance(asked, dict):
        raise unusable(given / ASKED, "no JSON object")
    if not isinstance(said, dict) or said.get("format") != ANSWER_FORMAT:
        raise unusable(given / "answer.json", f"no answer of an experiment of format {ANSWER_FORMAT}")
    if said.get("kind") not in KINDS:
        raise unusable(given / "answer.json", unknown_name(str(said.get("kind")), KINDS))
    if wrong := wrong_form(said):
        raise unusable(given / "answer.json", f"is damaged, or was changed ({wrong})")
    point = Point(texts["scenario.yaml"].decode(), str(given / "scenario.yaml"))
    return FoundAnswer(str(given), texts, said, point.content, asked)


def _json(given: Path, name: str, text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise unusable(given / name, f"no JSON ({error})") from None
