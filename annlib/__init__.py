"""The small NumPy training library of The Crux of Deep Learning.

A network is a list of layers; an endless generator trains it, an epoch at each turn:

>>> import numpy as np
>>> from annlib import Adam, BinaryCrossEntropy, Dense, Network, Tanh, epochs
>>> rng = np.random.default_rng(0)
>>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])  # XOR
>>> net = Network([Dense(2, 8), Tanh(), Dense(8, 1)], rng=rng)
>>> for epoch in epochs(net, X, y, loss=BinaryCrossEntropy(), optimizer=Adam(0.1), batch_size=None, rng=rng):
...     if epoch.loss < 0.01:
...         break
>>> (net.predict(X).ravel() > 0).astype(int)
array([0, 1, 1, 0])

Read the modules in this order: `activations`, `layers`, `losses`, `optimizers`, `network`, `training`.
Beside them stand `initializers`, `schedules` (learning rates that change), `metrics` and `gradcheck`.
For scikit-learn there are `ANNClassifier` and `ANNRegressor`; it is loaded when one of them is asked for.
"""

from typing import TYPE_CHECKING

from annlib import _numpy as _numpy
from annlib.gradcheck import gradcheck
from annlib.layers import (
    ELU,
    GELU,
    Dense,
    Dropout,
    LeakyReLU,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from annlib.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Huber,
    MeanSquaredError,
    SumOfSquaredErrors,
)
from annlib.network import Network
from annlib.optimizers import (
    SGD,
    Adadelta,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Momentum,
    NAdam,
    Nesterov,
    RMSProp,
)
from annlib.training import epochs, train

__all__ = [
    "ELU",
    "GELU",
    "SGD",
    "AMSGrad",
    "AdaGrad",
    "Adadelta",
    "Adam",
    "AdamW",
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Dense",
    "Dropout",
    "Huber",
    "LeakyReLU",
    "MeanSquaredError",
    "Momentum",
    "NAdam",
    "Nesterov",
    "Network",
    "PReLU",
    "RMSProp",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "SumOfSquaredErrors",
    "Tanh",
    "epochs",
    "gradcheck",
    "train",
]

if TYPE_CHECKING:
    from annlib.estimator import ANNClassifier as ANNClassifier
    from annlib.estimator import ANNRegressor as ANNRegressor
else:

    def __getattr__(name):
        """Load scikit-learn only when one of the estimators is asked for: the rest needs only NumPy."""
        if name in ("ANNClassifier", "ANNRegressor"):
            from annlib import estimator

            return getattr(estimator, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
