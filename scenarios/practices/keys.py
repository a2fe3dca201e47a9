"""The salts of all draws for practices and the people who are followed: two engines draw the same."""

from __future__ import annotations

from typing import Final

from scenarios.behaviour.draws import name_key

TRIES: Final = name_key("tries by habit")
RESPONSE: Final = name_key("what is done about news")
COMES_BACK: Final = name_key("comes back")
AWAY: Final = name_key("time away")
AGAIN: Final = name_key("again")
CHANNEL: Final = name_key("channel")
LOST: Final = name_key("lost on its way")
TAKES: Final = name_key("time on its way")
FORGOTTEN: Final = name_key("forgotten")
REACHES: Final = name_key("news reaches")
BEGAN: Final = name_key("news of a beginning")
ENDED: Final = name_key("news of an end")
