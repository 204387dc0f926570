"""No code of an index ever runs: hostile folders used under an audit hook.

Whoosh's own indexes are pickles: opening such a file can run any code. These folders contain such files, and such
content in our own files with right checksums.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from audited import MARK
from trials import Opened, seal, segments


class Payload:
    """Creates a file when it is unpickled, which proves that code has run."""

    def __init__(self, proof: str) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Any, ...]:
        return eval, (f"open({self.proof!r}, 'w').write({MARK!r})",)


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    return tmp_path / "proof"


def copied(whole: Path, base: Path) -> Path:
    shutil.copytree(whole.parent, base)
    return base / whole.name


def plant(folder: Path, proof: Path) -> None:
    """Write files that other programs would run: of Whoosh's own format, and Python's."""
    pickled = pickle.dumps(Payload(str(proof)))
    for name in ("_MAIN_1.toc", "_MAIN_2.toc", "MAIN_1.toc", "MAIN_abcdef.seg", "MAIN.pickle", "lock",
                 "MAIN_abcdef.trm", "MAIN_abcdef.pst", "MAIN_abcdef.dcz", "0123456789abcdef.seg"):  # fmt: skip
        (folder / name).write_bytes(pickled)
    source = f"{MARK} = open({str(proof)!r}, 'w')\n"
    for name in (
        "whoosh",
        "numpy",
        "json",
        "manifest",
        "schema",
        "conftest",
        "sitecustomize",
        MARK,
    ):
        (folder / f"{name}.py").write_text(source)
    (folder / "x.pth").write_text(f"import {MARK}\n")


def hostile_folders(whole: Path, tmp_path: Path, proof: Path) -> list[Path]:
    pickled = pickle.dumps(Payload(str(proof)))
    beside = copied(whole, tmp_path / "beside")
    plant(beside, proof)

    as_manifest = copied(whole, tmp_path / "manifest")
    (as_manifest / "manifest.json").write_bytes(pickled)

    as_files = copied(whole, tmp_path / "files")
    for file in as_files.iterdir():
        if file.suffix in (".seg", ".del"):
            file.write_bytes(pickled)
    manifest = json.loads((as_files / "manifest.json").read_text())
    for entry in manifest["index"]["segments"]:
        for item in filter(None, (entry, entry["deletions"])):
            item["bytes"] = len(pickled)
    (as_files / "manifest.json").write_text(json.dumps(manifest))

    as_columns = copied(whole, tmp_path / "columns")
    for file, name in zip(
        segments(as_columns) * 3, ("document.fields", "document.title", "file.digest"), strict=False
    ):
        segment = Opened(file)
        count = segment.directory["columns"][f"{name}.end"][2]
        segment.put(name, pickled * count)
        segment.put(
            f"{name}.end",
            b"".join((len(pickled) * (i + 1)).to_bytes(8, "little") for i in range(count)),
            "Q",
        )
        segment.save()
    seal(as_columns)

    as_facts = copied(whole, tmp_path / "facts")
    for file in segments(as_facts):
        segment = Opened(file)
        for kind in segment.directory["facts"]["kinds"]:
            kind[0] = f"__import__('os').system('{MARK}')"
            kind[3] = MARK
        segment.directory["facts"]["schema"] = pickled.decode("latin-1")
        segment.save()
    seal(as_facts)
    plant(as_facts, proof)
    return [beside, as_manifest, as_files, as_columns, as_facts]


def test_nothing_of_an_index_is_run(whole: Path, tmp_path: Path, proof: Path) -> None:
    folders = hostile_folders(whole, tmp_path, proof)
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), *sys.path])}
    ended = subprocess.run(
        [sys.executable, str(here / "audited.py"), *map(str, folders)],
        cwd=folders[0], env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert said["seen"] == []
    assert said["asked"] > 100
    assert said["refused"] >= 2
    assert not proof.exists()
    assert len(segments(folders[0])) < 9  # so a merge took place


def test_the_hook_sees_what_it_should(whole: Path, tmp_path: Path, proof: Path) -> None:
    """The payload runs if a planted file is unpickled, so the test above can fail."""
    folder = copied(whole, tmp_path / "beside")
    plant(folder, proof)
    program = (
        "import sys; seen = []\n"
        "sys.addaudithook(lambda event, arguments: seen.append(event))\n"
        "import pickle; pickle.load(open(sys.argv[1], 'rb'))\n"
        "assert 'pickle.find_class' in seen"
    )
    subprocess.run([sys.executable, "-I", "-c", program, str(folder / "_MAIN_1.toc")], check=True)
    assert proof.read_text() == MARK
