"""docs/any-service.md is true: its scenarios are valid, one after the other as a reader saves them, and so is what they
are said to do."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from rehearse.cli import app
from scenarios.behaviour.schedule import schedule
from scenarios.language.reading import read
from scenarios.language.scenario import Scenario
from scenarios.limits.checked import read_checked
from tests.fixtures.places import DOCS

PAGE = (DOCS / "any-service.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)


def read_all(folder: Path) -> list[Scenario]:
    (folder / "customers.csv").write_text("user,password\nme,secret\n", encoding="utf-8")
    found = []
    for name, block in zip(("shop", "shop", "gateway", "smoke"), BLOCKS, strict=True):
        path = folder / f"{name}.yaml"
        path.write_text(block, encoding="utf-8")
        found.append(read_checked(str(path)))
    return found


def test_every_scenario_of_the_page_is_valid(tmp_path: Path) -> None:
    first, shop, gateway, smoke = read_all(tmp_path)
    assert list(first.service.operations) == ["home"]
    assert len(BLOCKS[1].splitlines()) < 60
    assert gateway.service == shop.service and gateway.target.log_on is not None
    assert smoke.service == shop.service and schedule(smoke, smoke.seed).start_s.tolist() == [0.0]
    assert gateway.target.allowed_hosts == ("login.staging.example", "staging.example")


def test_it_can_be_simulated_once_there_are_stations(tmp_path: Path) -> None:
    read_all(tmp_path)
    steps = ", ".join(f"{name}: {{steps: [{{use: app, time: 80 ms}}]}}" for name in SHOP_OPERATIONS)
    text = (
        f"title: Made of\nextends: shop.yaml\nservice: {{stations: {{app: {{servers: 4}}}}, operations: {{{steps}}}}}\n"
    )
    (tmp_path / "made.yaml").write_text(text, encoding="utf-8")
    assert read(str(tmp_path / "made.yaml")).service.unsimulated() == []


SHOP_OPERATIONS = ("log-on page", "log on", "account", "get a token", "add to basket", "send a letter")


def test_show_says_what_is_sent_and_how_operations_are_grouped(tmp_path: Path) -> None:
    read_all(tmp_path)
    shown = CliRunner().invoke(app, ["show", str(tmp_path / "shop.yaml")], env={"COLUMNS": "120"})
    assert shown.exit_code == 0 and "Station" not in shown.stdout
    assert re.search(r"^log on +POST /log-on +account +– *$", shown.stdout, re.MULTILINE)
    assert re.search(r"^add to basket +POST /api/basket/\{faker.ean\} +– +api, write *$", shown.stdout, re.MULTILINE)
