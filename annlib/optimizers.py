"""How the parameters follow the gradient: each optimizer is one rule over one flat vector (Chapters 5 and 6).

A network keeps all its parameters in a single vector, so a rule is written once, for all layers, in the few
lines of `rule`. They work in place (``out=``), for speed; the plain formula stands in the docstring above
them, where g is the gradient, w the parameters, and t counts the steps from 1. What an optimizer remembers (a
velocity, averages, the number of steps) begins at zero with its first step. The conventions and defaults are
PyTorch's; where books differ, it is said.

Read them in this order: `SGD`; `Momentum` and `Nesterov`, which remember where they were going; `AdaGrad`,
`RMSProp` and `Adadelta`, which give each parameter a step size of its own; `Adam`, which does both, and its
variants `AdamW`, `NAdam` and `AMSGrad`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypedDict, Unpack

import numpy as np

from annlib._validation import BLOCK_BYTES, Array, blocks, finite, got, numbers, real
from annlib.errors import DivergenceError, InputError, ShapeError
from annlib.schedules import LearningRate

__all__ = [
    "SGD",
    "AMSGrad",
    "AdaGrad",
    "Adadelta",
    "Adam",
    "AdamW",
    "Momentum",
    "NAdam",
    "Nesterov",
    "Optimizer",
    "RMSProp",
]


SWEEP_EVERY = 128  # steps: seldom enough to cost nothing


class Options(TypedDict, total=False):
    """The keyword arguments that every optimizer takes; see `Optimizer`."""

    l1: float
    l2: float
    clip_norm: float | None
    clip_value: float | None


class Optimizer:
    """What every optimizer has; one of your own inherits from it and writes `rule`.

    The gradient is first clipped, if it is too long, and then gets the slopes of the penalties (in this
    order, as PyTorch users write it). The loss that training reports is without the penalties.

    Parameters
    ----------
    learning_rate : float above 0, or a schedule
        A schedule is a function from the number of steps that were made to the next rate, such as those of
        `annlib.schedules`.
    l1 : float of at least 0, default 0
        Adds ``l1 * sign(w)`` to the gradient: the slope of the penalty l1 * sum of abs(w) (Tibshirani 1996;
        Chapter 7). Of the weights only, not of the biases: see `step`.
    l2 : float of at least 0, default 0
        Adds ``l2 * w`` to the gradient: the slope of the penalty (l2 / 2) * sum of w**2, PyTorch's
        ``weight_decay``. Of the weights only. With Adam and its kin this is not weight decay: see `AdamW`.
    clip_norm : float above 0, optional
        A gradient whose length is above it is scaled down to it, all parameters together (Pascanu, Mikolov &
        Bengio 2013): g * min(1, clip_norm / (length + 1e-6)), as PyTorch's `clip_grad_norm_` has it.
    clip_value : float above 0, optional
        Each entry of the gradient is cut off at -clip_value and clip_value, before `clip_norm`.

    Attributes
    ----------
    learning_rate : float
        The rate of the next step. May be set between steps, to a number or a schedule.
    t : int
        How many steps were made.
    memory : tuple of str
        The names of the arrays that are kept from step to step.

    Examples
    --------
    >>> w, b = [3.0, -4.0], [1.0]
    >>> params = np.array(w + b)
    >>> SGD(0.1, l2=0.5).step(params, np.zeros(3), weight_mask=np.array([1, 1, 0]))
    >>> params  # 3 - 0.1 * 0.5 * 3, ...; the bias is left alone
    array([ 2.85, -3.8 ,  1.  ])
    >>> SGD(1.0, clip_norm=1).step(params, np.array([0.0, 0.0, 300.0]))
    >>> params.round(6)
    array([ 2.85, -3.8 ,  0.  ])
    """

    memory: ClassVar[tuple[str, ...]] = ()
    t: int = 0

    def __init__(self, learning_rate: LearningRate, **options: Unpack[Options]) -> None:
        self.learning_rate = learning_rate
        unknown = set(options) - Options.__annotations__.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} takes no argument {min(unknown)!r}")
        self.l1 = real("l1", options.get("l1", 0.0), low=0)
        self.l2 = real("l2", options.get("l2", 0.0), low=0)
        self.clip_norm, self.clip_value = (
            None if limit is None else real(name, limit, low=0, open_low=True)
            for name, limit in (
                ("clip_norm", options.get("clip_norm")),
                ("clip_value", options.get("clip_value")),
            )
        )
        self.weight_mask = np.ones(())
        self.scratch = np.empty(0)

    @property
    def learning_rate(self) -> float:
        """The rate of the last step; before the first, its rate."""
        if self.schedule is None:
            return self._learning_rate
        step = max(self.t - 1, 0)
        return real(f"learning_rate: what the schedule returns for step {step}", self.schedule(step), low=0)

    @learning_rate.setter
    def learning_rate(self, value: LearningRate) -> None:
        self.schedule = value if callable(value) and not isinstance(value, type) else None
        if self.schedule is None:
            self._learning_rate = real("learning_rate", value, low=0, open_low=True)
        else:
            try:
                _ = self.learning_rate  # is what it returns a rate?
            except TypeError as error:
                raise InputError(
                    "learning_rate must be a number or a function of the step, such as "
                    f"CosineDecay(0.1, 1000), got {got(value)}: {error}"
                ) from error

    def step(self, params: Array, grads: Array, weight_mask: Array | None = None) -> None:
        """Move the parameters once, in place.

        Parameters
        ----------
        params, grads : float arrays of one shape (n_params,) and dtype
            ``net.params`` and ``net.grads``.
        weight_mask : array of 0 and 1, shape (n_params,), optional
            1 where a parameter is a weight, which L1, L2 and AdamW's decay pull to 0: ``net.weight_mask``,
            as training gives it. All of them are if not given.

        Raises
        ------
        ShapeError, InputError
            If an argument cannot work, or the optimizer has begun with a vector of another size or dtype: it
            belongs to another network.
        DivergenceError
            If a parameter is no longer finite.
        """
        with np.errstate(all="ignore"):
            self.begin(params, grads, weight_mask)
            finite("grads", grads)
            self.advance(params, grads)
        if not np.isfinite(params).all():
            raise DivergenceError(
                f"a parameter is no longer finite after step {self.t}, with the learning rate "
                f"{self.learning_rate:g}. Try a smaller one"
            )

    def advance(self, params: Array, grads: Array) -> None:
        """Do what `step` does, for vectors that `begin` has checked: the training loop's door."""
        self.t += 1
        if self.adjusts:
            grads = self.adjusted(params, grads)
        self.rule(params, grads)
        if self.t % SWEEP_EVERY == 0:
            self.sweep()

    def sweep(self) -> None:
        """Set to 0 what has all but faded from the memory.

        The gradient of a dead unit's weights is 0, so their velocity shrinks at each step and still never
        ends: it stays among the *subnormal* numbers (below 1.2e-38 in float32), with which processors
        compute many times more slowly. Such a number moves no parameter any more.
        """
        for name in self.memory:
            array = getattr(self, name)
            array[np.abs(array) < np.finfo(array.dtype).smallest_normal] = 0

    def adjusted(self, params: Array, grads: Array) -> Array:
        """Return the gradient clipped and with the slopes of the penalties, in an array of its own."""
        g = grads.copy()
        if self.clip_value is not None:
            np.clip(g, -self.clip_value, self.clip_value, out=g)
        if self.clip_norm is not None:
            g *= min(1.0, self.clip_norm / (_length(g) + 1e-6))
        weights = params * self.weight_mask
        if self.l1:
            g += self.l1 * np.sign(weights)
        if self.l2:
            g += self.l2 * weights
        return g

    def begin(self, params: Array, grads: Array, weight_mask: Array | None = None) -> None:
        """Check the vectors, and before the first step make the memory for vectors like these, all zero."""
        for name, array in (("params", params), ("grads", grads)):
            if (
                not isinstance(array, np.ndarray)
                or array.ndim != 1
                or array.dtype not in (np.float32, np.float64)
            ):
                raise ShapeError(
                    f"{name} must be a float vector of shape (n_params,), such as net.{name}, "
                    f"got {got(array)}"
                )
        if params.shape != grads.shape or params.dtype != grads.dtype:
            raise ShapeError(
                f"params and grads must be alike, got {params.shape} {params.dtype} "
                f"and {grads.shape} {grads.dtype}"
            )
        if not params.flags.writeable:
            raise InputError("params must be writeable: it is moved in place. Pass a copy, params.copy()")
        mask = (
            np.ones(()) if weight_mask is None else finite("weight_mask", numbers("weight_mask", weight_mask))
        )
        if weight_mask is not None and mask.shape != params.shape:
            raise ShapeError(f"weight_mask must have the shape of params, {params.shape}, got {mask.shape}")
        if ((mask != 0) & (mask != 1)).any():
            raise InputError("weight_mask must hold 0 and 1 alone, such as net.weight_mask")
        self.weight_mask = mask.astype(params.dtype)
        self.adjusts = bool(self.l1 or self.l2 or self.clip_norm or self.clip_value)
        if params.shape == self.scratch.shape and params.dtype == self.scratch.dtype:
            return
        if self.t:
            raise ShapeError(
                f"this {type(self).__name__} has made {self.t} steps on {self.scratch.size} parameters "
                f"in {self.scratch.dtype}, now it got {params.size} in {params.dtype}. "
                "Make a new one for each network"
            )
        self.scratch = np.empty_like(params)
        for name in self.memory:
            setattr(self, name, np.zeros_like(params))
        with np.errstate(all="ignore"):  # a rate too large for float32 becomes infinite, and training says so
            self.constants(params.dtype)

    def constants(self, dtype: np.dtype[Any]) -> None:
        """Put the rule's numbers into arrays of shape (), which NumPy takes faster than floats."""
        self.rate = np.asarray(self.learning_rate, dtype=dtype)

    def rule(self, params: Array, grads: Array) -> None:
        """Move the parameters by step number `t`."""
        raise NotImplementedError

    def config(self) -> dict[str, Any]:
        """Return the arguments that make this optimizer anew, without its memory."""
        options = {name: getattr(self, name) for name in ("l1", "l2", "clip_norm", "clip_value")}
        given = {name: value for name, value in options.items() if value}
        return {"learning_rate": self.learning_rate if self.schedule is None else self.schedule} | given

    def __repr__(self) -> str:
        arguments = (
            f"{name}={value:g}" if isinstance(value, float) else f"{name}={value!r}"
            for name, value in self.config().items()
        )
        return f"{type(self).__name__}({', '.join(arguments)})"


