"""Run a learner's code so that it can do no harm: on copies, for a limited time, with every error caught.

The time limit works in the main thread of Linux and macOS with the system's alarm, which also ends a sleep.
On Windows and in other threads, a second thread raises the exception in the first. Neither can stop one long
call into compiled code (a product of two huge matrices): Python must get the word first. An interrupt by the
learner (Ctrl-C, the stop button) passes through untouched.
"""

import builtins
import ctypes
import io
import linecache
import signal
import sys
import sysconfig
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import numpy as np

__all__ = [
    "Outcome",
    "TimeLimitReached",
    "call_within",
    "float_rules",
    "guarded",
    "overflow_cannot_be_silenced",
    "place_of",
    "run",
    "under_float_rules",
]


class TimeLimitReached(BaseException):
    """The time limit is over. No `Exception`, so that a learner's ``except Exception`` does not catch it."""


class CannotGoOnError(BaseException):
    """Who should answer is not there any more, so that there is nothing to judge."""


@dataclass(frozen=True)
class Outcome:
    """What came of one call: a value, an error, or nothing within the time limit."""

    value: Any = None
    error: BaseException | None = None
    timed_out: bool = False
    changed: tuple[int, ...] = ()
    """The positions of the inputs that the code changed."""
    printed: str = ""

    @property
    def returned(self) -> bool:
        """Whether there is a value, be it right or wrong."""
        return self.error is None


def run(function: Callable[..., Any], inputs: tuple[Any, ...], seconds: float) -> Outcome:
    """Call a function with copies of the inputs and say what came of it.

    Parameters
    ----------
    function : callable
        Whatever the learner wrote.
    inputs : tuple
        Its arguments; the originals are never touched.
    seconds : float
        After this time the call is stopped.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> run(lambda x: 2 * x, (21,), seconds=1.0).value
    42
    >>> run(lambda x: 1 / x, (0,), seconds=1.0).error
    ZeroDivisionError('division by zero')
    """
    copies = deepcopy(inputs)
    value: Any = None
    error: BaseException | None = None
    with guarded() as printed, np.errstate(all="ignore"):
        try:
            value = _as_it_is_now(call_within(seconds, function, *copies))
        except (KeyboardInterrupt, CannotGoOnError):  # the learner's own wish, or the end of all asking
            raise
        except BaseException as caught:
            error = caught
    changed = tuple(
        index for index, pair in enumerate(zip(inputs, copies, strict=True)) if not _unchanged(*pair)
    )
    return Outcome(value, error, isinstance(error, TimeLimitReached), changed, printed.getvalue())


def _as_it_is_now(value: Any, depth: int = 2) -> Any:
    """Copy the arrays and lists of a result: a function may return the same ones, refilled, the next time."""
    if type(value) is np.ndarray:
        return value.copy()
    if depth and type(value) in (list, tuple):
        kinds = (np.ndarray, list, tuple)
        return type(value)(_as_it_is_now(part, depth - 1) if type(part) in kinds else part for part in value)
    return value


