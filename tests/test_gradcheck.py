"""gradcheck passes what is right, fails each kind of wrong gradient, and leaves the network alone."""

import numpy as np
import pytest

from annlib import BinaryCrossEntropy, Dense, Dropout, Network, ReLU, Sigmoid, Tanh, errors, gradcheck, layers
from annlib.layers import Layer
from annlib.losses import CategoricalCrossEntropy, Huber, MeanSquaredError, SumOfSquaredErrors

X = np.random.default_rng(0).normal(size=(6, 3))
Y = np.array([0, 1, 1, 0, 1, 0])


def build(middle):
    return Network([Dense(3, 4), middle, Dense(4, 1)], rng=np.random.default_rng(1))


SMOOTH = [layers.ELU, layers.GELU, layers.SiLU, layers.Softplus, layers.Softmax]


@pytest.mark.parametrize(
    "middle", [Sigmoid, Tanh, ReLU, layers.LeakyReLU, layers.PReLU, *SMOOTH, lambda: Dropout(0.5)]
)
@pytest.mark.parametrize(
    "loss",
    [BinaryCrossEntropy({1: 2}), MeanSquaredError(), SumOfSquaredErrors(), Huber(0.3)],
    ids=repr,
)
def test_right_gradients_pass(middle, loss):
    net = build(middle())
    before = net.params.copy(), net.grads.copy()
    assert gradcheck(net, X, Y.reshape(-1, 1), loss=loss) < 1e-7
    np.testing.assert_array_equal(net.params, before[0])
    np.testing.assert_array_equal(net.grads, before[1])
    assert net.params.dtype == np.float32


@pytest.mark.parametrize("weights", [None, np.arange(6)])
def test_labels_of_three_classes_and_weights(weights):
    net = Network([Dense(3, 4), layers.PReLU(n_in=4), Dense(4, 3)], rng=np.random.default_rng(1))
    loss = CategoricalCrossEntropy({2: 3})
    assert gradcheck(net, X, np.arange(6) % 3, loss=loss, sample_weight=weights) < 1e-7
    with pytest.raises(errors.ShapeError, match="sample_weight"):
        gradcheck(net, X, np.arange(6) % 3, loss=loss, sample_weight=[1])


class HalfTanh(Tanh):
    def backward(self, grad, input_grad=True, out=None):
        return 0.5 * super().backward(grad)


class NoBias(Dense):
    def backward(self, grad, input_grad=True):
        dx = super().backward(grad, input_grad)
        self.db[:] = 0
        return dx


class Sixth(BinaryCrossEntropy):
    def gradient(self, output, targets, scale, out=None):
        return super().gradient(output, targets, scale, out) / 6


def test_wrong_gradients_fail():
    loss = BinaryCrossEntropy()
    assert gradcheck(build(HalfTanh()), X, Y, loss=loss) > 1e-2
    wrong = Network([Dense(3, 4), Tanh(), NoBias(4, 1)], rng=np.random.default_rng(1))
    assert gradcheck(wrong, X, Y, loss=loss) > 1e-2
    # a sixth of the gradient g: the difference 5/6 abs(g) over the sum 7/6 abs(g)
    assert gradcheck(build(Tanh()), X, Y, loss=Sixth()) == pytest.approx(5 / 7, rel=1e-6)


def test_no_gradient_at_all_is_no_difference():
    class Zero(Layer):
        def forward(self, x, rng=None, out=None):
            return 0 * x

        def backward(self, grad, input_grad=True, out=None):
            return 0 * grad

    net = Network([Dense(3, 1), Zero()], rng=np.random.default_rng(0))
    assert gradcheck(net, X, Y, loss=BinaryCrossEntropy()) == 0


def test_refused():
    net = build(Tanh())
    with pytest.raises(errors.InputError, match="net must be"):
        gradcheck([Dense(2, 1)], X, Y, loss=BinaryCrossEntropy())
    with pytest.raises(errors.InputError, match="loss must be"):
        gradcheck(net, X, Y, loss=BinaryCrossEntropy)
    for h in (0, 1):
        with pytest.raises(errors.InputError, match=r"h must be a number in \(0, 1\)"):
            gradcheck(net, X, Y, loss=BinaryCrossEntropy(), h=h)
    with pytest.raises(errors.ShapeError, match="3 columns"):
        gradcheck(net, X[:, :2], Y, loss=BinaryCrossEntropy())
