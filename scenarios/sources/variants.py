"""Named sets of changes that a scenario offers: its `variants`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from scenarios.quantities.fields import Name, Part

_KEYED = {
    "type": "object",
    "minProperties": 1,
    "description": "dotted keys of the scenario, such as service.stations.app.servers, with their new values",
}


class Variant(Part):
    """A set of changes, by dotted keys, which is laid over the scenario when it is asked for by name."""

    about: str = Field(default="", description="what is different, and why one would ask")
    settings: Annotated[dict[str, Any], Field(min_length=1), WithJsonSchema(_KEYED)] = Field(
        alias="set", description="keys and their new values; a mapping is laid over what stands there, null takes away"
    )


Variants = dict[Name, Variant]
