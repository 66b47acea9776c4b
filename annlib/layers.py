"""The layers of a network: each goes forward from x to y, and backward from the gradient at y to that at x.

Read it from top to bottom: the idea of a layer, the one with weights (`Dense`, Chapter 1), the activations
(Chapter 2) and `Dropout` (Chapter 7). Rows are samples: x has the shape (batch, n_in). The backward pass is
Chapter 4.

The training loop turns everything by 90 degrees: there samples are *columns*, because NumPy runs along a
batch of 32 faster than along 6 neurons. A layer that treats each number by itself does not mind
(`pointwise`), and is given arrays to write to (`out`), so that a thousand small steps do not ask for memory a
thousand times. `Dense` has the turned form of its two formulas under the plain one. Any other is turned for
it.

The shapes are checked where a network is built and where data comes in (`annlib.network`), not in here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, ClassVar, TypeAlias

import numpy as np

from annlib import activations
from annlib._validation import Array, cast, finite, numbers, positive_int, real
from annlib.errors import InputError, ShapeError
from annlib.initializers import Initializer, glorot_uniform, zeros

__all__ = [
    "ELU",
    "GELU",
    "Dense",
    "Dropout",
    "Layer",
    "LeakyReLU",
    "PReLU",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
]

WIDE = 256  # inputs: above, a layer's bias is added, not multiplied (see `Dense`)
MASK_BYTES = 1 << 18  # dropout draws masks ahead while they need no more memory than this

Random: TypeAlias = "np.random.Generator | Ahead"


class Layer:
    """What every layer has; a layer of your own inherits from it and writes `forward` and `backward`.

    Attributes
    ----------
    shapes : dict
        The names and shapes of the parameters, such as ``{"W": (n_in, n_out), "b": (n_out,)}``. The network
        that the layer is put into gives it one array for each name (``layer.W``) and one for its gradient
        (``layer.dW``): both are views into the network's two flat buffers.
    n_in, n_out : int or None
        How many columns come in and go out; None where any number passes through unchanged.
    draws : bool
        Whether the layer draws random numbers in training.
    takes_ones : bool
        Whether `forward_columns` wants a row of ones under x.
    pointwise : bool
        Whether each number that comes out depends on one number that goes in. Such a layer's `forward` and
        `backward` take a third argument, ``out``: an array to write to, or None.
    saved : array or None
        What `forward` keeps because `backward` needs it.
    """

    shapes: dict[str, tuple[int, ...]]
    n_in: int | None = None
    n_out: int | None = None
    draws: ClassVar[bool] = False
    pointwise: ClassVar[bool] = False
    takes_ones: bool = False
    saved: Any = None
    # A network replaces these by arrays of no dimension in its own dtype, which NumPy takes faster than ints.
    zero: Any = 0
    one: Any = 1

    def __init__(self) -> None:
        self.shapes = {}

    def initialize(self, rng: np.random.Generator) -> None:
        """Give the parameters their starting values (nothing to do where there are none)."""

    def bind(self, params: Array, grads: Array) -> None:
        """Take this layer's pieces of the network's two vectors: each parameter is a view into them."""
        start = 0
        for name, shape in self.shapes.items():
            end = start + math.prod(shape)
            setattr(self, name, params[start:end].reshape(shape))
            setattr(self, f"d{name}", grads[start:end].reshape(shape))
            start = end

    def forward(self, x: Array, rng: Random | None = None) -> Array:
        """Return y for x. A generator is given in training and only there."""
        raise NotImplementedError

    def backward(self, grad: Array, input_grad: bool = True) -> Array | None:
        """Take dL/dy, fill the gradients of the parameters (dW, db), and return dL/dx."""
        raise NotImplementedError

    def forward_columns(self, x: Array, rng: Random | None, out: Array) -> None:
        """Do `forward` for samples in columns: put y, (n_out, batch), into `out` for x, (n_in, batch)."""
        out[...] = self.forward(x.T, rng).T

    def backward_columns(self, grad: Array, input_grad: bool, out: Array) -> None:
        """Do `backward` for samples in columns: put dL/dx into `out`, if it is needed."""
        if (dx := self.backward(grad.T, input_grad)) is not None:
            out[...] = dx.T

    def forget(self) -> None:
        """Drop what `forward` keeps."""
        self.saved = None

    def config(self) -> dict[str, Any]:
        """Return the arguments that make this layer anew (numbers only; for saving and for `repr`)."""
        return {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{v}' for v in self.config().values())})"

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what belongs to the network or to one batch: the owner makes it anew."""
        own = {
            "saved",
            "place",
            "zeros",
            "zero",
            "one",
            "Wb",
            "dWb",
            *self.shapes,
            *(f"d{name}" for name in self.shapes),
        }
        return {name: value for name, value in self.__dict__.items() if name not in own}


