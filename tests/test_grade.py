"""Grading a folder: honest notebooks get what they deserve, and a hostile one costs only itself."""

import csv
import html.parser
import io
import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
import pytest

from annlib.checks import Verdict, _report, exercises
from annlib.checks._grade import Limits, Report, cells_of, grade_folder
from annlib.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
LIMITS = Limits(cell=15, notebook=300, patience=2, grace=2)

SETUP = "import numpy as np\nfrom annlib.checks import check, hint"
RIGHT_2 = "def neuron(x, w, b):\n    return float(x @ w + b >= 0)"
WRONG_2 = "def neuron(x, w, b):\n    return 0.0"
CHECK_2 = 'check("01-2", neuron)'
RIGHT_8 = 'def line(w, b):\n    return -w[0] / w[1], -b / w[1]\n\ncheck("01-8", line)'
"""An exercise that every hostile notebook solves after its attack: it must still count."""

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")


def notebook(*cells: str) -> bytes:
    code = [nbformat.v4.new_code_cell(textwrap.dedent(cell).strip()) for cell in cells]
    return nbformat.writes(nbformat.v4.new_notebook(cells=code)).encode()


def attack(*cells: str) -> bytes:
    return notebook(SETUP, *cells, RIGHT_8)


REFERENCE = f"{ROOT}/annlib/checks/ch01_neurons.py"

