"""The playground: a whole training with every choice free, from the data to the dropout.

In Jupyter all six controls are free. In the page the data and the learning rate are, and of the others one at
a time differs from its start: that makes a few hundred pictures instead of many thousands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from annlib import (
    SGD,
    Adam,
    BinaryCrossEntropy,
    Dense,
    Dropout,
    LeakyReLU,
    Momentum,
    Network,
    ReLU,
    RMSProp,
    Sigmoid,
    Tanh,
    datasets,
    epochs,
)
from annlib.errors import DivergenceError
from annlib.explorers import Choice, Explorer, Frame, Numbers
from annlib.layers import Layer
from annlib.optimizers import Optimizer
from annlib.plots.common import decision_boundary
from annlib.plots.style import BLUE, ORANGE, RED, figure

__all__ = ["playground"]

Array = NDArray[Any]
Backend = Literal["static", "live"] | None

DATA: dict[str, tuple[Callable[..., tuple[Array, Array]], float]] = {
    "XOR": (datasets.xor, 0.35),
    "ring": (datasets.circles, 0.2),
    "moons": (datasets.moons, 0.3),
    "spirals": (datasets.spirals, 0.05),
}
"""Each with the noise that is put on the points."""
BENDS: dict[str, type[Layer] | None] = {
    "none": None,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "ReLU": ReLU,
    "leaky ReLU": LeakyReLU,
}
OPTIMIZERS: dict[str, type[Optimizer]] = {"SGD": SGD, "momentum": Momentum, "RMSProp": RMSProp, "Adam": Adam}
N_TRAINING, N_VALIDATION, BATCH, N_EPOCHS = 60, 300, 10, 200
LAYERS: dict[str, tuple[int, ...]] = {
    "none": (),
    "2": (2,),
    "8": (8,),
    "8 + 8": (8, 8),
    "16 + 16": (16, 16),
    "4": (4,),
    "32": (32,),
    "8 + 8 + 8": (8, 8, 8),
}
"""How many neurons in each hidden layer; the last three only in Jupyter."""
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)


def _data(name: str) -> tuple[Array, Array, Array, Array]:
    """Return the points to train on and those to validate with, of one distribution."""
    draw, noise = DATA[name]
    return (
        *draw(N_TRAINING, noise, np.random.default_rng(1)),
        *draw(N_VALIDATION, noise, np.random.default_rng(2)),
    )


def _network(widths: tuple[int, ...], bend: type[Layer] | None, dropout: float) -> Network:
    layers: list[Layer] = []
    n_in = 2
    for width in widths:
        layers.append(Dense(n_in, width))
        layers += [bend()] if bend is not None else []
        layers += [Dropout(dropout)] if dropout else []
        n_in = width
    return Network([*layers, Dense(n_in, 1)], rng=np.random.default_rng(3))


def _right(net: Network, X: Array, y: Array) -> float:
    return float(((net.predict(X).ravel() > 0) == (y == 1)).mean())


def _draw_curves(ax: Axes, training: list[float], validation: list[float]) -> None:
    number = np.arange(1, len(training) + 1)
    for losses, color, line, name in (
        (training, BLUE, "-", "training"),
        (validation, ORANGE, "--", "validation"),
    ):
        ax.plot(number, np.clip(losses, 1e-3, 10), color=color, linestyle=line, linewidth=2, label=name)
    ax.set_yscale("log")
    ax.set(xlim=(0, N_EPOCHS), ylim=(1e-3, 10), xlabel="epoch", ylabel="loss")
    ax.set_xticks(range(0, N_EPOCHS + 1, 50))
    ax.set_yticks([0.001, 0.1, 10], ["0.001", "0.1", "10"])
    ax.set_yticks([], minor=True)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 0.97), frameon=False, ncols=2, borderaxespad=0)


def _diagnosis(training: list[float], validation: list[float]) -> str:
    """Say in a few words what the two curves tell."""
    lately = training[-20:]
    best = int(np.argmin(validation)) + 1
    if training[-1] > 0.65:
        return "no better than guessing"
    if max(lately) > 1.5 * min(lately) and max(lately) > 0.2:
        return "the loss jumps up and down"
    if validation[-1] > 1.15 * min(validation) and best <= 0.9 * N_EPOCHS:
        return f"overfitting since epoch {best}, where the validation loss was {min(validation):.2f}"
    if training[-1] < 0.97 * training[-N_EPOCHS // 5]:
        return "still learning"
    return "no longer learning"


def draw_playground(
    data: str, rate: float, layers: str, bend: str, optimizer: str, dropout: float
) -> Iterator[float | Frame]:
    """Train a network on 60 points and draw its border, with the loss on them and on 300 others by epoch.

    Parameters
    ----------
    data : str
        One of DATA.
    rate : float
        The learning rate.
    layers : str
        The hidden layers, one of LAYERS.
    bend : str
        The activation after each of them, one of BENDS.
    optimizer : str
        One of OPTIMIZERS.
    dropout : float
        The probability with which each hidden neuron is left out in a step.

    Yields
    ------
    float or Frame
        How far the training is; the Frame at its end.

    Examples
    --------
    >>> *_, frame = draw_playground("moons", 0.1, "none", "tanh", "SGD", 0)
    >>> frame.sentence.split(": ")[1].split(", ")[0]
    '90% of the training and 83% of the validation points are on their side'
    """
    X, y, X_validation, y_validation = _data(data)
    net = _network(LAYERS[layers], BENDS[bend], dropout)
    loss = BinaryCrossEntropy()
    training, validation = [], []
    loop = epochs(
        net, X, y, loss=loss, optimizer=OPTIMIZERS[optimizer](rate), batch_size=BATCH,
        rng=np.random.default_rng(4),
    )  # fmt: skip
    diverged = 0
    try:
        for epoch in loop:
            # Both without dropout, after the epoch: only so can the two be compared.
            training.append(loss(net.predict(X), y)[0])
            validation.append(loss(net.predict(X_validation), y_validation)[0])
            if epoch.number == N_EPOCHS:
                break
            if epoch.number % 10 == 0:
                yield epoch.number / N_EPOCHS
    except DivergenceError:
        diverged = len(training) + 1
    fig = figure(4.8, 6.2, layout=None)
    above, below = fig.add_axes((0.17, 0.42, 0.8, 0.53)), fig.add_axes((0.17, 0.09, 0.8, 0.2))
    _draw_curves(below, training, validation)
    said = (
        f"{data}, rate {rate:g}, hidden layers {layers}, activation {bend}, {optimizer}, dropout {dropout:g}"
    )
    if diverged:
        above.set(xticks=[], yticks=[])
        above.text(0.5, 0.5, "diverged", transform=above.transAxes, ha="center", color=RED, fontsize=14)
        yield Frame(fig, f"{said}: the training has diverged in epoch {diverged}.")
        return
    low, high = X_validation.min(axis=0) - 0.1, X_validation.max(axis=0) + 0.1
    decision_boundary(
        above, net.predict, X, y, limits=((low[0], high[0]), (low[1], high[1])), resolution=80,
        labels=("class 0", "class 1"),
    )  # fmt: skip
    above.set(xlabel="$x_1$", ylabel="$x_2$")
    yield Frame(
        fig,
        f"{said}: {_right(net, X, y):.0%} of the training and "
        f"{_right(net, X_validation, y_validation):.0%} of the validation points are on their side, "
        f"losses {training[-1]:.2f} and {validation[-1]:.2f}; {_diagnosis(training, validation)}.",
    )


def playground(backend: Backend = None) -> Explorer:
    """Play with a whole training: data, learning rate, hidden layers, activation, optimizer, dropout.

    What to discover: without a bend every border is straight; a learning rate belongs to its optimizer and
    its activation; a network that is large enough learns the noise too, and the two curves part; dropout and
    smaller networks keep them together; some points lie on the wrong side by chance, and no setting helps.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> explorer = playground("static")
    >>> explorer.one_at_a_time
    ('layers', 'bend', 'optimizer', 'dropout')
    >>> sum(1 for _ in explorer.settings())
    392
    """
    return Explorer(
        draw_playground,
        backend=backend,
        one_at_a_time=("layers", "bend", "optimizer", "dropout"),
        data=Choice("data", options=list(DATA), default="moons", tooltip="Which points are to be separated"),
        rate=Numbers(
            "rate",
            stops=RATES,
            default=0.1,
            more=[0.001, 0.002, 0.005, 0.02, 0.05, 0.2, 0.5, 2, 5, 10],
            tooltip="The learning rate",
        ),
        layers=Choice(
            "hidden layers",
            options=list(LAYERS)[:5],
            more=list(LAYERS)[5:],
            default="8 + 8",
            tooltip="Neurons in each hidden layer",
        ),
        bend=Choice("activation", options=list(BENDS), default="tanh", tooltip="After each hidden layer"),
        optimizer=Choice(
            "optimizer", options=list(OPTIMIZERS), default="SGD", tooltip="How a gradient becomes a step"
        ),
        dropout=Numbers(
            "dropout",
            stops=[0, 0.2, 0.5],
            default=0,
            step=0.05,
            tooltip="Probability with which a hidden neuron is left out in a step",
        ),
    )
