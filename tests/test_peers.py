"""annlib does what PyTorch does, in float64: each step to 1e-12, whole trajectories to 1e-10.

"frozen" compares with the arrays that tools/freeze_trajectories.py wrote; "live" asks the installed torch
again, and exists only where there is one (a test that
cannot run is not collected, so that a skip is always a mistake).
"""

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest

from annlib import layers, losses, network, optimizers, training

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "trajectories"
spec = importlib.util.spec_from_file_location(
    "freeze_trajectories", ROOT / "tools" / "freeze_trajectories.py"
)
freeze = importlib.util.module_from_spec(spec)
spec.loader.exec_module(freeze)

SOURCES = ["frozen", "live"] if importlib.util.find_spec("torch") else ["frozen"]
SMOOTH = [name for name, case in freeze.CASES.items() if case.activation != "ReLU"]


def recorded(name, source):
    """Return PyTorch's arrays: those of the file, or made anew from the file's data and start."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as file:
        arrays = dict(file)
    if source == "live":
        given = {key: arrays[key] for key in ("X", "y", "start")}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's own, at import
            arrays |= freeze.torch_trajectory(freeze.CASES[name], **given)
    return arrays


def build(name, start):
    """Return the case's network at its start, its loss and its optimizer."""
    case = freeze.CASES[name]
    chain = []
    for n_in, n_out in zip(case.widths[:-1], case.widths[1:], strict=True):
        chain += [layers.Dense(n_in, n_out), getattr(layers, case.activation)()]
    net = network.Network(chain[:-1], rng=np.random.default_rng(0), dtype=np.float64)
    net.params[:] = start
    return net, getattr(losses, case.loss)(), getattr(optimizers, case.optimizer)(**case.arguments)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", freeze.CASES)
def test_each_loss_and_gradient_from_the_same_parameters(name, source):
    peer = recorded(name, source)
    net, loss, _ = build(name, peer["start"])
    before = [peer["start"], *peer["params"][:-1]]
    for params, value, grads in zip(before, peer["losses"], peer["grads"], strict=True):
        net.params[:] = params
        ours, grad = loss(net.forward(peer["X"]), peer["y"])
        net.backward(grad)
        np.testing.assert_allclose(ours, value, rtol=1e-12)
        np.testing.assert_allclose(net.grads, grads, rtol=0, atol=1e-12)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", freeze.CASES)
def test_each_step_from_the_same_state(name, source):
    peer = recorded(name, source)
    _, _, optimizer = build(name, peer["start"])
    before = [peer["start"], *peer["params"][:-1]]
    for params, grads, after in zip(before, peer["grads"], peer["params"], strict=True):
        ours = params.copy()
        optimizer.step(ours, grads)
        np.testing.assert_allclose(ours, after, rtol=0, atol=1e-12)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", SMOOTH)
def test_a_hundred_steps_of_the_training_loop(name, source):
    peer = recorded(name, source)
    net, loss, optimizer = build(name, peer["start"])
    loop = training.epochs(
        net,
        peer["X"],
        peer["y"],
        loss=loss,
        optimizer=optimizer,
        batch_size=None,
        rng=np.random.default_rng(0),
    )
    assert len(peer["params"]) == 100
    for value, params in zip(peer["losses"], peer["params"], strict=True):
        np.testing.assert_allclose(next(loop).loss, value, rtol=1e-10)
        np.testing.assert_allclose(net.params, params, rtol=0, atol=1e-10)


def test_the_files_are_those_of_the_cases_and_small():
    files = sorted(FOLDER.glob("*.npz"))
    assert [file.stem for file in files] == sorted(freeze.CASES)
    assert sum(file.stat().st_size for file in files) < 300_000


@pytest.mark.parametrize("name", freeze.CASES)
def test_the_frozen_networks_learned_something(name):
    # A comparison with a network that stands still would prove little.
    values = recorded(name, "frozen")["losses"]
    assert values[-1] < 0.9 * values[0]
