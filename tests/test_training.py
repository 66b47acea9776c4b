"""The loop against a naive loop, its determinism, streams, memory and errors; train's early stopping."""

import copy
import dataclasses
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annlib import SGD, Adam, BinaryCrossEntropy, Dense, Dropout, Network, ReLU, Tanh, epochs, errors, train
from annlib.layers import WIDE, Layer
from annlib.losses import CategoricalCrossEntropy, MeanSquaredError, SumOfSquaredErrors

RNG = np.random.default_rng(0)
X = RNG.normal(size=(53, 3))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)


def build(*, p=None, dtype=np.float64, n_out=1, seed=0):
    layers = (
        [Dense(3, 5), Tanh(), Dense(5, n_out)]
        if p is None
        else [Dense(3, 5), Tanh(), Dropout(p), Dense(5, n_out)]
    )
    return Network(layers, rng=np.random.default_rng(seed), dtype=dtype)


def loop_of(net, **changes):
    arguments = {"loss": BinaryCrossEntropy(), "optimizer": SGD(0.5), "batch_size": 8}
    arguments |= {"rng": np.random.default_rng(1)} | changes
    data = arguments.pop("X", X), arguments.pop("y", Y)
    return epochs(net, *data, **arguments)


def naive_epoch(net, X, y, loss, optimizer, batch_size, rng):
    """One epoch in the plainest words: public calls only, nothing reused."""
    rng.bit_generator.random_raw(2)  # the seed for dropout
    order = rng.permutation(len(X)) if batch_size < len(X) else np.arange(len(X))
    total = 0.0
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        value, grad = loss(net.forward(X[rows]), y[rows])
        net.backward(grad)
        optimizer.step(net.params, net.grads)
        total += (
            value
            if isinstance(loss, SumOfSquaredErrors) and type(loss) is SumOfSquaredErrors
            else (value * len(rows) / len(X))
        )
    return total


