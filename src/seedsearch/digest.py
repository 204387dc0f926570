"""blake2b, imported from the interpreter's own module.

hashlib would load OpenSSL, which takes as long as importing the whole engine. blake2b is the fastest of the
interpreter's own digests, and opening an index digests the checksum table of every segment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["blake2b", "digest"]

if TYPE_CHECKING:
    from hashlib import blake2b
else:
    try:
        from _blake2 import blake2b
    except ImportError:  # a private module: another interpreter may lack it
        from hashlib import blake2b


def digest(data: Any) -> str:
    """Return the digest of a part of an index, as the manifest holds it: blake2b of 32 bytes, in hex."""
    return blake2b(data, digest_size=32).hexdigest()
