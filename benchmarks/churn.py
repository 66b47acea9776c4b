"""The churn models side by side: `make churn`.

The same 20 stratified 80/20 splits for every model, so that they are compared in pairs: a hard split is hard
for all. Scalers, encoders, splines, weights and early stopping see the training part only. So does the choice
of columns and dropout: the last model makes it anew in each training part, by cross-validation. Which choices
it is offered was decided on other simulated customers (`--search`) and on the training part of split 0.
"""

import argparse
import datetime
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, brier_score_loss, roc_auc_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, SplineTransformer, StandardScaler
from tqdm.auto import tqdm

from annlib.datasets import CATEGORICAL, FEATURES, NUMERIC, TARGET, find_churn, load_churn, simulate_churn
from annlib.estimator import ANNClassifier

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "annlib" / "plots" / "ch08_results.py"
MEASURES = ("AUC", "accuracy", "Brier", "slope")


def plain_columns() -> ColumnTransformer:
    """Return the scaler and the encoder of chapter 8, not fitted: (n, 10) columns -> (n, 13) numbers."""
    return make_column_transformer((StandardScaler(), list(NUMERIC)), (OneHotEncoder(), list(CATEGORICAL)))


def is_zero(balance: pd.DataFrame) -> pd.DataFrame:
    """Return 1.0 where an account is empty, else 0.0."""
    return (balance == 0).astype(float)


def better_columns() -> ColumnTransformer:
    """Return columns for what chapter 8 saw: hills over age and balance, kinds of products, an empty account.

    A spline gives a number several columns, each of which is large near one value: soft bands, so to speak. A
    number of products that the training part does not hold becomes four zeros.
    """
    numbers = [name for name in NUMERIC if name != "NumOfProducts"]
    return make_column_transformer(
        (StandardScaler(), numbers),
        (OneHotEncoder(handle_unknown="ignore"), [*CATEGORICAL, "NumOfProducts"]),
        (FunctionTransformer(is_zero), ["Balance"]),
        (SplineTransformer(n_knots=8, extrapolation="constant"), ["Age", "Balance"]),
    )


def network(**changes: object) -> ANNClassifier:
    """Return the network, not trained."""
    settings = {
        "hidden_layer_sizes": (32, 16),
        "activation": "tanh",
        "dropout": 0.1,
        "learning_rate": 3e-3,
        "max_epochs": 200,
        "early_stopping": True,  # a tenth of the training part says when
        "patience": 10,
        "verbose": False,
    }
    return ANNClassifier(**(settings | changes))


def average(member: BaseEstimator, n: int = 5) -> VotingClassifier:
    """Return the mean of n networks: each starts elsewhere, and each holds out another tenth to stop by."""
    return VotingClassifier([(str(i), clone(member)) for i in range(n)], voting="soft")


def pipeline(columns: ColumnTransformer, model: BaseEstimator) -> Pipeline:
    return Pipeline([("columns", columns), ("model", model)])


class SearchedNetworks(ClassifierMixin, BaseEstimator):
    """Five networks, with the columns and the dropout that cross-validation picks in what it is fitted on."""

    def __init__(self, random_state: int | None = None) -> None:
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: pd.Series) -> "SearchedNetworks":
        search = GridSearchCV(
            pipeline(plain_columns(), network(random_state=self.random_state)),
            {"columns": [plain_columns(), better_columns()], "model__dropout": [0.0, 0.1]},
            scoring="neg_log_loss",
            cv=StratifiedKFold(3, shuffle=True, random_state=self.random_state),
            refit=False,
        ).fit(X, y)
        self.chosen_ = search.best_params_
        member = network(dropout=self.chosen_["model__dropout"])
        model = pipeline(clone(self.chosen_["columns"]), average(member))
        self.model_ = with_seed(model, self.random_state).fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return self.model_.predict_proba(X)


