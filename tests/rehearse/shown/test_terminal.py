"""What reaches a terminal, and what a command does when standard output cannot take it."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text
from typer.testing import CliRunner

from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from rehearse.shown import terminal as terminals
from rehearse.shown.layout import laid_out
from rehearse.shown.showing import plain_table
from rehearse.shown.terminal import Terminal
from scenarios.protocol.visible_text import visible, visible_json, visible_line
from tests.fixtures.places import ROOT
from tests.fixtures.typed import typed

EVIL = """
title: "Evil \\e[31mred [/z] \\u009b2J \\u202e"
about: "one\\ttwo"
period: 0 s to 20 s
service:
  stations: {till: {servers: 3}}
  operations: {serve: {steps: [{use: till, time: 50 ms}]}}
journeys: {visit: {steps: [{call: serve}]}}
populations: {people: {arrivals: {rate: 2 / s}, journey: visit}}
objectives:
  served: {measure: good share, of: serve, at_least: 90 %}
assumptions: ["\\u001b[8mhidden"]
"""


def rehearse(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"NO_COLOR": "1", "COLUMNS": "120", "PYTHONPATH": str(ROOT)} | more.pop("env", {})
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    command = [sys.executable, "-m", "rehearse", *words]
    return subprocess.run(command, text=True, cwd=ROOT, env=environment, timeout=120, check=False, **streams)


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A scenario that would steer the terminal, in a file whose path reads as markup and colours."""
    folder = tmp_path / "[bold]\x1b[31m["
    folder.mkdir()
    path = folder / "z].yaml"
    path.write_text(EVIL)
    return path


def test_a_control_character_is_spelt_out() -> None:
    assert visible("a\x1b[2J\x07\x9b1m\r\tb\u202ec\udcffd\ne") == (
        "a\\x1b[2J\\x07\\x9b1m\\x0d\\x09b\\u202ec\\udcffd\ne"
    )
    assert visible_line("one\ntwo") == "one\\x0atwo"
    assert visible("Łódź – naïve 東京 👩‍⚕️") == "Łódź – naïve 東京 👩‍⚕️"
    text = json.dumps({"title": "a\x1b\x9b\u202e\x7f"}, ensure_ascii=False)
    assert json.loads(visible_json(text)) == json.loads(text)
    assert visible_json(text).isascii()


@pytest.mark.parametrize("command", ["show", "check", "simulate"])
def test_a_scenario_cannot_steer_the_terminal(evil: Path, command: str) -> None:
    more = ["-n", "2", "--processes", "1", "--runs", str(evil.parent)] if command == "simulate" else []
    told, as_json = typed(command, str(evil), *more), typed(command, str(evil), *more, "--json")
    assert told.returncode == as_json.returncode == 0, told.stderr
    assert told.stdout and as_json.stdout
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told.stdout + told.stderr)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", as_json.stdout + as_json.stderr)


def test_the_problems_of_a_scenario_are_a_line_each_whatever_it_says(evil: Path) -> None:
    evil.write_text(EVIL.replace("{rate: 2 / s}", '{rate: "x\\n\\e[2Jno problems"}').replace("serve}]", '"[/q]"}]'))
    told = typed("check", str(evil))
    assert told.returncode == ExitStatus.BAD_CONFIGURATION
    assert len(told.stdout.splitlines()) == 2
    assert all(line.startswith(f"{visible(str(evil))}:") for line in told.stdout.splitlines())
    assert "\x1b" not in told.stdout and told.stderr == ""


OUTPUTS = [["list"], ["list", "--json"], ["--help"], ["check", "first-queue"], ["schema"]]
QUICK = OUTPUTS[0], OUTPUTS[2]  # as Rich prints and as Typer does