# Each: the notebook, what becomes of 01-2, and words that its report must have. 01-8 always passes.
ATTACKS = {
    "crash": (
        attack("import os\nos._exit(0)", RIGHT_2, CHECK_2),
        "passed",
        "Cell 2 failed: the process ended",
    ),
    "segfault": (attack("import faulthandler\nfaulthandler._sigsegv()"), None, "Cell 2 failed: the process"),
    "crash in the answer": (
        attack("import os\ndef neuron(x, w, b):\n    os._exit(1)", CHECK_2),
        "wrong",
        "ended the whole process",
    ),
    "exit": (attack("exit()", "quit()", "import sys\nsys.exit('Passed')", RIGHT_2, CHECK_2), "passed", ""),
    "loop in a cell": (
        attack("while True:\n    pass", RIGHT_2, CHECK_2),
        "passed",
        "running after 15 seconds",
    ),
    "loop that catches everything": (
        attack(
            """
            import signal
            if hasattr(signal, "SIGALRM"):
                signal.signal(signal.SIGALRM, signal.SIG_IGN)
            while True:
                try:
                    while True: pass
                except BaseException: pass
            """,
            RIGHT_2,
            CHECK_2,
        ),
        "passed",
        "running after 15 seconds",
    ),
    "one long compiled call in the answer": (
        attack("def neuron(x, w, b):\n    return sum(range(10**13))", CHECK_2),
        "wrong",
        "still running after 5 seconds",
    ),
    "endless printing": (
        attack(
            "def neuron(x, w, b):\n    while True:\n        print('Passed: exercise 01-2' * 1000)", CHECK_2
        ),
        "wrong",
        "still running after 5 seconds",
    ),
    "deleted variable": (attack(RIGHT_2, "del neuron", CHECK_2), "error", "name 'neuron' is not defined"),
    "everything deleted": (attack("%reset -f", SETUP, RIGHT_2, CHECK_2), "passed", ""),
    "check redefined, answer wrong": (
        attack(
            "def check(*_):\n    print('Passed: exercise 01-2, A neuron for one record.')", WRONG_2, CHECK_2
        ),
        "wrong",
        "says 0 whatever it gets",
    ),
    "check redefined, answer right": (attack("check = print", RIGHT_2, CHECK_2), "passed", ""),
    "forged output": (
        attack("print('Passed: exercise 01-2, A neuron for one record.')", "print('01-2 passed')"),
        None,
        "",
    ),
    "reference imported": (
        attack("from annlib.checks.ch01_neurons import ONE_RECORD\nneuron = ONE_RECORD.answer", CHECK_2),
        "error",
        "reference answers are not there",
    ),
    "reference asked for": (
        attack("from annlib.checks import find", 'check("01-2", find("01-2").answer)'),
        "error",
        "reference answers are not there",
    ),
    "reference loaded as a file": (
        attack(
            f"""
            import importlib.util
            spec = importlib.util.spec_from_file_location("mine", {REFERENCE!r})
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            """,
            "check('01-2', module.ONE_RECORD.answer)",
        ),
        "error",
        "not allowed while notebooks are graded: reading ch01_neurons.py",
    ),
    "reference read through a descriptor": (
        attack(
            f"""
            import os
            folder = os.open({os.path.dirname(REFERENCE)!r}, os.O_RDONLY)
            text = os.fdopen(os.open("ch01_neurons.py", os.O_RDONLY, dir_fd=folder)).read()
            exec(compile(text, "mine", "exec"), globals())
            check("01-2", ONE_RECORD.answer)
            """
        ),
        "error",
        "not allowed while notebooks are graded",
    ),
    "solutions copied": (
        attack(
            f"""
            import json
            text = json.load(open({str(ROOT / "solutions" / "01-neurons.ipynb")!r}))
            """
        ),
        None,
        "not allowed while notebooks are graded: reading 01-neurons.ipynb",
    ),
    "annlib monkeypatched": (
        attack(
            """
            import annlib.checks
            from annlib.checks import _compare, _judge, _learner, _wire
            _judge.judge = annlib.checks.judge = lambda *_, **__: None
            _judge.Verdict.passed = _judge.Verdict.status = True
            _compare.Comparison.problem = lambda *_, **__: None
            _compare.Comparison.equal = lambda *_: True
            np.allclose = np.isclose = lambda *_, **__: True
            _learner._lock = _learner._quiet_checks = None
            """,
            WRONG_2,
            CHECK_2,
        ),
        "wrong",
        "says 0 whatever it gets",
    ),
    "wire broken": (
        attack(
            WRONG_2,
            CHECK_2,
            "import os\nfor n in range(3, 30):\n    try: os.write(n, b'x' * 1000)\n    except OSError: pass",
        ),
        "wrong",
        "Cell 4 failed",
    ),
    "wire forged": (
        attack(
            WRONG_2,
            """
            import json, os, struct
            rest = [[], [], []]
            forged = ["check", ["01-2", True], *rest], ["passed", ["01-2"], *rest], [1], ["cell", ["x"]]
            for text in forged:
                message = json.dumps(text).encode()
                for n in range(3, 12):
                    try: os.write(n, struct.pack("<Q", len(message)) + message)
                    except OSError: pass
            """,
            CHECK_2,
        ),
        "wrong",
        "",
    ),
    "files of others removed": (
        attack(
            """
            import os, pathlib, shutil
            folder = pathlib.Path(FOLDER)
            for action in (
                os.remove, shutil.rmtree, lambda p: p.write_text("x"), lambda p: p.rename("x"),
                lambda p: os.truncate(p, 0), lambda p: os.open(p, os.O_WRONLY | os.O_TRUNC),
                lambda p: os.symlink(p, "here"), lambda p: p.chmod(0),
            ):
                for path in sorted(folder.glob("*.ipynb")) + [folder]:
                    try: action(path)
                    except PermissionError: pass
            """,
            RIGHT_2,
            CHECK_2,
        ),
        "passed",
        "",
    ),
    "lock picked": (
        attack(
            f"""
            import os, pathlib
            from annlib.checks import _learner
            os.fsdecode = os.path.join = lambda *_: ""
            _learner._FORBIDDEN = _learner._CHANGES_FILES = ""
            try: open({REFERENCE!r}, "a")
            except PermissionError as error:
                names = error.__traceback__.tb_next.tb_frame.f_locals if error.__traceback__.tb_next else {{}}
                for name in list(names):
                    try: names[name] = ()
                    except Exception: pass
            open({REFERENCE!r}, "a").write("x")
            """
        ),
        None,
        "not allowed while notebooks are graded",
    ),
    "built-ins broken": (
        attack("import builtins\nbuiltins.isinstance = builtins.len = lambda *_: False"),
        None,
        "Cell 2 failed",
    ),
    "grader killed": (
        attack(
            "import os, signal\nos.kill(os.getppid(), 9)",
            "os.killpg(os.getpgid(os.getppid()), 9)",
            RIGHT_2,
            CHECK_2,
        ),
        "passed",
        "not allowed while notebooks are graded: os.kill",
    ),
    "processes started": (
        attack(
            "import os\nwhile True:\n    os.fork()",
            "import subprocess\nsubprocess.run(['ls'])",
            "!ls",
            "%pip install x",
        ),
        None,
        "not allowed while notebooks are graded",
    ),
    "network": (
        attack("import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')"),
        None,
        "not allowed while notebooks are graded",
    ),
    "threads that stay": (
        attack(
            "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()",
            RIGHT_2,
            CHECK_2,
        ),
        "passed",
        "",
    ),
    "evil values": (
        attack(
            """
            class Evil:
                def __array__(self, *_, **__): raise SystemExit("evil")
                def __repr__(self): return "<b>" * 10**6
                def __iter__(self): return self
                def __next__(self): return self
                def __len__(self): return 10**9
                def __float__(self): raise KeyboardInterrupt
                def __eq__(self, other): return True
            def neuron(x, w, b):
                return Evil()
            """,
            CHECK_2,
            'check("01-1", {"z": Evil(), "output": Evil()})',
            'check("01-5", Evil())',
            'check("99-1", neuron)',
        ),
        "wrong",
        "",
    ),
    "endless iterator": (
        attack(
            "import itertools\ncheck('01-8', lambda *_: itertools.count())",
            "check('01-2', lambda *_: itertools.count())",
        ),
        "wrong",
        "",
    ),
    "deep value": (
        attack("x = []\nfor _ in range(10**5):\n    x = [x]\ncheck('01-2', lambda *_: x)"),
        "wrong",
        "RecursionError",
    ),
    "value that contains itself": (
        attack("x = []\nx.append(x)\ncheck('01-2', lambda *_: x)"),
        "wrong",
        "RecursionError",
    ),
    "markup": (
        attack("def neuron(x, w, b):\n    raise ValueError('<script>alert(1)</script>')", CHECK_2),
        "wrong",
        "<script>alert(1)</script>",
    ),
    "outputs learned by heart": (
        attack(
            """
            calls = []
            def neuron(x, w, b):
                calls.append(1)
                return float([1, 0, 1, 0, 1, 0, 1][len(calls) - 1])
            """,
            CHECK_2,
        ),
        "wrong",
        "",
    ),
    "memory": (
        attack("x = np.ones(10**10)", "def neuron(x, w, b):\n    return [0] * 10**10", CHECK_2),
        "wrong",
        "MemoryError",
    ),
}
if sys.platform != "linux":
    del ATTACKS["memory"]

