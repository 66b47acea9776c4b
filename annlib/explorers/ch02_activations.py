"""Explorers of chapter 2: a tangent on each activation, what depth leaves of a slope, stacked layers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from annlib import Adam, BinaryCrossEntropy, Dense, Network, ReLU, Sigmoid, Tanh, datasets, epochs
from annlib.explorers import Choice, Explorer, Frame, Numbers
from annlib.layers import Layer
from annlib.plots.ch02_activations import FLAT, FUNCTIONS, draw_activation
from annlib.plots.common import decision_boundary
from annlib.plots.style import GREEN, INK, MUTED, ORANGE, PAPER, figure
from annlib.plots.wording import number

__all__ = ["depth", "layers", "tangent"]

Array = NDArray[Any]
Backend = Literal["static", "live"] | None


REACH = 6.0


def draw_tangent(name: str, z: float) -> Frame:
    """Draw an activation with its tangent at z, and below it the slope for every z.

    Parameters
    ----------
    name : str
        One of `annlib.plots.ch02_activations.FUNCTIONS`.
    z : float
        Where the tangent lies, between -6 and 6.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_tangent("sigmoid", 3.0).sentence
    'sigmoid at z = 3: the output is 0.953 and the slope 0.0452, so a nudge of 0.1 moves the output by about \
0.00452: nearly flat.'
    """
    f = FUNCTIONS[name]
    place = np.array([float(z)])
    value, slope = float(f.function(place)[0]), float(f.derivative(place)[0])
    fig = figure(4.8, 5.2, layout=None)
    above = fig.add_axes((0.14, 0.47, 0.83, 0.51))
    below = fig.add_axes((0.14, 0.11, 0.83, 0.27))
    squashed = name in ("step", "sigmoid", "tanh")
    heights = (-1.5, 1.5) if squashed else (-2.0, 6.0)
    draw_activation(above, name, reach=REACH, heights=heights, parts=("function",), width=3)
    half = np.array([-2.0, 2.0]) / np.hypot(1, slope * (4 if squashed else 1.5)) * 1.2
    above.plot(z + half, value + slope * half, color=GREEN, linestyle="-", linewidth=3, zorder=6)
    above.plot(z, value, "o", color=GREEN, markersize=10, zorder=7)
    draw_activation(below, name, reach=REACH, heights=(-0.2, 1.3), parts=("slope",))
    below.plot([z, z], [0, slope], color=GREEN, linestyle="-", linewidth=2.5, zorder=6)
    below.plot(z, slope, "o", color=GREEN, markersize=9, zorder=7)
    above.set(ylabel="output $f(z)$", xticks=range(-6, 7, 2))
    below.set(ylabel="slope $f'(z)$", xlabel="$z$", xticks=range(-6, 7, 2), yticks=[0, 0.5, 1])
    said = f"{name} at z = {number(z)}: the output is {number(value)} and the slope {number(slope)}"
    if slope == 0:
        tail = "so no small nudge changes anything: nothing can be learned here"
    else:
        tail = f"so a nudge of 0.1 moves the output by about {number(0.1 * slope)}"
        tail += ": nearly flat" if abs(slope) < FLAT else ""
    return Frame(fig, f"{said}, {tail}.")


def tangent(backend: Backend = None) -> Explorer:
    """Explore an activation and its slope, with the tangent at z.

    What to discover: the sigmoid is steepest at 0 and flat beyond 3; tanh is four times as steep; the step
    has slope 0 everywhere; ReLU has 0 or 1; GELU and SiLU fall before they rise.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> list(tangent().parameters)
    ['name', 'z']
    """
    return Explorer(
        draw_tangent,
        backend=backend,
        name=Choice(
            "activation", options=list(FUNCTIONS), default="sigmoid", tooltip="What is applied to the sum z"
        ),
        z=Numbers(
            "sum z",
            stops=[-6, -5, -4, -3.5, -3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6],
            default=1,
            step=0.1,
            tooltip="Where the tangent lies",
        ),
    )


WIDTH, N_RECORDS, DEEPEST = 50, 100, 20


@lru_cache(maxsize=64)
def arriving(name: str, size: float) -> tuple[float, ...]:
    """Return which share of a nudge is left after 0, 1, ... 20 random layers of 50 neurons.

    The nudge goes forward: through each layer it is multiplied with the weights and with the slopes. Sent
    back from the output, as in Chapter 4, the slope meets the same factors.

    Parameters
    ----------
    name : str
        One of `annlib.plots.ch02_activations.FUNCTIONS`.
    size : float
        The weights are random with the standard deviation size / sqrt(50).

    Returns
    -------
    tuple of float
        Root mean square of the nudge after each layer, by that of the nudge at the start.

    Examples
    --------
    >>> [round(share, 3) for share in arriving("linear", 1.0)[:2]]
    [1.0, 0.984]
    """
    f = FUNCTIONS[name]
    rng = np.random.default_rng(3)
    a = rng.normal(size=(N_RECORDS, WIDTH))
    nudge = rng.normal(size=(N_RECORDS, WIDTH))
    sent = np.sqrt(np.mean(nudge**2))
    shares = [1.0]
    for _ in range(DEEPEST):
        W = size * rng.normal(size=(WIDTH, WIDTH)) / np.sqrt(WIDTH)
        z = a @ W
        a, nudge = f.function(z), (nudge @ W) * f.derivative(z)
        shares.append(float(np.sqrt(np.mean(nudge**2)) / sent))
    return tuple(shares)


DEEP = ("linear", "sigmoid", "tanh", "ReLU", "leaky ReLU", "ELU", "GELU")


def draw_depth(name: str, size: float, n_layers: int) -> Frame:
    """Draw the slope that is left after each layer, on a scale of factors of ten.

    Parameters
    ----------
    name : str
        One of DEEP.
    size : float
        Of the random weights.
    n_layers : int
        How deep, from 1 to 20.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_depth("sigmoid", 1.0, 5).sentence.partition(": ")[2]
    'of a nudge 0.000596 arrives: it vanishes.'
    """
    shares = np.array(arriving(name, size)[: n_layers + 1])
    bounds = 1e-16, 1e9
    fig = figure(4.8, 4.2, layout=None)
    ax = fig.add_axes((0.19, 0.14, 0.78, 0.83))
    ax.axhspan(0.1, 10, facecolor=(GREEN, 0.13), edgecolor="none", linewidth=0)
    ax.axhline(1, color=MUTED, linestyle="-", linewidth=1)
    whole = np.array(arriving(name, size))
    ax.plot(np.arange(DEEPEST + 1), whole.clip(*bounds), color=MUTED, linestyle=":", linewidth=2)
    ax.plot(
        np.arange(n_layers + 1), shares.clip(*bounds), color=ORANGE, linestyle="-", linewidth=2.75,
        marker="o", markersize=6,
    )  # fmt: skip
    ax.set_yscale("log")
    ax.set(xlim=(-0.5, DEEPEST + 0.5), ylim=bounds, xlabel="layers passed", ylabel="share that is left")
    ax.set(xticks=[0, 5, 10, 15, 20], yticks=[1e-15, 1e-10, 1e-5, 1, 1e5])
    ax.set_yticks([], minor=True)
    ax.text(20.2, 2.2, "stays in reach", fontsize=11, ha="right", va="bottom", color=INK)
    left = float(shares[-1])
    bounds_of = ((1e-3, "vanishes"), (0.1, "fades"), (10, "stays in reach"), (1e3, "grows"))
    verdict = "it " + next((word for bound, word in bounds_of if left < bound), "explodes")
    plural = "s" if n_layers > 1 else ""
    return Frame(
        fig,
        f"{name}, weights of size {number(size)}, {n_layers} layer{plural}: "
        f"of a nudge {number(left)} arrives: "
        f"{verdict}.".replace("arrives", "times its size arrives" if left > 1 else "arrives"),
    )


def depth(backend: Backend = None) -> Explorer:
    """Explore what depth leaves of a slope: a product of slopes and weights vanishes, holds or explodes.

    What to discover: with weights of size 1 the sigmoid loses a factor of about five a layer; larger weights
    repair that, and too large ones explode, with the sigmoid as well; ReLU holds at 1.4.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> depth().parameters["n_layers"].stops
    (1, 2, 3, 5, 7, 10, 15, 20)
    """
    return Explorer(
        draw_depth,
        backend=backend,
        name=Choice("activation", options=DEEP, default="sigmoid", tooltip="Activation after each layer"),
        size=Numbers(
            "weights",
            stops=[0.5, 1, 1.4, 2, 4, 16],
            default=1,
            step=0.1,
            tooltip="Size of the random weights, times one over the root of the number of inputs",
        ),
        n_layers=Numbers(
            "layers",
            stops=[1, 2, 3, 5, 7, 10, 15, 20],
            default=5,
            step=1,
            tooltip="How many layers are passed",
        ),
    )


SHAPES = {"XOR": (datasets.xor, 0.15), "ring": (datasets.circles, 0.07), "moons": (datasets.moons, 0.12)}
BENDS: dict[str, type[Layer] | None] = {"none": None, "sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}
N_POINTS, N_EPOCHS, N_UNITS = 160, 400, 6


@lru_cache(maxsize=len(SHAPES))
def _data(shape: str) -> tuple[Array, Array]:
    make, noise = SHAPES[shape]
    return make(N_POINTS, noise, np.random.default_rng(1))


def draw_layers(shape: str, bend: str, n_hidden: int) -> Iterator[float | Frame]:
    """Train hidden layers of six neurons each, with or without an activation, and draw the border.

    Parameters
    ----------
    shape : str
        The data, one of SHAPES.
    bend : str
        The activation after each hidden layer, one of BENDS.
    n_hidden : int
        How many hidden layers.

    Yields
    ------
    float or Frame
        How far the training is; the Frame at its end.

    Examples
    --------
    >>> *_, frame = draw_layers("ring", "none", 2)
    >>> "straight" in frame.sentence
    True
    """
    X, y = _data(shape)
    rng = np.random.default_rng(2)
    stack: list[Layer] = []
    activation = BENDS[bend]
    for k in range(n_hidden):
        stack.append(Dense(N_UNITS if k else 2, N_UNITS))
        if activation is not None:
            stack.append(activation())
    net = Network([*stack, Dense(N_UNITS, 1)], rng=rng)
    training = epochs(net, X, y, loss=BinaryCrossEntropy(), optimizer=Adam(0.02), batch_size=None, rng=rng)
    for epoch in itertools.islice(training, N_EPOCHS):
        if epoch.number % 20 == 0:
            yield epoch.number / N_EPOCHS
    right = int(((net.predict(X).ravel() > 0) == (y.ravel() == 1)).sum())

    fig = figure(4.8, 4.7, layout=None)
    ax = fig.add_axes((0.14, 0.12, 0.83, 0.79))
    low, high = X.min(axis=0) - 0.3, X.max(axis=0) + 0.3
    decision_boundary(
        ax, net.predict, X, y, limits=((low[0], high[0]), (low[1], high[1])), resolution=80,
        labels=("class 0", "class 1"),
    )  # fmt: skip
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel="$x_1$", ylabel="$x_2$")
    many = f"{n_hidden} hidden layer{'s' * (n_hidden > 1)}"
    ax.text(
        0.98, 0.03, f"{many}, {bend}", transform=ax.transAxes, ha="right", fontsize=12, zorder=8,
        bbox={"boxstyle": "round,pad=0.2", "facecolor": PAPER, "edgecolor": "none", "linewidth": 0},
    )  # fmt: skip
    kind = "without activation" if activation is None else f"with {bend}"
    border = (
        "all layers together are one straight line"
        if activation is None
        else "between the layers something bends"
    )
    yield Frame(
        fig,
        f"{shape}, {many} {kind}: {right} of {N_POINTS} points ({right / N_POINTS:.0%}) are on their side; "
        f"{border}.",
    )


def layers(backend: Backend = None) -> Explorer:
    """Explore stacked layers: without an activation between them, depth gains nothing.

    What to discover: without activation the border is straight however many layers there are; one hidden
    layer with ReLU is enough for all three; with many sigmoid layers the same training gets less far.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> layers().parameters["n_hidden"].stops
    (1, 2, 3, 4, 5, 6, 7)
    """
    return Explorer(
        draw_layers,
        backend=backend,
        shape=Choice(
            "data", options=list(SHAPES), default="ring", tooltip="Which points are to be separated"
        ),
        bend=Choice(
            "activation", options=list(BENDS), default="none", tooltip="What stands after each hidden layer"
        ),
        n_hidden=Numbers(
            "layers", stops=range(1, 8), default=2, step=1, tooltip="Hidden layers of six neurons each"
        ),
    )
