"""NumPy, imported once and without the threads of its linear algebra.

Those threads are of no use here, cost a third of the import, and would make it unsafe to fork workers.
"""

from __future__ import annotations

import os
import sys

_THREADS = "OPENBLAS_NUM_THREADS"


def import_numpy() -> None:
    """Import NumPy, if that has not been done; the environment is left as it was."""
    if "numpy" in sys.modules:
        return
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        import numpy  # noqa: F401 - that it is loaded is all that matters here
    finally:
        if before is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = before
