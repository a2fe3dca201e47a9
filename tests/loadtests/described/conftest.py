"""The shop, served once for all that a module tries on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.shop.served_shop import ServedShop, served_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedShop]:
    with served_shop(tmp_path_factory.mktemp("shop")) as served:
        yield served
