"""The churn network against its bars: better than a straight line, as good on simulated as on real customers.

The models and the splits are those of `make churn` (benchmarks/churn.py).
"""

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from annlib.datasets import CATEGORICAL, FEATURES, IDENTIFIERS, TARGET, load_churn, simulate_churn

BENCHMARK = Path(__file__).resolve().parents[1] / "benchmarks" / "churn.py"
SPLITS = 5


@cache
def benchmark():
    spec = importlib.util.spec_from_file_location("benchmarks_churn", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def table(source):
    return load_churn() if source == "real" else simulate_churn(rng=np.random.default_rng(0))


@cache
def mean_scores(source, model):
    module = benchmark()
    return np.mean(list(module.scores(table(source), module.MODELS[model], SPLITS)), axis=0)


SOURCES = [
    pytest.param("simulated", id="simulated"),
    pytest.param("real", id="real", marks=pytest.mark.real_churn),
]


@pytest.mark.parametrize("source", SOURCES)
def test_network_reaches_its_bar(source):
    auc, accuracy = mean_scores(source, "annlib network")
    assert auc >= 0.85
    assert accuracy >= 0.85


@pytest.mark.parametrize("source", SOURCES)
def test_logistic_regression_stays_behind(source):
    """Age and products act in no straight line; the simulated table must not lose that."""
    assert mean_scores(source, "logistic regression")[0] <= mean_scores(source, "annlib network")[0] - 0.05
    assert 0.75 <= mean_scores(source, "logistic regression")[0] <= 0.79


@pytest.mark.parametrize("source", SOURCES)
def test_network_keeps_up_with_boosting(source):
    gap = mean_scores(source, "annlib network")[0] - mean_scores(source, "gradient boosting")[0]
    assert abs(gap) <= 0.01


@pytest.mark.real_churn
def test_simulated_customers_are_as_hard_as_real_ones():
    simulated, real = (mean_scores(source, "annlib network") for source in ("simulated", "real"))
    assert simulated == pytest.approx(real, abs=0.02)


@pytest.mark.parametrize("source", SOURCES)
def test_all_stay_is_right_as_often_as_customers_stay(source):
    auc, accuracy = mean_scores(source, "all stay")
    assert auc == 0.5
    assert accuracy == pytest.approx(1 - table(source)[TARGET].mean(), abs=1e-3)


def test_models_see_ten_columns_and_no_identifier():
    assert len(FEATURES) == 10
    assert not set(FEATURES) & {*IDENTIFIERS, TARGET}


def test_splits_share_no_customer_and_keep_the_share_of_leavers():
    customers = table("simulated")
    X_train, X_test, y_train, y_test = benchmark().split(customers, 3)
    assert sorted([*X_train.index, *X_test.index]) == list(range(len(customers)))
    assert y_train.mean() == pytest.approx(y_test.mean(), abs=1e-3)


def test_test_rows_leave_no_trace():
    """A million added to the held-out ages changes no bit of what the other rows are given."""
    module = benchmark()
    X_train, X_test, y_train, _ = module.split(table("simulated").head(1000), 0)
    probe = X_train.head(50)
    spoiled = X_test.assign(Age=X_test["Age"] + 1_000_000)
    clean = module.annlib_network(X_train, y_train, _joined(probe, X_test), 0)
    again = module.annlib_network(X_train, y_train, _joined(probe, spoiled), 0)
    np.testing.assert_array_equal(clean[:50], again[:50])
    assert not np.array_equal(clean[50:], again[50:])


def _joined(*tables):
    import pandas as pd

    return pd.concat(tables)


def test_same_seed_gives_same_probabilities():
    module = benchmark()
    X_train, X_test, y_train, _ = module.split(table("simulated").head(1000), 0)
    first, second = (module.annlib_network(X_train, y_train, X_test, 7) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_encoder_makes_thirteen_columns():
    encoded = benchmark().encoder().fit_transform(table("simulated")[list(FEATURES)])
    assert encoded.shape == (10_000, len(FEATURES) - len(CATEGORICAL) + 3 + 2)


def test_table_is_printed_with_pairs(capsys, monkeypatch):
    module = benchmark()
    names = ["all stay", "logistic regression", "annlib network"]
    monkeypatch.setattr(module, "MODELS", {name: module.MODELS[name] for name in names})
    module.compare("Few customers", table("simulated").head(500), n_splits=2)
    printed = capsys.readouterr().out.splitlines()
    assert "Few customers: 500 customers, 2 stratified 80/20 splits" in printed
    assert [line[:28].strip() for line in printed[-3:]] == names
    assert ["standard error" in line for line in printed[-3:]] == [True, True, False]
