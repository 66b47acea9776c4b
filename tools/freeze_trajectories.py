"""Write tests/trajectories/*.npz: what PyTorch does with small networks, in float64, step by step.

Run it in an environment of its own that has annlib, NumPy and the locked torch (see the extra "peers"):

    python tools/freeze_trajectories.py

The files hold data, starting weights and what PyTorch made of them, so that the tests depend neither on torch
nor on any generator's stream. `tests/test_peers.py` also calls `torch_trajectory` where torch is installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

FOLDER = Path(__file__).parent.parent / "tests" / "trajectories"
N_ROWS, N_STEPS = 20, 100


class Case(NamedTuple):
    """One network, loss and optimizer, in annlib's names."""

    activation: str
    widths: tuple[int, ...]
    loss: str
    optimizer: str
    arguments: dict[str, float]


CASES = {
    "tanh_bce_sgd": Case("Tanh", (3, 3, 2, 1), "BinaryCrossEntropy", "SGD", {"learning_rate": 0.3}),
    "tanh_bce_momentum": Case(
        "Tanh", (3, 3, 2, 1), "BinaryCrossEntropy", "Momentum", {"learning_rate": 0.05, "momentum": 0.9}
    ),
    "tanh_bce_adam": Case("Tanh", (3, 3, 2, 1), "BinaryCrossEntropy", "Adam", {"learning_rate": 0.02}),
    "tanh_labels_adam": Case(
        "Tanh",
        (3, 3, 2),
        "BinaryCrossEntropy",
        "Adam",
        {"learning_rate": 0.02, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3},
    ),
    "sigmoid_mse_adam": Case("Sigmoid", (3, 3, 2), "MeanSquaredError", "Adam", {"learning_rate": 0.02}),
    "tanh_sse_sgd": Case("Tanh", (3, 3, 2), "SumOfSquaredErrors", "SGD", {"learning_rate": 0.005}),
    "relu_bce_adam": Case("ReLU", (3, 3, 2, 1), "BinaryCrossEntropy", "Adam", {"learning_rate": 0.02}),
}


def start(case: Case, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw data and starting parameters (annlib's order: all weight matrices, then all biases)."""
    X = rng.normal(size=(N_ROWS, case.widths[0]))
    shape = (N_ROWS, case.widths[-1])
    y = rng.integers(2, size=shape) if case.loss == "BinaryCrossEntropy" else rng.normal(size=shape)
    pairs = list(zip(case.widths[:-1], case.widths[1:], strict=True))
    weights = [rng.normal(scale=n_in**-0.5, size=n_in * n_out) for n_in, n_out in pairs]
    biases = [rng.normal(scale=0.1, size=n_out) for _, n_out in pairs]
    return {"X": X, "y": y, "start": np.concatenate(weights + biases)}


def torch_trajectory(case: Case, X: np.ndarray, y: np.ndarray, start: np.ndarray) -> dict[str, np.ndarray]:
    """Return the loss and gradient before each step and the parameters after it, by PyTorch's modules."""
    import torch

    torch.set_num_threads(1)
    modules: list[Any] = []
    for n_in, n_out in zip(case.widths[:-1], case.widths[1:], strict=True):
        modules += [torch.nn.Linear(n_in, n_out, dtype=torch.float64), getattr(torch.nn, case.activation)()]
    net = torch.nn.Sequential(*modules[:-1])
    linears = modules[::2]
    at = 0
    with torch.no_grad():
        for linear in linears:  # torch keeps W as (n_out, n_in)
            size = linear.weight.numel()
            matrix = start[at : at + size].reshape(linear.in_features, linear.out_features)
            linear.weight.copy_(torch.tensor(matrix.T.copy()))
            at += size
        for linear in linears:
            linear.bias.copy_(torch.tensor(start[at : at + linear.out_features]))
            at += linear.out_features
    loss_function = {
        "BinaryCrossEntropy": torch.nn.BCEWithLogitsLoss(),
        "MeanSquaredError": torch.nn.MSELoss(),
        "SumOfSquaredErrors": torch.nn.MSELoss(reduction="sum"),
    }[case.loss]
    a = case.arguments
    if case.optimizer == "Adam":
        betas = (a.get("beta1", 0.9), a.get("beta2", 0.999))
        optimizer: Any = torch.optim.Adam(
            net.parameters(), lr=a["learning_rate"], betas=betas, eps=a.get("epsilon", 1e-8)
        )
    else:
        optimizer = torch.optim.SGD(net.parameters(), lr=a["learning_rate"], momentum=a.get("momentum", 0.0))

    def flat(part: str) -> np.ndarray:
        matrices = [linear.weight.grad if part == "grad" else linear.weight.detach() for linear in linears]
        vectors = [linear.bias.grad if part == "grad" else linear.bias.detach() for linear in linears]
        return np.concatenate([m.numpy().T.ravel() for m in matrices] + [v.numpy().copy() for v in vectors])

    inputs, targets = torch.tensor(X), torch.tensor(y, dtype=torch.float64)
    losses, grads, params = [], [], []
    for _ in range(N_STEPS):
        optimizer.zero_grad()
        loss = loss_function(net(inputs), targets)
        loss.backward()
        losses.append(loss.item())
        grads.append(flat("grad"))
        optimizer.step()
        params.append(flat("params"))
    return {"losses": np.array(losses), "grads": np.array(grads), "params": np.array(params)}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    rng = np.random.default_rng(20)
    for name, case in CASES.items():
        given = start(case, rng)
        made = torch_trajectory(case, **given)
        np.savez_compressed(FOLDER / f"{name}.npz", **given, **made)
        print(f"{name}: loss {made['losses'][0]:.4f} -> {made['losses'][-1]:.4f}")


if __name__ == "__main__":
    main()
