"""The estimators keep scikit-learn's contract, whole, and are the networks that they say they are."""

import copy
import inspect
import io
import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import tqdm
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.datasets import make_blobs, make_classification, make_regression
from sklearn.exceptions import NotFittedError
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

import annlib
from annlib import ANNClassifier, ANNRegressor, estimator, layers, optimizers
from annlib.errors import DivergenceError, InputError
from annlib.optimizers import Adam, Momentum
from annlib.schedules import CosineDecay

OTHER = {
    "hidden_layer_sizes": (16, 8),
    "activation": "tanh",
    "optimizer": "momentum",
    "learning_rate": 0.02,
    "l2": 1e-3,
    "batch_size": None,
}
BOTH = [ANNClassifier, ANNRegressor]
both = pytest.mark.parametrize("Estimator", BOTH)


@pytest.fixture
def two():
    """Return rows of two classes that overlap, four of five being of class 0."""
    return make_classification(
        n_samples=120, n_features=4, weights=[0.8], flip_y=0.1, class_sep=0.7, random_state=0
    )


@pytest.fixture
def numbers():
    X, y = make_regression(n_samples=120, n_features=3, noise=1.0, random_state=0)
    return X, y


def data_for(Estimator, two, numbers):
    return two if Estimator is ANNClassifier else numbers


def outputs(model, X):
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


# scikit-learn's own checks


