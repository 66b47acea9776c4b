"""A network is layers in a row over two flat vectors, of all parameters and of all gradients (Chapters 1, 4).

The vectors hold the parameters layer by layer, each bias behind its weights; each layer's ``W`` and ``b`` are
reshaped views into them. So an optimizer moves the whole network in a few lines.
"""

from __future__ import annotations

import copy
import math
import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from annlib import layers as layer_module
from annlib import optimizers as optimizer_module
from annlib import schedules
from annlib._validation import Array, cast, file_path, float_dtype, generator, got, matrix
from annlib.errors import DivergenceError, FileFormatError, InputError, ShapeError
from annlib.layers import Layer
from annlib.optimizers import Optimizer, check_optimizer

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Checkpoint", "Network", "load_checkpoint"]

FORMAT = "annlib 2"  # the first entry of every saved file; the number counts changes of the format


class Network:
    """Layers in a row, the output of each being the input of the next.

    Parameters
    ----------
    layers : list of `annlib.layers.Layer`
        From the input to the output. A layer belongs to one network only.
    rng : numpy.random.Generator
        Draws the starting weights.
    dtype : float32 (default) or float64
        Of parameters, gradients and outputs. Inputs are converted to it.

    Attributes
    ----------
    layers : tuple of layers
    params, grads : arrays, shape (n_params,)
        Flat and contiguous. Write into them (``net.params[:] = ...``), never over them.
    weight_mask : array, shape (n_params,)
        1 where a parameter is a weight, 0 where it is a bias (or a slope of PReLU): penalties and weight
        decay are for weights only.
    n_in, n_out : int or None
        Columns of the input and of the output; None if no Dense layer fixes them.

    Raises
    ------
    ShapeError
        If a layer's inputs are not as many as the outputs of the one before it.
    InputError
        If something is no layer, belongs to another network, or an argument is of another kind.

    Examples
    --------
    >>> from annlib import Dense, Tanh
    >>> net = Network([Dense(2, 8), Tanh(), Dense(8, 1)], rng=np.random.default_rng(0))
    >>> net.params.shape, net.layers[0].W.shape
    ((33,), (2, 8))
    >>> net.predict([[0.0, 0.0]])
    array([[0.]], dtype=float32)
    """

    def __init__(self, layers: Iterable[Layer], *, rng: np.random.Generator, dtype: Any = np.float32) -> None:
        generator("rng", rng)
        self._build(layers, float_dtype("dtype", dtype))
        for layer in self.layers:
            layer.initialize(rng)

    def _build(self, layers: Iterable[Layer], dtype: np.dtype[Any]) -> None:
        """Check the layers against each other, make the vectors and hand out the views."""
        self.layers = _checked(layers)
        self.dtype = dtype
        self.n_in = next((layer.n_in for layer in self.layers if layer.n_in is not None), None)
        self.n_out = next((layer.n_out for layer in reversed(self.layers) if layer.n_out is not None), None)
        shapes = [shape for layer in self.layers for shape in layer.shapes.values()]
        n_params = sum(map(math.prod, shapes))
        try:
            self.params, self.grads = np.zeros(n_params, dtype), np.zeros(n_params, dtype)
            self.weight_mask = np.repeat(
                np.array([len(shape) > 1 for shape in shapes], dtype), [math.prod(shape) for shape in shapes]
            )
        except (MemoryError, ValueError, OverflowError) as error:
            raise InputError(
                f"layers need {n_params:,} parameters, more than the memory holds: make them smaller"
            ) from error
        self._hand_out_views()

    def _hand_out_views(self) -> None:
        """Give each layer its views into the two vectors."""
        start = 0
        for layer in self.layers:
            end = start + sum(map(math.prod, layer.shapes.values()))
            layer.bind(self.params[start:end], self.grads[start:end])
            layer.zero, layer.one = np.zeros((), self.dtype), np.ones((), self.dtype)
            start = end

    def forward(self, X: Array, rng: np.random.Generator | None = None) -> Array:
        """Pass X through all layers, and keep what `backward` needs.

        Parameters
        ----------
        X : array of finite numbers, shape (n, n_in)
        rng : numpy.random.Generator, optional
            Given in training, for Dropout to draw from; without it nothing is random.

        Returns
        -------
        array, shape (n, n_out), in the network's dtype; a new one in every call

        Raises
        ------
        ShapeError, InputError
            If X has another shape, or holds something that is no finite number.
        DivergenceError
            If the output is not finite: X or the parameters are too large.
        """
        x = cast("X", matrix("X", X, self.n_in), self.dtype)
        if rng is not None:
            generator("rng", rng)
        with np.errstate(all="ignore"):  # what overflows is noticed at the end
            for layer in self.layers:
                x = layer.forward(x, rng)
        return _sound("output", x)

    def backward(self, grad: Array, input_grad: bool = False) -> Array | None:
        """Pass the gradient at the output back through all layers: fills `grads` (Chapter 4).

        Parameters
        ----------
        grad : array, shape (n, n_out)
            The derivative of the loss with respect to what the last `forward` returned.
        input_grad : bool, default False
            Whether to go on to the derivative with respect to X.

        Returns
        -------
        array, shape (n, n_in), if `input_grad`, else None

        Raises
        ------
        InputError
            If no `forward` came before (`predict` keeps nothing).
        ShapeError
            If `grad` has not the shape of the output.

        Examples
        --------
        >>> from annlib import Dense, BinaryCrossEntropy
        >>> net = Network([Dense(2, 1)], rng=np.random.default_rng(0))
        >>> loss, grad = BinaryCrossEntropy()(net.forward([[1.0, 2.0]]), [1])
        >>> net.backward(grad)
        >>> net.layers[0].dW / grad  # dL/dW = x^T G
        array([[1.],
               [2.]], dtype=float32)
        """
        saved = next((layer.saved for layer in self.layers if isinstance(layer.saved, np.ndarray)), None)
        if saved is None:
            raise InputError(
                "backward needs what forward keeps: call net.forward(X) first (predict keeps nothing)"
            )
        grad = matrix("grad", grad, self.n_out)
        if len(grad) != len(saved):
            raise ShapeError(f"grad must have one row for each row of X ({len(saved)}), got {len(grad)}")
        flowing: Array | None = cast("grad", grad, self.dtype)
        with np.errstate(all="ignore"):
            for layer, needed in backward_order(self.layers, input_grad):
                assert flowing is not None
                flowing = layer.backward(flowing, needed)
        _sound("gradient", self.grads)
        return _sound("gradient", flowing) if input_grad and flowing is not None else None

    def predict(self, X: Array) -> Array:
        """Return the outputs for X (logits, where the loss takes logits).

        Nothing is random, and nothing is kept for `backward`. A large X is taken a block of rows at a time,
        so that memory stays small.

        Parameters
        ----------
        X : array of finite numbers, shape (n, n_in)

        Returns
        -------
        array, shape (n, n_out), in the network's dtype; a new one in every call

        Raises
        ------
        ShapeError, InputError, DivergenceError
            As in `forward`.
        """
        return self.outputs(matrix("X", X, self.n_in))

    def outputs(self, X: Array) -> Array:
        """Return what `predict` returns, for an X that has been checked."""
        widest = max((layer.n_out or 0 for layer in self.layers), default=0)
        rows = max(256, (1 << 20) // max(1, widest, X.shape[1]))
        result = np.empty((len(X), self.n_out or X.shape[1]), self.dtype)
        for start in range(0, len(X), rows):
            x = cast("X", X[start : start + rows], self.dtype)
            with np.errstate(all="ignore"):
                for layer in self.layers:
                    x = layer.forward(x)
            result[start : start + rows] = x
        self.forget()
        return _sound("output", result)

    def forget(self) -> None:
        """Drop what the layers keep from `forward`."""
        for layer in self.layers:
            layer.forget()

    def summary(self) -> str:
        """Return a table of the layers, the shapes of what they put out, and their numbers of parameters.

        Examples
        --------
        >>> from annlib import Dense, ReLU
        >>> print(Network([Dense(11, 6), ReLU(), Dense(6, 1)], rng=np.random.default_rng(0)).summary())
        layer         output    parameters
        Dense(11, 6)  (n, 6)            72
        ReLU()        (n, 6)             0
        Dense(6, 1)   (n, 1)             7
        total                           79
        """
        width = self.n_in
        rows = [("layer", "output", "parameters")]
        for layer in self.layers:
            width = layer.n_out or width
            count = sum(math.prod(shape) for shape in layer.shapes.values())
            rows.append((repr(layer), f"(n, {width or 'any'})", f"{count:,}"))
        rows.append(("total", "", f"{self.params.size:,}"))
        first, second, third = (max(map(len, column)) for column in zip(*rows, strict=True))
        return "\n".join(f"{a:<{first}}  {b:<{second}}  {c:>{third}}" for a, b, c in rows)

    def __repr__(self) -> str:
        return f"Network([{', '.join(map(repr, self.layers))}], dtype={self.dtype})"

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Make the views anew: a copied view would be an array of its own, which no optimizer moves."""
        self.__dict__.update(state)
        self._hand_out_views()

    def __copy__(self) -> Self:
        """Copy deeply: a shallow copy would take the layers away from this network."""
        return copy.deepcopy(self)

    def astype(self, dtype: Any) -> Network:
        """Return a copy of the network in float32 or float64 (with its gradients at 0).

        Examples
        --------
        >>> from annlib import Dense
        >>> Network([Dense(2, 1)], rng=np.random.default_rng(0)).astype(np.float64).predict([[0.0, 0.0]])
        array([[0.]])
        """
        new = copy.copy(self)
        new.dtype = float_dtype("dtype", dtype)
        new.params = cast("params", _sound("parameters", self.params), new.dtype).copy()
        new.grads = np.zeros_like(new.params)
        new.weight_mask = new.weight_mask.astype(new.dtype)
        new._hand_out_views()
        return new

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        optimizer: Optimizer | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        """Save the network as an ``.npz`` file.

        With its optimizer and generator, training can go on from there. The file is written beside its place
        and then renamed, so that a crash leaves the old file whole.

        Parameters
        ----------
        path : path of the file, written as it stands
        optimizer : Optimizer, optional
            Saved with its memory and number of steps.
        rng : numpy.random.Generator, optional
            The generator given to `epochs` or `train`. Saved between two epochs, it is all that the order of
            the batches and the dropout of the epochs to come depend on: they are the same to the bit
            (`load_checkpoint`).

        Raises
        ------
        InputError
            If a layer or optimizer is not annlib's own (a file holds numbers, no code).

        Examples
        --------
        >>> import tempfile
        >>> from annlib import Dense
        >>> net = Network([Dense(2, 1)], rng=np.random.default_rng(0))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     net.save(folder + "/net.npz")
        ...     again = Network.load(folder + "/net.npz")
        >>> bool((again.params == net.params).all())
        True
        """
        from annlib import _files

        arrays = {"params": self.params}
        about: dict[str, Any] = {
            "layers": [[_own_name(layer_module, layer), layer.config()] for layer in self.layers],
        }
        if optimizer is not None:
            check_optimizer(optimizer)
            about["optimizer"] = [
                _own_name(optimizer_module, optimizer),
                _optimizer_config(optimizer),
                optimizer.t,
            ]
            if optimizer.t:
                arrays |= {f"optimizer_{name}": getattr(optimizer, name) for name in optimizer.memory}
        if rng is not None:
            about["rng"] = _files.generator_state(generator("rng", rng))
        _files.write(file_path("path", path), FORMAT, about, arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Network:
        """Read a network that `save` wrote.

        Its initializers are not saved (the weights are there already). Nothing in the file is executed.

        Raises
        ------
        FileFormatError
            If the file is truncated, damaged, or not written by `save`.
        OSError
            If it cannot be opened.
        """
        return load_checkpoint(path).net


class Checkpoint(NamedTuple):
    """What was saved: the network, and its optimizer and generator if they were given to `Network.save`."""

    net: Network
    optimizer: Optimizer | None
    rng: np.random.Generator | None


def load_checkpoint(path: str | os.PathLike[str]) -> Checkpoint:
    """Read what `Network.save` wrote: network, optimizer and generator, to go on training to the bit.

    Parameters
    ----------
    path : path of the file

    Returns
    -------
    Checkpoint
        ``net, optimizer, rng``; what was not saved is None.

    Raises
    ------
    FileFormatError
        If the file is truncated, damaged, or not written by `Network.save`.
    OSError
        If it cannot be opened.
    """
    from annlib import _files

    path = file_path("path", path)
    about, arrays = _files.read(path, FORMAT)
    try:
        layers = [
            getattr(layer_module, _listed(layer_module, name))(**config) for name, config in about["layers"]
        ]
        params = arrays["params"]
        net = Network.__new__(Network)
        net._build(layers, float_dtype("dtype", params.dtype))
        _fill(net.params, params)
        optimizer = None
        if "optimizer" in about:
            name, config, steps = about["optimizer"]
            optimizer = getattr(optimizer_module, _listed(optimizer_module, name))(
                **{key: schedules.decode(value) for key, value in config.items()}
            )
            if steps:
                optimizer.begin(net.params, net.grads)
                optimizer.t = int(steps)
                for part in optimizer.memory:
                    _fill(getattr(optimizer, part), arrays[f"optimizer_{part}"])
        rng = _files.generator_from(about["rng"]) if "rng" in about else None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise FileFormatError(f"{path} is damaged: {error}. Save the network again") from error
    return Checkpoint(net, optimizer, rng)


def _sound(what: str, array: Array) -> Array:
    """Return `array` if it is finite."""
    if not np.isfinite(array).all():
        raise DivergenceError(
            f"the network's {what} holds NaN or infinity: training has diverged, or X holds numbers that are "
            "far too large. Scale the features, and train anew with a smaller learning rate"
        )
    return array


def backward_order(layers: tuple[Layer, ...], input_grad: bool) -> Iterator[tuple[Layer, bool]]:
    """Give the layers from last to first, each with whether its input's gradient is needed.

    It stops at the first layer that has parameters, unless the gradient is wanted down to the input.
    """
    first = 0
    if not input_grad:
        first = next((i for i, layer in enumerate(layers) if layer.shapes), len(layers))
    for i in range(len(layers) - 1, first - 1, -1):
        yield layers[i], input_grad or i > first


def _checked(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """Return the layers as a tuple if each is a layer of its own and its inputs are the outputs before it."""
    if isinstance(layers, Layer | np.ndarray) or not isinstance(layers, Iterable):
        raise InputError(f"layers must be a list of layers such as [Dense(2, 1)], got {got(layers)}")
    chain: tuple[Any, ...] = tuple(layers)
    if not chain:
        raise InputError("layers must have at least one layer, got an empty list")
    width, before = None, ""
    for i, layer in enumerate(chain):
        if not isinstance(layer, Layer):
            hint = f". Write {layer.__name__}(...), with parentheses" if isinstance(layer, type) else ""
            raise InputError(f"layers[{i}] must be a layer, got {got(layer)}{hint}")
        if any(layer is other for other in chain[:i]) or "zero" in layer.__dict__:
            raise InputError(f"layers[{i}], {layer!r}, is already in use: make a new layer for each place")
        if layer.n_in is not None and width is not None and layer.n_in != width:
            raise ShapeError(
                f"layers[{i}], {layer!r}, takes {layer.n_in} inputs, but {before} before it gives {width}: "
                f"make them the same"
            )
        if layer.n_out is not None:
            width, before = layer.n_out, repr(layer)
    return chain


def _own_name(module: Any, thing: object) -> str:
    """Return the name of annlib's own class that `thing` is of."""
    name = type(thing).__name__
    if getattr(module, name, None) is not type(thing):
        raise InputError(
            f"only annlib's own layers and optimizers can be saved, got {thing!r}. "
            "Save net.params with np.save, and build the network anew before you read them back"
        )
    return name


def _optimizer_config(optimizer: Optimizer) -> dict[str, Any]:
    """Return the optimizer's arguments as JSON can hold them."""
    config = {key: schedules.encode(value) for key, value in optimizer.config().items()}
    if callable(config["learning_rate"]):
        raise InputError(
            f"only annlib's own schedules can be saved, got the function {config['learning_rate']!r} as "
            "learning_rate. A file holds numbers, no code"
        )
    return config


def _listed(module: Any, name: str) -> str:
    """Return `name` if the module lists it: a file cannot call anything else."""
    if name not in module.__all__:
        raise ValueError(f"{name!r} is unknown to this version of annlib")
    return name


def _fill(array: Array, saved: Array) -> None:
    """Copy a saved array into one of the same shape and dtype."""
    if saved.shape != array.shape or saved.dtype != array.dtype:
        raise ValueError(f"{saved.shape} {saved.dtype} was found where {array.shape} {array.dtype} belongs")
    if not np.isfinite(saved).all():
        raise ValueError("NaN or infinity was found among the numbers")
    array[...] = saved
