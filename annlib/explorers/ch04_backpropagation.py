"""Explorers of chapter 4: both passes step by step, and what a start does to signals in ten layers."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from matplotlib.collections import PolyCollection
from numpy.typing import NDArray

from annlib import BinaryCrossEntropy, Dense, Network, ReLU, Sigmoid, Tanh
from annlib.explorers import Choice, Explorer, Frame, Numbers
from annlib.initializers import Initializer, constant, glorot_normal, he_normal, zeros
from annlib.layers import Layer
from annlib.plots.ch04_backpropagation import LAST_STEP, draw_passes, draw_spread, sentence_of_step
from annlib.plots.style import BLUE, INK, MUTED, ORANGE, figure
from annlib.plots.wording import power_of_ten

__all__ = ["initialization", "passes"]

Array = NDArray[Any]
Backend = Literal["static", "live"] | None


def draw_step(step: int, target: str) -> Frame:
    """Draw the two passes of a 2-2-1 network after a step, every known number in its place.

    Parameters
    ----------
    step : int
        From 0 (nothing computed) to 16 (slopes of the inputs).
    target : str
        "0" or "1".

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_step(6, "1").sentence
    'Step 6 of 16, forward, target 1: p = σ(z) = 0.447.'
    """
    fig = figure(5, 5.4, layout=None)
    draw_passes(fig.add_axes((0, 0, 1, 1)), step, int(target))
    return Frame(fig, sentence_of_step(step, int(target)))


def passes(backend: Backend = None) -> Explorer:
    """Explore forward and backward pass of a 2-2-1 network, one number (or a few alike) at a time.

    What to discover: every slope needs the one below it and a value that went forward; the target only
    enters at the end, and turns the sign of every slope; at the inputs two paths meet and add up.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> len(passes().parameters["step"].stops)
    17
    """
    return Explorer(
        draw_step,
        backend=backend,
        step=Numbers(
            "step",
            stops=range(LAST_STEP + 1),
            default=0,
            play=2.5,
            tooltip="How many steps of the two passes are done",
        ),
        target=Choice("target", options=["0", "1"], default="1", tooltip="What should come out"),
    )


DEPTH, WIDTH, N_RECORDS = 10, 64, 200

STARTS: dict[str, Initializer] = {
    "zeros": zeros,
    "all equal": constant(1 / 64),
    "too small": lambda shape, rng, dtype: 0.02 * rng.normal(size=shape),
    "Glorot": glorot_normal,
    "He": he_normal,
    "too large": lambda shape, rng, dtype: rng.normal(size=shape),
}
"""Ways to start the weights; biases start at zero."""

_WINDOWS: dict[str, tuple[tuple[float, float], list[float]]] = {
    "sigmoid": ((-0.05, 1.05), [0, 0.25, 0.5, 0.75, 1]),
    "tanh": ((-1.1, 1.1), [-1, -0.5, 0, 0.5, 1]),
    "ReLU": ((-0.15, 4.0), [0, 1, 2, 3, 4]),
}
"""Between which activations the picture reaches (what lies beyond is drawn at the border), and its ticks."""

BENDS: dict[str, type[Layer]] = {"sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}


@lru_cache(maxsize=1)
def _digits() -> tuple[Array, Array]:
    """Return pictures of digits, standardized as a whole, and whether each digit is odd."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    X = X[:N_RECORDS]
    return (X - X.mean()) / X.std(), y[:N_RECORDS] % 2


class Signals(NamedTuple):
    """What a network's hidden layers say, and how fast the loss changes with their sums."""

    activations: tuple[Array, ...]
    gradients: tuple[Array, ...]


@lru_cache(maxsize=len(STARTS) * len(BENDS))
def signals(start: str, bend: str) -> Signals:
    """Send digits through ten hidden layers of 64 neurons and the gradient back, before any training.

    Parameters
    ----------
    start : str
        One of STARTS.
    bend : str
        The activation, one of BENDS.

    Returns
    -------
    Signals
        For each hidden layer, first to last: activations and gradients, shape (200, 64).

    Examples
    --------
    >>> float(abs(signals("zeros", "tanh").gradients[0]).max())
    0.0
    """
    X, y = _digits()
    stack: list[Layer] = []
    for _ in range(DEPTH):
        stack += [Dense(WIDTH, WIDTH, weights=STARTS[start]), BENDS[bend]()]
    layers = [*stack, Dense(WIDTH, 1, weights=STARTS[start])]
    net = Network(layers, rng=np.random.default_rng(4), dtype=np.float64)
    a, said = X, []
    for layer in net.layers:
        a = layer.forward(a)
        said.append(a)
    _, grad = BinaryCrossEntropy()(a, y)
    heard = []
    flowing: Array | None = grad * len(y)  # for each record by itself, not for their mean
    for layer in reversed(net.layers):
        assert flowing is not None
        flowing = layer.backward(flowing)
        heard.append(flowing)
    # After going back through an activation, the gradient is that of the sum before it.
    return Signals(tuple(said[1:-1:2]), tuple(g for g in heard[1::2][::-1] if g is not None))


def _size(numbers: Array) -> float:
    """Return the root mean square."""
    return float(np.sqrt(np.mean(numbers**2)))


