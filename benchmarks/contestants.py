"""The trainers that are compared, and what a fresh process does with one of them.

Run as a program by ``harness.in_fresh_process``: one argument, the task in JSON; the answer is one line of output.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness import BenchmarkError, answer, run_main

__all__ = ["CONTESTANTS", "HYPER_PARAMETERS", "STATED", "Contestant"]

# Given to every contestant in so many words, so that no default of a library decides anything.
HYPER_PARAMETERS: dict[str, Any] = {
    "sg": 1, "hs": 0, "vector_size": 100, "window": 5, "shrink_windows": True, "negative": 5, "ns_exponent": 0.75,
    "min_count": 5, "sample": 1e-3, "alpha": 0.025, "min_alpha": 0.0001,
}  # fmt: skip

# What a reader must know to compare these figures with others.
STATED = {
    "task": "skip-gram with negative sampling, 100 dimensions, 5 negatives, ns_exponent 0.75 "
            "(CBOW's rules do not enter)",
    "window": "5, shrinking: each drawn from 1 to 5",
    "vocabulary": "min_count 5; sample 1e-3",
    "learning rate": "0.025 falling linearly to 0.0001 over all epochs",
    "sentences": "lines of 1000 words, rewritten from the corpus before anything is timed; both read this file",
    "trained words": "what train() returns first: in the vocabulary and not sub-sampled; raw words: all of the file",
    "process": "each run in a fresh process; importing the library is not timed; the file is in the page cache",
    "gradient": "gensim: noise words for each pair, pairs beyond a score of 6 skipped; "
                "cw2v: one noise set for a centre's window unless stated, nothing skipped",
}  # fmt: skip


@dataclass(frozen=True)
class Contestant:
    """A trainer with its settings.

    Attributes
    ----------
    library : str
        "gensim" or "cw2v".
    title : str
        Its name in tables.
    workers : int
        Threads, where the benchmark does not vary them.
    extra : dict
        Keywords beyond the hyper-parameters.
    """

    library: str
    title: str
    workers: int = 2
    extra: dict[str, Any] = field(default_factory=dict)

    def task(self, action: str, corpus: str, **more: Any) -> dict[str, Any]:
        """A task for ``harness.in_fresh_process``; `more` may replace `workers`."""
        return {"action": action, "library": self.library, "corpus": corpus, "workers": self.workers,
                "extra": self.extra, **more}  # fmt: skip


CONTESTANTS = {
    "gensim": Contestant("gensim", "gensim, 2 workers"),
    "cw2v": Contestant("cw2v", "cw2v, 2 workers"),
    "cw2v-pairs": Contestant("cw2v", "cw2v, shared_negatives=False, 2 workers", 2, {"shared_negatives": False}),
    "cw2v-16": Contestant("cw2v", "cw2v, 16 workers", 16),
}


def _model_class(library: str) -> Any:
    return importlib.import_module({"gensim": "gensim.models", "cw2v": "cw2v"}[library]).Word2Vec


def _parameters(task: dict[str, Any]) -> dict[str, Any]:
    return {**HYPER_PARAMETERS, "workers": task["workers"], "seed": task["seed"], **task["extra"]}


def train(task: dict[str, Any]) -> dict[str, Any]:
    """Build the vocabulary, then time train() alone; save the vectors if the task names a file for them."""
    model = _model_class(task["library"])(epochs=task["epochs"], **_parameters(task))
    begun = time.perf_counter()
    model.build_vocab(corpus_file=task["corpus"])
    scanned = time.perf_counter()
    processor = time.process_time()
    trained, raw = model.train(
        corpus_file=task["corpus"], total_words=model.corpus_total_words, epochs=task["epochs"]
    )
    ended = time.perf_counter()
    processor = time.process_time() - processor
    if task.get("vectors"):
        model.wv.save_word2vec_format(task["vectors"], binary=True)
    return {
        "trained": int(trained), "raw": model.corpus_total_words * task["epochs"], "raw_reported": int(raw),
        "vocabulary_seconds": scanned - begun, "train_seconds": ended - scanned, "processor_seconds": processor,
        "vocabulary": len(model.wv.index_to_key),
    }  # fmt: skip


def whole(task: dict[str, Any]) -> dict[str, Any]:
    """Time everything from the corpus file to a saved file of vectors."""
    word2vec = _model_class(task["library"])
    begun = time.perf_counter()
    model = word2vec(corpus_file=task["corpus"], epochs=task["epochs"], **_parameters(task))
    model.wv.save_word2vec_format(task["vectors"], binary=True)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "trained": _trained_by_constructor(model), "vocabulary": len(model.wv.index_to_key),
            "raw": model.corpus_total_words * task["epochs"]}  # fmt: skip


def _trained_by_constructor(model: Any) -> int | None:
    """Words that the constructor trained: cw2v's report has them, gensim's record of events tells them in words."""
    report = getattr(model, "training_report", None)
    if report is not None:
        return int(report.trained)
    found = re.findall(r"\((\d+) effective words\)", str(getattr(model, "lifecycle_events", "")))
    return int(found[-1]) if found else None


def peak_megabytes() -> float | None:
    """The most memory this process held at a time. Not getrusage(): its figure survives exec() and is the parent's."""
    try:
        found = re.search(r"^VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) / 1024 if found else None


ACTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"train": train, "whole": whole}


def main() -> None:
    """Do the task that the first argument gives."""
    if len(sys.argv) != 2:
        raise BenchmarkError("this is run by the benchmarks; run bench_train.py or bench_quality.py")
    task = json.loads(sys.argv[1])
    result = ACTIONS[task["action"]](task)
    result["peak_megabytes"] = peak_megabytes()
    answer(result)


if __name__ == "__main__":
    run_main(main)
