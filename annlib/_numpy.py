"""Say what is wrong where a file of the learner's hides NumPy: `numpy.py` beside the notebook comes first.

Imported before everything else, whose first use of NumPy would fail with words that help nobody.
"""

import numpy as np

if not hasattr(np, "ndarray"):
    raise ImportError(
        f"annlib needs NumPy, but Python found {np.__file__} under that name, which hides it. "
        "Rename that file, and restart the kernel."
    )
