"""Training on a table that does not fit into memory: a chunk at a time, over and over (Chapter 9).

One pass over the chunks teaches the scaler, each further one is an epoch of the network. Only one chunk is in
memory at any time, so the memory does not grow with the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

from annlib._validation import got, positive_int
from annlib.errors import InputError

__all__ = ["fit_chunks"]

Chunks = Iterable[tuple[Any, Any]]


def fit_chunks(
    pipeline: Pipeline,
    chunks: Chunks,
    *,
    classes: Any,
    n_epochs: int = 1,
    progress: Callable[[Chunks], Chunks] | None = None,
) -> Pipeline:
    """Fit a pipeline of columns and network to chunks, of which one at a time is in memory (Chapter 9).

    The scaler learns exactly what it would learn from the whole table. The network sees the same rows in
    each epoch as in `fit`, but shuffled within their chunks only: a file that is sorted by its labels must
    be shuffled first.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Two steps: columns (a ColumnTransformer, or one transformer with `partial_fit`, such as
        StandardScaler), and a classifier with `partial_fit`, such as `ANNClassifier`. It is fitted in place
        and anew. A OneHotEncoder must be told its `categories`: one chunk does not hold all of them.
    chunks : iterable of (X, y)
        Read once for the columns and once for each epoch, so it must start anew in each loop: a list, or
        `annlib.datasets.ChurnChunks`, and no generator.
    classes : array-like
        All labels that will ever come.
    n_epochs : int
        How often the network sees the table.
    progress : callable, optional
        Wraps each pass over the chunks, such as tqdm.

    Returns
    -------
    sklearn.pipeline.Pipeline
        The one given, fitted.

    Raises
    ------
    InputError
        If an argument cannot work, or a transformer can learn only from a whole table.
    DivergenceError
        If the loss does not stay finite.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from annlib import ANNClassifier
    >>> from annlib.datasets import moons
    >>> rng = np.random.default_rng(0)
    >>> chunks = [moons(500, 0.1, rng) for _ in range(10)]
    >>> model = make_pipeline(StandardScaler(), ANNClassifier(learning_rate=0.01, random_state=0))
    >>> model = fit_chunks(model, chunks, classes=[0, 1], n_epochs=3)
    >>> model.score(*moons(500, 0.1, rng)) > 0.98
    True
    """
    if not (isinstance(pipeline, Pipeline) and len(pipeline) == 2 and hasattr(pipeline[-1], "partial_fit")):
        raise InputError(
            "pipeline must be a Pipeline of columns and a classifier with partial_fit, such as "
            f"make_pipeline(StandardScaler(), ANNClassifier()), got {got(pipeline)}"
        )
    if not isinstance(chunks, Iterable) or iter(chunks) is chunks:
        raise InputError(
            "chunks must be read anew in each epoch, such as a list or ChurnChunks, and a generator or "
            f"iterator is used up by the first; got {got(chunks)}"
        )
    n_epochs = positive_int("n_epochs", n_epochs)
    if progress is not None and not callable(progress):
        raise InputError(f"progress must be a callable that wraps a loop, such as tqdm, got {got(progress)}")

    def one_pass() -> Chunks:
        return chunks if progress is None else progress(chunks)

    columns = pipeline[0]
    learners = None  # what of the columns learns on from chunk to chunk
    for X, y in one_pass():
        if learners is None:
            columns.fit(X, y)
            learners = _learners(columns)
        else:
            for learner, names in learners:
                learner.partial_fit(X if names is None else X[names])
    if learners is None:
        raise InputError("chunks must hold at least one chunk, got none")

    name, model = pipeline.steps[-1]
    model = clone(model)
    pipeline.steps[-1] = (name, model)
    for _ in range(n_epochs):
        for X, y in one_pass():
            model.partial_fit(columns.transform(X), y, classes)
    return pipeline


def _learners(columns: Any) -> list[tuple[Any, list[str] | None]]:
    """Return the fitted transformers that have more to learn, each with its columns (None: all)."""
    parts: list[tuple[Any, list[str] | None]] = [(columns, None)]
    if isinstance(columns, ColumnTransformer):
        parts = [(part, list(names)) for _, part, names in columns.transformers_ if part != "drop"]
    learners: list[tuple[Any, list[str] | None]] = []
    for part, names in parts:
        if hasattr(part, "partial_fit"):
            learners.append((part, names))
        elif isinstance(part, OneHotEncoder) and isinstance(part.categories, str):
            raise InputError(
                "OneHotEncoder must be told its categories, such as "
                'categories=[["France", "Germany", "Spain"]]: one chunk may not hold all of them'
            )
        elif not isinstance(part, OneHotEncoder) and part.__sklearn_tags__().requires_fit:
            raise InputError(
                f"the columns must pass through transformers with partial_fit, and {type(part).__name__} has "
                "none: it would know the first chunk only"
            )
    return learners
