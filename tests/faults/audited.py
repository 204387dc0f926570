"""Use an index under an audit hook, and print what the hook saw, in JSON: `audited.py FOLDER...`.

An audit hook sees everything that Python does with code: unpickling, compiling, executing, importing, starting
processes, opening files.
"""

from __future__ import annotations

import json
import os
import sys
from types import CodeType
from typing import Any

MARK = "planted_payload"
STARTS = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "subprocess.Popen", "pty.spawn")
RUNNABLE = (".py", ".pyc", ".toc", ".pickle", ".pth", ".so")
UNPICKLES = ("pickle.find_class", "marshal.load", "marshal.loads", "shelve.open", "dbm.open")


def main(folders: list[str]) -> None:
    from contextlib import suppress

    from trials import questions

    from seedsearch.engine.registry import check_index, open_engine
    from seedsearch.errors import SeedsearchError
    from seedsearch.indexing import IndexOptions, update_index
    from seedsearch.paths import Home

    seen: list[str] = []
    state = {"on": False}

    def inside(path: object) -> bool:
        return isinstance(path, str) and any(path.startswith(folder + os.sep) for folder in folders)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if not state["on"]:
            return
        what = ""
        if event in STARTS or event == "pickle.find_class":
            what = str(arguments)
        elif event in UNPICKLES:  # Python's own imports also unmarshal
            what = str(arguments) if MARK.encode() in repr(arguments).encode() else ""
        elif event == "exec" and isinstance(arguments[0], CodeType):
            code = arguments[0]
            if inside(code.co_filename) or MARK in repr((code.co_names, code.co_consts)):
                what = code.co_filename
        elif event == "compile":
            if inside(arguments[1]) or MARK in repr(arguments[0]):
                what = str(arguments[1])
        elif event == "import":
            if MARK in str(arguments[0]) or inside(arguments[1]):
                what = str(arguments[:2])
        elif (
            event == "open" and inside(arguments[0]) and str(arguments[0]).endswith(RUNNABLE)
        ) or (event == "ctypes.dlopen" and inside(arguments[0])):
            what = str(arguments[0])
        if what:
            seen.append(f"{event} {what}")

    sys.addaudithook(hook)
    state["on"] = True
    refused = asked = 0
    for folder in folders:
        os.chdir(folder)
        home = Home(folder)
        docs = os.path.join(home.base, "docs")
        for rebuild in (False, True):
            with suppress(SeedsearchError):
                check_index(folder)
            try:
                engine = open_engine(folder, create=True, rebuild=rebuild)
            except SeedsearchError:
                refused += 1
                continue
            for _name, answer in questions(engine):
                asked += 1
                with suppress(SeedsearchError):
                    answer()
            # Nine commits make enough segments for a merge.
            for number in range(9):
                with open(os.path.join(docs, f"more{number}.txt"), "w", encoding="utf-8") as file:
                    file.write(f"more coal {number}\n" * 20)
                with suppress(SeedsearchError):
                    update_index(
                        engine, home, IndexOptions(add_roots=(docs,), jobs=1, rebuild=rebuild)
                    )
            engine.close()
    state["on"] = False
    print(json.dumps({"seen": seen, "refused": refused, "asked": asked}))


if __name__ == "__main__":
    main(sys.argv[1:])
