"""There are no appointment slots."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.effects.effect import EVERY, Effect, Only
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.outcomes import NO_SLOT
from scenarios.language.registry import FAULTS, Misfit, Surroundings


@FAULTS.kind("supply", rank=1)
class NoSlots(Aimed, ServiceKind):
    """There are no appointment slots. Bookings are refused; where all are, searches show none either.

    Without `operations`, bookings are those whose API call is A016 and whose action is book.
    """

    def words(self) -> str:
        return "no appointment slots"

    def contradictions(self, scenario: Surroundings, name: str) -> Iterator[Misfit]:
        books = any(operation.action == "book" for operation in scenario.service.operations.values())
        if not (self.operations or books):
            yield (), "needs `operations`: the scenario has no call that is A016 book"

    def begin(self, effect: Effect) -> None:
        """Bookings are refused once they have been looked into."""
        if self.share == 1.0 and not (self.populations or self.regions):
            effect.hide_slots()
        bookings = EVERY if self.operations else Only(apis=frozenset({"A016"}), action="book")
        effect.change_answers(("no-slot",), NO_SLOT, only=bookings, decides=True)
