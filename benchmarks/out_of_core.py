"""Ten million customers, one chunk in memory at a time: `python benchmarks/out_of_core.py`, run by hand.

The customers are SIMULATED and written to a CSV file once (`--folder` says where; a file that is there is
used again). Then two processes train the same network for the same number of epochs: one chunk by chunk, from
the file, and one in memory, on a table of at most `--in-memory` rows that pandas has read whole. Each says
how many rows the network saw in a second (reading included), its greatest memory, and the AUC for new ones.
"""

import argparse
import multiprocessing
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from tqdm.auto import tqdm

from annlib.chunks import fit_chunks
from annlib.datasets import CATEGORICAL, CATEGORIES, FEATURES, NUMERIC, TARGET, ChurnChunks, simulate_churn
from annlib.estimator import ANNClassifier

ROOT = Path(__file__).resolve().parents[1]
CHUNK = 20_000


def pipeline(n_epochs: int) -> Pipeline:
    encoder = OneHotEncoder(categories=list(CATEGORIES))
    network = ANNClassifier(
        hidden_layer_sizes=(32, 16), activation="tanh", max_epochs=n_epochs, random_state=0, verbose=False
    )
    columns = make_column_transformer((StandardScaler(), list(NUMERIC)), (encoder, list(CATEGORICAL)))
    return make_pipeline(columns, network)


def write_customers(path: Path, n_rows: int) -> None:
    """Write the file a chunk at a time, under another name until it is whole."""
    rng = np.random.default_rng(0)
    unfinished = path.with_suffix(".part")
    with (
        unfinished.open("w", encoding="utf-8", newline="\n") as file,
        tqdm(total=n_rows, desc="writing customers", unit="row", unit_scale=True) as bar,
    ):
        for start in range(0, n_rows, CHUNK):
            table = simulate_churn(min(CHUNK, n_rows - start), rng=rng)
            table["RowNumber"] += start
            table.to_csv(file, index=False, header=start == 0, lineterminator="\n")
            bar.update(len(table))
    unfinished.replace(path)


def greatest_memory() -> float:
    """Return the most memory that this process has held at any time, in megabytes."""
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset / 1e6
    import resource

    unit = 1 if sys.platform == "darwin" else 1024  # the system counts in bytes there, in kilobytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def train(way: str, path: Path, n_rows: int, n_epochs: int) -> dict[str, float]:
    """Train in one of the two ways, in a process of its own."""
    before = greatest_memory()
    start = time.perf_counter()
    model = pipeline(n_epochs)
    if way == "in chunks":
        with tqdm(total=n_rows * (1 + n_epochs), desc=way, unit="row", unit_scale=True) as bar:

            def counted(chunks):
                for X, y in chunks:
                    yield X, y
                    bar.update(len(y))

            fit_chunks(model, ChurnChunks(path, CHUNK), classes=[0, 1], n_epochs=n_epochs, progress=counted)
    else:
        table = pd.read_csv(path, usecols=[*FEATURES, TARGET], nrows=n_rows)
        model.set_params(annclassifier__verbose=True)
        model.fit(table[list(FEATURES)], table[TARGET])
    seconds = time.perf_counter() - start
    memory = greatest_memory()
    fresh = simulate_churn(50_000, rng=np.random.default_rng(1))
    auc = roc_auc_score(fresh[TARGET], model.predict_proba(fresh[list(FEATURES)])[:, 1])
    return {
        "rows": n_rows,
        "seconds": seconds,
        "rows/s": n_rows * n_epochs / seconds,
        "MB before": before,
        "MB": memory,
        "AUC": auc,
    }


def main() -> None:
    """Train in both ways, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000, help="customers in the file (10,000,000)")
    parser.add_argument(
        "--in-memory", type=int, default=1_000_000, help="at most so many in memory (1,000,000)"
    )
    parser.add_argument("--epochs", type=int, default=2, help="how often the network sees each customer (2)")
    parser.add_argument("--folder", type=Path, default=ROOT / "_build", help="where the file goes (_build)")
    arguments = parser.parse_args()
    for name in ("rows", "in_memory", "epochs"):
        if getattr(arguments, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1, got {getattr(arguments, name)}")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    path = arguments.folder / f"simulated-{arguments.rows}.csv"
    if not path.exists():
        write_customers(path, arguments.rows)
    print(f"{path.name}: {arguments.rows:,} SIMULATED customers, {path.stat().st_size / 1e6:,.0f} MB")
    results = {}
    for way, n_rows in [
        ("in chunks", arguments.rows),
        ("in memory", min(arguments.rows, arguments.in_memory)),
    ]:
        with multiprocessing.get_context("spawn").Pool(1) as process:
            results[way] = process.apply(train, (way, path, n_rows, arguments.epochs))
    print(f"\n{'':10}{'rows':>12}{'seconds':>9}{'rows/s':>10}{'MB at start':>13}{'MB at most':>12}{'AUC':>8}")
    for way, got in results.items():
        print(
            f"{way:10}{got['rows']:12,}{got['seconds']:9.1f}{got['rows/s']:10,.0f}"
            f"{got['MB before']:13,.0f}{got['MB']:12,.0f}{got['AUC']:8.4f}"
        )


if __name__ == "__main__":
    main()
