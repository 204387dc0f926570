"""blake2b from the interpreter's own module.

hashlib would load OpenSSL, which takes as long as importing the whole engine. Of the interpreter's own digests this is
the fastest, and to open an index takes the digest of each table of checksums.
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
    """The digest of a part of an index, as the manifest has it: blake2b of 32 bytes, in hex."""
    return blake2b(data, digest_size=32).hexdigest()