class Dense(Layer):
    """A layer of neurons, each joined to every input: y = x W + b (Chapter 1).

    Column j of W and entry j of b belong to neuron j. With the gradient G = dL/dy the chain rule gives
    dL/dW = x^T G, dL/db = the sum of G over the batch, dL/dx = G W^T (Chapter 4).

    The bias is the weight of an input that is always 1. So, with a 1 put at the end of each row of x, and b
    under W as its last row, x W + b is one product, [x 1] [W; b], and [x 1]^T G gives dW with db under it. In
    memory b does stand behind W: `Wb` and `dWb` are the two together. So does the training loop compute
    narrow layers, where calls cost more than numbers; in wide ones the longer rows cost more than they save.

    Parameters
    ----------
    n_in, n_out : int
        How many features come in and how many neurons there are.
    weights, bias : initializer
        How W and b start (`annlib.initializers`): `glorot_uniform` and `zeros` if not given.

    Raises
    ------
    InputError
        If a size is no positive integer, or an initializer is no function.

    Examples
    --------
    >>> from annlib import Network
    >>> layer = Dense(2, 1)
    >>> net = Network([layer], rng=np.random.default_rng(0))
    >>> layer.W[:] = [[2.0], [3.0]]
    >>> layer.forward(np.array([[1.0, 1.0]], dtype=np.float32))
    array([[5.]], dtype=float32)
    """

    W: Array  # (n_in, n_out)
    b: Array  # (n_out,)
    Wb: Array  # (n_in + 1, n_out): W, and b as its last row
    dW: Array  # noqa: N815 - the name that the formulas have
    db: Array
    dWb: Array  # noqa: N815

    def __init__(
        self, n_in: int, n_out: int, *, weights: Initializer = glorot_uniform, bias: Initializer = zeros
    ) -> None:
        self.n_in = positive_int("n_in", n_in)
        self.n_out = positive_int("n_out", n_out)
        for name, initializer in (("weights", weights), ("bias", bias)):
            if not callable(initializer):
                raise InputError(
                    f"{name} must be an initializer, such as annlib.initializers.he_normal, "
                    f"got {initializer!r}"
                )
        self.takes_ones = self.n_in <= WIDE
        self.weights, self.bias = weights, bias
        self.shapes = {"W": (self.n_in, self.n_out), "b": (self.n_out,)}

    def bind(self, params: Array, grads: Array) -> None:
        """Take the views W, b, dW, db, and those that hold two of them."""
        super().bind(params, grads)
        self.Wb, self.dWb = (vector.reshape(-1, self.W.shape[1]) for vector in (params, grads))

    def initialize(self, rng: np.random.Generator) -> None:
        """Fill W and b by their initializers."""
        for name, array, initializer in (("weights", self.W, self.weights), ("bias", self.b, self.bias)):
            try:
                start = numbers(name, initializer(array.shape, rng, array.dtype))
            except TypeError as error:
                raise InputError(
                    f"{name} must be a function of (shape, rng, dtype), such as "
                    f"annlib.initializers.he_normal, got {initializer!r}: {error}"
                ) from error
            if start.shape != array.shape:
                raise ShapeError(
                    f"{name} must return an array of shape {array.shape}, got shape {start.shape} from "
                    f"{initializer!r}"
                )
            array[:] = cast(name, finite(name, start), array.dtype)

    def forward(self, x: Array, rng: Random | None = None) -> Array:
        """Return x W + b."""
        self.saved = x  # (batch, n_in)
        y: Array = x @ self.W  # (batch, n_out)
        y += self.b
        return y

    def backward(self, grad: Array, input_grad: bool = True) -> Array | None:
        """Fill dW and db; return G W^T, or None where it is not asked for."""
        self.dW[:] = self.saved.T @ grad  # (n_in, batch) (batch, n_out)
        self.db[:] = grad.sum(axis=0)
        return grad @ self.W.T if input_grad else None  # (batch, n_in)

    def forward_columns(self, x: Array, rng: Random | None, out: Array) -> None:
        """Put [W; b]^T [x; 1] into `out`, where the row of ones comes with x; else W^T x + b."""
        self.saved = x  # (n_in + 1, batch), or (n_in, batch)
        if self.takes_ones:
            self.Wb.T.dot(x, out)  # (n_out, n_in + 1) (n_in + 1, batch)
        else:
            self.W.T.dot(x, out)  # (n_out, n_in) (n_in, batch)
            out += self.b[:, None]

    def backward_columns(self, grad: Array, input_grad: bool, out: Array) -> None:
        """Fill dW and db; put W G into `out`, if it is needed."""
        if self.takes_ones:
            self.saved.dot(grad.T, self.dWb)  # (n_in + 1, batch) (batch, n_out)
        else:
            self.saved.dot(grad.T, self.dW)  # (n_in, batch) (batch, n_out)
            grad.sum(axis=1, out=self.db)
        if input_grad:
            self.W.dot(grad, out)  # (n_in, n_out) (n_out, batch)

    def config(self) -> dict[str, Any]:
        """Return the two sizes."""
        return {"n_in": self.n_in, "n_out": self.n_out}