@contextmanager
def guarded() -> Iterator[io.StringIO]:
    """Catch the beginning of what is printed, refuse questions, and be silent about warnings.

    A warning of NumPy on an odd input would only hide the verdict: what is wrong shows in the values.
    """
    with redirect_stdout(_FirstLines()) as printed, _no_questions(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield printed


_NUMPY: dict[str, Callable[..., Any]] = {"errstate": np.errstate, "seterr": np.seterr}
_SILENCE = "may be silenced"


@contextmanager
def overflow_cannot_be_silenced() -> Iterator[None]:
    """Let an overflow raise, even inside a `np.errstate` or after a `np.seterr` of the code that is run.

    The names in `numpy` are exchanged for this time; NumPy's own code does not look them up there.
    """

    def loud(name: str) -> Callable[..., Any]:
        return lambda *arguments, **rules: _NUMPY[name](*arguments, **rules | {"over": "raise"})

    with np.errstate(over="raise"):
        try:
            for name in _NUMPY:
                setattr(np, name, loud(name))
            yield
        finally:
            for name, usual in _NUMPY.items():
                setattr(np, name, usual)


def float_rules() -> dict[str, Any]:
    """Return the rules for floating-point errors that hold here, for `under_float_rules` elsewhere."""
    return {**np.geterr(), _SILENCE: np.errstate is _NUMPY["errstate"]}


@contextmanager
def under_float_rules(rules: dict[str, Any]) -> Iterator[None]:
    """Let the rules hold that `float_rules` returned, in this process or in another."""
    rules = dict(rules)
    silence = rules.pop(_SILENCE)
    with np.errstate(**rules), nullcontext() if silence else overflow_cannot_be_silenced():
        yield


def _unchanged(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        same_form = before.shape == after.shape and before.dtype == after.dtype
        return same_form and bool(before.tobytes() == after.tobytes())
    if isinstance(before, tuple | list):  # the weights of several layers
        return len(before) == len(after) and all(map(_unchanged, before, after))
    return bool(before == after)


@contextmanager
def _no_questions() -> Iterator[None]:
    """Let `input` say why it makes no sense here, where nobody would see what it asks for."""

    def refuse(*_: object) -> str:
        raise EOFError(
            "nobody types anything while an answer is checked. "
            "Take the numbers from the function's arguments."
        )

    usual = builtins.input
    builtins.input = refuse
    try:
        yield
    finally:
        builtins.input = usual


class _FirstLines(io.StringIO):
    """What the code prints, up to a limit: a loop that prints must not fill the memory."""

    limit = 2000

    def write(self, text: str) -> int:
        if self.tell() < self.limit:
            super().write(text[: self.limit])
        return len(text)


# --------------------------------------------------------------------------------------- the time limit


def call_within(seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
    """Return ``function(*arguments)``, or raise `TimeLimitReached` when it takes too long.

    Parameters
    ----------
    seconds : float
        The limit, more than 0.
    function : callable
        What is called.
    *arguments
        Its arguments.

    Returns
    -------
    object
        What the function returned.

    Raises
    ------
    TimeLimitReached
        From the line where the function was when its time was over.

    Examples
    --------
    >>> call_within(1.0, max, 3, 4)
    4
    """
    has_alarm = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    watch = _Alarm(seconds) if has_alarm else _WatchingThread(seconds)
    try:
        watch.start()
        return function(*arguments)
    finally:
        watch.stop()


UNSTOPPABLE: set[str] = set()
"""Files of ours that called code may come through, and that must not be left half-way."""


def _is_ours(frame: FrameType | None) -> bool:
    # The exception may be raised only in code that was called, never in the lines here that clean up.
    if frame is None or frame.f_code.co_filename == __file__:
        return True
    while frame is not None and frame.f_code is not call_within.__code__:
        if frame.f_code.co_filename in UNSTOPPABLE:
            return True
        frame = frame.f_back
    return False


class _Alarm:
    """The system's alarm clock.

    It goes off again and again at ever other moments, so that a bare ``except:`` around the body of an
    endless loop swallows one exception but not all.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = max(seconds, 1e-3)
        self.pauses = cycle(0.00002 * step for step in range(1, 50))
        self.on = True

    def start(self) -> None:
        self.previous = signal.signal(signal.SIGALRM, self.ring)
        self.started = time.monotonic()
        self.others, _ = signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def ring(self, _number: int, frame: FrameType | None) -> None:
        if not self.on:  # this ring was already under way when the clock was stopped
            return
        signal.setitimer(signal.ITIMER_REAL, next(self.pauses))
        if not _is_ours(frame):
            raise TimeLimitReached

    def stop(self) -> None:
        self.on = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.previous)
        if self.others:  # an alarm around this one goes on
            left = self.others - (time.monotonic() - self.started)
            signal.setitimer(signal.ITIMER_REAL, max(left, 1e-3))


@contextmanager
def time_stands_still() -> Iterator[None]:
    """Let an alarm that is set wait, while code of ours with time limits of its own is at work."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)


class _WatchingThread:
    """A thread that raises the exception in the one that it watches, until that one is out of the call."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.watched = threading.get_ident()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def watch(self) -> None:
        pauses = cycle(0.001 * step for step in range(1, 20))
        pause = self.seconds
        while not self.over.wait(pause):
            if not _is_ours(sys._current_frames().get(self.watched)):
                _raise_in(self.watched, TimeLimitReached)
            pause = next(pauses)

    def stop(self) -> None:
        # An exception that was already under way can still arrive here: take it and go on cleaning up.
        while True:
            try:
                self.over.set()
                self.thread.join()
                _raise_in(self.watched, None)
                return
            except TimeLimitReached:
                continue


def _raise_in(thread: int, exception: type[BaseException] | None) -> None:
    """Let the thread raise the exception at its next step; None takes back what has not been raised yet."""
    what = None if exception is None else ctypes.py_object(exception)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)


# --------------------------------------------------------------------- where in the learner's code it was


def place(traceback: TracebackType | None) -> str:
    """Say which line of the learner's own code a traceback reached last: "line 3 of your cell (In[7])".

    Parameters
    ----------
    traceback : TracebackType or None
        From an exception that `run` caught.

    Returns
    -------
    str
        The place and, on a line of its own, the code; empty when none of the learner's lines is in it.
    """
    found = ""
    while traceback is not None:
        filename = traceback.tb_frame.f_code.co_filename
        if _is_learners(filename):
            found = f"line {traceback.tb_lineno} of {_cell(filename)}"
            source = linecache.getline(filename, traceback.tb_lineno).strip()
            found += f":\n    {source}" if source else ""
        traceback = traceback.tb_next
    return found


def place_of(error: BaseException | None) -> str:
    """Say where in the learner's code an error was raised, here or in the learner's own process."""
    place_there = getattr(error, "learners_place", None)
    return place_there or place(error.__traceback__ if error else None)


_LIBRARIES = tuple(
    Path(folder).resolve()
    for folder in (
        str(Path(__file__).parents[1]),
        *(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    )
)


def _is_learners(filename: str) -> bool:
    if filename.startswith(("<frozen", "<__array_function__")):
        return False
    path = Path(filename).resolve()
    return not any(path.is_relative_to(folder) for folder in _LIBRARIES)


def _cell(filename: str) -> str:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    name = shell.compile.format_code_name(filename) if shell else None
    return f"your cell {name[1]}" if name else "your code"


def clock(seconds: float) -> Callable[[], float]:
    """Return a function that tells how much of the time is left, never less than a moment."""
    end = time.monotonic() + seconds
    return lambda: max(end - time.monotonic(), 0.01)
