"""From a scenario's name or file to a `Scenario`, or to a list of problems that a person can mend.

Every problem says in which file and line it lies, at which key, what was found, what is allowed and which valid
name is nearest. A scenario that `extends` another is laid over it key by key: mappings merge (but another kind of
arrivals or of time replaces the old one), anything else replaces, and `null` takes a key of the other away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml
from pydantic import BaseModel, ValidationError

from scenarios.nearest import nearest
from scenarios.scenario import PlacedError, Place, Scenario
from scenarios.units import UnitError

CATALOGUE = Path(__file__).parent / "catalogue"
_CHOICES = {"arrivals", "time", "work", "think"}  # mappings that name exactly one kind

@dataclass(frozen=True)
class Problem:
    """One thing wrong with a scenario file."""

    file: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


class ScenarioError(Exception):
    """A scenario that cannot be used; `problems` has at least one."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def catalogue() -> dict[str, Path]:
    """The scenarios that come with the product, by name."""
    return {path.stem: path for path in sorted(CATALOGUE.glob("*.yaml"))}


def find(name: str, beside: Path | None = None) -> Path:
    """The file of a scenario given by catalogue name or path. Raises `ScenarioError`."""
    known = catalogue()
    candidates = [Path(name)] if beside is None else [beside / name, beside / f"{name}.yaml"]
    for path in candidates:
        if path.suffix in (".yaml", ".yml") and path.is_file():
            return path
    if name in known:
        return known[name]
    problem = f"no such scenario; allowed is a file's path or one of {', '.join(known)}{nearest(name, known)}"
    raise ScenarioError([Problem(name, None, "", problem)])


def read(name: str) -> Scenario:
    """The scenario of that catalogue name or file. Raises `ScenarioError`."""
    return _validated(_Source.load(find(name)))


def read_text(text: str, file: str = "scenario.yaml") -> Scenario:
    """A scenario from YAML text; `file` names it in messages. Raises `ScenarioError`."""
    return _validated(_Source.parse(text, file, Path.cwd()))


def frozen_text(name: str) -> str:
    """The scenario as one YAML text that extends nothing: what a run keeps. Raises `ScenarioError`."""
    source = _Source.load(find(name))
    _validated(source)
    whole = {key: value for key, value in source.data.items() if key != "extends"}
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=110)


@dataclass
class _Source:
    """A parsed file (with what it extends laid under it) and where each key stands."""

    file: str
    data: dict[str, Any]
    lines: dict[Place, tuple[str, int]]

    @classmethod
    def load(cls, path: Path, above: tuple[Path, ...] = ()) -> _Source:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ScenarioError([Problem(str(path), None, "", f"cannot be read: {error}")]) from None
        return cls.parse(text, str(path), path.parent, (*above, path.resolve()))

    @classmethod
    def parse(cls, text: str, file: str, folder: Path, above: tuple[Path, ...] = ()) -> _Source:
        data, places = _load_yaml(text, file)
        source = cls(file, data, {place: (file, line) for place, line in places.items()})
        other = data.get("extends")
        return source._over(other, folder, above) if isinstance(other, str) else source

    def _over(self, other: str, folder: Path, above: tuple[Path, ...]) -> _Source:
        here = Problem(self.file, self.line(("extends",)), "extends", "")
        try:
            path = find(other, beside=folder)
        except ScenarioError as error:
            raise ScenarioError([Problem(here.file, here.line, here.key, error.problems[0].message)]) from None
        if path.resolve() in above:
            raise ScenarioError([Problem(here.file, here.line, here.key, f"{other!r} extends itself")])
        base = _Source.load(path, above)
        return _Source(self.file, _merged(base.data, self.data), base.lines | self.lines)

    def where(self, place: Place) -> tuple[str, int | None]:
        """File and line of a place, or of the nearest one around it."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return self.file, None

    def line(self, place: Place) -> int | None:
        return self.where(place)[1]


class _Loader(yaml.SafeLoader):
    """YAML as people write it: `08:00` is text, not the sexagesimal number of YAML 1.1, and `on` is a word."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _tag, _form, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("merge", r"^(?:<<)$", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_form), list(_first))


