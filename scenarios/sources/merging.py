"""One scenario's data laid over another's, key by key.

Mappings merge (but another kind of arrivals or of time replaces the old one), anything else replaces, and `null` takes
a key away. A file lays itself so over what it `extends`; a setting (`--set`, a variant) over the file.
"""

from __future__ import annotations

from typing import Any, Final

from scenarios.quantities.fields import Place

# mappings that name exactly one kind, or one way to give it
_CHOICES: Final = {"arrivals", "time", "work", "think", "gap", "timeout", "patience", "there", "back", "lognormal"}


class Items(dict[int, Any]):
    """What is laid over some items of a list, by their numbers."""


def laid_over(base: Any, over: Any, place: Place = ()) -> Any:
    """`over` laid over `base`, both of which stand at `place`; neither is changed."""
    if isinstance(base, list) and isinstance(over, Items):
        return [laid_over(one, over[number]) if number in over else one for number, one in enumerate(base)]
    if not is_merged(base, over, place):
        return over
    both = {key: laid_over(base[key], value, (*place, key)) if key in base else value for key, value in over.items()}
    laid = {key: both.get(key, value) for key, value in base.items()} | both
    return {key: value for key, value in laid.items() if value is not None}


def replaced(over: Any, base: Any, place: Place) -> bool:
    """Whether what stood at `place` of the base is gone."""
    for number, part in enumerate(place):
        if isinstance(base, list) and isinstance(over, Items):
            if part not in over:
                return False
        elif not is_merged(base, over, place[:number]):
            return True
        elif part not in over or part not in base:
            return False
        over, base = over[part], base[part]
    return False


def is_merged(base: Any, over: Any, place: Place) -> bool:
    """Whether both are mappings that become one. What a variant changes is no mapping of the scenario, but a text of
    changes, in which null stays."""
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return False
    if len(place) == 2 and place[0] == "variants":
        return False
    return not (place and place[-1] in _CHOICES and not set(base) & set(over))
