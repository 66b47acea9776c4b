"""A search is the same search on one process, on two, and on a cluster that loses a worker (Chapter 9)."""

import subprocess
import sys
from itertools import chain

import joblib
import numpy as np
import psutil
import pytest
from distributed import Client, LocalCluster
from distributed.diagnostics.plugin import SchedulerPlugin
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from annlib import ANNClassifier

X, Y = load_breast_cancer(return_X_y=True)
FOLDS = list(StratifiedKFold(3).split(X, Y))
SEARCH = GridSearchCV(
    make_pipeline(StandardScaler(), ANNClassifier(max_epochs=20, dropout=0.1, random_state=0)),
    {
        "annclassifier__hidden_layer_sizes": [(2,), (8,), (32, 16)],
        "annclassifier__learning_rate": [0.001, 0.003, 0.01, 0.03],
    },
    scoring="neg_log_loss",
    cv=FOLDS,
)


@pytest.fixture(scope="module")
def alone():
    return clone(SEARCH).fit(X, Y)


def assert_same(one, other):
    assert one.best_params_ == other.best_params_
    folds = [name for name in one.cv_results_ if name.startswith("split")]
    assert len(folds) == 3
    for name in folds:
        np.testing.assert_array_equal(one.cv_results_[name], other.cv_results_[name])
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))


class KillAWorker(SchedulerPlugin):
    """Kill a worker that has work to do, once the third result is in; note who dies."""

    def __init__(self, cluster):
        self.cluster, self.results, self.killed, self.lost = cluster, 0, None, []

    def transition(self, key, start, finish, *args, **kwargs):
        self.results += (start, finish) == ("processing", "memory")
        if self.results >= 3 and self.killed is None:
            busy = [state for state in self.cluster.scheduler.workers.values() if state.processing]
            if busy:
                self.killed = busy[0].address
                psutil.Process(self.cluster.workers[busy[0].name].pid).kill()

    def remove_worker(self, scheduler, worker, **kwargs):
        self.lost.append(worker)


def test_two_processes_find_what_one_finds(alone):
    with joblib.parallel_config(backend="loky", n_jobs=2):
        assert_same(alone, clone(SEARCH).fit(X, Y))


def test_a_cluster_that_loses_a_worker_finds_what_one_process_finds(alone):
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        client.amm.stop()  # it would throw away the second copies of the data, to save memory
        plugin = KillAWorker(cluster)
        cluster.scheduler.add_plugin(plugin)
        found = clone(SEARCH)
        with joblib.parallel_config(backend="dask", scatter=[X, Y, *chain(*found.cv)]):
            found.fit(X, Y)
        assert plugin.killed is not None
        assert plugin.lost == [plugin.killed], "exactly this worker went away in the middle"
    assert_same(alone, found)


def test_annlib_itself_needs_no_cluster():
    """Its modules load without Dask, whoever imports them."""
    code = (
        "import sys, annlib.estimator, annlib.datasets, annlib.chunks, annlib.serving, annlib.plots\n"
        "print(sorted({'dask', 'distributed'} & {name.split('.')[0] for name in sys.modules}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
