"""What several chapters draw: a neuron, a network, two classes of points, the line where a decision turns.

All of them speak in shapes as well as in colors: inputs are squares and neurons are circles, each class has
its own marker, a region is hatched as well as tinted, a negative weight is dashed as well as orange.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from matplotlib.text import Text
from numpy.typing import ArrayLike, NDArray

from annlib.errors import InputError, ShapeError
from annlib.plots.style import (
    BLUE,
    CLASS_COLORS,
    CLASS_HATCHES,
    CLASS_MARKERS,
    FILL_ALPHA,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    figure,
    styled,
)

__all__ = ["decision_boundary", "network_diagram", "neuron_diagram", "scatter_classes"]

Array = NDArray[Any]

# Above all lines, so that a number on an edge is read, not crossed out.
_LABEL_ORDER = 6


def _number(value: float) -> str:
    """Write a number as the prose does: at most 3 significant digits, a true minus sign."""
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")


def _label(ax: Axes, x: float, y: float, text: str, **kwargs: Any) -> Text:
    """Write text on a small patch of paper, so that what lies under it does not cross it."""
    box = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "edgecolor": "none", "linewidth": 0}
    settings: dict[str, Any] = {"ha": "center", "va": "center", "bbox": box, "zorder": _LABEL_ORDER}
    return ax.text(x, y, text, **(settings | kwargs))


def _blank(ax: Axes, width: float, height: float) -> None:
    """Make the axes a sheet of paper with one unit for both directions."""
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")


@styled
def network_diagram(
    layer_sizes: Sequence[int],
    *,
    weights: Sequence[ArrayLike] | None = None,
    biases: Sequence[ArrayLike] | None = None,
    names: Sequence[Sequence[str]] | None = None,
    titles: Sequence[str] | None = None,
    highlight: tuple[int, int] | None = None,
    most: int = 8,
    ax: Axes | None = None,
) -> Figure:
    """Draw a fully connected network: inputs as squares, neurons as circles, an edge for each weight.

    Parameters
    ----------
    layer_sizes : sequence of int
        Number of inputs first, then the neurons of each layer: ``[3, 4, 1]``.
    weights : sequence of array_like, optional
        One matrix for each gap, shape (n_in, n_out). An edge is then thicker the larger its weight is, solid
        blue where it is positive, dashed orange where it is negative, and carries its number where the gap
        has at most 8 edges.
    biases : sequence of array_like, optional
        One vector for each layer after the inputs, shape (n_out,); written under the neuron.
    names : sequence of sequences of str, optional
        What stands in each square or circle, layer by layer; mathtext such as ``"$x_1$"`` is welcome. By
        default x1, x2, ... in the inputs.
    titles : sequence of str, optional
        One above each layer. By default its role and size, which says that inputs are no neurons.
    highlight : (int, int), optional
        (layer, unit), both from 0: this neuron and the edges that end in it are drawn strong, the rest pale.
    most : int
        A larger layer shows its first ``most - 1`` units, three dots, and its last one.
    ax : Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    Figure
        The figure that holds the drawing.

    Raises
    ------
    ShapeError
        If a weight matrix, a bias vector, names or titles do not fit `layer_sizes`.
    InputError
        If there are fewer than two layers or a layer has no unit.

    Examples
    --------
    >>> fig = network_diagram([2, 2, 1], weights=[[[1, 1], [1, 1]], [[1], [-2]]])
    >>> len(fig.axes)
    1
    """
    sizes = [int(size) for size in layer_sizes]
    if len(sizes) < 2 or min(sizes) < 1:
        raise InputError(
            f"layer_sizes must hold at least two positive numbers, got {list(layer_sizes)!r}; "
            "write the number of inputs first: [3, 4, 1]."
        )
    matrices = _matching(weights, list(itertools.pairwise(sizes)), "weights")
    vectors = _matching(biases, [(m,) for m in sizes[1:]], "biases")
    for given, what in ((names, "names"), (titles, "titles")):
        if given is not None and len(given) != len(sizes):
            raise ShapeError(
                f"{what} must have one entry for each of the {len(sizes)} layers, got {len(given)}."
            )
    tallest = max(sizes) if max(sizes) <= most else most + 1
    gap, row, radius = (3.4 if weights is not None else 2.6), 1.25, 0.42
    width, height = gap * (len(sizes) - 1) + 2.6, row * tallest + 1.5
    if ax is None:
        ax = figure(6.4, float(np.clip(6.4 * height / width, 2.6, 5.6))).subplots()
    _blank(ax, width, height)

    # Which units are shown, and where: unit -> height, from the top.
    places: list[dict[int, float]] = []
    for size in sizes:
        shown = list(range(size)) if size <= most else [*range(most - 1), size - 1]
        slots = [*range(most - 1), most] if len(shown) < size else list(range(size))  # one slot for the dots
        top = (height - 1.2) / 2 + row * slots[-1] / 2
        places.append({unit: top - row * slot for unit, slot in zip(shown, slots, strict=True)})
    column = [1.3 + gap * k for k in range(len(sizes))]
    largest = max((float(np.abs(matrix).max()) for matrix in matrices or []), default=1.0) or 1.0

    for k in range(len(sizes) - 1):
        crowded = len(places[k]) * len(places[k + 1]) > 8
        for i, y0 in places[k].items():
            for j, y1 in places[k + 1].items():
                strong = highlight is None or highlight == (k + 1, j)
                line: dict[str, Any] = {"color": MUTED, "linestyle": "-", "linewidth": 1.2}
                line["alpha"] = 1.0 if strong else 0.3
                if matrices is not None:
                    weight = float(matrices[k][i, j])
                    line["color"] = BLUE if weight >= 0 else ORANGE
                    line["linestyle"] = "-" if weight >= 0 else (0, (4, 2))
                    line["linewidth"] = 0.8 + 3.2 * abs(weight) / largest
                elif highlight is not None and strong:
                    line |= {"color": BLUE, "linewidth": 2.4}
                ax.plot([column[k], column[k + 1]], [y0, y1], zorder=1, **line)
                if matrices is not None and not crowded and strong:
                    # Near its own input, where the edges have not met yet.
                    at = 0.3 if len(places[k + 1]) > 1 else 0.42
                    _label(
                        ax, column[k] + at * gap, y0 + at * (y1 - y0), _number(float(matrices[k][i, j])),
                        fontsize=11,
                    )  # fmt: skip

    for k, layer in enumerate(places):
        for unit, y in layer.items():
            strong = highlight is None or highlight == (k, unit) or (highlight[0] == k + 1)
            edge = INK if strong else MUTED
            if k == 0:
                ax.add_patch(
                    FancyBboxPatch(
                        (column[k] - 0.36, y - 0.36), 0.72, 0.72, boxstyle="round,pad=0,rounding_size=0.08",
                        facecolor=PAPER, edgecolor=edge, linewidth=2, zorder=3,
                    )
                )  # fmt: skip
            else:
                color = GREEN if k == len(sizes) - 1 else BLUE
                ax.add_patch(Circle((column[k], y), radius, facecolor=PAPER, edgecolor=PAPER, zorder=2.5))
                ax.add_patch(
                    Circle(
                        (column[k], y), radius, zorder=3, linewidth=2, edgecolor=color if strong else MUTED,
                        facecolor=(color, 0.45 if highlight == (k, unit) else FILL_ALPHA),
                    )
                )  # fmt: skip
            default = f"$x_{{{unit + 1}}}$" if k == 0 else ""
            text = default if names is None else names[k][unit]
            ax.text(column[k], y, text, ha="center", va="center", fontsize=13, zorder=_LABEL_ORDER)
            if vectors is not None and k > 0:
                bias = f"$b$ = {_number(float(vectors[k - 1][unit]))}"
                _label(ax, column[k], y - radius - 0.2, bias, fontsize=11)
        if len(layer) < sizes[k]:
            ys = list(layer.values())
            for step in (-0.3, 0.0, 0.3):
                ax.plot(column[k], (ys[-1] + ys[-2]) / 2 + step, "o", color=INK, markersize=3, zorder=4)
        if titles is not None:
            title = titles[k]
        elif k == 0:
            title = f"inputs\n{sizes[0]} number{'s' * (sizes[0] > 1)}"
        else:
            role = "output layer" if k == len(sizes) - 1 else "hidden layer"
            title = f"{role}\n{sizes[k]} neuron{'s' * (sizes[k] > 1)}"
        ax.text(column[k], height - 0.45, title, ha="center", va="center", fontsize=11, color=INK)
    return ax.get_figure(root=True)  # type: ignore[return-value]


def _matching(
    given: Sequence[ArrayLike] | None, shapes: list[tuple[int, ...]], what: str
) -> list[Array] | None:
    """Return the arrays with a check that each has its shape."""
    if given is None:
        return None
    arrays = [np.asarray(array, dtype=float) for array in given]
    came = [array.shape for array in arrays]
    if came != shapes:
        raise ShapeError(f"{what} must have the shapes {shapes} of these layers, got {came}.")
    return arrays


@styled
def neuron_diagram(
    n_inputs: int = 2,
    *,
    x: ArrayLike | None = None,
    w: ArrayLike | None = None,
    b: float | None = None,
    activation: Callable[[Array], ArrayLike] | None = None,
    activation_name: str = "activation",
    names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw one artificial neuron from left to right: inputs, weights, sum, bias, activation, output.

    Parameters
    ----------
    n_inputs : int
        Number of inputs; taken from `x` or `w` where these are given.
    x, w : array_like, shape (n_inputs,), optional
        Numbers to write at the inputs and on the edges. With both, and `b`, the sum is written too.
    b : float, optional
        The bias.
    activation : callable, optional
        Array -> array of the same shape, such as ``annlib.activations.sigmoid``: its curve is drawn in its
        box, and with `x`, `w` and `b` the output is written.
    activation_name : str
        What stands under that box.
    names : sequence of str, optional
        A name for each input, such as ``["temperature", "grip"]``, written to the left of it.
    ax : Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    Figure
        The figure that holds the drawing.

    Raises
    ------
    ShapeError
        If `x`, `w` and `names` do not have one length.

    Examples
    --------
    >>> fig = neuron_diagram(x=[1.0, 2.0], w=[0.5, -1.0], b=0.25, activation=np.tanh, activation_name="tanh")
    >>> any("1.25" in text.get_text() for text in fig.axes[0].texts)
    True
    """
    inputs = None if x is None else np.asarray(x, dtype=float)
    slopes = None if w is None else np.asarray(w, dtype=float)
    lengths = {
        what: len(given)
        for what, given in (("x", inputs), ("w", slopes), ("names", names))
        if given is not None
    }
    if len(set(lengths.values())) > 1:
        raise ShapeError(f"x, w and names must have one entry for each input, got the lengths {lengths}.")
    count = next(iter(lengths.values()), n_inputs)
    left = 2.3 if names is not None else 0.9
    width, height = left + 8.0, max(3.4, 1.3 * count + 1.1)
    if ax is None:
        ax = figure(6.4, 6.4 * height / width).subplots()
    _blank(ax, width, height)
    middle = 1.3 * count / 2 if 1.3 * count + 1.1 >= 3.4 else (height - 1.1) / 2
    x_sum, x_act, x_out = left + 3.5, left + 5.7, left + 7.7
    z = None
    if inputs is not None and slopes is not None and b is not None:
        z = float(inputs @ slopes + b)

    def arrow(start: tuple[float, float], end: tuple[float, float], color: str, width: float = 2.0) -> None:
        ax.add_patch(
            FancyArrowPatch(
                start, end, arrowstyle="-|>", mutation_scale=14, color=color, linewidth=width,
                shrinkA=0, shrinkB=0, zorder=1,
            )
        )  # fmt: skip

    for i in range(count):
        y = middle + 1.3 * ((count - 1) / 2 - i)
        ax.add_patch(
            FancyBboxPatch(
                (left - 0.42, y - 0.38), 0.84, 0.76, boxstyle="round,pad=0,rounding_size=0.08",
                facecolor=PAPER, edgecolor=INK, linewidth=2, zorder=3,
            )
        )  # fmt: skip
        symbol = f"$x_{{{i + 1}}}$"
        ax.text(
            left, y, symbol if inputs is None else _number(float(inputs[i])),
            ha="center", va="center", fontsize=13, zorder=_LABEL_ORDER,
        )  # fmt: skip
        if names is not None:
            ax.text(left - 0.6, y, names[i], ha="right", va="center", fontsize=11)
        direction = np.array([x_sum - left - 0.42, middle - y])
        end = np.array([x_sum, middle]) - 0.6 * direction / np.linalg.norm(direction)
        color = BLUE if slopes is None or slopes[i] >= 0 else ORANGE
        arrow((left + 0.42, y), (float(end[0]), float(end[1])), color)
        weight = f"$w_{{{i + 1}}}$" + ("" if slopes is None else f" = {_number(float(slopes[i]))}")
        _label(ax, left + 1.75, y + (middle - y) * 0.45, weight, color=color, fontsize=12)

    top = height - 0.45
    arrow((x_sum, top - 0.3), (x_sum, middle + 0.6), GREEN)
    bias = "$b$" if b is None else f"$b$ = {_number(b)}"
    _label(ax, x_sum, top - 0.05, f"bias {bias}", color=GREEN, fontsize=12)
    ax.add_patch(
        Circle((x_sum, middle), 0.58, facecolor=(BLUE, FILL_ALPHA), edgecolor=BLUE, linewidth=2.25, zorder=3)
    )
    ax.text(x_sum, middle, r"$\Sigma$", ha="center", va="center", fontsize=18, zorder=_LABEL_ORDER)
    _label(ax, x_sum, middle - 0.95, "sum", fontsize=11)

    arrow((x_sum + 0.58, middle), (x_act - 0.62, middle), INK)
    z_text = "$z$" if z is None else f"$z$ = {_number(z)}"
    ax.text((x_sum + x_act) / 2, middle + 0.72, z_text, ha="center", va="bottom", fontsize=12)
    ax.add_patch(
        FancyBboxPatch(
            (x_act - 0.6, middle - 0.6), 1.2, 1.2, boxstyle="round,pad=0,rounding_size=0.12",
            facecolor=PAPER, edgecolor=INK, linewidth=2, zorder=3,
        )
    )  # fmt: skip
    _label(ax, x_act, middle - 0.95, activation_name, fontsize=11)
    if activation is None:
        ax.text(x_act, middle, "$f$", ha="center", va="center", fontsize=18, zorder=_LABEL_ORDER)
    else:
        grid = np.linspace(-3, 3, 121)
        curve = np.asarray(activation(grid), dtype=float)
        span = max(float(curve.max() - curve.min()), 1e-9)
        ax.plot(
            [x_act - 0.45, x_act + 0.45],
            [middle - 0.4] * 2,
            color=MUTED,
            linestyle="-",
            linewidth=1,
            zorder=4,
        )
        ax.plot(
            [x_act] * 2, [middle - 0.45, middle + 0.45], color=MUTED, linestyle="-", linewidth=1, zorder=4
        )
        ax.plot(
            x_act + 0.15 * grid, middle - 0.4 + 0.8 * (curve - curve.min()) / span,
            color=BLUE, linestyle="-", linewidth=2.5, zorder=5,
        )  # fmt: skip
    arrow((x_act + 0.6, middle), (x_out, middle), INK)
    a_text = "$a$"
    if z is not None and activation is not None:
        a_text = f"$a$ = {_number(float(np.asarray(activation(np.array([z])))[0]))}"
    ax.text((x_act + 0.6 + x_out) / 2, middle + 0.72, a_text, ha="center", va="bottom", fontsize=12)
    _label(ax, (x_act + 0.6 + x_out) / 2, middle - 0.95, "output", fontsize=11)
    return ax.get_figure(root=True)  # type: ignore[return-value]


