"""Chapter 6: its landscapes have the slopes that they claim, its explorers show what the text promises."""

import re

import numpy as np
import pytest

from annlib import SGD, Adam, Momentum, RMSProp
from annlib.explorers import ch06_optimizers as explorers
from annlib.plots import ch06_optimizers as plots
from annlib.plots.style import PALETTE, to_dark, to_svg

LIGHT, DARK = ({pair[theme] for pair in PALETTE.values()} for theme in (0, 1))
SURFACES = plots.SURFACES

FIGURES = {
    "zigzag": plots.zigzag,
    "two_ways": plots.two_ways,
    "velocities": plots.velocities,
    "look_ahead": plots.look_ahead,
    "own_rates": plots.own_rates,
    "bias_correction": plots.bias_correction,
    "decay_by_gradient": lambda: plots.decay_by_gradient({"a": [0.3, 0.4], "b": [0.1, 0.9]}, [0.1, 10]),
    "escape": plots.escape,
    "schedule_curves": plots.schedule_curves,
    "clipped": plots.clipped,
    "loss_by_rate": lambda: plots.loss_by_rate({"SGD": {0.1: 0.5, 1.0: np.inf}, "Adam": {0.1: 1, 1.0: 2}}),
    "winners": lambda: plots.winners({"SGD": [0.95, 0.97], "Adam": [0.96, 0.96]}),
}


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_slopes_are_those_of_the_loss(surface):
    w = np.random.default_rng(1).uniform(-2, 2, size=(50, 2))
    for i, nudge in enumerate(1e-6 * np.eye(2)):
        measured = (surface.loss(w + nudge) - surface.loss(w - nudge)) / 2e-6
        np.testing.assert_allclose(surface.slope(w)[:, i], measured, atol=1e-7)


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_stars_stand_at_the_lowest_points_and_start_and_stars_are_in_the_picture(surface):
    grid = np.stack(np.meshgrid(*(np.linspace(*limits, 201) for limits in surface.limits)), axis=-1)
    for low in surface.lowest:
        assert surface.loss(np.array(low)) <= surface.loss(grid).min() + 1e-6
        np.testing.assert_allclose(surface.slope(np.array(low)), 0, atol=2e-3)
    for point in (surface.start, *surface.lowest):
        assert all(low < x < high for x, (low, high) in zip(point, surface.limits, strict=True))


def test_a_walk_that_runs_away_is_called_off():
    path = plots.follow(SURFACES["local minima"], SGD(1.0), 1000)
    assert len(path) < 20
    assert np.isfinite(path[:-1]).all()


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_narrow_deterministic_and_have_a_dark_twin(name):
    fig = FIGURES[name]()
    assert fig.get_size_inches()[0] == 5
    svg = to_svg(fig)
    assert svg == to_svg(FIGURES[name]())
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", svg)) <= LIGHT
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", to_dark(svg))) <= DARK


def race(surface, optimizer, rate):
    return explorers.race().picture(surface=surface, optimizer=optimizer, rate=rate).sentence


def test_the_race_shows_what_the_text_promises():
    assert "leaves the picture" in race("ravine", "SGD", 0.1)
    assert "has arrived" in race("ravine", "SGD", 0.07)
    assert "still on the plateau" in race("plateau", "SGD", 0.03)
    assert "has arrived" in race("plateau", "RMSProp", 0.03)
    assert "shallow well" in race("local minima", "SGD", 0.03)
    assert "has arrived" in race("local minima", "Momentum", 0.03)
    assert "has arrived" in race("local minima", "SGD", 0.3), "a large step is no skill"
    for rate in explorers.race().parameters["rate"].stops:
        assert "still on its way" in race("ravine", "Adadelta", rate)


def test_the_loss_of_a_race_is_that_of_annlib():
    w = np.array(SURFACES["ravine"].start)
    optimizer = Adam(0.03)
    for _ in range(explorers.RACE_STEPS):
        optimizer.step(w, plots.CURVATURES * w)
    loss = float((plots.CURVATURES * w**2).sum() / 2)
    assert float(re.search(r"the loss is (\S+),", race("ravine", "Adam", 0.03))[1]) == pytest.approx(
        loss, rel=5e-3
    )


def test_some_momentum_is_best_and_too_much_is_worse_than_none():
    needed = {}
    for beta in explorers.momentum().parameters["beta"].stops:
        sentence = explorers.momentum().picture(beta=beta, step=40).sentence
        needed[beta] = int(re.search(r"takes this β (\d+) steps", sentence)[1])
    best = min(needed, key=needed.get)
    assert 0.4 <= best <= 0.7
    assert needed[0.95] > needed[0] > needed[best]


def test_a_constant_rate_is_slow_or_restless_and_a_falling_one_is_neither():
    def end(schedule, rate):
        sentence = explorers.schedules().picture(schedule=schedule, rate=rate).sentence
        return float(re.search(r"last ten steps (\S+)\.$", sentence)[1])

    rates = explorers.schedules().parameters["rate"].stops
    constant = {rate: end("constant", rate) for rate in rates}
    assert min(constant, key=constant.get) not in (rates[0], rates[-1])
    assert all(end(schedule, 1) < constant[1] / 10 for schedule in ("step", "exponential", "cosine"))
    assert end("exponential", 0.02) == max(end(name, 0.02) for name in plots.SCHEDULES)
    # For a bowl of curvature 1 and noise 1 the loss settles at rate / (2 (2 - rate)).
    assert constant[1] == pytest.approx(1 / (2 * (2 - 1)), rel=0.1)


def test_at_the_saddle_adam_leaves_first():
    saddle = SURFACES["saddle"]
    left = [
        int((saddle.loss(plots.follow(saddle, optimizer, 1000, (-2.0, 1e-6))) < -0.2).argmax())
        for optimizer in (Adam(0.1), RMSProp(0.1), Momentum(0.1), SGD(0.1))
    ]
    assert max(left[:2]) < left[2] < left[3]
