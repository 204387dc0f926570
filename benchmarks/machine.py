"""Describe the machine of a result: processor, memory, versions. No names of hosts, users or paths."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import peers


def describe() -> dict[str, object]:
    """Return the facts for the head of a result."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": _memory_gb(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": _versions(),
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"


def _memory_gb() -> int | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)
    except (AttributeError, ValueError):
        return None


def _versions() -> dict[str, str]:
    found = {}
    for package in ("seedsearch", "click"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            from_source = "from source"
            found[package] = from_source
    for name in peers.NAMES:
        try:
            found[name] = peers.load(name).VERSION
        except ImportError:
            found[name] = "not installed"
    for tool in ("rg", "recollindex"):
        if shutil.which(tool):
            flag = "--version" if tool == "rg" else "-v"
            said = subprocess.run([tool, flag], capture_output=True, text=True, check=False)
            found[tool] = (said.stdout + said.stderr).strip().splitlines()[0]
    return found
