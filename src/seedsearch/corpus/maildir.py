"""Recognise Maildirs: folders of mail with one file for each message.

`cur` and `new` hold delivered mail, `tmp` holds messages that are still being written. Further folders of a mailbox
(Maildir++) are hidden folders beside these: `.Sent`, `.Archive.2023`.
"""

from __future__ import annotations

import os
from collections.abc import Callable

UNDELIVERED = "tmp"
NOT_DELIVERED = "mail that is not delivered yet"
_DELIVERED = ("cur", "new")


def is_maildir(folders: Callable[[str], bool]) -> bool:
    """Return whether a folder is a Maildir. `folders` says whether it contains a folder of a given name."""
    return folders("cur") and (folders("new") or folders(UNDELIVERED))


def is_maildir_at(path: str) -> bool:
    """Return whether the folder at `path` is a Maildir."""
    return is_maildir(lambda name: os.path.isdir(os.path.join(path, name)))


def is_mail_folder(path: str) -> bool:
    """Return whether a hidden folder inside a Maildir is a further mail folder."""
    inside = (os.path.isdir(os.path.join(path, name)) for name in _DELIVERED)
    return not os.path.islink(path) and any(inside)
