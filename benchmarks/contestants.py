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

__all__ = ["CONTESTANTS", "HYPER_PARAMETERS", "KINDS", "STATED", "Contestant", "Kind"]

# Given to every contestant in so many words, with those of its kind, so that no default of a library decides anything.
HYPER_PARAMETERS: dict[str, Any] = {
    "vector_size": 100, "window": 5, "shrink_windows": True, "ns_exponent": 0.75, "cbow_mean": 1, "min_count": 5,
    "sample": 1e-3, "min_alpha": 0.0001,
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """What is trained.

    Attributes
    ----------
    title : str
        Its name in tables.
    goal : float
        How many times gensim's speed cw2v is to reach.
    settings : dict
        Hyper-parameters beyond HYPER_PARAMETERS, and in their place.
    """

    title: str
    goal: float
    settings: dict[str, Any]

    @property
    def parameters(self) -> dict[str, Any]:
        """All hyper-parameters of this kind."""
        return {**HYPER_PARAMETERS, **self.settings}

    @property
    def stated(self) -> str:
        """What a reader must know of the hyper-parameters, in a line."""
        p = self.parameters
        mean = "" if p["sg"] else f", cbow_mean {p['cbow_mean']}"
        return (f"{self.title}: sg {p['sg']}, hs {p['hs']}, negative {p['negative']}, vector_size {p['vector_size']}"
                f"{mean}, alpha {p['alpha']} falling linearly to {p['min_alpha']} over all epochs")  # fmt: skip


# 0.05 is the usual learning rate of CBOW, word2vec.c's default for it; 0.025 that of skip-gram.
_NOISE = {"hs": 0, "negative": 5}
_TREE = {"hs": 1, "negative": 0}
_SKIP_GRAM = {"sg": 1, "alpha": 0.025}
_CBOW = {"sg": 0, "alpha": 0.05}
KINDS = {
    "sg-ns": Kind("skip-gram NS 100 d", 12, {**_SKIP_GRAM, **_NOISE}),
    "sg-ns-300": Kind("skip-gram NS 300 d", 7, {**_SKIP_GRAM, **_NOISE, "vector_size": 300}),
    "cbow-ns": Kind("CBOW NS 100 d", 5, {**_CBOW, **_NOISE}),
    "sg-hs": Kind("skip-gram HS 100 d", 4.5, {**_SKIP_GRAM, **_TREE}),
    "cbow-hs": Kind("CBOW HS 100 d", 3.5, {**_CBOW, **_TREE}),
}

# What a reader must know to compare these figures with others.
STATED = {
    "window": "5, shrinking: each drawn from 1 to 5",
    "vocabulary": "min_count 5; sample 1e-3; ns_exponent 0.75",
    "sentences": "lines of 1000 words, rewritten from the corpus before anything is timed; both read this file",
    "trained words": "what train() returns first: in the vocabulary and not sub-sampled; raw words: all of the file",
    "process": "each run in a fresh process; importing the library is not timed; the file is in the page cache",
    "gradient": "gensim: noise words for each pair, pairs beyond a score of 6 skipped; "
                "cw2v: one noise set for the windows of four centres (shared_negatives=True), nothing skipped; "
                "CBOW's gradient is word2vec's in both (not divided by the number of contexts) unless stated",
    "alpha": "0.025 for skip-gram and 0.05 for CBOW, as usual: word2vec.c's defaults",
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
        Keywords beyond the kind's hyper-parameters, and in their place.
    environment : dict
        Environment variables of its process.
    kinds : tuple of str
        What it is compared in by bench_quality.py; empty for everything.
    """

    library: str
    title: str
    workers: int = 2
    extra: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()

    def task(self, action: str, kind: str, corpus: str, **more: Any) -> dict[str, Any]:
        """A task for ``harness.in_fresh_process``; `more` may replace `workers`."""
        return {"action": action, "library": self.library, "kind": kind, "corpus": corpus, "workers": self.workers,
                "parameters": {**KINDS[kind].parameters, **self.extra}, "environment": self.environment,
                **more}  # fmt: skip


CONTESTANTS = {
    "gensim": Contestant("gensim", "gensim, 2 workers"),
    "cw2v": Contestant("cw2v", "cw2v, 2 workers"),
    "cw2v-pairs": Contestant("cw2v", "cw2v, shared_negatives=False, 2 workers", 2, {"shared_negatives": False},
                             kinds=("sg-ns",)),
    # More threads than processors are forced: this is about quality with many threads, not about speed.
    "cw2v-16": Contestant("cw2v", "cw2v, 16 workers (CW2V_OVERSUBSCRIBE=1)", 16,
                          environment={"CW2V_OVERSUBSCRIBE": "1"}, kinds=("sg-ns",)),
    "cw2v-deterministic": Contestant("cw2v", "cw2v, deterministic=True, 2 workers", 2, {"deterministic": True},
                                     kinds=("sg-ns", "cbow-ns")),
    "cw2v-exact": Contestant("cw2v", 'cw2v, cbow_update="exact", alpha 0.2, 2 workers', 2,
                             {"cbow_update": "exact", "alpha": 0.2}, kinds=("cbow-ns",)),
}  # fmt: skip


def _model_class(library: str) -> Any:
    return importlib.import_module({"gensim": "gensim.models", "cw2v": "cw2v"}[library]).Word2Vec


def _parameters(task: dict[str, Any]) -> dict[str, Any]:
    return {**task["parameters"], "workers": task["workers"], "seed": task["seed"]}


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
        "vocabulary": len(model.wv.index_to_key), **_predictions(model),
    }  # fmt: skip


def _predictions(model: Any) -> dict[str, int]:
    """cw2v's own number of predictions, and the dimensions of a row with its padding; gensim tells neither."""
    report = getattr(model, "training_report", None)
    if report is None:
        return {}
    align = importlib.import_module("cw2v._core").ROW_ALIGN
    return {"pairs": sum(e.pairs for e in report.epochs), "padded": -(-model.vector_size // align) * align}


def whole(task: dict[str, Any]) -> dict[str, Any]:
    """Time everything from the corpus file to a saved file of vectors."""
    word2vec = _model_class(task["library"])
    begun = time.perf_counter()
    model = word2vec(corpus_file=task["corpus"], epochs=task["epochs"], **_parameters(task))
    model.wv.save_word2vec_format(task["vectors"], binary=True)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "trained": _trained_by_constructor(model), "vocabulary": len(model.wv.index_to_key),
            "raw": model.corpus_total_words * task["epochs"]}  # fmt: skip


def scan(task: dict[str, Any]) -> dict[str, Any]:
    """Time counting the words of a file, then build_vocab() of it, which is that and all that training needs."""
    model = _model_class(task["library"])(epochs=1, **_parameters(task))
    begun, processor = time.perf_counter(), time.process_time()
    if task["library"] == "cw2v":
        scanned = importlib.import_module("cw2v.corpus").scan(corpus_file=task["corpus"], workers=task["workers"])
        words, vocabulary = scanned.raw_words, len(list(scanned.keys()))
    else:
        words, _ = model.scan_vocab(corpus_file=task["corpus"])
        vocabulary = len(model.raw_vocab)
    seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    begun, build_processor = time.perf_counter(), time.process_time()
    model.build_vocab(corpus_file=task["corpus"])
    return {"seconds": seconds, "processor_seconds": processor, "build_seconds": time.perf_counter() - begun,
            "build_processor_seconds": time.process_time() - build_processor, "words": words,
            "vocabulary": vocabulary, "kept": len(model.wv.index_to_key)}  # fmt: skip


def tokens(task: dict[str, Any]) -> dict[str, Any]:
    """Time everything from token lists in memory, or from a generator that hands each out once, to saved vectors."""
    word2vec = _model_class(task["library"])
    with open(task["corpus"], encoding="utf-8") as file:
        sentences = [line.split() for line in file]
    begun, processor = time.perf_counter(), time.process_time()
    corpus = (sentence for sentence in sentences) if task["source"] == "generator" else sentences
    model = word2vec(corpus, epochs=task["epochs"], **_parameters(task))
    model.wv.save_word2vec_format(task["vectors"], binary=True)
    return {"seconds": time.perf_counter() - begun, "processor_seconds": time.process_time() - processor,
            "trained": _trained_by_constructor(model), "vocabulary": len(model.wv.index_to_key)}  # fmt: skip


def svd(task: dict[str, Any]) -> dict[str, Any]:
    """Time CooccurrenceSVD from the corpus file to the vectors, then save them."""
    begun = time.perf_counter()
    processor = time.process_time()
    model = importlib.import_module("cw2v").CooccurrenceSVD(workers=task["workers"], **task["parameters"])
    model.fit(corpus_file=task["corpus"])
    seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    model.wv.save_word2vec_format(task["vectors"], binary=True)
    return {"seconds": seconds, "processor_seconds": processor, "vocabulary": len(model.wv),
            "pairs": model.cooccurrence.nnz}  # fmt: skip


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


ACTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "train": train, "whole": whole, "scan": scan, "tokens": tokens, "svd": svd,
}  # fmt: skip


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
