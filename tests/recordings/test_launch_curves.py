"""Each launch as itself: thin curves that are kept of all of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recordings.launch_curves import CURVE_POINTS, curves_of, read_curves, together_curves, write_curves
from recordings.run_folder import DamagedFileError
from scenarios.language.outcomes import ENDS, GOOD, OUTCOMES
from scenarios.language.reading import read_text
from simulations.launch import simulate_launch
from tests.fixtures.scenarios.small_scenarios import SHOP


def test_curves_hold_what_each_launch_recorded_and_stay_thin() -> None:
    scenario = read_text(SHOP.replace("title:", "window: 0.25 s\ntitle:"))
    launches = [simulate_launch(scenario, 1, number) for number in range(3)]
    assert launches[0].form.windows > CURVE_POINTS
    curves = together_curves([curves_of(launch, ENDS, OUTCOMES[GOOD]) for launch in launches])
    assert curves is not None
    assert (curves.launches, curves.good.shape[1] <= CURVE_POINTS) == (3, True)
    for number, launch in enumerate(launches):
        answered = (curves.good[number] * np.diff(curves.edges_s)).sum()
        assert answered == pytest.approx(launch.response.by_outcome()[:, GOOD].sum(), rel=1e-5)
    assert (curves.offered >= curves.good).all()


def test_curves_come_back_from_their_file(tmp_path: Path) -> None:
    curves = curves_of(simulate_launch(read_text(SHOP), 1, 0), ENDS, OUTCOMES[GOOD])
    path = tmp_path / "launches.npz"
    write_curves(curves, path)
    again = read_curves(path)
    for name in ("edges_s", "offered", "good"):
        np.testing.assert_array_equal(getattr(again, name), getattr(curves, name))
    assert together_curves([]) is None


@pytest.mark.parametrize("harm", [lambda whole: whole[:-40], lambda whole: b"no archive", lambda whole: b""])
def test_a_damaged_file_is_named(tmp_path: Path, harm) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "launches.npz"
    write_curves(curves_of(simulate_launch(read_text(SHOP), 1, 0), ENDS, OUTCOMES[GOOD]), path)
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(DamagedFileError, match=r"launches\.npz: no curves of launches"):
        read_curves(path)
