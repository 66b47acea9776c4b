"""Whatever comes in: every public door answers with finite numbers or with an error of annlib's own.

Property tests feed all doors with shapes, dtypes, NaN, infinities, huge numbers, empty, read-only and
non-contiguous arrays, ragged lists, text and things that are no arrays. An exception from inside NumPy, a
warning (the suite turns them into exceptions), a result that is not finite, or a result that was broadcast to
another shape is a failure. The pure functions of `annlib.activations` follow NumPy's rules and are not here.
"""

import math
import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

import annlib
from annlib import _validation, errors, initializers, layers, losses, metrics, optimizers, schedules
from annlib.network import Network, load_checkpoint

fast = settings(  # derandomized: the same inputs each time, so that a red test is news about the code
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def read_only(array):
    array.flags.writeable = False
    return array


SHAPES = st.one_of(
    st.sampled_from([(4, 3), (4, 1), (4,), (3,), (1, 3), (1, 1), (0, 3), (4, 0), ()]),
    st_numpy.array_shapes(max_dims=3, max_side=5, min_side=0),
)
FLOATS = st.sampled_from([0.0, 1.0, -1.0, 0.5, 1e4, -1e4, 1e30, 1e300, 1e-300, math.nan, math.inf, -math.inf])
DTYPES = st.sampled_from(
    ["f2", "f4", "f8", ">f8", "g", "i1", "i8", "u8", ">i4", "?", "c16", "U3", "S2", "O", "M8[s]", "m8[s]"]
)


@st.composite
def arrays(draw, shapes=SHAPES):
    """Arrays of all kinds, small numbers and labels more often than others."""
    shape, dtype = draw(shapes), draw(st.one_of(st.sampled_from(["f4", "f8", "i8"]), DTYPES))
    if np.dtype(dtype).kind == "f":
        entries = draw(st.sampled_from([st.floats(-3, 3, width=16), st.sampled_from([0.0, 1.0]), FLOATS]))
        with np.errstate(all="ignore"):
            array = draw(st_numpy.arrays(np.float64, shape, elements=entries)).astype(dtype)
    elif np.dtype(dtype).kind in "iu":
        highest = draw(st.sampled_from([1, 2, 100]))
        array = draw(st_numpy.arrays(dtype, shape, elements=st.integers(0, highest)))
    else:
        array = np.zeros(shape, dtype)
    layout = draw(st.sampled_from(["plain", "fortran", "strided", "reversed", "frozen", "list", "masked"]))
    if layout == "fortran":
        return np.asfortranarray(array)
    if layout == "strided" and array.ndim:
        return np.repeat(array, 2, axis=0)[::2]
    if layout == "reversed" and array.ndim:
        return array[::-1]
    if layout == "list":
        return array.tolist()
    return read_only(array) if layout == "frozen" else np.ma.array(array) if layout == "masked" else array


ODD = st.sampled_from(
    [
        *[None, True, False, 0, 1, 2, 3, -1, 10**20, -(10**400), 0.0, 0.1, 0.5, 1.0, 1e-300, 1e300, 1j],
        *[math.nan, math.inf, -math.inf, "", "a", "0.5", "relu", b"1", "\0", [], [[]], [[1], [2, 3]], {}],
        *[{0: 1}, {1: 2.0}, {"a": 1}, {5: 1}, {0: math.nan}, set(), {1}, (), (1, 2), range(3), object()],
        *[lambda *_: 0, lambda *_: None, lambda *_: math.nan, lambda *_: np.ones(1), int, str, np, ...],
        *[np.float32(0.5), np.int8(3), np.bool_(True), np.datetime64("2020"), np.float64(math.nan)],
        *[layers.Dense, losses.Huber, losses.Huber(), optimizers.SGD, schedules.ConstantRate(0.1)],
        *[np.random.default_rng, np.random.RandomState(0), np.random.default_rng(0), np.dtype("f4"), "f4,"],
    ]
)
ANYTHING = st.one_of(ODD, arrays())


def answer(call, *arguments, **named):
    """Call it: what comes back, or None if annlib refused (with a message that says something)."""
    try:
        return call(*arguments, **named)
    except errors.AnnlibError as error:
        message = str(error)
    assert len(message) > 20
    return None


def build(dtype=np.float64, n_out=1):
    rng = np.random.default_rng(0)
    return Network([layers.Dense(3, 2), layers.Tanh(), layers.Dense(2, n_out)], rng=rng, dtype=dtype)


MAKERS = [
    *[(layers.Dense, ("n_in", "n_out", "weights", "bias"), (3, 2))],
    *[(layers.Dropout, ("p",), ()), (layers.LeakyReLU, ("slope",), ()), (layers.ELU, ("alpha",), ())],
    *[(layers.PReLU, ("start", "n_in"), ())],
]


@fast
@given(st.data())
def test_layers(data):
    make, names, fixed = data.draw(st.sampled_from(MAKERS))
    name = data.draw(st.sampled_from(names))
    arguments = dict(zip(names, fixed, strict=False)) | {name: data.draw(ANYTHING)}
    layer = answer(make, **arguments)
    if layer is None:
        return
    repr(layer), layer.config()
    for dtype in (np.float32, np.float64):
        net = answer(Network, [layers.Dense(3, layer.n_in or 3), make(**arguments)], rng=RNG, dtype=dtype)
        if net is not None:
            assert np.isfinite(net.params).all()
            assert np.isfinite(net.forward(np.ones((2, 3)), RNG)).all()
            net.backward(np.ones((2, net.n_out)))


RNG = np.random.default_rng(0)


@fast
@given(name=st.sampled_from(["layers", "rng", "dtype"]), value=ANYTHING)
def test_networks(name, value):
    good = {"layers": [layers.Dense(2, 1)], "rng": RNG, "dtype": np.float32}
    net = answer(lambda layers, **other: Network(layers, **other), **good | {name: value})
    assert net is None or np.isfinite(net.params).all()
    if name == "layers":
        answer(Network, [layers.Dense(2, 1), value], rng=RNG)


@fast
@given(X=ANYTHING, grad=ANYTHING, dtype=st.sampled_from([np.float32, np.float64]))
def test_forward_predict_backward(X, grad, dtype):
    net = build(dtype)
    for result in (answer(net.predict, X), answer(net.forward, X)):
        if result is not None:
            assert result.shape == (len(X), 1)
            assert result.dtype == dtype
            assert np.isfinite(result).all()
    net.forward(np.ones((4, 3)))
    dx = answer(net.backward, grad, input_grad=True)
    assert np.isfinite(net.grads).all() or dx is None
    assert dx is None or (dx.shape == (4, 3) and np.isfinite(dx).all())
    answer(net.forward, np.ones((4, 3)), grad)
    answer(net.astype, X)


LOSSES = [
    *[losses.SumOfSquaredErrors(), losses.MeanSquaredError(), losses.Huber(0.5), losses.BinaryCrossEntropy()],
    *[losses.BinaryCrossEntropy({1: 2}), losses.CategoricalCrossEntropy()],
    losses.CategoricalCrossEntropy([1, 2, 3]),
]


@settings(fast, max_examples=200)
@given(
    loss=st.sampled_from(LOSSES),
    output=st.one_of(arrays(st.sampled_from([(4, 3), (4, 1), (4,)])), ANYTHING),
    y=st.one_of(arrays(st.sampled_from([(4, 3), (4, 1), (4,)])), ANYTHING),
    weights=st.one_of(st.none(), arrays(st.just((4,))), ANYTHING),
)
def test_losses(loss, output, y, weights):
    result = answer(loss, output, y, weights)
    if result is not None:
        value, grad = result
        assert type(value) is float
        assert math.isfinite(value)
        assert grad.shape == np.shape(output)
        assert grad.dtype in (np.float32, np.float64)
        assert np.isfinite(grad).all()
        if not isinstance(loss, losses.CategoricalCrossEntropy):
            assert np.size(y) == np.size(output)


@fast
@given(
    make=st.sampled_from([losses.BinaryCrossEntropy, losses.CategoricalCrossEntropy, losses.Huber]),
    value=ANYTHING,
)
def test_arguments_of_losses(make, value):
    loss = answer(make, value)
    if loss is not None:
        repr(loss)
        y = np.zeros((2, 2)) if make is losses.Huber else np.array([0, 1])
        width = 1 if make is losses.BinaryCrossEntropy else 2
        for dtype in (np.float32, np.float64):
            result = answer(loss, np.ones((2, width), dtype), y)
            assert result is None or (math.isfinite(result[0]) and np.isfinite(result[1]).all())


OPTIONS = [
    *["learning_rate", "l1", "l2", "clip_norm", "clip_value", "momentum", "rho", "epsilon", "beta1", "beta2"],
    *["weight_decay", "momentum_decay"],
]
RULES = [name for name in optimizers.__all__ if name != "Optimizer"]


@settings(fast, max_examples=200)
@given(st.data())
def test_optimizers(data):
    make = getattr(optimizers, data.draw(st.sampled_from(RULES)))
    options = OPTIONS[:5] + [name for name in OPTIONS[5:] if name in make(0.1).config()]
    given = {"learning_rate": 0.1} | {data.draw(st.sampled_from(options)): data.draw(ANYTHING)}
    optimizer = answer(make, **given)
    if optimizer is None:
        return
    repr(optimizer)
    w = np.ones(4, data.draw(st.sampled_from([np.float32, np.float64])))
    for _ in range(3):
        before = w.copy()
        if answer(lambda *arguments: [optimizer.step(*arguments)], w, 0.1 * w) is None:
            return
        assert np.isfinite(w).all()
        assert before.shape == w.shape


@fast
@given(
    name=st.sampled_from(RULES), params=ANYTHING, grads=ANYTHING, weight_mask=st.one_of(st.none(), ANYTHING)
)
def test_steps(name, params, grads, weight_mask):
    for vectors in ((params, grads), (np.zeros(4), grads), (params, np.ones(4, np.float32))):
        optimizer = getattr(optimizers, name)(0.1, l2=0.1)
        kept = vectors[0].copy() if isinstance(vectors[0], np.ndarray) else None
        done = answer(lambda *arguments: [optimizer.step(*arguments)], *vectors, weight_mask)  # noqa: B023
        if done is not None:
            assert vectors[0].shape == np.shape(vectors[1]) == kept.shape
            assert np.isfinite(vectors[0]).all()


@fast
@given(st.data())
def test_schedules(data):
    make, names = data.draw(
        st.sampled_from(
            [
                *[(schedules.ConstantRate, ("rate",)), (schedules.StepDecay, ("rate", "every", "factor"))],
                *[(schedules.ExponentialDecay, ("rate", "factor")), (schedules.WarmUp, ("then", "n_steps"))],
                *[(schedules.CosineDecay, ("rate", "n_steps", "low"))],
            ]
        )
    )
    good = {"rate": 0.1, "every": 3, "factor": 0.5, "then": 0.1, "n_steps": 4, "low": 0.01}
    arguments = {name: good[name] for name in names} | {
        data.draw(st.sampled_from(names)): data.draw(ANYTHING)
    }
    schedule = answer(make, **arguments)
    if schedule is not None:
        for step in (0, 1, 3, 4, 10**6, 10**400, data.draw(ANYTHING)):
            rate = answer(schedule, step)
            assert rate is None or (0 <= rate < math.inf)


@fast
@given(st.data())
def test_initializers(data):
    name = data.draw(st.sampled_from(initializers.__all__))
    value = data.draw(ANYTHING)
    make = answer(initializers.constant, value) if name == "constant" else getattr(initializers, name)
    if make is None:
        return
    good = {"shape": (3, 2), "rng": RNG, "dtype": np.float32}
    arguments = good | {data.draw(st.sampled_from(["shape", "rng", "dtype"])): data.draw(ANYTHING)}
    drawn = answer(make, **arguments)
    assert drawn is None or (list(drawn.shape) == list(arguments["shape"]) and np.isfinite(drawn).all())


@settings(fast, max_examples=150)
@given(st.data())
def test_training_and_gradcheck(data):
    dtype, loss = data.draw(st.sampled_from([np.float32, np.float64])), data.draw(st.sampled_from(LOSSES))
    n_out = data.draw(st.sampled_from([1, 3]))
    good = {
        **{"X": np.eye(4, 3), "y": np.array([0, 1, 1, 0]) if n_out == 1 else np.array([0, 1, 2, 0])},
        **{"loss": loss, "optimizer": annlib.Adam(0.1), "batch_size": 3, "rng": RNG, "n_epochs": 2},
        **{"sample_weight": None, "validation": None, "patience": None, "min_delta": 0.0, "progress": None},
    }
    names = data.draw(st.lists(st.sampled_from(list(good)), min_size=1, max_size=2))
    kinds = {"X": arrays(st.just((4, 3))), "sample_weight": arrays(st.just((4,)))}
    kinds["y"] = arrays(st.sampled_from([(4,), (4, n_out)]))
    kinds["validation"] = st.tuples(kinds["X"], kinds["y"], kinds["sample_weight"])
    odd = {name: data.draw(st.one_of(kinds.get(name, ANYTHING), ANYTHING)) for name in names}
    if isinstance(odd.get("n_epochs"), int) and odd["n_epochs"] > 3:
        del odd["n_epochs"]  # the error would come after a very long time
    net = build(dtype, n_out)
    history = answer(lambda X, y, **other: annlib.train(net, X, y, **other), **good | odd)
    if history is not None:
        assert np.isfinite([*history.loss, *history.validation_loss]).all()
        assert np.isfinite(net.params).all()
        assert net.params.dtype == dtype
    given = {key: value for key, value in (good | odd).items() if key in ("X", "y", "loss", "sample_weight")}
    error = answer(lambda X, y, **o: annlib.gradcheck(build(dtype, n_out), X, y, **o), **given)
    assert error is None or 0 <= error <= 1


@fast
@given(net=ANYTHING, h=ANYTHING, first=ANYTHING)
def test_other_arguments_of_training_and_gradcheck(net, h, first):
    good = {"loss": losses.BinaryCrossEntropy(), "optimizer": annlib.SGD(0.1), "rng": RNG}
    X, y = np.eye(4, 3), np.array([0, 1, 1, 0])
    assert answer(lambda: annlib.epochs(net, X, y, **good)) is None
    assert answer(lambda: annlib.gradcheck(net, X, y, loss=good["loss"])) is None
    error = answer(lambda: annlib.gradcheck(build(), X, y, loss=good["loss"], h=h))
    assert error is None or 0 <= error <= 1
    loop = answer(lambda: annlib.epochs(build(), X, y, **good, first=first))
    assert loop is None or next(loop).number == first


@settings(fast, max_examples=150)
@given(st.data())
def test_metrics(data):
    name = data.draw(st.sampled_from([n for n in metrics.__all__ if n[0].islower()]))
    vectors = st.one_of(arrays(st.just((4,))), ANYTHING)
    more = (
        [data.draw(ANYTHING)]
        if name in ("confusion_matrix", "calibration") and data.draw(st.booleans())
        else []
    )
    result = answer(getattr(metrics, name), data.draw(vectors), data.draw(vectors), *more)
    if result is not None:
        parts = result if isinstance(result, tuple) else (result,)
        assert all(np.isfinite(part[1:] if name == "roc_curve" else part).all() for part in parts)


@fast
@given(value=ANYTHING)
def test_paths_and_what_is_saved(value, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    for call in (Network.load, load_checkpoint):
        try:
            assert answer(call, value) is None
        except OSError:
            assert isinstance(value, str | os.PathLike)  # there is no such file
    for name in ("optimizer", "rng"):
        answer(build().save, folder / "net.npz", **{name: value})
    if not isinstance(value, str):
        assert answer(lambda: [build().save(value)]) is None


@fast
@given(
    start=st.integers(0, 3000),
    bytes_=st.binary(min_size=1, max_size=40),
    cut=st.one_of(st.none(), st.integers(0, 3000)),
)
def test_files_with_bytes_changed(start, bytes_, cut, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "net.npz"
    build().save(path, optimizer=annlib.Adam(0.1), rng=np.random.default_rng(0))
    whole = path.read_bytes()
    path.write_bytes((whole[:start] + bytes_ + whole[start + len(bytes_) :])[:cut])
    loaded = answer(load_checkpoint, path)
    if loaded is not None:  # the bytes were of no consequence
        np.testing.assert_array_equal(loaded.net.params, build().params)
        assert loaded.optimizer.learning_rate == 0.1


ABOVE_0 = {"low": 0, "open_low": True}
UP_TO_1 = {"low": 0, "high": 1, "open_low": True, "open_high": False, "remedy": "Try 1"}
RATE = "learning_rate must be a finite number above 0, got "
RNG = "rng must be a numpy.random.Generator, got "
ONE = ". One sample: X.reshape(1, -1); one feature: X.reshape(-1, 1)"
ONE_EACH = "w must have one number for each row, shape (2,), got "


@pytest.mark.parametrize(
    ("check", "arguments", "limits", "message"),
    [
        ("real", ("learning_rate", np.ones(2)), ABOVE_0, RATE + "an array of shape (2,) and dtype float64"),
        ("real", ("learning_rate", "x" * 58), ABOVE_0, RATE + f"'{'x' * 58}' (str)"),
        ("real", ("learning_rate", "x" * 59), ABOVE_0, RATE + f"'{'x' * 56}... (str)"),
        ("real", ("p", -1), {"low": 0}, "p must be a finite number of at least 0, got -1 (int)"),
        ("real", ("p", 2), {"low": 0, "high": 1}, "p must be a number in [0, 1), got 2 (int)"),
        ("real", ("p", 0), UP_TO_1, "p must be a number in (0, 1], got 0 (int). Try 1"),
        ("real", ("p", math.inf), {}, "p must be a finite number, got inf (float)"),
        ("positive_int", ("n", 0), {}, "n must be a positive integer, got 0 (int)"),
        ("positive_int", ("n", 1.0), {}, "n must be a positive integer, got 1.0 (float)"),
        ("positive_int", ("n", 1), {"low": 2}, "n must be an integer of at least 2, got 1 (int)"),
        ("generator", ("rng", 7), {}, RNG + "7 (int). Pass np.random.default_rng(7)"),
        ("generator", ("rng", True), {}, RNG + "True (bool). Pass np.random.default_rng(0)"),
        ("generator", ("rng", "7"), {}, RNG + "'7' (str). Pass np.random.default_rng(0)"),
        ("matrix", ("X", np.ones((1, 1, 1))), {}, "X must have shape (n, n_features), got shape (1, 1, 1)"),
        ("matrix", ("X", np.ones(2), 3), {}, "X must have shape (n, n_features = 3), got shape (2,)" + ONE),
        ("sample_weights", ("w", np.ones((2, 1)), 2), {}, ONE_EACH + "(2, 1). Write w.ravel()"),
        ("sample_weights", ("w", np.ones(3), 2), {}, ONE_EACH + "(3,)"),
    ],
)
def test_messages_word_for_word(check, arguments, limits, message):
    with pytest.raises(errors.AnnlibError) as caught:
        getattr(_validation, check)(*arguments, **limits)
    assert str(caught.value) == message


def test_the_first_number_that_is_not_finite_is_named():
    X = np.zeros((3, _validation.BLOCK_BYTES // 8))  # each row is a block of its own
    X[1, 5:7] = X[2, 1] = np.nan
    with pytest.raises(errors.InputError, match=r"got nan at X\[1, 5\]\. "):
        _validation.matrix("X", X)


def test_blocks_hold_about_so_many_bytes_and_at_least_a_row():
    def sizes(shape, size):
        return [(rows.start, rows.stop) for rows in _validation.blocks(np.zeros(shape), size)]

    assert sizes((5, 1), 16) == [(0, 2), (2, 4), (4, 5)]
    assert sizes((3, 4), 8) == [(0, 1), (1, 2), (2, 3)]
    assert sizes((0, 3), 8) == []


def test_numbers_at_the_ends_of_what_is_allowed():
    assert _validation.real("p", 1, low=0, high=1, open_high=False) == 1
    assert _validation.positive_int("n", np.int64(2), 2) == 2
    assert [_validation.float_dtype("dtype", name) for name in ("float32", "f8")] == [np.float32, np.float64]
    with pytest.raises(errors.InputError, match="dtype must be"):
        _validation.float_dtype("dtype", "single")
    largest = np.array([np.finfo(np.float32).max], np.float64)
    assert _validation.cast("X", largest, np.dtype(np.float32)) == largest
    assert _validation.cast("X", largest, largest.dtype) is largest


@pytest.mark.parametrize(
    "layout", ["fortran", "strided", "reversed", "frozen", "float16", "big-endian", "list"]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_layouts_change_no_number(layout, dtype):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 3)).astype(np.float16).astype(dtype), rng.integers(3, size=20)
    weights = rng.integers(1, 4, size=20).astype(dtype)
    change = {
        "fortran": np.asfortranarray,
        "strided": lambda a: np.repeat(a, 2, axis=0)[::2],
        "reversed": lambda a: a[::-1].copy()[::-1],
        "frozen": lambda a: read_only(a.copy()),
        "float16": lambda a: a.astype(np.float16),
        "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
        "list": lambda a: a.tolist(),
    }[layout]
    runs = []
    for data in ((X, y, weights), tuple(change(a) for a in (X, y, weights))):
        net, loss = build(dtype, 3), losses.CategoricalCrossEntropy()
        history = annlib.train(
            *(net, *data[:2]),
            **{"n_epochs": 3, "loss": loss, "optimizer": annlib.Adam(0.1), "batch_size": 6},
            **{"rng": np.random.default_rng(1), "sample_weight": data[2], "validation": data},
        )
        runs.append((history, net.params, net.predict(data[0])))
    assert runs[0][0].loss == pytest.approx(runs[1][0].loss, rel=1e-6)
    for ours, theirs in zip(runs[0][1:], runs[1][1:], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6 if dtype == np.float32 else 1e-13)
