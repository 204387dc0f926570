"""English words with irregular forms: children is a form of child, wrote and written of write.

A stemmer knows only endings. The table is `core/c/irregular.table`, which the core has inside and packages without the
core have beside it.
"""

from __future__ import annotations

import os
import re

from seedsearch import core

# start-up time: importlib.resources imports pathlib, tempfile and zipfile
with open(os.path.join(*core.__path__, "c", "irregular.table"), "rb") as file:
    _TABLE = file.read()

IRREGULAR: dict[bytes, bytes] = dict(re.findall(rb'\{"(\w+)", "(\w+)"\}', _TABLE))
"""The irregular forms, and the word that each is a form of."""
