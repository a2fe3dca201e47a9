"""Where load may be sent: what is this machine, what is missing elsewhere, and what a schedule asks for."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import Consent, FoundHost, Terms, cleared, lacking, place, within_ceiling
from loadtests.schedule.send_rate import Outlook, Sendings, outlook
from scenarios.language.reading import read_text
from scenarios.sources.problems import ScenarioError
from tests.fixtures.loadtests.replays import one_call

ELSEWHERE = "http://192.0.2.1:8080"  # kept for documents: nobody is there, and nothing here sends anything


def lookup(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name have these addresses."""
    found: list[Any] = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize("host", ["127.0.0.1:80", "127.0.0.2", "127.1", "[::1]:80", "[::ffff:127.0.0.1]", "localhost"])
def test_loopback_is_open_on_any_terms(host: str) -> None:
    assert cleared(f"http://{host}", Terms()).is_loopback


@pytest.mark.parametrize("host", ["192.0.2.1", "0.0.0.0", "[2001:db8::1]", "[::ffff:192.0.2.1]", "10.0.0.1"])
def test_nothing_else_is(host: str) -> None:
    with pytest.raises(RefusedError, match="is not this machine"):
        cleared(f"http://{host}", Terms())


def test_a_name_is_this_machine_only_if_all_its_addresses_are(monkeypatch: pytest.MonkeyPatch) -> None:
    lookup(monkeypatch, "127.0.0.1", "127.0.0.2")
    assert cleared("http://both.example", Terms()).is_loopback
    lookup(monkeypatch, "127.0.0.1", "192.0.2.1")
    with pytest.raises(RefusedError, match=r"half\.example \(127\.0\.0\.1, 192\.0\.2\.1\) is not this machine"):
        cleared("http://half.example", Terms())
    lookup(monkeypatch)
    with pytest.raises(RefusedError, match=r"nobody\.example is not this machine"):
        cleared("http://nobody.example", Terms())


def test_a_refusal_says_what_is_missing_and_nothing_else() -> None:
    host, ceiling, word = "target.hosts, or --allow-host 192.0.2.1", "target.rate_ceiling", "--yes"
    for terms, missing in (
        (Terms(), {host, ceiling, word}),
        (Terms(hosts=("192.0.2.1",)), {ceiling, word}),
        (Terms(hosts=("192.0.2.2", "staging"), rate_ceiling=5.0), {host, word}),
        (Terms(hosts=("192.0.2.1",), rate_ceiling=5.0), {word}),
    ):
        with pytest.raises(RefusedError) as refusal:
            cleared(ELSEWHERE, terms)
        assert {each for each in (host, ceiling, word) if each in str(refusal.value)} == missing
        assert "\n" not in str(refusal.value)


def test_a_named_host_with_a_ceiling_and_a_word_is_open() -> None:
    assert str(cleared(ELSEWHERE, Terms(("192.0.2.1",), 5.0, True))) == "192.0.2.1"


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("http://staging.example", "Staging.Example."),
        ("http://[2001:db8:0:0::1]", "2001:db8::1"),
        ("http://[2001:db8::1]:80/base", "[2001:DB8::1]"),
    ],
)
def test_a_host_is_named_in_any_spelling_of_the_same_name(
    monkeypatch: pytest.MonkeyPatch, url: str, named: str
) -> None:
    lookup(monkeypatch, "192.0.2.1")
    assert lacking(place(url), Terms((named,), 5.0, True)) == []


