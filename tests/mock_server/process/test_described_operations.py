"""The mock answers operations that say their request at their own method and path."""

from __future__ import annotations

import asyncio

import httpx

from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.process.application import create_app
from mock_server.storage.store import Store
from scenarios.language.service import OperationSpecification
from tests.fixtures.mock_server.mock_client import InstantModel

OPERATIONS = {
    "op_basket": {"http": {"path": "/basket/{sku}/of-{user}", "json": {}}, "expect": {"status": [201, 200]}},
    "op_page": {"http": {"path": "/page"}},
    "op_next": {"http": {"path": "{place}"}, "expect": {"status": "2xx"}},
    "op_health": {"http": {"path": "/health"}},
}


def test_a_described_operation_is_served_at_its_path_and_takes_its_time(
    store: Store, directory: SyntheticDirectory
) -> None:
    model = InstantModel()
    described = {name: OperationSpecification.model_validate(one) for name, one in OPERATIONS.items()}

    async def story() -> None:
        app = create_app(model, store, directory, described=described)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mock") as http:
            basket = await http.post("/basket/4711/of-me", headers={"Accept": "text/html"}, json={})
            page, onward = await http.get("/page?x=1"), await http.get("/none")
            assert [basket.status_code, page.status_code, onward.status_code] == [201, 200, 200]
            assert basket.json() == {"operation": "op_basket", "outcome": "good"}
            assert {one.headers["X-Rehearsal-Outcome"] for one in (basket, page, onward)} == {"good"}
            assert (await http.get("/basket/4711/of-me")).status_code == 405
            elsewhere = await http.put("/somewhere/else", headers={"X-Rehearsal-Operation": "op_page"})
            assert elsewhere.json() == {"operation": "op_page", "outcome": "good"}  # where a function sends it
            assert (await http.get("/page", headers={"X-Rehearsal-Operation": "unknown"})).status_code == 200
            model.outcome = "busy"
            assert (await http.get("/page")).status_code == 503
            assert "status" in (await http.get("/health")).json()  # the mock's own

    asyncio.run(story())
    assert [name for name, _ in model.performed] == ["op_basket", "op_page", "op_next", "op_page", "op_page", "op_page"]
