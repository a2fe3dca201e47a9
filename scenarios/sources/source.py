"""A scenario's text as YAML, with the line of every key, and what it extends laid under it, as `merging` has it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.quantities.fields import Place
from scenarios.sources.catalogue import catalogue, find
from scenarios.sources.merging import laid_over, replaced
from scenarios.sources.problems import Problem, ScenarioError, dotted
from scenarios.text.yaml_text import MOST_BYTES, YamlTextError, values_and_lines

_MOST_EXTENDED = 20
_FORM = "a scenario is a mapping of keys such as title, period, service"


@dataclass
class Source:
    """A parsed file (with what it extends laid under it) and where each key stands."""

    file: str
    data: dict[str, Any]
    lines: dict[Place, tuple[str, int | None]]

    @classmethod
    def load(cls, path: Path, above: tuple[Path, ...] = ()) -> Source:
        """The file; `above` are those that extend it. Raises `ScenarioError`."""
        return cls.parse(_read_text(path), str(path), path.parent, (*above, path.resolve()))

    @classmethod
    def parse(cls, text: str, file: str, folder: Path, above: tuple[Path, ...] = ()) -> Source:
        """The text of a file in `folder`. Raises `ScenarioError`."""
        source = cls._alone(text, file, _FORM)
        other = source.data.get("extends")
        return source._over(other, folder, above) if isinstance(other, str) else source

    @classmethod
    def load_alone(cls, path: Path, form: str) -> Source:
        """A file of another kind than scenarios, which extends nothing; `form` says of what it is a mapping. Raises
        `ScenarioError`."""
        return cls._alone(_read_text(path), str(path), form)

    @classmethod
    def _alone(cls, text: str, file: str, form: str) -> Source:
        data, places = _load_yaml(text, file, form)
        return cls(file, data, {place: (file, line) for place, line in places.items()})

    def _over(self, other: str, folder: Path, above: tuple[Path, ...]) -> Source:
        try:
            path = find(other, beside=folder)
        except ScenarioError as error:
            raise self._not_extended(error.problems[0].message) from None
        above = above or ((folder / self.file).resolve(),)
        chain = " extends ".join(one.name for one in (*above, path.resolve()))
        if path.resolve() in above:
            raise self._not_extended(f"{other!r} extends itself: {chain}")
        if len(above) > _MOST_EXTENDED:
            raise self._not_extended(f"a chain of more than {_MOST_EXTENDED} that extend each other: {chain}")
        base = Source.load(path, above)
        kept = {place: at for place, at in base.lines.items() if not replaced(self.data, base.data, place)}
        return Source(self.file, laid_over(base.data, self.data), kept | self.lines)

    def _not_extended(self, why: str) -> ScenarioError:
        return ScenarioError([Problem(self.file, self.line(("extends",)), "extends", why)])

    def where(self, place: Place) -> tuple[str, int | None]:
        """File and line of a place, or of the nearest one around it."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return self.file, None

    def line(self, place: Place) -> int | None:
        return self.where(place)[1]

    def folder(self, place: Place) -> Path:
        """Where the path of a file at a place begins: in the folder of the file in which it stands. What stands in no
        line of a file was said on the command line, where a path begins in the working folder."""
        file, line = self.where(place)
        return Path() if line is None and file != self.file else Path(file).parent


def titles() -> dict[str, str]:
    """The titles of the catalogue's scenarios by name, read without looking at the rest. Raises `ScenarioError`."""
    return {name: str(Source.load(path).data.get("title", "")) for name, path in catalogue().items()}


def _load_yaml(text: str, file: str, form: str) -> tuple[dict[str, Any], dict[Place, int]]:
    try:
        data, lines = values_and_lines(text)
    except YamlTextError as error:
        problems = [Problem(file, one.line, dotted(one.at), one.message) for one in error.mistakes]
        raise ScenarioError(problems) from None
    if not isinstance(data, dict):
        raise ScenarioError([Problem(file, 1, "", form)])
    return data, lines


def _read_text(path: Path) -> str:
    """The text of a file. Raises `ScenarioError`."""
    try:
        with path.open("rb") as file:
            found = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from None
    if len(found) > MOST_BYTES:
        raise _unreadable(path, f"a scenario is a file of at most {MOST_BYTES:,} bytes")
    try:
        return found.decode("utf-8")
    except UnicodeDecodeError as error:
        kind = "it looks like UTF-16; " if found[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        raise _unreadable(path, f"{error}; {kind}save it as UTF-8") from None


def _unreadable(path: Path, why: str) -> ScenarioError:
    return ScenarioError([Problem(str(path), None, "", f"cannot be read: {why}")])
