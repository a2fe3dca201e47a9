"""Stock Locust users perform the sessions of a schedule: one replay against the shop, and what is said without any."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

import pytest

from loadtests.locust_users.matching import OperationMatching, UnmatchedError
from scenarios.language.reading import read
from scenarios.language.service import OperationSpecification
from scenarios.limits.checked import read_checked
from scenarios.measured.python_files import JourneyFaultError
from scenarios.sources.problems import ScenarioError
from simulations.launch import simulate_launch
from tests.fixtures.loadtests.replays import Replayed
from tests.fixtures.loadtests.served import small_server
from tests.fixtures.places import ROOT
from tests.fixtures.shop.served_shop import ServedShop, served_shop

SHOP = ROOT / "tests/fixtures/shop"
CUSTOMERS, TASKS = 20, 5


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The scenario beside its locustfile."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (SHOP / "shop_in_locust.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    shutil.copy(SHOP / "locustfile.py", folder)
    path = folder / "shop_in_locust.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("locust")


@pytest.fixture(scope="module")
def shop(folder: Path) -> ServedShop:
    """The shop as it was when the replay had ended."""
    with served_shop(folder / "shop") as served:
        shutil.copy(served.authority, folder)
        command = [sys.executable, "-m", "rehearse", "load", str(written(folder)), "--host", served.url]
        ended = subprocess.run(
            [*command, "--runs", str(folder / "runs"), "--samples"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    (folder / "said.txt").write_text(f"{ended.returncode}\n{ended.stdout}{ended.stderr}", encoding="utf-8")
    return served


@pytest.fixture(scope="module")
def replayed(folder: Path, shop: ServedShop) -> Replayed:
    code, _, said = (folder / "said.txt").read_text(encoding="utf-8").partition("\n")
    runs = list((folder / "runs").iterdir()) if (folder / "runs").exists() else []
    assert len(runs) == 1, said
    return Replayed.read(runs[0], int(code), said)


@pytest.fixture(scope="module")
def notes(folder: Path, replayed: Replayed) -> list[str]:
    """What the users noted themselves."""
    return (folder / "notes.txt").read_text(encoding="utf-8").splitlines()


def test_the_recording_has_just_what_the_shop_saw(replayed: Replayed, shop: ServedShop) -> None:
    seen, outcomes = shop.counts, {name: replayed.outcomes(name) for name in replayed.measured.form.operations}
    assert outcomes["log on"] == outcomes["account"] == outcomes["get a token"] == {"good": CUSTOMERS}, replayed.said
    assert seen["POST /log-on", 303] == seen["POST /api/token", 200] == CUSTOMERS
    assert outcomes["log-on page"] == {"good": seen["GET /log-on", 200]}
    # what `requests` was sent on to belongs to the operation of its path, and the same path under a name to that name
    assert sum(outcomes["welcome"].values()) == seen["GET /account", 200] - CUSTOMERS > 0
    assert outcomes["send a letter"] == {"good": seen["POST /api/letters", 201]}
    bought, spoilt = seen["POST /api/basket/", 201], seen["POST /api/basket/", 422]
    assert outcomes["add to basket"] == {"good": bought + spoilt} and min(bought, spoilt) > 0
    assert set(seen) == {
        ("GET /log-on", 200), ("POST /log-on", 303), ("GET /account", 200), ("POST /api/token", 200),
        ("POST /api/letters", 201), ("POST /api/basket/", 201), ("POST /api/basket/", 422), ("GET /slow", 200),
    }  # fmt: skip
    assert replayed.on_the_wire("add to basket") == {"201": bought, "422": spoilt}


def test_the_code_has_the_last_word_on_an_answer(replayed: Replayed) -> None:
    """`failure()` makes an error of 200, `success()` a good answer of 422, and `timeout=` is a time-out."""
    assert set(replayed.outcomes("welcome")) == {"error"} and set(replayed.outcomes("slow")) == {"timeout"}
    (part,) = replayed.parts
    assert part.reasons == {"welcome": {"failure: no goodbye": replayed.outcomes("welcome")["error"]}}


def test_each_session_is_a_user_with_cookies_of_its_own(replayed: Replayed, shop: ServedShop) -> None:
    """Each would have stopped at another's name on its page; and all end after their tasks, by their `on_stop`."""
    users = Counter(one["user"] for one in shop.answered if one["asked"] == "POST /api/token")
    assert users == {f"user{number}": 1 for number in range(CUSTOMERS)}
    assert replayed.endings() == {"finished": CUSTOMERS + 3, "cut": 2 + 2 * 3}
    agents = {one["headers"]["USER-AGENT"] for one in shop.answered}
    assert agents == {"launch-rehearsal"} and all("X-CORRELATION-ID" in one["headers"] for one in shop.answered)


def test_tasks_and_waits_are_locusts(replayed: Replayed, notes: list[str]) -> None:
    left = [note for note in notes if note.startswith("user")]
    assert len(left) == CUSTOMERS
    # of a customer's tasks each sends one request, but for the one that leaves a basket, which sends none
    sent = ("welcome", "send a letter", "slow", "add to basket")
    requests = sum(sum(replayed.outcomes(name).values()) for name in sent)
    assert CUSTOMERS * TASKS * 2 / 3 <= requests <= CUSTOMERS * TASKS
    # a listener of the locustfile hears of each request, a redirected one being one
    assert notes.count("heard welcome failed") == replayed.outcomes("welcome")["error"]
    assert notes.count("heard /slow failed") == replayed.outcomes("slow")["timeout"]