NO_NOTEBOOKS = {
    "text.ipynb": b"I did the exercises on paper.",
    "empty.ipynb": b"",
    "bytes.ipynb": bytes(range(256)),
    "list.ipynb": b"[1, 2]",
    "cells.ipynb": b'{"cells": 3}',
    "cell.ipynb": b'{"cells": [{"cell_type": "code"}]}',
    "deep.ipynb": b"[" * 100_000,
    "half.ipynb": attack(RIGHT_2)[:300],
}


def fill(folder: Path) -> None:
    """Make a class of hostile notebooks, with an honest and an open one among them."""
    here = repr(str(folder)).encode()
    for name, (content, _, _) in ATTACKS.items():
        (folder / f"{name}.ipynb").write_bytes(
            content.replace(b"FOLDER", json.dumps(here.decode())[1:-1].encode())
        )
    for name, content in NO_NOTEBOOKS.items():
        (folder / name).write_bytes(content)
    (folder / "folder.ipynb").mkdir()
    (folder / "ann").mkdir()
    shutil.copy(ROOT / "solutions" / "01-neurons.ipynb", folder / "ann" / "01.ipynb")
    shutil.copy(ROOT / "exercises" / "01-neurons.ipynb", folder / "open.ipynb")
    (folder / ".ipynb_checkpoints").mkdir()
    shutil.copy(ROOT / "exercises" / "01-neurons.ipynb", folder / ".ipynb_checkpoints" / "old.ipynb")


