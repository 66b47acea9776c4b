"""What holds for every test and every notebook that pytest runs."""

import os

# Two notebooks run at a time, and threads of small matrix products only wait for each other: one each.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
