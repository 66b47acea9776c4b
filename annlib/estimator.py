"""annlib's networks as scikit-learn estimators (Chapters 8 and 9): for pipelines, searches and calibration.

Nothing new is computed here. `fit` checks what it was given as scikit-learn does, builds a `Network` from a
handful of words and numbers, and hands it to `annlib.training.train`; `predict` asks the network. Read the
base class first: a classifier and a regressor differ only in what they make of y and of the outputs.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, is_classifier
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data
from tqdm.auto import tqdm

from annlib import layers, optimizers
from annlib._validation import Array, cast, got, numbers, positive_int, real, sample_weights
from annlib.activations import sigmoid, softmax
from annlib.errors import InputError
from annlib.initializers import glorot_uniform, he_uniform
from annlib.losses import BinaryCrossEntropy, CategoricalCrossEntropy, Loss, MeanSquaredError
from annlib.network import Network
from annlib.optimizers import Optimizer
from annlib.schedules import LearningRate
from annlib.training import train

if TYPE_CHECKING:
    from typing import Self

__all__ = ["ANNClassifier", "ANNRegressor"]

# Strings are scikit-learn's convention, so here, and nowhere else in annlib, there are names for things.
ACTIVATIONS: dict[str, type[layers.Layer]] = {
    "relu": layers.ReLU,
    "tanh": layers.Tanh,
    "sigmoid": layers.Sigmoid,
    "leaky_relu": layers.LeakyReLU,
    "prelu": layers.PReLU,
    "elu": layers.ELU,
    "gelu": layers.GELU,
    "silu": layers.SiLU,
    "softplus": layers.Softplus,
}
OPTIMIZERS: dict[str, type[Any]] = {
    "sgd": optimizers.SGD,
    "momentum": optimizers.Momentum,
    "nesterov": optimizers.Nesterov,
    "adagrad": optimizers.AdaGrad,
    "rmsprop": optimizers.RMSProp,
    "adadelta": optimizers.Adadelta,
    "adam": optimizers.Adam,
    "adamw": optimizers.AdamW,
    "nadam": optimizers.NAdam,
    "amsgrad": optimizers.AMSGrad,
}
FLOATS = (np.float64, np.float32)  # what the network computes in; anything else becomes the first
AUTO_BATCH = 128
BAR_AFTER = 2.0  # seconds


# A dataclass keeps each argument under its own name and does nothing else: just what scikit-learn asks for.
@dataclass(kw_only=True, eq=False, repr=False)
class _ANN(BaseEstimator):  # type: ignore[misc]
    """What both estimators share: parameters in, a trained network out.

    Each adds `_look_at`, which learns the classes or the scale of the targets and returns the loss and the
    number of outputs that suit them, and `_targets`, which brings targets and weights into the loss's form.
    """

    hidden_layer_sizes: int | Sequence[int] = (100,)
    activation: str = "relu"
    dropout: float = 0.0
    l2: float = 0.0
    optimizer: str | Optimizer = "adam"
    learning_rate: LearningRate = 1e-3
    batch_size: int | str | None = "auto"
    max_epochs: int = 200
    early_stopping: bool = False
    validation_fraction: float = 0.1
    patience: int = 10
    random_state: int | np.random.RandomState | None = None
    verbose: bool | str = "auto"

    _y_rules: ClassVar[dict[str, bool]] = {}  # for scikit-learn's `validate_data`

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train a new network.

        Parameters
        ----------
        X : array-like or data frame of finite numbers, shape (n, n_features)
            float32 is computed in float32, everything else in float64. Scale the features first, such as with
            scikit-learn's `StandardScaler` in a pipeline.
        y : array-like, shape (n,); for `ANNRegressor` also (n, n_outputs)
            Labels of any kind, or the numbers to predict.
        sample_weight : finite numbers of at least 0, shape (n,), optional
            How much each row counts; only their ratios matter. A row of weight 0 is left out.

        Returns
        -------
        self

        Raises
        ------
        InputError
            If a parameter or a weight cannot work; other ValueErrors and TypeErrors are scikit-learn's own.
        DivergenceError
            If the loss does not stay finite. The estimator is then not fitted.
        """
        self.__dict__.pop("network_", None)  # a fit that fails leaves no older network behind
        stop_early = _one_of("early_stopping", self.early_stopping, (True, False))
        fraction = real("validation_fraction", self.validation_fraction, low=0, high=1, open_low=True)
        patience = positive_int("patience", self.patience)
        verbose = _one_of("verbose", self.verbose, ("auto", True, False))
        bar = {
            "desc": type(self).__name__,
            "unit": "epoch",
            "leave": verbose != "auto",
            "disable": not verbose,
        }
        return self._train(
            X,
            y,
            sample_weight,
            held_out=fraction if stop_early else 0,
            n_epochs=positive_int("max_epochs", self.max_epochs),
            patience=patience if stop_early else None,
            progress=functools.partial(tqdm, delay=BAR_AFTER if verbose == "auto" else 0, **bar),
        )

    def _train(
        self, X: Any, y: Any, sample_weight: Any, classes: Any = None, held_out: float = 0, **options: Any
    ) -> Self:
        """Train the network there is, or else a new one, with a fraction of the rows held out."""
        first = not hasattr(self, "network_")
        X, y, weights = self._checked(X, y, sample_weight, first)
        if first:
            net, tools = self._begin(X, *self._look_at(y if classes is None else classes, weights))
            self.loss_curve_: list[float] = []
            self.validation_loss_curve_: list[float] = []
        else:
            net, tools = self.network_, self._tools
        y, weights = self._targets(y, weights)
        if held_out:
            rows, others = self._split(y, held_out, tools["rng"])
            options["validation"] = [part[others] for part in (X, y, weights) if part is not None]
            X, y, weights = X[rows], y[rows], None if weights is None else weights[rows]
        batch_size = self._batch(len(X))
        history = train(net, X, y, sample_weight=weights, batch_size=batch_size, **tools, **options)
        self.loss_curve_ += history.loss
        self.validation_loss_curve_ += history.validation_loss
        self.network_: Network = net
        self._tools: dict[str, Any] = tools
        return self

    def _checked(self, X: Any, y: Any, sample_weight: Any, first: bool) -> tuple[Array, Array, Array | None]:
        """Return rows, targets and weights (the largest is 1), without the rows of weight 0."""
        X, y = validate_data(self, X, y, reset=first, dtype=FLOATS, **self._y_rules)
        if sample_weight is None:
            return X, y, None
        weights = sample_weights("sample_weight", sample_weight, len(X))
        if not weights.any():
            raise InputError("sample_weight must not be zero in all rows: none would count")
        weights /= weights.max()
        counts = weights >= np.finfo(np.float64).tiny
        return (X, y, weights) if counts.all() else (X[counts], y[counts], weights[counts])

    def _begin(self, X: Array, loss: Loss, n_out: int) -> tuple[Network, dict[str, Any]]:
        """Return a new network for rows like these, and what trains it."""
        try:
            seed = check_random_state(self.random_state).randint(2**31, size=4, dtype=np.int64)
        except ValueError as error:
            raise InputError(f"random_state must be None, an int or a RandomState: {error}") from error
        rng = np.random.default_rng(seed)
        activation = _one_of("activation", self.activation, ACTIVATIONS)
        start = glorot_uniform if activation in ("tanh", "sigmoid") else he_uniform
        dropout = real("dropout", self.dropout, low=0, high=1)
        chain: list[layers.Layer] = []
        width = X.shape[1]
        for n_units in self._hidden():
            chain += [layers.Dense(width, n_units, weights=start), ACTIVATIONS[activation]()]
            chain += [layers.Dropout(dropout)] if dropout else []
            width = n_units
        net = Network([*chain, layers.Dense(width, n_out)], rng=rng, dtype=X.dtype)
        l2 = real("l2", self.l2, low=0)
        if isinstance(self.optimizer, Optimizer):
            optimizer = copy.deepcopy(self.optimizer)
            if l2:
                raise InputError(f"l2 must be 0 beside an optimizer object, got {l2}: give it to the object")
        else:
            name = _one_of("optimizer", self.optimizer, OPTIMIZERS)
            optimizer = OPTIMIZERS[name](self.learning_rate, l2=l2)
        return net, {"loss": loss, "optimizer": optimizer, "rng": rng}

    def _hidden(self) -> list[int]:
        """Return the number of units of each hidden layer."""
        sizes: Any = self.hidden_layer_sizes
        sizes = (sizes,) if isinstance(sizes, int | np.integer) else sizes
        if not isinstance(sizes, tuple | list | np.ndarray):
            raise InputError(f"hidden_layer_sizes must be integers such as (6, 6), got {got(sizes)}")
        return [positive_int(f"hidden_layer_sizes[{i}]", size) for i, size in enumerate(sizes)]

    def _batch(self, n: int) -> Any:
        """Return the rows in a step of an epoch over n rows (`train` checks a number)."""
        if not isinstance(self.batch_size, str):
            return self.batch_size
        _one_of("batch_size", self.batch_size, ("auto",), "or a positive integer or None")
        return min(n, AUTO_BATCH)

    def _split(self, y: Array, fraction: float, rng: np.random.Generator) -> Any:
        """Return the row numbers to train on and those to validate on."""
        how = {"test_size": fraction, "random_state": int(rng.integers(2**31))}
        try:
            return train_test_split(np.arange(len(y)), stratify=y if is_classifier(self) else None, **how)
        except ValueError as error:
            raise InputError(f"validation_fraction = {fraction} of {len(y)} rows: {error}") from error

    def _outputs(self, X: Any) -> Array:
        """Return what the network gives for X, shape (n, n_out)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=FLOATS)
        return self.network_.predict(X)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "network_")


@dataclass(kw_only=True, eq=False, repr=False)
class ANNClassifier(ClassifierMixin, _ANN):  # type: ignore[misc]
    """A network that tells classes apart, as a scikit-learn classifier.

    Two classes give one logit and the binary cross-entropy, more give one logit each and the categorical one.
    Features are taken as they come: put a `StandardScaler` before it.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default (100,)
        The units of each hidden layer; ``()`` is logistic regression.
    activation : str, default "relu"
        Also "tanh", "sigmoid", "leaky_relu", "prelu", "elu", "gelu", "silu", "softplus". Weights start by
        Glorot's rule for "tanh" and "sigmoid", else by He's.
    dropout : float in [0, 1), default 0
        The probability of dropping each hidden unit in training.
    l2 : float of at least 0, default 0
        l2 / 2 times the sum of the squared weights (not biases) is added to what is minimized; the loss
        curves leave it out.
    optimizer : str or `annlib.optimizers.Optimizer`, default "adam"
        Also "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adamw", "nadam", "amsgrad". An
        object brings its own learning rate and penalties; each fit works on a copy of it.
    learning_rate : float above 0, or a schedule (`annlib.schedules`), default 0.001
        For an optimizer that is given by its name.
    batch_size : int, None or "auto", default "auto"
        Rows in a step; None takes all, "auto" 128 (or all, where there are fewer).
    max_epochs : int, default 200
        Passes over the data, all of which are made unless `early_stopping` ends them.
    early_stopping : bool, default False
        Hold rows out in `fit` (the same share of each class), stop when their loss has not fallen for
        `patience` epochs, and go back to the weights of the best epoch.
    validation_fraction : float in (0, 1), default 0.1
    patience : int, default 10
    random_state : int, RandomState or None, default None
        Everything random comes from it: the same int gives the same bits.
    verbose : "auto", True or False, default "auto"
        A progress bar: for a fit of more than two seconds, always, never.
    class_weight : dict, "balanced" or None, default None
        How much the rows of each class count, times `sample_weight`: ``{label: weight}`` (labels left out
        have 1), or so that all classes together count the same.

    Attributes
    ----------
    classes_ : array, shape (n_classes,)
        The labels, sorted.
    network_ : `annlib.network.Network`
    loss_curve_, validation_loss_curve_ : list of float
        The loss of each epoch; the second is empty without early stopping.
    n_features_in_ : int
    feature_names_in_ : array of str
        If X was a data frame.

    Notes
    -----
    In a full batch without dropout and early stopping, a weight of 2 equals a row that stands there twice.
    `partial_fit` goes on where a `fit` has stopped.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> model = make_pipeline(StandardScaler(), ANNClassifier(max_epochs=20, random_state=0))
    >>> model.fit(X[:400], y[:400]).score(X[400:], y[400:]) > 0.95
    True
    >>> print(model[-1].network_)
    Network([Dense(30, 100), ReLU(), Dense(100, 1)], dtype=float64)
    """

    class_weight: Mapping[Any, float] | str | None = None

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train for one epoch on a chunk of the data, for data that do not fit into memory.

        Network, optimizer and random numbers go on from call to call (or from `fit`); nothing is held out.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`.
        classes : array-like
            All labels that will ever come: needed in the first call.

        Returns
        -------
        self

        Raises
        ------
        InputError, DivergenceError
            As in `fit`.

        Examples
        --------
        >>> rng, model = np.random.default_rng(0), ANNClassifier(learning_rate=0.01, random_state=0)
        >>> for _ in range(100):
        ...     X = rng.normal(size=(100, 2))
        ...     _ = model.partial_fit(X, np.where(X[:, 0] > X[:, 1], "above", "below"), ["above", "below"])
        >>> model.predict([[1, 0], [0, 1]])
        array(['above', 'below'], dtype='<U5')
        """
        if isinstance(self.class_weight, str):
            raise InputError(
                f"class_weight must be a dict or None in partial_fit, got {self.class_weight!r}: "
                "one chunk does not tell how rare a class is"
            )
        if not hasattr(self, "network_"):
            if classes is None:
                raise InputError("classes must hold all labels in the first call of partial_fit, got None")
        elif classes is not None and not np.array_equal(_labels(classes), self.classes_):
            raise InputError(f"classes must stay {self.classes_.tolist()}, got {got(classes)}")
        return self._train(X, y, sample_weight, classes, n_epochs=1)

    def decision_function(self, X: Any) -> Array:
        """Return the logits: shape (n,) with two classes (positive: the second), else (n, n_classes)."""
        logits = self._outputs(X)
        return logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, shape (n, n_classes), in the order of `classes_`."""
        logits = self._outputs(X)
        if len(self.classes_) == 2:
            return sigmoid(np.hstack([-logits, logits]))
        return softmax(logits)

    def predict(self, X: Any) -> Array:
        """Return the most probable label of each row, shape (n,)."""
        logits = self.decision_function(X)
        codes = logits.argmax(axis=1) if logits.ndim == 2 else (logits > 0).astype(int)
        labels: Array = self.classes_[codes]
        return labels

    def _look_at(self, y: Array, weights: Array | None) -> tuple[Loss, int]:
        self.classes_ = _labels(y)
        n_classes = len(self.classes_)
        if n_classes < 2:
            raise InputError(f"y must have at least 2 classes, got 1 class: {self.classes_.tolist()}")
        return (BinaryCrossEntropy(), 1) if n_classes == 2 else (CategoricalCrossEntropy(), n_classes)

    def _targets(self, y: Array, weights: Array | None) -> tuple[Array, Array | None]:
        check_classification_targets(y)
        labels: list[Any] = self.classes_.tolist()
        found, places = np.unique(y, return_inverse=True)
        if unknown := set(found.tolist()) - set(labels):
            raise InputError(f"y must hold labels of classes, {labels}, got also {unknown}")
        codes: Array = np.array([labels.index(label) for label in found.tolist()])[places]
        if self.class_weight is None:
            return codes, weights
        if isinstance(self.class_weight, Mapping):
            if unknown := set(self.class_weight) - set(labels):
                raise InputError(f"class_weight must name classes of y, {labels}, got {unknown}")
            of_class = np.array(
                [real(f"class_weight[{k!r}]", self.class_weight.get(k, 1.0), low=0) for k in labels]
            )
        else:
            _one_of("class_weight", self.class_weight, ("balanced",), "or a dict {label: weight} or None")
            of_class = 1 / np.bincount(codes, weights)
        return codes, of_class[codes] if weights is None else of_class[codes] * weights


@dataclass(kw_only=True, eq=False, repr=False)
class ANNRegressor(RegressorMixin, _ANN):  # type: ignore[misc]
    """A network that predicts one or several numbers, as a scikit-learn regressor.

    It minimizes the mean squared error. Inside, each target is brought to mean 0 and standard deviation 1, so
    that one learning rate serves euros and millions of euros; predictions are brought back. So a loss of 1 in
    the loss curves is that of predicting the mean. `partial_fit` takes the scale from its first chunk.
    Features are taken as they come: put a `StandardScaler` before it.

    The parameters are those of `ANNClassifier`, but for `class_weight`.

    Attributes
    ----------
    target_mean_, target_scale_ : float, or arrays of shape (n_outputs,)
        The mean and the standard deviation of the targets.
    network_ : `annlib.network.Network`
        Its outputs are targets in those units.
    loss_curve_, validation_loss_curve_, n_features_in_, feature_names_in_
        As in `ANNClassifier`.

    Examples
    --------
    >>> X = np.linspace(-2, 2, 100).reshape(-1, 1)
    >>> model = ANNRegressor(activation="tanh", batch_size=10, learning_rate=0.01, random_state=0)
    >>> model.fit(X, 1000 * np.sin(X[:, 0])).score(X, 1000 * np.sin(X[:, 0])) > 0.99
    True
    """

    _y_rules: ClassVar[dict[str, bool]] = {"multi_output": True, "y_numeric": True}

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch on a chunk of the data, as `ANNClassifier.partial_fit` does."""
        return self._train(X, y, sample_weight, n_epochs=1)

    def predict(self, X: Any) -> Array:
        """Return the predictions, in the shape that y had in training: (n,) or (n, n_outputs)."""
        outputs = self._outputs(X)
        if np.ndim(self.target_mean_) == 0:
            outputs = outputs[:, 0]
        return cast("y", outputs * self.target_scale_ + self.target_mean_, outputs.dtype)

    def _look_at(self, y: Array, weights: Array | None) -> tuple[Loss, int]:
        y = numbers("y", y).astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            self.target_mean_ = np.average(y, axis=0, weights=weights)
            scale = np.sqrt(np.average((y - self.target_mean_) ** 2, axis=0, weights=weights))
        if not np.isfinite(scale).all():
            raise InputError("y holds numbers that are too large to be squared: divide them by a constant")
        self.target_scale_ = np.where(scale == 0, 1.0, scale)[()]  # a constant target is 0 inside
        return MeanSquaredError(), scale.size

    def _targets(self, y: Array, weights: Array | None) -> tuple[Array, Array | None]:
        if y.shape[1:] != np.shape(self.target_mean_):
            shape = (len(y), *np.shape(self.target_mean_))
            raise InputError(f"y must have the outputs of the first call, shape {shape}, got {got(y)}")
        scaled = (numbers("y", y) - self.target_mean_) / self.target_scale_
        return scaled.reshape(len(y), -1), weights

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _labels(y: Any) -> Array:
    """Return the different labels in y, sorted, if it holds labels."""
    check_classification_targets(y)
    return np.unique(y)


def _one_of(name: str, value: Any, choices: Any, more: str = "") -> Any:
    """Return `value` if it is one of the choices, which are strings or booleans."""
    if not isinstance(value, str | bool | np.bool_) or value not in choices:
        allowed = ", ".join(map(repr, choices))
        raise InputError(f"{name} must be one of {allowed}{more and ' ' + more}, got {got(value)}")
    return value
