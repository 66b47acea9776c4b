"""The flat vectors and their views, copies that share nothing, saving and loading, and what is refused."""

import contextlib
import copy
import json
import pickle

import numpy as np
import pytest

from annlib import (
    SGD,
    Adam,
    BinaryCrossEntropy,
    Dense,
    Dropout,
    Network,
    ReLU,
    Sigmoid,
    Tanh,
    epochs,
    errors,
    optimizers,
    schedules,
)
from annlib import layers as layer_module
from annlib.layers import Layer
from annlib.network import backward_order, load_checkpoint
from annlib.optimizers import Momentum


def build(dtype=np.float32, seed=0):
    layers = [Dense(3, 4), Tanh(), Dropout(0.25), Dense(4, 2), Sigmoid(), Dense(2, 1)]
    return Network(layers, rng=np.random.default_rng(seed), dtype=dtype)


X = np.random.default_rng(9).normal(size=(10, 3))
Y = np.arange(10) % 2


def test_each_bias_stands_behind_its_weights_and_all_are_views():
    net = build()
    dense = [layer for layer in net.layers if isinstance(layer, Dense)]
    assert [d.W.shape for d in dense] == [(3, 4), (4, 2), (2, 1)]
    expected = np.concatenate([part.ravel() for d in dense for part in (d.W, d.b)])
    np.testing.assert_array_equal(net.params, expected)
    np.testing.assert_array_equal(net.weight_mask, 12 * [1] + 4 * [0] + 8 * [1] + 2 * [0] + 2 * [1] + [0])
    assert net.weight_mask.dtype == net.dtype
    assert net.params.flags.c_contiguous
    net.params[:] = np.arange(net.params.size)
    net.grads[:] = -np.arange(net.params.size)
    assert dense[0].W[0, 1] == 1
    assert dense[1].b[0] == 12 + 4 + 8
    assert dense[2].dW[1, 0] == -(net.params.size - 2)
    assert dense[2].db[0] == -(net.params.size - 1)
    assert all(np.shares_memory(d.W, net.params) and np.shares_memory(d.dW, net.grads) for d in dense)


@pytest.mark.parametrize(
    "clone",
    [
        copy.copy,
        copy.deepcopy,
        lambda net: pickle.loads(pickle.dumps(net)),
        lambda net: net.astype(net.dtype),
    ],
    ids=["copy", "deepcopy", "pickle", "astype"],
)
def test_clones_work_and_share_nothing(clone):
    net = build()
    net.forward(X)
    twin = clone(net)
    np.testing.assert_array_equal(twin.predict(X), net.predict(X))
    before, out = net.params.copy(), net.predict(X)
    for moved, other in ((twin, net), (net, twin)):
        loop = epochs(
            moved, X, Y, loss=BinaryCrossEntropy(), optimizer=SGD(1.0), rng=np.random.default_rng(0)
        )
        still = other.params.copy()
        next(loop)
        np.testing.assert_array_equal(other.params, still)
        assert not np.array_equal(moved.params, before)
        assert not np.array_equal(moved.predict(X), out)
        assert all(np.shares_memory(d.W, moved.params) for d in moved.layers if isinstance(d, Dense))
    np.testing.assert_array_equal(twin.params, net.params)
    assert not np.shares_memory(twin.params, net.params)
    assert not np.shares_memory(twin.grads, net.grads)


