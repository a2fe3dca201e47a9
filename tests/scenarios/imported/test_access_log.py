"""An access log becomes a scenario: as many sessions in each span, as many calls, and what is odd is said."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from scenarios.imported.log_lines import LoggedRequest, reader_for
from scenarios.imported.log_sessions import LogReading
from scenarios.imported.path_templates import merged, segments_of
from scenarios.quantities.units import moment, rate
from scenarios.sources.problems import ScenarioError
from tests.fixtures.scenarios.imported import imported, importing

SUMMER = timezone(timedelta(hours=1))
BEGINNING = datetime(2026, 6, 15, 8, 0, tzinfo=SUMMER)


def line(at_s: float, path: str, client: str = "10.0.0.1", method: str = "GET", status: int = 200, **more: Any) -> str:
    """A line of the combined format, at so many seconds after 08:00 summer time."""
    zone, agent = more.get("zone", SUMMER), more.get("agent", "Mozilla/5.0")
    when = (BEGINNING + timedelta(seconds=at_s)).astimezone(zone)
    return f'{client} - - [{when:%d/%b/%Y:%H:%M:%S %z}] "{method} {path} HTTP/1.1" {status} 512 "-" "{agent}"'


def log(folder: Path, lines: Iterable[str], name: str = "access.log") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


def calls_expected(steps: list[Any]) -> Counter[str]:
    """How often a session calls each operation in the mean."""
    found: Counter[str] = Counter()
    for step in steps:
        if "call" in step:
            found[step["call"]] += 1
        for way in step.get("either", []):
            for name, count in calls_expected(way.get("steps", [])).items():
                found[name] += way["share"] * count
        if "repeat" in step:
            for name, count in calls_expected(step["repeat"]["steps"]).items():
                found[name] += step["repeat"]["times"] * count
    return found


def visits(number: int) -> list[str]:
    """So many visitors, one every 20 s: seven in ten buy, two look, one wanders about, each a way of their own."""
    ways = [["/", "/search", "/buy"]] * 7 + [["/", "/search"]] * 2
    found = []
    for place in range(number):
        way = ways[place % 10] if place % 10 < 9 else ["/", *["/search"] * (place % 7), "/help"]
        client = f"10.0.{place // 250}.{place % 250}"
        found += [(place * 20 + 5 * step, line(place * 20 + 5 * step, path, client)) for step, path in enumerate(way)]
    return [text for _, text in sorted(found)]


def test_each_span_expects_as_many_sessions_as_there_were(tmp_path: Path) -> None:
    data = imported(tmp_path, "log", log(tmp_path, visits(180)))  # an hour, one each 20 s
    assert data["period"] == "08:00 to 09:00"
    stepped = data["populations"]["visitors"]["arrivals"]["stepped"]
    assert stepped == {"08:00": "180 / h"}


def test_a_span_without_anybody_is_kept_and_rates_are_the_counts(tmp_path: Path) -> None:
    starts = [0, 10, 20, 30, 700, 1795]
    data = imported(tmp_path, "log", log(tmp_path, (line(at, "/", f"10.0.0.{at % 250}") for at in starts)))
    stepped = {moment(at): rate(one) for at, one in data["populations"]["visitors"]["arrivals"]["stepped"].items()}
    edges = [*stepped, 8.5 * 3600]
    assert data["period"] == "08:00 to 08:30"
    counts = [(at, per_s * (to - at)) for (at, per_s), to in zip(stepped.items(), edges[1:], strict=True)]
    assert [round(count, 6) for _, count in counts] == [4, 0, 1, 0, 1]
    assert [at - 8 * 3600 for at, _ in counts] == [0, 60, 660, 720, 1740]


@pytest.mark.parametrize("paths", [1, 2, 10])
def test_the_calls_that_are_expected_of_each_operation_are_those_of_the_log(paths: int, tmp_path: Path) -> None:
    lines = visits(100)
    data = imported(tmp_path, "log", log(tmp_path, lines), "--paths", str(paths))
    expected = calls_expected(data["journeys"]["visit"]["steps"])
    counted = Counter(text.split('"')[1].split()[1] for text in lines)
    names = {"/": "GET root", "/search": "GET search", "/buy": "GET buy", "/help": "GET help"}
    for path, name in names.items():
        assert expected[name] * 100 == pytest.approx(counted[path], abs=1e-3)


def test_the_commonest_paths_are_as_they_were_and_the_rest_is_a_share_that_is_said(tmp_path: Path) -> None:
    data = imported(tmp_path, "log", log(tmp_path, visits(100)), "--paths", "2")
    (step,) = data["journeys"]["visit"]["steps"]
    assert [way["share"] for way in step["either"]] == [0.7, 0.2, 0.1]
    assert [one["call"] for one in step["either"][0]["steps"] if "call" in one] == ["GET root", "GET search", "GET buy"]
    assert step["either"][0]["steps"][1] == {"think": "5 s"}
    said = " ".join(data["assumptions"])
    assert "One of the commonest paths (2 in all) is followed as it was by 90 of 100 sessions (90.0%)" in said


def test_identifiers_in_paths_are_one_operation_and_are_not_copied(tmp_path: Path) -> None:
    parts = ["/orders/17", "/orders/18", "/u/7f3c2d10-0000-4000-8000-1234567890ab", "/reset/9f86d081884c7d65", "/v1/me"]
    data = imported(tmp_path, "log", log(tmp_path, (line(place, path) for place, path in enumerate(parts))))
    assert [one["http"]["path"] for one in data["service"]["operations"].values()] == [
        "/orders/{faker.random_int}",
        "/reset/{faker.sha1}",
        "/u/{faker.uuid4}",
        "/v1/me",
    ]
    assert "9f86d081884c7d65" not in (tmp_path / "imported.yaml").read_text()


def test_many_that_differ_in_one_part_are_one_operation_too() -> None:
    words = [f"/articles/{first}{second}/comments" for first in "abcdefgh" for second in "stuvwxyz"]
    becomes = merged(("GET", segments_of(word)) for word in words)
    assert set(becomes.values()) == {("GET", ("articles", "{any}", "comments"))}
    few = merged(("GET", segments_of(word)) for word in words[:30])
    assert len(set(few.values())) == 30


def test_a_pause_longer_than_the_gap_begins_another_session(tmp_path: Path) -> None:
    lines = [line(0, "/"), line(600, "/search"), line(601, "/", agent="another")]
    assert "3 requests of 2 sessions" in imported(tmp_path, "log", log(tmp_path, lines))["about"]
    assert "3 requests of 3 sessions" in imported(tmp_path, "log", log(tmp_path, lines), "--gap", "5 min")["about"]


def test_what_is_odd_about_a_log_is_counted_and_said(tmp_path: Path) -> None:
    lines = [
        line(0, "/?utm=1"),
        "this is no request",
        line(100, "/search", zone=UTC),
        line(40, "/search", "10.0.0.2"),
        line(120, "/logo.png"),
        line(130, "/wp-login.php", status=404),
        line(140, "/basket", method="POST", status=302),
        line(150, "*", method="OPTIONS"),
        '10.0.0.1 - - [15/Jun/2026:08:00:00 +0100] "\\x16\\x03" 400 0 "-" "-"',
        '10.0.0.1 - - [31/Feb/2026:08:00:00 +0100] "GET / HTTP/1.1" 200 0 "-" "-"',
    ]
    data = imported(tmp_path, "log", log(tmp_path, lines), "--no-static")
    said = " ".join(data["assumptions"])
    for words in (
        "Left out, as no requests: 4 lines, the first of them line 2.",
        "What 1 request asked for after a ? is left out.",
        "another one stands in 1 line.",
        "The log's clock goes back 1 time, by 60 s at most.",
        "1 request of static files is left out.",
        "1 request is left out whose operation was never answered with a status below 400",
        "A log has no bodies: give one to POST basket.",
    ):
        assert words in said, said
    assert data["service"]["operations"]["POST basket"]["expect"] == {"status": "3xx"}


def test_time_compression_shortens_the_period_and_the_pauses_and_is_said(tmp_path: Path) -> None:
    data = imported(tmp_path, "log", log(tmp_path, visits(180)), "--compress", "10")
    assert data["period"] == "0 s to 360 s"
    assert data["populations"]["visitors"]["arrivals"]["stepped"] == {"0 s": "1800 / h"}
    assert {"think": "0.5 s"} in data["journeys"]["visit"]["steps"][0]["either"][0]["steps"]
    assert "Time is compressed: 10 times as fast as recorded." in " ".join(data["assumptions"])


def test_lines_of_json_are_read_by_the_names_that_are_usual_or_given(tmp_path: Path) -> None:
    usual = {"time_iso8601": "2026-06-15T08:00:05+01:00", "request": "GET /a?b=1 HTTP/2.0", "status": "200"}
    (request,) = requests_of([json.dumps(usual | {"remote_addr": "10.0.0.9", "http_user_agent": "x"})])
    assert (request.method, request.path, request.has_query, request.status) == ("GET", "/a", True, 200)
    assert (request.offset_s, tuple(request.client)) == (3600, ("10.0.0.9", "x"))
    own = {"at": 1781506800.25, "http": {"verb": "post", "to": "https://shop.example/b"}, "code": 201}
    given = {"time": "at", "method": "http.verb", "path": "http.to", "status": "code"}
    (request,) = requests_of([json.dumps(own)], given)
    assert (request.at_s, request.offset_s, request.method, request.path) == (1781506800.25, None, "POST", "/b")
    words = [word for field, name in given.items() for word in ("--field", f"{field}={name}")]
    data = imported(tmp_path, "log", log(tmp_path, [json.dumps(own)] * 3), *words)
    assert "No offset from UTC stands in 3 lines: UTC is assumed." in data["assumptions"]


@pytest.mark.parametrize(
    "at",
    [1781506800500, 1781506800500000, 1781506800500000000, "1781506800.5", "2026-06-15 08:00:00.5 +0100",
     "2026-06-15T07:00:00,500000000Z"],
)  # fmt: skip
def test_moments_of_json_are_seconds_or_parts_of_them_or_text(at: Any) -> None:
    (request,) = requests_of([json.dumps({"time": at, "method": "GET", "path": "/", "status": 200.0})])
    assert (request.at_s, request.status) == (1781506800.5, 200)


def test_a_byte_order_mark_costs_no_line(tmp_path: Path) -> None:
    lines = [json.dumps({"time": at, "method": "GET", "path": "/", "status": 200}) for at in (1781506800, 1781506801)]
    data = imported(tmp_path, "log", log(tmp_path, ["\ufeff" + lines[0], lines[1]]))
    assert data["about"] == "2 requests of 1 session, from an access log."


def requests_of(lines: list[str], fields: dict[str, str] | None = None) -> list[LoggedRequest]:
    read = reader_for(lines[0].encode(), fields or {})
    return [found for one in lines if (found := read(one.encode())) is not None]


@pytest.mark.parametrize(
    ("text", "client", "path"),
    [
        (line(0, "/").partition(' "-"')[0], "10.0.0.1", "/"),  # the common format
        ("shop.example:443 " + line(0, "/"), "10.0.0.1", "/"),
        (line(0, "/", "2001:db8::1"), "2001:db8::1", "/"),
        (line(0, "/").replace("- -", "- jane doe"), "10.0.0.1", "/"),
        (line(0, "/", "2001:db8::1").replace("- -", "- jane doe"), "2001:db8::1", "/"),
        ("[2001:db8::9]:443 " + line(0, "/"), "10.0.0.1", "/"),
        (line(0, "/").replace("- -", '- ""'), "10.0.0.1", "/"),
        (line(0, "/", agent='a \\"quoted\\" one [x]') + ' "0.123"', "10.0.0.1", "/"),
        (line(0, "http://shop.example/a#b"), "10.0.0.1", "/a"),
        (line(0, "/").replace(" HTTP/1.1", ""), "10.0.0.1", "/"),
    ],
)
def test_what_servers_write_of_the_common_and_combined_formats_is_read(text: str, client: str, path: str) -> None:
    (request,) = requests_of([text])
    assert (request.client.address, request.path, request.at_s) == (client, path, BEGINNING.timestamp())
    assert request.offset_s == 3600


def test_a_packed_log_is_the_same_scenario_and_so_is_one_read_again(tmp_path: Path) -> None:
    plain = log(tmp_path, visits(50))
    (tmp_path / "packed").mkdir()
    packed = tmp_path / "packed" / "access.log"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert importing("log", plain).stdout == importing("log", packed).stdout == importing("log", plain).stdout


def test_a_log_of_any_length_is_read_in_bounded_memory() -> None:
    """One client after another, each with a path of its own, half a second apart."""
    (first,) = requests_of([line(0, "/")])
    reading = LogReading(1800, without_static=False)
    for number in range(60_000):
        client, path = first.client._replace(address=f"c{number}"), f"/a{number}"
        reading.add(replace(first, at_s=first.at_s + number / 2, client=client, path=path))
    seen = reading.finished()
    assert seen.requests == seen.sessions == len(seen.templates) == 20_000
    assert seen.rare == 40_000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "access.log is empty"),
        (b"\n\n", "access.log is empty"),
        (b"%PDF-1.7\n" * 2000, "access.log:1 is no line of an access log, nor is any after it; allowed are the common"),
        (b"\x00" * 2_000_000, "access.log:1 is longer than 1,000,000 bytes: no text of lines"),
        (gzip.compress(line(0, "/").encode() * 1000)[:-40], "access.log is packed by gzip, and damaged"),
        (line(0, "/logo.png").encode(), "access.log has static files alone"),
        (line(0, "/", status=500).encode(), "no request was ever answered with a status below 400"),
        (
            gzip.compress((b" " * 900_000 + b"\n") * 30),
            "access.log unfolds to more than 200 times its size, as no log does",
        ),
    ],
    ids=["empty", "blank", "pdf", "zeros", "damaged", "static", "errors", "bomb"],
)
def test_what_is_no_log_is_one_message(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "access.log").write_bytes(content)
    result = importing("log", tmp_path / "access.log", "--no-static")
    assert isinstance(result.exception, ScenarioError)
    assert said in str(result.exception)
    assert len(str(result.exception).splitlines()) == 1
