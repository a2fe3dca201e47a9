"""How the game-day page is served: all that it names, under a strict policy, and nothing else."""

from __future__ import annotations

import json
import re
import tomllib
from fnmatch import fnmatch

import pytest

from mock_server.control.fault_kinds import fault_kinds
from mock_server.control.game_day import page_answer
from readiness.report.page_templates import page_templates
from scenarios.descriptions.outcomes import OUTCOME_LOOKS
from scenarios.language.reading import read
from scenarios.language.registry import FAULTS
from tests.fixtures.places import ROOT

STATIC = ROOT / "mock_server/control/static"


def test_the_page_and_all_it_names_are_served_under_a_strict_policy() -> None:
    page = page_answer("/")
    assert page is not None and page_answer("/game-day") is page
    headers = dict(page.headers)
    policy = headers[b"content-security-policy"].decode().split("; ")
    assert {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src data:",
    } <= set(policy)
    assert b"unsafe" not in headers[b"content-security-policy"]
    waiting: set[str] = set(re.findall(r'(?:href|src)="(/game-day/.+?)"', page.body.decode()))
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        asset = page_answer(path)
        assert asset is not None, path
        waiting |= {f"/game-day/{name}" for name in re.findall(r'from "\./(.+?)"', asset.body.decode())} - seen
    files = {each.name for each in STATIC.iterdir() if each.suffix in (".js", ".css")}
    made = {"game_day_outcomes.js", "game_day_outcomes.css"}
    assert seen == {f"/game-day/{name}" for name in files | made}


def test_every_outcome_has_the_words_and_colours_of_the_report() -> None:
    words, colours = (page_answer(f"/game-day/game_day_outcomes.{kind}") for kind in ("js", "css"))
    assert words is not None and colours is not None
    report = page_templates().get_template("report.css.j2").render()
    for name, look in OUTCOME_LOOKS.items():
        assert json.dumps({name: look.words}, separators=(",", ":"))[1:-1].encode() in words.body
        for declared in (f"--{name}: {look.light};", f"--{name}: {look.dark};"):
            assert declared.encode() in colours.body and declared in report


@pytest.mark.parametrize(
    "path", ["/game-day/game_day.py", "/game-day/app.py", "/game-day/../app.py", "/control/state", ""]
)
def test_nothing_else_is_served(path: str) -> None:
    assert page_answer(path) is None


def test_the_package_takes_the_page_along() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["mock_server.control"]
    names = [f"static/{each.name}" for each in STATIC.iterdir()]
    assert names and [name for name in names if not any(fnmatch(name, pattern) for pattern in patterns)] == []


def test_every_kind_of_fault_has_its_place_in_the_list() -> None:
    kinds = fault_kinds(read("retry-storm"))
    shares = [told["parameters"]["share"] for told in kinds.values() if "share" in told["parameters"]]
    assert len(shares) > 10 and {share["type"] for share in shares} == {"share"}
    assert {share.get("default") for share in shares} == {"100 %", None}
    assert list(kinds) == list(FAULTS)
    assert [kind for kind, told in kinds.items() if told["family"] not in FAULTS.families] == []