def _pieces(scratch: Array, *vectors: Array) -> Iterable[Sequence[Array]]:
    """Cut long vectors of one length into pieces that stay in the cache while a rule works on them.

    Their scratch is the same short piece each time, so it stays there too.
    """
    if scratch.nbytes <= BLOCK_BYTES:
        return ((scratch, *vectors),)
    return (
        (scratch[: piece.stop - piece.start], *(vector[piece] for vector in vectors))
        for piece in blocks(scratch, BLOCK_BYTES >> 4)
    )


def _length(vector: Array) -> float:
    """Return the root of the sum of squares; dividing by the largest entry first, no square overflows."""
    top = float(np.abs(vector).max())
    return top * float(np.linalg.norm(vector / top)) if 0 < top < math.inf else top


class SGD(Optimizer):
    """Gradient descent, new w = old w - learning rate x gradient (Robbins & Monro 1951; Chapter 5).

    Whether it is called stochastic depends on the batch alone.

    Parameters
    ----------
    learning_rate : float above 0, or a schedule
    l1, l2, clip_norm, clip_value : float, optional
        As in `Optimizer`.

    Examples
    --------
    >>> w = np.array([1.0, -2.0])
    >>> SGD(0.1).step(w, np.array([1.0, 1.0]))
    >>> w
    array([ 0.9, -2.1])
    """

    def rule(self, params: Array, grads: Array) -> None:
        """Do params -= learning_rate * grads."""
        self.rate.fill(self.learning_rate)
        params -= np.multiply(grads, self.rate, out=self.scratch)


