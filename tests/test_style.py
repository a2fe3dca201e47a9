"""Names and signatures: one meaning a name, errors announced, choices spelled out, no invented words."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest

from tests.fixtures.places import ROOT

PACKAGES = ("scenarios", "recordings", "simulations", "mock_server", "loadtests", "readiness", "dossier", "rehearse")
# defined in many modules and the same in each: a program's entry point, a type variable
SHARED_NAMES = {"main", "T"}
TWINS = "simulations/compiled/"  # of the SimPy engine
# words that once named things here and that the field does not know; see docs/glossary.md
INVENTED = (
    "desk", "manner", "toil", "seek", "seeker", "leaver", "keeper", "brake", "crowd", "conductor", "player", "pace",
    "told", "stretch", "visitor", "sides", "doors",
)  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef


Modules = list[tuple[str, ast.Module]]


@pytest.fixture(scope="module")
def modules() -> Modules:
    """Every module with its path, read once for all of these tests."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [(str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


@pytest.fixture(scope="module")
def names(modules: Modules) -> dict[str, set[str]]:
    """The words of every name that a module defines, in lower case, by path and name."""
    return {f"{path}: {name}": words(name) for path, module in modules for name in set(defined_names(module))}


@cache
def words(name: str) -> set[str]:
    """`SlowDoor` and `slow_door` are two words."""
    return set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_"))


def top_level_names(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if isinstance(node, Function | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def public_functions(module: ast.Module) -> Iterator[Function]:
    """Functions and methods whose names, and whose classes' names, do not begin with an underscore."""
    for node in module.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from (one for one in node.body if isinstance(one, Function) and not one.name.startswith("_"))


def defined_names(module: ast.Module) -> Iterator[str]:
    """Every name that a module gives to something: functions, classes, parameters, variables, attributes."""
    for node in ast.walk(module):
        if isinstance(node, Function | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def raised(function: Function) -> set[str]:
    """The exceptions that a function raises itself, by name; what it passes on is its callees' affair."""
    found = set()
    inner = {
        id(one)
        for other in ast.walk(function)
        if isinstance(other, Function) and other is not function
        for one in ast.walk(other)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and node.exc is not None and id(node) not in inner:
            call = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            found.add(ast.unparse(call).rpartition(".")[2])
    return found - {"NotImplementedError", "AssertionError", "GreenletExit", "Exit", "BadParameter"}  # Typer's own ends


def test_a_public_name_has_one_meaning(modules: Modules) -> None:
    """But for the compiled engine, whose functions are called as what they are twins of, and the public interface from
    Python, whose functions are called as the commands."""
    where = defaultdict(list)
    for path, module in modules:
        if "simulations/compiled/" in str(path) or str(path).endswith("rehearse/interface.py"):
            continue
        for name in top_level_names(module):
            if not name.startswith("_") and name not in SHARED_NAMES:
                # what is compiled has the name of its twin, and means the same
                where[name, TWINS in str(path)].append(path)
    assert {name: paths for name, paths in where.items() if len(paths) > 1} == {}


def test_a_public_function_that_raises_says_so(modules: Modules) -> None:
    silent = [
        f"{path}:{function.lineno} {function.name} raises {', '.join(sorted(names))}"
        for path, module in modules
        for function in public_functions(module)
        if (names := raised(function))
        and not re.search(r"\b[Rr]aises?\b|\b[Rr]efuse", ast.get_docstring(function) or "")
    ]
    assert silent == []


def test_a_choice_is_spelled_out_where_it_is_made(modules: Modules) -> None:
    """A boolean that is passed by position says nothing to who reads the call."""
    positional = [
        f"{path}:{function.lineno} {function.name}({argument.arg})"
        for path, module in modules
        for function in public_functions(module)
        for argument in [*function.args.posonlyargs, *function.args.args]
        if isinstance(argument.annotation, ast.Name) and argument.annotation.id == "bool"
    ]
    assert positional == []


@pytest.mark.parametrize("word", INVENTED)
def test_no_name_is_an_invented_word(word: str, names: dict[str, set[str]]) -> None:
    assert sorted(name for name, found in names.items() if word in found) == []


def test_such_a_word_would_be_found() -> None:
    assert all("door" in words(name) for name in ("door", "_door", "slow_door", "SlowDoor", "DOOR_S", "doorOf"))
    assert not any("door" in words(name) for name in ("indoor", "doors", "outdoor_s"))


def test_the_glossary_says_where_each_thing_is() -> None:
    places = re.findall(
        r"\| `([\w/.]+)` \|$", (ROOT / "docs/glossary.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert len(places) > 50
    assert [place for place in places if not (ROOT / place).is_file()] == []
