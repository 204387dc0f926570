"""Writes the counts of trials into docs/reliability.md."""

from __future__ import annotations

import re
from collections import Counter


def with_figures(page: str, figures: Counter[str]) -> str:
    """The page with other numbers in the last column of each row whose test files were all run."""

    def counted_row(row: re.Match[str]) -> str:
        made = [figures[name] for name in re.findall(r"`(test_\w+\.py)`", row[0])]
        return f"{row[1]} {sum(made):,} |" if all(made) else row[0]

    return re.sub(r"^(\|.*`test_\w+\.py`.*\|)[^|\n]*\|$", counted_row, page, flags=re.MULTILINE)
