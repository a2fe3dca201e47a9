"""From a scenario's name or file to a `Scenario`, or to a list of problems that a person can mend.

Every problem says in which file and line it lies, at which key, what was found, what is allowed and which valid
name is nearest. A scenario that `extends` another is laid over it key by key: mappings merge (but another kind of
arrivals or of time replaces the old one), anything else replaces, and `null` takes a key of the other away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeGuard, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from scenarios.faults import WHEN, Fault
from scenarios.fields import Name, Part
from scenarios.nearest import nearest
from scenarios.references import named, requirements
from scenarios.scenario import MisfitsError, Place, Scenario, unknown_name
from scenarios.units import shown

CATALOGUE = Path(__file__).parent / "catalogue"
_CHOICES = {"arrivals", "time", "work", "think"}  # mappings that name exactly one kind
_MOST_PLACES, _DEEPEST = 200_000, 100
_TOO_MUCH = "is nested too deeply, or its anchors unfold to too much"


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
        if path.suffix in (".yaml", ".yml") and _is_file(path):
            return path
    if name in known:
        return known[name]
    problem = f"no such scenario; allowed is a file's path or one of {', '.join(known)}{nearest(name, known)}"
    raise ScenarioError([Problem(name, None, "", problem)])


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # no name of a file, or in a folder that may not be read
        return False


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


def read_fault(found: Any, scenario: Scenario, name: str | None = None) -> Fault:
    """A fault for this scenario that somebody describes while it runs.

    Raises `ScenarioError`; its places begin at the fault.
    """
    try:
        fault = Fault.model_validate(found)
        called = _Called.model_validate({"name": name or fault.kind})
    except ValidationError as error:
        raise ScenarioError([_fault_problem(detail) for detail in error.errors()]) from None
    if times := [when for when in WHEN if getattr(fault, when) is not None]:
        raise ScenarioError([Problem("fault", None, times[0], "is for a scenario's file; by hand it begins now")])
    with_it = scenario.model_copy(update={"faults": {called.name: fault}, "defences": {}})
    wrong = [(place, unknown_name(found, allowed)) for place, found, allowed in named(with_it) if found not in allowed]
    if problems := [*wrong, *requirements(with_it)]:
        raise ScenarioError([Problem("fault", None, _dotted(place[2:]), message) for place, message in problems])
    return fault


class _Called(Part):
    name: Name


def _fault_problem(detail: Any) -> Problem:
    place = tuple(part for part in detail["loc"] if part != "[key]")
    message = _message(detail, detail.get("ctx", {}).get("error"), place, Fault)
    return Problem("fault", None, _dotted(place), message)


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
        kept = {place: at for place, at in base.lines.items() if not _replaced(self.data, base.data, place)}
        return _Source(self.file, _merged(base.data, self.data), kept | self.lines)

    def where(self, place: Place) -> tuple[str, int | None]:
        """File and line of a place, or of the nearest one around it."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return self.file, None

    def line(self, place: Place) -> int | None:
        return self.where(place)[1]


class _Loader(yaml.SafeLoader):
    """YAML as people write it: `08:00` is text, not the sexagesimal number of YAML 1.1, `on` is a word, 010 is ten."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]  # the base class has an instance's

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """PyYAML lets errors of Python through where a value does not fit its tag."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError, AttributeError):
            problem = f"{shown(node.value)} does not fit {node.tag.rpartition(':')[2]}"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from None


_Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(str(node.value)))


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
        raise ScenarioError([Problem(file, None, "", f"not YAML: {str(error).partition(chr(10))[0]}")]) from None
    except RecursionError:
        raise ScenarioError([Problem(file, None, "", _TOO_MUCH)]) from None
    if not isinstance(data, dict):
        raise ScenarioError([Problem(file, 1, "", "a scenario is a mapping of keys such as title, period, service")])
    lines: dict[Place, int] = {}
    problems: list[Problem] = []
    try:
        _note_lines(node, (), lines, file, problems)
    except (RecursionError, _TooMuchError):
        problems = [Problem(file, None, "", _TOO_MUCH)]
    if problems:
        raise ScenarioError(problems)
    return data, lines