@pytest.mark.parametrize("why", ["Broken pipe", "No space left on device"])
@pytest.mark.parametrize(
    "words", [pytest.param(words, marks=() if words in QUICK else pytest.mark.long) for words in OUTPUTS]
)
def test_a_standard_output_that_is_full_or_has_no_reader_is_one_message_and_a_status(
    words: list[str], why: str
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    output = os.open("/dev/full", os.O_WRONLY) if why == "No space left on device" else os.dup(writer)
    os.close(writer)
    told = rehearse(*words, stdout=output)
    os.close(output)
    assert told.returncode == ExitStatus.OUTPUT_LOST
    assert told.stderr == f"standard output cannot be written: {why}\n"


def test_nothing_is_begun_when_standard_output_is_closed(tmp_path: Path) -> None:
    words = f"{sys.executable} -m rehearse simulate first-queue --runs {tmp_path}/runs >&-"
    told = subprocess.run(["sh", "-c", words], stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False, timeout=60)
    assert told.returncode == ExitStatus.OUTPUT_LOST
    assert told.stderr == "standard output cannot be written: it is closed\n"
    assert not (tmp_path / "runs").exists()


def test_a_run_whose_verdict_could_not_be_printed_is_kept_and_named(evil: Path) -> None:
    with open("/dev/full", "wb") as full:
        told = rehearse(
            "simulate", str(evil), "-n", "2", "--processes", "1", "--runs", str(evil.parent / "runs"), stdout=full
        )
    assert told.returncode == ExitStatus.OUTPUT_LOST
    (folder,) = (evil.parent / "runs").iterdir()
    assert (folder / "report.html").exists()
    assert f"the run is in {visible(str(folder))}\n" in told.stderr


@pytest.mark.parametrize("closing", ["2>&-", "2>/dev/full"])
def test_a_standard_error_that_nobody_reads_changes_nothing(closing: str, evil: Path) -> None:
    words = f"{sys.executable} -m rehearse simulate '{evil}' -n 2 --processes 1 --runs '{evil.parent}/runs' --json"
    told = subprocess.run(["sh", "-c", f"{words} {closing}"], capture_output=True, cwd=ROOT, check=False, timeout=60)
    assert told.returncode == ExitStatus.OBJECTIVES_MET
    assert json.loads(told.stdout)["verdict"] == "met"


def test_a_terminal_that_knows_ascii_only_is_told_in_ascii() -> None:
    told = rehearse("show", "launch-morning", env={"PYTHONIOENCODING": "ascii"})
    assert told.returncode == 0, told.stderr
    assert told.stdout.isascii() and "unbounded  -" in told.stdout
    as_json = rehearse("show", "launch-morning", "--json", env={"PYTHONIOENCODING": "ascii"})
    plainly = CliRunner().invoke(app, ["show", "launch-morning", "--json"])
    assert json.loads(as_json.stdout) == json.loads(plainly.stdout)


LOADING = """
import sys

slow = sys.argv.pop(1)

class Slow:
    def find_spec(self, name, *_):
        if name == slow:
            print("loading", flush=True)
            while True:
                pass

sys.meta_path.insert(0, Slow())
from rehearse.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("module", "number"),
    [
        ("typer", signal.SIGINT),
        ("rehearse.running.performing", signal.SIGINT),
        ("rehearse.running.performing", signal.SIGTERM),
        ("typer", signal.SIGHUP),
    ],
)
def test_ctrl_c_while_the_program_is_still_loading_is_an_interruption(module: str, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LOADING, module, "simulate", "first-queue"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loading\n"
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == ExitStatus.INTERRUPTED
    assert said == "interrupted\n"


WORKING = """
import os, signal, sys, time
from rehearse.shown.interruption import end_at_once, interrupt_work

signal.signal(signal.SIGHUP, getattr(signal, sys.argv[1]))
end_at_once()
interrupt_work()
try:
    print("working", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    os.write(2, b"what is left to say")
    print("and the report")
"""


@pytest.mark.parametrize("before", ["SIG_DFL", "SIG_IGN"])
def test_a_terminal_that_is_closed_interrupts_work_which_goes_on_to_its_report(before: str) -> None:
    """Unless it was started with `nohup`: then it takes SIGTERM."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", WORKING, before], stdout=subprocess.PIPE, stderr=theirs, text=True, cwd=ROOT
    ) as process:
        os.close(theirs)
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        if before == "SIG_DFL":
            os.close(ours)  # what is written there now is an error
        process.send_signal(signal.SIGHUP)
        if before == "SIG_IGN":
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.2)
            process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "and the report\n"
    assert process.returncode == 0
    if before == "SIG_IGN":
        assert os.read(ours, 100) == b"what is left to say"
        os.close(ours)


LEAVING = """
import time
from rehearse.shown.interruption import end_with, interrupt_work

interrupt_work()
end_with(3)
print("over", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_over_keeps_its_status(number: signal.Signals) -> None:
    """While Python puts its things away a signal was an error of its own, with another status."""
    with subprocess.Popen([sys.executable, "-c", LEAVING], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "over\n"
        process.send_signal(number)
    assert process.returncode == 3


@pytest.mark.parametrize("module", ["rehearse", "loadtests"])
def test_it_says_which_version_it_is(module: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", module, "--version"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert re.fullmatch(r"[\w-]+ \d+\.\d+\.\d+\n", told.stdout)


def lines(part: object, width: int) -> list[str]:
    console = Console(width=width, no_color=True)
    with console.capture() as captured:
        console.print(laid_out(part, console))
    return [line.rstrip() for line in captured.get().replace("\ue000", " ").splitlines()]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_no_line_ends_inside_a_figure(width: int) -> None:
    table = plain_table("Objective", "Limit", "Forecast", "95 % interval", "Verdict")
    table.add_row(
        "practices can log on", "at least 99 %, in at least 80 % of launches", "1,626", "0 s to 1.55 s", "met"
    )
    table.add_row(Text("quick"), "at most 300 / s", "< 0.1 ms", "12 ms to 90 ms", Text("missed", style="red"))
    told = "\n".join(lines(table, width))
    assert all(len(line) <= width for line in told.splitlines())
    for figure in ("99 %", "80 %", "1,626", "0 s", "1.55 s", "300 / s", "< 0.1 ms", "12 ms", "90 ms", "95 %"):
        assert figure in told


def test_a_table_that_is_too_wide_is_shown_row_by_row() -> None:
    table = plain_table("Station", "Servers", "Longest wait")
    table.add_row("hospital-systems", "2,000", "–")
    table.add_row("identity", "16", "1 min 30 s")
    assert lines(table, 24) == [
        "hospital-systems",
        "  Servers: 2,000",
        "identity",
        "  Servers: 16",
        "  Longest wait: 1 min",
        "30 s",
    ]


def test_progress_in_plain_text_says_what_of_how_much(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(terminals, "_PLAIN_EVERY_S", 0.0)
    with Terminal().step("forecast of 20 launches", 20) as step:
        step.at(11, "launch 11 of 20, 4,512 requests")
    assert capsys.readouterr().err.splitlines() == [
        "forecast of 20 launches …",
        "forecast of 20 launches: launch 11 of 20, 4,512 requests",
        "forecast of 20 launches: done in 0 s",
    ]