@parametrize_with_checks([ANNClassifier(), ANNRegressor(), ANNClassifier(**OTHER), ANNRegressor(**OTHER)])
def test_scikit_learns_own_checks(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # else one of them would be skipped
    check(estimator)


@both
def test_no_tag_excuses_them_from_a_check(Estimator):
    tags = get_tags(Estimator())
    inputs = tags.input_tags
    excuses = [tags.no_validation, tags.non_deterministic, tags._skip_test]
    assert not any([*excuses, inputs.allow_nan, inputs.sparse, inputs.positive_only])
    if Estimator is ANNClassifier:
        assert tags.classifier_tags.multi_class
        assert not tags.classifier_tags.poor_score
    else:
        assert tags.target_tags.multi_output
        assert not tags.regressor_tags.poor_score


def test_every_parameter_of_the_regressor_is_one_of_the_classifier_and_described():
    classifier, regressor = ANNClassifier().get_params(), ANNRegressor().get_params()
    assert {name: classifier[name] for name in regressor} == regressor
    assert set(classifier) - set(regressor) == {"class_weight"}
    described = inspect.getdoc(ANNClassifier)
    assert all(f"{name} : " in described for name in classifier)


# What scikit-learn builds from estimators


def test_pipeline_and_grid_search(two):
    pipeline = make_pipeline(StandardScaler(), ANNClassifier(max_epochs=20, random_state=0))
    grid = {
        "annclassifier__hidden_layer_sizes": [(), (8,)],
        "annclassifier__activation": np.array(["relu", "tanh"]),  # the search hands on NumPy's own strings
        "annclassifier__optimizer": ["sgd", Adam(0.01)],
    }
    search = GridSearchCV(pipeline, grid, cv=3, scoring="roc_auc", error_score="raise").fit(*two)
    assert len(search.cv_results_["params"]) == 8
    assert search.best_score_ > 0.7
    assert search.predict(two[0]).shape == (120,)


def test_an_optimizer_that_is_given_stays_unused(two):
    optimizer = Momentum(0.01)
    model = ANNClassifier(optimizer=optimizer, max_epochs=2, random_state=0)
    first = model.fit(*two).network_.params
    assert optimizer.t == 0
    named = ANNClassifier(optimizer="momentum", learning_rate=0.01, max_epochs=2, random_state=0)
    np.testing.assert_array_equal(first, named.fit(*two).network_.params)


def test_a_penalty_beside_an_optimizer_object_is_refused_not_ignored(two):
    with pytest.raises(
        InputError, match=r"l2 must be 0 beside an optimizer object, got 0\.1: give it to the"
    ):
        ANNClassifier(optimizer=Momentum(0.01), l2=0.1).fit(*two)
    inside = ANNClassifier(optimizer=Momentum(0.01, l2=0.1), max_epochs=2, random_state=0).fit(*two)
    named = ANNClassifier(optimizer="momentum", learning_rate=0.01, l2=0.1, max_epochs=2, random_state=0)
    np.testing.assert_array_equal(inside.network_.params, named.fit(*two).network_.params)


def test_a_learning_rate_that_changes(two):
    model = ANNClassifier(learning_rate=CosineDecay(0.01, 20), batch_size=None, max_epochs=20, random_state=0)
    scheduled = pickle.loads(pickle.dumps(clone(model).fit(*two)))
    constant = clone(model).set_params(learning_rate=0.01).fit(*two)
    first, last = scheduled.loss_curve_[:2], scheduled.loss_curve_[-1]
    np.testing.assert_allclose(constant.loss_curve_[:2], first)  # the first step is of the full rate
    assert constant.loss_curve_[-1] < last < first[0]


def test_every_optimizer_and_every_hidden_activation_has_a_name():
    rules = {getattr(optimizers, name) for name in optimizers.__all__} - {optimizers.Optimizer}
    assert set(estimator.OPTIMIZERS.values()) == rules
    others = {layers.Layer, layers.Dense, layers.Dropout, layers.Softmax}
    assert set(estimator.ACTIVATIONS.values()) == {getattr(layers, name) for name in layers.__all__} - others
    described = inspect.getdoc(ANNClassifier)
    assert all(f'"{name}"' in described for name in [*estimator.OPTIMIZERS, *estimator.ACTIVATIONS])


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_calibration(two, method):
    network = ANNClassifier(learning_rate=0.02, max_epochs=20, random_state=0)
    model = CalibratedClassifierCV(network, method=method, cv=3)
    p = model.fit(*two).predict_proba(two[0])
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert abs(p[:, 1].mean() - two[1].mean()) < 0.05  # as many as there are
    assert p[two[1] == 1, 1].mean() > 2 * p[two[1] == 0, 1].mean()


def test_column_transformer_with_pandas_output():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"age": rng.integers(18, 80, 90), "country": rng.choice(["FR", "DE", "ES"], 90)})
    y = np.where((table["age"] > 50) ^ (table["country"] == "DE"), "leaves", "stays")
    encode = ColumnTransformer(
        [("number", StandardScaler(), ["age"]), ("kind", OneHotEncoder(sparse_output=False), ["country"])]
    ).set_output(transform="pandas")
    model = make_pipeline(encode, ANNClassifier(learning_rate=0.02, random_state=0)).fit(table, y)
    assert model.score(table, y) > 0.9
    names = ["number__age", "kind__country_DE", "kind__country_ES", "kind__country_FR"]
    assert model[-1].feature_names_in_.tolist() == names
    assert model[-1].n_features_in_ == 4
    assert model.classes_.tolist() == ["leaves", "stays"]


@both
def test_pickle_and_joblib(Estimator, two, numbers, tmp_path):
    X, y = data_for(Estimator, two, numbers)
    model = Estimator(max_epochs=3, random_state=0, l2=0.01, dropout=0.1).fit(X, y)
    joblib.dump(model, tmp_path / "model.joblib")
    for again in (
        pickle.loads(pickle.dumps(model)),
        joblib.load(tmp_path / "model.joblib"),
        copy.deepcopy(model),
    ):
        np.testing.assert_array_equal(outputs(again, X), outputs(model, X))
        other = copy.deepcopy(model)
        again.partial_fit(X, y)  # goes on as the original would have
        np.testing.assert_array_equal(again.network_.params, other.partial_fit(X, y).network_.params)
    assert len(model.loss_curve_) == 3


# What comes out


