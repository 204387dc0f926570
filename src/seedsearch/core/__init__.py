"""The compiled core, where it is installed: decided once, here.

`compiled` is the extension module (`_core.pyi` says what it offers), or None where the package was installed without a
C compiler: then the plain Python twin does the same work, more slowly. `matching` is what queries use: the one or the
other. Two variables of the environment are for tests:
SEEDSEARCH_WITHOUT_CORE=1 hides the core, SEEDSEARCH_REQUIRE_CORE=1 makes its absence an ImportError.
"""

import os

try:
    if os.environ.get("SEEDSEARCH_WITHOUT_CORE"):
        raise ImportError("SEEDSEARCH_WITHOUT_CORE hides the core")
    from seedsearch.core import _core as compiled
except ImportError:
    if os.environ.get("SEEDSEARCH_REQUIRE_CORE"):
        raise
    compiled = None  # type: ignore[assignment]

if compiled is not None:
    matching = compiled
else:
    from seedsearch.core import plain_matching

    matching = plain_matching  # type: ignore[misc]
