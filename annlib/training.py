"""The training loop (Chapters 5 and 8).

`epochs` is a generator that makes one pass over the data at each turn, and `train` runs it with validation,
early stopping and a progress bar.

Inside, rows are shuffled by index and gathered a chunk at a time, so that a batch is a slice of the chunk;
layers write into buffers that are made once and live only in this loop; and the loss is computed from the
stored outputs when the chunk is done. That is what makes small networks fast: at their size every call
counts, not every number.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from annlib._validation import (
    BLOCK_BYTES,
    Array,
    fitting,
    generator,
    got,
    matrix,
    numbers,
    positive_int,
    real,
)
from annlib.errors import DivergenceError, InputError, ShapeError
from annlib.layers import Ahead, Layer
from annlib.losses import Loss
from annlib.network import Network, backward_order
from annlib.optimizers import Optimizer, check_optimizer

__all__ = ["Epoch", "History", "epochs", "train"]

BATCHES_PER_CHUNK = 256  # at most so many, however short the rows

Pass: TypeAlias = Callable[[Array, Any, Array], object]  # of one layer: what comes in, rng or need, out


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over all rows, when it is over.

    Attributes
    ----------
    number : int
        Counts from 1 (or from `first`).
    loss : float
        The training loss over all rows, each as its batch met it, that is, before the step on that batch (and
        with dropout, if there is any). Batches of unequal size count by their rows.
    steps : int
        How many times the optimizer has stepped in this run.
    """

    number: int
    loss: float
    steps: int


@dataclass(frozen=True, slots=True)
class History:
    """What `train` saw.

    Attributes
    ----------
    loss : list of float
        The training loss of each epoch.
    validation_loss : list of float
        After each epoch, without dropout; empty without validation data.
    best_epoch : int
        The number of the epoch with the lowest validation loss (without validation, the last epoch).
    stopped_early : bool
        Whether `patience` ran out.
    """

    loss: list[float]
    validation_loss: list[float]
    best_epoch: int
    stopped_early: bool


def epochs(
    net: Network,
    X: Array,
    y: Array,
    *,
    loss: Loss,
    optimizer: Optimizer,
    batch_size: int | None = 32,
    rng: np.random.Generator,
    sample_weight: Array | None = None,
    first: int = 1,
) -> Iterator[Epoch]:
    """Train for ever, one epoch at each turn of the loop: stop with ``break``.

    Parameters
    ----------
    net : Network
        Its parameters are moved in place.
    X : array of finite numbers, shape (n, n_in)
        Any number dtype, also a `numpy.memmap`: it is never copied whole.
    y : array
        The targets, as the loss describes them.
    loss : Loss
        Such as ``BinaryCrossEntropy()``.
    optimizer : Optimizer
        Such as ``Adam(1e-3)``.
    batch_size : int or None, default 32
        Rows in a step; the last batch of an epoch takes what is left. None, or n and more: all rows in one
        step ("full batch"), which needs no shuffling.
    rng : numpy.random.Generator
        Each epoch takes a seed for its dropout and the order of its rows from here, in this order: so adding
        dropout never changes the batches, and two runs from one state of `rng`, `net` and `optimizer` are
        equal to the bit, also when the second was saved and loaded between two epochs.
    sample_weight : finite numbers of at least 0, shape (n,), optional
        How much each row counts; only ratios matter, unless the loss is a sum. The mean over a batch divides
        by the sum of the weights in that batch, as in PyTorch (a batch whose weights are all 0 has a zero
        gradient), and `Epoch.loss` by the sum of all. Weights of classes belong to the loss; both multiply.
    first : int, default 1
        The number of the first epoch.

    Yields
    ------
    Epoch
        A frozen record: number, loss, steps.

    Raises
    ------
    InputError, ShapeError
        At once, if an argument cannot work.
    DivergenceError
        In the epoch in which the loss or a parameter becomes infinite or NaN; names the step and the learning
        rate.

    Examples
    --------
    >>> from annlib import Adam, BinaryCrossEntropy, Dense, Network, Tanh
    >>> rng = np.random.default_rng(0)
    >>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])  # XOR
    >>> net = Network([Dense(2, 8), Tanh(), Dense(8, 1)], rng=rng)
    >>> loss, optimizer = BinaryCrossEntropy(), Adam(0.1)
    >>> for epoch in epochs(net, X, y, loss=loss, optimizer=optimizer, batch_size=None, rng=rng):
    ...     if epoch.loss < 0.01:
    ...         break
    >>> (net.predict(X).ravel() > 0).astype(int)
    array([0, 1, 1, 0])
    """
    if not isinstance(net, Network):
        raise InputError(f"net must be a Network, got {got(net)}")
    X = matrix("X", X, net.n_in)
    targets, weights = _targets(net, X, y, loss, sample_weight)
    check_optimizer(optimizer)
    if not net.params.size:
        raise InputError(f"net must have parameters to train, got {net!r}")
    n = len(X)
    batch_size = n if batch_size is None else min(n, positive_int("batch_size", batch_size))
    fitting("X", X, net.dtype)
    generator("rng", rng)
    return _epochs(net, X, targets, weights, loss, optimizer, batch_size, rng, positive_int("first", first))


