"""Which values Faker can draw: the names of its providers' methods that need nothing else."""

from __future__ import annotations

import inspect
from functools import cache

LOCALE = "en_GB"
# what they draw is bytes, or more than one value, or differs each time whatever the seed
_NOT_ONE_VALUE = frozenset(
    [
        "binary",
        "color_hsl",
        "color_hsv",
        "color_rgb",
        "color_rgb_float",
        "cryptocurrency",
        "currency",
        "get_words_list",
        "image",
        "json_bytes",
        "latlng",
        "local_latlng",
        "location_on_land",
        "nic_handles",
        "paragraphs",
        "passport_dates",
        "passport_full",
        "passport_gender",
        "passport_owner",
        "profile",
        "pydict",
        "pyiterable",
        "pylist",
        "pyobject",
        "pyset",
        "pystruct",
        "pytuple",
        "random_choices",
        "random_elements",
        "random_letters",
        "random_sample",
        "sentences",
        "simple_profile",
        "tar",
        "texts",
        "time_series",
        "uuid1",
        "uuid7",
        "words",
        "xml",
        "zip",
    ]
)


@cache
def faker_names() -> frozenset[str]:
    """`email`, `name`, `postcode` and so on."""
    from faker import Faker  # noqa: PLC0415  # 0.2 s that most scenarios can do without

    generator = Faker(LOCALE)._factories[0]
    found = set()
    for provider in generator.providers:
        for name, method in inspect.getmembers(type(provider), inspect.isfunction):
            if not name.startswith("_") and _needs_nothing(method):
                found.add(name)
    return frozenset(found - _NOT_ONE_VALUE)


def _needs_nothing(method: object) -> bool:
    parameters = list(inspect.signature(method).parameters.values())[1:]  # type: ignore[arg-type]
    return all(one.default is not one.empty or one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in parameters)
