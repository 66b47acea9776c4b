"""The process that runs one learner's notebook for the grader, and trusts it with nothing.

It runs the cells in order and, at each check, hands the answer to the judge, who lives in another process and
asks for results. It knows no reference answers, so nothing in it is worth forging. What would reach beyond
this one notebook (files of others, other processes, the network, the references) is refused by an audit hook.
That hook is a lock for classrooms, not a sandbox against an expert in CPython; `book/teach.md` says so.
"""

import ast
import builtins
import os
import re
import struct
import sys
import tempfile
import traceback
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from annlib import checks
from annlib.checks import _run, _wire
from annlib.errors import AnnlibError

__all__: list[str] = []

HAND_OVER = "_annlib_hand_over"
"""The name that stands for `check` in the cells, whatever the notebook makes of the name `check`."""

CHECK = re.compile(r"\d\d-\d+")

_FORBIDDEN = (
    "subprocess.Popen os.system os.exec os.fork os.forkpty os.posix_spawn os.spawn os.startfile pty.spawn "
    "os.kill os.killpg signal.pthread_kill resource.setrlimit resource.prlimit os.chdir os.fchdir os.link "
    "os.symlink socket.bind socket.connect socket.sendto socket.sendmsg socket.getaddrinfo "
    "socket.gethostbyname socket.gethostbyaddr urllib.Request gc.get_objects gc.get_referrers "
    "gc.get_referents ctypes.cdata ctypes.cdata/buffer ctypes.string_at ctypes.wstring_at winreg.CreateKey "
    "winreg.SetValue winreg.DeleteKey winreg.DeleteValue _winapi.CreateProcess _winapi.OpenProcess "
    "_winapi.TerminateProcess _winapi.CreateJunction"
)
_CHANGES_FILES = (
    "os.remove os.rename os.rmdir os.mkdir os.truncate os.chmod os.chown os.utime os.setxattr os.removexattr "
    "shutil.copyfile shutil.copymode shutil.copystat shutil.copytree shutil.move shutil.rmtree "
    "shutil.make_archive shutil.unpack_archive sqlite3.connect"
)
_LIBRARY_CALLS = ("openblas", "mkl", "omp_", "bli_", "dl_iterate_phdr", "kmp_")
"""What parts of scikit-learn look up in compiled libraries, to count their threads."""


def _lock(folder: str) -> None:
    """Refuse from now on what reaches beyond the notebook: only in this folder may files be written.

    Not read are the references (``chNN_name.py``, but for figures, explorers and quizzes), and notebooks.
    """

    # What the hook uses is a local of its own: a notebook could replace globals and built-ins.
    def hook(
        event: str,
        arguments: tuple[Any, ...],
        forbidden: frozenset[str] = frozenset(_FORBIDDEN.split()),
        changes: frozenset[str] = frozenset(_CHANGES_FILES.split()),
        library_calls: tuple[str, ...] = _LIBRARY_CALLS,
        drawings: tuple[list[str], ...] = (["plots"], ["explorers"], ["quizzes"]),
        harmless: tuple[str, ...] = ("cpuinfo", "meminfo", "cgroup", "stat", "status"),
        inside: str = os.path.join(folder, ""),
        devices: tuple[str, ...] = (os.devnull, "/dev/null", "nul"),
        writing: int = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND,
        refusal: type[Exception] = PermissionError,
        no_module: type[Exception] = ImportError,
        fsdecode: Any = os.fsdecode,
        is_a: Any = isinstance,
        some: Any = any,
    ) -> None:
        if event in forbidden:
            raise refusal(f"not allowed while notebooks are graded: {event}")
        if event == "import":
            if arguments[0].startswith("annlib.checks.ch"):
                raise no_module("the reference answers are not there while notebooks are graded")
            return
        if event == "ctypes.dlsym":
            if not some(part in f"{arguments[1]}".lower() for part in library_calls):
                raise refusal("not allowed while notebooks are graded: a call into a compiled library")
            return
        if event == "open":
            path, mode, flags = arguments
            if is_a(path, int) or path is None:
                return
            name = path if is_a(path, str) else fsdecode(path)
            parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
            mine = name.startswith(inside) and ".." not in parts
            last = parts[-1] if parts else ""
            if not mine and (
                last.endswith(".ipynb")
                or (last[:2] == "ch" and last[2:4].isdigit() and parts[-2:-1] not in drawings)
                or (parts[:1] == ["proc"] and not last.endswith(harmless))
            ):
                raise refusal(f"not allowed while notebooks are graded: reading {last}")
            writes = some(letter in mode for letter in "wax+") if is_a(mode, str) else (flags or 0) & writing
            beside = is_a(mode, str) and not name.startswith(("/", "\\")) and name[1:2] != ":"
            if writes and name not in devices and not mine and (".." in parts or not beside):
                raise refusal("not allowed while notebooks are graded: writing to a file outside its folder")
        elif event in changes:
            for argument in arguments:
                if is_a(argument, (str, bytes)):
                    name = argument if is_a(argument, str) else fsdecode(argument)
                    if ".." in name or not name.startswith(inside):
                        raise refusal(f"not allowed while notebooks are graded: {event} outside its folder")

    sys.addaudithook(hook)


