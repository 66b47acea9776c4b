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

from annlib import layers, losses, network, optimizers, schedules, training

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "trajectories"
spec = importlib.util.spec_from_file_location(
    "freeze_trajectories", ROOT / "tools" / "freeze_trajectories.py"
)
freeze = importlib.util.module_from_spec(spec)
spec.loader.exec_module(freeze)

SOURCES = ["frozen", "live"] if importlib.util.find_spec("torch") else ["frozen"]
KINKS = {"ReLU", "LeakyReLU", "PReLU", "ELU"}
SMOOTH = [name for name, case in freeze.CASES.items() if case.activation not in KINKS]


def recorded(name, source):
    """Return PyTorch's arrays: those of the file, or made anew from the file's data and start."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as file:
        arrays = dict(file)
    if source == "live":
        given = {key: arrays[key] for key in ("X", "y", "start", "weights") if key in arrays}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's own, at import
            arrays |= freeze.torch_trajectory(freeze.CASES[name], **given)
    return arrays


def build(name, start):
    """Return the case's network at its start, its loss and its optimizer."""
    case = freeze.CASES[name]
    chain = []
    for n_in, n_out in zip(case.widths[:-1], case.widths[1:], strict=True):
        chain += [layers.Dense(n_in, n_out), getattr(layers, case.activation)(**case.layer)]
    net = network.Network(chain[:-1], rng=np.random.default_rng(0), dtype=np.float64)
    net.params[:] = start
    arguments = {key: schedules.decode(value) for key, value in case.arguments.items()}
    optimizer = getattr(optimizers, case.optimizer)(**arguments)
    return net, getattr(losses, case.loss)(**case.weighing), optimizer


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", freeze.CASES)
def test_each_loss_and_gradient_from_the_same_parameters(name, source):
    peer = recorded(name, source)
    net, loss, _ = build(name, peer["start"])
    before = [peer["start"], *peer["params"][:-1]]
    for params, value, grads in zip(before, peer["losses"], peer["grads"], strict=True):
        net.params[:] = params
        ours, grad = loss(net.forward(peer["X"]), peer["y"], peer.get("weights"))
        net.backward(grad)
        np.testing.assert_allclose(ours, value, rtol=1e-12)
        np.testing.assert_allclose(net.grads, grads, rtol=0, atol=1e-12)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", freeze.CASES)
def test_each_step_from_the_same_state(name, source):
    peer = recorded(name, source)
    net, _, optimizer = build(name, peer["start"])
    before = [peer["start"], *peer["params"][:-1]]
    for params, grads, after in zip(before, peer["grads"], peer["params"], strict=True):
        ours = params.copy()
        optimizer.step(ours, grads, net.weight_mask)
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
        sample_weight=peer.get("weights"),
    )
    assert len(peer["params"]) == 100
    for value, params in zip(peer["losses"], peer["params"], strict=True):
        np.testing.assert_allclose(next(loop).loss, value, rtol=1e-10)
        np.testing.assert_allclose(net.params, params, rtol=0, atol=1e-10)


def test_the_files_are_those_of_the_cases_and_small():
    files = sorted(FOLDER.glob("*.npz"))
    assert [file.stem for file in files] == sorted(freeze.CASES)
    assert sum(file.stat().st_size for file in files) < 900_000


def test_every_layer_loss_and_optimizer_has_its_case():
    cases = freeze.CASES.values()
    own = {"Layer", "Dense", "Dropout"}  # Dense is in all; Dropout's draws are no one else's
    assert {case.activation for case in cases} == set(layers.__all__) - own
    assert {case.loss for case in cases} == set(losses.__all__) - {"Loss"}
    assert {case.optimizer for case in cases} == set(optimizers.__all__) - {"Optimizer"}


@pytest.mark.parametrize("source", SOURCES)
def test_each_activation_and_its_derivative(source):
    if source == "frozen":
        with np.load(ROOT / "tests" / "torch_functions.npz", allow_pickle=False) as file:
            peer = dict(file)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            peer = freeze.torch_functions()
    z, grad = freeze.GRID.reshape(-1, 3), np.arange(18.0).reshape(-1, 3)
    for name in peer:
        if not name.endswith("_backward"):
            layer = getattr(layers, name)()
            np.testing.assert_allclose(layer.forward(z), peer[name], rtol=1e-12, atol=1e-13, err_msg=name)
            expected = peer[f"{name}_backward"]
            np.testing.assert_allclose(layer.backward(grad), expected, rtol=1e-12, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("name", freeze.CASES)
def test_the_frozen_networks_learned_something(name):
    # A comparison with a network that stands still would prove little.
    values = recorded(name, "frozen")["losses"]
    assert values[-1] < 0.9 * values[0]
