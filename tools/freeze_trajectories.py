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
    arguments: dict[str, Any]  # of the optimizer; a schedule as annlib.schedules.encode writes it
    layer: dict[str, Any] = {}  # noqa: RUF012 - arguments of the activation layer, never changed
    weighing: dict[str, Any] = {}  # noqa: RUF012 - arguments of the loss
    weighted: bool = False  # whether the rows have weights

    @property
    def one_label(self) -> bool:
        """Whether y holds one label a row."""
        return self.loss == "CategoricalCrossEntropy"


BCE, CCE = "BinaryCrossEntropy", "CategoricalCrossEntropy"
SMALL = (3, 2, 1)
COSINE = ["CosineDecay", {"rate": 0.3, "n_steps": 110, "low": 0.01}]
CASES = {
    "tanh_bce_sgd": Case("Tanh", (3, 3, 2, 1), BCE, "SGD", {"learning_rate": 0.3}),
    "tanh_bce_momentum": Case(
        "Tanh", (3, 3, 2, 1), BCE, "Momentum", {"learning_rate": 0.05, "momentum": 0.9}
    ),
    "tanh_bce_adam": Case("Tanh", (3, 3, 2, 1), BCE, "Adam", {"learning_rate": 0.02}),
    "tanh_labels_adam": Case(
        "Tanh",
        (3, 3, 2),
        BCE,
        "Adam",
        {"learning_rate": 0.02, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3},
    ),
    "sigmoid_mse_adam": Case("Sigmoid", (3, 3, 2), "MeanSquaredError", "Adam", {"learning_rate": 0.02}),
    "tanh_sse_sgd": Case("Tanh", (3, 3, 2), "SumOfSquaredErrors", "SGD", {"learning_rate": 0.005}),
    "relu_bce_adam": Case("ReLU", (3, 3, 2, 1), BCE, "Adam", {"learning_rate": 0.02}),
    # Every other rule
    "nesterov": Case("Tanh", SMALL, BCE, "Nesterov", {"learning_rate": 0.05, "momentum": 0.9}),
    "adagrad": Case("Tanh", SMALL, BCE, "AdaGrad", {"learning_rate": 0.1}),
    "rmsprop": Case("Tanh", SMALL, BCE, "RMSProp", {"learning_rate": 0.01}),
    "adadelta": Case("Tanh", SMALL, BCE, "Adadelta", {"learning_rate": 5.0, "rho": 0.8}),
    "adamw": Case("Tanh", SMALL, BCE, "AdamW", {"learning_rate": 0.02, "weight_decay": 0.5}),
    "nadam": Case("Tanh", SMALL, BCE, "NAdam", {"learning_rate": 0.02}),
    "amsgrad": Case("Tanh", SMALL, BCE, "AMSGrad", {"learning_rate": 0.02, "beta2": 0.9}),
    "clip_norm": Case(
        *("Tanh", SMALL, "MeanSquaredError", "Momentum"),
        {"learning_rate": 0.02, "momentum": 0.8, "clip_norm": 0.5, "l2": 0.05},
    ),
    "clip_value": Case(
        "Tanh", SMALL, "MeanSquaredError", "Adam", {"learning_rate": 0.02, "clip_value": 0.05, "l2": 0.1}
    ),
    "cosine": Case("Tanh", SMALL, BCE, "SGD", {"learning_rate": COSINE}),
    "warm_up": Case(
        "Tanh", SMALL, BCE, "Adam", {"learning_rate": ["WarmUp", {"then": COSINE, "n_steps": 10}]}
    ),
    # Every other loss
    "labels": Case("Tanh", (3, 3, 3), CCE, "Adam", {"learning_rate": 0.05}),
    "class_weights": Case(
        "Tanh", (3, 3, 3), CCE, "Adam", {"learning_rate": 0.05}, weighing={"class_weight": [0.5, 3, 1]}
    ),
    "all_weights": Case(
        *("Tanh", (3, 3, 2), BCE, "Adam", {"learning_rate": 0.05}),
        weighing={"class_weight": [0.5, 3]},
        weighted=True,
    ),
    "row_weights": Case(
        "Tanh", (3, 3, 2), "MeanSquaredError", "Adam", {"learning_rate": 0.02}, weighted=True
    ),
    "huber": Case("Tanh", (3, 3, 2), "Huber", "Adam", {"learning_rate": 0.02}, weighing={"delta": 0.7}),
    # Every other layer
    "leaky_relu": Case("LeakyReLU", SMALL, BCE, "Adam", {"learning_rate": 0.05}, {"slope": 0.1}),
    "prelu": Case("PReLU", SMALL, BCE, "Adam", {"learning_rate": 0.05, "l2": 0.02}, {"start": 0.2}),
    "prelu_columns": Case("PReLU", SMALL, BCE, "Adam", {"learning_rate": 0.05}, {"start": 0.2, "n_in": 2}),
    "elu": Case("ELU", SMALL, BCE, "Adam", {"learning_rate": 0.05}, {"alpha": 0.8}),
    "gelu": Case("GELU", SMALL, BCE, "Adam", {"learning_rate": 0.05}),
    "silu": Case("SiLU", SMALL, BCE, "Adam", {"learning_rate": 0.05}),
    "softplus": Case("Softplus", SMALL, BCE, "Adam", {"learning_rate": 0.05}),
    "softmax": Case("Softmax", SMALL, BCE, "Adam", {"learning_rate": 0.1}),
}
# The functions themselves, on these numbers.
GRID = np.array([-1e4, -50, -20, -5, -2, -1, -0.5, -1e-3, 0, 1e-3, 0.5, 1, 2, 5, 19.5, 20.5, 50, 1e4])


