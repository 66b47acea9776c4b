"""Copying the exercises for the learner: nothing is overwritten, whatever happens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

sys.path.insert(0, str(ROOT / "tools"))
import copy_exercises  # noqa: E402
from copy_exercises import copy_missing  # noqa: E402


@pytest.fixture
def folders(tmp_path):
    source = tmp_path / "exercises"
    source.mkdir()
    (source / "01-a.ipynb").write_text("one")
    (source / "02-b.ipynb").write_text("two")
    return source, tmp_path / "work"


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_all_are_copied_into_a_new_folder(folders):
    source, work = folders
    assert copy_missing(source, work) == (["01-a.ipynb", "02-b.ipynb"], [])
    assert contents(work) == {"01-a.ipynb": "one", "02-b.ipynb": "two"}


def test_a_file_that_is_there_is_never_touched(folders):
    source, work = folders
    work.mkdir()
    (work / "01-a.ipynb").write_text("my answers")
    (work / "notes.txt").write_text("my notes")
    before = (work / "01-a.ipynb").stat()
    for _ in range(2):
        copied, kept = copy_missing(source, work)
        assert "01-a.ipynb" in kept
        assert "01-a.ipynb" not in copied
    assert contents(work) == {"01-a.ipynb": "my answers", "02-b.ipynb": "two", "notes.txt": "my notes"}
    assert (work / "01-a.ipynb").stat().st_mtime_ns == before.st_mtime_ns


def test_a_newer_exercise_does_not_replace_the_learners(folders):
    source, work = folders
    copy_missing(source, work)
    (source / "01-a.ipynb").write_text("a newer edition")
    assert copy_missing(source, work) == ([], ["01-a.ipynb", "02-b.ipynb"])
    assert contents(work)["01-a.ipynb"] == "one"


def test_an_empty_file_and_a_broken_link_are_the_learners_too(folders):
    source, work = folders
    work.mkdir()
    (work / "01-a.ipynb").write_text("")
    (work / "02-b.ipynb").symlink_to(work / "elsewhere")
    assert copy_missing(source, work) == ([], ["01-a.ipynb", "02-b.ipynb"])
    assert (work / "01-a.ipynb").read_text() == ""
    assert (work / "02-b.ipynb").is_symlink()


def test_a_file_that_appears_meanwhile_is_kept(folders, monkeypatch):
    source, work = folders
    write = Path.write_bytes

    def write_and_be_overtaken(path, data):
        write(path, data)
        (work / "01-a.ipynb").write_text("saved by Jupyter just now")

    monkeypatch.setattr(Path, "write_bytes", write_and_be_overtaken)
    _, kept = copy_missing(source, work)
    assert "01-a.ipynb" in kept
    assert contents(work)["01-a.ipynb"] == "saved by Jupyter just now"


def test_without_links_too_nothing_is_overwritten(folders, monkeypatch):
    def no_links(*_):
        raise PermissionError("this file system has no links")

    monkeypatch.setattr(os, "link", no_links)
    source, work = folders
    work.mkdir()
    (work / "01-a.ipynb").write_text("my answers")
    assert copy_missing(source, work) == (["02-b.ipynb"], ["01-a.ipynb"])
    assert contents(work) == {"01-a.ipynb": "my answers", "02-b.ipynb": "two"}
    with pytest.raises(FileExistsError):
        copy_exercises._rename_to_free_name(source / "01-a.ipynb", work / "01-a.ipynb")


def test_an_interrupted_copy_leaves_no_half_notebook_and_is_completed(folders, monkeypatch):
    source, work = folders
    write = Path.write_bytes

    def write_half_and_die(path, data):
        write(path, data[: len(data) // 2])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", write_half_and_die)
    with pytest.raises(KeyboardInterrupt):
        copy_missing(source, work)
    monkeypatch.undo()
    assert not list(work.glob("*.ipynb"))
    assert copy_missing(source, work) == (["01-a.ipynb", "02-b.ipynb"], [])
    assert contents(work) == {"01-a.ipynb": "one", "02-b.ipynb": "two"}


def test_the_command_says_what_it_did(folders):
    source, work = folders
    command = [sys.executable, str(ROOT / "tools" / "copy_exercises.py"), "--root", str(source.parent)]

    def call():
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert call().stdout == "Copied work/01-a.ipynb.\nCopied work/02-b.ipynb.\n"
    (work / "02-b.ipynb").unlink()
    again = call().stdout
    assert again.startswith("Copied work/02-b.ipynb.\nKept your work/01-a.ipynb as it is.\n")
    for path in source.iterdir():
        path.unlink()
    empty = call()
    assert empty.returncode == 1
    assert "no exercises" in empty.stderr


def test_the_chapters_come_along_and_are_the_learners_too(folders):
    source, work = folders
    book = source.parent / "book"
    book.mkdir()
    (book / "01-a.ipynb").write_text("chapter")
    command = [sys.executable, str(ROOT / "tools" / "copy_exercises.py"), "--root", str(source.parent)]
    subprocess.run(command, check=True, capture_output=True)
    copy = work / "chapters" / "01-a.ipynb"
    assert copy.read_text() == "chapter"
    copy.write_text("chapter, with my own notes")
    subprocess.run(command, check=True, capture_output=True)
    assert copy.read_text() == "chapter, with my own notes"


def test_a_file_in_the_place_of_the_folder_is_explained(folders):
    source, work = folders
    work.write_text("not a folder")
    command = [sys.executable, str(ROOT / "tools" / "copy_exercises.py"), "--root", str(source.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The notebooks could not be copied to work/: ")
    assert work.read_text() == "not a folder"
