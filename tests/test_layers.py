"""Each layer against its plain formula, forward and backward, and the promises of dropout."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annlib import activations, errors, initializers, layers, losses
from annlib.network import Network

ACTIVATIONS = {
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "ELU": "elu",
    "GELU": "gelu",
    "SiLU": "silu",
    "Softplus": "softplus",
}


def bound(layer, dtype=np.float64):
    """Put the layer into a network, which gives it its arrays."""
    return Network([layer], rng=np.random.default_rng(0), dtype=dtype).layers[0]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_layers_are_the_functions_and_their_derivatives(name):
    z = np.array([[-30.0, -0.7, 0.0], [0.4, 3.0, 25.0]])
    grad = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 2.0]])
    for layer in (getattr(layers, name)(), bound(getattr(layers, name)())):
        y = layer.forward(z)
        np.testing.assert_allclose(y, getattr(activations, ACTIVATIONS[name])(z), rtol=1e-14)
        slope = getattr(activations, f"{ACTIVATIONS[name]}_derivative")(z)
        np.testing.assert_allclose(layer.backward(grad), grad * slope, rtol=1e-12, atol=1e-15)


def test_dense_is_a_sum_over_the_inputs():
    layer = bound(layers.Dense(3, 2, bias=initializers.constant(0.5)))
    x, grad = np.arange(12.0).reshape(4, 3), np.arange(8.0).reshape(4, 2) - 3
    y = layer.forward(x)
    for i in range(4):
        for j in range(2):
            np.testing.assert_allclose(y[i, j], sum(x[i, k] * layer.W[k, j] for k in range(3)) + 0.5)
    dx = layer.backward(grad)
    np.testing.assert_allclose(layer.dW, sum(np.outer(x[i], grad[i]) for i in range(4)))
    np.testing.assert_allclose(layer.db, grad.sum(axis=0))
    np.testing.assert_allclose(dx, [[sum(grad[i] * layer.W[k]) for k in range(3)] for i in range(4)])
    assert layer.backward(grad, input_grad=False) is None
    layer.forward(x[:2])  # another batch size
    layer.backward(grad[:2])
    np.testing.assert_allclose(layer.db, grad[:2].sum(axis=0))


def test_slope_and_alpha_are_used():
    x = np.array([[-2.0, 3.0]])
    np.testing.assert_array_equal(layers.LeakyReLU(0.5).forward(x), [[-1, 3]])
    np.testing.assert_array_equal(layers.ELU(0.5).forward(x), activations.elu(x, 0.5))
    for layer, left in ((layers.LeakyReLU(0.5), 0.5), (layers.ELU(0.5), 0.5 * np.exp(-2))):
        layer.forward(x)
        np.testing.assert_array_equal(layer.backward(np.ones((1, 2))), [[left, 1]])


@pytest.mark.parametrize("n_in", [None, 3])
def test_prelu_learns_its_slope(n_in):
    layer = bound(layers.PReLU(0.3, n_in))
    x, grad = np.array([[-1.0, 2.0, 0.0], [-3.0, -0.5, 4.0]]), np.arange(6.0).reshape(2, 3) + 1
    np.testing.assert_array_equal(layer.forward(x), np.where(x > 0, x, 0.3 * x))
    np.testing.assert_array_equal(layer.backward(grad), np.where(x > 0, grad, 0.3 * grad))
    by_column = [1 * -1 + 4 * -3, 5 * -0.5, 0]
    np.testing.assert_array_equal(layer.dslope, by_column if n_in else [sum(by_column)])
    if n_in:
        layer.slope[:] = [0, 1, -2]
        np.testing.assert_array_equal(layer.forward(x), [[0, 2, 0], [0, -0.5, 4]])
        with pytest.raises(errors.ShapeError, match="takes 3 inputs"):
            Network([layers.Dense(1, 2), layers.PReLU(n_in=3)], rng=np.random.default_rng(0))


def test_prelu_stands_with_the_biases():
    net = Network([layers.Dense(2, 2), layers.PReLU()], rng=np.random.default_rng(0))
    np.testing.assert_array_equal(net.weight_mask, [1, 1, 1, 1, 0, 0, 0])
    np.testing.assert_array_equal(net.params[4:], [0, 0, 0.25])
    with pytest.raises(errors.InputError, match="start"):
        layers.PReLU("0.25")
    with pytest.raises(errors.InputError, match="n_in"):
        layers.PReLU(n_in=0)


@pytest.mark.parametrize("name", ["Dense", *ACTIVATIONS, "PReLU", "Softmax", "Dropout"])
def test_nothing_of_a_batch_stays_after_forget(name):
    layer = bound(getattr(layers, name)(*{"Dense": (3, 3), "Dropout": (0.5,)}.get(name, ())))
    before = {key for key, value in vars(layer).items() if np.size(value) >= 12}
    x = np.ones((4, 3))
    layer.forward(x)
    if layer.pointwise:
        layer.forward(x, out=np.empty_like(x))
    layer.forget()
    assert layer.saved is None
    assert {key for key, value in vars(layer).items() if np.size(value) >= 12} == before


def test_softmax_goes_back_through_its_matrix():
    layer = layers.Softmax()
    x, grad = np.random.default_rng(0).normal(size=(2, 4, 3))
    np.testing.assert_array_equal(layer.forward(x), activations.softmax(x))
    expected = [g @ j for g, j in zip(grad, activations.softmax_derivative(x), strict=True)]
    np.testing.assert_allclose(layer.backward(grad), expected, atol=1e-15)


def test_softmax_or_sigmoid_and_logarithm_are_the_fused_losses():
    z, y = np.random.default_rng(0).normal(size=(5, 3)), np.array([0, 2, 1, 1, 0])
    layer = layers.Softmax()
    p = layer.forward(z)
    value, grad = losses.CategoricalCrossEntropy()(z, y)
    np.testing.assert_allclose(value, -np.log(p[np.arange(5), y]).mean(), rtol=1e-14)
    np.testing.assert_allclose(layer.backward(-np.eye(3)[y] / p / 5), grad, atol=1e-16)
    layer, t = layers.Sigmoid(), np.eye(3)[y]
    p = layer.forward(z)
    value, grad = losses.BinaryCrossEntropy()(z, t)
    np.testing.assert_allclose(value, -np.log(np.where(t, p, 1 - p)).mean(), rtol=1e-14)
    np.testing.assert_allclose(layer.backward((p - t) / (p * (1 - p)) / 15), grad, atol=1e-16)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.LeakyReLU(1), r"slope must be a number in \[0, 1\)"),
        (lambda: layers.LeakyReLU(-0.1), "slope"),
        (lambda: layers.ELU(0), r"alpha must be a number in \(0, 1e\+06\)"),
        (lambda: layers.ELU(np.nan), "alpha"),
    ],
)
def test_slopes_that_are_refused(make, message):
    with pytest.raises(errors.InputError, match=message):
        make()


def make(name):
    return {"Dense": lambda: layers.Dense(3, 3), "Dropout": lambda: layers.Dropout(0.4)}.get(
        name, getattr(layers, name)
    )()


@pytest.mark.parametrize("name", ["Dense", *ACTIVATIONS, "PReLU", "Softmax", "Dropout"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_stay_and_what_is_returned_is_new(name, dtype):
    layer = bound(make(name), dtype)
    x = np.random.default_rng(1).normal(size=(4, 3)).astype(dtype)
    fresh = layer.forward(x, np.random.default_rng(2))
    fresh_dx = layer.backward(x)
    assert fresh.dtype == fresh_dx.dtype == dtype
    assert not np.shares_memory(fresh, layer.forward(x, np.random.default_rng(3)))


@pytest.mark.parametrize("name", [*ACTIVATIONS, "Dropout"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pointwise_layers_write_the_same_bits_where_they_are_told_to(name, dtype):
    layer = bound(make(name), dtype)
    assert layer.pointwise
    x = np.random.default_rng(1).normal(size=(4, 3)).astype(dtype)
    fresh = layer.forward(x, np.random.default_rng(2))
    fresh_dx = layer.backward(x)
    y, dx = np.empty_like(x), np.empty_like(x)
    assert layer.forward(x, np.random.default_rng(2), y) is y
    assert layer.backward(x, True, dx) is dx
    np.testing.assert_array_equal(y, fresh)
    np.testing.assert_array_equal(dx, fresh_dx)


@pytest.mark.parametrize(
    "layer", [layers.Dense(3, 2), layers.PReLU(), layers.PReLU(0.5, 3), layers.Softmax()]
)
def test_samples_in_columns_are_samples_in_rows_turned(layer):
    layer = bound(layer)
    assert not layer.pointwise
    rng = np.random.default_rng(1)
    if layer.shapes:
        for name, shape in layer.shapes.items():
            getattr(layer, name)[...] = rng.normal(size=shape)
    x = rng.normal(size=(5, 3))
    y = layer.forward(x)
    G = rng.normal(size=y.shape)
    dx = layer.backward(G)
    gradients = {name: getattr(layer, f"d{name}").copy() for name in layer.shapes}
    with_ones = np.vstack([x.T, np.ones(5)]) if isinstance(layer, layers.Dense) else x.T.copy()
    turned, turned_dx = np.empty_like(y.T, order="C"), np.empty_like(x.T, order="C")
    layer.forward_columns(with_ones, None, turned)
    for name in layer.shapes:
        getattr(layer, f"d{name}")[...] = np.nan
    layer.backward_columns(G.T.copy(), True, turned_dx)
    np.testing.assert_allclose(turned.T, y, rtol=1e-14)
    np.testing.assert_allclose(turned_dx.T, dx, rtol=1e-13)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(getattr(layer, f"d{name}"), gradient, rtol=1e-13)
    untouched = np.full_like(turned_dx, 7.0)
    if isinstance(layer, layers.Dense):
        layer.backward_columns(G.T.copy(), False, untouched)
        assert (untouched == 7).all()


@given(p=st.floats(0, 0.99), seed=st.integers(0, 100), n=st.integers(1, 9))
def test_dropout_gives_zero_or_the_scaled_input(p, seed, n):
    x = np.random.default_rng(seed).normal(size=(n, 3))
    layer = layers.Dropout(p)
    y = layer.forward(x, np.random.default_rng(seed))
    kept = y != 0
    np.testing.assert_allclose(y[kept], x[kept] / (1 - p), rtol=1e-12)
    np.testing.assert_allclose(layer.backward(np.ones_like(x)), kept / (1 - p), rtol=1e-12)  # its own mask
    np.testing.assert_array_equal(layer.forward(x), x)  # no generator, no dropping
    np.testing.assert_array_equal(layer.backward(x), x)


@pytest.mark.parametrize("bits", [np.random.PCG64, np.random.MT19937])
@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.9])
def test_dropout_drops_as_often_as_it_says(bits, p):
    x = np.ones((300, 333))  # an odd number of entries
    layer, rng = layers.Dropout(p), np.random.Generator(bits(5))
    y = layer.forward(x, rng)
    sigma = (p * (1 - p) / x.size) ** 0.5
    assert abs((y == 0).mean() - p) <= 5 * sigma
    if p:
        again = layer.forward(x, rng)
        assert ((again == 0) != (y == 0)).any()  # drawn anew
        rows = (y == 0).mean(axis=1)
        assert rows.min() < p < rows.max()  # not one mask for the whole batch
        agree = ((y[:, 1:] == 0) == (y[:, :-1] == 0)).mean()  # neighbours are independent
        assert abs(agree - (p * p + (1 - p) ** 2)) < 0.01


@pytest.mark.parametrize(("p", "first_kept"), [(0.3, 19661), (1 - 1e-9, 65535)])
@pytest.mark.parametrize("bits", [np.random.PCG64, np.random.MT19937])
def test_dropout_keeps_where_16_random_bits_reach_p(bits, p, first_kept):
    x, rng = np.ones((400, 500)), np.random.Generator(bits(5))
    if bits is np.random.PCG64:
        drawn = rng.bit_generator.random_raw(x.size // 4).view(np.uint16)
    else:
        drawn = rng.integers(2**16, size=x.size, dtype=np.uint16)
    kept = layers.Dropout(p).forward(x, np.random.Generator(bits(5))).ravel() > 0
    np.testing.assert_array_equal(kept, drawn >= first_kept)
    assert kept.any()


def test_dropout_drops_the_same_places_in_both_dtypes():
    masks = [
        layers.Dropout(0.3).forward(np.ones((7, 5), dtype), np.random.default_rng(0)) > 0
        for dtype in (np.float32, np.float64)
    ]
    np.testing.assert_array_equal(*masks)


@pytest.mark.parametrize("p", [1, 1.0, -0.1, 2, np.nan, "half", True, None])
def test_dropout_refuses(p):
    with pytest.raises(errors.InputError, match=r"p must be a number in \[0, 1\).*Dropout\(0.2\)"):
        layers.Dropout(p)


@pytest.mark.parametrize("size", [0, -1, 2.0, "3", True, None])
def test_dense_refuses(size):
    with pytest.raises(errors.InputError, match="n_out must be a positive integer"):
        layers.Dense(2, size)
    with pytest.raises(errors.InputError, match="n_in must be a positive integer"):
        layers.Dense(size, 2)


def test_dense_refuses_an_initializer_by_name():
    with pytest.raises(errors.InputError, match="weights must be an initializer"):
        layers.Dense(2, 2, weights="he")


def test_repr_and_the_base():
    assert [repr(layer) for layer in (layers.Dense(2, 3), layers.Dropout(0.5), layers.Tanh())] == [
        "Dense(2, 3)",
        "Dropout(0.5)",
        "Tanh()",
    ]
    for layer, text in [
        (layers.PReLU(), "PReLU(0.25)"),
        (layers.PReLU(0.1, 3), "PReLU(0.1, 3)"),
        (layers.ELU(2), "ELU(2.0)"),
        (layers.LeakyReLU(), "LeakyReLU(0.01)"),
    ]:
        assert repr(layer) == text
    for method in ("function", "derivative"):
        with pytest.raises(NotImplementedError):
            getattr(layers._Pointwise(), method)(np.ones((1, 1)))
    with pytest.raises(NotImplementedError):
        layers.Layer().forward(np.ones((1, 1)))
    with pytest.raises(NotImplementedError):
        layers.Layer().backward(np.ones((1, 1)))


@pytest.mark.parametrize(
    ("initializer", "message"),
    [
        (
            lambda shape, rng, dtype: np.ones(1),
            r"weights must return an array of shape \(2, 3\), got shape \(1,\)",
        ),
        (lambda shape, rng, dtype: np.full(shape, np.nan), "weights must be finite"),
        (lambda shape, rng, dtype: np.full(shape, 1e300), "too large for float32"),
        (lambda shape, rng, dtype: None, "weights must hold real numbers"),
        (lambda shape: np.ones(shape), r"weights must be a function of \(shape, rng, dtype\)"),
    ],
)
def test_what_an_initializer_returns_is_checked(initializer, message):
    with pytest.raises(errors.InputError, match=message):
        bound(layers.Dense(2, 3, weights=initializer), np.float32)


def test_masks_that_are_drawn_ahead_are_the_generators_next_ones():
    one, other, x = layers.Dropout(0.25), layers.Dropout(0.5), np.ones((64, 512), np.float32)
    ahead, rng = layers.Ahead(np.random.default_rng(3)), np.random.default_rng(3)
    n = layers.MASK_BYTES // x.nbytes
    assert n == 2
    expected = np.concatenate([one.masks(n, x, rng), one.masks(n, x, rng)])
    drawn = np.array([one.forward(x, ahead) for _ in range(2 * n)])
    np.testing.assert_array_equal(drawn, expected)
    assert len({mask.tobytes() for mask in drawn}) == 2 * n, "each batch has a mask of its own"
    assert abs((drawn == 0).mean() - 0.25) < 0.01
    np.testing.assert_array_equal(other.forward(x, ahead), other.masks(n, x, rng)[0])
    large = np.ones((layers.MASK_BYTES, 2), np.float32)  # too large for two at once
    np.testing.assert_array_equal(one.forward(large, ahead), one.masks(1, large, rng)[0])
    np.testing.assert_array_equal(one.forward(large, ahead), one.masks(1, large, rng)[0])
    half = x[:32]  # the last batch of an epoch may be smaller
    assert one.forward(half, ahead).shape == half.shape
    np.testing.assert_array_equal(one.backward(half), one.saved)


def test_dropout_takes_no_more_from_a_generator_than_one_mask():
    x = np.ones((4, 8), np.float32)
    one, two = np.random.default_rng(3), np.random.default_rng(3)
    layers.Dropout(0.5).forward(x, one)
    two.bit_generator.random_raw(x.size // 4)
    assert one.random() == two.random()