def _load_yaml(text: str, file: str) -> tuple[dict[str, Any], dict[Place, int]]:
    try:
        node = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ScenarioError([Problem(file, line, "", f"not YAML: {error.problem}")]) from None
    except yaml.YAMLError as error:
        raise ScenarioError([Problem(file, None, "", f"not YAML: {error}")]) from None
    if not isinstance(data, dict):
        raise ScenarioError([Problem(file, 1, "", "a scenario is a mapping of keys such as title, period, service")])
    lines: dict[Place, int] = {}
    problems: list[Problem] = []
    _note_lines(node, (), lines, file, problems)
    if problems:
        raise ScenarioError(problems)
    return data, lines


def _note_lines(node: Any, place: Place, lines: dict[Place, int], file: str, problems: list[Problem]) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            here = (*place, str(key.value))
            if key.value in seen:
                problems.append(Problem(file, key.start_mark.line + 1, _dotted(here), "stands twice"))
            seen.add(key.value)
            lines[here] = key.start_mark.line + 1
            _note_lines(value, here, lines, file, problems)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            lines[(*place, number)] = value.start_mark.line + 1
            _note_lines(value, (*place, number), lines, file, problems)


def _merged(base: Any, over: Any, key: str = "") -> Any:
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    if key in _CHOICES and not set(base) & set(over):
        return over  # another kind of arrivals or of time takes the place of the old one
    both = {key: _merged(base[key], value, key) if key in base else value for key, value in over.items()}
    laid = {key: both.get(key, value) for key, value in base.items()} | both
    return {key: value for key, value in laid.items() if value is not None}


def _validated(source: _Source) -> Scenario:
    try:
        return Scenario.model_validate(source.data)
    except ValidationError as error:
        problems = [_problem(source, detail) for detail in error.errors()]
        raise ScenarioError(list(dict.fromkeys(problems))) from None


def _problem(source: _Source, detail: Any) -> Problem:
    cause = detail.get("ctx", {}).get("error")
    place: Place = tuple(detail["loc"])
    if isinstance(cause, PlacedError):
        place = cause.place
    place = tuple(part for part in place if part != "[key]")
    file, line = source.where(place)
    return Problem(file, line, _dotted(place), _message(detail, cause, place))


def _message(detail: Any, cause: Any, place: Place) -> str:
    found = detail.get("input")
    if isinstance(cause, UnitError | PlacedError | ValueError):
        return str(cause)
    if detail["type"] == "extra_forbidden":
        allowed = _allowed_keys(place)
        return f"no such key; allowed is one of {', '.join(allowed)}{nearest(str(place[-1]), allowed)}"
    if detail["type"] == "missing":
        return "is missing"
    if detail["type"] == "string_pattern_mismatch" and isinstance(found, str):
        return f"found {found!r}; allowed is text of the form {detail['ctx']['pattern']}"
    if isinstance(found, dict | list) or found is None:
        return detail["msg"]
    choices = detail.get("ctx", {}).get("expected", "")
    near = nearest(str(found), [choice.strip("'") for choice in choices.replace(" or ", ", ").split(", ")])
    return f"found {found!r}; {detail['msg'][0].lower()}{detail['msg'][1:]}{near if choices else ''}"


def _allowed_keys(place: Place) -> list[str]:
    """The keys that the model at the parent of `place` knows: follow the fields' types down."""
    here: Any = Scenario
    for part in place[:-1]:
        if isinstance(here, type) and issubclass(here, BaseModel) and part in here.model_fields:
            here = here.model_fields[str(part)].annotation
        here = _model_within(here)
    return list(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


def _model_within(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if (found := _model_within(inner)) is not None:
            return found
    return None


def _dotted(place: Place) -> str:
    return ".".join(str(part) for part in place)
