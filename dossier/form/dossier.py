"""`dossier.json`: lines, their statements, and figures with where each comes from. `rehearse schema dossier` prints its
JSON Schema; the page and the Markdown render it and add nothing.

A statement's `words` have `{}` for each of its figures, and no number of their own: what can be read in it can be
followed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Literal

import msgspec

DOSSIER_FORMAT = 1
ReadyDecision = Literal["not ready", "not enough evidence", "ready if", "ready"]
StatementKind = Literal["said", "not modelled", "missing", "caution"]


class Trace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where something stands: a run's or an answer's `folder` (that of the notes for what people typed), the `file` in
    it, and the `path` of keys in that file. The file `launches` is what each launch of the run came to, simulated from
    its scenario and seed: there is one value a launch."""

    folder: str
    file: str
    path: list[str | int] = []


def filled_in(words: str, texts: Sequence[str]) -> str:
    """Words with a text for each `{}`; where there are too few, it is left out."""
    parts = words.split("{}")
    return "".join(part + text for part, text in zip_longest(parts, texts[: len(parts) - 1], fillvalue=""))


class TracedFigure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was found, as a person reads it (`text`), its `value` and unit, and `how` it follows from what stands at
    the traces: a name of `dossier.evidence.deriving`. Infinity is never, and null."""

    text: str
    value: str | float | int | bool | None
    how: str
    traces: list[Trace]
    unit: str = ""


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence. `kind` tells what is *not modelled*, what is *missing* (with the `command` that would make it) and
    what is a *caution* from what was found. `mark` is `met`, `missed`, `open`, or `few` (met, and fewer than nine in
    ten of those whom it is about were served) where it is a verdict. `link` leads to more of it: `#NAME` to a line of
    this dossier, `./FILE` to what is written beside it, and else to a file, named as the folders of traces are."""

    words: str
    figures: list[TracedFigure] = []
    kind: StatementKind = "said"
    command: str | None = None
    mark: str = ""
    link: str = ""

    @property
    def text(self) -> str:
        """The sentence with its figures."""
        return filled_in(self.words, [figure.text for figure in self.figures])


class StatementTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Statements in rows and columns; the first of a row names it."""

    columns: list[str]
    rows: list[list[Statement]]


class Dot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One launch by the value that decides, null of one in which it is never; `mark` as a statement's."""

    value: float | None
    mark: str


class Dots(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dot a launch, sorted from good to bad, with the limit of the objective of that name: what they show in words,
    and where they come from."""

    name: str
    unit: str
    limit: TracedFigure
    is_at_most: bool
    dots: list[Dot]
    trace: Trace


class Tick(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A moment that is named below a drawing, in seconds since midnight."""

    at_s: float
    text: str


class Curve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a drawing, a value a bin; `mark` is `typical` or `worst`: which of the two looks it has."""

    name: str
    mark: str
    values: list[float]
    trace: Trace


class Curves(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines over time, between the same edges (one more than values), in one unit."""

    unit: str
    edges_s: list[float]
    ticks: list[Tick]
    curves: list[Curve]


class DossierLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of page 1, or a part of what stands behind it: what it asks, and what is said."""

    name: str
    title: str
    statements: list[Statement]
    table: StatementTable | None = None
    dots: Dots | None = None
    curves: Curves | None = None

    def every_statement(self) -> list[Statement]:
        """Those of its table, too."""
        rows = self.table.rows if self.table else []
        return [*self.statements, *(cell for row in rows for cell in row)]


class SourceFiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run or an answer that the dossier was made of, with the SHA-256 of each of its files that was read."""

    folder: str
    kind: str
    title: str
    hashes: dict[str, str]


class Dossier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole. `made_on` is the day of which it speaks: ages are counted until then. `lines` are those of page 1 in
    their order, `annex` what stands behind them."""

    format: int
    title: str
    decision: ReadyDecision
    made_on: str
    lines: list[DossierLine]
    annex: list[DossierLine]
    sources: list[SourceFiles]


def dossier_json(dossier: Dossier) -> bytes:
    """The bytes of `dossier.json`."""
    return msgspec.json.format(msgspec.json.encode(dossier), indent=2) + b"\n"


def read_dossier(data: bytes) -> Dossier:
    """The dossier in such bytes. Raises `msgspec.DecodeError` when they are none."""
    return msgspec.json.decode(data, type=Dossier)


def dossier_schema() -> dict[str, Any]:
    """The JSON Schema of `dossier.json`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Dossier)}