def _limit_memory(n_bytes: int) -> None:
    """Bound the memory where the system has such a bound (Linux), and the size of files."""
    with suppress(ImportError):
        import resource

        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_AS, (n_bytes, n_bytes))
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**26, 2**26))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _ChecksGoToTheJudge(ast.NodeTransformer):
    """Let ``check("01-2", ...)`` reach the judge even where a notebook has redefined `check`."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0] if node.args else None
        if (
            name == "check"
            and isinstance(first, ast.Constant)
            and isinstance(first.value, str)
            and CHECK.fullmatch(first.value)
        ):
            node.func = ast.copy_location(ast.Name(HAND_OVER, ast.Load()), node.func)
        return node


def do(
    wire: _wire.Wire,
    ability: str,
    target: Any,
    arguments: Any,
    named: Any,
    warnings: Any,
    seconds: float,
) -> Any:
    """Do for the judge what it asks of an object, within the time that is left."""
    action = {"getattr": getattr, "setattr": setattr}.get(ability) or _wire.ABILITIES[ability]
    printed = None
    try:
        with _run.guarded() as printed, _run.under_float_rules(warnings):
            return _run.call_within(seconds, partial(action, target, *arguments, **named))
    finally:
        if printed is not None and printed.getvalue():
            wire.tell("printed", printed.getvalue())


class _Notebook:
    """The notebook while it runs."""

    def __init__(self, wire: _wire.Wire) -> None:
        self.wire = wire
        wire.handlers["do"] = partial(do, wire)
        self.shell = _shell()
        self.shell.ast_transformers.append(_ChecksGoToTheJudge())
        setattr(builtins, HAND_OVER, self.hand_over)

    def hand_over(self, name: str, answer: Any, *_: Any, **__: Any) -> None:
        """Stand in for `check`: the judge asks for what it wants to know, and says nothing here."""
        self.wire.clear()
        with _run.time_stands_still():
            self.wire.ask("check", name, answer)

    def run(self, cells: list[str], skipped: set[int], seconds: float) -> None:
        """Run the cells in order and tell the judge of each that fails."""
        for number, cell in enumerate(cells):
            if number in skipped:
                continue
            self.wire.tell("cell", number)
            with _run.guarded():
                try:
                    result = _run.call_within(seconds, partial(self.shell.run_cell, cell, store_history=True))
                    error = result.error_before_exec or result.error_in_exec
                except BaseException as caught:  # `exit()` in a cell, or the time limit between two lines
                    error = caught
            if error is not None and not isinstance(error, SystemExit):
                text = traceback.format_exception_only(error)[-1].strip()
                if isinstance(error, _run.TimeLimitReached):
                    text = f"the cell was still running after {seconds:g} seconds and was stopped"
                self.wire.tell("failed", number, f"{text[:500]}{_in_words(error)}")
        self.wire.tell("end")


def _in_words(error: BaseException) -> str:
    place = _run.place_of(error)
    return f"\nIt was in {place}" if place else ""


def _shell() -> Any:
    """Return IPython without what a graded notebook has no use for: history, windows, other programs."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))

    def nothing(*_: Any, **__: Any) -> None:
        """Take the place of what needs a screen or another program."""

    for name in ("enable_matplotlib", "enable_gui", "system", "getoutput", "ask_exit"):
        object.__setattr__(shell, name, nothing)
    for name in ("pip", "conda", "uv", "matplotlib"):
        shell.magics_manager.register_function(nothing, "line", name)
    return shell


def _quiet_checks() -> None:
    """Put silent functions in the place of those that a notebook calls besides `check`."""

    def hint(name: str, number: int | None = None) -> None:
        """Say nothing: nobody reads hints here."""

    def progress(path: object = None) -> None:
        """Say nothing: nobody learns here."""

    def gone(*_: Any) -> Any:
        raise AnnlibError("the reference answers are not there while notebooks are graded")

    for name, function in {"hint": hint, "progress": progress, "find": gone, "exercises": gone}.items():
        setattr(checks, name, function)


def main() -> None:
    """Read the notebook from standard input, run it, and talk to the judge."""
    # The wire gets descriptors of its own; what the notebook prints goes nowhere.
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    if sys.platform == "win32":
        import msvcrt

        for pipe in (source, sink):
            msvcrt.setmode(pipe.fileno(), os.O_BINARY)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nowhere, descriptor)

    def send(message: bytes) -> None:
        sink.write(struct.pack("<Q", len(message)) + message)
        sink.flush()

    def receive() -> bytes:
        head = source.read(8)
        if len(head) < 8:
            os._exit(0)  # the judge has gone
        return source.read(struct.unpack("<Q", head)[0])

    wire = _wire.Wire(send, receive, _wire.describe)
    cells, skipped, seconds, memory = map(wire.unpack, wire.listen()[1])
    folder = str(Path(tempfile.gettempdir()).resolve())
    _quiet_checks()
    notebook = _Notebook(wire)
    checks.check = notebook.hand_over
    _limit_memory(memory)
    os.dup2(nowhere, 2)
    _lock(folder)
    notebook.run(cells, set(skipped), seconds)


if __name__ == "__main__":
    main()