class Momentum(Optimizer):
    """Gradient descent with a velocity, the heavy ball (Polyak 1964; Chapter 6).

    The rule::

        u = momentum * u + g
        w = w - learning_rate * u

    PyTorch's convention. Some books take the running average (1 - momentum) g instead, which at 0.9 is ten
    times smaller: the learning rates are not interchangeable.

    Parameters
    ----------
    learning_rate : float above 0, or a schedule
    momentum : float in [0, 1), default 0.9
    l1, l2, clip_norm, clip_value : float, optional
        As in `Optimizer`.

    Examples
    --------
    >>> w, optimizer = np.array([1.0]), Momentum(0.1, momentum=0.5)
    >>> for _ in range(2):
    ...     optimizer.step(w, np.array([1.0]))
    >>> w  # 1 - 0.1 * 1 - 0.1 * 1.5
    array([0.75])
    """

    memory: ClassVar[tuple[str, ...]] = ("u",)
    u: Array

    def __init__(
        self, learning_rate: LearningRate, momentum: float = 0.9, **options: Unpack[Options]
    ) -> None:
        super().__init__(learning_rate, **options)
        self.momentum = real("momentum", momentum, low=0, high=1)

    def constants(self, dtype: np.dtype[Any]) -> None:
        """Make the arrays of the rate and the momentum."""
        super().constants(dtype)
        self.keep = np.asarray(self.momentum, dtype=dtype)

    def rule(self, params: Array, grads: Array) -> None:
        """Do u = momentum * u + grads; params -= learning_rate * u."""
        self.rate.fill(self.learning_rate)
        u = self.u
        u *= self.keep
        u += grads
        params -= np.multiply(u, self.rate, out=self.scratch)

    def config(self) -> dict[str, Any]:
        """Return the learning rate and the momentum."""
        return super().config() | {"momentum": self.momentum}


