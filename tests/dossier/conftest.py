"""One small launch, rehearsed once for all stories of this folder."""

from __future__ import annotations

import pytest

from dossier.evidence.evidence import DossierEvidence
from tests.fixtures.dossier.rehearsed import Rehearsed


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    return Rehearsed(tmp_path_factory.mktemp("dossier"))


@pytest.fixture
def launch(rehearsed: Rehearsed) -> DossierEvidence:
    """The launch alone: nothing was asked, nothing typed."""
    return rehearsed.evidence(rehearsed.launch)


@pytest.fixture
def whole(rehearsed: Rehearsed) -> DossierEvidence:
    """All that was rehearsed, asked and typed."""
    return rehearsed.whole()
