"""The version of this program: what a user is told, and what an index notes beside what could not be read."""

from __future__ import annotations

__version__ = "0.1.0"
