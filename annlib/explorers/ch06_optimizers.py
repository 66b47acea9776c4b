"""Explorers of chapter 6: optimizers on four surfaces, momentum step by step, schedules in a noisy valley."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from annlib import SGD, Adadelta, AdaGrad, Adam, Momentum, Nesterov, RMSProp
from annlib.explorers import Choice, Explorer, Frame, Numbers
from annlib.optimizers import Optimizer
from annlib.plots.ch06_optimizers import (
    N_SCHEDULED,
    SCHEDULES,
    SURFACES,
    draw_surface,
    follow,
)
from annlib.plots.style import BLUE, GREEN, INK, MUTED, ORANGE, RED, figure
from annlib.plots.wording import number

__all__ = ["momentum", "race", "schedules"]

Array = NDArray[Any]
Backend = Literal["static", "live"] | None


def _loss(value: float) -> str:
    return "below 0.0001" if 0 <= value < 1e-4 else number(value)


RACERS: dict[str, Callable[[float], Optimizer]] = {
    "SGD": SGD,
    "Momentum": Momentum,
    "Nesterov": Nesterov,
    "AdaGrad": AdaGrad,
    "Adadelta": Adadelta,
    "RMSProp": RMSProp,
    "Adam": Adam,
}
RACE_STEPS = 60


def _where(name: str, end: Array, loss: float) -> str:
    """Say in words where a walk that stayed in the picture has ended."""
    surface = SURFACES[name]
    reached = any(np.hypot(*(end - np.array(low))) < 0.2 for low in surface.lowest)
    if reached:
        return "it has arrived"
    if name == "saddle" and abs(loss) < 0.02:
        return "it stands at the saddle"
    if name == "plateau" and loss > 0.9:
        return "it is still on the plateau"
    if name == "local minima" and np.hypot(*(end - np.array([0.93, 0.0]))) < 0.15:
        return "it sits in the shallow well"
    return "it is still on its way"


def draw_race(surface: str, optimizer: str, rate: float) -> Frame:
    """Draw sixty steps of an optimizer on a surface, and its loss by step.

    Parameters
    ----------
    surface : str
        One of `annlib.plots.ch06_optimizers.SURFACES`.
    optimizer : str
        One of RACERS.
    rate : float
        The learning rate.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_race("ravine", "SGD", 0.3).sentence
    'SGD with learning rate 0.3 on the surface "ravine": it leaves the picture, after 3 steps it is more \
than 100 away.'
    """
    ground = SURFACES[surface]
    path = follow(ground, RACERS[optimizer](rate), RACE_STEPS)
    with np.errstate(over="ignore"):
        losses = ground.loss(path)
    fig = figure(4.8, 5.4, layout=None)
    above, below = fig.add_axes((0.14, 0.46, 0.83, 0.52)), fig.add_axes((0.14, 0.11, 0.83, 0.25))
    draw_surface(above, ground)
    above.plot(*path.clip(-50, 50).T, color=ORANGE, linestyle="-", linewidth=1.75, marker="o", markersize=4.5)
    above.plot(*path[0], "s", color=INK, markersize=9, zorder=5)
    top = float(ground.loss(np.array(ground.start))) * 1.6
    lowest = min(float(ground.loss(np.array(low))) for low in ground.lowest)
    below.axhline(lowest, color=GREEN, linestyle="--", linewidth=1.5)
    below.plot(losses.clip(lowest, 10 * top), color=ORANGE, linestyle="-", linewidth=2.5)
    below.set(xlim=(0, RACE_STEPS), ylim=(lowest - 0.06 * (top - lowest), top), xlabel="step", ylabel="loss")
    above.set(xlabel="$w_1$", ylabel="$w_2$")
    said = f'{optimizer} with learning rate {number(rate)} on the surface "{surface}": '
    away = np.abs(path).max(axis=1) > 100
    end = path[-1]
    if away.any() and (len(path) <= RACE_STEPS or away[-1]):
        above.text(
            0.5, 0.93, "leaves the picture", transform=above.transAxes, ha="center", color=RED, fontsize=12
        )
        return Frame(
            fig,
            f"{said}it leaves the picture, after {int(away.argmax())} steps it is more than 100 away.",
        )
    above.plot(*end, "D", color=RED, markersize=9, zorder=6)
    return Frame(
        fig,
        f"{said}after {RACE_STEPS} steps the loss is {_loss(float(losses[-1]))}, "
        f"and {_where(surface, end, float(losses[-1]))} (lowest: {number(lowest)}).",
    )


def race(backend: Backend = None) -> Explorer:
    """Explore the optimizers on four surfaces, each at seven learning rates.

    What to discover: each has a rate of its own at which it does best; in the ravine plain descent zigzags,
    at the saddle and on the plateau it waits; momentum rolls through a shallow well, and so can a large rate.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> race().parameters["rate"].stops
    (0.003, 0.01, 0.03, 0.07, 0.1, 0.3, 1)
    """
    return Explorer(
        draw_race,
        backend=backend,
        surface=Choice(
            "surface",
            options=list(SURFACES),
            default="ravine",
            tooltip="The ground that it walks on",
        ),
        optimizer=Choice(
            "optimizer", options=list(RACERS), default="SGD", tooltip="The rule that makes the steps"
        ),
        rate=Numbers(
            "rate",
            stops=[0.003, 0.01, 0.03, 0.07, 0.1, 0.3, 1],
            default=0.07,
            tooltip="The learning rate; momentum and the other numbers are at their defaults",
        ),
    )


MOMENTUM_RATE, MOMENTUM_STEPS = 0.06, 40


@lru_cache(maxsize=128)
def _steps_needed(beta: float) -> int:
    """Return after how many steps both weights stay within a hundredth of where they started."""
    path = follow(SURFACES["ravine"], Momentum(MOMENTUM_RATE, beta), 2000)
    outside = np.abs(path / path[0]).max(axis=1) > 0.01
    return int(np.flatnonzero(outside)[-1]) + 1


def draw_momentum(beta: float, step: int) -> Frame:
    """Draw a walk with momentum in the ravine after some steps: on the map, and both weights by step.

    Parameters
    ----------
    beta : float
        How much of the velocity is kept.
    step : int
        How many steps were made.

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_momentum(0.0, 1).sentence
    'β = 0 after 1 step: w₁ = −1.88 and w₂ = −0.4, loss 3.77. To come within a hundredth takes this β 75 \
steps.'
    """
    ground = SURFACES["ravine"]
    path = follow(ground, Momentum(MOMENTUM_RATE, beta), MOMENTUM_STEPS)
    seen = path[: step + 1]
    fig = figure(4.8, 5.4, layout=None)
    above, below = fig.add_axes((0.14, 0.46, 0.83, 0.52)), fig.add_axes((0.14, 0.11, 0.83, 0.25))
    draw_surface(above, ground)
    above.plot(*seen.T, color=ORANGE, linestyle="-", linewidth=1.75, marker="o", markersize=4.5)
    above.plot(*path[0], "s", color=INK, markersize=9, zorder=5)
    above.plot(*seen[-1], "D", color=RED, markersize=9, zorder=6)
    above.set(xlabel="$w_1$", ylabel="$w_2$")
    below.axhline(0, color=MUTED, linestyle="-", linewidth=1)
    for values, color, line, name in zip(
        path.T, (BLUE, ORANGE), ("-", "--"), ("$w_1$", "$w_2$"), strict=True
    ):
        below.plot(values, color=color, linestyle=":", linewidth=1.25)
        below.plot(values[: step + 1], color=color, linestyle=line, linewidth=2.5, label=name)
    below.set(xlim=(0, MOMENTUM_STEPS), ylim=(-2.3, 2.3), xlabel="step", ylabel="weight")
    below.legend(loc="upper right", ncols=2)
    w1, w2 = (number(float(value), 2 if abs(value) < 0.1 else 3) for value in seen[-1])
    loss = _loss(float(ground.loss(seen[-1])))
    return Frame(
        fig,
        f"β = {number(beta)} after {step} step{'s' * (step != 1)}: w₁ = {w1} and w₂ = {w2}, loss {loss}. "
        f"To come within a hundredth takes this β {_steps_needed(beta)} steps.",
    )


def momentum(backend: Backend = None) -> Explorer:
    """Explore momentum in the ravine, step by step, all at the learning rate 0.06.

    What to discover: without momentum the walk crawls along the ravine; with too much it rolls past the
    lowest point and back, again and again; in between lies the best.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> momentum().parameters["beta"].stops
    (0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
    """
    return Explorer(
        draw_momentum,
        backend=backend,
        beta=Numbers(
            "momentum β",
            stops=[0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95],
            default=0.9,
            step=0.05,
            tooltip="How much of the velocity is kept at each step",
        ),
        step=Numbers(
            "step",
            stops=[1, 2, 3, 5, 8, 12, 20, 40],
            default=5,
            step=1,
            play=1.0,
            tooltip="How many steps were made",
        ),
    )


COPIES = 400


@lru_cache(maxsize=64)
def _noisy_losses(schedule: str, rate: float) -> tuple[float, ...]:
    """Return the mean loss of 400 walks on w²/2 whose slopes carry noise of standard deviation 1."""
    rate_at = SCHEDULES[schedule](rate)
    rng = np.random.default_rng(1)
    w = np.full(COPIES, 4.0)
    losses = [8.0]
    for step in range(N_SCHEDULED):
        w = w - rate_at(step) * (w + rng.normal(size=COPIES))
        losses.append(float(np.mean(w**2) / 2))
    return tuple(losses)


def draw_schedules(schedule: str, rate: float) -> Frame:
    """Draw a schedule, and the mean loss of many noisy descents that follow it.

    Parameters
    ----------
    schedule : str
        One of `annlib.plots.ch06_optimizers.SCHEDULES`.
    rate : float
        The first rate (of the warm-up: the highest).

    Returns
    -------
    Frame

    Examples
    --------
    >>> draw_schedules("constant", 1.0).sentence
    'constant, rate 1: in the end the rate is 1, and the mean loss of the last ten steps 0.51.'
    """
    losses = np.array(_noisy_losses(schedule, rate))
    rate_at = SCHEDULES[schedule](rate)
    rates = np.array([rate_at(step) for step in range(N_SCHEDULED)])
    fig = figure(4.8, 5.0, layout=None)
    above, below = fig.add_axes((0.16, 0.6, 0.81, 0.37)), fig.add_axes((0.16, 0.12, 0.81, 0.37))
    above.plot(rates, color=BLUE, linestyle="-", linewidth=2.75)
    above.set(xlim=(0, N_SCHEDULED), ylim=(0, 1.6), ylabel="rate", xticks=range(0, 101, 25))
    below.plot(losses.clip(1e-3), color=ORANGE, linestyle="-", linewidth=2.5)
    below.set_yscale("log")
    below.set(xlim=(0, N_SCHEDULED), ylim=(1e-3, 20), xlabel="step", ylabel="mean loss")
    below.set(xticks=range(0, 101, 25))
    below.set_yticks([0.001, 0.01, 0.1, 1, 10], ["0.001", "0.01", "0.1", "1", "10"])
    below.set_yticks([], minor=True)
    return Frame(
        fig,
        f"{schedule}, rate {number(rate)}: in the end the rate is {number(float(rates[-1]), 2)}, "
        f"and the mean loss of the last ten steps {number(float(losses[-10:].mean()), 2)}.",
    )


def schedules(backend: Backend = None) -> Explorer:
    """Explore schedules on a valley whose slopes are noisy, as those of small batches are.

    What to discover: a constant rate is either slow or never comes to rest; a rate that falls has both, a
    fast start and a quiet end. The warm-up costs a little here, where the beginning is not dangerous.

    Parameters
    ----------
    backend : {"static", "live"}, optional
        See `annlib.explorers.Explorer`.

    Returns
    -------
    Explorer

    Examples
    --------
    >>> schedules().parameters["rate"].stops
    (0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.5)
    """
    return Explorer(
        draw_schedules,
        backend=backend,
        schedule=Choice(
            "schedule", options=list(SCHEDULES), default="constant", tooltip="How the rate changes by step"
        ),
        rate=Numbers(
            "first rate",
            stops=[0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.5],
            default=0.5,
            step=0.01,
            tooltip="The rate at the start; with warm-up the highest",
        ),
    )
