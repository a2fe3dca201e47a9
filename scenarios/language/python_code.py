"""A journey that is written in Python: where its function stands."""

from __future__ import annotations

from pydantic import Field

from scenarios.language.fields import Part


class PythonCode(Part):
    """A generator function of a file, which performs the session in place of `steps`."""

    file: str = Field(min_length=1, description="a Python file; a path begins at the scenario's folder")
    function: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="a generator function of the file")
    checksum: str | None = Field(default=None, description="of the file as it was; a run writes it into its scenario")
