"""A bar of progress with lines below it, on a terminal that can be drawn on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.progress import Progress
from rich.text import Text


class ProgressWithLines(Progress):
    """Progress whose `lines` stand below its bars."""

    lines: Sequence[Text] = ()

    def get_renderables(self) -> Iterable[RenderableType]:
        """The bars, and the lines."""
        yield from super().get_renderables()
        yield from self.lines
