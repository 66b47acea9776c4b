"""A churn model as a file: the pipeline's answers, no pickle, refusals in words."""

import json
import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

from annlib.__main__ import main
from annlib.datasets import CATEGORICAL, FEATURES, NUMERIC, TARGET, read_customers, simulate_churn
from annlib.errors import FileFormatError, InputError
from annlib.estimator import ANNClassifier
from annlib.serving import FORMAT, ChurnModel, fingerprint

TABLE = simulate_churn(700, rng=np.random.default_rng(0))
COLUMNS = make_column_transformer((StandardScaler(), list(NUMERIC)), (OneHotEncoder(), list(CATEGORICAL)))
NETWORK = ANNClassifier(hidden_layer_sizes=(6, 6), dropout=0.1, max_epochs=8, random_state=0, verbose=False)


def fitted(columns, table=TABLE, labels=None):
    model = make_pipeline(clone(columns), clone(NETWORK))
    return model.fit(table[list(FEATURES)], table[TARGET] if labels is None else labels)


@pytest.fixture(scope="module")
def pipeline():
    return fitted(COLUMNS)


@pytest.fixture
def saved(pipeline, tmp_path):
    ChurnModel.from_pipeline(pipeline, TABLE, threshold=0.3).save(tmp_path / "churn.npz")
    return tmp_path / "churn.npz"


def customers(folder, n=20, drop=(TARGET,)):
    table = simulate_churn(n, rng=np.random.default_rng(1)).drop(columns=list(drop))
    table.to_csv(folder / "customers.csv", index=False)
    return table


def test_the_file_answers_as_the_pipeline_did(pipeline, saved):
    new = simulate_churn(300, rng=np.random.default_rng(1))
    model = ChurnModel.load(saved)
    expected = pipeline.predict_proba(new[list(FEATURES)])[:, 1]
    np.testing.assert_allclose(model.probabilities(new), expected, rtol=0, atol=1e-12)
    assert model.threshold == 0.3
    assert model.training_data == fingerprint(TABLE) != fingerprint(TABLE.iloc[::-1])
    assert set(model.columns) == set(FEATURES)
    assert model.probabilities(new[:0]).shape == (0,)


def test_numbers_may_be_categories_too():
    columns = make_column_transformer(
        ("drop", ["Tenure"]),
        (OneHotEncoder(handle_unknown="ignore"), [*CATEGORICAL, "NumOfProducts"]),
        (StandardScaler(), ["Age", "Balance"]),
    )
    other = fitted(columns)
    model = ChurnModel.from_pipeline(other, TABLE)
    expected = other.predict_proba(TABLE[list(FEATURES)])[:, 1]
    np.testing.assert_allclose(model.probabilities(TABLE), expected, rtol=0, atol=1e-12)


def test_the_file_names_what_it_is_and_holds_no_pickle(saved):
    with np.load(saved, allow_pickle=False) as entries:
        about = json.loads(str(entries["about"][()]))
        assert all(entries[name].dtype != object for name in entries.files)
    assert about["format"] == FORMAT
    assert about["training_data"] == fingerprint(TABLE)
    assert about["annlib"]
    assert about["encoders"][1]["categories"][0] == ["France", "Germany", "Spain"]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (LogisticRegression(), "must be a Pipeline"),
        (make_pipeline(StandardScaler(), NETWORK), "ColumnTransformer and an ANNClassifier"),
    ],
)
def test_other_pipelines_are_refused(model, message):
    with pytest.raises(InputError, match=message):
        ChurnModel.from_pipeline(model, TABLE)


def test_other_encoders_and_labels_are_refused():
    columns = make_column_transformer((MinMaxScaler(), list(NUMERIC)))
    other = fitted(columns)
    with pytest.raises(InputError, match="StandardScaler and OneHotEncoder"):
        ChurnModel.from_pipeline(other, TABLE)
    words = fitted(COLUMNS, labels=TABLE[TARGET].map({0: "no", 1: "yes"}))
    with pytest.raises(InputError, match="classes must be 0 and 1"):
        ChurnModel.from_pipeline(words, TABLE)


