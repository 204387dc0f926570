"""blake2b and sha256 from the interpreter's own modules.

hashlib would load OpenSSL, which takes as long as importing the whole engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["blake2b", "sha256"]

if TYPE_CHECKING:
    from hashlib import blake2b, sha256
else:
    try:
        from _blake2 import blake2b
    except ImportError:  # private modules: another interpreter may lack them
        from hashlib import blake2b
    try:
        from _sha2 import sha256  # Python 3.12
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256