def start(case: Case, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw data and starting parameters (annlib's order, which is PyTorch's: layer by layer)."""
    X = rng.normal(size=(N_ROWS, case.widths[0]))
    shape = (N_ROWS, case.widths[-1])
    if case.one_label:
        y = rng.integers(shape[1], size=N_ROWS)
    else:
        y = rng.integers(2, size=shape) if case.loss == BCE else rng.normal(size=shape)
    pairs = list(zip(case.widths[:-1], case.widths[1:], strict=True))
    parts = []
    weights = [rng.normal(scale=n_in**-0.5, size=n_in * n_out) for n_in, n_out in pairs]
    for i, (_, n_out) in enumerate(pairs, start=1):
        parts += [weights[i - 1], rng.normal(scale=0.1, size=n_out)]
        if case.activation == "PReLU" and i < len(pairs):
            parts.append(np.full(case.layer.get("n_in", 1), case.layer["start"]))
    given = {"X": X, "y": y, "start": np.concatenate(parts)}
    return given | ({"weights": rng.uniform(0, 3, size=N_ROWS)} if case.weighted else {})


def torch_layer(name: str, arguments: dict[str, Any]) -> Any:
    """Return PyTorch's module for an activation layer of annlib."""
    from torch import float64, nn

    return {
        "LeakyReLU": lambda: nn.LeakyReLU(arguments.get("slope", 0.01)),
        "PReLU": lambda: nn.PReLU(arguments.get("n_in", 1), arguments.get("start", 0.25), dtype=float64),
        "ELU": lambda: nn.ELU(arguments.get("alpha", 1.0)),
        "GELU": lambda: nn.GELU(approximate="tanh"),
        "Softmax": lambda: nn.Softmax(dim=1),
    }.get(name, getattr(nn, name))()


def torch_loss(case: Case, output: Any, y: Any, weights: Any) -> Any:
    """Return the loss: PyTorch's own where it has one, and its entries weighed by hand where it has not."""
    import torch
    from torch.nn import functional

    classes = case.weighing.get("class_weight")
    classes = None if classes is None else torch.tensor(classes, dtype=torch.float64)
    if weights is None and (case.one_label or classes is None):
        return {
            BCE: lambda: functional.binary_cross_entropy_with_logits(output, y),
            CCE: lambda: functional.cross_entropy(output, y, weight=classes),
            "Huber": lambda: functional.huber_loss(output, y, delta=case.weighing.get("delta", 1.0)),
            "MeanSquaredError": lambda: functional.mse_loss(output, y),
            "SumOfSquaredErrors": lambda: functional.mse_loss(output, y, reduction="sum"),
        }[case.loss]()
    entries = {BCE: functional.binary_cross_entropy_with_logits, "MeanSquaredError": functional.mse_loss}
    each = entries[case.loss](output, y, reduction="none")
    weigh = torch.ones_like(each) if weights is None else weights[:, None].expand_as(each)
    if classes is not None:
        weigh = weigh * classes[y.long()]
    return (weigh * each).sum() / weigh.sum()


def torch_optimizer(case: Case, weights: list[Any], vectors: list[Any]) -> tuple[Any, Any]:
    """Return PyTorch's optimizer, which decays the weights only, and its schedule or None."""
    import torch
    from torch.optim import lr_scheduler

    a = dict(case.arguments)
    rate, names = a.pop("learning_rate"), {"momentum": "momentum", "rho": "rho", "epsilon": "eps"}
    given = {names[key]: value for key, value in a.items() if key in names}
    if "beta1" in a or "beta2" in a:
        given["betas"] = (a.get("beta1", 0.9), a.get("beta2", 0.999))
    if case.optimizer == "RMSProp" and "rho" in given:
        given["alpha"] = given.pop("rho")
    kind, more = {
        "Momentum": ("SGD", {}),
        "Nesterov": ("SGD", {"nesterov": True}),
        "AdaGrad": ("Adagrad", {}),
        "RMSProp": ("RMSprop", {}),
        "AMSGrad": ("Adam", {"amsgrad": True}),
    }.get(case.optimizer, (case.optimizer, {}))
    decay = a.get("weight_decay", a.get("l2", 0.0))
    groups = [{"params": weights, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
    climb, cosine = 0, None
    if isinstance(rate, list):
        climb = rate[1]["n_steps"] if rate[0] == "WarmUp" else 0
        cosine = (rate[1]["then"] if climb else rate)[1]
        rate = cosine["rate"]
    optimizer = getattr(torch.optim, kind)(groups, lr=rate, **given, **more)
    if cosine is None:
        return optimizer, None
    down = lr_scheduler.CosineAnnealingLR(optimizer, cosine["n_steps"], cosine.get("low", 0.0))
    if not climb:
        return optimizer, down
    up = lr_scheduler.LinearLR(optimizer, 1 / climb, total_iters=climb - 1)
    return optimizer, lr_scheduler.SequentialLR(optimizer, [up, down], [climb])


def torch_trajectory(
    case: Case, X: np.ndarray, y: np.ndarray, start: np.ndarray, weights: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Return the loss and gradient before each step and the parameters after it, by PyTorch's modules."""
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)  # else NAdam keeps the product of its momenta in float32
    modules: list[Any] = []
    for n_in, n_out in zip(case.widths[:-1], case.widths[1:], strict=True):
        modules += [
            torch.nn.Linear(n_in, n_out, dtype=torch.float64),
            torch_layer(case.activation, case.layer),
        ]
    net = torch.nn.Sequential(*modules[:-1])
    matrices = [p for p in net.parameters() if p.ndim == 2]  # torch keeps W as (n_out, n_in)
    vectors = [p for p in net.parameters() if p.ndim == 1]
    at = 0
    with torch.no_grad():
        for p in net.parameters():
            values = torch.tensor(start[at : at + p.numel()])
            p.copy_(values.reshape(p.shape[::-1]).T if p.ndim == 2 else values)
            at += p.numel()
    optimizer, schedule = torch_optimizer(case, matrices, vectors)

    def flat(part: str) -> np.ndarray:
        pick = (lambda p: p.grad) if part == "grad" else (lambda p: p.detach())
        return np.concatenate([pick(p).numpy().T.flatten() for p in net.parameters()])

    inputs, targets = torch.tensor(X), torch.tensor(y, dtype=torch.int64 if case.one_label else torch.float64)
    rows = None if weights is None else torch.tensor(weights)
    losses, grads, params = [], [], []
    for _ in range(N_STEPS):
        optimizer.zero_grad()
        loss = torch_loss(case, net(inputs), targets, rows)
        loss.backward()
        losses.append(loss.item())
        grads.append(flat("grad"))
        if "clip_norm" in case.arguments:
            torch.nn.utils.clip_grad_norm_(net.parameters(), case.arguments["clip_norm"])
        if "clip_value" in case.arguments:
            torch.nn.utils.clip_grad_value_(net.parameters(), case.arguments["clip_value"])
        optimizer.step()
        if schedule is not None:
            schedule.step()
        params.append(flat("params"))
    return {"losses": np.array(losses), "grads": np.array(grads), "params": np.array(params)}


def torch_functions() -> dict[str, np.ndarray]:
    """Return each activation and its derivative on the grid, by PyTorch (softmax on the grid's rows of 3)."""
    import torch

    made = {}
    for name in ("Sigmoid", "Tanh", "ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Softplus", "Softmax"):
        z = torch.tensor(GRID.reshape(-1, 3), requires_grad=True)
        y = torch_layer(name, {})(z)
        y.backward(torch.arange(18.0, dtype=torch.float64).reshape(-1, 3))
        made[name], made[f"{name}_backward"] = y.detach().numpy(), z.grad.numpy()
    return made


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    # With this seed no gradient comes so near to 0 that a rule which divides by its size (RMSProp, Adadelta,
    # NAdam) makes one rounding into a difference of 1e-10: then PyTorch would differ from itself as well.
    rng = np.random.default_rng(23)
    for name, case in CASES.items():
        given = start(case, rng)
        made = torch_trajectory(case, **given)
        np.savez_compressed(FOLDER / f"{name}.npz", **given, **made)
        print(f"{name}: loss {made['losses'][0]:.4f} -> {made['losses'][-1]:.4f}")
    np.savez_compressed(FOLDER.parent / "torch_functions.npz", **torch_functions())


if __name__ == "__main__":
    main()