@styled
def scatter_classes(
    ax: Axes,
    X: ArrayLike,
    y: ArrayLike,
    *,
    labels: Sequence[str] | None = None,
    size: float = 46.0,
    legend: bool = True,
) -> list[Line2D]:
    """Scatter the points of each class with its own marker and color.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    X : array_like, shape (n, 2)
        The points.
    y : array_like, shape (n,) or (n, 1), int
        The class of each point, from 0 to 3.
    labels : sequence of str, optional
        A name for each class; by default "class 0", "class 1", ...
    size : float
        Area of a marker in square points.
    legend : bool
        Draw a legend above the axes, where it covers no point.

    Returns
    -------
    list of Line2D
        A handle for each class, for a legend of your own.

    Raises
    ------
    ShapeError
        If X is not (n, 2) or y has another n.
    InputError
        If a label is not an integer from 0 to 3.

    Examples
    --------
    >>> ax = figure().subplots()
    >>> [handle.get_marker() for handle in scatter_classes(ax, [[0, 0], [1, 1]], [0, 1])]
    ['o', '^']
    """
    points, classes = np.asarray(X, dtype=float), np.asarray(y).reshape(-1)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) != len(classes):
        raise ShapeError(
            f"X must have the shape (n, 2) and y one label for each row, "
            f"got {points.shape} and {np.shape(y)}."
        )
    n_classes = len(CLASS_COLORS)
    if not np.isin(classes, range(n_classes)).all():
        raise InputError(
            f"y must hold integers from 0 to {n_classes - 1}, got {np.unique(classes)!r}; "
            "threshold probabilities first."
        )
    handles = []
    for k in sorted({int(label) for label in classes}):
        chosen = points[classes == k]
        name = labels[k] if labels is not None else f"class {k}"
        # Lines without a line, not a collection: one <use> for each marker, a third of the bytes.
        (handle,) = ax.plot(
            chosen[:, 0], chosen[:, 1], linestyle="none", marker=CLASS_MARKERS[k], markersize=size**0.5,
            color=CLASS_COLORS[k], markeredgecolor=PAPER, markeredgewidth=1.0, label=name, zorder=4,
        )  # fmt: skip
        handles.append(handle)
    if legend:
        ax.legend(
            handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(handles), frameon=False,
            columnspacing=1.5, handletextpad=0.3,
        )  # fmt: skip
    return handles