class Sigmoid(Layer):
    """The sigmoid of each entry, y = 1 / (1 + exp(-x)), with the derivative y (1 - y) (Chapter 2).

    For a network that ends in one and is trained by cross-entropy, leave it out and use the loss on the
    logits.

    Examples
    --------
    >>> layer = Sigmoid()
    >>> layer.forward(np.array([[0.0, 3.0]])).round(3)
    array([[0.5  , 0.953]])
    >>> layer.backward(np.ones((1, 2))).round(3)
    array([[0.25 , 0.045]])
    """

    pointwise: ClassVar[bool] = True

    def forward(self, x: Array, rng: Random | None = None, out: Array | None = None) -> Array:
        """Return the sigmoid of x."""
        y = activations.sigmoid(x, out)
        self.saved = y
        return y

    def backward(self, grad: Array, input_grad: bool = True, out: Array | None = None) -> Array:
        """Return grad * y (1 - y)."""
        y = self.saved
        dx: Array = np.subtract(self.one, y, out=out)
        dx *= y
        dx *= grad
        return dx


class Tanh(Layer):
    """The hyperbolic tangent of each entry, with the derivative 1 - y**2 (Chapter 2).

    Examples
    --------
    >>> layer = Tanh()
    >>> layer.forward(np.array([[0.0, 1.0]])).round(3)
    array([[0.   , 0.762]])
    >>> layer.backward(np.ones((1, 2))).round(3)
    array([[1.  , 0.42]])
    """

    pointwise: ClassVar[bool] = True

    def forward(self, x: Array, rng: Random | None = None, out: Array | None = None) -> Array:
        """Return tanh x."""
        y: Array = np.tanh(x, out=out)
        self.saved = y
        return y

    def backward(self, grad: Array, input_grad: bool = True, out: Array | None = None) -> Array:
        """Return grad * (1 - y**2)."""
        y = self.saved
        dx: Array = np.multiply(y, y, out=out)
        np.subtract(self.one, dx, out=dx)
        dx *= grad
        return dx


class ReLU(Layer):
    """What is positive passes, the rest becomes 0: y = max(x, 0); its derivative is 1 where y > 0, else 0.

    At x = 0 the derivative is 0 here, as in PyTorch (Chapter 2; Nair & Hinton 2010).

    Examples
    --------
    >>> layer = ReLU()
    >>> layer.forward(np.array([[-1.0, 0.0, 2.0]]))
    array([[0., 0., 2.]])
    >>> layer.backward(np.ones((1, 3)))
    array([[0., 0., 1.]])
    """

    pointwise: ClassVar[bool] = True

    place: Any = None
    zeros: Any = None

    def forward(self, x: Array, rng: Random | None = None, out: Array | None = None) -> Array:
        """Return max(x, 0)."""
        zero = self.zero
        if out is not None:  # in training: NumPy compares two arrays three times as fast as array and number
            if out is not self.place:
                self.place, self.zeros = out, np.zeros_like(out)
            zero = self.zeros
        y: Array = np.maximum(x, zero, out=out)
        self.saved = y
        return y

    def backward(self, grad: Array, input_grad: bool = True, out: Array | None = None) -> Array:
        """Return grad * (y > 0)."""
        dx: Array = np.sign(self.saved, out=out)  # y is never negative: its sign is 1 where y > 0, else 0
        dx *= grad
        return dx

    def forget(self) -> None:
        """Drop y, and the array of zeros."""
        self.saved = self.place = self.zeros = None


