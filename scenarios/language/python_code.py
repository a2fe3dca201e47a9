"""A journey that is written in Python: where its function stands, or the class of a Locust user."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.language.fields import Part, whole_or

_CHECKSUM = "of the file as it was; a run writes it into its scenario"


class PythonCode(Part):
    """A generator function of a file, which performs the session in place of `steps`."""

    file: str = Field(min_length=1, description="a Python file; a path begins at the scenario's folder")
    function: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="a generator function of the file")
    checksum: str | None = Field(default=None, description=_CHECKSUM)


class LocustCode(Part):
    """A Locust `HttpUser` of a file: each session is one such user, in place of `steps`. It is loaded, not simulated."""

    file: str = Field(min_length=1, description="a locustfile; a path begins at the scenario's folder")
    user: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="a class of the file, a subclass of HttpUser")
    tasks: Annotated[int | Literal["forever"], whole_or("forever", least=1)] = Field(
        description="after so many tasks the session ends; forever: when the user stops itself, or with the run"
    )
    checksum: str | None = Field(default=None, description=_CHECKSUM)
