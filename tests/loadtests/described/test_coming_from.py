"""Who comes from Locust or k6 finds a file of theirs carried over: the pages show what the examples are, and the
examples do on a shop what the pages say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.limits.checked import read_checked
from tests.fixtures.loadtests.replays import Replayed
from tests.fixtures.places import DOCS, ROOT
from tests.fixtures.shop.loaded import written
from tests.fixtures.shop.served_shop import ServedShop

EXAMPLES = DOCS / "examples"
SHOWN = {
    "from-locust.md": ("locustfile.py", "from-locust.yaml", "from-locust-closed.yaml"),
    "from-k6.md": ("shop.js", "from-k6.yaml"),
}


def performed(shop: ServedShop, name: str, folder: Path, *changes: tuple[str, str]) -> Replayed:
    """An example sent to the shop, over within seconds."""
    path = written(shop, name, folder, EXAMPLES)
    text = path.read_text(encoding="utf-8")
    here = (("https://staging.example", shop.url), ("staging-ca.pem", "authority.pem"))
    for old, new in (*here, ("low: 1 s, high: 3 s", "low: 10 ms, high: 30 ms"), *changes):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    # no --host: the scenario says where it goes
    command = [sys.executable, "-m", "loadtests", "--scenario", str(path), "--run-folder", str(folder / "run")]
    ended = subprocess.run([*command, "--warm-up", "200 ms"], cwd=ROOT, capture_output=True, text=True, check=False)
    run = Replayed.read(folder / "run", ended.returncode, ended.stderr)
    assert run.exit_code in (0, 98), run.said  # 98: this machine was too busy to keep the schedule
    summary = json.loads(run.folder.summary.read_bytes())
    assert (summary["target"]["url"], summary["measured"]["audit"]) == (shop.url, None)
    return run


@pytest.mark.parametrize("page", SHOWN)
def test_a_page_shows_the_examples_as_they_are(page: str) -> None:
    blocks = re.findall(r"```(?:python|yaml|js)\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    assert blocks == [(EXAMPLES / name).read_text(encoding="utf-8") for name in SHOWN[page]]


def test_the_locustfile_carried_over_keeps_its_weights_and_fails_nowhere(shop: ServedShop, tmp_path: Path) -> None:
    run = performed(
        shop,
        "from-locust.yaml",
        tmp_path,
        ("0 s to 1 min", "0 s to 2 s"),
        ("drain: 5 s", "drain: 2 s"),
        ("rate: 2 / s", "rate: 10 / s, spacing: even"),
    )
    assert run.endings() == {"finished": 20}
    assert [run.outcomes(name) for name in ("log-on page", "log on", "first account page", "get a token")] == [
        {"good": 20}
    ] * 4
    baskets, accounts = (sum(run.outcomes(name).values()) for name in ("add to basket", "see the account"))
    assert baskets + accounts == 5 * 20 and baskets > accounts
    assert set(run.outcomes("add to basket")) <= {"good", "late"}

    # the same customers as a closed population, each of whom stays
    (tmp_path / "from-locust-closed.yaml").write_bytes((EXAMPLES / "from-locust-closed.yaml").read_bytes())
    closed = read_checked(str(tmp_path / "from-locust-closed.yaml"))
    assert closed.service == read_checked(str(tmp_path / "from-locust.yaml")).service


def test_the_k6_script_carried_over_has_both_its_scenarios(shop: ServedShop, tmp_path: Path) -> None:
    run = performed(
        shop,
        "from-k6.yaml",
        tmp_path,
        ("0 s to 2 min", "0 s to 2 s"),
        ("0 s: 1 / s, 30 s: 8 / s, 90 s: 8 / s, 2 min: 0 / s", "0 s: 1 / s, 1 s: 8 / s, 2 s: 8 / s"),
        ("drain: 10 s", "drain: 2 s"),
    )
    assert set(run.endings()) == {"finished"}
    shoppers = run.outcomes("log-on page")["good"]
    assert {name: run.outcomes(name) for name in run.measured.form.operations if name != "front page"} == {
        name: {"good": shoppers}
        for name in ("log-on page", "log on", "account", "get a token", "add to basket", "look at the order")
    }
    assert run.outcomes("front page") == {"good": run.endings()["finished"] - shoppers}