@pytest.mark.parametrize(
    ("labels", "dtype"),
    [
        (["no", "yes"], None),
        (["no", "yes"], object),
        ([False, True], None),
        ([-1, 1], None),
        ([0.0, 2.0], None),
        (["a", "b", "c"], None),
        (["a", "b", "cc"], object),
        ([3, 10, 7], np.uint8),
    ],
)
def test_labels_of_any_kind(labels, dtype):
    X, codes = make_blobs(90, centers=len(labels), cluster_std=0.5, random_state=0)
    y = np.array(labels, dtype=dtype)[codes]
    model = ANNClassifier(learning_rate=0.02, random_state=0).fit(X, y)
    assert model.classes_.tolist() == sorted(labels)
    assert set(model.predict(X)) == set(labels)
    assert model.score(X, y) > 0.9
    p, logits = model.predict_proba(X), model.decision_function(X)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    if len(labels) == 2:
        np.testing.assert_allclose(np.log(p[:, 1] / p[:, 0]), logits, rtol=1e-6)
        assert model.network_.n_out == 1
    else:
        np.testing.assert_allclose(np.log(p) - np.log(p[:, :1]), logits - logits[:, :1], rtol=1e-6)
        assert model.network_.n_out == 3


@pytest.mark.parametrize("activation", estimator.ACTIVATIONS)
@pytest.mark.parametrize("optimizer", estimator.OPTIMIZERS)
def test_every_name_trains(activation, optimizer, two):
    model = ANNClassifier(activation=activation, optimizer=optimizer, learning_rate=0.01, random_state=0)
    model.set_params(max_epochs=20).fit(*two)
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    kinds = [type(layer) for layer in model.network_.layers]
    assert kinds == [annlib.Dense, estimator.ACTIVATIONS[activation], annlib.Dense]


def test_the_layers_are_those_of_the_parameters(two):
    model = ANNClassifier(hidden_layer_sizes=(7, 5), dropout=0.25, max_epochs=1, random_state=0).fit(*two)
    assert repr(model.network_) == (
        "Network([Dense(4, 7), ReLU(), Dropout(0.25), Dense(7, 5), ReLU(), Dropout(0.25), Dense(5, 1)], "
        "dtype=float64)"
    )
    assert ANNClassifier(hidden_layer_sizes=7, max_epochs=1).fit(*two).network_.layers[0].n_out == 7
    assert len(ANNClassifier(hidden_layer_sizes=[], max_epochs=1).fit(*two).network_.layers) == 1


@pytest.mark.parametrize(
    ("activation", "limit"),
    [
        ("relu", np.sqrt(6 / 4)),
        ("gelu", np.sqrt(6 / 4)),
        ("tanh", np.sqrt(6 / 204)),
        ("sigmoid", np.sqrt(6 / 204)),
    ],
)
def test_weights_start_by_the_rule_for_their_activation(activation, limit, two):
    model = ANNClassifier(hidden_layer_sizes=(200,), activation=activation, random_state=0)
    model.set_params(learning_rate=1e-300, max_epochs=1).fit(*two)
    largest = abs(model.network_.layers[0].W).max()
    assert 0.97 * limit < largest <= limit


def test_an_automatic_batch_has_128_rows():
    X, y = make_classification(300, n_features=4, random_state=0)
    model = ANNClassifier(max_epochs=3, random_state=0)
    of_128 = clone(model).set_params(batch_size=128).fit(X, y).network_.params
    np.testing.assert_array_equal(model.fit(X, y).network_.params, of_128)
    every = clone(model).set_params(batch_size=None).fit(X[:100], y[:100]).network_.params
    np.testing.assert_array_equal(model.fit(X[:100], y[:100]).network_.params, every)


def test_several_outputs_of_different_units(numbers):
    X, y = numbers
    Y = np.column_stack([y, 1e6 * X[:, 0] + 5e6, np.full(len(y), 3.0)])
    model = ANNRegressor(learning_rate=0.01, random_state=0).fit(X, Y)
    predicted = model.predict(X)
    assert predicted.shape == Y.shape
    assert min(r2_score(Y[:, :2], predicted[:, :2], multioutput="raw_values")) > 0.95
    np.testing.assert_allclose(predicted[:, 2], 3, atol=0.5)  # a constant, which has no scale
    np.testing.assert_allclose(model.target_mean_, Y.mean(axis=0))
    np.testing.assert_allclose(model.target_scale_, [y.std(), Y[:, 1].std(), 1])
    column = ANNRegressor(max_epochs=5, random_state=0).fit(X, y[:, None])
    flat = ANNRegressor(max_epochs=5, random_state=0).fit(X, y)
    np.testing.assert_array_equal(column.predict(X)[:, 0], flat.predict(X))