ALL = [
    *[layer_module.Sigmoid, layer_module.Tanh, layer_module.ReLU, layer_module.LeakyReLU, layer_module.ELU],
    *[layer_module.GELU, layer_module.SiLU, layer_module.Softplus, layer_module.Softmax, layer_module.PReLU],
    *[lambda: layer_module.PReLU(0.1, n_in=4), lambda: Dropout(0.3), lambda: layer_module.ELU(0.5)],
]


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_layer_is_copied_saved_and_trained(make, dtype, tmp_path):
    def go(net):
        loop = epochs(net, X, Y, loss=BinaryCrossEntropy(), optimizer=Adam(0.1), rng=np.random.default_rng(0))
        return [next(loop).loss for _ in range(3)]

    net = Network([Dense(3, 4), make(), Dense(4, 1)], rng=np.random.default_rng(0), dtype=dtype)
    go(net)
    net.save(tmp_path / "net.npz")
    clones = [
        *[copy.copy(net), copy.deepcopy(net), pickle.loads(pickle.dumps(net))],
        *[net.astype(dtype), Network.load(tmp_path / "net.npz")],
    ]
    before, losses = net.params.copy(), go(net)
    assert not np.array_equal(net.params, before)
    for clone in clones:
        np.testing.assert_array_equal(clone.params, before)
        assert repr(clone) == repr(net)
        assert go(clone) == losses
        np.testing.assert_array_equal(clone.params, net.params)
    assert net.predict(X).dtype == net.params.dtype == dtype
    far = net.predict(np.where(X > 0, 1e4, -1e4))  # a warning would be an error
    assert np.isfinite(far).all()


def test_forward_is_the_layers_in_a_row():
    net = build(np.float64)
    first, second, third = (layer for layer in net.layers if isinstance(layer, Dense))
    hidden = 1 / (1 + np.exp(-(np.tanh(X @ first.W + first.b) @ second.W + second.b)))
    np.testing.assert_allclose(net.forward(X), hidden @ third.W + third.b, rtol=1e-13)
    np.testing.assert_allclose(net.predict(X), net.forward(X), rtol=1e-13)


def test_results_are_not_overwritten_and_inputs_not_touched():
    net, data = build(np.float64), X.copy()
    results = [net.forward(data), net.predict(data)]
    kept = [r.copy() for r in results]
    net.forward(data + 1)
    net.predict(data + 1)
    for result, copy_ in zip(results, kept, strict=True):
        np.testing.assert_array_equal(result, copy_)
    np.testing.assert_array_equal(data, X)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("given", [np.float16, np.float32, np.float64, np.int8, bool])
def test_the_dtype_is_the_networks(dtype, given):
    net, data = build(dtype), (X > 0).astype(given)
    assert net.predict(data).dtype == net.forward(data).dtype == dtype
    assert net.backward(np.ones((10, 1)), input_grad=True).dtype == dtype
    assert net.params.dtype == net.grads.dtype == dtype


def test_only_a_generator_makes_it_random():
    net = build()
    np.testing.assert_array_equal(net.forward(X), net.forward(X))
    first, same, other = (net.forward(X, np.random.default_rng(s)) for s in (0, 0, 1))
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()


def test_input_gradient_by_central_differences():
    net, h = build(np.float64), 1e-6
    net.forward(X)
    dx = net.backward(np.ones((10, 1)), input_grad=True)
    assert net.backward(np.ones((10, 1))) is None
    for i, j in ((0, 0), (3, 2), (9, 1)):
        shift = np.zeros_like(X)
        shift[i, j] = h
        numeric = (net.predict(X + shift).sum() - net.predict(X - shift).sum()) / (2 * h)
        np.testing.assert_allclose(dx[i, j], numeric, rtol=1e-6)


def test_a_large_input_is_taken_in_blocks():
    net = Network([Dense(3, 2048), ReLU(), Dense(2048, 1)], rng=np.random.default_rng(0), dtype=np.float64)
    many = np.random.default_rng(1).normal(size=(1500, 3))
    np.testing.assert_allclose(net.predict(many), net.forward(many), rtol=1e-10)


@pytest.mark.parametrize(("width", "rows"), [(512, 2048), (2**13, 256)])
def test_blocks_hold_a_million_numbers_or_256_rows(width, rows):
    seen = []

    class Seen(Layer):
        n_in, n_out = width, 1

        def forward(self, x, rng=None):
            seen.append(len(x))
            return x[:, :1]

    many = np.zeros((rows + 1, width), np.float32)
    assert Network([Seen(), Dense(1, 1)], rng=np.random.default_rng(0)).predict(many).shape == (rows + 1, 1)
    assert seen == [rows, 1]


