"""Write annlib/plots/ch09_pytorch.py: what PyTorch makes of chapter 9's network, loss for loss.

The chapter shows these results where PyTorch is not installed. They come from the chapter's own cells
(`chapter_cells`), so the code that a reader sees is the code that was run. In an environment with the locked
torch (the extra "peers"):

    python tools/freeze_chapter9.py

`tests/test_ch09.py` runs the same cells again where torch is installed, and compares.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = ROOT / "book" / "09-beyond.ipynb"
TARGET = ROOT / "annlib" / "plots" / "ch09_pytorch.py"
CELLS = ("same-data", "same-batches", "same-torch")
SIZES = (30, 4, 1)

HEAD = '''"""What PyTorch made of the network of chapter 9; written by tools/freeze_chapter9.py, not by hand.

`START` holds the weights that both libraries begin with, `WEIGHTS` those of PyTorch after the last step,
`LOSSES` its loss before each step, all in float64, and `VERSION` says which PyTorch it was.
"""

import numpy as np

__all__ = ["LOSSES", "START", "VERSION", "WEIGHTS"]

'''


def chapter_cells() -> dict[str, Any]:
    """Run the chapter's cells that define data, batches and PyTorch's loop; return their names."""
    sources = {cell.id: cell.source for cell in nbformat.read(CHAPTER, as_version=4).cells}
    names: dict[str, Any] = {}
    for ident in CELLS:
        exec(sources[ident], names)
    return names


def draw_start(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw Glorot's weights, and small biases so that they, too, are compared."""
    start = {}
    for i, (n_in, n_out) in enumerate(itertools.pairwise(SIZES), start=1):
        reach = (6 / (n_in + n_out)) ** 0.5
        start[f"W{i}"] = rng.uniform(-reach, reach, size=(n_in, n_out))
        start[f"b{i}"] = rng.uniform(-0.1, 0.1, size=n_out)
    return start


def written(name: str, value: Any) -> str:
    """Return a line of Python that makes an array, or a dictionary of arrays, to the last bit."""
    if isinstance(value, dict):
        parts = "".join(f"    {key!r}: np.array({array.tolist()!r}),\n" for key, array in value.items())
        return f"{name} = {{\n{parts}}}\n"
    return f"{name} = np.array({value.tolist()!r})\n"


def main() -> None:
    import torch

    start = draw_start(np.random.default_rng(9))
    losses, weights = chapter_cells()["torch_run"](start)
    version = torch.__version__.split("+")[0]
    lines = [written("START", start), written("LOSSES", losses), written("WEIGHTS", weights)]
    TARGET.write_text(f'{HEAD}VERSION = "{version}"\n\n' + "\n".join(lines), encoding="utf-8")
    print(f"PyTorch {version}: loss {losses[0]:.4f} -> {losses[-1]:.4f}; now: ruff format {TARGET.name}")


if __name__ == "__main__":
    main()
