"""Operations that say their request: what is read, and what is told of mistakes, with line and key."""

from __future__ import annotations

import pytest

from scenarios.language.reading import frozen_text, read, read_text
from scenarios.language.scenario import Scenario
from scenarios.sources.problems import ScenarioError
from tests.fixtures.places import ROOT

SCENARIO = """
title: A service
period: 0 s to 10 s
service:
  operations:
    page: {group: shop, http: {path: /}, extract: {csrf: {regex: "x"}}}
    save: {group: shop, tags: [write], http: {path: "/{csrf}", json: {a: 1}}, expect: {status: 2xx}}
journeys:
  visit: {steps: [{call: page}, {call: save}]}
populations:
  people: {arrivals: {rate: 1 / s}, journey: visit}
objectives:
  fast: {measure: response p95, of: [group shop, page], at_most: 1 s}
"""


def changed(*changes: tuple[str, str]) -> str:
    text = SCENARIO
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_an_operation_needs_no_steps_and_a_service_no_stations() -> None:
    scenario = read_text(SCENARIO)
    page, save = scenario.service.operations.values()
    assert page.http is not None and save.http is not None
    assert (page.http.verb, save.http.verb) == ("GET", "POST")
    assert scenario.service.unsimulated() == ["page", "save"]


def test_groups_and_tags_stand_for_their_operations() -> None:
    scenario = read_text(SCENARIO)
    assert scenario.service.joint_names() == {"group shop": ["page", "save"], "tag write": ["save"]}
    assert scenario.meant(scenario.objectives["fast"]).of == ["page", "save"]
    assert scenario.objectives["fast"].of == ["group shop", "page"]  # as it was written, for the report


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"/{csrf}"', '"/{crsf}"'), "7: service.operations.save.http.path: found 'crsf'; allowed is one of csrf,"),
        (('"/{csrf}"', '"/{crsf}"'), "did you mean 'csrf'?"),
        (('"/{csrf}"', '"/{faker.emial}"'), "did you mean 'faker.email'?"),
        (('"/{csrf}"', '"/{secret.key}"'), "found 'secret.key'; allowed is one of csrf, patient.nhs_number"),
        (('"/{csrf}"', '"/{"'), "service.operations.save.http.path: found '{'; allowed is a value in braces"),
        (('"/{csrf}"', "save"), "found 'save'; allowed is a path such as /basket/{sku}"),
        (('"/{csrf}"', '"/a?b=1"'), "what is asked for goes under `query`"),
        (("json: {a: 1}", "json: {a: 1}, body: x"), "give at most one of json, body and form"),
        (("json: {a: 1}", "jsn: {a: 1}"), "service.operations.save.http.jsn: no such key; allowed is one of method,"),
        (("json: {a: 1}", "method: FETCH"), "method: found 'FETCH'; allowed is 'GET'"),
        (("json: {a: 1}", 'headers: {"X Y": a}'), "found 'X Y'; allowed is the name of a header"),
        (("json: {a: 1}", "headers: {Host: a}"), "Host is written by the load test itself"),
        (("json: {a: 1}", 'headers: {X: "a\\nb"}'), "the value of X has characters that no header may have"),
        (("json: {a: 1}", "file: {name: a}"), "give exactly one of content and path"),
        (("status: 2xx", "status: 20x"), "expect.status: found '20x'; allowed is a status such as 201"),
        (("status: 2xx", "status: 101"), "expect.status: found 101; allowed is a status"),
        (("status: 2xx", "json: {ok: true}"), "found 'ok'; allowed is a JSONPath, which begins with $"),
        (("status: 2xx", 'json: {"$[": true}'), "found '$['; allowed is a JSONPath such as"),
        (
            ("json: {a: 1}", "query: {a: [1, null]}"),
            "7: service.operations.save.http.query.a: found a list; allowed is text, a number, or a list of them",
        ),
        (('"/{csrf}"', '"/{faker.random_int(1, 5)}"'), "what Faker draws is asked for by its name alone"),
        (("status: 2xx", 'body: "Hello {session.number}"'), "expect.body: {session.number} is not filled in, for"),
        (('{regex: "x"}', '{regex: "x{csrf}"}'), "page.extract.csrf.regex: {csrf} is not filled in, for"),
        (("status: 2xx", 'body: "("'), "expect.body: found '('; allowed is a regular expression"),
        (("status: 2xx", 'header: {"X Y": a}'), "expect.header.X Y: found 'X Y'; allowed is the name of a header"),
        (("http: {path: /}", "http: {path: /, method: HEAD}"), "operations.page: an answer to HEAD has no body"),
        (("status: 2xx", "within: 5"), "expect.within: found 5; allowed is a duration"),
        (('{regex: "x"}', "{}"), "extract.csrf: give exactly one of regex, json, header, cookie; found none"),
        (("csrf: {", "a.b: {"), "extract.a.b: found 'a.b'; allowed is text of the form"),
        (("tags: [write], http", "api: A011, http"), "give `api` or `http`"),
        (("tags: [write], http", "tags: [write], api: A011, steps: [], nothttp"), "no such key"),
        (
            ("{call: page}, ", ""),
            "visit.steps.0.call: 'save' needs {csrf}, which no call of this journey extracts",
        ),
        (
            ("group shop, page", "group shp, page"),
            "fast.of: found 'group shp'; allowed is one of group shop",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(change: tuple[str, str], said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read_text(changed(change))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("{http: 2}", "target.http: found 2; allowed is 1.1: this load test does not speak HTTP/2 yet"),
        (
            "{log_on: {basic: {user: a, password: hunter2}}}",
            "allowed is where a secret is: {env: NAME}",
        ),
        ("{secrets: {k: hunter2}}", "target.secrets.k: found str; allowed is where a secret is"),
        ("{secrets: {k: {}}}", "target.secrets.k: allowed is where a secret is"),
        ('{headers: {X: "{csrf}"}}', "target.headers.X: found 'csrf'; the scenario has none to name here"),
        ("{base_url: ftp://x}", "target.base_url: found 'ftp://x'"),
        ("{base_url: 'https://me:hunter2@x'}", "target.base_url: found 'https://…@x'; allowed is an address such as"),
        ("{proxy: 'http://me:hunter2@x:1'}", "target.proxy: found 'http://…@x:1'; allowed is the URL of an HTTP proxy"),
        ("{log_on: {}}", "give exactly one of client_credentials, signed_jwt, authorization_code, basic, bearer"),
        ("{base_paths: {v1: /v2}}", "found 'v1'; allowed is the beginning of a path"),
    ],
)
def test_a_mistake_in_a_target_is_told_and_no_secret(target: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read_text(changed(("service:", f"target: {target}\nservice:")))
    assert said in str(error.value)
    assert "hunter2" not in str(error.value)


def test_a_file_of_rows_is_not_called_as_a_source_of_values() -> None:
    with pytest.raises(ScenarioError, match="'session' names values of its own"):
        read_text(changed(("service:", f"data: {{session: {{file: {ROOT}/none.csv, found: {FOUND}}}}}\nservice:")))


FOUND = "{columns: [a], rows: 1, checksum: x}"


def test_what_a_run_keeps_needs_no_folder() -> None:
    """Paths are whole, rows are known, and secrets are where they were."""
    name = str(ROOT / "tests/fixtures/shop/troubled.yaml")
    kept = frozen_text(name)
    assert f"authority: {ROOT}/tests/fixtures/shop/authority.pem" in kept
    assert f"file: {ROOT}/tests/fixtures/shop/client.secret" in kept
    assert isinstance(read_text(kept), Scenario) and read_text(kept) == read_text(frozen_text(name))


def test_the_address_of_a_scenario_is_allowed() -> None:
    scenario = read(str(ROOT / "tests/fixtures/shop/troubled.yaml"))
    assert scenario.target.allowed_hosts == ("shop.invalid",)
