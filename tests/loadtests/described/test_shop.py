"""A service that nobody here knows: a small shop on gunicorn over TLS, loaded by `rehearse load` from YAML."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scenarios.language.reading import read
from simulations.launch import simulate_launch
from tests.fixtures.shop.loaded import CUSTOMERS, SHOP, load, written
from tests.fixtures.shop.served_shop import ServedShop
from tests.fixtures.typed import typed

API_KEY, CLIENT_SECRET = "a key of the API", "a secret of the client"


def test_the_shop_is_written_in_under_60_lines() -> None:
    assert len((SHOP / "shop.yaml").read_text(encoding="utf-8").splitlines()) < 60


def test_every_customer_logs_on_buys_and_sends_a_letter(shop: ServedShop, tmp_path: Path) -> None:
    before = shop.counts
    scenario = written(shop, "shop.yaml", tmp_path)
    replayed, _ = load(str(scenario), "--host", shop.url, folder=tmp_path)
    assert replayed.exit_code in (0, 98), replayed.said  # 98: this machine was too busy to keep the schedule
    form = replayed.measured.form
    assert {name: replayed.outcomes(name) for name in form.operations} == {
        name: {"good": CUSTOMERS} for name in form.operations
    }
    assert replayed.endings() == {"finished": CUSTOMERS}
    # … which is what the shop saw, from twenty different customers
    assert shop.counts - before == {
        ("GET /log-on", 200): CUSTOMERS,
        ("POST /log-on", 303): CUSTOMERS,
        ("GET /account", 200): CUSTOMERS,
        ("POST /api/token", 200): CUSTOMERS,
        ("POST /api/basket/", 201): CUSTOMERS,
        ("GET /api/orders/", 200): CUSTOMERS,
        ("POST /api/letters", 201): CUSTOMERS,
    }
    groups = json.loads(replayed.folder.summary.read_bytes())["measured"]["groups"]
    assert {name: group["good"] for name, group in groups.items()} == {
        "group account": 2 * CUSTOMERS,
        "tag api": 4 * CUSTOMERS,
        "tag write": 2 * CUSTOMERS,
    }
    bought = [one["user"] for one in shop.answered if one["asked"] == "POST /api/basket/"]
    assert sorted(bought) == sorted(f"user{number}" for number in range(CUSTOMERS))
    assert {one["headers"].get("ACCEPT-LANGUAGE") for one in shop.answered if one["asked"] == "GET /account"} == {
        "en-GB"
    }


def test_what_is_wrong_is_told_for_what_it_is_and_no_secret_is_told(shop: ServedShop, tmp_path: Path) -> None:
    before = shop.counts
    scenario = written(shop, "troubled.yaml", tmp_path)
    (tmp_path / "client.secret").write_text(CLIENT_SECRET + "\n", encoding="utf-8")
    environment = {**os.environ, "SHOP_API_KEY": API_KEY, "NO_COLOR": "1"}
    replayed, commands = load(str(scenario), folder=tmp_path, environment=environment)
    assert replayed.exit_code in (98, 99), replayed.said
    assert {name: replayed.outcomes(name) for name in replayed.measured.form.operations} == {
        "guarded": {"good": 10},
        "log-on page": {"good": 10},
        "forged": {"error": 10},
        "next": {"error": 10},  # never sent, for its value is missing
        "broken": {"error": 10},
        "slow": {"late": 10},
    }
    counts = shop.counts - before
    assert counts.pop(("POST /oauth/token", 200)) == 2  # tried before the start, and once by the worker
    assert counts == {
        ("GET /guarded", 200): 10,
        ("GET /log-on", 200): 10,
        ("POST /log-on", 403): 10,
        ("GET /broken", 500): 10,
        ("GET /slow", 200): 10,
    }
    (part,) = replayed.parts
    assert part.reasons == {
        "forged": {"status 403, expected 303": 10},
        "next": {"no place: no answer of the session has given it yet": 10},
        "broken": {"status 500, expected 2xx, 3xx": 10},
    }
    assert "not good: broken, 10 × status 500, expected 2xx, 3xx" in replayed.said
    summary = json.loads(replayed.folder.summary.read_bytes())["measured"]
    assert summary["reasons"]["forged"] == {"status 403, expected 303": 10}
    report = replayed.folder.report.read_text(encoding="utf-8")
    assert "status 403, expected 303" in report and "The replay, measured" in report
    left = [path.read_bytes() for path in replayed.folder.path.rglob("*") if path.is_file()]
    assert len(left) > 5 and any("rehearse load" in line for line in commands)
    for secret in (API_KEY, CLIENT_SECRET):
        assert not [one for one in left if secret.encode() in one]
        assert secret not in replayed.said
        assert not [line for line in commands if secret in line]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("SHOP_API_KEY", "SHOP_NO_KEY"), "the environment variable SHOP_NO_KEY is not set"),
        (("authority: authority.pem", "authority: client.secret"), "is no PEM file of that kind"),
        (("client_id: load-test", "client_id: load-tset"), "/oauth/token answered 401, invalid_client"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_sent(
    shop: ServedShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str], said: str
) -> None:
    scenario = written(shop, "troubled.yaml", tmp_path)
    scenario.write_text(scenario.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    (tmp_path / "client.secret").write_text(CLIENT_SECRET + "\n", encoding="utf-8")
    monkeypatch.setenv("SHOP_API_KEY", API_KEY)
    ended = typed("load", str(scenario), "--runs", str(tmp_path / "runs"))
    assert ended.returncode == 104
    assert said in ended.stderr.replace("\n", " ") and "Nothing was sent" in ended.stderr
    assert "Traceback" not in ended.stderr and CLIENT_SECRET not in ended.stderr
    assert not (tmp_path / "runs").exists()


def test_what_nobody_described_is_not_simulated(tmp_path: Path, shop: ServedShop) -> None:
    scenario = written(shop, "shop.yaml", tmp_path)
    for command in ("simulate", "run"):
        ended = typed(command, str(scenario), "--runs", str(tmp_path / "runs"))
        assert ended.returncode == 104
        assert "shop.yaml:9: service.operations.log-on page: has no `steps`" in ended.stderr


def test_the_same_customers_in_python_buy_the_same_on_both_clocks(shop: ServedShop, tmp_path: Path) -> None:
    before = shop.counts
    scenario = written(shop, "shop_in_python.yaml", tmp_path)
    code = (SHOP / "shop_journeys.py").read_text(encoding="utf-8")
    assert len(code.splitlines()) < 60 and len(scenario.read_text(encoding="utf-8").splitlines()) < 60
    (tmp_path / "shop_journeys.py").write_text(code, encoding="utf-8")
    replayed, _ = load(str(scenario), "--host", shop.url, folder=tmp_path)
    assert replayed.exit_code in (0, 98), replayed.said
    assert replayed.endings() == {"finished": CUSTOMERS}, replayed.parts
    assert {name: replayed.outcomes(name) for name in replayed.measured.form.operations} == {
        name: {"good": CUSTOMERS} for name in replayed.measured.form.operations
    }
    counts = shop.counts - before
    assert counts[("POST /api/basket/", 201)] == counts[("POST /api/letters", 201)] == CUSTOMERS
    # the forecast knows no answers, and its customers choose what these chose
    simulated = simulate_launch(read(str(scenario)), 1, 0)
    ordered = simulated.form.marks.index("ordered")
    assert simulated.marks[ordered].sum() == replayed.measured.marks[ordered].sum() == CUSTOMERS