def test_a_network_of_any_width_predicts():
    net = Network([Tanh()], rng=np.random.default_rng(0), dtype=np.float64)
    np.testing.assert_array_equal(net.predict(X), np.tanh(X))


def test_only_the_gradients_that_are_needed_are_computed():
    layers = Dropout(0.5), Dense(3, 4), Tanh(), Dense(4, 1)
    order = list(backward_order(layers, input_grad=False))
    assert order == [(layers[3], True), (layers[2], True), (layers[1], False)]
    assert list(backward_order(layers, input_grad=True)) == [(layer, True) for layer in layers[::-1]]
    assert not list(backward_order(layers[:1], input_grad=False))
    net = Network([layer_module.PReLU(), Dense(3, 1)], rng=np.random.default_rng(0))
    net.forward(X)
    assert net.backward(np.ones((10, 1))) is None


def test_backward_needs_forward():
    net = build()
    for spoil in (lambda: None, lambda: net.predict(X), net.forget):
        spoil()
        with pytest.raises(errors.InputError, match="forward"):
            net.backward(np.ones((10, 1)))
    net.forward(X)
    with pytest.raises(errors.ShapeError, match="one row for each row"):
        net.backward(np.ones((9, 1)))
    with pytest.raises(errors.ShapeError, match="shape"):
        net.backward(np.ones((10, 2)))


BAD_INPUTS = [
    (np.zeros((4, 2)), "3 columns"),
    (np.zeros(3), r"reshape\(1, -1\)"),
    (np.zeros((2, 3, 1)), "shape"),
    (np.zeros((0, 3)), "empty"),
    ([[0, np.nan, 0]], r"finite, got nan at X\[0, 1\]"),
    ([[0, 0, -np.inf]], "finite"),
    ([["a", "b", "c"]], "real numbers"),
    ([[1j, 0, 0]], "real numbers"),
    ([[1, 2], [3]], "X must be an array"),
    (None, "real numbers"),
    ([[1e300, 0, 0]], "too large for float32"),
]


@pytest.mark.parametrize(("bad", "message"), BAD_INPUTS)
@pytest.mark.parametrize("method", ["forward", "predict"])
def test_bad_inputs(method, bad, message):
    with pytest.raises(errors.InputError, match=message):
        getattr(build(), method)(bad)


def test_bad_networks():
    rng = np.random.default_rng(0)
    used = Dense(2, 2)
    Network([used], rng=rng)
    twice = Tanh()
    for layers, message in [
        ([Dense(2, 3), Tanh(), Dense(4, 1)], r"layers\[2\], Dense\(4, 1\), takes 4 inputs.*gives 3"),
        ([], "at least one layer"),
        (Dense(2, 3), "list of layers"),
        (3, "list of layers"),
        ([Dense(2, 3), Tanh], "parentheses"),
        ([Dense(2, 3), "tanh"], r"layers\[1\] must be a layer"),
        ([used], "already in use"),
        ([Dense(2, 2), twice, Dense(2, 2), twice], r"layers\[3\].*already in use"),
    ]:
        with pytest.raises(errors.InputError, match=message):
            Network(layers, rng=rng)
    with pytest.raises(errors.InputError, match=r"default_rng\(3\)"):
        Network([Dense(2, 1)], rng=3)
    with pytest.raises(errors.InputError, match="rng must be"):
        Network([Tanh()], rng=None)
    for dtype in (np.float16, int, "float99", None):
        with pytest.raises(errors.InputError, match="dtype must be"):
            Network([Dense(2, 1)], rng=rng, dtype=dtype)
    with pytest.raises(errors.InputError, match="rng"):
        build().forward(X, 0)


