"""Weakens the code in many places, one after the other, in a copy, and says which test catches it; 1 if none does.

python tests/faults/weakenings.py [WORD]        those whose name has the word
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Weakening(NamedTuple):
    """What is weaker, in which module, by which exchange of code, and what must fail."""

    name: str
    module: str
    old: str
    new: str
    tests: str


WEAKENINGS = (
    Weakening(
        "no file is synced",
        "index/manifest.py",
        "    os.fsync(descriptor)",
        "    pass",
        "test_power_loss.py",
    ),
    Weakening(
        "no folder is synced",
        "index/manifest.py",
        '    if os.name == "nt":',
        "    if True:",
        "test_power_loss.py",
    ),
    Weakening(
        "a segment is not synced",
        "index/segment_file_writer.py",
        "        sync(self._file.fileno())\n",
        "",
        "test_power_loss.py",
    ),
    Weakening(
        "a manifest is renamed before it is synced",
        "index/manifest.py",
        "    write_file(temporary, json.dumps(whole, indent=1).encode())\n",
        '    with open(temporary, "wb") as file:\n        file.write(json.dumps(whole, indent=1).encode())\n',
        "test_power_loss.py",
    ),
    Weakening(
        "an error of a sync is not said",
        "index/manifest.py",
        "    os.fsync(descriptor)",
        '    with __import__("contextlib").suppress(OSError):\n        os.fsync(descriptor)',
        "test_injected_errors.py",
    ),
    Weakening(
        "a manifest is written in place",
        "index/manifest.py",
        "os.path.join(folder, _TEMPORARY)\n    with",
        "os.path.join(folder, NAME)\n    with",
        "test_injected_errors.py test_killed.py test_power_loss.py",
    ),
    Weakening(
        "what a run left is not removed",
        "index/manifest.py",
        "return {name for name in os.listdir(folder) if _is_ours(name) or name == _TEMPORARY}",
        "return set()",
        "test_killed.py test_commit_order.py",
    ),
    Weakening(
        "no checksum of a block is compared",
        "index/segment_file.py",
        "if zlib.crc32(memory[at : at + BLOCK]) != self._crcs[block]:",
        "if False:",
        "test_damage.py",
    ),
    Weakening(
        "the checksum of a manifest is not compared",
        "index/manifest.py",
        "checksum != _checksum([version, body])",
        "False",
        "test_damage.py test_check_and_rebuild.py",
    ),
    Weakening(
        "a manifest of any size is read",
        "index/manifest.py",
        "_MOST_BYTES = 1 << 23",
        "_MOST_BYTES = 1 << 33",
        "test_hostile_sizes.py",
    ),
    Weakening(
        "what is inflated has no bound",
        "index/segment_file.py",
        "stream.decompress(data, most + 1)",
        "stream.decompress(data)",
        "test_hostile_index.py test_hostile_sizes.py",
    ),
    Weakening(
        "names of files are not looked at",
        "index/manifest.py",
        '        and all(c in "0123456789abcdef" for c in name[:_STEM])',
        "",
        "test_hostile_index.py test_hostile_sizes.py",
    ),
    Weakening(
        "several writers at once",
        "index/lock.py",
        "        if self._release is None:",
        "        if False:",
        "test_writers_and_readers.py",
    ),
    Weakening(
        "an index of any owner is used",
        "paths.py",
        "if not named and not is_own(status)",
        "if False and not is_own(status)",
        "test_strangers.py",
    ),
    Weakening(
        "a link for the index folder is followed",
        "paths.py",
        "if stat.S_ISLNK(status.st_mode):",
        "if False:",
        "test_strangers.py",
    ),
    Weakening(
        "a configuration of any owner is obeyed",
        "config.py",
        "if not is_own(os.lstat(path)) and",
        "if False and",
        "test_strangers.py",
    ),
    Weakening(
        "a configuration names any file",
        "config.py",
        "    if not is_below(os.path.realpath(named), folder):",
        "    if False:",
        "test_strangers.py",
    ),
    Weakening(
        "a copied index reads its roots",
        "indexing/plan.py",
        "if unnamed and (not mark or settings.mark != mark):",
        "if False:",
        "test_strangers.py",
    ),
    Weakening(
        "links are followed on the way to a file",
        "corpus/read.py",
        "_FOLDER_FLAGS | NO_FOLLOW, dir_fd",
        "_FOLDER_FLAGS, dir_fd",
        "test_exchanged_folders.py",
    ),
    Weakening(
        "no limit of memory",
        "indexing/memory_limit.py",
        "            _limit(max(self._most + more, _data_bytes() + _LEAST))",
        "            pass",
        "test_workers.py",
    ),
    Weakening(
        "no limit of a query's work",
        "engine/embedded/query_cost.py",
        "        if left < 0:",
        "        if False:",
        "test_hostile_queries.py",
    ),
    Weakening(
        "signals end a run at once",
        "signals.py",
        "        raise Stopped(number)",
        "        os._exit(128 + number)",
        "test_temporary_index.py test_signals.py",
    ),
    Weakening(
        "a document from a pipe has no limit of time",
        "indexing/stream.py",
        "alarm(timeout_s) if has_alarm()",
        "nullcontext() if has_alarm()",
        "test_workers.py -k pipe",
    ),
)


def caught_by(weakening: Weakening, base: Path) -> str:
    """The first test that fails, or "": nothing noticed."""
    source = base / "src"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    module = source / "seedsearch" / weakening.module
    code = module.read_text("utf-8")
    if code.count(weakening.old) != 1:
        raise SystemExit(
            f"{weakening.name}: {weakening.module} does not have this once: {weakening.old}"
        )
    code = code.replace(weakening.old, weakening.new)
    if "os._exit" in weakening.new:
        code = code.replace("import signal\n", "import os\nimport signal\n", 1)
    module.write_text(code, "utf-8")
    names = [
        word if not word.startswith("test_") else str(ROOT / "tests/faults" / word)
        for word in weakening.tests.split()
    ]
    environment = {name: v for name, v in os.environ.items() if name != "SEEDSEARCH_LONG"}
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *names],
            cwd=ROOT,
            env={**environment, "PYTHONPATH": str(source)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    except subprocess.TimeoutExpired:
        return "a test that did not end"
    if ended.returncode not in (0, 1):  # not even a test that was missed
        raise SystemExit(f"{weakening.name}: no test ran\n{ended.stdout}{ended.stderr}")
    found = re.search(r"^(?:FAILED|ERROR) \S*?(test_\w+\.py\S*)", ended.stdout, re.MULTILINE)
    return found[1] if found else ""


def main(word: str = "") -> int:
    """Try each, and say what caught it."""
    missed = 0
    with tempfile.TemporaryDirectory() as base:
        for weakening in WEAKENINGS:
            if word in weakening.name:
                found = caught_by(weakening, Path(base))
                missed += not found
                print(f"{weakening.name}: {found or 'NOTHING CAUGHT IT'}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:2]))
