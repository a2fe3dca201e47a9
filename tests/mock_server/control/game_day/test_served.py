"""How the game-day page is served: all that it names, under a strict policy, and nothing else."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatch

import pytest

from mock_server.control.fault_kinds import fault_kinds
from mock_server.control.game_day import page_answer
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
    waiting, seen = {"/game-day/game_day.css", "/game-day/game_day.js"}, set()
    assert all(path.encode() in page.body for path in waiting)
    while waiting:
        path = waiting.pop()
        seen.add(path)
        asset = page_answer(path)
        assert asset is not None, path
        waiting |= {f"/game-day/{name}" for name in re.findall(r'from "\./(.+?)"', asset.body.decode())} - seen
    files = {each.name for each in STATIC.iterdir() if each.suffix in (".js", ".css")}
    assert seen == {f"/game-day/{name}" for name in files}


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