def test_the_unit_of_the_targets_does_not_matter(numbers):
    X, y = numbers
    one = ANNRegressor(max_epochs=50, random_state=0).fit(X, y)
    other = ANNRegressor(max_epochs=50, random_state=0).fit(X, 1024 * y)
    np.testing.assert_allclose(other.predict(X), 1024 * one.predict(X), rtol=1e-6)
    np.testing.assert_allclose(other.loss_curve_, one.loss_curve_, rtol=1e-6)


@both
@pytest.mark.parametrize(
    ("given", "computed"),
    [(np.float32, np.float32), (np.float64, np.float64), (np.int64, np.float64), (np.float16, np.float64)],
)
def test_float32_stays_float32_and_all_else_is_float64(Estimator, given, computed, two, numbers):
    X, y = data_for(Estimator, two, numbers)
    X = (4 * X).astype(given)
    model = Estimator(max_epochs=2, random_state=0).fit(X, y)
    assert model.network_.params.dtype == computed
    assert outputs(model, X).dtype == computed
    assert outputs(model, X.astype(np.float64)).dtype == computed
    if Estimator is ANNClassifier:
        assert model.decision_function(X).dtype == computed


@both
def test_the_same_random_state_gives_the_same_bits(Estimator, two, numbers):
    X, y = data_for(Estimator, two, numbers)
    model = Estimator(batch_size=16, dropout=0.2, max_epochs=4, early_stopping=True, random_state=7)
    first = model.fit(X, y)
    params, curve = first.network_.params.copy(), first.loss_curve_
    again = clone(model).fit(X, y)
    np.testing.assert_array_equal(again.network_.params, params)
    assert again.loss_curve_ == curve
    np.testing.assert_array_equal(model.fit(X, y).network_.params, params)
    state = clone(model).set_params(random_state=np.random.RandomState(7)).fit(X, y)
    np.testing.assert_array_equal(state.network_.params, params)
    other = clone(model).set_params(random_state=8).fit(X, y)
    assert (other.network_.params != params).any()
    free = [clone(model).set_params(random_state=None).fit(X, y).network_.params for _ in range(2)]
    assert (free[0] != free[1]).any()


def test_the_estimator_is_the_network_that_train_makes(two):
    X, y = two
    model = ANNClassifier(hidden_layer_sizes=(6,), batch_size=None, max_epochs=25, random_state=0)
    start = clone(model).set_params(max_epochs=1, learning_rate=1e-300).fit(X, y).network_
    model.fit(X, y)
    annlib.train(
        start,
        X,
        y,
        n_epochs=25,
        loss=annlib.BinaryCrossEntropy(),
        optimizer=Adam(1e-3),
        batch_size=None,
        rng=np.random.default_rng(0),
    )
    np.testing.assert_array_equal(model.network_.params, start.params)
    np.testing.assert_array_equal(model.decision_function(X), start.predict(X)[:, 0])


def test_l2_is_the_gradient_of_the_squared_weights(two):
    X, y = two
    model = ANNClassifier(hidden_layer_sizes=(3,), optimizer="sgd", learning_rate=0.5, batch_size=None)
    model.set_params(max_epochs=1, random_state=0)
    start = clone(model).set_params(learning_rate=1e-300).fit(X, y).network_
    free, held = model.fit(X, y).network_, clone(model).set_params(l2=0.1).fit(X, y).network_
    pulled = 0.5 * 0.1 * start.weight_mask * start.params  # biases are not decayed
    np.testing.assert_allclose(free.params - held.params, pulled, atol=1e-15)
    assert 0 < start.weight_mask.sum() < start.params.size


# Weights


