"""A trained churn model as one file, and what it says of new customers (Chapter 8).

The pipeline of the chapter (scaler, encoder, network) is what scikit-learn holds in Python objects. A file
should hold none: loading an object from a pickle runs whatever code its author put there. So the file is
arrays and one JSON text, from which the same arithmetic is done again: (x - mean) / scale, ones and zeros for
words, and the network. `python -m annlib predict MODEL customers.csv` does it for a table.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from annlib import _files
from annlib._validation import Array, file_path, got, real
from annlib.activations import sigmoid
from annlib.datasets import FEATURES, IDENTIFIERS, TARGET, read_customers
from annlib.errors import FileFormatError, InputError
from annlib.network import Network

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ChurnModel", "Scaled", "Words", "predict_file"]

FORMAT = "annlib-churn-model-1"


@dataclass(frozen=True)
class Scaled:
    """Columns of numbers, each as (x - mean) / scale."""

    columns: tuple[str, ...]
    mean: Array  # (n_columns,)
    scale: Array  # (n_columns,)

    def encode(self, table: pd.DataFrame) -> Array:
        """Return an array of shape (n, n_columns)."""
        numbers: Array = table[list(self.columns)].to_numpy(np.float64)
        return (numbers - self.mean) / self.scale


@dataclass(frozen=True)
class Words:
    """Columns of categories, each as one column of zeros and ones for each category."""

    columns: tuple[str, ...]
    categories: tuple[tuple[Any, ...], ...]

    def encode(self, table: pd.DataFrame) -> Array:
        """Return an array of shape (n, number of all categories)."""
        parts = []
        for column, known in zip(self.columns, self.categories, strict=True):
            values = table[column].to_numpy()
            if strange := sorted(set(values.tolist()) - set(known)):
                raise InputError(
                    f"column {column}: the model was trained on {', '.join(map(str, known))}, got "
                    f"{strange[0]}. Leave such customers out, or train a model that has met them"
                )
            parts.append(np.stack([values == category for category in known], axis=1))
        return np.hstack(parts).astype(np.float64)


@dataclass(frozen=True)
class ChurnModel:
    """Scaler, encoder, network and threshold of a trained churn pipeline.

    Attributes
    ----------
    encoders : tuple of Scaled and Words
        What makes numbers of the columns, in the order in which the network gets them.
    net : Network
        Its one output is the logit of leaving.
    threshold : float in (0, 1)
        From this probability on a customer is said to leave.
    training_data : str
        The SHA-256 of the customers it was trained on.
    annlib : str
        The version that made it.
    """

    encoders: tuple[Scaled | Words, ...]
    net: Network
    threshold: float
    training_data: str
    annlib: str

    @classmethod
    def from_pipeline(cls, pipeline: Any, training: pd.DataFrame, threshold: float = 0.5) -> ChurnModel:
        """Take what was learned out of a fitted pipeline.

        Parameters
        ----------
        pipeline : sklearn.pipeline.Pipeline
            A ColumnTransformer of StandardScaler and OneHotEncoder, and an ANNClassifier for 0 (stays) and 1
            (leaves).
        training : pandas.DataFrame
            The customers that it was fitted on, for the fingerprint in the file.
        threshold : float in (0, 1), default 0.5
            Chosen on validation data by the cost of each error (Chapter 8).

        Returns
        -------
        ChurnModel

        Raises
        ------
        InputError
            If the pipeline has other steps, or is not fitted.

        Examples
        --------
        >>> from sklearn.compose import make_column_transformer
        >>> from sklearn.pipeline import make_pipeline
        >>> from sklearn.preprocessing import OneHotEncoder, StandardScaler
        >>> from annlib.datasets import CATEGORICAL, NUMERIC, simulate_churn
        >>> from annlib.estimator import ANNClassifier
        >>> table = simulate_churn(500, rng=np.random.default_rng(0))
        >>> columns = make_column_transformer(
        ...     (StandardScaler(), list(NUMERIC)), (OneHotEncoder(), list(CATEGORICAL))
        ... )
        >>> network = ANNClassifier(hidden_layer_sizes=8, max_epochs=5, random_state=0)
        >>> pipeline = make_pipeline(columns, network)
        >>> pipeline = pipeline.fit(table[list(FEATURES)], table[TARGET])
        >>> model = ChurnModel.from_pipeline(pipeline, table, threshold=0.3)
        >>> theirs = pipeline.predict_proba(table[list(FEATURES)])[:, 1]
        >>> bool(np.allclose(model.probabilities(table), theirs))
        True
        """
        from sklearn.compose import ColumnTransformer
        from sklearn.pipeline import Pipeline
        from sklearn.preprocessing import OneHotEncoder, StandardScaler
        from sklearn.utils.validation import check_is_fitted

        from annlib.estimator import ANNClassifier

        steps = [step for _, step in pipeline.steps] if isinstance(pipeline, Pipeline) else []
        if [type(step) for step in steps] != [ColumnTransformer, ANNClassifier]:
            raise InputError(
                "pipeline must be a Pipeline of a ColumnTransformer and an ANNClassifier, got "
                f"{[type(step).__name__ for step in steps] or got(pipeline)}"
            )
        check_is_fitted(steps[1])
        if steps[1].classes_.tolist() != [0, 1]:
            raise InputError(f"the classes must be 0 and 1, got {steps[1].classes_.tolist()}")
        encoders: list[Scaled | Words] = []
        for _, encoder, columns in steps[0].transformers_:
            if isinstance(encoder, StandardScaler):
                encoders.append(Scaled(tuple(columns), encoder.mean_, encoder.scale_))
            elif isinstance(encoder, OneHotEncoder) and encoder.drop is None:
                known = tuple(tuple(values.tolist()) for values in encoder.categories_)
                encoders.append(Words(tuple(columns), known))
            elif not (isinstance(encoder, str) and encoder == "drop"):
                raise InputError(
                    "the columns must pass through StandardScaler and OneHotEncoder (without drop), "
                    f"got {got(encoder)}"
                )
        return cls(
            tuple(encoders),
            steps[1].network_,
            real("threshold", threshold, low=0, high=1, open_low=True),
            fingerprint(training),
            version("annlib"),
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it needs."""
        return tuple(column for encoder in self.encoders for column in encoder.columns)

    def probabilities(self, table: pd.DataFrame) -> Array:
        """Return how likely each customer is to leave.

        Parameters
        ----------
        table : pandas.DataFrame
            With the model's `columns`; others are not looked at.

        Returns
        -------
        array, shape (n,), float64

        Raises
        ------
        InputError
            If a column is missing or holds a category that the model has never met.
        """
        if missing := [column for column in self.columns if column not in table]:
            raise InputError(f"the table must have the columns of the model; {', '.join(missing)} missing")
        if not len(table):
            return np.empty(0)
        features = np.hstack([encoder.encode(table) for encoder in self.encoders])
        return sigmoid(self.net.predict(features)[:, 0].astype(np.float64))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one file, whole or not at all."""
        target = file_path("path", path)
        about: dict[str, Any] = {"threshold": self.threshold, "training_data": self.training_data}
        about |= {"annlib": self.annlib, "encoders": []}
        arrays: dict[str, Array] = {}
        for i, encoder in enumerate(self.encoders):
            described: dict[str, Any] = {"columns": encoder.columns}
            if isinstance(encoder, Words):
                described["categories"] = encoder.categories
            else:
                arrays |= {f"mean_{i}": encoder.mean, f"scale_{i}": encoder.scale}
            about["encoders"].append(described)
        with tempfile.TemporaryDirectory() as folder:
            part = Path(folder, "network.npz")
            self.net.save(part)
            arrays["network"] = np.frombuffer(part.read_bytes(), np.uint8)
        _files.write(target, FORMAT, about, arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> ChurnModel:
        """Read what `save` wrote; nothing in the file is executed.

        Raises
        ------
        FileFormatError
            If the file is damaged, cut off, or another one.
        OSError
            If it cannot be opened.
        """
        source = file_path("path", path)
        about, arrays = _files.read(source, FORMAT)
        try:
            encoders = tuple(
                Words(tuple(one["columns"]), tuple(map(tuple, one["categories"])))
                if "categories" in one
                else Scaled(tuple(one["columns"]), arrays[f"mean_{i}"], arrays[f"scale_{i}"])
                for i, one in enumerate(about["encoders"])
            )
            with tempfile.TemporaryDirectory() as folder:
                part = Path(folder, "network.npz")
                part.write_bytes(arrays["network"].tobytes())
                net = Network.load(part)
            model = cls(
                encoders, net, float(about["threshold"]), str(about["training_data"]), str(about["annlib"])
            )
            strange = set(model.columns) - set(FEATURES)
        except (*_files.DAMAGE, FileFormatError) as error:
            raise FileFormatError(f"{source} is damaged: {error}. Save the model again") from error
        if strange or not model.columns:
            raise FileFormatError(f"{source} is for another table: its columns are {list(model.columns)}")
        return model


def fingerprint(table: pd.DataFrame) -> str:
    """Return the SHA-256 of the features and the target, row by row."""
    text = table[[*FEATURES, TARGET]].to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()


def predict_file(
    model: str | os.PathLike[str],
    customers: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    threshold: float | None = None,
    strict: bool = False,
) -> list[str]:
    """Predict for each customer of a CSV file and write the predictions to another, whole or not at all.

    Parameters
    ----------
    model : path
        A file that `ChurnModel.save` wrote.
    customers : path
        A CSV file as `annlib.datasets.read_customers` reads it.
    output : path
        Gets the line of each customer in `customers`, the identifiers that stand there, the probability of
        leaving, and 1 where it reaches the threshold.
    threshold : float in (0, 1), optional
        Instead of the model's own.
    strict : bool, default False
        Whether one bad row is enough to write nothing.

    Returns
    -------
    list of str
        What is wrong with the rows that were left out, each with its line and column.

    Raises
    ------
    FileFormatError
        If a file as a whole cannot be used, no row is good, or with `strict` any row is bad.
    InputError
        If the table does not fit the model.
    """
    loaded = ChurnModel.load(model)
    limit = loaded.threshold if threshold is None else real("threshold", threshold, low=0, high=1)
    table, problems = read_customers(customers)
    if problems and (strict or not len(table)):
        shown = "\n  ".join(problems[:5])
        more = f"\n  and {len(problems) - 5} more" if len(problems) > 5 else ""
        raise FileFormatError(f"{customers} has {len(problems)} bad rows:\n  {shown}{more}")
    chance = loaded.probabilities(table)
    result = table[["line", *(name for name in IDENTIFIERS if name in table)]].assign(
        probability=chance.round(6), leaves=(chance >= limit).astype(int)
    )
    with _files.whole_file(file_path("output", output)) as file:
        file.write(result.to_csv(index=False, lineterminator="\n").encode())
    return problems