@pytest.mark.parametrize("kept", [0, 100, -200], ids=["empty", "a stump", "cut off"])
def test_a_damaged_file_is_refused(saved, kept):
    saved.write_bytes(saved.read_bytes()[:kept])
    with pytest.raises(FileFormatError):
        ChurnModel.load(saved)


def test_another_file_is_refused(pipeline, saved, tmp_path):
    pipeline[1].network_.save(tmp_path / "network.npz")
    with pytest.raises(FileFormatError, match=FORMAT):
        ChurnModel.load(tmp_path / "network.npz")


def test_a_table_that_does_not_fit_is_refused(pipeline, saved):
    model = ChurnModel.load(saved)
    with pytest.raises(InputError, match="Age missing"):
        model.probabilities(TABLE.drop(columns="Age"))
    at_home = TABLE[TABLE["Geography"] != "Spain"]
    local = fitted(COLUMNS, at_home)
    with pytest.raises(
        InputError, match="column Geography: the model was trained on France, Germany, got Spain"
    ):
        ChurnModel.from_pipeline(local, at_home).probabilities(TABLE)


def test_the_command_predicts(pipeline, saved, tmp_path):
    table = customers(tmp_path)
    output = tmp_path / "out.csv"
    command = [
        sys.executable,
        "-m",
        "annlib",
        "predict",
        saved,
        tmp_path / "customers.csv",
        "--output",
        output,
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    lines = output.read_text().splitlines()
    assert lines[0] == "line,RowNumber,CustomerId,Surname,probability,leaves"
    expected = pipeline.predict_proba(table[list(FEATURES)])[:, 1]
    found = np.array([line.split(",")[-2:] for line in lines[1:]], dtype=float)
    np.testing.assert_allclose(found[:, 0], expected, atol=1e-6)
    np.testing.assert_array_equal(found[:, 1], expected >= 0.3)


def test_bad_rows_are_named_and_do_not_stop_the_others(saved, tmp_path, capsys):
    customers(tmp_path, n=3, drop=("RowNumber", "Surname", TARGET))
    file, output = tmp_path / "customers.csv", tmp_path / "out.csv"
    head, first, second, third = file.read_text().splitlines()
    file.write_text("\r\n".join([head, first.replace(",", ",old", 1), second, third + ",1"]) + "\r\n")
    arguments = ["predict", str(saved), str(file), "--output", str(output)]
    assert main(arguments) == 1
    shown = capsys.readouterr()
    assert "line 2, column CreditScore: expected a whole number" in shown.err
    assert "line 4" in shown.err
    assert "2 problems" in shown.out
    assert [line.split(",")[0] for line in output.read_text().splitlines()] == ["line", "3"]
    output.write_text("before")
    assert main([*arguments, "--strict"]) == 2
    assert "2 bad rows" in capsys.readouterr().err
    assert output.read_text() == "before"
    assert main([*arguments, "--threshold", "0"]) == 1
    assert output.read_text().endswith(",1\n")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("Age", "age"), "column Age is missing"),
        (lambda text: text.replace("Tenure", "Age"), "column Age stands there twice"),
        (lambda text: text.replace("Surname", "Nickname"), "column 'Nickname' does not belong"),
        (lambda text: text.splitlines()[0] + "\nnothing\n", "1 bad rows"),
        (lambda text: "", "is empty"),
    ],
)
def test_a_file_that_cannot_be_used_writes_nothing(saved, tmp_path, capsys, change, message):
    customers(tmp_path)
    file = tmp_path / "customers.csv"
    file.write_text(change(file.read_text()))
    assert main(["predict", str(saved), str(file), "--output", str(tmp_path / "out.csv")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()
    assert main(["predict", str(tmp_path / "none.npz"), str(file)]) == 2


def test_read_customers_keeps_the_order_of_the_file(tmp_path):
    table = customers(tmp_path, n=5)
    found, problems = read_customers(tmp_path / "customers.csv")
    assert not problems
    assert found["line"].tolist() == [2, 3, 4, 5, 6]
    assert found["Age"].tolist() == table["Age"].tolist()
