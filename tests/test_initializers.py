"""Each initializer has the variance it promises, its limits, its dtype, and no numbers of its own."""

import numpy as np
import pytest

from annlib import errors, initializers

VARIANCES = {
    "glorot": lambda n_in, n_out: 2 / (n_in + n_out),
    "he": lambda n_in, n_out: 2 / n_in,
    "lecun": lambda n_in, n_out: 1 / n_in,
}
RANDOM = [f"{family}_{kind}" for family in VARIANCES for kind in ("uniform", "normal")]


@pytest.mark.parametrize("name", RANDOM)
@pytest.mark.parametrize("shape", [(400, 100), (100, 400)])
def test_mean_variance_and_limits(name, shape):
    W = getattr(initializers, name)(shape, np.random.default_rng(0), np.float64)
    variance = VARIANCES[name.split("_")[0]](*shape)
    assert W.shape == shape
    # 40,000 numbers: the sampling error of the variance is below 0.8 %, five of them allowed
    assert abs(W.var() / variance - 1) < 0.04
    assert abs(W.mean()) < 5 * (variance / W.size) ** 0.5
    limit = (3 * variance) ** 0.5
    if name.endswith("uniform"):
        assert 0.99 * limit < abs(W).max() <= limit
    else:
        assert abs(W).max() > 1.5 * limit


@pytest.mark.parametrize("name", RANDOM)
def test_float32_is_the_rounded_float64(name):
    initializer = getattr(initializers, name)
    single, double = (
        initializer((5, 3), np.random.default_rng(1), dtype) for dtype in (np.float32, np.float64)
    )
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single, double.astype(np.float32))
    unit = double / VARIANCES[name.split("_")[0]](5, 3) ** 0.5
    rng, limit = np.random.default_rng(1), 3**0.5
    drawn = rng.uniform(-limit, limit, (5, 3)) if name.endswith("uniform") else rng.normal(size=(5, 3))
    np.testing.assert_allclose(unit, drawn, rtol=1e-14)  # what the generator gives next, and nothing else


def test_zeros_and_constant():
    assert not initializers.zeros((3,)).any()
    half = initializers.constant(0.5)
    np.testing.assert_array_equal(half((2, 2), dtype=np.float64), np.full((2, 2), 0.5))
    assert repr(half) == "constant(0.5)"


@pytest.mark.parametrize("shape", [(3,), 3, (0, 2), (2, 3, 4), (2.5, 1)])
def test_a_wrong_shape_is_named(shape):
    with pytest.raises(errors.InputError, match=r"shape|n_in"):
        initializers.he_normal(shape, np.random.default_rng(0))


def test_other_wrong_arguments_are_named():
    with pytest.raises(errors.InputError, match="default_rng"):
        initializers.he_normal((2, 2), 7)
    with pytest.raises(errors.InputError, match="dtype"):
        initializers.zeros((2,), dtype=np.int32)
    with pytest.raises(errors.InputError, match="value"):
        initializers.constant(np.nan)


@pytest.mark.parametrize("make", [initializers.zeros, initializers.constant(2.0)])
def test_shapes_that_are_none(make):
    assert make((2,)).shape == (2,)
    for shape in (3, "23", None):
        with pytest.raises(errors.ShapeError, match="shape must be a tuple"):
            make(shape)
    with pytest.raises(errors.InputError, match=r"shape\[1\] must be a positive integer"):
        make((2, 0))


def test_a_constant_too_large_for_float32():
    with pytest.raises(errors.InputError, match="value holds numbers too large for float32"):
        initializers.constant(1e300)((1, 1))
