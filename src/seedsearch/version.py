"""The version of this program. An index stores it with the files that could not be read."""

from __future__ import annotations

__version__ = "0.1.0"