@styled
def decision_boundary(
    ax: Axes,
    predict: Callable[[Array], ArrayLike],
    X: ArrayLike | None = None,
    y: ArrayLike | None = None,
    *,
    threshold: float = 0.0,
    limits: tuple[tuple[float, float], tuple[float, float]] | None = None,
    levels: Sequence[float] = (),
    labels: Sequence[str] | None = None,
    resolution: int = 120,
    legend: bool = True,
) -> Array:
    """Tint and hatch the side of the plane where the prediction is above the threshold; draw its border.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    predict : callable
        Array (n, 2) -> scores, shape (n,) or (n, 1): ``net.predict`` (logits, threshold 0) or a probability
        (threshold 0.5).
    X, y : array_like, optional
        Points to scatter on top (see `scatter_classes`), which also give the limits.
    threshold : float
        Class 1 is where the score is above it.
    limits : ((x_min, x_max), (y_min, y_max)), optional
        The window; by default the range of X and a tenth more on every side.
    levels : sequence of float
        More scores to draw as thin dashed lines, such as where the output is 0.1 and 0.9.
    labels : sequence of str, optional
        Names of the classes in the legend.
    resolution : int
        Grid points on a side.
    legend : bool
        Draw the legend of the points.

    Returns
    -------
    ndarray, shape (resolution, resolution)
        The scores on the grid, rows from bottom to top.

    Raises
    ------
    InputError
        If neither X nor limits is given, or a score is not finite.
    ShapeError
        If `predict` does not give one score for each row.

    Examples
    --------
    >>> ax = figure().subplots()
    >>> scores = decision_boundary(ax, lambda x: x[:, 0] + x[:, 1] - 1.5, [[0, 0], [1, 1]], [0, 1])
    >>> scores.shape
    (120, 120)
    """
    if limits is None:
        if X is None:
            raise InputError("decision_boundary needs X or limits to know which part of the plane to draw.")
        points = np.asarray(X, dtype=float)
        low, high = points.min(axis=0), points.max(axis=0)
        margin = np.maximum(0.1 * (high - low), 1e-6)
        limits = ((low[0] - margin[0], high[0] + margin[0]), (low[1] - margin[1], high[1] + margin[1]))
    x_axis, y_axis = (np.linspace(start, end, resolution) for start, end in limits)
    grid = np.stack(np.meshgrid(x_axis, y_axis), axis=-1).reshape(-1, 2)  # (resolution², 2)
    scores = np.asarray(predict(grid), dtype=float)
    if scores.shape not in {(len(grid),), (len(grid), 1)}:
        raise ShapeError(
            f"predict must give one score for each of the {len(grid)} rows, got the shape {scores.shape}."
        )
    scores = scores.reshape(resolution, resolution)
    if not np.isfinite(scores).all():
        raise InputError("predict gave NaN or infinity; has the training diverged?")
    above, below = scores > threshold, scores <= threshold
    for k, region in ((0, below), (1, above)):
        if not region.any():
            continue
        # From the score itself, not from the mask, so that the border is smooth.
        span = (-np.inf, threshold) if k == 0 else (threshold, np.inf)
        edges = [max(span[0], float(scores.min()) - 1.0), min(span[1], float(scores.max()) + 1.0)]
        tinted = ax.contourf(
            x_axis, y_axis, scores, levels=edges, colors=[(CLASS_COLORS[k], FILL_ALPHA)],
            hatches=[CLASS_HATCHES[k]], zorder=0,
        )  # fmt: skip
        tinted.set(edgecolor=(CLASS_COLORS[k], 0.8), linewidth=0.0)
    if above.any() and below.any():
        ax.contour(
            x_axis,
            y_axis,
            scores,
            levels=[threshold],
            colors=[INK],
            linewidths=2.25,
            linestyles="-",
            zorder=2,
        )
    inside = sorted(level for level in levels if scores.min() < level < scores.max())
    if inside:
        ax.contour(
            x_axis,
            y_axis,
            scores,
            levels=inside,
            colors=[MUTED],
            linewidths=1.25,
            linestyles="--",
            zorder=1.5,
        )
    ax.set(xlim=limits[0], ylim=limits[1])
    if X is not None and y is not None:
        scatter_classes(ax, X, y, labels=labels, legend=legend)
    return scores
