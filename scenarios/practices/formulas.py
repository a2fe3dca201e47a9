"""What practices and people reckon with, one number at a time: the same text for both engines, which the compiled one
makes machine code of.

A failed try takes a habit h of the way down to its floor f, a good one of the way up to 1:

    h ← h − failure · (h − f)        h ← h + success · (1 − h)

which is the linear operator model of learning (R. R. Bush and F. Mosteller, *Stochastic Models for Learning*, 1955,
ch. 3). So 0 ≤ f ≤ h ≤ 1 at every moment.
"""

from __future__ import annotations

_LIKELY = 0.5  # who would rather try than not uses the system


def after_a_failure(habit: float, floor: float, failure: float) -> float:
    """A habit after a failed try."""
    return max(floor, habit - failure * (habit - floor))


def after_a_success(habit: float, success: float) -> float:
    """A habit after a good try."""
    return min(1.0, habit + success * (1.0 - habit))


def is_used(habit: float) -> bool:
    """Whether a practice with this habit would rather try the system than not."""
    return habit >= _LIKELY


def may_look_s(now_s: float, not_before_s: float, next_piece_s: float, believed_s: float) -> float:
    """From when on a practice may look at what it holds: a failed try keeps it from that, its rate, and what it has
    heard."""
    return max(now_s, not_before_s, next_piece_s, believed_s)


def at_screen_s(took_s: float, thinking_s: float, retrying_s: float, in_line_s: float) -> float:
    """How long somebody sat at a screen waiting for answers, of a session that took so long."""
    return max(0.0, took_s - (thinking_s + retrying_s + in_line_s))


def delay_s(arose_s: float, at_s: float) -> float:
    """From when a referral arose until it is somewhere."""
    return max(0.0, at_s - arose_s)