class _TooMuchError(Exception):
    """More places than a person writes."""


def _note_lines(node: Any, place: Place, lines: dict[Place, int], file: str, problems: list[Problem]) -> None:
    if len(lines) > _MOST_PLACES or len(place) > _DEEPEST:
        raise _TooMuchError
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


def _replaced(over: Any, base: Any, place: Place) -> bool:
    """Whether what stood at `place` of the base is gone."""
    key: str | int = ""
    for part in place:
        if not (isinstance(over, dict) and isinstance(base, dict)) or (key in _CHOICES and not set(base) & set(over)):
            return True
        if part not in over or part not in base:
            return False
        over, base, key = over[part], base[part], part
    return False


def _validated(source: _Source) -> Scenario:
    try:
        return Scenario.model_validate(source.data)
    except ValidationError as error:
        problems = [problem for detail in error.errors() for problem in _problems(source, detail)]
        raise ScenarioError(list(dict.fromkeys(problems))) from None


def _problems(source: _Source, detail: Any) -> list[Problem]:
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, MisfitsError):
        return [_problem(source, one.place, str(one)) for one in cause.errors]
    place = tuple(part for part in detail["loc"] if part != "[key]")
    return [_problem(source, place, _message(detail, cause, place))]


def _problem(source: _Source, place: Place, message: str) -> Problem:
    file, line = source.where(place)
    return Problem(file, line, _dotted(place), message)


def _message(detail: Any, cause: Any, place: Place, top: type[BaseModel] = Scenario) -> str:
    found, kind = detail.get("input"), detail["type"]
    if isinstance(cause, ValueError):
        return str(cause)
    if kind == "extra_forbidden":
        allowed = _allowed_keys(place, top)
        return f"no such key; allowed is one of {', '.join(allowed)}{nearest(str(place[-1]), allowed)}"
    if kind == "missing":
        return "is missing"
    if kind == "string_pattern_mismatch":
        return f"found {shown(found)}; allowed is text of the form {detail['ctx']['pattern']}"
    if kind in _WANTED:
        return f"found {shown(found)}; allowed is {_WANTED[kind]}"
    choices = detail.get("ctx", {}).get("expected", "")
    near = nearest(str(found), [choice.strip("'") for choice in choices.replace(" or ", ", ").split(", ")])
    return f"found {shown(found)}; {detail['msg'][0].lower()}{detail['msg'][1:]}{near if choices else ''}"


_WANTED = {
    "model_type": "a mapping of keys",
    "dict_type": "a mapping of names",
    "list_type": "a list",
    "string_type": "text; a number that is meant as text stands in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of fewer digits",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}


def _allowed_keys(place: Place, top: type[BaseModel]) -> list[str]:
    """The keys that the model at the parent of `place` knows: follow the fields' types down from the top."""
    here: Any = top
    for part in place[:-1]:
        if _is_model(here):
            here = _container(here.model_fields[str(part)].annotation) if part in here.model_fields else None
        else:
            here = _container(get_args(here)[-1]) if get_args(here) else None
    return [field.alias or name for name, field in here.model_fields.items()] if _is_model(here) else []


def _container(annotation: Any) -> Any:
    """The model, mapping or list within an annotation such as `Annotated[X, …] | None`."""
    if _is_model(annotation) or get_origin(annotation) in (dict, list):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _container(inner)) is not None), None)


def part_of(model: type[BaseModel], field: str) -> type[BaseModel]:
    """The model that a field holds."""
    part = _container(model.model_fields[field].annotation)
    assert _is_model(part), f"{field} holds no part"
    return part


def _is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _dotted(place: Place) -> str:
    return ".".join(str(part) for part in place)