@settings(deadline=None, max_examples=40)
@given(
    n=st.integers(1, 40),
    batch_size=st.integers(1, 45),
    loss=st.sampled_from([BinaryCrossEntropy(), MeanSquaredError(), SumOfSquaredErrors()]),
    n_out=st.integers(1, 3),
)
def test_the_same_as_a_naive_loop(n, batch_size, loss, n_out):
    data = np.random.default_rng(2)
    inputs, y = data.normal(size=(n, 3)), data.integers(2, size=(n, n_out))
    net, twin = build(n_out=n_out), build(n_out=n_out)
    optimizer, rng = Adam(0.01), np.random.default_rng(1)
    loop = epochs(
        net, inputs, y, loss=loss, optimizer=Adam(0.01), batch_size=batch_size, rng=np.random.default_rng(1)
    )
    for number in range(1, 4):
        expected = naive_epoch(twin, inputs, y, loss, optimizer, batch_size, rng)
        epoch = next(loop)
        assert epoch.number == number
        assert epoch.steps == number * -(-n // batch_size) == optimizer.t
        np.testing.assert_allclose(epoch.loss, expected, rtol=1e-9)
        np.testing.assert_allclose(net.params, twin.params, rtol=0, atol=1e-9)


def test_a_wide_layer_takes_the_same_steps_without_a_row_of_ones():
    data, n_in = np.random.default_rng(2), WIDE + 1
    inputs, y = data.normal(size=(21, n_in)), data.integers(2, size=21)
    net, twin = (
        Network(
            [Dense(n_in, 3), Tanh(), Dense(3, n_in), Tanh(), Dense(n_in, 1)],
            rng=np.random.default_rng(0),
            dtype=np.float64,
        )
        for _ in range(2)
    )
    assert [layer.takes_ones for layer in net.layers] == [False, False, True, False, False]
    optimizer, rng = Adam(0.01), np.random.default_rng(1)
    loop = loop_of(net, X=inputs, y=y, optimizer=Adam(0.01))
    for _ in range(3):
        expected = naive_epoch(twin, inputs, y, BinaryCrossEntropy(), optimizer, 8, rng)
        np.testing.assert_allclose(next(loop).loss, expected, rtol=1e-9)
        np.testing.assert_allclose(net.params, twin.params, rtol=0, atol=1e-9)


def test_many_chunks_are_as_good_as_one(monkeypatch):
    whole, cut = build(), build()
    expected = [next(loop_of(whole)).loss]
    monkeypatch.setattr("annlib.training.BATCHES_PER_CHUNK", 2)  # 53 rows by 8: chunks of 16, 16, 16 and 5
    assert [next(loop_of(cut)).loss] == pytest.approx(expected, rel=1e-12)
    np.testing.assert_array_equal(cut.params, whole.params)


WEIGHTED = [
    (BinaryCrossEntropy(class_weight={1: 4}), 2, RNG.integers(2, size=(53, 2))),
    (CategoricalCrossEntropy([1, 2, 4]), 3, RNG.integers(3, size=53)),
    (MeanSquaredError(), 2, RNG.normal(size=(53, 2))),
    (SumOfSquaredErrors(), 2, RNG.normal(size=(53, 2))),
]


@pytest.mark.parametrize(("loss", "n_out", "y"), WEIGHTED, ids=lambda value: repr(value)[:40])
@pytest.mark.parametrize("batch_size", [8, None])
@pytest.mark.parametrize("weights", [None, np.r_[np.zeros(20), np.linspace(0, 5, 33)]], ids=["no", "yes"])
def test_weights_as_in_a_naive_loop(loss, n_out, y, batch_size, weights, monkeypatch):
    monkeypatch.setattr("annlib.training.BATCHES_PER_CHUNK", 3)
    net, twin = build(n_out=n_out), build(n_out=n_out)
    loop = loop_of(net, y=y, loss=loss, batch_size=batch_size, optimizer=SGD(0.01), sample_weight=weights)
    optimizer, rng = SGD(0.01), np.random.default_rng(1)
    for _ in range(2):
        rng.bit_generator.random_raw(2)
        order = np.arange(53) if batch_size is None else rng.permutation(53)
        total = weight = 0.0
        for start in range(0, 53, batch_size or 53):
            rows = order[start : start + (batch_size or 53)]
            given = np.ones(len(rows)) if weights is None else weights[rows]
            if given.any():
                value, grad = loss(twin.forward(X[rows]), y[rows], given)
                twin.backward(grad)
                optimizer.step(twin.params, twin.grads)
                classes = loss.class_weights(
                    loss.targets(y[rows], (len(rows), n_out), np.float64), (len(rows), n_out)
                )
                by_class = np.ones((len(rows), 1)) if classes is None else classes
                count = 1 if type(loss) is SumOfSquaredErrors else (given @ by_class).sum()
                total, weight = total + value * count, weight + count
        expected = total if type(loss) is SumOfSquaredErrors else total / weight
        np.testing.assert_allclose(next(loop).loss, expected, rtol=1e-12)
        np.testing.assert_allclose(net.params, twin.params, rtol=0, atol=1e-13)


def test_weights_of_one_change_no_bit_and_a_batch_without_weight_moves_nothing():
    plain, ones, none = build(), build(), build()
    assert next(loop_of(plain)).loss == next(loop_of(ones, sample_weight=np.ones(53))).loss
    np.testing.assert_array_equal(plain.params, ones.params)
    loop = loop_of(none, sample_weight=np.eye(53)[7], batch_size=1)  # 52 steps of 53 see no weight
    before = none.params.copy()
    assert np.isfinite(next(loop).loss)
    twin = build()
    np.testing.assert_array_equal(twin.params, before)
    next(loop_of(twin, X=X[7:8], y=Y[7:8], batch_size=1))
    np.testing.assert_allclose(none.params, twin.params, rtol=0, atol=1e-15)


def test_validation_may_have_weights():
    weights = np.arange(13.0)
    net = build()
    history = fit(net, validation=(X[40:], Y[40:], weights), sample_weight=np.arange(40))
    value, _ = BinaryCrossEntropy()(net.predict(X[40:]), Y[40:], weights)
    np.testing.assert_allclose(history.validation_loss[-1], value, rtol=1e-12)
    with pytest.raises(errors.ShapeError, match="sample_weight"):
        fit(build(), validation=(X[40:], Y[40:], weights[1:]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch_size", [8, None])
@pytest.mark.parametrize("p", [None, 0.3])
def test_same_seed_same_bits(dtype, batch_size, p):
    nets = [build(p=p, dtype=dtype) for _ in range(3)]
    runs = []
    for net, seed in zip(nets, (1, 1, 2), strict=True):
        loop = loop_of(net, batch_size=batch_size, rng=np.random.default_rng(seed))
        runs.append([next(loop).loss for _ in range(5)])
    assert runs[0] == runs[1]
    np.testing.assert_array_equal(nets[0].params, nets[1].params)
    assert nets[0].params.dtype == nets[0].grads.dtype == dtype
    if batch_size or p:
        assert runs[0] != runs[2]  # another seed is another run


class Spy(Layer):
    """Passes everything on and remembers what came."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def forward(self, x, rng=None, out=None):
        self.seen.append(x.copy())
        return x

    def backward(self, grad, input_grad=True, out=None):
        return grad


def test_dropout_never_changes_the_batches():
    orders = []
    for p in (0.0, 0.5):
        spy = Spy()
        net = Network([spy, Dense(3, 5), Dropout(p), Dense(5, 1)], rng=np.random.default_rng(0))
        loop = loop_of(net)
        next(loop), next(loop)
        orders.append(np.concatenate(spy.seen))
    np.testing.assert_array_equal(*orders)
    first, second = orders[0][:53], orders[0][53:]
    assert (first != second).any()  # shuffled anew
    for part in (first, second):  # each row once
        np.testing.assert_array_equal(np.sort(part[:, 0]), np.sort(X[:, 0].astype(np.float32)))


def test_layers_may_make_their_own_arrays_and_come_last():
    plain, spied = (
        build(),
        Network([Dense(3, 5), Tanh(), Dense(5, 1), Spy()], rng=np.random.default_rng(0), dtype=np.float64),
    )
    assert next(loop_of(plain)).loss == next(loop_of(spied)).loss
    np.testing.assert_array_equal(plain.params, spied.params)


def test_a_loss_may_make_its_own_array():
    class OwnArrayError(MeanSquaredError):
        def gradient(self, output, targets, scale, out=None):
            return super().gradient(output, targets, scale).copy()

    first, second = build(), build()
    for net, loss in ((first, MeanSquaredError()), (second, OwnArrayError())):
        y = np.zeros((len(X), net.n_out))
        loop = epochs(net, X, y, loss=loss, optimizer=SGD(0.1), rng=np.random.default_rng(0))
        assert next(loop).loss > next(loop).loss
    np.testing.assert_array_equal(first.params, second.params)


def test_the_body_may_predict_step_back_and_copy():
    quiet, busy = build(p=0.2), build(p=0.2)
    quiet_loop, busy_loop = loop_of(quiet), loop_of(busy)
    for _ in range(3):
        next(quiet_loop), next(busy_loop)
        busy.predict(X)
        busy.forward(X[:3], np.random.default_rng(0))
        busy.backward(np.ones((3, 1)))
        copy.deepcopy(busy)
    np.testing.assert_array_equal(quiet.params, busy.params)


def test_a_new_loop_goes_on_where_the_old_one_ended():
    one, two = build(p=0.2), build(p=0.2)
    rng, optimizer = np.random.default_rng(1), Adam(0.01)
    loop = loop_of(one, optimizer=Adam(0.01))
    losses = [next(loop).loss for _ in range(6)]
    halves = [loop_of(two, optimizer=optimizer, rng=rng) for _ in range(2)]
    assert [next(half).loss for half in halves for _ in range(3)] == losses
    np.testing.assert_array_equal(one.params, two.params)
    assert next(loop_of(two, first=7)).number == 7


def test_an_epoch_is_frozen():
    epoch = next(loop_of(build()))
    with pytest.raises(dataclasses.FrozenInstanceError):
        epoch.loss = 0.0
    assert type(epoch.loss) is float


@pytest.mark.parametrize("batch_size", [8, None])
def test_any_layout_of_the_data_is_taken_and_nothing_is_changed(batch_size):
    wide = np.zeros((106, 6))
    wide[::2, ::2] = X
    frozen = X.copy()
    frozen.flags.writeable = False
    ends = []
    for data in (X, np.asfortranarray(X), wide[::2, ::2], frozen, X.tolist()):
        net = build()
        next(loop_of(net, X=data, batch_size=batch_size))
        ends.append(net.params)
    for end in ends[1:]:
        np.testing.assert_allclose(end, ends[0], rtol=0, atol=1e-13)
    whole = build(), build()
    for net, data in zip(whole, (np.sign(X).astype(int), np.sign(X)), strict=True):
        next(loop_of(net, X=data, batch_size=batch_size))
    np.testing.assert_array_equal(whole[0].params, whole[1].params)


def test_a_memmap_is_never_copied_whole(tmp_path, usual_sweeps):
    n = 200_000
    on_disk = np.lib.format.open_memmap(tmp_path / "X.npy", mode="w+", dtype=np.float64, shape=(n, 16))
    on_disk[:] = np.random.default_rng(0).random(16)
    net = Network([Dense(16, 4), ReLU(), Dense(4, 1)], rng=np.random.default_rng(0))
    loop = epochs(
        net,
        on_disk,
        np.arange(n) % 2,
        loss=BinaryCrossEntropy(),
        optimizer=SGD(0.1),
        batch_size=1000,
        rng=np.random.default_rng(0),
    )
    tracemalloc.start()
    next(loop)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < on_disk.nbytes / 3  # the order of the rows is 1.6 MB of it


@pytest.mark.parametrize("batch_size", [8, None])
def test_divergence_names_epoch_step_and_rate(batch_size):
    net = Network([Dense(3, 5), Dense(5, 1)], rng=np.random.default_rng(0))
    loop = loop_of(
        net, loss=MeanSquaredError(), y=Y.reshape(-1, 1), optimizer=SGD(1e3), batch_size=batch_size
    )
    with pytest.raises(errors.DivergenceError, match=r"in epoch \d+ at step \d of that epoch, .* 1000.*100"):
        list(zip(range(1000), loop, strict=False))


def test_divergence_names_the_very_step(monkeypatch):
    class Bomb(SGD):
        def rule(self, params, grads):
            if self.t == 10:
                params[:] = np.nan

    with pytest.raises(errors.DivergenceError, match="loss became nan in epoch 2 at step 4 of"):
        list(
            zip(range(9), loop_of(build(), optimizer=Bomb(0.1)), strict=False)
        )  # 7 steps an epoch; 11 = 7 + 4
    with pytest.raises(errors.DivergenceError, match="a parameter became nan in epoch 2 at step 5 of"):
        list(zip(range(9), loop_of(build(), optimizer=Bomb(0.1), X=X[:37], y=Y[:37]), strict=False))
    monkeypatch.setattr("annlib.training.BATCHES_PER_CHUNK", 2)  # the step stands in the second chunk
    with pytest.raises(errors.DivergenceError, match="loss became nan in epoch 2 at step 4 of"):
        list(zip(range(9), loop_of(build(), optimizer=Bomb(0.1)), strict=False))


def test_a_sum_of_losses_that_overflows_names_the_last_step_of_its_chunk():
    far = np.full((3, 1), 8e153)  # two squares can be added, three are too much
    net = Network([Dense(3, 1)], rng=np.random.default_rng(0), dtype=np.float64)
    loop = loop_of(net, X=X[:3], y=far, loss=SumOfSquaredErrors(), optimizer=SGD(1e-300), batch_size=1)
    with pytest.raises(errors.DivergenceError, match="the loss became inf in epoch 1 at step 3 of"):
        next(loop)


def test_large_parameters_whose_squares_overflow_are_no_divergence():
    net = Network([Dense(3, 1)], rng=np.random.default_rng(0))
    net.params[:3] = 1e30
    assert next(loop_of(net, X=np.zeros((4, 3)), y=[0, 1, 0, 1])).loss == pytest.approx(np.log(2))


def test_batches_larger_than_a_chunk_should_be_are_taken_whole():
    wide = np.zeros((100, 5000))  # 70 rows are more than a million bytes
    net = Network([Dense(5000, 1)], rng=np.random.default_rng(0))
    epoch = next(loop_of(net, X=wide, y=np.arange(100) % 2, batch_size=70))
    assert epoch.steps == 2
    assert epoch.loss == pytest.approx(np.log(2), rel=1e-2)


BAD = [
    ({"X": X[:, :2]}, "3 columns"),
    ({"X": X[:0], "y": Y[:0]}, "empty"),
    ({"X": np.full((53, 3), np.nan)}, "finite"),
    ({"y": Y[:-1]}, "53 rows, y has 52"),
    ({"y": 1}, "has 0"),
    ({"y": [[0], [1, 1]]}, "y must be an array of numbers"),
    ({"y": Y + 1}, "labels 0 and 1"),
    ({"y": np.full(53, np.nan)}, "labels 0 and 1"),
    ({"y": np.column_stack([Y, Y])}, "shape"),
    ({"loss": MeanSquaredError()}, r"y\.reshape\(53, 1\)"),
    ({"loss": BinaryCrossEntropy}, "parentheses"),
    ({"loss": "bce"}, "loss must be"),
    ({"optimizer": 0.1}, "optimizer must be"),
    ({"batch_size": 0}, "batch_size"),
    ({"batch_size": 2.5}, "batch_size"),
    ({"rng": 5}, r"default_rng\(5\)"),
    ({"first": 0}, "first"),
    ({"sample_weight": np.ones(52)}, r"shape \(53,\), got \(52,\)"),
    ({"sample_weight": -np.ones(53)}, "negative"),
    ({"sample_weight": np.zeros(53)}, "not all be 0"),
    ({"loss": BinaryCrossEntropy(class_weight=[1, 2, 3])}, "2 classes"),
]


@pytest.mark.parametrize(("change", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_arguments_are_refused_at_once(change, message):
    net = build()
    before = net.params.copy()
    with pytest.raises(errors.InputError, match=message):
        loop_of(net, **change)
    np.testing.assert_array_equal(net.params, before)


def test_a_network_must_be_one_and_have_parameters():
    with pytest.raises(errors.InputError, match="net must be a Network"):
        loop_of([Dense(3, 1)])
    with pytest.raises(errors.InputError, match="must have parameters"):
        loop_of(Network([Tanh()], rng=RNG), X=X[:, :1])


def fit(net, **changes):
    arguments = {"loss": BinaryCrossEntropy(), "optimizer": Adam(0.05), "n_epochs": 5, "batch_size": 8}
    return train(net, X[:40], Y[:40], **arguments | {"rng": np.random.default_rng(1)} | changes)


def test_train_is_its_epochs():
    net, twin = build(), build()
    history = fit(net)
    loop = loop_of(twin, X=X[:40], y=Y[:40], optimizer=Adam(0.05))
    assert history.loss == [next(loop).loss for _ in range(5)]
    assert (history.validation_loss, history.best_epoch, history.stopped_early) == ([], 5, False)
    np.testing.assert_array_equal(net.params, twin.params)
    with pytest.raises(dataclasses.FrozenInstanceError):
        history.best_epoch = 0


def test_a_batch_has_32_rows_if_nothing_is_said():
    options = {"loss": BinaryCrossEntropy(), "optimizer": SGD(0.1), "rng": np.random.default_rng(0)}
    assert next(epochs(build(), X[:32], Y[:32], **options)).steps == 1
    assert next(epochs(build(), X[:33], Y[:33], **options)).steps == 2
    one, two = build(), build()
    train(one, X[:33], Y[:33], n_epochs=1, **options | {"rng": np.random.default_rng(0)})
    train(two, X[:33], Y[:33], n_epochs=1, **options | {"rng": np.random.default_rng(0), "batch_size": 32})
    np.testing.assert_array_equal(one.params, two.params)


def test_a_validation_loss_that_stays_is_not_better():
    zeros = np.zeros((4, 3)), [0, 1, 0, 1]  # the gradient is 0
    net = Network([Dense(3, 1)], rng=np.random.default_rng(0))
    options = {"loss": BinaryCrossEntropy(), "optimizer": SGD(0.1), "rng": np.random.default_rng(0)}
    history = train(net, *zeros, n_epochs=9, validation=zeros, patience=2, **options)
    assert len(set(history.validation_loss)) == 1
    assert (len(history.loss), history.best_epoch, history.stopped_early) == (3, 1, True)


def test_validation_changes_nothing_and_is_the_loss_without_dropout():
    net, twin = build(p=0.3), build(p=0.3)
    history = fit(net, validation=(X[40:], Y[40:]))
    fit(twin)
    np.testing.assert_array_equal(net.params, twin.params)
    value, _ = BinaryCrossEntropy()(net.predict(X[40:]), Y[40:])
    np.testing.assert_allclose(history.validation_loss[-1], value, rtol=1e-12)
    assert history.best_epoch == int(np.argmin(history.validation_loss)) + 1


def test_early_stopping_restores_the_best_weights():
    noise = np.random.default_rng(3).integers(2, size=13)  # nothing to be learned: validation soon gets worse
    net = build()
    history = fit(net, n_epochs=200, validation=(X[40:], noise), patience=4)
    best = min(history.validation_loss)
    assert history.stopped_early
    assert history.validation_loss[history.best_epoch - 1] == best
    assert len(history.loss) == history.best_epoch + 4
    value, _ = BinaryCrossEntropy()(net.predict(X[40:]), noise)
    np.testing.assert_allclose(value, best, rtol=1e-12)
    assert history.validation_loss[-1] > best


def test_patience_restores_also_when_it_does_not_run_out_and_min_delta_counts():
    net, twin = build(), build()
    assert not fit(net, n_epochs=3, validation=(X[40:], Y[40:]), patience=50).stopped_early
    strict = fit(twin, n_epochs=30, validation=(X[40:], Y[40:]), patience=3, min_delta=10)
    assert strict.best_epoch == 1  # the first epoch is lower than infinity, none after it by 10
    assert len(strict.loss) == 4


def test_progress_wraps_the_turns():
    seen = []

    def bar(turns):
        assert len(turns) == 5
        for turn in turns:
            yield turn
            seen.append(turn)

    fit(build(), progress=bar)
    assert seen == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_epochs": 0}, "n_epochs"),
        ({"patience": 3}, "patience needs validation"),
        ({"patience": 0, "validation": (X, Y)}, "patience"),
        ({"min_delta": -1}, "min_delta"),
        ({"validation": X}, "pair"),
        ({"validation": (X,)}, "pair"),
        ({"validation": (X, Y[:5])}, "validation X has 53 rows"),
        ({"validation": (X[:, :1], Y)}, "3 columns"),
        ({"progress": True}, "progress must be a callable that wraps a loop"),
    ],
)
def test_train_refuses(change, message):
    with pytest.raises(errors.InputError, match=message):
        fit(build(), **change)


def test_buffers_live_only_inside_the_loop():
    net = build(p=0.2)
    next(loop_of(net))
    assert all(layer.saved is None for layer in net.layers)
    with pytest.raises(errors.InputError, match="forward"):
        net.backward(np.ones((53, 1)))


def test_a_validation_loss_that_overflows_names_its_epoch():
    net = build(dtype=np.float32)
    with pytest.raises(
        errors.DivergenceError, match="the validation loss became inf in epoch 1 at step 5 of"
    ):
        train(
            *(net, X[:40], Y[:40, None]),
            **{"loss": MeanSquaredError(), "optimizer": SGD(0.01), "n_epochs": 2, "batch_size": 8},
            **{"rng": np.random.default_rng(0), "validation": (X[40:], np.full((13, 1), 1e30))},
        )


def test_numbers_too_large_for_the_network_are_named_at_once():
    far = np.where(X > 2, 1e200, X)
    with pytest.raises(errors.InputError, match="X holds numbers too large for float32"):
        loop_of(build(dtype=np.float32), X=far)


@pytest.mark.parametrize("bar", [lambda turns: None, lambda turns: np.array(3), int])
def test_a_progress_bar_must_return_a_loop(bar):
    with pytest.raises(errors.InputError, match="progress must take a loop and return it wrapped"):
        fit(build(), progress=bar)
