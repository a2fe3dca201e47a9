"""What practices and people reckon with, as machine code: the very text of `scenarios.practices.formulas`."""

from __future__ import annotations

from scenarios.practices import formulas
from simulations.compiled.machine.jit import copies

_made = copies(formulas)
after_a_failure, after_a_success, is_used = (_made[name] for name in ("after_a_failure", "after_a_success", "is_used"))
may_look_s, at_screen_s, delay_s = (_made[name] for name in ("may_look_s", "at_screen_s", "delay_s"))