@both
def test_whole_weights_are_rows_that_stand_there_again(Estimator, two, numbers):
    X, y = data_for(Estimator, two, numbers)
    X, y = X[:40], y[:40]
    weight = np.random.default_rng(0).integers(0, 4, 40)
    model = Estimator(max_epochs=60, l2=0.01, random_state=0)
    if Estimator is ANNClassifier:
        model.set_params(class_weight="balanced")
    weighted = clone(model).fit(X, y, sample_weight=weight)
    repeated = clone(model).fit(X.repeat(weight, axis=0), y.repeat(weight))
    np.testing.assert_allclose(outputs(weighted, X), outputs(repeated, X), rtol=1e-7)
    unweighted = clone(model).fit(X, y)
    assert not np.allclose(outputs(weighted, X), outputs(unweighted, X), rtol=1e-3)


@pytest.mark.parametrize("batch_size", [None, 16])
def test_balanced_classes_are_sample_weights(batch_size, two):
    X, y = two
    model = ANNClassifier(batch_size=batch_size, max_epochs=30, random_state=0)
    own = np.random.default_rng(0).uniform(0.5, 2, len(y))
    counts = np.bincount(y, own)
    balanced = clone(model).set_params(class_weight="balanced").fit(X, y, sample_weight=own)
    by_hand = clone(model).fit(X, y, sample_weight=own / counts[y])
    by_label = clone(model).set_params(class_weight=dict(enumerate(1 / counts))).fit(X, y, sample_weight=own)
    np.testing.assert_allclose(balanced.predict_proba(X), by_hand.predict_proba(X), rtol=1e-9)
    np.testing.assert_allclose(balanced.predict_proba(X), by_label.predict_proba(X), rtol=1e-9)
    plain = clone(model).fit(X, y)
    assert balanced.predict(X).sum() > 1.5 * plain.predict(X).sum()  # the rare class is found more often


def test_class_weights_by_label_and_the_classes_left_out(two):
    X, y = two
    names = np.array(["stays", "leaves"])[y]
    model = ANNClassifier(max_epochs=10, random_state=0)
    some = clone(model).set_params(class_weight={"leaves": 4}).fit(X, names)
    every = clone(model).set_params(class_weight={"leaves": 4, "stays": 1}).fit(X, names)
    by_row = clone(model).fit(X, names, sample_weight=np.where(y == 1, 4, 1))
    np.testing.assert_array_equal(some.predict_proba(X), every.predict_proba(X))
    np.testing.assert_allclose(some.predict_proba(X), by_row.predict_proba(X), rtol=1e-9)


@both
def test_only_the_ratios_of_weights_matter_however_large(Estimator, two, numbers):
    X, y = data_for(Estimator, two, numbers)
    weight = np.random.default_rng(0).uniform(0.5, 1, len(y))
    few = Estimator(max_epochs=3, random_state=0).fit(X, y, sample_weight=weight)
    huge = Estimator(max_epochs=3, random_state=0).fit(X, y, sample_weight=weight * 2.0**1023)
    np.testing.assert_allclose(outputs(huge, X), outputs(few, X), rtol=1e-9)


# Early stopping


@both
def test_early_stopping_goes_back_to_the_best_epoch(Estimator, two, numbers):
    X, y = data_for(Estimator, two, numbers)
    rng = np.random.default_rng(1)
    y = rng.permutation(y)  # nothing to learn: the validation loss soon rises
    model = Estimator(learning_rate=0.02, early_stopping=True, validation_fraction=0.3, random_state=0)
    model.fit(X, y)
    curve = model.validation_loss_curve_
    best = int(np.argmin(curve)) + 1
    assert len(curve) == len(model.loss_curve_) == best + 10 < 200
    until = clone(model).set_params(max_epochs=best).fit(X, y)
    np.testing.assert_array_equal(model.network_.params, until.network_.params)
    longer = clone(model).set_params(patience=20).fit(X, y)
    assert longer.validation_loss_curve_[: len(curve)] == curve


