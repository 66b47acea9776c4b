"""Execute the notebooks whose outputs are not in the cache on all processors, before Sphinx reads them.

MyST-NB executes one notebook after the other. jupyter-cache, which holds their outputs, can execute several
side by side; what it puts into the cache MyST-NB then finds there. A notebook that fails here is executed
again by MyST-NB, which names the cell and stops the build. What a kernel printed in pieces is joined here.
"""

import logging
import os
from pathlib import Path
from typing import Any

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from myst_nb.core import render
from myst_nb.core.utils import coalesce_streams
from sphinx.application import Sphinx


def execute_ahead(app: Sphinx, env: Any, docnames: list[str]) -> None:
    """Fill the cache with the outputs of the notebooks that are about to be read."""
    # Side by side, each kernel with threads of its own for its products would wait for the other's.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    paths = [Path(env.doc2path(name)) for name in docnames]
    cache = get_cache(app.config.nb_execution_cache_path)
    pks = [cache.add_nb_to_project(str(path)).pk for path in paths if path.suffix == ".ipynb"]
    if len(cache.list_unexecuted(filter_pks=pks)) > 1:
        quiet = logging.getLogger("execute_ahead")
        quiet.setLevel(logging.CRITICAL)  # what fails is reported by MyST-NB, once
        executor = load_executor("local-parallel", cache, logger=quiet)
        executor.run_and_cache(filter_pks=pks, timeout=app.config.nb_execution_timeout)


def join_pieces(outputs: list[Any]) -> list[Any]:
    """Join the pieces of a stream as they were printed, before MyST-NB merges what is left.

    A kernel sends what is printed whenever its clock says so. MyST-NB ends every piece with one newline, so
    where the cut lies just before a newline, an empty line would come into the output.
    """
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and output["name"] == last.get("name"):
            last["text"] += output["text"]
        else:
            joined.append(output)
    return coalesce_streams(joined)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    render.coalesce_streams = join_pieces
    app.connect("env-before-read-docs", execute_ahead, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
