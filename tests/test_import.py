"""`import annlib` needs NumPy and nothing else, and loads next to nothing besides."""

import importlib
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import annlib

ROOT = Path(__file__).resolve().parents[1]

CODE = """
import json, sys
import numpy
before = set(sys.modules)
import annlib
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def report():
    run = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def test_nothing_of_floor_four_is_loaded():
    loaded = {name.split(".")[0] for name in report()}
    assert "annlib" in loaded  # the report is not empty
    heavy = {"matplotlib", "pandas", "sklearn", "scipy", "ipywidgets", "IPython", "tqdm", "torch"}
    assert not loaded & heavy


def test_it_loads_little_more_than_its_own_files():
    """What an import costs is what it loads; counted, because a time depends on who else uses the machine."""
    others = [name for name in report() if name.split(".")[0] != "annlib"]
    assert len(others) <= 8, others


# What the modules of annlib have for each other, not for a reader.
INSIDE = {
    "activations": set(),
    "autodiff": set(),
    "gradcheck": set(),
    "initializers": set(),
    "layers": {"Ahead"},
    "losses": set(),
    "metrics": set(),
    "network": {"backward_order"},
    "optimizers": {"Options", "check_optimizer"},
    "schedules": {"decode", "encode"},
    "training": set(),
}


@pytest.mark.parametrize("name", INSIDE)
def test_each_module_lists_what_it_has_for_a_reader(name):
    module = importlib.import_module(f"annlib.{name}")
    own = {
        key
        for key, value in vars(module).items()
        if (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__ == module.__name__
        and not key.startswith("_")
    }
    assert set(module.__all__) == own - INSIDE[name]


def test_the_public_face():
    classes = {
        name
        for module in (annlib.layers, annlib.losses, annlib.optimizers)
        for name in module.__all__
        if name not in ("Layer", "Loss", "Optimizer")
    }
    assert set(annlib.__all__) == classes | {"Network", "epochs", "gradcheck", "train"}
    assert len(classes) == 12 + 5 + 10
    assert all(callable(getattr(annlib, name)) for name in annlib.__all__)


def test_a_file_that_hides_numpy_is_named(tmp_path):
    (tmp_path / "numpy.py").write_text("x = 1")
    code = f"import sys; sys.path[:0] = {[str(tmp_path), str(ROOT)]}; import annlib"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "which hides it. Rename that file" in run.stderr
    assert str(tmp_path / "numpy.py") in run.stderr
