"""Line 9: the assumptions that decide, the strongest first: value, source, and where the decision turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dossier.evidence.answer import FoundAnswer
from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable
from dossier.lines.breaking import of_another
from dossier.lines.decision import decision_of
from dossier.lines.saying import Quoting, missing, name_of, said, typed
from scenarios.text.phrases import share_words

_TITLE: Final = "Assumptions that decide"
_NONE_DECIDES: Final = "Assumptions, none of which decides by itself"
_NAMED: Final = 5


def assumptions_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    answer = evidence.answer("sensitivity")
    if answer is None:
        words = "Which assumptions decide, nobody has asked yet. It is asked by"
        return DossierLine(
            "assumptions", _TITLE, [missing(words, f"rehearse headroom {name_of(evidence)} --sensitivity")]
        )
    quoting = Quoting(evidence, answer.folder, "answer.json")
    decides = any(one.get("turns", True) for one in answer.said["assumptions"])
    head = said("The strongest first, weak ones varied in groups. What has no source in the notes is a guess.")
    table = StatementTable(["assumption", "as it stands", "from", "the decision"], [*_rows(evidence, answer, quoting)])
    return DossierLine(
        "assumptions",
        _TITLE if decides else _NONE_DECIDES,
        [*of_another(evidence, answer, quoting), said("{}", quoting("sentences", 0)), *_together(evidence), head],
        table,
    )


def _together(evidence: DossierEvidence) -> Iterator[Statement]:
    """That several may decide together where none does: the first option that keeps every promise."""
    answer = evidence.answer("compare")
    if answer is None or decision_of(evidence) != "not ready":
        return
    quoting = Quoting(evidence, answer.folder, "answer.json")
    for at in range(len(answer.said.get("options") or [])):
        missed = ("options", at, "by_launch", "missed")
        if not quoting.has(*missed) or quoting(*missed, how="launches that missed any").value:
            continue
        counts = [quoting(*missed, how=how) for how in ("launches that missed any", "number")]
        words = "None of them was taken away altogether. Several together decide: with “{}” {} of {} launches are bad."
        yield said(words, quoting("options", at, "name"), *counts)
        return


def _rows(evidence: DossierEvidence, answer: FoundAnswer, quoting: Quoting) -> Iterator[list[Statement]]:
    for at, one in list(enumerate(answer.said["assumptions"]))[:_NAMED]:
        path = ("assumptions", at)
        source = evidence.notes.notes.sources.get(one["key"])
        known = said("{}", typed(evidence)("sources", one["key"])) if source else said("a guess", mark="open")
        yield [
            said("{}", quoting(*path, "name")),
            said("{}", quoting(*path, "as_it_stands")),
            known,
            _turns(one, quoting, path),
        ]


def _turns(one: dict[str, Any], quoting: Quoting, path: tuple[str | int, ...]) -> Statement:
    if one["followed"] is None:
        return said("not changed by {} less or more", quoting("by", show=share_words))
    return said("{}", quoting(*path, "followed"))
