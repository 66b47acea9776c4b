"""How the parameters follow the gradient: each optimizer is one rule over one flat vector (Chapters 5 and 6).

A network keeps all its parameters in a single vector, so a rule is written once, for all layers, in the few
lines of `step`. They work in place (``out=``), for speed; the plain formula stands in the docstring above
them. What an optimizer remembers (a velocity, averages, the number of steps) begins at zero with its first
step.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from annlib._validation import Array, real
from annlib.errors import InputError, ShapeError

__all__ = ["SGD", "Adam", "Momentum", "Optimizer"]


class Optimizer:
    """What every optimizer has; one of your own inherits from it and writes `rule`.

    Attributes
    ----------
    learning_rate : float
        May be changed between steps.
    t : int
        How many steps were made.
    memory : tuple of str
        The names of the vectors that are kept from step to step.
    """

    memory: ClassVar[tuple[str, ...]] = ()
    t: int = 0

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = real("learning_rate", learning_rate, low=0, open_low=True)
        self.scratch = np.empty(0)

    def step(self, params: Array, grads: Array) -> None:
        """Move the parameters once, in place.

        Parameters
        ----------
        params, grads : float arrays of one shape (n_params,) and dtype
            ``net.params`` and ``net.grads``.

        Raises
        ------
        ShapeError
            If the optimizer has begun with a vector of another size or dtype: it belongs to another network.
        """
        if self.scratch.nbytes != params.nbytes:
            self.begin(params, grads)
        self.t += 1
        self.rule(params, grads)

    def begin(self, params: Array, grads: Array) -> None:
        """Make the memory for vectors like these, all zero."""
        for name, array in (("params", params), ("grads", grads)):
            if (
                not isinstance(array, np.ndarray)
                or array.ndim != 1
                or array.dtype not in (np.float32, np.float64)
            ):
                raise ShapeError(f"{name} must be a float vector of shape (n_params,), such as net.{name}")
        if params.shape != grads.shape or params.dtype != grads.dtype:
            raise ShapeError(
                f"params and grads must be alike, got {params.shape} {params.dtype} "
                f"and {grads.shape} {grads.dtype}"
            )
        if self.t:
            raise ShapeError(
                f"this {type(self).__name__} has made {self.t} steps on {self.scratch.size} parameters "
                f"in {self.scratch.dtype}, now it got {params.size} in {params.dtype}. "
                "Make a new one for each network"
            )
        self.scratch = np.empty_like(params)
        for name in self.memory:
            setattr(self, name, np.zeros_like(params))
        self.constants(params.dtype)

    def constants(self, dtype: np.dtype[Any]) -> None:
        """Put the rule's numbers into arrays of shape (), which NumPy takes faster than floats."""
        self.rate = np.asarray(self.learning_rate, dtype=dtype)

    def rule(self, params: Array, grads: Array) -> None:
        """Move the parameters by step number `t`."""
        raise NotImplementedError

    def config(self) -> dict[str, float]:
        """Return the arguments that make this optimizer anew, without its memory."""
        return {"learning_rate": self.learning_rate}

    def __repr__(self) -> str:
        arguments = (f"{name}={value:g}" for name, value in self.config().items())
        return f"{type(self).__name__}({', '.join(arguments)})"


class SGD(Optimizer):
    """Gradient descent, new w = old w - learning rate x gradient (Robbins & Monro 1951; Chapter 5).

    Whether it is called stochastic depends on the batch alone.

    Parameters
    ----------
    learning_rate : float above 0

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
    learning_rate : float above 0
    momentum : float in [0, 1), default 0.9

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

    def __init__(self, learning_rate: float, momentum: float = 0.9) -> None:
        super().__init__(learning_rate)
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

    def config(self) -> dict[str, float]:
        """Return the learning rate and the momentum."""
        return super().config() | {"momentum": self.momentum}


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
    learning_rate : float above 0, default 0.001
    beta1, beta2 : float in [0, 1), default 0.9 and 0.999
        How much of the old averages is kept.
    epsilon : float above 0, default 1e-8

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
        self, learning_rate: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
    ) -> None:
        super().__init__(learning_rate)
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
        m, v, scratch = self.m, self.v, self.scratch
        m *= self.keep1
        m += grads
        v *= self.keep2
        v += np.multiply(grads, grads, out=scratch)
        k = (1 - self.beta1) / (1 - self.beta1**self.t)  # m_hat = k m
        q = math.sqrt((1 - self.beta2) / (1 - self.beta2**self.t))  # v_hat = q**2 v
        self.rate.fill(self.learning_rate * k / q)
        self.small.fill(self.epsilon / q)
        np.sqrt(v, out=scratch)
        scratch += self.small
        np.divide(m, scratch, out=scratch)
        scratch *= self.rate
        params -= scratch

    def config(self) -> dict[str, float]:
        """Return the learning rate, the betas and epsilon."""
        return super().config() | {"beta1": self.beta1, "beta2": self.beta2, "epsilon": self.epsilon}


def check_optimizer(value: object) -> Optimizer:
    """Return `value` if it is an optimizer."""
    if not isinstance(value, Optimizer):
        raise InputError(f"optimizer must be an annlib optimizer such as Adam(1e-3), got {value!r}")
    return value