def test_a_wait_is_the_time_from_an_answer_to_when_the_next_request_is_due(replayed: Replayed) -> None:
    """To the microsecond, however late that is sent."""
    parquet = pytest.importorskip("pyarrow.parquet")
    (path,) = replayed.folder.samples.iterdir()
    requests = [one for one in parquet.read_table(path).to_pylist() if one["population"] == "customers"]
    waits = Counter[float]()
    for _, mine in groupby(sorted(requests, key=itemgetter("session", "intended_s")), key=itemgetter("session")):
        for one, following in pairwise(mine):
            waits[round(following["intended_s"] - one["intended_s"] - one["response_s"], 6)] += 1
    # nothing parts the four that on_start sends and that of the first task
    assert set(waits) == {0.0, 0.1} and waits[0.0] == 4 * CUSTOMERS


def test_what_still_runs_at_the_end_ends_quietly_by_its_on_stop(replayed: Replayed, notes: list[str]) -> None:
    assert notes.count("stayer left") == 2
    assert "GreenletExit" not in replayed.said


def test_faults_of_the_code_are_the_load_tests_own(replayed: Replayed) -> None:
    """Two users each fall, go astray, or change their mind too late; nobody else is disturbed."""
    (part,) = replayed.parts
    assert part.own_faults == 6 and replayed.exit_code == 98
    assert "populations.clumsy: " in replayed.said and "locustfile.py, line 1" in replayed.said
    assert "KeyError: 'sku'" in replayed.said


@pytest.mark.long
def test_a_locustfile_that_fails_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    path = written(tmp_path, ("target: {authority: authority.pem}\n", ""))
    with (tmp_path / "locustfile.py").open("a", encoding="utf-8") as code:
        code.write("\n\nimport nothing_of_that_name\n")
    with small_server() as host:
        command = [
            sys.executable,
            "-m",
            "rehearse",
            "load",
            str(path),
            "--host",
            host,
            "--runs",
            str(tmp_path / "runs"),
        ]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 104 and "Traceback" not in ended.stderr
    assert "ModuleNotFoundError: No module named 'nothing_of_that_name'" in ended.stderr.replace("\n", " ")


def test_stock_locust_takes_the_same_file() -> None:
    command = [sys.executable, "-m", "locust", "-f", str(SHOP / "locustfile.py"), "--list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "ShopUser" in listed.stdout + listed.stderr


def test_it_is_not_simulated(tmp_path: Path) -> None:
    path = written(tmp_path)
    with pytest.raises(
        ScenarioError, match=r"yaml:17: journeys\.buy\.locust: a Locust user cannot be simulated"
    ) as said:
        read_checked(str(path), simulated=True)
    assert "`steps`" not in str(said.value).partition("service.operations")[2]
    with pytest.raises(JourneyFaultError, match=r"populations\.\w+: a Locust user cannot be simulated"):
        simulate_launch(read(str(path)), 1, 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("user: ShopUser", "user: ShopUsre"), "defines no class 'ShopUsre'; did you mean 'ShopUser'?"),
        (("user: ShopUser", "user: Hasty"), "Hasty is a FastHttpUser; what can perform a session is an HttpUser"),
        (("tasks: 5", "tasks: 0"), "journeys.buy.locust.tasks"),
        (("{call: slow}", "{call: slow, optional: true}"), "do not go with `locust`: its code goes on as it likes"),
        (("{call: slow}", "{think: 1 s}"), "with `python` or `locust`, `steps` are the calls that may be made"),
        (("slow: {http: {path: /slow}}", "slow: {api: A008, steps: [{use: a, time: 1 s}]}"), "is an e-RS call"),
        (("journey: buy}", "journey: buy, network: 5 ms}"), "leave `network` out"),
        (("journey: buy}", "journey: buy, behaviour: keen}"), "only `timeout` can be said"),
    ],
)
def test_what_does_not_go_with_it_is_said_when_the_scenario_is_read(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    behaviours = "behaviours:\n  keen: {retries: 1, back_off: {first: 1 s}}\n"
    changes = [change, ("service:\n", f"{behaviours}service:\n  stations: {{a: {{servers: 1}}}}\n")]
    with pytest.raises(ScenarioError) as error:
        read(str(written(tmp_path, *changes)))
    assert said in str(error.value)


OPERATIONS = {
    "home": {"path": "/"},
    "article": {"path": "/articles/{sku}"},
    "tea": {"path": "/articles/tea"},
    "order": {"method": "POST", "path": "/orders"},
    "search": {"path": "/find[me]"},
    "others": {"path": "{any}"},
}


@pytest.mark.parametrize(
    ("method", "path", "name", "operation"),
    [
        ("GET", "/", None, "home"),
        ("GET", "/articles/17?page=2", None, "article"),
        ("GET", "/articles/tea", None, "tea"),
        ("GET", "/articles/tea", "article", "article"),
        ("GET", "/articles/tea", "/articles/{sku}", "article"),
        ("GET", "/articles/17/picture", None, "others"),
        ("POST", "/orders", "unheard of", "order"),
        ("PUT", "/orders", None, "others"),
        ("GET", "/lists?by=name", "/find[me]", "search"),
    ],
)
def test_a_request_is_of_the_operation_of_its_name_or_of_its_path(
    method: str, path: str, name: str | None, operation: str
) -> None:
    assert matching(OPERATIONS).operation(method, path, name) == operation


def test_a_request_that_is_none_of_them_is_said_with_what_to_do() -> None:
    known = {name: http for name, http in OPERATIONS.items() if name != "others"}
    with pytest.raises(UnmatchedError, match=r"GET /cellar, named 'hoem', is none of .*; did you mean 'home'\?; give"):
        matching(known).operation("GET", "/cellar", "hoem")


def matching(described: dict[str, dict[str, str]]) -> OperationMatching:
    return OperationMatching(
        {name: OperationSpecification.model_validate({"http": http}) for name, http in described.items()}
    )
