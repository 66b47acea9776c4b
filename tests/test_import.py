"""`import annlib` needs NumPy and nothing else, and takes next to no time."""

import json
import subprocess
import sys

import annlib

CODE = """
import json, sys, time
import numpy
before = set(sys.modules)
start = time.process_time()
import annlib
seconds = time.process_time() - start
print(json.dumps({"seconds": seconds, "modules": sorted(set(sys.modules) - before)}))
"""


def report():
    run = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def test_nothing_of_floor_four_is_loaded():
    loaded = {name.split(".")[0] for name in report()["modules"]}
    assert "annlib" in loaded  # the report is not empty
    heavy = {"matplotlib", "pandas", "sklearn", "scipy", "ipywidgets", "IPython", "tqdm", "torch"}
    assert not loaded & heavy


def test_it_costs_at_most_thirty_milliseconds():
    assert min(report()["seconds"] for _ in range(5)) < 0.030  # processor time, best of five


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
