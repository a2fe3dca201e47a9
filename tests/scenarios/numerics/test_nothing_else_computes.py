"""Whatever decides what happens in a launch computes with `scenarios.numerics`, or with what is exact everywhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.places import ROOT

DECIDING = ("scenarios", "recordings", "simulations", "mock_server", "loadtests")
# of `math` and NumPy: what the C library or the processor decides the last bit of
INEXACT = {
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "pow", "power", "float_power", "cbrt", "hypot",
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "arcsin", "arccos", "arctan", "arctan2",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "arcsinh", "arccosh", "arctanh",
    "gamma", "lgamma", "erf", "erfc", "interp", "std", "var", "dot", "matmul", "einsum",
}  # fmt: skip
# powers of whole numbers and fractions, which are exact, and one that only refuses a scenario
POWERS = {
    "scenarios/quantities/times.py": "sd must be at most ten times the mean",
    "scenarios/quantities/units.py": "Fraction(10)",
    "scenarios/text/nhs_numbers.py": "serials // 10 **",
}


def modules() -> Iterator[Path]:
    for package in DECIDING:
        yield from sorted((ROOT / package).rglob("*.py"))


def inexact(module: ast.Module) -> Iterator[str]:
    """What a module calls or imports whose last bit is not the same everywhere."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("math", "np"):
            yield from {node.attr} & INEXACT
        elif isinstance(node, ast.ImportFrom) and node.module in ("math", "numpy"):
            yield from {name.name for name in node.names} & INEXACT
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names]
            yield from (name for name in names if name.partition(".")[0] in ("scipy", "cmath"))


def powers(module: ast.Module) -> Iterator[int]:
    """The lines with a power that is not of two constants."""
    for node in ast.walk(module):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            parts = [part.operand if isinstance(part, ast.UnaryOp) else part for part in (node.left, node.right)]
            if not all(isinstance(part, ast.Constant) for part in parts):
                yield node.lineno


def test_no_function_is_called_whose_last_bit_the_machine_decides() -> None:
    found = {
        str(path.relative_to(ROOT)): set(inexact(ast.parse(path.read_text(encoding="utf-8")))) for path in modules()
    }
    assert len(found) > 300
    assert {path: names for path, names in found.items() if names} == {}


def test_powers_are_of_whole_numbers_alone() -> None:
    for path in modules():
        text, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        if lines := list(powers(ast.parse(text))):
            assert name in POWERS, f"{name}:{lines[0]}"
            assert POWERS[name] in text


@pytest.mark.parametrize(
    "text",
    ["import math\nmath.exp(1)", "import numpy as np\nnp.sin(0)", "from math import log", "from scipy import special"],
)
def test_such_a_function_would_be_found(text: str) -> None:
    assert list(inexact(ast.parse(text)))


def test_such_a_power_would_be_found() -> None:
    assert list(powers(ast.parse("x ** 2\n10 ** 3\n2.0 ** -52"))) == [1]
