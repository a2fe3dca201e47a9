"""A file of measured values is read as it was meant, or refused in one sentence that says where and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.measured.unusable import UnusableValuesError
from scenarios.measured.values import BYTES_MOST, read_values


def values_of(folder: Path, text: str, column: str | None = None) -> list[float]:
    path = folder / "calls.csv"
    path.write_bytes(text.encode())
    return list(map(float, read_values(path, column)))


def refusal(folder: Path, text: str, column: str | None = None) -> str:
    with pytest.raises(UnusableValuesError) as error:
        values_of(folder, text, column)
    return str(error.value).replace(f"{folder}/", "")


def test_one_number_a_line_with_or_without_a_heading(tmp_path: Path) -> None:
    assert values_of(tmp_path, "12\n3.5\n\n# a remark\n1e2\n") == [12.0, 3.5, 100.0]
    assert values_of(tmp_path, "\ufeffduration_ms\r\n12\r\n0\r\n") == [12.0, 0.0]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_column_of_a_csv_file_is_taken_by_its_heading(tmp_path: Path, separator: str) -> None:
    lines = [["call", "ms", "status"], ['"create, twice"' if separator == "," else "create", "12.5", "201"]]
    assert values_of(tmp_path, "\n".join(separator.join(line) for line in lines), "ms") == [12.5]


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", None, "calls.csv holds no values"),
        ("ms\n", None, "calls.csv holds no values"),
        ("# nothing\n\n", None, "calls.csv holds no values"),
        ("ms\n1\nn/a\n", None, "calls.csv:3: found 'n/a'; allowed is a number from 0, such as 12.5"),
        ("1\n-2\n", None, "calls.csv:2: found '-2'; allowed is a number from 0, such as 12.5"),
        ("1\nnan\n", None, "calls.csv:2: found 'nan'; allowed is a number from 0, such as 12.5"),
        ("1\ninf\n", None, "calls.csv:2: found 'inf'; allowed is a number from 0, such as 12.5"),
        ("a,b\n1,2\n1,2,5\n", "b", "calls.csv:3: found '1,2,5'; allowed is a number from 0, such as 12.5"),
        ("1,5\n2,5\n", None, "calls.csv has 2 columns and no headings; give one number a line, as 1.5"),
        ("ms\n1,5\n", None, "calls.csv:2: found '1,5'; allowed is a number from 0, such as 12.5"),
        ("a,b\n1,2\n", None, "calls.csv has several columns; say which with `column`: one of a, b"),
        ("call,ms\n1,2\n", "m", "calls.csv has no column 'm'; allowed is one of call, ms; did you mean 'ms'?"),
    ],
)
def test_what_is_no_list_of_durations_is_refused_with_its_line(
    tmp_path: Path, text: str, column: str | None, said: str
) -> None:
    assert refusal(tmp_path, text, column) == said


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableValuesError, match=r"none.csv cannot be read: No such file"):
        read_values(tmp_path / "none.csv")
    with pytest.raises(UnusableValuesError, match="cannot be read: Is a directory"):
        read_values(tmp_path)
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(UnusableValuesError, match="cannot be read: it is no UTF-8 text"):
        read_values(tmp_path / "picture.csv")


def test_a_file_that_would_fill_the_memory_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.csv").open("wb") as large:
        large.truncate(BYTES_MOST + 1)
    with pytest.raises(UnusableValuesError, match=r"is larger than 64 MB; take a sample of it"):
        read_values(tmp_path / "large.csv")
