"""One small launch, rehearsed once for all stories of this folder."""

from __future__ import annotations

import pytest

from tests.fixtures.dossier.rehearsed import Rehearsed


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    return Rehearsed(tmp_path_factory.mktemp("dossier"))
