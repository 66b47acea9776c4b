"""Chapter 9: PyTorch's stored results are annlib's and PyTorch's own, its graphs have the slopes of autodiff.

"live" runs the chapter's own PyTorch cell where torch is installed; elsewhere that test does not exist.
"""

import importlib.util
import re
import warnings

import freeze_chapter9 as freeze
import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV

from annlib import Adam, ANNClassifier, BinaryCrossEntropy, Dense, Network, Tanh
from annlib.autodiff import Value
from annlib.errors import InputError
from annlib.explorers import ch09_beyond as explorers
from annlib.plots import ch09_beyond as plots
from annlib.plots import ch09_pytorch as stored
from annlib.plots.style import PALETTE, to_dark, to_svg

LIGHT, DARK = ({pair[theme] for pair in PALETTE.values()} for theme in (0, 1))
SOURCES = ["stored", "live"] if importlib.util.find_spec("torch") else ["stored"]


@pytest.fixture(scope="module")
def chapter():
    return freeze.chapter_cells()


def results(source, chapter):
    """Return PyTorch's losses and weights: those of the file, or computed by the chapter's cell."""
    if source == "stored":
        return stored.LOSSES, stored.WEIGHTS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, at import
        return chapter["torch_run"](stored.START)


@pytest.mark.parametrize("source", SOURCES)
def test_annlib_and_pytorch_agree_loss_for_loss_and_weight_for_weight(source, chapter):
    net = Network([Dense(30, 4), Tanh(), Dense(4, 1)], rng=np.random.default_rng(0), dtype=np.float64)
    names = ("W1", "b1", "W2", "b2")
    net.params[:] = np.concatenate([stored.START[name].ravel() for name in names])
    loss, optimizer, losses = BinaryCrossEntropy(), Adam(0.01), []
    for rows in chapter["batches"]():
        value, grad = loss(net.forward(chapter["X_train"][rows]), chapter["y_train"][rows])
        losses.append(value)
        net.backward(grad)
        optimizer.step(net.params, net.grads)
    their_losses, their_weights = results(source, chapter)
    np.testing.assert_allclose(losses, their_losses, rtol=1e-10)
    theirs = np.concatenate([np.ravel(their_weights[name]) for name in names])
    np.testing.assert_allclose(net.params, theirs, rtol=0, atol=1e-10)
    assert losses[-1] < 0.3 * losses[0], "a comparison with a network that stands still would prove little"


def test_the_batches_show_each_row_once_an_epoch(chapter):
    rows = np.arange(len(chapter["X_train"]))
    epoch = [rows[batch] for batch in chapter["batches"](n_epochs=1)]
    assert sorted(np.concatenate(epoch)) == rows.tolist()


# ------------------------------------------------------------------------------------------- the graphs

FORMULAS = {
    "many paths": lambda a, b: (a * b * (a + b) - a) ** 2,
    "a neuron": lambda w, x, b, y: ((w * x + b).tanh() - y) ** 2,
    "cross-entropy": lambda w, x, b, y: (w * x + b).softplus() - y * (w * x + b),
}


@pytest.mark.parametrize("name", plots.GRAPHS)
@pytest.mark.parametrize("first", [-2.0, -0.75, 0.0, 1.0, 2.0])
def test_a_walk_ends_with_the_loss_and_slopes_of_autodiff(name, first):
    end = plots.walk(name, first, plots.LAST_STEP)
    given = [Value(end.values[key]) for key in plots.GRAPHS[name].given]
    assert given[0].data == first
    loss = FORMULAS[name](*given)
    loss.backward()
    assert end.values["L"] == pytest.approx(loss.data)
    assert [end.slopes[key] for key in plots.GRAPHS[name].given] == pytest.approx([v.grad for v in given])


@pytest.mark.parametrize("name", plots.GRAPHS)
def test_a_value_passes_its_slope_on_only_when_it_is_complete(name):
    end = plots.walk(name, 1.0, plots.LAST_STEP).slopes
    for step in range(7, plots.LAST_STEP + 1):
        now = plots.walk(name, 1.0, step)
        assert now.slopes[now.touched] == end[now.touched]


def test_in_the_cross_entropy_p_minus_y_comes_out_by_itself():
    for w in explorers.graph().parameters["first"].stops:
        end = plots.walk("cross-entropy", w, plots.LAST_STEP)
        p = 1 / (1 + np.exp(-end.values["z"]))
        assert end.slopes["z"] == pytest.approx(p - end.values["y"])