class Nesterov(Momentum):
    """Momentum that looks ahead (Nesterov 1983; Sutskever et al. 2013; Chapter 6).

    The rule::

        u = momentum * u + g
        w = w - learning_rate * (g + momentum * u)

    The gradient is meant where the velocity is about to carry the parameters, not where they are; written so
    that w is already that place, this is the rule of PyTorch (``nesterov=True``).

    Parameters
    ----------
    learning_rate : float above 0, or a schedule
    momentum : float in [0, 1), default 0.9
    l1, l2, clip_norm, clip_value : float, optional
        As in `Optimizer`.

    Examples
    --------
    >>> w, optimizer = np.array([1.0]), Nesterov(0.1, momentum=0.5)
    >>> for _ in range(2):
    ...     optimizer.step(w, np.array([1.0]))
    >>> w  # 1 - 0.1 * (1 + 0.5 * 1) - 0.1 * (1 + 0.5 * 1.5)
    array([0.675])
    """

    def rule(self, params: Array, grads: Array) -> None:
        """Do u = momentum * u + grads; params -= learning_rate * (grads + momentum * u)."""
        self.rate.fill(self.learning_rate)
        u, ahead = self.u, self.scratch
        u *= self.keep
        u += grads
        np.multiply(u, self.keep, out=ahead)
        ahead += grads
        ahead *= self.rate
        params -= ahead


