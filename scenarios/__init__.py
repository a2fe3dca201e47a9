"""The scenario language and what is drawn from it. The kinds of faults and defences are registered first, for the
language is made of them."""

from scenarios.discovery import register_kinds

register_kinds()
