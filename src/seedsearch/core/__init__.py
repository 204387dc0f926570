"""Choose the compiled core if it is installed, else its plain Python twin.

`compiled` is the extension module (`_core.pyi` describes it), or None if the package was installed without a C
compiler. The plain Python twin then does the same work, more slowly. `matching` is the one that queries use. Two
environment variables are for tests: SEEDSEARCH_WITHOUT_CORE=1 hides the core, SEEDSEARCH_REQUIRE_CORE=1 raises
ImportError if it is missing.
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
