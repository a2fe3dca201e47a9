"""The server's description of itself, and that the documents, the table and the pages say the same."""

import re
from collections.abc import Callable

import httpx
import pytest
from jsonschema import Draft202012Validator

from mock_server.contract.openapi import openapi_document
from mock_server.contract.operations import OPERATIONS, SECTIONS
from tests.fixtures.mock_server.documents import NO_CONTRACT, published_contract
from tests.fixtures.mock_server.held_client import HeldToDocuments
from tests.fixtures.mock_server.mock_client import STU3, User
from tests.fixtures.places import ROOT

Tell = Callable[..., None]
CONTRACT_ROWS = [row for row in OPERATIONS if row.is_contract]


def bare(method: str, path: str) -> tuple[str, str]:
    """An address with its parameters' names left out: documents may name them as they like."""
    return method, re.sub(r"\{\w+\}", "{}", path)


def test_the_table_has_the_forty_operations() -> None:
    assert len({bare(row.method, row.path) for row in CONTRACT_ROWS}) == len(CONTRACT_ROWS) == 40


def test_the_table_is_the_published_contract_s() -> None:
    contract = published_contract()
    if contract is None:
        pytest.skip(NO_CONTRACT)
    published = {bare(o.method, o.path): {int(s) for s in o.responses} for o in contract.operations}
    ours = {bare(row.method, row.path): {row.status, *row.refuses} for row in CONTRACT_ROWS}
    assert published.keys() == ours.keys()
    beyond = {address: statuses - published[address] - {413} for address, statuses in ours.items()}
    assert {address: statuses for address, statuses in beyond.items() if statuses} == {}


def test_an_operation_is_open_to_whom_the_published_contract_names() -> None:
    contract = published_contract()
    if contract is None:
        pytest.skip(NO_CONTRACT)
    # Where the contract lists no roles (any session, or "as for the other address") there is nothing to hold to.
    role = re.compile(r"- `(\w+_(?:ADMIN|CLINICIAN))`")
    listed = {bare(o.method, o.path): frozenset(role.findall(o.about)) for o in contract.operations}
    named = {address: roles for address, roles in listed.items() if roles}
    ours = {bare(row.method, row.path): row.roles for row in CONTRACT_ROWS}
    assert len(named) > 30
    assert {address: ours[address] for address in named if ours[address] != named[address]} == {}


def test_every_operation_is_documented_with_its_state_change() -> None:
    lines = (ROOT / "docs" / "mock-server.md").read_text().splitlines()
    for row in OPERATIONS:
        address = f"`{row.method} {row.path.removeprefix('/referrals/FHIR')}`"
        found = [line for line in lines if address in line and line.startswith("|")]
        assert any(row.changes in line for line in found), f"{row.api} {address}: {row.changes}"


def test_every_row_describes_itself() -> None:
    described = openapi_document(SECTIONS)
    names = [o["operationId"] for methods in described["paths"].values() for o in methods.values()]
    assert len(set(names)) == len(names) == len(OPERATIONS)
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_pages_need_no_network(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        described = (await http.get("/openapi.json")).json()
        assert described["openapi"] == "3.1.0"
        page = (await http.get("/docs")).text
        assert "<script" not in page and "http://" not in re.sub(r"https?://(fhir|hl7)\S+", "", page)
        assert not re.search(r'(src|href)="(https?:)?//', page)
        for path in described["paths"]:
            assert path in page

    tell(story)


def test_an_answer_that_breaks_the_documents_is_found(tell: Tell) -> None:
    """The hook that holds every answer of this suite to the documents does find fault."""

    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        good = await user.get(f"{STU3}/CodeSystem/PRIORITY")
        documents = [held for held in (HeldToDocuments.own, HeldToDocuments.contract) if held is not None]
        for held in documents:
            held.check(good)
            for broken in (
                httpx.Response(299, request=good.request, headers=good.headers, content=good.content),
                httpx.Response(200, request=good.request, headers=good.headers, json={"resourceType": "Patient"}),
                httpx.Response(200, request=good.request, headers={"content-type": "text/html"}, content=b"<p>"),
            ):
                with pytest.raises(AssertionError):
                    held.check(broken)

    tell(story)
