"""Training chunk by chunk: as good as in memory, in memory that does not grow, and strict with the file."""

import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, SplineTransformer, StandardScaler

from annlib.chunks import fit_chunks
from annlib.datasets import (
    CATEGORICAL,
    CATEGORIES,
    FEATURES,
    NUMERIC,
    TARGET,
    ChurnChunks,
    DataNotFoundError,
    load_churn,
    simulate_churn,
)
from annlib.errors import FileFormatError, InputError
from annlib.estimator import ANNClassifier
from annlib.serving import ChurnModel

ROOT = Path(__file__).resolve().parents[1]
N = 100_000
EPOCHS = 3


def pipeline(encoder=None):
    encoder = OneHotEncoder(categories=list(CATEGORIES)) if encoder is None else encoder
    columns = make_column_transformer((StandardScaler(), list(NUMERIC)), (encoder, list(CATEGORICAL)))
    network = ANNClassifier(
        hidden_layer_sizes=(32, 16), activation="tanh", max_epochs=EPOCHS, random_state=0, verbose=False
    )
    return make_pipeline(columns, network)


@pytest.fixture(scope="module")
def customers():
    return simulate_churn(N, rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def files(customers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("customers")
    paths = {n: folder / f"{n}.csv" for n in (N // 5, N)}
    for n, path in paths.items():
        customers.head(n).to_csv(path, index=False)
    return paths


@pytest.fixture(scope="module")
def fresh():
    return simulate_churn(20_000, rng=np.random.default_rng(1))


def auc(model, table):
    return roc_auc_score(table[TARGET], model.predict_proba(table[list(FEATURES)])[:, 1])


@pytest.fixture(scope="module")
def in_chunks(files):
    return fit_chunks(pipeline(), ChurnChunks(files[N], n_rows=5_000), classes=[0, 1], n_epochs=EPOCHS)


def test_chunks_teach_what_the_whole_table_teaches(in_chunks, customers, fresh):
    whole = pipeline().fit(customers[list(FEATURES)], customers[TARGET])
    (_, ours, _), (_, words, _) = in_chunks[0].transformers_
    (_, theirs, _), _ = whole[0].transformers_
    assert ours.n_samples_seen_ == theirs.n_samples_seen_ == N
    np.testing.assert_allclose(ours.mean_, theirs.mean_, rtol=1e-9)
    np.testing.assert_allclose(ours.scale_, theirs.scale_, rtol=1e-9)
    assert [kind.tolist() for kind in words.categories_] == [list(kind) for kind in CATEGORIES]
    assert auc(whole, fresh) > 0.86
    assert auc(in_chunks, fresh) == pytest.approx(auc(whole, fresh), abs=0.003)


def peak(files, n):
    """Return the most memory, in bytes, that was in use at any time of the training."""
    chunks = ChurnChunks(files[n], n_rows=5_000)
    tracemalloc.start()
    try:
        fit_chunks(pipeline(), chunks, classes=[0, 1])
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file(files, customers, usual_sweeps):
    small, large = (peak(files, n) for n in files)
    assert large < 1.05 * small
    features = customers[list(FEATURES)]
    assert large < features.memory_usage(deep=True).sum() / 2, "it could as well have read the whole table"


def test_chunks_are_the_table(files, customers):
    seen = 0
    for X, y in ChurnChunks(files[N // 5], n_rows=3_000):
        rows = customers.iloc[seen : seen + len(y)]
        assert (X.to_numpy() == rows[list(FEATURES)].to_numpy()).all()
        assert (y.to_numpy() == rows[TARGET].to_numpy()).all()
        seen += len(y)
    assert seen == N // 5


def test_same_seed_same_bits_and_a_second_fit_starts_anew(files):
    chunks = ChurnChunks(files[N // 5])
    model = fit_chunks(pipeline(), chunks, classes=[0, 1])
    first = model[-1].network_.params.copy()
    np.testing.assert_array_equal(fit_chunks(model, chunks, classes=[0, 1])[-1].network_.params, first)


def test_a_model_from_chunks_can_be_saved(in_chunks, fresh, tmp_path):
    ChurnModel.from_pipeline(in_chunks, fresh).save(tmp_path / "churn.npz")
    loaded = ChurnModel.load(tmp_path / "churn.npz").probabilities(fresh)
    np.testing.assert_allclose(loaded, in_chunks.predict_proba(fresh[list(FEATURES)])[:, 1])


def test_progress_sees_one_pass_for_the_columns_and_one_for_each_epoch(customers):
    chunks = [(customers[list(FEATURES)][i : i + 100], customers[TARGET][i : i + 100]) for i in (0, 100)]
    passes = []

    def progress(loop):
        passes.append(0)
        for chunk in loop:
            passes[-1] += 1
            yield chunk

    fit_chunks(pipeline(), chunks, classes=[0, 1], n_epochs=2, progress=progress)
    assert passes == [2, 2, 2]


# -------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (StandardScaler(), "pipeline must be"),
        (make_pipeline(ANNClassifier()), "pipeline must be"),
        (
            make_pipeline(make_column_transformer((SplineTransformer(), ["Age"])), ANNClassifier()),
            "SplineTransformer has none",
        ),
        (pipeline(OneHotEncoder()), "must be told its categories"),
    ],
)
def test_pipelines_that_cannot_learn_in_chunks_are_refused(model, message, customers):
    chunks = [(customers[list(FEATURES)].head(100), customers[TARGET].head(100))]
    with pytest.raises(InputError, match=message):
        fit_chunks(model, chunks, classes=[0, 1])


def test_a_transformer_that_learns_nothing_is_taken(customers):
    chunks = [(customers[list(NUMERIC)].head(500), customers[TARGET].head(500))]
    model = make_pipeline(FunctionTransformer(np.log1p), ANNClassifier(random_state=0))
    assert fit_chunks(model, chunks, classes=[0, 1]).predict(chunks[0][0]).shape == (500,)


@pytest.mark.parametrize(
    ("chunks", "message"), [(iter([]), "used up"), (3, "read anew"), ([], "at least one chunk")]
)
def test_chunks_that_cannot_be_read_anew_are_refused(chunks, message):
    with pytest.raises(InputError, match=message):
        fit_chunks(pipeline(), chunks, classes=[0, 1])


DAMAGES = {
    "a word": ("France", "Atlantis", "column Geography: expected France, Germany or Spain"),
    "a number": (",1\n", ",2\n", "column Exited: expected a whole number from 0 to 1"),
    "a field too many": (",1\n", ",1,1\n", "too many"),
    "a field too few": (",1\n", "\n", "has no field"),
    "a missing value": ("Female", "", "column Gender: the value is missing"),
    "an empty line": (",1\n", ",1\n\n", "the line is empty"),
    "a zero byte": ("Female", "Fe\0male", "column Gender"),
}


@pytest.mark.parametrize(("old", "new", "message"), DAMAGES.values(), ids=DAMAGES)
def test_damage_is_named_by_line(old, new, message, customers, tmp_path):
    text = customers.head(60).to_csv(index=False, lineterminator="\n")
    at = text.index(old, len(text) // 2)  # not in the first chunk
    path = tmp_path / "damaged.csv"
    path.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8", newline="\n")
    line = text[:at].count("\n") + 1 + new.startswith(",1\n\n")
    with pytest.raises(FileFormatError, match=message) as error:
        list(ChurnChunks(path, n_rows=20))
    assert f"line {line}, " in str(error.value)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text + "\n\n",
        lambda text: text.replace(",", ", "),
        lambda text: text.replace("France", '"France"'),
        lambda text: text.rstrip("\n"),
    ],
    ids=["Windows", "mark and empty end", "spaces", "quotes", "no last line end"],
)
@pytest.mark.parametrize("n_rows", [7, 20, 60])
def test_other_forms_of_the_same_table_are_read(change, n_rows, customers, tmp_path):
    table = customers.head(60)
    path = tmp_path / "customers.csv"
    path.write_bytes(change(table.to_csv(index=False, lineterminator="\n")).encode())
    read = [np.column_stack([X, y]) for X, y in ChurnChunks(path, n_rows=n_rows)]
    assert (np.concatenate(read) == table[[*FEATURES, TARGET]].to_numpy()).all()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "expected the column names"),
        (b"a,b\n1,2\n", "expected the column names"),
        ("a,b\n".encode("utf-16"), "UTF-16"),
        (b"\x1f\x8b\x08", "gzip"),
    ],
)
def test_another_file_is_refused(data, message, tmp_path):
    path = tmp_path / "other.csv"
    path.write_bytes(data)
    with pytest.raises(FileFormatError, match=message):
        list(ChurnChunks(path))


def test_a_file_without_customers_or_none_at_all(customers, tmp_path):
    customers.head(0).to_csv(tmp_path / "empty.csv", index=False)
    with pytest.raises(FileFormatError, match="0 customers"):
        list(ChurnChunks(tmp_path / "empty.csv"))
    with pytest.raises(DataNotFoundError):
        ChurnChunks(tmp_path / "none.csv")
    with pytest.raises(InputError, match="n_rows"):
        ChurnChunks(tmp_path / "empty.csv", n_rows=0)


def test_the_benchmark_runs_and_keeps_its_file(tmp_path):
    sizes = ["--rows", "20000", "--in-memory", "10000", "--epochs", "8"]
    command = [sys.executable, ROOT / "benchmarks" / "out_of_core.py", *sizes]
    run = subprocess.run([*command, "--folder", tmp_path], capture_output=True, text=True, check=True)
    table = [line.split() for line in run.stdout.splitlines()[-2:]]
    assert [row[:3] for row in table] == [["in", "chunks", "20,000"], ["in", "memory", "10,000"]]
    assert all(float(row[-1]) > 0.7 for row in table)  # the AUC
    assert [path.name for path in tmp_path.iterdir()] == ["simulated-20000.csv"]


@pytest.mark.real_churn
def test_the_real_file_in_chunks_is_what_load_churn_reads():
    from annlib.datasets import find_churn

    table = load_churn()
    read = [np.column_stack([X, y]) for X, y in ChurnChunks(find_churn(), n_rows=3_000)]
    assert (np.concatenate(read) == table[[*FEATURES, TARGET]].to_numpy()).all()