def _targets(
    net: Network,
    X: Array,
    y: Array,
    loss: Any,
    sample_weight: Array | None = None,
    names: tuple[str, str] = ("X", "y"),
) -> tuple[Array, Array | None]:
    """Return the checked targets, and their weights if they count differently, for a checked X."""
    if not isinstance(loss, Loss):
        hint = ". Write it with parentheses" if isinstance(loss, type) else ""
        raise InputError(f"loss must be an annlib loss such as BinaryCrossEntropy(), got {got(loss)}{hint}")
    y = numbers(names[1], y)
    length = len(y) if y.ndim else 0
    if length != len(X):
        raise ShapeError(f"{names[0]} has {len(X)} rows, {names[1]} has {length}: each row needs its target")
    shape = (len(X), net.n_out or X.shape[1])
    targets = loss.targets(y, shape, net.dtype)
    return targets, loss.weights(targets, shape, net.dtype, sample_weight)


class _Batch(NamedTuple):
    """One batch: slices of the chunk, and the buffers for a batch of this size.

    Layers see samples in columns (`annlib.layers`), losses see them in rows: the same arrays, turned.
    """

    x: Array  # (n_in, batch), or (n_in + 1, batch) with a row of ones for a layer that takes it
    targets: Array  # (batch, n_out)
    output: Array  # (batch, n_out), what the last layer writes
    forward: list[tuple[Pass, Array, Array]]  # by layer: its forward, where it writes, what the next one gets
    backward: list[tuple[Pass, bool, Array]]  # by layer: its backward, whether and where it writes dL/dx
    scale: Array  # (), what the loss multiplies with; with weights (batch, 1) or (batch, n_out)
    grad: Array  # (batch, n_out), where the loss writes its gradient
    grad_columns: Array  # the same, turned


def _pass(layer: Layer, direction: str) -> Pass:
    """Return the layer's method for samples in columns: of a pointwise layer, the plain one."""
    method: Pass = getattr(layer, direction if layer.pointwise else f"{direction}_columns")
    return method


