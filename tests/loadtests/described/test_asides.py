"""Answers that lead elsewhere, or come packed as nobody asked: what is said of them, and who hears of redirects that
count as good."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from loadtests.http.replies import Reply
from readiness.wording.redirects import unfollowed
from recordings.exchanges import STATUSES, Exchanges
from recordings.recording import Form
from recordings.tally import Tally
from scenarios.language.service import OperationSpecification
from tests.fixtures.loadtests.described import Described


@pytest.mark.parametrize(
    ("location", "where"),
    [
        ("/log-on?next=/account", "/log-on"),
        ("https://shop.example/log-on", "/log-on"),
        ("page", "/base/…"),
        ("/customers/somebody", "/customers/…"),
        ("/3f9a", "/…"),
        ("https://login.example/somebody", "login.example"),
        ("https://[", "no address"),
    ],
)
def test_a_redirect_that_was_not_expected_is_named_without_anybodys_name(location: str, where: str) -> None:
    described = Described({"http": {"path": "/"}, "extract": {"csrf": {"regex": "csrf=(.+)"}}})
    assert described.outcome(302, location=location) == "error"
    assert described.why == [f"no csrf in the answer (a redirect to {where}, not followed)"]


@pytest.mark.parametrize(("coding", "name"), [("br", "br"), ("gzip, zstd", "zstd"), ("rot13", "something unknown")])
def test_a_body_that_nobody_asked_to_be_packed_so_is_said_to_be(coding: str, name: str) -> None:
    described = Described({"http": {"path": "/"}, "expect": {"json": {"$.ok": True}}})
    assert described.outcome(body=b"\x0b\x02\x80", content_encoding=coding) == "error"
    assert described.why == [
        f"the body is no JSON (packed as {name}, which is not unpacked here: ask for gzip, or for nothing)"
    ]
    assert Described({"http": {"path": "/"}}).outcome(content_encoding=coding) == "good", "nobody asks what is in it"


def test_a_packed_body_that_is_damaged_is_an_error_though_nobody_looks_into_it() -> None:
    described = Described({"http": {"path": "/"}})
    reply = Reply(200, {b"content-encoding": b"gzip"}, b"no gzip", is_readable=False)
    assert described.outcome_of(reply) == "error"
    assert described.why == ["the body is packed, and damaged"]


def test_redirects_that_nobody_meant_and_that_count_as_good_are_told() -> None:
    meant: list[dict[str, Any]] = [
        {"expect": {"status": 303}},
        {"extract": {"place": {"header": "location"}}},
        {"expect": {"status": "3xx"}},
    ]
    unmeant: list[dict[str, Any]] = [{}, {"expect": {"body": ""}}]
    operations = {
        str(number): OperationSpecification.model_validate({"http": {"path": "/"}, **said})
        for number, said in enumerate((*meant, *unmeant))
    }
    form = Form(tuple(operations), ("good",), (), (), (), (), (), 0.0, 1.0, 1)
    several, which = np.repeat(np.arange(5), 2), np.tile([STATUSES.index("302"), STATUSES.index("304")], 5)
    blank = Exchanges.blank(form, ())
    endings = Tally.of(blank.endings.shape, (several, which, np.zeros(10, dtype=np.intp)), np.full(10, 0.01))
    seen = Exchanges(form, (), endings, blank.parts, blank.volumes, blank.cpu_s)
    assert [sentence.partition(". ")[0] for sentence in unfollowed(operations, seen)] == [
        "redirects are not followed, and count as good: 3, 1",
        "redirects are not followed, and count as good: 4, 1",
    ]
    assert not list(unfollowed(operations, None))