def test_summary_and_repr():
    net = Network([Tanh(), Dense(3, 400), ReLU()], rng=np.random.default_rng(0))
    assert net.summary().splitlines() == [
        "layer          output    parameters",
        "Tanh()         (n, 3)             0",
        "Dense(3, 400)  (n, 400)       1,600",
        "ReLU()         (n, 400)           0",
        "total                         1,600",
    ]
    assert "(n, any)" in Network([Tanh()], rng=np.random.default_rng(0)).summary()
    assert (
        repr(Network([Dense(2, 1)], rng=np.random.default_rng(0))) == "Network([Dense(2, 1)], dtype=float32)"
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_save_and_load(tmp_path, dtype):
    net = build(dtype)
    net.save(tmp_path / "net.npz")
    again = Network.load(tmp_path / "net.npz")
    np.testing.assert_array_equal(again.params, net.params)
    np.testing.assert_array_equal(again.predict(X), net.predict(X))
    assert repr(again) == repr(net)
    assert load_checkpoint(tmp_path / "net.npz")[1:] == (None, None)
    assert [path.name for path in tmp_path.iterdir()] == ["net.npz"]


@pytest.mark.parametrize("bits", ["PCG64", "MT19937", "Philox", "SFC64", "PCG64DXSM"])
@pytest.mark.parametrize("optimizer", [SGD(0.1), Momentum(0.1), Adam(0.01)], ids=lambda o: type(o).__name__)
def test_a_run_resumes_to_the_bit(tmp_path, bits, optimizer):
    def go(net, optimizer, rng, n):
        loop = epochs(net, X, Y, loss=BinaryCrossEntropy(), optimizer=optimizer, batch_size=4, rng=rng)
        return [next(loop).loss for _ in range(n)]

    net, rng = build(), np.random.Generator(getattr(np.random, bits)(3))
    optimizer = copy.deepcopy(optimizer)
    go(net, optimizer, rng, 3)
    net.save(tmp_path / "run.npz", optimizer=optimizer, rng=rng)
    losses = go(net, optimizer, rng, 4)
    saved = load_checkpoint(tmp_path / "run.npz")
    assert go(saved.net, saved.optimizer, saved.rng, 4) == losses
    np.testing.assert_array_equal(saved.net.params, net.params)
    assert saved.optimizer.t == optimizer.t == 21
    assert saved.optimizer.config() == optimizer.config()


RATE = schedules.WarmUp(schedules.CosineDecay(0.1, n_steps=15), n_steps=5)


@pytest.mark.parametrize("name", [name for name in optimizers.__all__ if name != "Optimizer"])
def test_every_optimizer_resumes_to_the_bit_with_its_schedule(tmp_path, name):
    def go(net, optimizer, rng):
        loop = epochs(net, X, Y, loss=BinaryCrossEntropy(), optimizer=optimizer, batch_size=4, rng=rng)
        return [next(loop).loss for _ in range(3)]

    net, rng = build(), np.random.default_rng(3)
    optimizer = getattr(optimizers, name)(RATE, l2=0.1, clip_norm=0.5)
    go(net, optimizer, rng)
    net.save(tmp_path / "run.npz", optimizer=optimizer, rng=rng)
    losses = go(net, optimizer, rng)
    saved = load_checkpoint(tmp_path / "run.npz")
    assert saved.optimizer.learning_rate == RATE(8)
    assert go(saved.net, saved.optimizer, saved.rng) == losses
    np.testing.assert_array_equal(saved.net.params, net.params)
    assert saved.optimizer.learning_rate == optimizer.learning_rate == RATE(17)
    assert repr(saved.optimizer) == repr(optimizer)


def test_functions_of_ones_own_are_not_saved(tmp_path):
    class Mine(schedules.Schedule):
        def rate_at(self, step):
            return 0.1

    for rate in (lambda step: 0.1, Mine(), schedules.WarmUp(Mine(), 3)):
        with pytest.raises(errors.InputError, match="only annlib's own schedules can be saved"):
            build().save(tmp_path / "net.npz", optimizer=SGD(rate))
    assert not list(tmp_path.iterdir())


def test_what_is_no_optimizer_is_not_saved_as_one(tmp_path):
    with pytest.raises(errors.InputError, match="optimizer must be an annlib optimizer such as"):
        build().save(tmp_path / "net.npz", optimizer="Adam")
    assert not list(tmp_path.iterdir())


def test_an_optimizer_that_has_not_begun_is_saved_too(tmp_path):
    build().save(tmp_path / "net.npz", optimizer=Adam(0.5))
    saved = load_checkpoint(tmp_path / "net.npz").optimizer
    assert saved.t == 0
    assert saved.learning_rate == 0.5


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "net.npz"
    build().save(path)
    before = path.read_bytes()

    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="disk full"):
        build(seed=1).save(path)
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_damaged_and_foreign_files(tmp_path):
    path = tmp_path / "net.npz"
    build().save(path, optimizer=Adam(), rng=np.random.default_rng(0))
    whole = path.read_bytes()
    for n in range(0, len(whole), 97):
        path.write_bytes(whole[:n])
        with pytest.raises(errors.FileFormatError, match=r"net\.npz"):
            load_checkpoint(path)
    for n in range(0, len(whole), 31):  # one wrong byte: noticed, or of no consequence
        path.write_bytes(whole[:n] + bytes([whole[n] ^ 0x55]) + whole[n + 1 :])
        with contextlib.suppress(errors.FileFormatError):
            np.testing.assert_array_equal(load_checkpoint(path).net.params, build().params)
    path.write_text("no archive")
    with pytest.raises(errors.FileFormatError, match=r"is no \.npz file, or was cut off"):
        Network.load(path)
    with pytest.raises(FileNotFoundError):
        Network.load(tmp_path / "none.npz")
    np.savez(path, a=np.zeros(3))
    with pytest.raises(errors.FileFormatError, match="not written by"):
        Network.load(path)
    np.savez(path, about=np.array([{"pickled": 1}], dtype=object))
    with pytest.raises(errors.FileFormatError, match="not written by"):
        Network.load(path)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "annlib 99"},
        {"layers": [["Dense", {"n_in": 2, "n_out": 2}]]},
        {"layers": [["os", {}]]},
        {"layers": [["Dense", {"n_in": 0, "n_out": 2}]]},
        {"layers": 3},
        {"optimizer": ["check_optimizer", {}, 0]},
        {"optimizer": ["Adam", {"learning_rate": -1}, 0]},
        {"optimizer": ["Adam", {}, 5]},
        {"optimizer": ["Adam", {"learning_rate": ["os", {}]}, 0]},
        {"optimizer": ["Adam", {"learning_rate": ["StepDecay", {"rate": 1}]}, 0]},
        {"optimizer": ["Adam", {"beta3": 1}, 0]},
        {"rng": {"bit_generator": "system", "state": {}}},
        {"rng": {"bit_generator": "PCG64", "state": {}}},
    ],
    ids=str,
)
def test_files_with_wrong_contents(tmp_path, change):
    net = Network([Dense(2, 1)], rng=np.random.default_rng(0))
    about = {"format": "annlib 2", "layers": [["Dense", {"n_in": 2, "n_out": 1}]]}
    path = tmp_path / "net.npz"
    np.savez(path, about=json.dumps(about), params=net.params)
    np.testing.assert_array_equal(Network.load(path).params, net.params)  # the file is good before the change
    np.savez(path, about=json.dumps(about | change), params=net.params)
    with pytest.raises(errors.FileFormatError, match=r"net\.npz"):
        load_checkpoint(path)


