"""For whom a page is made: which lines come first, and how much stands behind them. The decision, the sentences and the
figures are the same for everybody."""

from __future__ import annotations

from typing import Final, Literal

from dossier.form.dossier import Dossier, DossierLine

Audience = Literal["everybody", "board", "qa", "architect"]
_FIRST: Final[dict[Audience, tuple[str, ...]]] = {
    "qa": ("failures", "untested", "evidence", "conditions", "triggers"),
    "architect": ("breaking", "options", "assumptions", "over"),
}


def arranged(dossier: Dossier, audience: Audience) -> list[tuple[int, DossierLine]]:
    """The lines with their numbers: the decision, then those that the audience asks for, then the others."""
    numbered = [*enumerate(dossier.lines, start=1)]
    order = {name: place for place, name in enumerate(("decision", *_FIRST.get(audience, ())))}
    return sorted(numbered, key=lambda each: order.get(each[1].name, len(order)))


def with_traces(audience: Audience) -> bool:
    """Whether the page says of each figure where it comes from; a board finds it in `dossier.json`."""
    return audience != "board"


def documents(dossier: Dossier, audience: Audience) -> list[str]:
    """The files that an audience goes on with: technical reports, or the scenario item by item."""
    if audience == "qa":
        return [f"{each.folder}/{'report' if each.kind == 'run' else 'answer'}.html" for each in dossier.sources]
    return ["stress-des.md"] if audience == "architect" else []
