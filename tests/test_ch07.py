"""Chapter 7: figures have a dark twin, explorers say what annlib computes and what the text promises."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from annlib import Adam, CategoricalCrossEntropy, Dense, Dropout, Network, ReLU, train
from annlib.errors import ShapeError
from annlib.explorers import ch07_dropout as explorers
from annlib.plots import ch07_dropout as plots
from annlib.plots.style import PALETTE, figure, to_dark, to_svg

ROOT = Path(__file__).resolve().parents[1]
LIGHT, DARK = ({pair[theme] for pair in PALETTE.values()} for theme in (0, 1))

FIGURES = {
    "curves": lambda: plots.curves({"training": [2, 1, 0.5], "validation": [2, 1.5, 1.8]}, best=2),
    "learned_by_heart": lambda: plots.learned_by_heart(
        np.linspace(0, 1, 128).reshape(2, 64), [3, 4], {"it says": [3, 9]}
    ),
    "gap_by_images": lambda: plots.gap_by_images([50, 100], {"training": [0, 0], "validation": [1, 0.5]}),
    "thinned_networks": plots.thinned_networks,
    "sums": lambda: plots.sums(4.0, {"not scaled": [1.0, 2, 3], "scaled": [2.0, 4, 6]}),
    "removed_units": lambda: plots.removed_units([0, 0.5], {"without": [0.9, 0.5], "with": [0.9, 0.8]}),
    "two_weights": lambda: plots.two_weights({"without": [-3, 4], "with": [0.5, 0.4]}, ["a", "b"]),
    "averages": lambda: plots.averages([1, 10], [0.9, 0.5], 0.45, 0.95),
    "search": lambda: plots.search([0, 0.5], [[0, 0.1], [0.2, 0.3]], [[1, 1.1], [0.6, 0.7]]),
    "penalties": plots.penalties,
    "methods": lambda: plots.methods({"nothing": [0.8, 0.82], "dropout": [0.9, 0.9]}),
    "mask_tables": lambda: plots.mask_tables({"own": [[1, 0], [0, 1]], "shared": [[1, 0], [1, 0]]}),
}


def test_every_figure_is_tried_here():
    assert set(FIGURES) == set(plots.__all__) - {"draw_thinned"}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_narrow_deterministic_and_have_a_dark_twin(name):
    fig = FIGURES[name]()
    assert fig.get_size_inches()[0] == 5
    svg = to_svg(fig)
    assert svg == to_svg(FIGURES[name]())
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", svg)) <= LIGHT
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", to_dark(svg))) <= DARK


def test_an_edge_is_drawn_whole_only_between_units_that_are_there():
    ax = figure().subplots()
    masks = [np.array([1, 0, 1]), np.array([0, 1, 1, 1]), np.ones(2)]
    plots.draw_thinned(ax, masks)
    whole = sum(line.get_color() == plots.BLUE for line in ax.get_lines())
    assert whole == 2 * 3 + 3 * 2


def test_images_of_another_size_are_named():
    with pytest.raises(ShapeError, match="64"):
        plots.learned_by_heart(np.zeros((2, 63)), [1, 2], {})


def test_the_circle_stands_at_the_lowest_validation_loss():
    *_, circle = plots.search([0, 0.5, 0.9], [[0], [0.1], [1.0]], [[1], [0.6], [1.2]]).axes[0].get_lines()
    assert circle.get_xydata().tolist() == [[0.5, 0.6]]


# The thinned network


def thinned(p, draw):
    sentence = explorers.thinned().picture(p=p, number=draw).sentence
    found = re.search(r"(\d) of 8 hidden units and (\d) of 5 inputs .* (\d+) of 64 weights", sentence)
    return [int(number) for number in found.groups()]


@pytest.mark.parametrize("draw", explorers.thinned().parameters["number"].stops)
def test_a_larger_p_drops_more_and_weights_are_those_between_units_that_are_there(draw):
    before = [np.ones(5), np.ones(8)]
    for p in explorers.thinned().parameters["p"].stops[1:]:
        now = explorers.present(p, draw)
        assert all((there <= earlier).all() for there, earlier in zip(now, before, strict=True))
        before = now
    hidden, inputs, weights = thinned(0.5, draw)
    assert weights == hidden * (inputs + 3)


def test_shares_that_are_left_belong_to_p():
    left = [[mask.mean() for mask in explorers.present(0.5, number)] for number in range(2000)]
    assert np.mean(left, axis=0) == pytest.approx([0.75, 0.5], abs=0.02)


# Trainings


def test_the_explorers_learn_the_images_of_the_chapter():
    notebook = nbformat.read(ROOT / "book" / "07-dropout.ipynb", as_version=4)
    made = {}
    exec(next(cell.source for cell in notebook.cells if cell.id == "data"), made)  # the chapter's own cell
    data = explorers.chapter_digits()
    for name in ("X", "y", "X_valid", "y_valid"):
        np.testing.assert_array_equal(getattr(data, name), made[name][: len(getattr(data, name))])


def losses(sentence):
    found = re.search(r"training loss (?:is )?(\d\.\d+)(?:,| and the) validation loss (\d\.\d+)", sentence)
    return [float(number) for number in found.groups()]


def test_the_sentences_are_what_annlib_computes():
    data, loss = explorers.chapter_digits(), CategoricalCrossEntropy()
    measured = []
    for seed in (0, 1):
        rng = np.random.default_rng(seed)
        net = Network([Dense(64, 100), ReLU(), Dropout(0.5), Dense(100, 10)], rng=rng)
        train(
            net,
            data.X[:200],
            data.y[:200],
            n_epochs=60,
            loss=loss,
            optimizer=Adam(0.01),
            batch_size=50,
            rng=np.random.default_rng(seed),
        )
        measured.append(
            [
                loss(net.forward(data.X[:200]), data.y[:200])[0],
                loss(net.forward(data.X_valid), data.y_valid)[0],
            ]
        )
    curves = explorers.curves().picture(p=0.5, images=200).sentence
    assert losses(curves) == pytest.approx(measured[0], abs=0.006)
    width = explorers.width().picture(p=0.5, units=100).sentence
    assert losses(width) == pytest.approx(np.mean(measured, axis=0), abs=0.006)
