"""The version of this program: shown to the user, and noted in an index beside files that could not be read."""

from __future__ import annotations

__version__ = "0.1.0"
