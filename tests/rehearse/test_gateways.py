"""A service behind a gateway: what it wants of a request, replay and audit say alike."""

from __future__ import annotations

import os
from copy import deepcopy
from pathlib import Path

from tests.fixtures.loadtests.clinic import CLINIC, all_is_well, audit_in, rehearse, scenario
from tests.fixtures.loadtests.gateway import API_KEY, MOUNTED, TOKEN, gateway
from tests.fixtures.mock_server.served_mock import served

TARGET = {
    "headers": {"X-Api-Key": "{secret.key}"},
    "secrets": {"key": {"env": "GATEWAY_KEY"}},
    "log_on": {"bearer": {"token": {"env": "GATEWAY_TOKEN"}}},
    "base_paths": {"/referrals/FHIR": MOUNTED},
}


def test_replay_and_audit_pass_a_gateway_that_wants_a_key_and_a_token_and_has_e_rs_elsewhere(tmp_path: Path) -> None:
    environment = os.environ | {"GATEWAY_KEY": API_KEY, "GATEWAY_TOKEN": TOKEN, "NO_COLOR": "1"}
    with served(tmp_path / "data", told=deepcopy(CLINIC)) as server, gateway(server.url) as standing:
        path = scenario(tmp_path, target=TARGET | {"base_url": standing.url})
        ended = rehearse("load", path, "--runs", str(tmp_path / "runs"), environment=environment)
    assert ended.returncode in (0, 98), ended.stderr  # 98: a busy machine that sends late
    assert standing.refused == []
    assert all_is_well(audit_in(tmp_path / "runs")), ended.stdout
    read_back = f"GET {MOUNTED}/STU3/ReferralRequest/"
    assert any(line.startswith(read_back) for line in standing.passed), "the audit went the same way"
    left = [file.read_bytes() for file in (tmp_path / "runs").rglob("*") if file.is_file()]
    assert not any(secret.encode() in one for secret in (API_KEY, TOKEN) for one in left)