class AdaGrad(Optimizer):
    """Each parameter's rate shrinks with all the gradients that it has seen (Duchi et al. 2011; Chapter 6).

    The rule::

        s = s + g**2
        w = w - learning_rate * g / (sqrt(s) + epsilon)

    Rare features keep a large rate. The sum never forgets, so in the end all rates go to 0: `RMSProp` and
    `Adadelta` take an average instead. Epsilon stands outside the root, as in PyTorch.

    Parameters
    ----------
    learning_rate : float above 0, or a schedule, default 0.01
    epsilon : float above 0, default 1e-10
    l1, l2, clip_norm, clip_value : float, optional
        As in `Optimizer`.

    Examples
    --------
    >>> w, optimizer = np.array([1.0]), AdaGrad(0.1)
    >>> for _ in range(2):
    ...     optimizer.step(w, np.array([3.0]))
    >>> w.round(6)  # 1 - 0.1 - 0.1 / sqrt(2)
    array([0.829289])
    """

    memory: ClassVar[tuple[str, ...]] = ("s",)
    s: Array

    def __init__(
        self, learning_rate: LearningRate = 1e-2, epsilon: float = 1e-10, **options: Unpack[Options]
    ) -> None:
        super().__init__(learning_rate, **options)
        self.epsilon = real("epsilon", epsilon, low=0, open_low=True)

    def rule(self, params: Array, grads: Array) -> None:
        """Do s += grads**2; params -= learning_rate * grads / (sqrt(s) + epsilon)."""
        self.rate.fill(self.learning_rate)
        s, scratch = self.s, self.scratch
        s += np.multiply(grads, grads, out=scratch)
        np.sqrt(s, out=scratch)
        scratch += self.epsilon
        np.divide(grads, scratch, out=scratch)
        scratch *= self.rate
        params -= scratch

    def config(self) -> dict[str, Any]:
        """Return the learning rate and epsilon."""
        return super().config() | {"epsilon": self.epsilon}