@pytest.mark.parametrize("named", ["example", ".example", "*.example", "staging.example.org", "192.0.2.1"])
def test_a_name_stands_for_itself_alone(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    lookup(monkeypatch, "192.0.2.1")
    assert len(lacking(place("http://staging.example"), Terms((named,), 5.0, True))) == 1


def test_the_command_adds_hosts_and_can_only_lower_the_ceiling() -> None:
    scenario = read_text(one_call("good") + "target: {hosts: here.example, rate_ceiling: 50 / s}\n")
    assert Consent(("there.example",), "60 / s").terms(scenario) == Terms(("here.example", "there.example"), 50.0)
    assert Consent((), "600 per min").terms(scenario).rate_ceiling == 10.0


def test_a_consent_survives_another_command_line() -> None:
    given = Consent(("a.example", "b.example"), "5 / s", ("failed share > 5 % for 3 s",), True, True)
    assert given.words() == [
        *("--allow-host", "a.example", "--allow-host", "b.example", "--abort", "failed share > 5 % for 3 s"),
        *("--rate-ceiling", "5 / s", "--yes", "--run-hooks"),
    ]
    assert Consent().words() == []


def test_a_schedule_is_known_to_send_its_busiest_second() -> None:
    even = read_text(one_call("good"))
    assert outlook(even, 1) == Outlook(40, "0 s", 1.5)
    twice = read_text(one_call("good").replace("steps: [{call: good,", "steps: [{call: good}, {call: good,"))
    assert outlook(twice, 1).peak_per_s == 80
    thoughtful = one_call("good").replace("steps: [{call: good,", "steps: [{call: good}, {think: 1 s}, {call: good,")
    assert outlook(read_text(thoughtful), 1).peak_per_s == 40


def test_people_who_never_stop_have_an_end_too() -> None:
    once, always = "{call: good, achieves: served}", "{repeat: {times: forever, steps: [{call: good}]}}"
    endless = one_call("good").replace(once, always)
    assert outlook(read_text(endless), 1).peak_per_s >= 10_000


def test_a_schedule_above_the_ceiling_does_not_begin() -> None:
    ahead = outlook(read_text(one_call("good")), 1)
    within_ceiling(Terms(), ahead)
    within_ceiling(Terms(rate_ceiling=40.0), ahead)
    with pytest.raises(RefusedError, match="40 requests in the second from 0 s, more than the rate ceiling of 39"):
        within_ceiling(Terms(rate_ceiling=39.0), ahead)


def test_a_second_that_holds_too_many_is_told_once() -> None:
    told: list[str] = []
    sendings = Sendings(2.5, lambda: told.append("too many"), began_s=100.0)
    for reading_s in (100.0, 100.5, 101.0, 101.1):
        sendings.note(reading_s)
    assert told == []
    for reading_s in (101.2, 101.9):
        sendings.note(reading_s)
    assert told == ["too many"]
    assert sendings.latest() == [(0, 2), (1, 4)]
    assert sendings.latest(1) == [(1, 4)] == sendings.latest()


def test_a_proxy_is_on_the_way_to_another_machine_and_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = Terms(("staging.example",), 50.0, confirmed=True, proxy="http://127.0.0.1:3128")
    here = cleared("http://127.0.0.1:8080", terms)
    assert (here.proxy, here.way) == (None, here.addresses)
    lookup(monkeypatch, "127.0.0.1")
    monkeypatch.setattr(FoundHost, "is_loopback", property(lambda found: found.name != "staging.example"))
    there = cleared("http://staging.example", terms)
    assert there.proxy is not None
    assert (there.proxy.name, there.proxy_url, there.way) == ("127.0.0.1", terms.proxy, there.proxy.addresses)
    assert "through the proxy 127.0.0.1" in str(there)
    assert Consent().terms(read_text(one_call("good") + "target: {proxy: 'http://p.example:1/'}")).proxy == (
        "http://p.example:1"
    )


@pytest.mark.parametrize(
    "proxy",
    ["p.example:3128", "http://p.example", "http://a:b@p.example:1", "socks5://p.example:1", "http://p.example:1/x", 1],
)
def test_what_is_no_proxy_is_said_to_be_none(proxy: object) -> None:
    with pytest.raises(ScenarioError, match="the URL of an HTTP proxy"):
        read_text(one_call("good") + f"target: {{proxy: {proxy!r}}}")
