"""Five networks, and everyone who trains them: annlib, scikit-learn, PyTorch in three forms.

All get the same arrays and the same starting weights. Each runner is made for one task and does two things:
`steps` trains in the order of the rows and returns the loss, so that it can be checked that all learn the
same; `seconds` trains whole shuffled epochs, as its users would, and says how long one took.
"""

from __future__ import annotations

import itertools
import time
import warnings
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from annlib import SGD, Adam, BinaryCrossEntropy, Dense, Dropout, Network, ReLU, Tanh, epochs
from annlib.losses import CategoricalCrossEntropy

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Task:
    """One network with its data set's size and its way of training."""

    name: str
    what: str
    n: int
    sizes: tuple[int, ...]
    batch_size: int
    activation: str = "relu"
    dropout: float = 0.0
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    threads: int = 1
    epochs: int = 1  # in one measurement

    def data(self) -> tuple[Array, Array]:
        """Return X, float32 (n, n_in), and integer labels that a network can learn, (n,).

        Rows of 784 are like images of digits: a pattern for each class, noise, and most of the pixels dark.
        (Where there is little to learn, Adam magnifies float32's rounding in a wide network: after 50 steps
        nobody agrees with anybody's own float64 to three digits.)
        """
        rng, n_in = np.random.default_rng(0), self.sizes[0]
        X = rng.standard_normal((self.n, n_in), dtype=np.float32)
        n_classes = max(2, self.sizes[-1])
        if n_in == 784:
            y = rng.integers(n_classes, size=self.n)
            patterns = rng.normal(-1, 0.3, (n_classes, n_in)).astype(np.float32)
            return np.maximum(X + patterns[y], 0, out=X), y
        scores = np.tanh(X @ rng.standard_normal((n_in, n_classes))) + rng.normal(size=(self.n, n_classes))
        return X, scores.argmax(axis=1)

    def weights(self) -> list[tuple[Array, Array]]:
        """Return W (n_in, n_out) and b (n_out,) of each layer to start from."""
        rng = np.random.default_rng(1)
        return [
            (
                rng.uniform(-1, 1, (n_in, n_out)).astype(np.float32)
                * np.float32((6 / (n_in + n_out)) ** 0.5),
                np.zeros(n_out, np.float32),
            )
            for n_in, n_out in itertools.pairwise(self.sizes)
        ]


TASKS = [
    Task("W1", "churn network, 11-6-6-1", 8000, (11, 6, 6, 1), 32, epochs=3),
    Task("W2", "11-64-64-1, dropout 0.2", 8000, (11, 64, 64, 1), 32, dropout=0.2, epochs=2),
    Task("W3", "digits, 784-128-10", 60_000, (784, 128, 10), 128, threads=2, epochs=2),
    Task("W4", "slider, 2-8-8-1 tanh", 500, (2, 8, 8, 1), 500, "tanh", 0, "sgd", 0.3, epochs=500),
    Task("W5", "wide, 784-1024-1024-10", 20_000, (784, 1024, 1024, 10), 256, threads=2),
]


class Runner(Protocol):
    """Somebody who trains the network of one task."""

    def steps(self, n: int) -> float:
        """Take n steps on the first n batches in the order of the rows; return the loss on those rows."""

    def seconds(self) -> float:
        """Train the task's number of epochs and return the seconds that one took."""


