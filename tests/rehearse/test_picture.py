"""`rehearse show`: what a scenario says of service times, journeys, patience and changes, and its picture."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from loadtests.safety.refused import RefusedError
from rehearse.cli import app
from tests.fixtures.scenarios.small_scenarios import SHOP


def show(*words: str) -> Result:
    """The command in this process, as wide as any line."""
    return CliRunner().invoke(app, ["show", *words], prog_name="rehearse", env={"NO_COLOR": "1", "COLUMNS": "400"})


@pytest.fixture
def variant(tmp_path: Path) -> Path:
    """A shop with another till, a fault and a shorter patience."""
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    path = tmp_path / "variant.yaml"
    path.write_text(
        "extends: shop\ntitle: A larger shop\nservice: {stations: {till: {servers: 5}, store: {queue: null}}}\n"
        "faults: {slow: {during: 10 s to 20 s, slowdown: {factor: 2}}}\n",
        encoding="utf-8",
    )
    return path


def test_the_text_names_service_times_journeys_and_patience() -> None:
    text = show("launch-morning").stdout
    assert "holds app, and meanwhile uses identity for 701 ms, then uses database for 15 ms" in text
    assert "log-on; choose-role; roles (may fail: the session goes on); thinks 4.67 s in the mean; worklist" in text
    assert "patience: no new try after 5 min; who gives up: the referral goes to paper" in text


def test_the_text_says_what_a_variant_changes(variant: Path) -> None:
    changed = [line for line in show(str(variant)).stdout.splitlines() if line.startswith(("Extends", "Changed"))]
    assert [line.strip() for line in changed] == [
        "Extends shop.",
        "Changed: service.stations.till.servers: 5 instead of 2",
        "Changed: service.stations.store.queue: left out, was 3",
        "Changed: faults.slow: {during: 10 s to 20 s, slowdown: {factor: 2}} (new)",
    ]


def test_the_picture_is_a_file_with_what_is_changed(variant: Path, tmp_path: Path) -> None:
    picture = tmp_path / "shop.svg"
    ended = show(str(variant), "--picture", str(picture))
    assert ended.exit_code == 0
    assert f"picture: {picture}" in ended.stderr.replace("\n", "")
    assert "A larger shop" in ended.stdout
    texts = [each.text for each in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text")]
    assert "What it changes of shop:" in texts
    assert "service.stations.till.servers: 5 instead of 2" in texts


def test_a_picture_of_another_kind_is_refused_before_anything_is_written(variant: Path, tmp_path: Path) -> None:
    ended = show(str(variant), "--picture", str(tmp_path / "shop.png"))
    assert ended.exit_code == 2
    assert "ends in .svg" in ended.stderr
    assert not (tmp_path / "shop.png").exists()


def test_a_picture_that_cannot_be_written_says_why(variant: Path, tmp_path: Path) -> None:
    error = show(str(variant), "--picture", str(tmp_path / "nowhere" / "shop.svg")).exception
    assert isinstance(error, RefusedError)
    assert "shop.svg: cannot be written (No such file or directory)" in str(error)
