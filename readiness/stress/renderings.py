"""STRESS-DES as Markdown for people, and as plain data for programs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from readiness.stress.items import StressContent, StressDiagram, StressItem, StressTable
from scenarios.protocol.visible_text import visible_line

_CODE = re.compile(r"(`[^`]+`)")
_SIGNS = "\\*_[]|#~"


def stress_markdown(title: str, items: Sequence[StressItem]) -> str:
    """The items under the headings of their sections, with a table or a Mermaid diagram where one stands."""
    lines, section = [f"# STRESS-DES: {_plain(title)}", ""], ""
    for item in items:
        if item.section != section:
            section = item.section
            lines += [f"## {section}", ""]
        lines += [f"### {item.number} {item.title}", ""]
        for content in item.content:
            lines += [*_content(content), ""]
    return "\n".join(lines).rstrip() + "\n"


def stress_data(items: Sequence[StressItem]) -> list[dict[str, Any]]:
    """The items as JSON has them: `section`, `number`, `title` and `content`, a list of one-key objects."""
    return [
        {
            "section": item.section,
            "number": item.number,
            "title": item.title,
            "content": [_data(content) for content in item.content],
        }
        for item in items
    ]


def _data(content: StressContent) -> dict[str, Any]:
    if isinstance(content, StressTable):
        return {"table": {"heads": list(content.heads), "rows": [list(row) for row in content.rows]}}
    return {"mermaid": content.mermaid} if isinstance(content, StressDiagram) else {"text": content}


def _content(content: StressContent) -> Iterator[str]:
    if isinstance(content, StressDiagram):
        yield from ("```mermaid", content.mermaid, "```")
    elif isinstance(content, StressTable):
        yield _row(content.heads)
        yield "|" + "---|" * len(content.heads)
        yield from map(_row, content.rows)
    else:
        yield _plain(content)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_plain, cells))} |"


def _plain(text: str) -> str:
    """A text that is no markup but for what it says is code."""
    parts = _CODE.split(visible_line(" ".join(text.split())))
    return "".join(_code(part) if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _code(part: str) -> str:
    return part.replace("|", "\\|")


def _escaped(part: str) -> str:
    for sign in _SIGNS:
        part = part.replace(sign, f"\\{sign}")
    return part.replace("`", "\\`").replace("<", "&lt;").replace(">", "&gt;")