class _Pointwise(Layer):
    """An activation of each entry that is the function and the derivative of `annlib.activations`.

    `Sigmoid`, `Tanh` and `ReLU` above need only their output to go back; these go back from x.
    """

    pointwise: ClassVar[bool] = True

    def function(self, x: Array) -> Array:
        """Return f(x)."""
        raise NotImplementedError

    def derivative(self, x: Array) -> Array:
        """Return f'(x)."""
        raise NotImplementedError

    def forward(self, x: Array, rng: Random | None = None, out: Array | None = None) -> Array:
        """Return f(x)."""
        self.saved = x
        y = self.function(x)
        if out is None:
            return y
        out[...] = y
        return out

    def backward(self, grad: Array, input_grad: bool = True, out: Array | None = None) -> Array:
        """Return grad * f'(x)."""
        dx: Array = np.multiply(grad, self.derivative(self.saved), out=out)
        return dx


class LeakyReLU(_Pointwise):
    """ReLU that lets a little of the negative through: y = x where x > 0, else slope * x (Chapter 2).

    A unit that is negative everywhere still has a gradient and can recover, slowly (Maas et al. 2013). At x =
    0 the derivative is the slope, as in PyTorch.

    Parameters
    ----------
    slope : float in [0, 1), default 0.01

    Examples
    --------
    >>> layer = LeakyReLU(0.1)
    >>> layer.forward(np.array([[-2.0, 0.0, 2.0]]))
    array([[-0.2,  0. ,  2. ]])
    >>> layer.backward(np.ones((1, 3)))
    array([[0.1, 0.1, 1. ]])
    """

    def __init__(self, slope: float = 0.01) -> None:
        super().__init__()
        self.slope = real("slope", slope, low=0, high=1)

    def function(self, x: Array) -> Array:
        """Return x where x > 0, else slope * x."""
        return activations.leaky_relu(x, self.slope)

    def derivative(self, x: Array) -> Array:
        """Return 1 where x > 0, else the slope."""
        return activations.leaky_relu_derivative(x, self.slope)

    def config(self) -> dict[str, Any]:
        """Return the slope."""
        return {"slope": self.slope}


class ELU(_Pointwise):
    """The exponential linear unit: y = x where x > 0, else alpha (exp(x) - 1) (Chapter 2).

    It bends down to -alpha (Clevert et al. 2016). At x = 0 the derivative is alpha, as in PyTorch.

    Parameters
    ----------
    alpha : float above 0 (and below a million), default 1

    Examples
    --------
    >>> layer = ELU()
    >>> layer.forward(np.array([[-1.0, 2.0]])).round(3)
    array([[-0.632,  2.   ]])
    >>> layer.backward(np.ones((1, 2))).round(3)
    array([[0.368, 1.   ]])
    """

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.alpha = real("alpha", alpha, low=0, high=1e6, open_low=True)

    def function(self, x: Array) -> Array:
        """Return x where x > 0, else alpha (exp(x) - 1)."""
        return activations.elu(x, self.alpha)

    def derivative(self, x: Array) -> Array:
        """Return 1 where x > 0, else alpha exp(x)."""
        return activations.elu_derivative(x, self.alpha)

    def config(self) -> dict[str, Any]:
        """Return alpha."""
        return {"alpha": self.alpha}


class GELU(_Pointwise):
    """The Gaussian error linear unit in its *tanh form*, as `annlib.activations.gelu` has it (Chapter 2).

    y = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x**3))) / 2 (Hendrycks & Gimpel 2016); PyTorch's
    ``GELU(approximate="tanh")``.

    Examples
    --------
    >>> layer = GELU()
    >>> layer.forward(np.array([[-1.0, 2.0]])).round(3)
    array([[-0.159,  1.955]])
    >>> layer.backward(np.ones((1, 2))).round(3)
    array([[-0.083,  1.086]])
    """

    def function(self, x: Array) -> Array:
        """Return gelu(x)."""
        return activations.gelu(x)

    def derivative(self, x: Array) -> Array:
        """Return gelu'(x)."""
        return activations.gelu_derivative(x)


