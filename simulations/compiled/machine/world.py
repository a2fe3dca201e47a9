"""A launch under way in memory: one record, and the tables whose addresses it has."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from simulations.compiled.machine import counting
from simulations.compiled.machine.layouts import LAUNCH, NONE, ROOM, TABLES

# tables that grow: how the records that are free are counted, and what grows beside them
_KINDS: Final = {"session": "sessions", "request": "requests", "wish": "wishes", "seen": "seen"}
_MANY: Final = 1 << 20  # for which there is room as soon as it is known that there are many; more when they are needed
_KEPT: Final = 31 << 20  # bytes; of what is 32 MiB and more the C library keeps nothing
_BESIDE: Final = {"session": ("visits", "rounds", "efforts", "guards", "recents"), "request": ("ways", "hedged")}
# tables whose records are written whole when they come into use: whatever stood there before is as good as nothing
_WRITTEN: Final = (
    "sessions", "requests", "wishes", "efforts", "visits", "rounds", "ways", "hedged", "events", "notes",
)  # fmt: skip
LARGE = 1 << 20  # bytes of a table that is kept for launches to come
_spare: dict[str, Any] = {}  # of launches that have ended, the largest of each
_NOBODY: Final = ("first_left", "last_left", "standstill", "in_hand", "expiring", "held_back")


class World:
    """The record `launch` (an array of one) and its `tables` by name, arrays of the records of `layouts`.

    The arrays are kept here for as long as anybody has their addresses.
    """

    def __init__(self, launch: Any, tables: dict[str, Any]) -> None:
        self.launch, self.tables = launch, tables
        self.address = int(launch.ctypes.data)  # where in memory the record of the launch is
        assert set(tables) == set(TABLES), sorted(set(tables) ^ set(TABLES))
        for name in TABLES:
            self.place(name, tables[name])

    @classmethod
    def blank(cls, tables: dict[str, Any]) -> World:
        """A launch in which nothing has happened yet. Memory that nobody has touched is free, and costs nothing."""
        launch = np.zeros(1, dtype=LAUNCH)
        for name in _NOBODY:
            launch[name] = NONE
        for one, many in _KINDS.items():
            launch[f"spare_{many}"] = len(tables[many])
            launch[f"free_{one}"] = 0
        _chain(tables["seen"], 0, NONE)
        return cls(launch, tables)

    def free(self) -> None:
        """Give its memory back, at the end of a launch: who still knows it may not know that the tables are large."""
        for name in _WRITTEN:
            table = self.tables[name]
            whole = table if table.base is None else table.base
            if whole.nbytes >= LARGE and len(whole) > len(_spare.get(name, ())):
                _spare[name] = whole
        self.tables.clear()

    def make_room_for_an_event(self) -> None:
        """One event more, whatever else is to come."""
        self.place("events", self._longer("events", len(self.tables["events"])))

    def is_full(self) -> bool:
        """Whether there is little room for notes."""
        launch = self.launch[0]
        needed = int(launch["room_requests"] - launch["spare_requests"]) + 2 * ROOM * int(launch["goals"] + 1)
        return bool(2 * launch["noted"] > launch["room_notes"] or launch["noted"] + needed >= launch["room_notes"])

    def grow(self, *, ahead: bool = False) -> None:
        """Twice the room of whatever is scarce; or (`ahead`) so much that all who are under way may begin anew."""
        launch, tables = self.launch[0], self.tables
        while ahead and 2 * launch["spare_requests"] < launch["room_requests"]:
            self._more("request", "requests")
        while ahead and launch["spare_wishes"] < launch["room_requests"]:
            self._more("wish", "wishes")
        for one, many in _KINDS.items():
            if launch[f"spare_{many}"] < ROOM * (launch["goals"] if one == "wish" else 1):
                self._more(one, many)
        needed = int(launch["room_requests"] - launch["spare_requests"]) + ROOM * int(launch["goals"] + 1)
        # of notes there are to be many, where all are counted that there were
        for name, held in (("events", int(launch["events"])), ("notes", len(tables["notes"]) // 2)):
            if held + needed >= len(tables[name]):
                self.place(name, self._longer(name, len(tables[name]) + needed))

    def widen(self) -> None:
        """Twice the room of counts where it is scarce: of blocks of groups, and of strips of counts."""
        launch, tables = self.launch[0], self.tables
        if launch["used_blocks"] >= launch["room_blocks"]:
            self.place("groups", _longer(tables["groups"], len(tables["groups"])))
            launch["room_blocks"] *= 2
        if 2 * launch["used_strips"] >= launch["room_strips"]:
            old, counts = tables["strips"], tables["counts"]
            self.place("strips", np.zeros(2 * len(old), dtype=old.dtype))
            self.place("counts", _longer(counts, len(counts)))
            counting.move_strips(self.address, old.ctypes.data, len(old))

    def _more(self, one: str, many: str) -> None:
        """Twice as many and more. The new ones are free, and follow the last of the old ones."""
        launch, held = self.launch, self.tables[many]
        times = 2
        if one == "seen":
            more = _longer(held, len(held))
            _chain(more, len(held), int(launch["free_seen"][0]))
            launch["free_seen"] = len(held)
        else:  # where many are under way at once, all may be: memory that nobody has touched costs nothing
            times = max(2, min(int(launch["sessions"][0]), _MANY) // len(held) + 1)
            more = self._longer(many, (times - 1) * len(held))
        launch[f"spare_{many}"] += len(more) - len(held)
        self.place(many, more)
        for name in _BESIDE.get(one, ()):
            self.place(name, self._longer(name, (times - 1) * len(self.tables[name])))

    def _longer(self, name: str, by: int) -> Any:
        """A table with so many records more: in memory that an earlier launch of this process had for it, if that is
        enough, for what comes from the system comes page by page."""
        held = self.tables[name]
        whole = _spare.pop(name, held.base) if name in _WRITTEN else None
        if whole is None or len(whole) < len(held) + by:
            return _longer(held, by)
        longer = whole[: len(held) + by]
        if whole is not held.base:
            longer[: len(held)] = held
        return longer

    def place(self, name: str, table: Any) -> None:
        """A table has another place in memory."""
        self.tables[name] = table
        self.launch[f"at_{name}"] = table.ctypes.data
        if f"room_{name}" in (LAUNCH.names or ()):
            self.launch[f"room_{name}"] = len(table)


def keep_what_is_freed() -> None:
    """Have the C library keep arrays that are freed for those that come: it gives back to the system what is large, and
    from there it comes back page by page, which takes longer than a launch takes with it. Once something so large has
    been freed, glibc keeps what is no larger; others have rules of their own."""
    np.empty(_KEPT, dtype=np.uint8)


def _chain(table: Any, first: int, last: int) -> None:
    """The records from the first on are free, each with the number of the next."""
    table["next"][first:] = np.arange(first + 1, len(table) + 1)
    table["next"][-1] = last


def _longer(held: Any, by: int) -> Any:
    longer = np.zeros(len(held) + by, dtype=held.dtype)
    longer[: len(held)] = held
    return longer