class Annlib:
    """The course's library."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.X, self.y = task.data()
        layers: list[Any] = []
        for n_in, n_out in itertools.pairwise(task.sizes):
            layers += [Dense(n_in, n_out), ReLU() if task.activation == "relu" else Tanh()]
            layers += [Dropout(task.dropout)] if task.dropout else []
        del layers[-2 if task.dropout else -1 :]  # the output has neither
        self.net = Network(layers, rng=np.random.default_rng(2))
        dense = [layer for layer in layers if isinstance(layer, Dense)]
        for layer, (W, b) in zip(dense, task.weights(), strict=True):
            layer.W[:], layer.b[:] = W, b
        self.loss = BinaryCrossEntropy() if task.sizes[-1] == 1 else CategoricalCrossEntropy()
        self.optimizer = Adam(task.learning_rate) if task.optimizer == "adam" else SGD(task.learning_rate)

    def run(self, X: Array, y: Array, rng: np.random.Generator) -> Any:
        """Return the endless generator of epochs."""
        batch_size = self.task.batch_size
        return epochs(
            self.net, X, y, loss=self.loss, optimizer=self.optimizer, batch_size=batch_size, rng=rng
        )

    def steps(self, n: int) -> float:
        rows = min(self.task.n, n * self.task.batch_size)
        n_epochs = n * self.task.batch_size // rows
        for _ in itertools.islice(self.run(self.X[:rows], self.y[:rows], InOrder()), n_epochs):
            pass
        value: float = self.loss(self.net.predict(self.X[:rows]), self.y[:rows])[0]
        return value

    def seconds(self) -> float:
        loop = self.run(self.X, self.y, np.random.default_rng(3))
        start = time.perf_counter()
        for _ in itertools.islice(loop, self.task.epochs):
            pass
        return (time.perf_counter() - start) / self.task.epochs


class InOrder(np.random.Generator):
    """A generator that leaves rows where they are, so that all peers take the same steps."""

    def __init__(self) -> None:
        super().__init__(np.random.PCG64(4))

    def permutation(self, x: Any, axis: int = 0) -> Any:
        return np.arange(x)


class Torch:
    """PyTorch eager: tensors in memory, batches by index from one permutation an epoch, ordinary Adam."""

    fused = False

    def __init__(self, task: Task) -> None:
        self.task = task
        X, y = task.data()
        self.X = torch.from_numpy(X)
        binary = task.sizes[-1] == 1
        self.y = torch.from_numpy(y.astype(np.float32)[:, None] if binary else y)
        modules: list[nn.Module] = []
        for W, b in task.weights():
            linear = nn.Linear(*W.shape)
            linear.weight.data, linear.bias.data = torch.from_numpy(W.T.copy()), torch.from_numpy(b)
            modules += [linear, nn.ReLU() if task.activation == "relu" else nn.Tanh()]
            modules += [nn.Dropout(task.dropout)] if task.dropout else []
        del modules[-2 if task.dropout else -1 :]
        self.net = nn.Sequential(*modules)
        self.loss = nn.BCEWithLogitsLoss() if binary else nn.CrossEntropyLoss()
        parameters, rate = self.net.parameters(), task.learning_rate
        if task.optimizer == "adam":
            self.optimizer: Any = torch.optim.Adam(parameters, lr=rate, fused=self.fused or None)
        else:
            self.optimizer = torch.optim.SGD(parameters, lr=rate)

    def batches(self) -> Any:
        """Yield the batches of one epoch in random order."""
        order = torch.randperm(self.task.n)
        for start in range(0, self.task.n, self.task.batch_size):
            rows = order[start : start + self.task.batch_size]
            yield self.X[rows], self.y[rows]

    def step(self, X: torch.Tensor, y: torch.Tensor) -> None:
        """Take one step."""
        self.optimizer.zero_grad()
        self.loss(self.net(X), y).backward()
        self.optimizer.step()

    def steps(self, n: int) -> float:
        size = self.task.batch_size
        for i in range(n):
            start = i * size % self.task.n
            self.step(self.X[start : start + size], self.y[start : start + size])
        rows = min(self.task.n, n * size)
        with torch.no_grad():
            return float(self.loss(self.net(self.X[:rows]), self.y[:rows]))

    def seconds(self) -> float:
        start = time.perf_counter()
        for _ in range(self.task.epochs):
            for X, y in self.batches():
                self.step(X, y)
        return (time.perf_counter() - start) / self.task.epochs


class TorchFused(Torch):
    """The same with PyTorch's fused optimizer."""

    fused = True


class TorchDataLoader(Torch):
    """The same with batches from a DataLoader, as most tutorials write it."""

    def batches(self) -> Any:
        return DataLoader(TensorDataset(self.X, self.y), batch_size=self.task.batch_size, shuffle=True)


class SklearnFromWeights(MLPClassifier):
    """scikit-learn's network, started from given weights."""

    def _init_coef(self, fan_in: int, fan_out: int, dtype: Any) -> tuple[Array, Array]:
        W, b = next(self.given_weights)
        return W.astype(dtype), b.astype(dtype)


class Sklearn:
    """scikit-learn's MLPClassifier: same batch size, no penalty, early stopping off, no dropout."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.X, self.y = task.data()
        self.options = {
            "hidden_layer_sizes": task.sizes[1:-1],
            "activation": task.activation,
            "solver": task.optimizer,
            "learning_rate_init": task.learning_rate,
            "batch_size": task.batch_size,
            "momentum": 0.0,
            "alpha": 0.0,
            "tol": 0.0,
            "n_iter_no_change": 10**6,
            "random_state": 0,
        }

    def network(self, **options: Any) -> SklearnFromWeights:
        """Return an untrained network."""
        net = SklearnFromWeights(**self.options | options)
        net.given_weights = iter(self.task.weights())
        return net

    def steps(self, n: int) -> float:
        size, rows = self.task.batch_size, min(self.task.n, n * self.task.batch_size)
        net = self.network(shuffle=False)
        for i in range(n):
            start = i * size % self.task.n
            net.partial_fit(
                self.X[start : start + size], self.y[start : start + size], classes=np.unique(self.y)
            )
        chances = net.predict_proba(self.X[:rows])
        return float(-np.log(chances[np.arange(rows), self.y[:rows]]).mean())

    def seconds(self) -> float:
        net = self.network(max_iter=self.task.epochs)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # it is told to stop so early
            start = time.perf_counter()
            net.fit(self.X, self.y)
        return (time.perf_counter() - start) / self.task.epochs


RUNNERS: dict[str, type[Any]] = {
    "annlib": Annlib,
    "scikit-learn": Sklearn,
    "PyTorch": Torch,
    "PyTorch, fused Adam": TorchFused,
    "PyTorch, DataLoader": TorchDataLoader,
}


def losses_after_steps(task: Task, n: int = 50) -> dict[str, float]:
    """Return what each of the peers has learned after n steps, without dropout: it must be the same."""
    plain = replace(task, dropout=0.0)
    return {name: RUNNERS[name](plain).steps(n) for name in ("annlib", "scikit-learn", "PyTorch")}
