"""Similar spellings: of the terms of an index, and of names that a user mistyped."""

from __future__ import annotations

from collections.abc import Iterable


def within_edits(a: str, b: str, most: int) -> bool:
    """Return whether at most `most` edits turn `a` into `b` (optimal string alignment)."""
    if abs(len(a) - len(b)) > most:
        return False
    if a == b:
        return True
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, start=1):
        above, row = row, [i]
        for j, other in enumerate(b, start=1):
            edits = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (char != other))
            if i > 1 and j > 1 and char == b[j - 2] and a[i - 2] == other:
                edits = min(edits, before[j - 2] + 1)
            row.append(edits)
        # Later rows depend only on this row and, through swaps, on the row above.
        if min(row) > most and min(above) > most:
            return False
        before = above
    return row[-1] <= most


def closest(name: str, known: Iterable[str]) -> str:
    """Return the known name that a mistyped name probably means, or "" if none is near.

    A name of up to four letters may have one slip, a longer name two. The first letter must be right, or swapped with
    the second. The last part of a dotted name is near as well.
    """
    word = name.lstrip("-").lower()
    near = {}
    for candidate in known:
        other = candidate.lstrip("-").lower()
        if other.rpartition(".")[2] == word:
            return candidate
        if word[:1] == other[:1] or word[:2] == other[1::-1]:
            near[candidate] = other
    for slips in range(2 if len(word) < 5 else 3):
        for candidate, other in near.items():
            if within_edits(word, other, slips):
                return candidate
    return ""


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return the hint that asks for the closest of the known names, else another hint."""
    close = closest(name, known)
    return f"did you mean {close}?" if close else otherwise
