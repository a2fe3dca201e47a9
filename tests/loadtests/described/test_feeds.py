"""A row for each session, whichever worker performs it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from loadtests.described.feeds import feeds, short_feeds
from loadtests.target.refusal import TargetNotUsableError
from scenarios.behaviour.schedule import schedule
from scenarios.language.reading import read, read_text
from scenarios.language.scenario import Scenario
from scenarios.measured.rows import read_rows
from scenarios.measured.unusable import UnusableValuesError
from scenarios.sources.problems import ScenarioError

SCENARIO = """
title: Rows
period: 0 s to 10 s
data: {customers: {FEED}}
service:
  operations:
    with: {http: {path: "/{customers.user}"}}
    without: {http: {path: /}}
journeys:
  one: {steps: [{call: with}]}
  other: {steps: [{call: without}]}
populations:
  others: {arrivals: {rate: 3 / s}, journey: other}
  customers: {arrivals: {rate: 5 / s, spacing: even}, journey: one}
"""
ROWS = [{"user": f"user{number}", "age": number} for number in range(40)]


def scenario(folder: Path, feed: str = "file: customers.csv, use: sequential", rows: int = 40) -> Scenario:
    text = "\n".join(["user,age", *(f"{one['user']},{one['age']}" for one in ROWS[:rows])])
    (folder / "customers.csv").write_text(text, encoding="utf-8")
    (folder / "customers.json").write_text(json.dumps(ROWS[:rows]), encoding="utf-8")
    pq.write_table(pa.table({"user": [one["user"] for one in ROWS[:rows]]}), folder / "customers.parquet")
    path = folder / "rows.yaml"
    path.write_text(SCENARIO.replace("FEED", feed), encoding="utf-8")
    return read(str(path))


def rows_of(there: Scenario, workers: int = 1) -> dict[int, str | None]:
    """By session of the schedule, the user that it is, as each worker works it out for itself."""
    found: dict[int, str | None] = {}
    for worker in range(workers):
        whole = schedule(there, 1)
        feed = feeds(there, whole)["customers"]
        mine = whole.share(worker, workers)
        for population, number, key in zip(mine.population, mine.number, mine.keys, strict=True):
            if population == 1:
                row = feed.row_of(int(number), int(key))
                found[int(number)] = row[0] if row else None
    return dict(sorted(found.items()))


@pytest.mark.parametrize("use", ["sequential", "random", "unique"])
def test_a_row_does_not_depend_on_the_number_of_workers(tmp_path: Path, use: str) -> None:
    there = scenario(tmp_path, f"file: customers.csv, use: {use}")
    assert rows_of(there) == rows_of(there, 2) == rows_of(there, 7)


def test_rows_go_to_those_who_use_them_in_the_order_of_their_starts(tmp_path: Path) -> None:
    users = list(rows_of(scenario(tmp_path)).values())
    assert len(users) == 50
    assert users == [f"user{number % 40}" for number in range(50)]


def test_unique_rows_are_given_once_and_then_there_are_none(tmp_path: Path) -> None:
    there = scenario(tmp_path, "file: customers.csv, use: unique")
    assert list(rows_of(there).values()) == [*(f"user{number}" for number in range(40)), *[None] * 10]
    (sentence,) = short_feeds(there, schedule(there, 1))
    assert sentence.startswith("data.customers has 40 rows for 50 sessions") and "the last 10" in sentence


def test_a_part_of_the_day_begins_with_the_first_row(tmp_path: Path) -> None:
    there = scenario(tmp_path)
    late = schedule(there, 1).between(5.0, 10.0)
    number = next(int(n) for n, population in zip(late.number, late.population, strict=True) if population == 1)
    row = feeds(there, late)["customers"].row_of(number, 0)
    assert row is not None and row[0] == "user0"


def test_rows_that_are_drawn_are_drawn_evenly(tmp_path: Path) -> None:
    users = list(rows_of(scenario(tmp_path, "file: customers.csv, use: random", rows=2)).values())
    assert 15 <= users.count("user0") <= 35  # of 50: 25 ± 2.8 standard deviations


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_each_kind_of_file_gives_the_same_rows(tmp_path: Path, kind: str) -> None:
    assert list(rows_of(scenario(tmp_path, f"file: customers.{kind}")).values())[:2] == ["user0", "user1"]


def test_a_file_that_has_changed_since_is_refused(tmp_path: Path) -> None:
    there = scenario(tmp_path)
    (tmp_path / "customers.csv").write_text("user,age\nsomebody,5\n", encoding="utf-8")
    with pytest.raises(TargetNotUsableError, match="is not the file with which this run began"):
        feeds(there, schedule(there, 1))


def test_odd_files_are_read_as_they_were_meant(tmp_path: Path) -> None:
    """With lines before the headings, a byte order mark and semicolons; and texts that are bytes, as Spark has them."""
    odd, by_spark = tmp_path / "odd.csv", tmp_path / "by-spark.parquet"
    odd.write_text('\ufeff\r\n"user";age\r\n"a ""b""; c";\r\n', encoding="utf-8")
    assert (read_rows(odd).columns, read_rows(odd).rows) == (("user", "age"), [('a "b"; c', "")])
    pq.write_table(pa.table({"user": [b"J\xc3\xb6rg", None]}), by_spark)
    assert read_rows(by_spark).rows == [("Jörg",), (None,)]
    pq.write_table(pa.table([[1], [2]], names=["a", "a"]), by_spark)
    with pytest.raises(UnusableValuesError, match="each column needs a heading of its own; found a, a"):
        read_rows(by_spark)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("c.csv", "", "holds no rows"),
        ("c.csv", "user,age\n", "holds no rows"),
        ("c.csv", "user,user\na,b\n", "each column needs a heading of its own"),
        ("c.csv", "user,age\na\n", "line 2 has 1 cells, the headings 2"),
        ("c.csv", 'user,age\na,"5\nb,6\n', "line 3 is no row of a CSV file: unexpected end of data"),
        ("c.json", '{"user": 1}', "it must be a list of objects"),
        ("c.json", "[", "it is no JSON"),
        ("c.parquet", "x", "it is no Parquet file"),
        ("c.txt", "x", "is of no kind that is known"),
        ("none.csv", None, "cannot be read: No such file"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    text = SCENARIO.replace("FEED", f"file: {tmp_path / name}")
    with pytest.raises(ScenarioError) as error:
        read_text(text)
    assert str(error.value).startswith("scenario.yaml:4: data.customers.file: ") and said in str(error.value)