@pytest.mark.parametrize("name", plots.GRAPHS)
def test_every_step_says_another_true_thing(name):
    said = [explorers.graph().picture(name=name, first=1.5, step=step).sentence for step in range(12)]
    assert len(set(said)) == 12
    loss = plots.walk(name, 1.5, 5).values["L"]
    shown = re.search(r"= (\S+); written down", said[5])[1]
    assert float(shown) == pytest.approx(loss, abs=6e-4)


# ------------------------------------------------------------------------------------------- the workers


def test_plans_are_those_of_workers_that_take_the_next_fit():
    minutes = np.array([3.0, 1.0, 1.0, 2.0, 1.0])
    workers, starts = plots.plan(minutes, 2)
    assert workers.tolist() == [0, 1, 1, 1, 0]
    assert starts.tolist() == [0, 0, 1, 2, 3]
    assert plots.plan(minutes, 1)[1].tolist() == [0, 3, 4, 5, 7]
    assert plots.plan(minutes, 9)[1].tolist() == [0] * 5


def minutes(n_workers, lengths):
    sentence = explorers.workers().picture(n_workers=n_workers, lengths=lengths).sentence
    return float(re.search(r"done after (\S+) minutes", sentence)[1])


def test_the_workers_show_what_the_text_promises():
    for lengths, each in explorers.LENGTHS.items():
        assert each.sum() * explorers.N_FOLDS == 24, lengths
        assert minutes(1, lengths) == 25
        assert minutes(24, lengths) == minutes(32, lengths) == each.max() + 1
    assert minutes(8, "all alike") == 4
    assert minutes(8, "large ones last") > minutes(8, "large ones first")


@pytest.mark.parametrize("wrong", [([1.0], 0), ([0.0], 1), ([[1.0]], 1)])
def test_a_plan_that_cannot_be_is_refused(wrong):
    with pytest.raises(InputError, match="positive minutes and at least 1 worker"):
        plots.plan(*wrong)


@pytest.mark.parametrize("wrong", [("a cat", 1.0, 0), ("a neuron", 1.0, 12), ("a neuron", 1.0, -1)])
def test_a_step_that_is_none_is_refused(wrong):
    with pytest.raises(InputError, match="name must be one of"):
        plots.walk(*wrong)


# ------------------------------------------------------------------------------------------- the search


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_a_search_gives_the_same_wherever_it_runs(backend):
    X, y = load_iris(return_X_y=True)
    net = ANNClassifier(max_epochs=3, dropout=0.2, random_state=0)
    alone = GridSearchCV(net, {"hidden_layer_sizes": [(2,), (4,)]}, cv=2).fit(X, y)
    with joblib.parallel_config(backend=backend, n_jobs=2):
        shared = clone(alone).fit(X, y)
    assert alone.best_params_ == shared.best_params_
    np.testing.assert_array_equal(alone.cv_results_["mean_test_score"], shared.cv_results_["mean_test_score"])
    assert np.array_equal(alone.best_estimator_.network_.params, shared.best_estimator_.network_.params)


# ------------------------------------------------------------------------------------------- the figures

FIGURES = {
    "who_goes_back": plots.who_goes_back,
    "same_losses": lambda: plots.same_losses(stored.LOSSES, stored.LOSSES * (1 + 1e-15)),
    **{f"graph_after {name}": lambda name=name: plots.graph_after(9, name) for name in plots.GRAPHS},
    "doublings": plots.doublings,
    "trained_by_hand": lambda: plots.trained_by_hand(
        lambda X: X[:, 0], [[-1, 0], [1, 1]], [0, 1], [1, 0.5], labels="AB", axes=("x", "y")
    ),
    "grid_scores": lambda: plots.grid_scores([("one", [0.9, 0.95]), ("two", [0.92, 0.97])], best=1),
    "plans": lambda: plots.plans(np.ones(24), 1, (2, 16)),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_narrow_deterministic_and_have_a_dark_twin(name):
    fig = FIGURES[name]()
    assert fig.get_size_inches()[0] == 5
    svg = to_svg(fig)
    assert svg == to_svg(FIGURES[name]())
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", svg)) <= LIGHT
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", to_dark(svg))) <= DARK


def test_losses_of_two_lengths_cannot_be_compared():
    with pytest.raises(InputError, match="one loss for each step"):
        plots.same_losses([1.0], [1.0, 2.0])