class SiLU(_Pointwise):
    """The sigmoid-weighted linear unit, or Swish: y = x sigmoid(x) (Elfwing et al. 2018; Chapter 2).

    Its derivative is s (1 + x (1 - s)) with s = sigmoid(x).

    Examples
    --------
    >>> layer = SiLU()
    >>> layer.forward(np.array([[-1.0, 2.0]])).round(3)
    array([[-0.269,  1.762]])
    >>> layer.backward(np.ones((1, 2))).round(3)
    array([[0.072, 1.091]])
    """

    def function(self, x: Array) -> Array:
        """Return x sigmoid(x)."""
        return activations.silu(x)

    def derivative(self, x: Array) -> Array:
        """Return s (1 + x (1 - s))."""
        return activations.silu_derivative(x)


class Softplus(_Pointwise):
    """A smooth ReLU: y = log(1 + exp(x)), with the derivative sigmoid(x) (Dugas et al. 2001; Chapter 2).

    Above 20 it is x itself, with the derivative 1, as in PyTorch.

    Examples
    --------
    >>> layer = Softplus()
    >>> layer.forward(np.array([[0.0, 30.0]])).round(3)
    array([[ 0.693, 30.   ]])
    >>> layer.backward(np.ones((1, 2)))
    array([[0.5, 1. ]])
    """

    def function(self, x: Array) -> Array:
        """Return log(1 + exp(x))."""
        return activations.softplus(x)

    def derivative(self, x: Array) -> Array:
        """Return sigmoid(x)."""
        return activations.softplus_derivative(x)


class PReLU(Layer):
    """A leaky ReLU whose slope is learned: y = x where x > 0, else slope * x (He et al. 2015; Chapter 2).

    The slope a is a parameter of the network like any weight, with the gradient dL/da = the sum of G min(x,
    0). In the flat buffer it stands with the biases, so that weight decay does not pull it to 0 (the paper
    advises against that). At x = 0 the derivative is a, as in PyTorch.

    Parameters
    ----------
    start : float (between minus and plus a million), default 0.25
        The slope before training.
    n_in : int, optional
        With it, each of so many columns has a slope of its own; without, all share one.

    Examples
    --------
    >>> from annlib import Network
    >>> layer = PReLU()
    >>> net = Network([layer], rng=np.random.default_rng(0), dtype=np.float64)
    >>> layer.forward(np.array([[-2.0, 4.0]]))
    array([[-0.5,  4. ]])
    >>> layer.backward(np.array([[1.0, 1.0]]))
    array([[0.25, 1.  ]])
    >>> layer.dslope
    array([-2.])
    """

    slope: Array
    dslope: Array

    def __init__(self, start: float = 0.25, n_in: int | None = None) -> None:
        self.start = real("start", start, low=-1e6, high=1e6)
        self.n_in = self.n_out = None if n_in is None else positive_int("n_in", n_in)
        self.shapes = {"slope": (self.n_in or 1,)}

    def initialize(self, rng: np.random.Generator) -> None:
        """Set every slope to the start."""
        self.slope[:] = self.start

    def forward(self, x: Array, rng: Random | None = None) -> Array:
        """Return max(x, 0) + slope * min(x, 0)."""
        self.saved = x  # (batch, n_in)
        y: Array = np.minimum(x, self.zero)
        y *= self.slope
        y += np.maximum(x, self.zero)
        return y

    def backward(self, grad: Array, input_grad: bool = True) -> Array:
        """Fill dslope; return grad where x > 0, else grad * slope."""
        x = self.saved
        by_column = (grad * np.minimum(x, self.zero)).sum(axis=0)
        self.dslope[:] = by_column if self.n_in else by_column.sum()
        dx: Array = np.multiply(grad, np.where(x > 0, self.one, self.slope))
        return dx

    def config(self) -> dict[str, Any]:
        """Return the start and, if there is one slope a column, their number."""
        return {"start": self.start} | ({"n_in": self.n_in} if self.n_in else {})