def test_the_held_out_rows_are_shared_fairly_and_carry_their_weights(two, monkeypatch):
    X, y = two
    seen = {}

    def spy(net, X, y, **options):
        seen.update(options, rows=X, labels=y)
        return annlib.train(net, X, y, **options)

    monkeypatch.setattr(estimator, "train", spy)
    weight = np.arange(1.0, 121)
    model = ANNClassifier(early_stopping=True, validation_fraction=0.25, max_epochs=2, random_state=0)
    model.fit(X, y, sample_weight=weight)
    held, labels, weights = seen["validation"]
    assert len(held) == 30
    assert abs(labels.mean() - y.mean()) < 0.02
    everything = np.vstack([seen["rows"], held])
    order = [np.flatnonzero((row == X).all(axis=1)).item() for row in everything]
    assert sorted(order) == list(range(120))
    np.testing.assert_array_equal(np.r_[seen["labels"], labels], y[order])
    np.testing.assert_array_equal(np.r_[seen["sample_weight"], weights], weight[order] / 120)


def test_without_early_stopping_nothing_is_held_out(two):
    model = ANNClassifier(max_epochs=3, random_state=0).fit(*two)
    assert len(model.loss_curve_) == 3
    assert model.validation_loss_curve_ == []


# A stream of chunks


@both
def test_chunks_come_close_to_the_whole(Estimator, two, numbers):
    X, y = data_for(Estimator, two, numbers)
    whole = Estimator(batch_size=30, max_epochs=60, learning_rate=0.01, random_state=0).fit(X, y)
    stream = Estimator(batch_size=30, learning_rate=0.01, random_state=0)
    extra = {"classes": [0, 1]} if Estimator is ANNClassifier else {}
    for _ in range(60):
        for rows in np.array_split(np.arange(len(y)), 4):
            stream.partial_fit(X[rows], y[rows], **extra)
    assert len(stream.loss_curve_) == 240
    assert abs(stream.score(X, y) - whole.score(X, y)) < 0.05
    assert whole.score(X, y) > 0.85


@both
def test_one_chunk_again_and_again_is_fit(Estimator, two, numbers):
    X, y = data_for(Estimator, two, numbers)
    weight = np.random.default_rng(0).uniform(0.5, 2, len(y))
    model = Estimator(batch_size=25, max_epochs=6, dropout=0.1, random_state=0)
    stream = clone(model).partial_fit(
        X, y, sample_weight=weight, **({"classes": [0, 1]} if Estimator is ANNClassifier else {})
    )
    for _ in range(5):  # network, optimizer and random numbers go on
        stream.partial_fit(X, y, sample_weight=weight)
    model.fit(X, y, sample_weight=weight)
    np.testing.assert_array_equal(stream.network_.params, model.network_.params)
    assert stream.loss_curve_ == model.loss_curve_


def test_classes_that_come_later(two):
    X, y = make_blobs(90, centers=3, cluster_std=0.5, random_state=0)
    names = np.array(["a", "b", "cc"])[y]
    order = np.argsort(names)  # the first chunk has only one class
    model = ANNClassifier(learning_rate=0.02, random_state=0)
    with pytest.raises(InputError, match=r"classes must hold all labels in the first call of partial_fit"):
        model.partial_fit(X, names)
    for _ in range(50):
        for rows in np.array_split(order, 3):
            model.partial_fit(X[rows], names[rows], classes=["cc", "b", "a"])
    assert model.score(X, names) > 0.9
    with pytest.raises(InputError, match=r"classes must stay \['a', 'b', 'cc'\], got \['a', 'b'\]"):
        model.partial_fit(X, names, classes=["a", "b"])
    with pytest.raises(InputError, match=r"y must hold labels of classes, .*, got also \{'ccc'\}"):
        model.partial_fit(X[:2], ["ccc", "a"])  # not cut to the length of the others
    model.set_params(class_weight="balanced")
    with pytest.raises(InputError, match="class_weight must be a dict or None in partial_fit"):
        model.partial_fit(X, names)


