"""Maildirs: folders of mail with a file for each message.

What is in `cur` and `new` is delivered, what is in `tmp` is still being written. The other folders of a mailbox
(Maildir++) are hidden ones beside these: `.Sent`, `.Archive.2023`.
"""

from __future__ import annotations

import os
from collections.abc import Callable

UNDELIVERED = "tmp"
NOT_DELIVERED = "mail that is not delivered yet"
_DELIVERED = ("cur", "new")


def is_maildir(folders: Callable[[str], bool]) -> bool:
    """Whether a folder is one; `folders` says of a name whether it holds a folder of that name."""
    return folders("cur") and (folders("new") or folders(UNDELIVERED))


def is_maildir_at(path: str) -> bool:
    """The same of a folder on disk."""
    return is_maildir(lambda name: os.path.isdir(os.path.join(path, name)))


def is_mail_folder(path: str) -> bool:
    """Whether a folder in a Maildir is a further one, beside its inbox."""
    inside = (os.path.isdir(os.path.join(path, name)) for name in _DELIVERED)
    return not os.path.islink(path) and any(inside)