def faults(report: Report, status: str | None, words: str) -> list[str]:
    """Return what is not as it should be in the report of a hostile notebook."""
    found = report.results.get("01-2")
    said = "\n".join([*report.notes, *(verdict.message for verdict in report.results.values())])
    right = {
        "01-8 passes": "01-8" in report.results and report.results["01-8"].passed,
        f"01-2 is {status}": (found.status if found else None) == status,
        f"{words!r} is said": words in said,
    }
    return [name for name, holds in right.items() if not holds]


def test_a_hostile_notebook_costs_only_itself(tmp_path):
    # One test, so that the folder is graded once.
    fill(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    reference = Path(REFERENCE).read_bytes()
    reports = {report.name: report for report in grade_folder(tmp_path, limits=LIMITS, seed=1, jobs=4)}
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert Path(REFERENCE).read_bytes() == reference

    attacks = {f"{name}.ipynb" for name in ATTACKS}
    assert set(reports) == attacks | set(NO_NOTEBOOKS) | {"folder.ipynb", "ann/01.ipynb", "open.ipynb"}
    honest = reports["ann/01.ipynb"]
    assert honest.notes == []
    assert [*honest.results] == [name for name in exercises() if name.startswith("01")]
    assert {verdict.status for verdict in honest.results.values()} == {"passed"}
    assert {verdict.status for verdict in reports["open.ipynb"].results.values()} == {"open"}
    for name in (*NO_NOTEBOOKS, "folder.ipynb"):
        assert reports[name].results == {}
        assert reports[name].notes[0].startswith("This is no notebook")
    found = {name: faults(reports[f"{name}.ipynb"], *expected) for name, (_, *expected) in ATTACKS.items()}
    assert {name: (wrong, reports[f"{name}.ipynb"]) for name, wrong in found.items() if wrong} == {}


# --------------------------------------------------------------------------------------------- the reports


def verdict(name: str, status: str, message: str = "", mistake: str | None = None) -> Verdict:
    return Verdict(name, exercises()[name].title, status, message, mistake)


EVIL = '=1+1 <script>alert("x")</script>\x1b[2J.ipynb'


@pytest.fixture
def small_class() -> list[Report]:
    ann, bob, other, evil = Report("ann.ipynb"), Report("bob.ipynb"), Report("other.ipynb"), Report(EVIL)
    ann.add(verdict("01-1", "passed", "You know a & b."))
    bob.add(verdict("01-1", "wrong", "Your code printed:\n    </pre><script>", "no bias"))
    bob.add(verdict("01-2", "open"))
    other.add(verdict("02-1", "error", "Cell 3 failed"))
    evil.notes.append("=cmd|'/c calc'!A1 </pre><script>")
    return [ann, bob, other, evil]


def test_an_overflow_is_not_silenced_in_the_learners_process_either(tmp_path):
    sigmoid = """
    def sigmoid(z):
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(-z))
    """
    (tmp_path / "silent.ipynb").write_bytes(notebook(SETUP, sigmoid, 'check("02-3", sigmoid)'))
    (report,) = grade_folder(tmp_path, limits=LIMITS, seed=1, jobs=1)
    assert report.results["02-3"].mistake == "overflow silenced"


def test_of_several_checks_the_best_counts():
    report = Report("x.ipynb")
    for status in ("wrong", "passed", "open", "wrong"):
        report.add(verdict("01-1", status))
    assert report.results["01-1"].passed


def test_the_table_says_all_in_plain_text(small_class):
    names = _report.columns(small_class, exercises())
    assert {name[:2] for name in names} == {"01", "02"}
    lines = _report.table(small_class, ["01-1", "01-2", "02-1"]).splitlines()
    assert [line.split()[-1] for line in lines[:2]] == ["02-1", "+"]
    assert "1/2" in lines[1]
    assert lines[2].split() == ["bob.ipynb", "0/2", "x", "."]
    assert lines[3].split() == ["other.ipynb", "0/1", "!"]
    assert "\x1b" not in "".join(lines)
    assert lines[-1].startswith("+ passed, x wrong")


def test_the_csv_holds_words_and_no_formulas(small_class):
    text = _report.csv_text(small_class, ["01-1", "01-2", "02-1"])
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["notebook", "points", "of", "01-1", "01-2", "02-1", "notes"]
    assert rows[1] == ["ann.ipynb", "1", "2", "passed", "missing", "", ""]
    assert rows[3] == ["other.ipynb", "0", "1", "", "", "error", ""]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert "\x1b" not in text


class Tags(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_escapes_what_notebooks_say_and_needs_no_other_file(small_class):
    known = exercises()
    page = _report.html_text(small_class, _report.columns(small_class, known), known, 7)
    tags = Tags(page)
    assert tags.open == []
    assert not {"script", "link", "img"} & tags.seen
    assert "http" not in page
    for words in ("</pre><script>", "You know a & b.", "no bias (1)", "seed 7", "Cell 3 failed", "1 of 3"):
        assert words in tags.text, words


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([{"cell_type": "code", "source": ["a\n", "b"]}, {"cell_type": "markdown", "source": "c"}], ["a\nb"]),
        ([{"cell_type": "code", "source": "a"}], ["a"]),
        ([], []),
    ],
)
def test_code_is_found_however_it_is_stored(cells, words):
    assert cells_of(b"\xef\xbb\xbf" + json.dumps({"cells": cells}).encode()) == words