def test_a_chunk_with_other_outputs(numbers):
    X, y = numbers
    model = ANNRegressor(random_state=0).partial_fit(X, y)
    with pytest.raises(InputError, match=r"y must have the outputs of the first call, shape \(120,\)"):
        model.partial_fit(X, np.column_stack([y, y]))


# Errors


BAD = [
    ("hidden_layer_sizes", (3, 0), r"hidden_layer_sizes\[1\] must be a positive integer, got 0 \(int\)"),
    ("hidden_layer_sizes", "6", r"hidden_layer_sizes must be integers such as \(6, 6\), got '6' \(str\)"),
    ("hidden_layer_sizes", None, r"hidden_layer_sizes must be integers .* got None"),
    ("activation", "Relu", r"activation must be one of 'relu', 'tanh', .* got 'Relu' \(str\)"),
    ("activation", annlib.ReLU, r"activation must be one of .* \(type\)"),
    ("dropout", 1, r"dropout must be a number in \[0, 1\), got 1 \(int\)"),
    ("l2", -1, r"l2 must be a finite number of at least 0, got -1"),
    ("optimizer", "rmsdrop", r"optimizer must be one of 'sgd', .* got 'rmsdrop'"),
    ("optimizer", Adam, r"optimizer must be one of 'sgd', .* \(type\)"),
    ("learning_rate", 0, r"learning_rate must be a finite number above 0, got 0 \(int\)"),
    ("batch_size", 0, r"batch_size must be a positive integer, got 0"),
    ("batch_size", "all", r"batch_size must be one of 'auto' or a positive integer or None, got 'all'"),
    ("max_epochs", 2.5, r"max_epochs must be a positive integer, got 2.5 \(float\)"),
    ("early_stopping", 1, r"early_stopping must be one of True, False, got 1 \(int\)"),
    ("validation_fraction", 0, r"validation_fraction must be a number in \(0, 1\), got 0"),
    ("patience", 0, r"patience must be a positive integer, got 0"),
    ("random_state", -1, r"random_state must be None, an int or a RandomState: .*2\*\*32"),
    ("random_state", np.random.default_rng(0), r"random_state must be None, an int or a RandomState"),
    ("verbose", "yes", r"verbose must be one of 'auto', True, False, got 'yes'"),
]


@both
@pytest.mark.parametrize(("name", "value", "message"), BAD)
def test_a_bad_parameter_is_named_with_what_was_expected_and_what_came(
    Estimator, name, value, message, two, numbers
):
    X, y = data_for(Estimator, two, numbers)
    model = Estimator(**{"max_epochs": 1, "random_state": 0, name: value})
    with pytest.raises(InputError, match=message):
        model.fit(X, y)
    with pytest.raises(NotFittedError):
        model.predict(X)


def test_every_parameter_has_a_bad_value_above():
    assert {name for name, _, _ in BAD} | {"class_weight"} == set(ANNClassifier().get_params())


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("even", r"class_weight must be one of 'balanced' or a dict .* got 'even'"),
        ([1, 2], r"class_weight must be one of 'balanced' or a dict .* got \[1, 2\] \(list\)"),
        ({0: -1}, r"class_weight\[0\] must be a finite number of at least 0, got -1"),
        ({"yes": 2}, r"class_weight must name classes of y, \[0, 1\], got \{'yes'\}"),
        ({0: 0, 1: 0}, r"the weights must not all be 0"),
    ],
)
def test_bad_class_weights(value, message, two):
    with pytest.raises(InputError, match=message):
        ANNClassifier(class_weight=value).fit(*two)


def test_rows_that_cannot_be_held_out(two):
    X, y = two
    model = ANNClassifier(early_stopping=True, validation_fraction=0.99)
    with pytest.raises(InputError, match=r"validation_fraction = 0.99 of 120 rows: "):
        model.fit(X, y)
    lonely = np.where(np.arange(120) == 5, 2, y)
    with pytest.raises(InputError, match=r"validation_fraction = 0.1 of 120 rows: The least populated class"):
        ANNClassifier(early_stopping=True).fit(X, lonely)


