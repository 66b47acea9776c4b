"""Draw the pictures of all explorers ahead, on all processors: ``python -m annlib.explorers``.

The book's build calls it before it executes the notebooks, which then find their pictures in the cache. It
says how long each explorer took, so that it also tells which one is slow.
"""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import annlib.explorers
from annlib.explorers import Explorer
from annlib.explorers._explorer import Value
from annlib.explorers._frames import frames_folder

__all__ = ["main", "make", "modules", "names"]

_AT_ONCE = 24
"""Pictures a task: few enough to share them out evenly, enough that neighbors share a training run."""


def modules() -> list[str]:
    """Return the short names of the modules with the course's explorers."""
    found = (module.name for module in pkgutil.iter_modules(annlib.explorers.__path__))
    return [name for name in found if not name.startswith("_")]


def names(wanted: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield the module and the name of every function that makes an explorer, or of those in some modules."""
    for module in wanted or modules():
        full = f"annlib.explorers.{module}"
        yield from ((full, name) for name in importlib.import_module(full).__all__)


def make(module: str, name: str) -> Explorer:
    """Make one of them, for the static page."""
    explorer = getattr(importlib.import_module(module), name)("static")
    assert isinstance(explorer, Explorer)
    return explorer


def draw(module: str, name: str, settings: list[dict[str, Value]]) -> float:
    """Draw some pictures into the cache and return the seconds it took."""
    start = time.perf_counter()
    explorer = make(module, name)
    gc.disable()  # figures are full of cycles: swept once at the end, not in the middle of each
    for setting in settings:
        explorer.picture(**setting)
    gc.enable()
    gc.collect()
    return time.perf_counter() - start


def _batches(settings: list[dict[str, Value]]) -> Iterator[list[dict[str, Value]]]:
    return (settings[i : i + _AT_ONCE] for i in range(0, len(settings), _AT_ONCE))


def main(wanted: Sequence[str] = ()) -> int:
    """Draw what is not in the cache yet: of all explorers, or of those in the modules that are named."""
    if frames_folder() is None:
        print(
            "Set ANNLIB_FRAMES_DIR to the folder beside which the pictures are to be kept.", file=sys.stderr
        )
        return 2
    tasks = []
    for module, name in names(wanted):
        explorer = make(module, name)
        missing = [setting for setting in explorer.settings() if not explorer.is_drawn(setting)]
        tasks += [(module, name, batch) for batch in _batches(missing)]
    if not tasks:
        return 0
    start = time.perf_counter()
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    n_pictures = sum(len(batch) for *_, batch in tasks)
    print(f"Drawing {n_pictures} pictures of explorers with {processors} processes ...", flush=True)
    os.environ |= {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }  # a process for each processor is enough
    seconds, drawn = defaultdict[str, float](float), Counter[str]()
    with ProcessPoolExecutor(processors, mp_context=get_context("spawn")) as pool:
        for (module, name, batch), took in zip(tasks, pool.map(draw, *zip(*tasks, strict=True)), strict=True):
            seconds[f"{module.rpartition('.')[2]}.{name}"] += took
            drawn[f"{module.rpartition('.')[2]}.{name}"] += len(batch)
    for which in sorted(seconds, key=seconds.__getitem__, reverse=True):
        print(f"{seconds[which]:6.1f} s  {drawn[which]:4} pictures  {which}")
    print(f"Drawn in {time.perf_counter() - start:.0f} s.", flush=True)
    return 0
