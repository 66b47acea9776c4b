"""The record of done and tried exercises: kept where a learner works, and whole after a crash."""

import json
import subprocess
import sys

import pytest

from annlib import checks
from annlib.checks import _progress, check, exercises, progress

RIGHT = {name: exercise.answer for name, exercise in exercises().items()}


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ANNLIB_PROGRESS", raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "somewhere.ipynb")
    return tmp_path / "progress.jsonl"


def test_a_check_is_recorded_and_shown(file, capsys):
    check("01-2", lambda x, w, b: 0.0)
    check("01-2", RIGHT["01-2"])
    check("01-3", lambda *arguments: None)
    check("01-4", ...)
    assert _progress.read(file) == {"01-2": "done", "01-3": "tried"}
    capsys.readouterr()
    progress()
    shown = capsys.readouterr().out
    assert shown.startswith(f"1 of {len(RIGHT)} exercises are done.")
    row = next(line for line in shown.splitlines() if "01 neurons" in line)
    assert row.split()[2:] == ["1", "1", str(sum(name.startswith("01") for name in RIGHT) - 2)]
    assert shown.rstrip().endswith(f"Next: 01-1, {exercises()['01-1'].title}.")


def test_once_done_is_done(file, capsys):
    check("01-2", RIGHT["01-2"])
    check("01-2", lambda x, w, b: 0.0)
    assert _progress.read(file) == {"01-2": "done"}


def test_all_done(file, capsys):
    file.write_text("\n".join(json.dumps({"exercise": name, "status": "done"}) for name in RIGHT))
    progress()
    assert "You have done them all." in capsys.readouterr().out


@pytest.mark.parametrize("kept", range(0, 60, 7))
def test_an_interrupted_write_costs_one_line_only(file, kept, capsys):
    check("01-2", RIGHT["01-2"])
    whole = file.read_bytes()
    check("01-3", lambda *arguments: None)
    torn = file.read_bytes()[len(whole) :][:kept]
    file.write_bytes(whole + torn)
    check("01-5", RIGHT["01-5"])
    assert _progress.read(file) == {"01-2": "done", "01-5": "done"}


def test_lines_of_others_are_passed_over(file):
    lines = [
        b"\xff\xfe",
        b"[1]",
        b"7",
        b"null",
        b'{"exercise": ["01-1"], "status": "done"}',
        b'{"status": "done"}',
    ]
    lines += [b'{"exercise": "01-1", "status": "great"}', b'{"exercise": "01-2", "status": "tried"}']
    file.write_bytes(b"\n".join(lines))
    assert _progress.read(file) == {"01-2": "tried"}


def test_no_record_where_nobody_learns(file, monkeypatch, capsys):
    monkeypatch.delenv("JPY_SESSION_NAME")
    check("01-2", RIGHT["01-2"])
    monkeypatch.setenv("JPY_SESSION_NAME", "somewhere.ipynb")
    monkeypatch.setenv("ANNLIB_PROGRESS", "off")
    check("01-2", RIGHT["01-2"])
    assert not list(file.parent.iterdir())
    progress()
    assert capsys.readouterr().out.count("0 of ") == 1


def test_another_file(file, tmp_path, monkeypatch, capsys):
    other = tmp_path / "mine.jsonl"
    monkeypatch.setenv("ANNLIB_PROGRESS", str(other))
    check("01-2", RIGHT["01-2"])
    assert not file.exists()
    assert _progress.read(other) == {"01-2": "done"}
    progress()
    assert "1 of " in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_to_is_said_and_the_answer_still_judged(file, monkeypatch, capsys):
    monkeypatch.setenv("ANNLIB_PROGRESS", str(file / "in" / "no" / "folder"))
    check("01-2", RIGHT["01-2"])
    out = capsys.readouterr().out
    assert out.startswith("Passed: exercise 01-2")
    assert "Your progress was not recorded" in out


def test_the_command(file, capsys):
    check("01-2", RIGHT["01-2"])
    run = subprocess.run(
        [sys.executable, "-m", "annlib.checks", "progress", str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("1 of ")
    assert checks.progress is progress