MODELS: dict[str, Callable[[], BaseEstimator]] = {
    "all stay": lambda: pipeline(plain_columns(), DummyClassifier()),
    "logistic regression": lambda: pipeline(plain_columns(), LogisticRegression()),
    "scikit-learn 6-6 network": lambda: pipeline(plain_columns(), MLPClassifier((6, 6), max_iter=1000)),
    "scikit-learn 64-64 network": lambda: pipeline(
        plain_columns(), MLPClassifier((64, 64), early_stopping=True)
    ),
    "histogram gradient boosting": lambda: pipeline(plain_columns(), HistGradientBoostingClassifier()),
    "gradient boosting": lambda: pipeline(plain_columns(), GradientBoostingClassifier()),
    "annlib: one network": lambda: pipeline(plain_columns(), network(dropout=0.0)),
    "annlib: with dropout": lambda: pipeline(plain_columns(), network()),
    "annlib: and better columns": lambda: pipeline(better_columns(), network()),
    "annlib: five, searched": SearchedNetworks,
}
BEST = "annlib: five, searched"


def with_seed(model: BaseEstimator, seed: int) -> BaseEstimator:
    """Give everything random in a model its own seed, all of them made from one."""
    names = [name for name in model.get_params() if name.endswith("random_state")]
    seeds = np.random.default_rng(seed).integers(2**31, size=len(names)).tolist()
    return model.set_params(**dict(zip(sorted(names), seeds, strict=True)))


def split(table: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series, pd.Series]:
    """Return X_train, X_test, y_train, y_test: 80 and 20 in a hundred, with the same share of leavers."""
    return train_test_split(
        table[list(FEATURES)], table[TARGET], test_size=0.2, stratify=table[TARGET], random_state=seed
    )


def calibration_slope(y: pd.Series, chance: np.ndarray) -> float:
    """Return by how much the log-odds must be multiplied to fit what came; 1 is right, less is too sure.

    Source: Cox (1958), Two further applications of a model for binary regression. Not defined, so NaN, where
    all get the same chance.
    """
    chance = np.clip(chance, 1e-6, 1 - 1e-6)
    if np.ptp(chance) == 0:
        return float("nan")
    log_odds = np.log(chance / (1 - chance))
    return float(LogisticRegression(C=np.inf).fit(log_odds.reshape(-1, 1), y).coef_[0, 0])


def measure(y: pd.Series, chance: np.ndarray) -> tuple[float, float, float, float]:
    """Return the test MEASURES; the accuracy is that at the threshold one half."""
    return (
        roc_auc_score(y, chance),
        accuracy_score(y, chance > 0.5),
        brier_score_loss(y, chance),
        calibration_slope(y, chance),
    )


def scores(table: pd.DataFrame, name: str, n_splits: int) -> Iterator[tuple[float, float, float, float]]:
    """Yield the test MEASURES of one of the MODELS, split by split."""
    for seed in range(n_splits):
        X_train, X_test, y_train, y_test = split(table, seed)
        model = with_seed(MODELS[name](), seed).fit(X_train, y_train)
        yield measure(y_test, model.predict_proba(X_test)[:, 1])


def compare(title: str, table: pd.DataFrame, n_splits: int) -> dict[str, list[list[float]]]:
    """Print the table of all models, and return what each reached in each split."""
    results, seconds = {}, {}
    for name in tqdm(MODELS, desc=title, leave=False, disable=None):
        start = time.perf_counter()
        results[name] = [list(row) for row in scores(table, name, n_splits)]
        seconds[name] = time.perf_counter() - start
    print(f"\n{title}: {len(table):,} customers, {n_splits} stratified 80/20 splits (random_state 0 and up)")
    print(f"{'mean of the test parts':28}{'AUC':>8}{'accuracy':>10}{'Brier':>8}{'slope':>7}", end="")
    print(f"{'AUC of the last minus this':>33}{'seconds':>9}")
    ours = np.array(results[BEST])[:, 0]
    for name, rows in results.items():
        values = np.array(rows)
        auc, accuracy, brier, slope = values.mean(axis=0)
        gain = ours - values[:, 0]
        error = gain.std(ddof=1) / np.sqrt(n_splits) if n_splits > 1 else float("nan")
        pairs = "" if name == BEST else f"{gain.mean():+.4f} ± {error:.4f} (s. e.)"
        print(f"{name:28}{auc:8.4f}{accuracy:10.4f}{brier:8.4f}{slope:7.2f}{pairs:>33}{seconds[name]:9.1f}")
    return results


