"""Writing and reading ``.npz`` files of arrays and one JSON text: no pickle, and never half a file.

Imported only where something is saved or loaded, because `zipfile` and `tempfile` take longer to import than
annlib.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from annlib._validation import Array
from annlib.errors import FileFormatError

# What zipfile, NumPy and JSON raise when they meet bytes that they did not write.
DAMAGE = (
    ValueError,
    LookupError,
    OSError,
    EOFError,
    AttributeError,
    TypeError,
    RuntimeError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)
BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to beside `path`, renamed over it at the end: a crash leaves the old one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink()
        raise


def write(path: Path, format_name: str, about: dict[str, Any], arrays: dict[str, Array]) -> None:
    """Write the arrays and `about` to `path`, whole or not at all."""
    text = np.array(json.dumps({"format": format_name} | about))
    with whole_file(path) as file:
        np.savez(file, about=text, allow_pickle=False, **arrays)


def read(path: Path, format_name: str) -> tuple[dict[str, Any], dict[str, Array]]:
    """Read what `write` wrote; anything else is a FileFormatError."""
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            raise FileFormatError(
                f"{path} is no .npz file, or was cut off: it must be a file that annlib wrote"
            )
        file.seek(0)
        try:
            with np.load(file, allow_pickle=False) as entries:
                arrays = {name: entries[name] for name in entries.files}
            about = json.loads(str(arrays.pop("about")[()]))
            found = about.pop("format")
        except DAMAGE as e:
            raise FileFormatError(f"{path} is damaged or was not written by annlib: {e}") from e
    if found != format_name:
        raise FileFormatError(
            f"{path} has the format {found!r}, this annlib reads {format_name!r}: update annlib"
        )
    return about, arrays


def generator_state(rng: np.random.Generator) -> dict[str, Any]:
    """Return the state of a generator as what JSON can hold (arrays become lists)."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        return value.tolist() if isinstance(value, np.ndarray | np.generic) else value

    state: dict[str, Any] = plain(rng.bit_generator.state)
    return state


def generator_from(state: dict[str, Any]) -> np.random.Generator:
    """Return a generator in that state."""
    name = state["bit_generator"]
    if name not in BIT_GENERATORS:
        raise ValueError(f"the generator {name!r} is none of NumPy's own")
    bit_generator = getattr(np.random, name)()

    def arrays(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: arrays(item) for key, item in value.items()}
        return np.asarray(value, np.uint64) if isinstance(value, list) else value

    bit_generator.state = arrays(state)
    return np.random.Generator(bit_generator)