class RMSProp(Optimizer):
    """Divide by the root of the mean square of the last gradients (Hinton 2012, lecture 6e; Chapter 6).

    The rule::

        s = rho * s + (1 - rho) * g**2
        w = w - learning_rate * g / (sqrt(s) + epsilon)

    s begins at 0, and nothing corrects that, so the first steps are large: 10 learning rates with rho = 0.99.
    Epsilon stands outside the root, and rho is 0.99, as in PyTorch (Hinton's slides have 0.9).

    Parameters
    ----------
    learning_rate : float above 0, or a schedule, default 0.01
    rho : float in [0, 1), default 0.99
        How much of the old average is kept.
    epsilon : float above 0, default 1e-8
    l1, l2, clip_norm, clip_value : float, optional
        As in `Optimizer`.

    Examples
    --------
    >>> w = np.array([1.0])
    >>> RMSProp(0.01).step(w, np.array([3.0]))
    >>> w.round(6)  # 1 - 0.01 / sqrt(1 - 0.99)
    array([0.9])
    """

    memory: ClassVar[tuple[str, ...]] = ("s",)
    s: Array

    def __init__(
        self,
        learning_rate: LearningRate = 1e-2,
        rho: float = 0.99,
        epsilon: float = 1e-8,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = real("rho", rho, low=0, high=1)
        self.epsilon = real("epsilon", epsilon, low=0, open_low=True)

    def rule(self, params: Array, grads: Array) -> None:
        """Do s = rho * s + (1 - rho) * grads**2; params -= learning_rate * grads / (sqrt(s) + epsilon)."""
        self.rate.fill(self.learning_rate)
        s, scratch = self.s, self.scratch
        np.multiply(grads, grads, out=scratch)
        scratch *= 1 - self.rho
        s *= self.rho
        s += scratch
        np.sqrt(s, out=scratch)
        scratch += self.epsilon
        np.divide(grads, scratch, out=scratch)
        scratch *= self.rate
        params -= scratch

    def config(self) -> dict[str, Any]:
        """Return the learning rate, rho and epsilon."""
        return super().config() | {"rho": self.rho, "epsilon": self.epsilon}


class Adadelta(Optimizer):
    """RMSProp whose rate is the size of its own last steps (Zeiler 2012; Chapter 6).

    The rule::

        s = rho * s + (1 - rho) * g**2                           mean square of the gradients
        d = g * sqrt(x + epsilon) / sqrt(s + epsilon)            the step
        x = rho * x + (1 - rho) * d**2                           mean square of the steps
        w = w - learning_rate * d

    So a step has the unit of the parameter, and the learning rate can stay 1. x begins at 0: the first steps
    are as small as the root of epsilon, which here stands *inside* the roots.

    Parameters
    ----------
    learning_rate : float above 0, or a schedule, default 1
    rho : float in [0, 1), default 0.9
        How much of the old averages is kept.
    epsilon : float above 0, default 1e-6
    l1, l2, clip_norm, clip_value : float, optional
        As in `Optimizer`.

    Examples
    --------
    >>> w = np.array([1.0])
    >>> Adadelta().step(w, np.array([3.0]))
    >>> w.round(6)  # 1 - 3 sqrt(1e-6) / sqrt(0.1 * 3**2 + 1e-6)
    array([0.996838])
    """

    memory: ClassVar[tuple[str, ...]] = ("s", "x")
    s: Array
    x: Array

    def __init__(
        self,
        learning_rate: LearningRate = 1.0,
        rho: float = 0.9,
        epsilon: float = 1e-6,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = real("rho", rho, low=0, high=1)
        self.epsilon = real("epsilon", epsilon, low=0, open_low=True)

    def rule(self, params: Array, grads: Array) -> None:
        """Do the four lines of the class's description."""
        self.rate.fill(self.learning_rate)
        s, x, scratch = self.s, self.x, self.scratch
        np.multiply(grads, grads, out=scratch)
        scratch *= 1 - self.rho
        s *= self.rho
        s += scratch
        d = np.sqrt(x + self.epsilon)
        d /= np.sqrt(np.add(s, self.epsilon, out=scratch), out=scratch)
        d *= grads
        np.multiply(d, d, out=scratch)
        scratch *= 1 - self.rho
        x *= self.rho
        x += scratch
        d *= self.rate
        params -= d

    def config(self) -> dict[str, Any]:
        """Return the learning rate, rho and epsilon."""
        return super().config() | {"rho": self.rho, "epsilon": self.epsilon}


class Adam(Optimizer):
    """Steps of a size of their own for each parameter (Kingma & Ba 2015; Chapter 6).

    The rule, with t counting from 1::

        m = beta1 * m + (1 - beta1) * g              average of the gradients
        v = beta2 * v + (1 - beta2) * g**2           average of their squares
        m_hat = m / (1 - beta1**t)                   both begin at 0, and without these two
        v_hat = v / (1 - beta2**t)                   lines the first steps would be too large
        w = w - learning_rate * m_hat / (sqrt(v_hat) + epsilon)

    Epsilon stands outside the root, as in the paper and in PyTorch.

    The code keeps weighted *sums* instead, ``m = beta1 * m + g`` and ``v = beta2 * v + g**2``: a gradient
    that is k steps old has the weight beta**k in them. Divided by the sum of the weights, (1 - beta**t) / (1
    - beta), they are the averages m_hat and v_hat: that is all that the "bias correction" does. So it costs
    two numbers a step, not two vectors. With v_hat = q**2 v the last line is w - (learning_rate k / q) m /
    (sqrt(v) + epsilon / q).

    Parameters
    ----------
    learning_rate : float above 0, or a schedule, default 0.001
    beta1, beta2 : float in [0, 1), default 0.9 and 0.999
        How much of the old averages is kept.
    epsilon : float above 0, default 1e-8
    l1, l2, clip_norm, clip_value : float, optional
        As in `Optimizer`.

    Examples
    --------
    >>> w, optimizer = np.array([1.0, 1.0]), Adam(0.1)
    >>> optimizer.step(w, np.array([5.0, -0.01]))
    >>> w.round(6)  # the first step is the learning rate, whatever the gradient's size
    array([0.9, 1.1])
    """

    memory: ClassVar[tuple[str, ...]] = ("m", "v")
    m: Array
    v: Array

    def __init__(
        self,
        learning_rate: LearningRate = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta1 = real("beta1", beta1, low=0, high=1)
        self.beta2 = real("beta2", beta2, low=0, high=1)
        self.epsilon = real("epsilon", epsilon, low=0, open_low=True)

    def constants(self, dtype: np.dtype[Any]) -> None:
        """Make the arrays of the numbers of the rule."""
        super().constants(dtype)
        self.keep1, self.keep2 = np.asarray(self.beta1, dtype=dtype), np.asarray(self.beta2, dtype=dtype)
        self.small = np.asarray(self.epsilon, dtype=dtype)

    def rule(self, params: Array, grads: Array) -> None:
        """Do the five lines of the class's description, with the sums m and v."""
        k = (1 - self.beta1) / (1 - self.beta1**self.t)  # m_hat = k m
        q = math.sqrt((1 - self.beta2) / (1 - self.beta2**self.t))  # v_hat = q**2 v
        self.rate.fill(self.learning_rate * k / q)
        self.small.fill(self.epsilon / q)
        for scratch, w, g, m, v in _pieces(self.scratch, params, grads, self.m, self.v):
            m *= self.keep1
            m += g
            v *= self.keep2
            v += np.multiply(g, g, out=scratch)
            np.sqrt(v, out=scratch)
            scratch += self.small
            np.divide(m, scratch, out=scratch)
            scratch *= self.rate
            w -= scratch

    def config(self) -> dict[str, Any]:
        """Return the learning rate, the betas and epsilon."""
        return super().config() | {"beta1": self.beta1, "beta2": self.beta2, "epsilon": self.epsilon}


class AdamW(Adam):
    """Adam with weight decay beside the gradient, not in it (Loshchilov & Hutter 2019; Chapter 6).

    The rule, before Adam's own step::

        w = w - learning_rate * weight_decay * w             for weights, not for biases

    Put into the gradient (`l2`), the decay would be divided by sqrt(v_hat) like everything else there, so
    that weights with large gradients hardly decay at all. PyTorch's rule; its `AdamW` also decays the biases
    unless they are put in a group of their own.

    Parameters
    ----------
    learning_rate : float above 0, or a schedule, default 0.001
    beta1, beta2 : float in [0, 1), default 0.9 and 0.999
    epsilon : float above 0, default 1e-8
    weight_decay : float of at least 0, default 0.01
    l1, l2, clip_norm, clip_value : float, optional
        As in `Optimizer`.

    Examples
    --------
    >>> w = np.array([1.0, 1.0])
    >>> AdamW(0.1, weight_decay=0.5).step(w, np.array([0.0, 3.0]))
    >>> w.round(6)  # 1 - 0.1 * 0.5 * 1, and then Adam's first step
    array([0.95, 0.85])
    """

    def __init__(
        self,
        learning_rate: LearningRate = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 1e-2,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon, **options)
        self.weight_decay = real("weight_decay", weight_decay, low=0)

    def rule(self, params: Array, grads: Array) -> None:
        """Shrink the weights, then do as Adam."""
        decay = np.multiply(params, self.weight_mask, out=self.scratch)
        decay *= self.learning_rate * self.weight_decay
        params -= decay
        super().rule(params, grads)

    def config(self) -> dict[str, Any]:
        """Return Adam's numbers and the decay."""
        return super().config() | {"weight_decay": self.weight_decay}


class NAdam(Adam):
    """Adam that looks ahead as `Nesterov` does (Dozat 2016; Chapter 6).

    The rule, with the averages m and v of `Adam` and a momentum that grows from half of beta1 to beta1::

        mu_t = beta1 * (1 - 0.96**(t * momentum_decay) / 2)
        product = mu_1 * mu_2 * ... * mu_t
        m_hat = (1 - mu_t) * g / (1 - product) + mu_(t+1) * m / (1 - product * mu_(t+1))
        w = w - learning_rate * m_hat / (sqrt(v_hat) + epsilon)

    The first term is the new gradient, the second where the average will carry the parameters next. PyTorch's
    rule (which keeps the product in torch's default dtype: float32, unless that is set to float64).

    Parameters
    ----------
    learning_rate : float above 0, or a schedule, default 0.002
    beta1, beta2 : float in [0, 1), default 0.9 and 0.999
    epsilon : float above 0, default 1e-8
    momentum_decay : float of at least 0, default 0.004
    l1, l2, clip_norm, clip_value : float, optional
        As in `Optimizer`.

    Examples
    --------
    >>> w = np.array([1.0, 1.0])
    >>> NAdam(0.1).step(w, np.array([5.0, -0.01]))
    >>> w.round(3)
    array([0.894, 1.106])
    """

    memory: ClassVar[tuple[str, ...]] = ("m", "v", "product")
    product: Array  # (), always float64

    def __init__(
        self,
        learning_rate: LearningRate = 2e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        momentum_decay: float = 4e-3,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon, **options)
        self.momentum_decay = real("momentum_decay", momentum_decay, low=0)

    def constants(self, dtype: np.dtype[Any]) -> None:
        """Make the arrays of Adam's numbers; the product begins at 1."""
        super().constants(dtype)
        self.product = np.ones(())

    def rule(self, params: Array, grads: Array) -> None:
        """Do the four lines of the class's description, with the plain averages m and v."""
        m, v, scratch = self.m, self.v, self.scratch
        mu, ahead = (self.beta1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay)) for t in (self.t, self.t + 1))
        self.product *= mu
        product = float(self.product)
        m *= self.keep1
        m += np.multiply(grads, 1 - self.beta1, out=scratch)
        np.multiply(grads, grads, out=scratch)
        scratch *= 1 - self.beta2
        v *= self.keep2
        v += scratch
        m_hat = grads * ((1 - mu) / (1 - product))
        m_hat += np.multiply(m, ahead / (1 - product * ahead), out=scratch)
        np.sqrt(v, out=scratch)
        scratch /= math.sqrt(1 - self.beta2**self.t)
        scratch += self.epsilon
        m_hat /= scratch
        m_hat *= self.learning_rate
        params -= m_hat

    def config(self) -> dict[str, Any]:
        """Return Adam's numbers and the decay of the momentum."""
        return super().config() | {"momentum_decay": self.momentum_decay}


class AMSGrad(Adam):
    """Adam that divides by the largest v so far (Reddi, Kale & Kumar 2018; Chapter 6).

    The rule is `Adam`'s, with one line more::

        v_max = max(v_max, v)
        v_hat = v_max / (1 - beta2**t)

    So no parameter's rate grows again when its gradients become small: that is how Adam diverges on the
    simple problem that the paper shows. The paper does not correct by 1 - beta2**t; PyTorch
    (``Adam(amsgrad=True)``) does, and so does this.

    Parameters
    ----------
    learning_rate : float above 0, or a schedule, default 0.001
    beta1, beta2 : float in [0, 1), default 0.9 and 0.999
    epsilon : float above 0, default 1e-8
    l1, l2, clip_norm, clip_value : float, optional
        As in `Optimizer`.

    Examples
    --------
    >>> w, optimizer = np.zeros(1), AMSGrad(0.1, beta1=0.0, beta2=0.5)
    >>> for g in (4.0, 1.0):
    ...     optimizer.step(w, np.array([g]))
    >>> w.round(6)  # - 0.1 - 0.1 * 1 / sqrt(8 / (1 - 0.5**2)): the second v, 4.5, is below the first, 8
    array([-0.130619])
    """

    memory: ClassVar[tuple[str, ...]] = ("m", "v", "v_max")
    v_max: Array

    def rule(self, params: Array, grads: Array) -> None:
        """Do the lines of the class's description, with the plain averages m and v."""
        m, v, v_max, scratch = self.m, self.v, self.v_max, self.scratch
        m *= self.keep1
        m += np.multiply(grads, 1 - self.beta1, out=scratch)
        np.multiply(grads, grads, out=scratch)
        scratch *= 1 - self.beta2
        v *= self.keep2
        v += scratch
        np.maximum(v_max, v, out=v_max)
        np.sqrt(v_max, out=scratch)
        scratch /= math.sqrt(1 - self.beta2**self.t)
        scratch += self.epsilon
        np.divide(m, scratch, out=scratch)
        scratch *= self.learning_rate / (1 - self.beta1**self.t)
        params -= scratch


def check_optimizer(value: object) -> Optimizer:
    """Return `value` if it is an optimizer."""
    if not isinstance(value, Optimizer):
        raise InputError(f"optimizer must be an annlib optimizer such as Adam(1e-3), got {value!r}")
    return value