def _short(value: float) -> str:
    """Write a size with two digits, with a power of ten where it is tiny or huge."""
    if value == 0:
        return "0"
    if not 1e-3 <= value < 1e4:
        return power_of_ten(value)
    return f"{value:.2g}" if value < 100 else f"{value:.0f}"


def draw_start(start: str, bend: str, layer: int) -> Frame:
    """Draw the spread of activations and the size of gradients through ten layers, and one layer closer.

    Parameters
    ----------
    start : str
        One of STARTS.
    bend : str
        One of BENDS.
    layer : int
        The hidden layer whose activations are drawn as a histogram, 1 to 10.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_start("zeros", "tanh", 1).sentence
    'zeros with tanh: the activations have the size 0 in layer 1 and 0 in layer 10; the gradient has 0 in \
layer 10 and 0 in layer 1. Layer 1: every activation is 0.'
    """
    said, heard = signals(start, bend)
    fig = figure(5, 5.8, layout=None)
    above = fig.add_axes((0.16, 0.75, 0.82, 0.2))
    middle = fig.add_axes((0.16, 0.42, 0.82, 0.2))
    below = fig.add_axes((0.16, 0.085, 0.82, 0.2))
    (low, high), ticks = _WINDOWS[bend]
    shown = [numbers.clip(low, high) for numbers in said]
    above.axhline(0, color=MUTED, linestyle="-", linewidth=1, zorder=1)
    draw_spread(above, shown, strong=layer)
    above.set(xlim=(0.4, 10.6), ylim=(low, high), xticks=range(1, 11), yticks=ticks[::2])
    above.set_title("activations, layer by layer", loc="left", y=1)

    # Powers of ten on a plain axis: a logarithmic one takes a little longer to draw.
    sizes = np.array([_size(numbers) for numbers in heard])
    powers = np.log10(sizes.clip(1e-13, 1e8))
    places = np.arange(1, DEPTH + 1)
    middle.axhspan(-2, 1, facecolor=(BLUE, 0.13), edgecolor="none", linewidth=0)
    middle.plot(places, powers, color=BLUE, linestyle="-", linewidth=2.25, marker="o", clip_on=False)
    middle.plot(layer, powers[layer - 1], "D", color=ORANGE, markersize=10, zorder=5, clip_on=False)
    middle.set(xlim=(0.4, 10.6), ylim=(-13, 8), xticks=range(1, 11))
    middle.set_yticks([-10, -5, 0, 5], ["10⁻¹⁰", "10⁻⁵", "1", "10⁵"])
    if not sizes.any():
        middle.text(5.5, -11, "exactly zero everywhere", ha="center", fontsize=12, color=INK)
    middle.set_title("size of the gradient, layer by layer", loc="left", y=1)

    numbers = said[layer - 1].ravel()
    counts, edges = np.histogram(numbers.clip(low, high), bins=40, range=(low, high))
    heights = 100 * counts / numbers.size
    bars = [
        [(left, 0), (left, height), (right, height), (right, 0)]
        for (left, right), height in zip(pairwise(edges), heights, strict=True)
    ]
    below.add_collection(PolyCollection(bars, facecolor=(ORANGE, 0.5), edgecolor=ORANGE, linewidth=1))
    below.set(xlim=(low, high), ylim=(0, 100), xticks=ticks, yticks=[0, 50, 100])
    below.set_title(f"activations of layer {layer}, in percent", loc="left", y=1)

    if not numbers.any():
        detail = "every activation is 0"
    elif np.ptp(said[layer - 1], axis=1).max() < 1e-9 * high:
        detail = f"for each record all {WIDTH} neurons say the same"
    elif bend == "ReLU":
        detail = f"{np.mean(numbers == 0):.0%} of the activations are 0"
    else:
        slopes = numbers * (1 - numbers) if bend == "sigmoid" else 1 - numbers**2
        flat = np.mean(slopes < (0.05 if bend == "tanh" else 0.0125))
        detail = f"{flat:.0%} of the activations lie where {bend} is flat"
    first, last = _size(said[0]), _size(said[-1])
    return Frame(
        fig,
        f"{start} with {bend}: the activations have the size {_short(first)} in layer 1 and {_short(last)} "
        f"in layer 10; the gradient has {_short(float(sizes[-1]))} in layer 10 and {_short(float(sizes[0]))} "
        f"in layer 1. Layer {layer}: {detail}.",
    )


def initialization(backend: Backend = None) -> Explorer:
    """Explore how a start decides what arrives in ten layers, forward and backward, before any training.

    What to discover: from zeros the gradient is zero; small weights let it vanish, large ones saturate tanh
    and let it explode; Glorot suits tanh, He suits ReLU; the sigmoid loses with all of these.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> list(initialization().parameters)
    ['start', 'bend', 'layer']
    """
    return Explorer(
        draw_start,
        backend=backend,
        start=Choice("start", options=list(STARTS), default="too small", tooltip="How the weights start"),
        bend=Choice("activation", options=list(BENDS), default="tanh", tooltip="What follows each layer"),
        layer=Numbers(
            "layer",
            stops=[1, 2, 3, 5, 7, 9, 10],
            default=10,
            step=1,
            tooltip="The hidden layer that is looked at closely",
        ),
    )