def search() -> None:
    """Show how the settings were found: cross-validation on 10,000 simulated customers of their own seed."""
    table = simulate_churn(rng=np.random.default_rng(1000))
    grid = {
        "model__hidden_layer_sizes": [(8,), (32,), (32, 16), (64, 32)],
        "model__dropout": [0.0, 0.1, 0.2, 0.4],
        "model__learning_rate": [1e-3, 3e-3, 1e-2],
    }
    found = GridSearchCV(
        pipeline(better_columns(), network(random_state=0)),
        grid,
        scoring="neg_log_loss",
        cv=StratifiedKFold(5, shuffle=True, random_state=0),
    ).fit(table[list(FEATURES)], table[TARGET])
    rows = sorted(
        zip(-found.cv_results_["mean_test_score"], found.cv_results_["params"], strict=True), key=str
    )
    for loss, settings in rows:
        print(f"{loss:.4f}  " + ", ".join(f"{key.split('__')[1]} {value}" for key, value in settings.items()))


def summary(rows: list[list[float]], ours: list[list[float]]) -> dict[str, object]:
    """Return what the book shows of one model: means, the pairs with the last, each split's AUC."""
    values, best = np.array(rows), np.array(ours)
    gain = best[:, 0] - values[:, 0]
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    means = {
        name: None if np.isnan(mean) else round(float(mean), 4)
        for name, mean in zip(MEASURES, values.mean(axis=0), strict=True)
    }
    pairs = {"behind": round(float(gain.mean()), 4), "error": round(float(error), 4)}
    return means | pairs | {"splits": values[:, 0].round(4).tolist()}


def write(results: dict[str, dict[str, list[list[float]]]]) -> None:
    """Put the results into the file from which chapter 8 draws them, each table with the date of its run."""
    from annlib.plots.ch08_results import RESULTS as OLD

    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    new = dict(OLD)
    for source, models in results.items():
        new[source] = {
            "date": today,
            "models": {name: summary(rows, models[BEST]) for name, rows in models.items()},
        }
    lines = [
        '"""Hold what `make churn` measured: written by benchmarks/churn.py, not by hand (Chapter 8)."""',
        "",
        "from typing import Any",
        "",
        '__all__ = ["RESULTS"]',
        "",
        "# fmt: off",
        "RESULTS: dict[str, dict[str, Any]] = {",
    ]
    for source, table in new.items():
        lines += [f'    "{source}": {{', f'        "date": "{table["date"]}",', '        "models": {']
        for name, row in table["models"].items():
            *values, (_, auc) = row.items()
            lines.append(f'            "{name}": {{')
            for part in (values[: len(MEASURES)], values[len(MEASURES) :]):
                lines.append("                " + ", ".join(f'"{key}": {value}' for key, value in part) + ",")
            lines.append('                "splits": [')
            for i in range(0, len(auc), 10):
                lines.append(f"                    {', '.join(map(str, auc[i : i + 10]))},")
            lines += ["                ],", "            },"]
        lines += ["        },", "    },"]
    RESULTS.write_text("\n".join([*lines, "}", "# fmt: on", ""]), encoding="utf-8")


def main() -> None:
    """Compare the models on both tables; with all 20 splits, keep the results for the book."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=int, default=20, help="how many splits, random_state 0 and up (20)")
    parser.add_argument("--search", action="store_true", help="show how the settings were found, and end")
    arguments = parser.parse_args()
    if arguments.splits < 1:
        parser.error(f"--splits must be at least 1, got {arguments.splits}")
    if arguments.search:
        search()
        return
    tables = {"simulated": simulate_churn(rng=np.random.default_rng(0))}
    if (path := find_churn()) is not None:
        tables["real"] = load_churn(path)
    titles = {"simulated": "SIMULATED table", "real": "Real file"}
    results = {source: compare(titles[source], table, arguments.splits) for source, table in tables.items()}
    if path is None:
        print(
            "\nReal file: not found (set ANNLIB_CHURN_CSV or put it at data/Churn_Modelling.csv); left out."
        )
    if arguments.splits == 20:
        write(results)
        print(f"\nWritten to {RESULTS.relative_to(ROOT)}, from which chapter 8 draws them.")


if __name__ == "__main__":
    main()
