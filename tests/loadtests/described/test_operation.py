"""A described operation: the bytes of its request, and what its answers come to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loadtests.described.values import NotMadeError
from tests.fixtures.loadtests.described import KEY, Described


def test_a_path_alone_is_a_get_below_the_base_path() -> None:
    first, headers, body = Described({"http": {"path": "/home"}}).sent()
    assert (first, body) == ("GET /base/home HTTP/1.1", b"")
    assert headers["Host"] == "shop.example" and "Content-Length" not in headers
    assert headers["X-Correlation-ID"] == f"run-{KEY:016x}"


def test_values_are_encoded_for_where_they_stand() -> None:
    odd = 'a/b ?&="é'
    described = Described(
        {
            "http": {
                "method": "POST",
                "path": "/x/{v}/y",
                "query": {"q": "{v}", "n": 2, "on": True, "many": ["{v}", "z"]},
                "json": {"text": "say {v}", "itself": "{n}", "list": ["{v}", 1], "flag": True, "none": None},
            }
        },
        v=odd,
        n=5,
    )
    first, headers, body = described.sent()
    encoded = "a%2Fb+%3F%26%3D%22%C3%A9"
    assert first == (
        f"POST /base/x/a%2Fb%20%3F%26%3D%22%C3%A9/y?q={encoded}&n=2&on=true&many={encoded}&many=z HTTP/1.1"
    )
    assert json.loads(body) == {"text": f"say {odd}", "itself": 5, "list": [odd, 1], "flag": True, "none": None}
    assert headers["Content-Type"] == "application/json" and int(headers["Content-Length"]) == len(body)


@pytest.mark.parametrize("steps", [".", ".."])
def test_a_value_is_no_step_up_in_a_path(steps: str) -> None:
    first, _, _ = Described({"http": {"path": "/x/{v}"}}, v=steps).sent()
    assert first == f"GET /base/x/{steps.replace('.', '%2E')} HTTP/1.1"


def test_a_form_and_a_text() -> None:
    _, headers, body = Described({"http": {"path": "/", "form": {"a b": "{v}", "c": 1}}}, v="x&y").sent()
    assert (headers["Content-Type"], body) == ("application/x-www-form-urlencoded", b"a+b=x%26y&c=1")
    _, headers, body = Described(
        {"http": {"path": "/", "body": "{{{v}}}", "headers": {"content-type": "x/y"}}}, v="é"
    ).sent()
    assert (headers["content-type"], body.decode()) == ("x/y", "{é}")


def test_a_file_is_sent_as_a_browser_does() -> None:
    file = {"field": "letter", "name": 'a"b.pdf', "content": "{v}", "type": "application/pdf"}
    first, headers, body = Described({"http": {"path": "/", "form": {"to": "{v}"}, "file": file}}, v="x").sent()
    assert first.startswith("POST ")
    boundary = headers["Content-Type"].removeprefix("multipart/form-data; boundary=")
    assert body.decode() == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="to"\r\n\r\nx\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="letter"; filename="a%22b.pdf"\r\n'
        f"Content-Type: application/pdf\r\n\r\nx\r\n--{boundary}--\r\n"
    )


def test_a_targets_headers_go_with_each_request_that_does_not_say_its_own() -> None:
    target = {
        "headers": {"Accept": "text/html", "X-Key": "{secret.api_key}"},
        "secrets": {"api_key": {"env": "NONE"}},
    }
    _, headers, _ = Described({"http": {"path": "/"}}, target).sent()
    assert (headers["Accept"], headers["X-Key"]) == ("text/html", "hunter2")
    _, headers, _ = Described({"http": {"path": "/", "headers": {"accept": "text/plain"}}}, target).sent()
    assert headers["accept"] == "text/plain"


@pytest.mark.parametrize("own", [{}, {"User-Agent": "shop/2"}])
@pytest.mark.parametrize("of_target", [{}, {"user-agent": "gate-keeper/1"}])
def test_a_user_agent_is_said_once(own: dict[str, str], of_target: dict[str, str]) -> None:
    described = Described({"http": {"path": "/", "headers": own}}, {"headers": of_target})
    _, headers, _ = described.sent()  # which has no header twice
    agents = [value for name, value in headers.items() if name.lower() == "user-agent"]
    assert agents == [*own.values(), *of_target.values(), "launch-rehearsal"][:1]


@pytest.mark.parametrize(
    ("place", "first"),
    [
        ("/orders/5?x=1&y=a b", "GET /orders/5?x=1&y=a%20b HTTP/1.1"),
        ("https://shop.example/base/o#part", "GET /base/o HTTP/1.1"),
        ("orders/5", "GET /base/orders/5 HTTP/1.1"),
    ],
)
def test_a_path_that_is_a_value_is_an_address_of_the_same_service(place: str, first: str) -> None:
    assert Described({"http": {"path": "{place}"}}, place=place).sent()[0] == first


@pytest.mark.parametrize(
    "place", ["https://elsewhere.example/", "//elsewhere.example/", "http://shop.example/", "x:y", "http://["]
)
def test_an_address_of_another_service_is_not_asked(place: str) -> None:
    described = Described({"http": {"path": "{place}"}}, place=place)
    with pytest.raises(NotMadeError, match="place leads to another service"):
        described.sent()


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "\x00", "€"])
def test_no_value_adds_a_header(value: str) -> None:
    described = Described({"http": {"path": "/", "headers": {"X-CSRF-Token": "{v}"}}}, v=value)
    with pytest.raises(NotMadeError, match="X-CSRF-Token"):
        described.sent()
    assert value not in str(described.why)


def test_a_missing_value_says_which() -> None:
    described = Described({"http": {"path": "/{csrf}"}})
    with pytest.raises(NotMadeError):
        described.sent()
    assert described.why == ["no csrf: no answer of the session has given it yet"]


def test_cookies_are_kept_and_sent() -> None:
    described = Described({"http": {"path": "/x"}, "extract": {"sid": {"cookie": "sid"}}})
    described.sent()
    assert described.outcome(cookies=(b"sid=5; Path=/base; Secure", b"other=1; Path=/elsewhere")) == "good"
    assert described.extracted == {"sid": "5"}
    assert described.sent()[1]["Cookie"] == "sid=5"


@pytest.mark.parametrize(
    ("status", "without", "with_201"),
    [
        (200, "good", "error"),
        (201, "good", "good"),
        (204, "good", "error"),
        (302, "good", "error"),
        (304, "good", "error"),
        (400, "error", "error"),
        (401, "logged_out", "logged_out"),
        (409, "conflict", "conflict"),
        (429, "rate_limited", "rate_limited"),
        (500, "error", "error"),
        (503, "busy", "busy"),
    ],
)
def test_a_status_is_good_where_it_was_expected(status: int, without: str, with_201: str) -> None:
    assert Described({"http": {"path": "/"}}).outcome(status) == without
    assert Described({"http": {"path": "/"}, "expect": {"status": 201}}).outcome(status) == with_201


def test_what_is_usually_bad_may_be_expected() -> None:
    described = Described({"http": {"path": "/"}, "expect": {"status": [404, "5xx"]}})
    assert [described.outcome(status) for status in (404, 500, 503, 200)] == ["good", "good", "good", "error"]
    assert described.why == ["status 200, expected 404, 5xx"]


@pytest.mark.parametrize(
    ("expect", "good", "bad", "why"),
    [
        ({"json": {"$.ok": True}}, b'{"ok": true}', b'{"ok": 1}', "$.ok is not as expected"),
        ({"json": {"$.n": 1}}, b'{"n": 1.0}', b'{"n": true}', "$.n is not as expected"),
        ({"json": {"$.a[1].b": "x"}}, b'{"a": [0, {"b": "x"}]}', b'{"a": []}', "$.a[1].b is not as expected"),
        ({"json": {"$.id": "{v}"}}, b'{"id": "7"}', b'{"id": "8"}', "$.id is not as expected"),
        ({"json": {"$.id": "{v}"}}, b'\xef\xbb\xbf{"id": "7"}', b"<html>", "the body is no JSON"),
        ({"json": {"$.n": None}}, b'{"n": null}', b"{}", "$.n is not as expected"),
        ({"body": "wel+come"}, b"you are welllcome", b"go away", "the expected text is not in the body"),
    ],
)
def test_a_body_is_looked_at(expect: dict[str, Any], good: bytes, bad: bytes, why: str) -> None:
    described = Described({"http": {"path": "/"}, "expect": expect}, v="7")
    assert described.outcome(body=good) == "good"
    assert described.outcome(body=bad) == "error"
    assert described.why == [why]


def test_a_header_is_looked_at() -> None:
    described = Described({"http": {"path": "/"}, "expect": {"header": {"Content-Type": "JSON"}}})
    assert described.outcome(content_type="application/json; charset=utf-8") == "good"
    assert described.outcome(content_type="text/html") == "error"
    assert described.outcome() == "error"


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"ok":', b"\xff\xfe", b"\x00", b'{"ok": NaN}', b'"\\ud800"'])
def test_no_body_is_an_exception(body: bytes) -> None:
    expect = {"json": {"$..ok": True}, "body": "."}
    for charset in ("utf-99", "hex", "punycode", "undefined", "utf-16"):
        described = Described({"http": {"path": "/"}, "expect": expect, "extract": {"v": {"json": "$.ok"}}})
        assert described.outcome(body=body, content_type=f"text/html; charset={charset}") == "error"


def test_no_value_is_an_exception() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    for value in ("\ud800", deep, 10**5000, b"bytes", {1: 2}):
        described = Described({"http": {"path": "/{v}", "query": {"q": "{v}"}, "json": {"v": "{v}"}}}, v=value)
        try:
            described.sent()
        except NotMadeError as error:
            assert str(error).startswith("a value cannot be sent")


def test_values_are_taken_from_a_good_answer() -> None:
    extract = {
        "csrf": {"regex": 'value="([^"]+)"'},
        "all": {"regex": "v.lue"},
        "id": {"json": "$.items[0].id"},
        "place": {"header": "Location"},
    }
    described = Described({"http": {"path": "/"}, "extract": extract})
    body = b'{"items": [{"id": 5}], "html": "<input value=\\"x\\">"}'
    assert described.outcome(body=body, location="/o/5") == "error"  # as JSON writes it, the quotation mark is another
    assert described.why == ["no csrf in the answer"]
    described = Described({"http": {"path": "/"}, "extract": extract})
    assert described.outcome(body=b'{"items": [{"id": 5}], "h": "", "value="y""}', location="/o/5") == "error"
    only = Described({"http": {"path": "/"}, "extract": {key: extract[key] for key in ("csrf", "all", "place")}})
    assert only.outcome(body=b'<input value="x">', location="/o/5") == "good"
    assert only.extracted == {"csrf": "x", "all": "value", "place": "/o/5"}


def test_a_value_that_is_not_there_any_more_is_forgotten() -> None:
    described = Described({"http": {"path": "/"}, "extract": {"id": {"json": "$.id"}}}, id=4)
    assert described.outcome(body=b"{}") == "error"
    assert described.extracted == {}
    optional = Described({"http": {"path": "/"}, "extract": {"id": {"json": "$.id", "optional": True}}}, id=4)
    assert optional.outcome(body=b"{}") == "good"
    assert optional.extracted == {}


def test_nothing_is_taken_from_a_bad_answer() -> None:
    described = Described({"http": {"path": "/"}, "extract": {"id": {"json": "$.id"}}})
    assert described.outcome(500, b'{"id": 5}') == "error"
    assert described.extracted == {}


def test_the_same_session_has_the_same_values_each_time() -> None:
    operation = {"http": {"path": "/", "json": {"mail": "{faker.email}", "me": "{session.number} {session.key}"}}}
    one, other = Described(operation), Described(operation)
    assert one.sent() == other.sent() == one.sent()
    assert json.loads(one.sent()[2])["me"] == f"7 {99:016x}"
    assert "@" in json.loads(one.sent()[2])["mail"]


def test_the_reasons_of_an_operation_are_bounded() -> None:
    described = Described({"http": {"path": "/"}, "expect": {"status": 200}})
    for status in range(201, 400):
        described.outcome(status)
    assert len(described.why) == 51 and described.reasons.counts["it"]["other reasons"] == 149