def test_what_annlib_does_not_list_is_not_called(tmp_path):
    about = {"format": "annlib 2", "layers": [["_Pointwise", {}], ["Dense", {"n_in": 2, "n_out": 1}]]}
    np.savez(tmp_path / "net.npz", about=json.dumps(about), params=np.zeros(3, np.float32))
    with pytest.raises(errors.FileFormatError, match="'_Pointwise' is unknown to this version"):
        Network.load(tmp_path / "net.npz")
    about["layers"] = about["layers"][1:]
    about["optimizer"] = ["SGD", {"learning_rate": ["encode", {"rate": 0.1}]}, 0]
    np.savez(tmp_path / "net.npz", about=json.dumps(about), params=np.zeros(3, np.float32))
    with pytest.raises(errors.FileFormatError, match="the schedule 'encode' is unknown to this version"):
        Network.load(tmp_path / "net.npz")


@pytest.mark.parametrize("params", [np.zeros(1, np.float32), np.zeros((1, 3), np.float32)])
def test_arrays_of_another_shape_are_refused(tmp_path, params):
    about = {"format": "annlib 2", "layers": [["Dense", {"n_in": 2, "n_out": 1}]]}
    np.savez(tmp_path / "net.npz", about=json.dumps(about), params=params)
    with pytest.raises(errors.FileFormatError, match="was found where"):
        Network.load(tmp_path / "net.npz")


