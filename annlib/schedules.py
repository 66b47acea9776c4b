"""Learning rates that change while training goes on (Chapter 6).

A schedule is a function from the number of steps that were made to the rate of the next one. Any such
function of yours may be an optimizer's ``learning_rate``, such as ``lambda step: 0.1 / (1 + step)``; those
here can also be printed, saved and loaded. They count *steps*, not epochs: an epoch of n rows has ceil(n /
batch size) of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

from annlib._validation import got, positive_int, real
from annlib.errors import InputError

__all__ = ["ConstantRate", "CosineDecay", "ExponentialDecay", "Schedule", "StepDecay", "WarmUp"]


class Schedule:
    """What every schedule has; one of your own may inherit from it, or be a plain function."""

    def __call__(self, step: int) -> float:
        """Return the rate of a step.

        Parameters
        ----------
        step : int of at least 0
            How many steps were made before it.
        """
        return self.rate_at(min(positive_int("step", step, low=0), 2**53))  # beyond, no float can count

    def rate_at(self, step: int) -> float:
        """Return the rate after so many steps."""
        raise NotImplementedError

    def config(self) -> dict[str, Any]:
        """Return the arguments that make this schedule anew."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{n}={v}' for n, v in self.config().items())})"


LearningRate: TypeAlias = float | Schedule | Callable[[int], float]


class ConstantRate(Schedule):
    """The same rate at every step, for the end of a `WarmUp`.

    Parameters
    ----------
    rate : float above 0

    Examples
    --------
    >>> ConstantRate(0.1)(1000)
    0.1
    """

    def __init__(self, rate: float) -> None:
        self.rate = real("rate", rate, low=0, open_low=True)

    def rate_at(self, step: int) -> float:
        """Return the rate."""
        return self.rate


class StepDecay(Schedule):
    """Go down in stairs: rate * factor**(step // every). PyTorch's `StepLR`.

    Parameters
    ----------
    rate : float above 0
        The first rate.
    every : int
        After how many steps comes the next stair.
    factor : float in (0, 1], default 0.1

    Examples
    --------
    >>> schedule = StepDecay(1.0, every=100, factor=0.5)
    >>> [schedule(step) for step in (0, 99, 100, 250)]
    [1.0, 1.0, 0.5, 0.25]
    """

    def __init__(self, rate: float, every: int, factor: float = 0.1) -> None:
        self.rate = real("rate", rate, low=0, open_low=True)
        self.every = positive_int("every", every)
        self.factor = real("factor", factor, low=0, high=1, open_low=True, open_high=False)

    def rate_at(self, step: int) -> float:
        """Return rate * factor**(step // every)."""
        return self.rate * self.factor ** (step // self.every)


class ExponentialDecay(Schedule):
    """Go down by the same factor at each step: rate * factor**step. PyTorch's `ExponentialLR`.

    Parameters
    ----------
    rate : float above 0
        The first rate.
    factor : float in (0, 1]
        Such as 0.999: then the rate is halved in about 700 steps.

    Examples
    --------
    >>> schedule = ExponentialDecay(1.0, factor=0.5)
    >>> [schedule(step) for step in range(3)]
    [1.0, 0.5, 0.25]
    """

    def __init__(self, rate: float, factor: float) -> None:
        self.rate = real("rate", rate, low=0, open_low=True)
        self.factor = real("factor", factor, low=0, high=1, open_low=True, open_high=False)

    def rate_at(self, step: int) -> float:
        """Return rate * factor**step."""
        return float(self.rate * self.factor**step)


class CosineDecay(Schedule):
    """Go down along half a cosine: slowly, then fast, then slowly (Loshchilov & Hutter 2017).

    The rate is low + (rate - low) (1 + cos(pi step / n_steps)) / 2. After `n_steps` it stays at `low`
    (PyTorch's `CosineAnnealingLR` is the same until there, and then goes up again).

    Parameters
    ----------
    rate : float above 0
        The first rate.
    n_steps : int
        How many steps the way down takes.
    low : float of at least 0, default 0
        The last rate, not above the first.

    Examples
    --------
    >>> schedule = CosineDecay(1.0, n_steps=100)
    >>> [round(schedule(step), 3) for step in (0, 10, 50, 100, 1000)]
    [1.0, 0.976, 0.5, 0.0, 0.0]
    """

    def __init__(self, rate: float, n_steps: int, low: float = 0.0) -> None:
        self.rate = real("rate", rate, low=0, open_low=True)
        self.n_steps = positive_int("n_steps", n_steps)
        self.low = real("low", low, low=0, high=self.rate, open_high=False)

    def rate_at(self, step: int) -> float:
        """Return the point of the cosine, or `low` behind its end."""
        if step >= self.n_steps:
            return self.low
        return self.low + (self.rate - self.low) * (1 + math.cos(math.pi * step / self.n_steps)) / 2


class WarmUp(Schedule):
    """Climb in a straight line for some steps, and then go on by another schedule (Goyal et al. 2017).

    Step k of the climb, counted from 1, has k / n_steps of the first rate of what follows: the last one has
    the whole. What follows counts its steps from the end of the climb. PyTorch's ``LinearLR(start_factor=1 /
    n_steps, total_iters=n_steps - 1)``.

    Parameters
    ----------
    then : float above 0, or Schedule
        The rate after the climb.
    n_steps : int
        How many steps the climb takes.

    Examples
    --------
    >>> schedule = WarmUp(CosineDecay(1.0, n_steps=100), n_steps=4)
    >>> [round(schedule(step), 3) for step in (0, 1, 3, 4, 54, 104)]
    [0.25, 0.5, 1.0, 1.0, 0.5, 0.0]
    """

    def __init__(self, then: float | Schedule, n_steps: int) -> None:
        self.then = (
            then if isinstance(then, Schedule) else ConstantRate(real("then", then, low=0, open_low=True))
        )
        self.n_steps = positive_int("n_steps", n_steps)

    def rate_at(self, step: int) -> float:
        """Return the point of the line, or of what follows it."""
        if step < self.n_steps:
            return self.then(0) * (step + 1) / self.n_steps
        return self.then(step - self.n_steps)


def encode(rate: object) -> Any:
    """Return a rate or schedule as JSON can hold it."""
    if not isinstance(rate, Schedule):
        return rate
    name = type(rate).__name__
    if globals().get(name) is not type(rate):
        raise InputError(f"only annlib's own schedules can be saved, got {got(rate)}")
    return [name, {key: encode(value) for key, value in rate.config().items()}]


def decode(coded: Any) -> Any:
    """Return what `encode` was given."""
    if not isinstance(coded, list):
        return coded
    name, config = coded
    if name not in __all__:
        raise ValueError(f"the schedule {name!r} is unknown to this version of annlib")
    return globals()[name](**{key: decode(value) for key, value in config.items()})