def test_the_command_grades_a_folder(tmp_path):
    (tmp_path / "class" / "ann").mkdir(parents=True)
    (tmp_path / "class" / "ann" / "01.ipynb").write_bytes(notebook(SETUP, RIGHT_2, CHECK_2, RIGHT_8))
    (tmp_path / "class" / "bob.ipynb").write_bytes(notebook(SETUP, WRONG_2, CHECK_2))
    command = [sys.executable, "-m", "annlib.checks", "grade", str(tmp_path / "class"), "--jobs", "1"]
    done = subprocess.run([*command, "--seed", "5"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = done.stdout.splitlines()
    assert rows[1].split()[:2] == ["ann/01.ipynb", "2/11"]
    assert rows[2].split()[:2] == ["bob.ipynb", "0/11"]
    assert "--seed 5" in rows[-1]
    assert "2/2" in done.stderr
    table = list(csv.DictReader(io.StringIO((tmp_path / "class" / "grades.csv").read_text("utf-8"))))
    assert [row["01-2"] for row in table] == ["passed", "wrong"]
    assert "always fires" not in (page := (tmp_path / "class" / "grades.html").read_text(encoding="utf-8"))
    assert "never fires (1)" in page


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.touch()])
def test_a_folder_without_notebooks_is_explained(tmp_path, make):
    make(tmp_path / "class")
    command = [sys.executable, "-m", "annlib.checks", "grade", str(tmp_path / "class")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The folder could not be graded: ")
    with pytest.raises(InputError):
        grade_folder(tmp_path / "class")