class _Workspace:
    """The arrays that a run writes to again and again: a chunk of rows, and buffers for one batch."""

    def __init__(
        self, net: Network, X: Array, targets: Array, weights: Array | None, loss: Loss, batch_size: int
    ) -> None:
        n, n_in = X.shape
        self.layers, self.loss, self.batch_size, self.dtype = net.layers, loss, batch_size, net.dtype
        self.draws = any(layer.draws for layer in net.layers)
        self.widths = [n_in]  # of what goes into each layer, and out of the last
        for layer in net.layers:
            self.widths.append(layer.n_out or self.widths[-1])
        batches = max(1, min(BATCHES_PER_CHUNK, BLOCK_BYTES // (batch_size * n_in * net.dtype.itemsize)))
        self.rows = rows = min(n, batches * batch_size)
        # A full batch is always the same, so its rows are put into the chunk once and for all.
        self.full = batch_size == n
        self.batch_x = np.ones((rows, n_in + net.layers[0].takes_ones), net.dtype)  # a column of ones stays
        self.x = self.batch_x[:, :n_in]
        if self.full:
            self.x[:] = X
        self.targets = targets if self.full else np.empty((rows, *targets.shape[1:]), targets.dtype)
        self.weights = self.scales = None
        if weights is not None:
            self.weights = weights if self.full else np.empty((rows, *weights.shape[1:]), net.dtype)
            self.scales = np.empty_like(self.weights)
        self.batches = {size: self._cut(size) for size in {rows, n % rows or rows}}

    def _cut(self, n_rows: int) -> list[_Batch]:
        """Cut the first `n_rows` of the chunk into batches; all batches of one size share their buffers."""
        slices = [slice(i, min(i + self.batch_size, n_rows)) for i in range(0, n_rows, self.batch_size)]
        buffers = {size: self._buffers(size) for size in {rows.stop - rows.start for rows in slices}}
        batches = []
        for rows in slices:
            size = rows.stop - rows.start
            forward, backward, scale, grad = buffers[size]
            if self.scales is not None:
                scale = self.scales[rows]
            output = np.empty((self.widths[-1], size), self.dtype)
            last = _pass(self.layers[-1], "forward"), output, output
            batches.append(
                _Batch(
                    self.batch_x[rows].T,
                    self.targets[rows],
                    output.T,
                    [*forward, last],
                    backward,
                    scale,
                    grad.T,
                    grad,
                )
            )
        return batches

    def _buffers(self, size: int) -> tuple[Any, ...]:
        """Make what all batches of `size` rows share: how they go forward, back, the scale, the gradient."""
        forward = []
        for layer, following, width in zip(self.layers, self.layers[1:], self.widths[1:], strict=False):
            y = np.ones((width + following.takes_ones, size), self.dtype)  # a row of ones stays
            forward.append((_pass(layer, "forward"), y[:width], y))
        grads = [np.empty((width, size), self.dtype) for width in self.widths]
        places = dict(zip(self.layers, grads, strict=False))
        backward = [
            (_pass(layer, "backward"), needed, places[layer])
            for layer, needed in backward_order(self.layers, False)
        ]
        scale = np.asarray(self.loss.scale((size, self.widths[-1])), self.dtype)
        return forward, backward, scale, grads[-1]

    def chunks(
        self, X: Array, targets: Array, weights: Array | None, rng: np.random.Generator
    ) -> Iterator[tuple[slice, list[_Batch]]]:
        """Fill the chunk again and again until each row was in it once, in random order."""
        n = len(X)
        order = None if self.full else rng.permutation(n)
        for start in range(0, n, self.rows):
            rows = slice(start, min(start + self.rows, n))
            size = rows.stop - start
            if order is not None:
                _gather(X, order[rows], self.x[:size])
                _gather(targets, order[rows], self.targets[:size])
            if weights is not None:
                self._weigh(weights, None if order is None else order[rows], self.batches[size])
            yield rows, self.batches[size]

    def _weigh(self, weights: Array, rows: Array | None, batches: list[_Batch]) -> None:
        """Put the weights of these rows into the chunk, and into each batch's scale, relative to its mean."""
        assert self.weights is not None
        if rows is not None:
            _gather(weights, rows, self.weights[: len(rows)])
        start = 0
        for batch in batches:
            own = self.weights[start : start + len(batch.output)]
            batch.scale[...] = self.loss.relative(own) * self.loss.scale(batch.output.shape)
            start += len(own)


def _gather(source: Array, rows: Array, out: Array) -> None:
    """Do out[:] = source[rows], without an array between where the dtypes are the same."""
    if source.dtype == out.dtype:
        source.take(rows, axis=0, out=out, mode="clip")  # "raise" would buffer the whole result
    else:
        out[...] = source[rows]


def _epochs(
    net: Network,
    X: Array,
    targets: Array,
    weights: Array | None,
    loss: Loss,
    optimizer: Optimizer,
    batch_size: int,
    rng: np.random.Generator,
    first: int,
) -> Iterator[Epoch]:
    """Do the work of `epochs`, whose arguments were checked there."""
    optimizer.begin(net.params, net.grads, net.weight_mask)
    workspace = _Workspace(net, X, targets, weights, loss, batch_size)
    steps_an_epoch = math.ceil(len(X) / batch_size)
    scale = loss.scale((len(X), workspace.widths[-1]))
    for number in itertools.count(first):
        # What overflows on the way to a divergence is reported by its own error, not by NumPy's warnings.
        with np.errstate(all="ignore"):
            total = _one_epoch(net, X, targets, weights, loss, optimizer, rng, workspace, number)
        yield Epoch(number, total * scale, (number - first + 1) * steps_an_epoch)


def _one_epoch(
    net: Network,
    X: Array,
    targets: Array,
    weights: Array | None,
    loss: Loss,
    optimizer: Optimizer,
    rng: np.random.Generator,
    workspace: _Workspace,
    number: int,
) -> float:
    """Step once on each batch, and return the loss summed over all rows."""
    params, grads = net.params, net.grads
    seed = rng.bit_generator.random_raw(2)  # also taken without dropout: the batches do not depend on it
    noise = Ahead(np.random.default_rng(seed)) if workspace.draws else None
    total = 0.0
    for rows, batches in workspace.chunks(X, targets, weights, rng):
        for x, target, output, forward, backward, scale, grad, grad_columns in batches:
            for step_forward, out, handed_on in forward:
                step_forward(x, noise, out)
                x = handed_on
            if (g := loss.gradient(output, target, scale, grad)) is not grad:
                grad[...] = g  # a loss that made its own array
            flowing = grad_columns
            for step_backward, needed, out in backward:
                step_backward(flowing, needed, out)
                flowing = out
            optimizer.advance(params, grads)
        size = rows.stop - rows.start
        counted = None if workspace.weights is None else workspace.weights[:size]
        outputs = np.concatenate([batch.output for batch in batches])
        chunk_total = loss.total(outputs, workspace.targets[:size], counted)
        if not math.isfinite(chunk_total):
            bad = (i for i, b in enumerate(batches) if not math.isfinite(loss.total(b.output, b.targets)))
            step = rows.start // workspace.batch_size + next(bad, len(batches) - 1) + 1
            raise _diverged("the loss", chunk_total, number, step, optimizer)
        total += chunk_total
    if not math.isfinite(params.dot(params)) and not np.isfinite(params).all():  # the last step did it
        raise _diverged("a parameter", math.nan, number, math.ceil(len(X) / workspace.batch_size), optimizer)
    net.forget()
    return total


def _diverged(what: str, value: float, epoch: int, step: int, optimizer: Optimizer) -> DivergenceError:
    """Say where training left the finite numbers."""
    rate = optimizer.learning_rate
    return DivergenceError(
        f"{what} became {value} in epoch {epoch} at step {step} of that epoch, "
        f"with the learning rate {rate:g}: training has diverged. Try a smaller rate, such as {rate / 10:g}, "
        "and check that the features are scaled"
    )


def train(
    net: Network,
    X: Array,
    y: Array,
    *,
    n_epochs: int,
    loss: Loss,
    optimizer: Optimizer,
    batch_size: int | None = 32,
    rng: np.random.Generator,
    sample_weight: Array | None = None,
    validation: tuple[Array, Array] | tuple[Array, Array, Array] | None = None,
    patience: int | None = None,
    min_delta: float = 0.0,
    progress: Callable[[Iterable[int]], Iterable[int]] | None = None,
) -> History:
    """Train for a number of epochs, with validation, early stopping and a progress bar (Chapters 7 and 8).

    Parameters
    ----------
    net, X, y, loss, optimizer, batch_size, rng, sample_weight
        As in `epochs`.
    n_epochs : int
        How many epochs at most.
    validation : (X, y) or (X, y, sample_weight), optional
        Data that is not trained on; its loss is computed after each epoch.
    patience : int, optional
        Stop after so many epochs without a new lowest validation loss. With it, the network gets back the
        weights of the best epoch at the end, however it ended.
    min_delta : float, default 0
        How much lower a loss must be to count as a new lowest.
    progress : callable, optional
        Wraps the loop and shows how far it is, such as ``tqdm.auto.tqdm``.

    Returns
    -------
    History

    Raises
    ------
    InputError, ShapeError, DivergenceError
        As in `epochs`.

    Examples
    --------
    >>> from annlib import BinaryCrossEntropy, Dense, Network, SGD
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(200, 2))
    >>> y = (X[:, 0] > X[:, 1]).astype(int)
    >>> net = Network([Dense(2, 1)], rng=rng)
    >>> history = train(net, X[:150], y[:150], n_epochs=20, loss=BinaryCrossEntropy(), optimizer=SGD(1.0),
    ...                 rng=rng, validation=(X[150:], y[150:]))
    >>> len(history.loss), history.validation_loss[-1] < 0.2
    (20, True)
    """
    n_epochs = positive_int("n_epochs", n_epochs)
    loop = epochs(
        net,
        X,
        y,
        loss=loss,
        optimizer=optimizer,
        batch_size=batch_size,
        rng=rng,
        sample_weight=sample_weight,
    )
    if progress is not None and not callable(progress):
        raise InputError(f"progress must be a callable that wraps a loop, such as tqdm, got {got(progress)}")
    min_delta = real("min_delta", min_delta, low=0)
    if patience is not None:
        patience = positive_int("patience", patience)
        if validation is None:
            raise InputError("patience needs validation=(X, y): early stopping watches the validation loss")
    if validation is not None:
        if not isinstance(validation, tuple | list) or len(validation) not in (2, 3):
            raise InputError(f"validation must be a pair (X, y), got {got(validation)}")
        X_valid = matrix("validation X", validation[0], net.n_in)
        y_valid, w_valid = _targets(
            net,
            X_valid,
            validation[1],
            loss,
            validation[2] if len(validation) == 3 else None,
            ("validation X", "validation y"),
        )

    losses: list[float] = []
    validation_losses: list[float] = []
    best, best_epoch, best_params = math.inf, 0, net.params.copy()
    stopped = False
    turns: Any = range(1, n_epochs + 1)
    if progress is not None:
        try:
            turns = iter(progress(turns))
        except TypeError as error:
            raise InputError(
                f"progress must take a loop and return it wrapped, as tqdm does, got {progress!r}: {error}"
            ) from error
    for number in turns:
        epoch = next(loop)
        losses.append(epoch.loss)
        if validation is None:
            best_epoch = number
            continue
        output = net.outputs(X_valid)
        with np.errstate(all="ignore"):
            value = loss.total(output, y_valid, w_valid) * loss.scale(output.shape)
        if not math.isfinite(value):
            raise _diverged("the validation loss", value, number, epoch.steps // number, optimizer)
        validation_losses.append(value)
        if validation_losses[-1] < best - min_delta:
            best, best_epoch = validation_losses[-1], number
            best_params[:] = net.params
        elif patience is not None and number - best_epoch >= patience:
            stopped = True
            break
    if patience is not None:
        net.params[:] = best_params
    return History(losses, validation_losses, best_epoch, stopped)