class Softmax(Layer):
    """Probabilities of each row: p = exp(x) / the sum of exp(x) over the row (Bridle 1990; Chapter 2).

    Every output depends on every input of its row: dp_i/dx_j = p_i (1[i = j] - p_j), so that dL/dx = p (G -
    the row's sum of G p). For a network that ends in one and is trained by cross-entropy, leave it out and
    use `annlib.losses.CategoricalCrossEntropy` on the logits.

    Examples
    --------
    >>> layer = Softmax()
    >>> layer.forward(np.array([[0.0, 0.0], [1e4, 0.0]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    >>> layer.backward(np.array([[1.0, 0.0], [1.0, 0.0]]))
    array([[ 0.25, -0.25],
           [ 0.  ,  0.  ]])
    """

    def forward(self, x: Array, rng: Random | None = None) -> Array:
        """Return the softmax of each row."""
        y = activations.softmax(x)
        self.saved = y
        return y

    def backward(self, grad: Array, input_grad: bool = True) -> Array:
        """Return p * (grad - the row's sum of grad * p)."""
        p = self.saved
        dx: Array = np.multiply(grad, p)
        dx -= p * dx.sum(axis=1, keepdims=True)
        return dx


class Dropout(Layer):
    """In training, drop each entry with probability p and scale what stays by 1 / (1 - p) (Chapter 7).

    "Inverted" dropout: thanks to the scale the expected value is x itself, and without a generator, which
    is how predictions are made, x passes unchanged (Srivastava et al. 2014; p is the probability of
    *dropping*). Every entry of every row is drawn anew in each call, and `backward` uses the mask of its own
    `forward`. An entry is dropped where a random 16-bit integer is below p 2**16: exact to 2**-16, at the
    same places in float32 and float64, and several times faster than drawing floats.

    Parameters
    ----------
    p : float
        The probability of dropping, in [0, 1).

    Raises
    ------
    InputError
        If p is outside [0, 1): at p = 1 nothing would be left.

    Examples
    --------
    >>> layer = Dropout(0.5)
    >>> x = np.ones((1, 8))
    >>> layer.forward(x, np.random.default_rng(0))
    array([[2., 2., 2., 2., 2., 2., 2., 0.]])
    >>> layer.forward(x)
    array([[1., 1., 1., 1., 1., 1., 1., 1.]])
    """

    pointwise: ClassVar[bool] = True
    draws: ClassVar[bool] = True

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = real(
            "p", p, low=0, high=1, remedy="p is the probability of dropping: to keep 80 %, write Dropout(0.2)"
        )

    def forward(self, x: Array, rng: Random | None = None, out: Array | None = None) -> Array:
        """Return x * mask / (1 - p) if a generator is given, else a copy of x."""
        if rng is None:
            self.saved = self.one
        else:
            self.saved = rng.mask(self, x) if isinstance(rng, Ahead) else self.masks(1, x, rng)[0]
        y: Array = np.multiply(x, self.saved, out=out)
        return y

    def backward(self, grad: Array, input_grad: bool = True, out: Array | None = None) -> Array:
        """Return grad * mask / (1 - p) with the mask that forward drew."""
        dx: Array = np.multiply(grad, self.saved, out=out)
        return dx

    def masks(self, n: int, x: Array, rng: np.random.Generator) -> Array:
        """Draw n masks for arrays like x: each entry is 0, or 1 / (1 - p)."""
        keep = _uint16(rng, n * x.size) >= np.uint16(min(round(self.p * 2**16), 2**16 - 1))
        drawn: Array = np.multiply(keep, 1 / (1 - self.p), dtype=x.dtype)
        return drawn.reshape(n, *x.shape)

    def config(self) -> dict[str, Any]:
        """Return p."""
        return {"p": self.p}


class Ahead:
    """A generator for the training loop, where dropout draws the masks of many batches at once.

    Parameters
    ----------
    rng : numpy.random.Generator
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.drawn: dict[tuple[Layer, int], Iterator[Array]] = {}  # by layer and size of the array

    def mask(self, layer: Dropout, x: Array) -> Array:
        """Return the layer's next mask for arrays like x."""
        key = layer, x.size
        for mask in self.drawn.get(key, ()):
            return mask
        n = max(1, MASK_BYTES // x.nbytes)
        self.drawn[key] = iter(layer.masks(n, x, self.rng))
        return next(self.drawn[key])


def _uint16(rng: np.random.Generator, n: int) -> Array:
    """Return n random 16-bit integers: the quarters of 64-bit ones, which is fastest."""
    if isinstance(rng.bit_generator, np.random.PCG64):
        return rng.bit_generator.random_raw((n + 3) // 4).view(np.uint16)[:n]
    return rng.integers(2**16, size=n, dtype=np.uint16)
