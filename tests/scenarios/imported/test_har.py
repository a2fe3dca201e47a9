"""A HAR file becomes a journey: in its order, with its pauses, with tokens of its own, and without a secret."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scenarios.sources.problems import ScenarioError
from tests.fixtures.scenarios.imported import imported, importing
from tests.fixtures.scenarios.recordings_of_browsers import exchange, har_file

SHOP = "https://shop.example"
PLANTED = (
    "hunter2-planted", "sess-cookie-4711-planted", "old-cookie-planted-99", "bearer-planted-0815", "apikey-planted-77",
    "dXNlcjpwbGFudGVk", "id-token-planted-31", "query-planted-12", "user-planted",
)  # fmt: skip
CSRF, ORDER = "csrf-3f9a8b7c6d", "7f3c2d10-0000-4000-8000-1234567890ab"
LOG_ON_PAGE = f'<form><input type="hidden" name="csrf" value="{CSRF}"><input name="password" value=""></form>'


def bought(folder: Path) -> Path:
    """Somebody logs on, looks at a thing and buys it."""
    bearer = {"Authorization": "Bearer bearer-planted-0815", "X-CSRF-Token": CSRF, "Accept": "application/json"}
    jar = {"Cookie": "sid=sess-cookie-4711-planted; kept=old-cookie-planted-99"}
    token = json.dumps({"access": {"access_token": "bearer-planted-0815"}, "id_token": "id-token-planted-31"})
    log_on = f"user=alice&password=hunter2-planted&csrf={CSRF}"
    return har_file(
        folder,
        exchange(0, "GET", f"{SHOP}/log-on", answer=("text/html", LOG_ON_PAGE)),
        exchange(0.2, "GET", f"{SHOP}/static/app.js", answer=("text/javascript", "1")),
        exchange(0.3, "GET", "https://ads.example/pixel?id=1"),
        exchange(
            10, "POST", f"{SHOP}/log-on", 302, page="page_2", body=("application/x-www-form-urlencoded", log_on),
            answered={"Set-Cookie": "sid=sess-cookie-4711-planted; HttpOnly", "Location": "/"}, sent=jar,
        ),
        exchange(10.2, "GET", f"{SHOP}/", page="page_2", sent=jar, answer=("text/html", "<p>sess-cookie-4711-planted")),
        exchange(10.4, "POST", f"{SHOP}/token?sig=query-planted-12", page="page_2", sent={"X-Api-Key": PLANTED[4]},
                 answer=("application/json", token)),
        exchange(14, "POST", f"{SHOP}/orders", 201, page="page_2", sent=bearer | jar,
                 body=("application/json", '{"sku": "tea {green}", "count": 2, "secretPin": "user-planted"}'),
                 answer=("application/json", json.dumps({"items": [{"order-id": ORDER}]}))),
        exchange(14.5, "GET", f"{SHOP}/orders/{ORDER}?view=full&page=1", page="page_2", sent=bearer),
        exchange(15, "GET", f"{SHOP}/basic", 404, page="page_2", sent={"authorization": "Basic dXNlcjpwbGFudGVk"}),
    )  # fmt: skip


def test_entries_become_calls_in_their_order_with_a_pause_where_nothing_was_under_way(tmp_path: Path) -> None:
    steps = imported(tmp_path, "har", bought(tmp_path), "--no-static")["journeys"]["visit"]["steps"]
    assert steps == [
        {"call": "GET log-on"},
        {"think": "9.6 s"},  # from the end of the pixel, at 0.4 s
        {"call": "POST log-on"},
        {"call": "GET root"},
        {"call": "POST token"},
        {"think": "3.5 s"},
        {"call": "POST orders"},
        {"call": "GET orders order_id"},
        {"call": "GET basic"},
    ]


def test_what_an_answer_gave_is_extracted_and_sent_by_its_name(tmp_path: Path) -> None:
    operations = imported(tmp_path, "har", bought(tmp_path))["service"]["operations"]
    (rule,) = operations["GET log-on"]["extract"].values()
    found = re.search(rule["regex"], LOG_ON_PAGE)
    assert found is not None and found[1] == CSRF
    assert operations["POST log-on"]["http"]["form"] == {
        "user": "alice",
        "password": "{secret.password}",
        "csrf": "{csrf}",
    }
    assert operations["POST token"]["extract"] == {"access_token": {"json": "$.access.access_token"}}
    assert operations["POST orders"]["extract"] == {"order_id": {"json": "$.items[0]['order-id']"}}
    assert operations["GET orders order_id"]["http"] == {
        "method": "GET",
        "path": "/orders/{order_id}",
        "query": {"view": "full", "page": "1"},
        "headers": {
            "Authorization": "Bearer {access_token}", "X-CSRF-Token": "{csrf}", "Accept": "application/json"
        },
    }  # fmt: skip
    assert operations["POST orders"]["http"]["json"] == {
        "sku": "tea {{green}}", "count": 2, "secretPin": "{secret.secretpin}"
    }  # fmt: skip
    assert [one["expect"]["status"] for one in operations.values()] == [
        "2xx", "2xx", [302], "2xx", "2xx", "2xx", "2xx", [404]
    ]  # fmt: skip


def test_no_secret_of_the_recording_is_in_the_scenario(tmp_path: Path) -> None:
    data = imported(tmp_path, "har", bought(tmp_path))
    text = (tmp_path / "imported.yaml").read_text()
    assert [secret for secret in (*PLANTED, CSRF) if secret in text] == []
    assert data["target"]["secrets"] == {
        "password": {"env": "PASSWORD"},
        "x_api_key": {"env": "X_API_KEY"},
        "sig": {"env": "SIG"},
        "secretpin": {"env": "SECRETPIN"},
        "authorization": {"env": "AUTHORIZATION"},
    } or set(data["target"]["secrets"]) == {"password", "sig", "x_api_key", "secretpin", "authorization"}


def test_what_is_left_out_is_counted_and_said(tmp_path: Path) -> None:
    said = " ".join(imported(tmp_path, "har", bought(tmp_path), "--no-static")["assumptions"])
    for words in (
        "1 request to other hosts is left out",
        "1 request of static files is left out",
        "3 values that an answer gave and a later request sent are extracted",
        "5 secrets of the recording are not in here, but",
        "1 cookie that no answer of the recording set is left out",
    ):
        assert words in said, said


def test_a_form_with_files_keeps_what_was_recorded_of_it(tmp_path: Path) -> None:
    parts = (
        'name="note"\r\n\r\nfor {Zoë}\r\n',
        'name="password"\r\n\r\nhunter2-planted\r\n',
        'name="list"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\nx,y\r\n1,2\r\n',
        'name="photo"; filename="b.png"\r\nContent-Type: image/png\r\n\r\n\ufffdPNG\r\n',
    )
    text = "".join(f"--mark\r\nContent-Disposition: form-data; {part}" for part in parts) + "--mark--\r\n"
    kind = "multipart/form-data; boundary=mark"
    file = har_file(
        tmp_path,
        exchange(0, "POST", f"{SHOP}/upload", body=(kind, text)),
        exchange(1, "POST", f"{SHOP}/unseen", body=(kind, "")),
    )
    data = imported(tmp_path, "har", file)
    sent = data["service"]["operations"]["POST upload"]["http"]
    assert sent["form"] == {"note": "for {{Zoë}}", "password": "{secret.password}"}
    assert [(one["field"], one["name"], one["type"], one["content"]) for one in sent["file"]] == [
        ("list", "a.csv", "text/csv", "x,y\r\n1,2"),
        ("photo", "b.png", "image/png", "the content was not recorded"),
    ]
    said = " ".join(data["assumptions"])
    assert "The content of 1 uploaded file was not recorded and is made up." in said
    assert "1 body of which no JSON, form or text was recorded is left out." in said


def test_a_body_keeps_its_media_type_and_what_went_by_websocket_is_said(tmp_path: Path) -> None:
    bodies = {
        "patch": ("application/json-patch+json; v={1}", "[1]"),
        "soap": ("text/xml; charset=utf-8", "<a/>"),
        "beacon": ("text/plain;charset=UTF-8", '{"a": 1}'),
        "usual": ("application/json; charset=utf-8", '{"a": 1}'),
        "note": ("text/plain", "hello"),
    }
    file = har_file(
        tmp_path,
        *(exchange(place, "POST", f"{SHOP}/{name}", body=body) for place, (name, body) in enumerate(bodies.items())),
        exchange(9, "GET", "wss://shop.example/news", 101),
    )
    data = imported(tmp_path, "har", file)
    sent = {name.removeprefix("POST "): one["http"] for name, one in data["service"]["operations"].items()}
    assert {name: one.get("headers", {}).get("Content-Type") for name, one in sent.items()} == {
        "patch": "application/json-patch+json; v={{1}}",
        "soap": "text/xml; charset=utf-8",
        "beacon": "text/plain;charset=UTF-8",
        "usual": None,
        "note": None,
    }
    assert "1 request by WebSocket is left out." in data["assumptions"]


def test_time_compression_shortens_the_pauses_and_is_said(tmp_path: Path) -> None:
    data = imported(tmp_path, "har", bought(tmp_path), "--compress", "10")
    assert [step["think"] for step in data["journeys"]["visit"]["steps"] if "think" in step] == ["0.96 s", "0.35 s"]
    assert "Time is compressed: pauses are 10 times as short as recorded." in data["assumptions"]


def test_a_value_is_no_extract_when_it_was_sent_before_or_before_the_answer_had_ended(tmp_path: Path) -> None:
    given = ("application/json", '{"q": "green tea 500 g", "late": "late-value-01"}')
    file = har_file(
        tmp_path,
        exchange(0, "GET", f"{SHOP}/search?q=green+tea+500+g", answer=given, took_ms=2000),
        exchange(1, "GET", f"{SHOP}/item?id=late-value-01"),
        exchange(5, "GET", f"{SHOP}/search?q=green+tea+500+g&page=2", answer=given),
    )
    operations = imported(tmp_path, "har", file)["service"]["operations"]
    assert not any("extract" in one for one in operations.values())
    assert operations["GET search"]["http"]["query"] == {"q": "green tea 500 g"}


def test_a_place_that_has_identifiers_is_followed(tmp_path: Path) -> None:
    file = har_file(
        tmp_path,
        exchange(0, "POST", f"{SHOP}/baskets", 303, answered={"Location": "/baskets/4711?new=1"}),
        exchange(1, "GET", f"{SHOP}/baskets/4711?new=1"),
    )
    operations = imported(tmp_path, "har", file)["service"]["operations"]
    assert operations["POST baskets"]["extract"] == {"place": {"header": "Location"}}
    assert operations["GET place"]["http"]["path"] == "{place}"


def test_a_token_that_each_page_gives_anew_keeps_one_name(tmp_path: Path) -> None:
    pages = []
    for number in range(3):
        page = ("text/html", f'<meta name="csrf" content="token-{number:08d}">')
        pages.append(exchange(number * 10, "GET", f"{SHOP}/form", answer=page))
        pages.append(exchange(number * 10 + 1, "POST", f"{SHOP}/form", sent={"X-CSRF": f"token-{number:08d}"}))
    data = imported(tmp_path, "har", har_file(tmp_path, *pages))
    assert list(data["service"]["operations"]) == ["GET form", "POST form"]
    assert [step["call"] for step in data["journeys"]["visit"]["steps"] if "call" in step] == [
        "GET form",
        "POST form",
    ] * 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "shop.har is empty"),
        ("[]", "shop.har is no HAR file: Expected `object`, got `array`"),
        ("openapi: 3.0.0", "shop.har is no HAR file"),
        ('{"log": {"entries": []}}', "shop.har has no entries"),
        ("[" * 100_000, "shop.har is no HAR file"),
        ('{"log": {"entries": [{"request": 3}]}}', "shop.har is no HAR file: Expected `object`, got `int`"),
        (json.dumps({"log": {"entries": [exchange(0, "GET", "http://[::1/")]}}), "entry 1 cannot be used"),
        (json.dumps({"log": {"entries": [exchange(0, "GET", f"{SHOP}/", 0)]}}), "no request to shop.example that can"),
    ],
)
def test_what_is_no_recording_is_one_message(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "shop.har").write_text(text)
    result = importing("har", tmp_path / "shop.har")
    assert isinstance(result.exception, ScenarioError)
    assert said in str(result.exception)
    assert len(str(result.exception).splitlines()) == 1


def test_a_message_ends_where_it_ends(tmp_path: Path) -> None:
    result = importing("har", har_file(tmp_path))
    assert str(result.exception).endswith("shop.har has no entries")


def test_a_large_recording_is_read_and_comes_out_the_same_twice(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"id": f"row-{number:08d}", "text": "x" * 40} for number in range(2000)]
    entries = [
        exchange(number, "GET", f"{SHOP}/list?page={number % 7}", answer=("application/json", json.dumps(rows)))
        for number in range(60)
    ]
    file = har_file(tmp_path, *entries)
    first, second = importing("har", file), importing("har", file)
    assert first.exit_code == 0
    assert first.stdout == second.stdout
    assert first.stdout.count("method: GET") == 7
