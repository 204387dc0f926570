"""English stems in C: see `stemming.py` and `english.h`."""

def stem(terms: list[bytes]) -> list[bytes | None]:
    """The stems of English terms; None for a term of other than small letters and digits in ASCII, or too long."""