def test_one_class_is_none(two):
    X, y = two
    with pytest.raises(InputError, match=r"y must have at least 2 classes, got 1 class: \['no'\]"):
        ANNClassifier().fit(X, ["no"] * 120)
    with pytest.raises(InputError, match=r"got 1 class: \[1\]"):
        ANNClassifier().fit(X, y, sample_weight=y)


@both
@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (np.zeros(120), "sample_weight must not be zero in all rows"),
        (-np.ones(120), "sample_weight must not be negative"),
        (np.ones((120, 1)), r"sample_weight must have one number for each row, shape \(120,\)"),
        (np.full(120, np.nan), "sample_weight must be finite"),
    ],
)
def test_bad_weights(Estimator, weight, message, two, numbers):
    with pytest.raises(InputError, match=message):
        Estimator().fit(*data_for(Estimator, two, numbers), sample_weight=weight)


@both
def test_divergence_is_told_in_words_and_leaves_nothing_behind(Estimator, two, numbers):
    X, y = data_for(Estimator, two, numbers)
    model = Estimator(random_state=0, max_epochs=2).fit(X, y)
    model.set_params(optimizer="sgd", learning_rate=1e300, max_epochs=50)
    with pytest.raises(
        DivergenceError, match=r"in epoch \d+ .* learning rate 1e\+300: training has diverged"
    ):
        model.fit(X, y)
    with pytest.raises(NotFittedError):
        model.predict(X)
    assert not hasattr(model, "network_")


@both
def test_sparse_rows_are_refused_as_scikit_learn_does(Estimator, two, numbers):
    X, y = data_for(Estimator, two, numbers)
    with pytest.raises(TypeError, match="Sparse data was passed for X, but dense data is required"):
        Estimator().fit(scipy.sparse.csr_array(X), y)
    model = Estimator(max_epochs=1).fit(X, y)
    with pytest.raises(TypeError, match="Sparse data was passed"):
        model.predict(scipy.sparse.csr_array(X))


def test_numbers_beyond_the_floats(two, numbers):
    X, y = numbers
    with pytest.raises(InputError, match="y holds numbers that are too large to be squared"):
        ANNRegressor().fit(X, y * 1e200)
    with pytest.raises(InputError, match="y must hold real numbers"):
        ANNRegressor().fit(X, ["a"] * 120)
    wide = ANNRegressor(max_epochs=1, random_state=0).fit(X.astype(np.float32), y * 1e100)
    with pytest.raises(InputError, match="too large for float32"):
        wide.predict(X)
    model = ANNRegressor(max_epochs=1, random_state=0).fit(X, y)
    with pytest.raises(DivergenceError, match="X holds numbers that are far too large"):
        model.predict(np.full_like(X, 1e308))


# The progress bar, and what is loaded when


class Clock:
    """Seconds that pass by themselves: each look at it is as long after the one before."""

    def __init__(self, tick):
        self.tick, self.now = tick, 0.0

    def __call__(self):
        self.now += self.tick
        return self.now


@pytest.mark.parametrize(
    ("verbose", "tick", "shown"),
    [("auto", 0.0001, False), ("auto", 1.0, True), (True, 0.0001, True), (False, 1.0, False)],
)
def test_a_bar_for_long_fits(verbose, tick, shown, two, monkeypatch):
    screen = io.StringIO()

    class Bar(tqdm.tqdm):
        def __init__(self, *args, **options):
            super().__init__(*args, file=screen, **options)

    monkeypatch.setattr("tqdm.std.time", Clock(tick))
    monkeypatch.setattr(estimator, "tqdm", Bar)
    ANNClassifier(verbose=verbose, max_epochs=10, random_state=0).fit(*two)
    assert ("ANNClassifier" in screen.getvalue()) == shown


def test_annlib_hands_them_out_without_holding_them():
    assert "ANNRegressor" not in vars(annlib)  # that nothing heavy is loaded before is in test_import.py
    assert annlib.ANNRegressor is estimator.ANNRegressor
    with pytest.raises(AttributeError, match="module 'annlib' has no attribute 'ANNOracle'"):
        annlib.ANNOracle  # noqa: B018
