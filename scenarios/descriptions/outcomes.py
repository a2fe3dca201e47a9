"""How requests end, in words and colours: the same in the report, on the game-day page and on a terminal.

The colours of each scheme are told apart by every eye, and stand out from the paper of that scheme.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple


class OutcomeLook(NamedTuple):
    """An outcome in words, and its colour on light and on dark paper."""

    words: str
    light: str
    dark: str


# in the order in which bands lie on each other
OUTCOME_LOOKS: Final = {
    "good": OutcomeLook("answered well", "#238d8b", "#52c198"),
    "late": OutcomeLook("answered late", "#b863ff", "#f63db4"),
    "timeout": OutcomeLook("timed out", "#c6822f", "#d49108"),
    "busy": OutcomeLook("turned away at once", "#d42700", "#d83b1f"),
    "rate_limited": OutcomeLook("rate limited (429)", "#ff39a6", "#ad836d"),
    "left_queue": OutcomeLook("taken out of a queue", "#4c0804", "#fdd6b2"),
    "error": OutcomeLook("answered with an error", "#89249f", "#9740b0"),
    "conflict": OutcomeLook("refused: somebody else changed it", "#5b52d9", "#9b61eb"),
    "logged_out": OutcomeLook("refused: session lost", "#92132c", "#ffa4da"),
    "no_slot": OutcomeLook("refused: slot gone", "#647049", "#b5cf57"),
    "refused": OutcomeLook("no connection", "#202638", "#d7eaff"),
    "unfinished": OutcomeLook("open at the end", "#445562", "#646870"),
    "not_started": OutcomeLook("never sent", "#878cc9", "#9294e5"),
    "held_back": OutcomeLook("held back by the client", "#0f376a", "#2092aa"),
    "not_let_in": OutcomeLook("never let in from the waiting room", "#050122", "#7fff1d"),
}
ENDING_WORDS: Final = {name: look.words for name, look in OUTCOME_LOOKS.items()}
IN_LINE_WORDS: Final = "told to wait in line"  # no end of a request: people in the waiting room, who come back
PERCENTILE_WORDS: Final = {"p50": "median", "p95": "95 %", "p99": "99 %"}


def colour_properties(scheme: Literal["light", "dark"]) -> str:
    """The colours of the scheme `light` or `dark` as custom properties of CSS: `--good: #238d8b; …`."""
    return " ".join(
        f"--{name}: {look.light if scheme == 'light' else look.dark};" for name, look in OUTCOME_LOOKS.items()
    )