def test_a_file_can_call_no_function_of_numpy(tmp_path):
    build().save(tmp_path / "net.npz", rng=np.random.default_rng(0))
    with np.load(tmp_path / "net.npz") as entries:
        arrays = dict(entries)
    arrays["about"] = np.array(str(arrays["about"]).replace("PCG64", "seed"))
    np.savez(tmp_path / "net.npz", **arrays)
    with pytest.raises(errors.FileFormatError, match="'seed' is none of NumPy's own"):
        load_checkpoint(tmp_path / "net.npz")


def test_layers_of_ones_own_are_not_saved(tmp_path):
    class Double(Layer):
        def forward(self, x, rng=None, out=None):
            return 2 * x

    net = Network([Dense(2, 1), Double()], rng=np.random.default_rng(0))
    with pytest.raises(errors.InputError, match="annlib's own"):
        net.save(tmp_path / "net.npz")
    with pytest.raises(errors.InputError, match="optimizer"):
        build().save(tmp_path / "net.npz", optimizer=3)


def test_what_is_no_longer_finite_is_said():
    net = build()
    line = Network([Dense(3, 1)], rng=np.random.default_rng(0))
    line.params[:] = 2
    for call in (line.predict, line.forward):
        with pytest.raises(errors.DivergenceError, match="output holds NaN or infinity"):
            call(np.full((1, 3), 3e38))
    net.forward(X)
    with pytest.raises(errors.DivergenceError, match="gradient holds"):
        net.backward(np.full((10, 1), 3e38))
    net.params[3] = np.nan
    with pytest.raises(errors.DivergenceError, match="parameters holds"):
        net.astype(np.float64)
    big = Network([Dense(3, 1)], rng=np.random.default_rng(0), dtype=np.float64)
    big.params[:] = 1e300
    with pytest.raises(errors.InputError, match="params holds numbers too large for float32"):
        big.astype(np.float32)
    assert net.dtype == np.float32


def test_a_copy_in_another_dtype_is_it_throughout():
    net = build()
    net.forward(X)
    net.backward(np.ones((10, 1)))
    double = net.astype(np.float64)
    assert net.grads.any()
    assert not double.grads.any()
    assert double.params.dtype == double.grads.dtype == double.weight_mask.dtype == np.float64


def test_too_many_parameters():
    with pytest.raises(errors.InputError, match="more than the memory holds"):
        Network([Dense(10**10, 10**10)], rng=np.random.default_rng(0))


@pytest.mark.parametrize("path", [None, 3, "", "a\0b", b"net.npz"])
def test_paths_that_are_none(path):
    for call in (Network.load, build().save):
        with pytest.raises(errors.InputError, match="path must be the path of a file"):
            call(path)


def test_nan_in_a_file_is_noticed(tmp_path):
    net = build()
    net.params[2] = np.inf
    net.save(tmp_path / "net.npz")
    with pytest.raises(errors.FileFormatError, match="NaN or infinity"):
        Network.load(tmp_path / "net.npz")
