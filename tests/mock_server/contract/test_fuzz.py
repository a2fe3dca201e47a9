"""Schemathesis against the mock's own document: nothing that is sent brings out a 5xx that the model did not ask for.

The application runs in process. Somebody who holds every role sends what the document allows and what it
does not, half of it about a referral that exists. Every answer must be one that the document lists, in its
media type and shape.
"""

import asyncio
import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mock_server.domain.synthetic_directory import DirectorySettings, SyntheticDirectory
from mock_server.process.application import MockService, create_app
from mock_server.sessions.professional import EVERY_ROLE
from mock_server.storage.store import Store
from tests.fixtures.mock_server.mock_client import InstantModel, User

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# It would log the fuzzer off.
LEFT_OUT = {"/mock/sessions/flush"}
QUICK, LONG = 2, 100


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockService]:
    store = Store(tmp_path_factory.mktemp("fuzz"))
    directory = SyntheticDirectory(7, DirectorySettings(services=80, providers=6, practices=5, names=20))
    yield create_app(InstantModel(), store, directory)
    store.close()


async def _begin(app: MockService) -> tuple[dict[str, str], str]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://mock") as http:
        user = User(http, "anybody-A81001-1")
        await user.log_on("REFERRING_CLINICIAN")
        return user.headers, (await user.create(["70000", "70003"])).json()["id"]


def _fuzz(app: MockService, examples: int) -> set[int]:
    headers, ubrn = asyncio.run(_begin(app))
    draw, statuses = random.Random(7), set()
    for found in schemathesis.openapi.from_asgi("/openapi.json", app).get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        if operation.path in LEFT_OUT:
            continue
        # Only JSON can be against its schema: parameters and files are texts and bytes, and any will do.
        has_json = any("json" in body.media_type for body in operation.body)
        modes = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if has_json else [])]
        for mode in modes:
            _try(operation, mode, examples, lambda case: statuses.add(_send(case, headers, ubrn, draw)))
    return statuses


def _try(operation: Any, mode: GenerationMode, examples: int, send: Any) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=examples,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def attempt(case: Any) -> None:
        send(case)

    attempt()


def _send(case: Any, headers: dict[str, str], ubrn: str, draw: random.Random) -> int:
    organisation = {"NHSD-End-User-Organisation-ODS": "A81001"}
    case.headers = {**(case.headers or {}), **headers, **organisation}
    case.headers["NHSD-eRS-Business-Function"] = draw.choice(sorted(EVERY_ROLE))
    if draw.random() < 0.5:
        if "ubrn" in (case.path_parameters or {}):
            case.path_parameters["ubrn"] = ubrn
        case.headers["If-Match"] = f'W/"{draw.randrange(1, 4)}"'
    answer = case.call()
    case.validate_response(answer, checks=CHECKS)
    return int(answer.status_code)


def test_nothing_brings_out_a_failure(app: MockService) -> None:
    statuses = _fuzz(app, QUICK)
    assert {200, 400, 404, 422} <= statuses
    assert max(statuses) < 500


@pytest.mark.exhaustive
@pytest.mark.long
def test_nothing_brings_out_a_failure_however_long_one_tries(app: MockService) -> None:
    assert max(_fuzz(app, LONG)) < 500
