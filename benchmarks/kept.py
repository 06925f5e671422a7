"""Results kept in a JSON file between runs of a benchmark, and how long what is missing will take."""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from harness import BenchmarkError
from machine import allowed_cpus, version

__all__ = ["check_json", "corpus_key", "estimate", "kept_results", "library_key", "minutes"]

# Raw words a second with one worker on a two-core Xeon of 2021, for the estimate only; no figure comes from here.
_WORDS_PER_SECOND = {
    "gensim": {"sg-ns": 220e3, "sg-ns-300": 110e3, "cbow-ns": 800e3, "sg-hs": 270e3, "cbow-hs": 800e3},
    "cw2v": {"sg-ns": 3.2e6, "sg-ns-300": 1.1e6, "cbow-ns": 3.5e6, "sg-hs": 1.2e6, "cbow-hs": 2e6},
}
_SCANNED_PER_SECOND = {"gensim": 2.5e6, "cw2v": 10e6}
_START_SECONDS = {"gensim": 3.0, "cw2v": 1.0}
_SECOND_THREAD = 0.8  # of what the first does


def package_digest() -> str:
    """Changes with any file of cw2v: its version alone would keep results of code that is gone."""
    digest = hashlib.sha256()
    folder = Path(str(importlib.import_module("cw2v").__file__)).parent
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.so"), *folder.rglob("*.pyd")]):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def library_key(library: str) -> str:
    """A library's code: its version, and for cw2v every file of the package and the instruction set."""
    if library != "cw2v":
        return version(library)
    return f"{version(library)}+{package_digest()}, {importlib.import_module('cw2v').simd()}"


def corpus_key(options: argparse.Namespace) -> list[Any]:
    """A corpus file, and how much of it is used."""
    stat = options.corpus.stat()
    return [stat.st_size, stat.st_mtime_ns, options.max_words]


def check_json(path: Path | None) -> None:
    """Raise BenchmarkError for a file that cannot be made, before an hour is spent."""
    if path and not path.parent.is_dir():
        raise BenchmarkError(f"--json {path}: there is no folder {path.parent}")


def kept_results(path: Path | None, benchmark: str) -> dict[str, Any]:
    """Results of earlier runs of a benchmark by their keys; none if there is no file.

    Raises
    ------
    BenchmarkError
        The file is not one that this benchmark wrote, and is better not overwritten.
    """
    if path is None or not path.exists():
        return {}
    try:
        content = json.loads(path.read_text())
        if content["benchmark"] != benchmark:
            raise KeyError("benchmark")
        results: dict[str, Any] = content["results"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"--json {path} is not a result file of bench_{benchmark}.py ({error!r}); name another"
        raise BenchmarkError(message) from None
    return results


def estimate(tasks: Iterable[dict[str, Any]], words: int) -> float:
    """Seconds that tasks will take, roughly, on a corpus of so many raw words."""
    total = 0.0
    for task in tasks:
        library = task["library"]
        threads = min(task["workers"], len(allowed_cpus()))
        rate = _WORDS_PER_SECOND[library][task["kind"]] * (1 + _SECOND_THREAD * (threads - 1))
        total += _START_SECONDS[library] + words / _SCANNED_PER_SECOND[library] + words * task["epochs"] / rate
    return total


def minutes(seconds: float) -> str:
    """A time to come, in words."""
    return f"about {seconds / 60:.0f} minutes" if seconds >= 90 else f"about {seconds:.0f} seconds"
