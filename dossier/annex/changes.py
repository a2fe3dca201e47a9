"""What has changed since the last dossier, line by line: what was said, and what is said now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.last_dossier import LastDossier
from dossier.form.dossier import Dossier, DossierLine, ReadyDecision, Statement, StatementTable
from dossier.lines.decision import decision_of, title_of
from dossier.lines.saying import Quoting, caution, said

_TITLE: Final = "Changed since the last dossier"


@dataclass(frozen=True)
class _Said:
    """A sentence or a row of a line, by what tells it from others of the line: the words and names of a sentence, a
    row's first cell. `path` is where it stands in the last dossier, if it does."""

    key: str
    statement: Statement
    path: tuple[str | int, ...]


_Change = tuple[_Said | None, _Said | None]  # what it was, and what it is


def changes_line(evidence: DossierEvidence, last: LastDossier, lines: Sequence[DossierLine]) -> DossierLine:
    """The changes from the last dossier to these lines."""
    quoting = Quoting(evidence, last.folder, last.file)
    rows = [*_rows(quoting, last.dossier, lines)]
    head = [_decision(quoting, decision_of(evidence)), said("Compared with the dossier of {}.", quoting("made_on"))]
    if last.dossier.title != title_of(evidence).text:
        head.append(caution("The last dossier is of another launch: {}.", quoting("title")))
    if not rows:
        return DossierLine("changes", _TITLE, [*head, said("No line says anything else than it said then.")])
    return DossierLine("changes", _TITLE, head, StatementTable(["line", "was", "is"], rows))


def _decision(quoting: Quoting, decision: ReadyDecision) -> Statement:
    was = quoting("decision")
    if was.value == decision:
        return said("The decision is what it was: {}.", was)
    return said(f"The decision was “{{}}”; it is “{decision}”.", was, mark="open")


def _rows(quoting: Quoting, last: Dossier, lines: Sequence[DossierLine]) -> Iterator[list[Statement]]:
    """Line by line, those that are gone last."""
    old = {line.name: (line, _path(last, line)) for line in (*last.lines, *last.annex)}
    for line in lines:
        was = _things(*old[line.name]) if line.name in old else []
        for change in _changes(was, _things(line, ())):
            yield [said(line.title), *_cells(quoting, change)]
    for line in last.lines:
        if line.name not in {each.name for each in lines}:
            path = old[line.name][1]
            yield [said("{}", quoting(*path, "title")), said("was a line of it"), said("no longer said")]


def _path(last: Dossier, line: DossierLine) -> tuple[str | int, ...]:
    part = "lines" if line in last.lines else "annex"
    return part, getattr(last, part).index(line)


def _things(line: DossierLine, path: tuple[str | int, ...]) -> list[_Said]:
    found = [_Said(_key(line, each), each, (*path, "statements", at)) for at, each in enumerate(line.statements)]
    for at, row in enumerate(line.table.rows if line.table else []):
        together = Statement("; ".join(cell.words for cell in row), [each for cell in row for each in cell.figures])
        found.append(_Said(row[0].text if row else "", together, (*path, "table", "rows", at)))
    return found


def _key(line: DossierLine, statement: Statement) -> str:
    """The words with the names in them. The decision is the same sentence, whatever it says."""
    if line.name == "decision" and statement is line.statements[0]:
        return line.name
    names = [str(each.value) for each in statement.figures if isinstance(each.value, str)]
    return "; ".join([statement.words, *names])


def _changes(was: Sequence[_Said], now: Sequence[_Said]) -> Iterator[_Change]:
    """What is said otherwise, is new or is gone; what is said word for word as before is none."""
    old = _without(was, now)
    for each in _without(now, was):
        before = next((other for other in old if other.key == each.key), None)
        if before is not None:
            old.remove(before)
        yield before, each
    yield from ((each, None) for each in old)


def _without(found: Sequence[_Said], others: Sequence[_Said]) -> list[_Said]:
    """What is not among the others, word for word."""
    texts = [each.statement.text for each in others]
    left = []
    for each in found:
        if each.statement.text in texts:
            texts.remove(each.statement.text)
        else:
            left.append(each)
    return left


def _cells(quoting: Quoting, change: _Change) -> tuple[Statement, Statement]:
    was, now = change
    before = said("{}", quoting(*was.path, how="its words")) if was is not None else said("not said")
    return before, now.statement if now is not None else said("no longer said")
