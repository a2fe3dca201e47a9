"""Files that sessions use: rows, of which each is given one (customers, passwords, articles), and Python code."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from scenarios.quantities.fields import Part, whole_or

_CHECKSUM: Final = "of the file as it was; a run writes it into its scenario"


class FoundRows(Part):
    """What a file held when the scenario was read. A run writes it into its scenario; nobody else needs to."""

    columns: list[str]
    rows: int = Field(ge=1)
    checksum: str


class DataFeed(Part):
    """A CSV, JSON or Parquet file with a row for each session. `{customers.email}` is a column of its row.

    Sessions are those whose journeys use the feed, in the order of their starts, whichever worker performs them.
    """

    file: str = Field(min_length=1, description="a CSV file with headings, JSON (a list of objects) or Parquet")
    use: Literal["sequential", "random", "unique"] = Field(
        default="sequential",
        description="sequential: row after row, from the first again; random: drawn for each session; unique: row after"
        " row, none twice",
    )
    ends: Literal["repeat", "stop"] | None = Field(
        default=None,
        description="sessions beyond the last row: begin again, or have none. unique can only stop, random never ends",
    )
    found: FoundRows | None = Field(default=None, description="what the file held; a run writes it into its scenario")

    @model_validator(mode="after")
    def _whole(self) -> DataFeed:
        if self.use == "unique" and self.ends == "repeat":
            raise ValueError("`use: unique` gives no row twice: leave `ends` out, or write `use: sequential`")
        if self.use == "random" and self.ends is not None:
            raise ValueError("`use: random` has no end; leave `ends` out")
        return self

    @property
    def repeats(self) -> bool:
        """Whether it begins again after its last row."""
        return self.ends != "stop" and self.use != "unique"


class PythonCode(Part):
    """A generator function of a file, which performs the session in place of `steps`."""

    file: str = Field(min_length=1, description="a Python file; a path begins at the scenario's folder")
    function: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="a generator function of the file")
    checksum: str | None = Field(default=None, description=_CHECKSUM)


class LocustCode(Part):
    """A Locust `HttpUser` of a file: each session is one such user. It is loaded, not simulated."""

    file: str = Field(min_length=1, description="a locustfile; a path begins at the scenario's folder")
    user: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="a class of the file, a subclass of HttpUser")
    tasks: Annotated[int | Literal["forever"], whole_or("forever", least=1)] = Field(
        description="after so many tasks the session ends; forever: when the user stops itself, or with the run"
    )
    checksum: str | None = Field(default=None, description=_CHECKSUM)
