"""What a scenario says about safety: its target, and the rules that end a load test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.language.safety import abort_rule
from scenarios.language.scenario import Scenario
from scenarios.quantities.units import UnitError
from tests.fixtures.scenarios.small_scenarios import changed, shop


def told(**more: object) -> Scenario:
    return Scenario.model_validate(shop() | more)


def test_a_scenario_that_says_nothing_names_no_host_and_no_rule() -> None:
    silent = told()
    assert silent.target.hosts == [] and silent.target.rate_ceiling is None
    assert silent.abort == []


def test_one_host_and_one_rule_need_no_list() -> None:
    alone = told(target={"hosts": "staging.example"}, abort={"failed_share": "50 %", "for": "30 s"})
    assert alone == told(target={"hosts": ["staging.example"]}, abort=[{"failed_share": "50 %", "for": "30 s"}])


def test_a_rule_says_what_has_happened() -> None:
    rules = told(abort=[{"failed_share": "50 %", "for": "30 s"}, {"response_p95": "20 s", "for": "3 min"}]).abort
    assert [str(rule) for rule in rules] == [
        "more than 50 % of requests failed for 30 s",
        "more than 5 % of responses took longer than 20 s for 3 min",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"failed_share": "50 %"},
        {"for": "30 s"},
        {"failed_share": "50 %", "response_p95": "3 s", "for": "30 s"},
        {"failed_share": "100 %", "for": "30 s"},
        {"failed_share": "50 %", "for": "0 s"},
        {"failed_share": "50 %", "lasting": "30 s"},
    ],
)
def test_a_rule_is_one_measure_with_its_limit_and_how_long(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="abort"):
        told(abort=wrong)


@pytest.mark.parametrize("ceiling", ["0 / s", "50", 50, "-1 / s"])
def test_a_ceiling_is_a_rate_above_nothing(ceiling: object) -> None:
    with pytest.raises(ValueError, match="a rate such as"):
        Scenario.model_validate(changed(shop(), "target", {"rate_ceiling": ceiling}))


@given(per_cent=st.integers(0, 99), seconds=st.integers(1, 10_000))
def test_a_rule_reads_the_same_in_a_scenario_and_on_the_command_line(per_cent: int, seconds: int) -> None:
    (rule,) = told(abort={"failed_share": f"{per_cent} %", "for": f"{seconds} s"}).abort
    assert abort_rule(f"failed share > {per_cent} % for {seconds} s") == rule


@pytest.mark.parametrize(
    "text", ["", "failed share > 50 %", "failed share < 50 % for 3 s", "response p95 > 3 for 3 s", "p95 > 3 s for 3 s"]
)
def test_what_is_no_rule_is_told_what_one_looks_like(text: str) -> None:
    with pytest.raises(UnitError, match="such as 'failed share > 50 % for 30 s'"):
        abort_rule(text)
