"""Co-occurrence counts beside a plain Python dictionary, and CooccurrenceSVD beside word2vec on the same corpora.

Two tables: seconds for counting the same pairs, the result checked to be the same; and time, memory and scores of the
vectors of each method, each made in a fresh process.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench_quality import ANALOGY_WORDS, METRICS, evaluate
from contestants import CONTESTANTS, KINDS
from harness import (
    DATA,
    BenchmarkError,
    command_line,
    in_fresh_process,
    listing,
    need,
    positive,
    run_main,
    say,
    table,
    write_json,
)
from kept import check_json
from machine import describe

WINDOW = 5
CORPORA = [DATA / "corpora" / "reuters_sentences.txt", DATA / "corpora" / "text8like.txt"]
_SVD: dict[str, dict[str, Any]] = {
    "PPMI": {}, "PPMI, shift 5": {"shift": 5.0}, "log": {"transform": "log"}, "raw counts": {"transform": "raw"},
}  # fmt: skip
_TRAINED = {
    "skip-gram": ("cw2v", "sg-ns"), "CBOW": ("cw2v", "cbow-ns"), "exact CBOW, alpha 0.2": ("cw2v-exact", "cbow-ns"),
}  # fmt: skip


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, nargs="+", default=CORPORA, metavar="FILE")
    parser.add_argument("--eval", type=Path, default=DATA / "eval", metavar="FOLDER")
    parser.add_argument("--epochs", type=positive, default=3, help="of the trained ones; default 3")
    parser.add_argument("--workers", type=positive, default=2, help="default 2")
    parser.add_argument("--rounds", type=positive, default=3, help="of counting; default 3")
    parser.add_argument("--only", choices=["counting", "vectors"], default=None)
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write everything measured there")
    return parser.parse_args()


# --- counting


def with_dictionary(sentences: list[list[int]]) -> Counter[tuple[int, int]]:
    """The plain way, and the fastest found: Counter counts zipped pairs in C."""
    counts: Counter[tuple[int, int]] = Counter()
    for sentence in sentences:
        for distance in range(1, WINDOW + 1):
            counts.update(zip(sentence, sentence[distance:]))  # noqa: B905 -- the rest has no partner
            counts.update(zip(sentence[distance:], sentence))  # noqa: B905
    return counts


def _timed(work: Any) -> tuple[Any, float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - processor


def _same(matrix: Any, counts: Counter[tuple[int, int]]) -> bool:
    rows = [row for row in range(matrix.shape[0]) for _ in range(matrix.indptr[row], matrix.indptr[row + 1])]
    entries = zip(rows, matrix.indices.tolist(), matrix.data.tolist(), strict=True)
    return matrix.nnz == len(counts) and all(counts[row, column] == count for row, column, count in entries)


def counting(corpus: Path, workers: int, rounds: int) -> dict[str, Any]:
    """Both in turn, `rounds` times, from word ids to counts.

    Raises
    ------
    BenchmarkError
        The counts are not the same.
    """
    cw2v, corpora = importlib.import_module("cw2v"), importlib.import_module("cw2v.corpus")
    scanned = corpora.scan(corpus_file=str(corpus))
    build = importlib.import_module("cw2v.vocabulary").Vocabulary.build
    vocabulary = build(scanned.keys(), scanned.counts, min_count=5)
    encoded, v = scanned.encode(vocabulary), len(vocabulary)
    ids, offsets = encoded.ids.tolist(), encoded.offsets.tolist()
    sentences = [[v, *ids[a:b], v + 1] for a, b in itertools.pairwise(offsets) if b > a]
    measured: dict[str, list[tuple[float, float]]] = {"dictionary": [], "1 worker": [], f"{workers} workers": []}
    pairs = 0
    for number in range(rounds):
        say(f"counting {corpus.name}, round {number + 1} of {rounds}")
        counts, *times = _timed(lambda: with_dictionary(sentences))
        measured["dictionary"].append((times[0], times[1]))
        pairs = counts.total()
        for n in dict.fromkeys((1, workers)):
            matrix, *times = _timed(
                lambda n=n: cw2v.Cooccurrence(WINDOW, workers=n).count(encoded, vocabulary=vocabulary))
            measured["1 worker" if n == 1 else f"{n} workers"].append((times[0], times[1]))
        if not _same(matrix, counts):
            raise BenchmarkError("the dictionary and cw2v count differently")
    return {"corpus": corpus.name, "pairs": pairs, "measured": {k: t for k, t in measured.items() if t}}


def counting_table(result: dict[str, Any]) -> str:
    """Medians, and how often the dictionary takes as long."""
    rows, measured = [], result["measured"]
    base = [statistics.median(times) for times in zip(*measured["dictionary"], strict=True)]
    for name, times in measured.items():
        wall, processor = (statistics.median(column) for column in zip(*times, strict=True))
        rows.append([f"{'' if name == 'dictionary' else 'cw2v, '}{name}", f"{wall:.2f}", f"{processor:.2f}",
                     f"{base[0] / wall:.0f}", f"{base[1] / processor:.0f}"])  # fmt: skip
    header = [f"Counting {result['pairs']:,} pairs of {result['corpus']}, window {WINDOW}", "seconds",
              "processor seconds", "times as fast", "by processor seconds"]  # fmt: skip
    return table(header, rows)


# --- vectors


def vectors(corpus: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Every method on one corpus."""
    runs = []
    tasks = {f"SVD, {name}": {"action": "svd", "library": "cw2v", "corpus": str(corpus), "workers": options.workers,
                              "parameters": {"vector_size": 100, "window": WINDOW, "min_count": 5, **extra}}
             for name, extra in _SVD.items()}  # fmt: skip
    for name, (contestant, kind) in _TRAINED.items():
        tasks[f"{name}, {options.epochs} epochs"] = CONTESTANTS[contestant].task(
            "train", kind, str(corpus), seed=1, epochs=options.epochs, workers=options.workers)
    for name, task in tasks.items():
        with tempfile.TemporaryDirectory(prefix="cw2v-bench-") as folder:
            target = str(Path(folder) / "vectors.bin")
            run = in_fresh_process({**task, "vectors": target})
            scores, used = evaluate(target, options.eval)
        seconds = run.get("seconds", run.get("vocabulary_seconds", 0.0) + run.get("train_seconds", 0.0))
        runs.append({**run, "method": name, "corpus": corpus.name, "whole": seconds, "scores": scores, "used": used})
        say(f"{corpus.name}, {name}: {seconds:.1f} s, {run['peak_megabytes']:.0f} MB, "
            + ", ".join(f"{metric} {scores[metric]:.1f}" for metric in METRICS))
    return runs


def vectors_table(runs: list[dict[str, Any]]) -> str:
    """One corpus."""
    used = runs[0]["used"]
    header = [f"{runs[0]['corpus']}, {runs[0]['vocabulary']:,} words", "seconds", "processor seconds", "peak MB",
              *(f"{metric} ({used[metric]:,} used)" for metric in METRICS)]  # fmt: skip
    rows = [[run["method"], f"{run['whole']:.0f}", f"{run['processor_seconds']:.0f}", f"{run['peak_megabytes']:,.0f}",
             *(f"{run['scores'][metric]:.1f}" for metric in METRICS)] for run in runs]  # fmt: skip
    return table(header, rows)


def main() -> None:
    """Measure and print."""
    options = parse()
    need("cw2v")
    check_json(options.json)
    for path in options.corpora:
        if not path.is_file():
            raise BenchmarkError(f"{path} is missing; give --corpora FILE")
    machine = describe()
    counted = None if options.only == "vectors" else counting(options.corpora[0], options.workers, options.rounds)
    tables, runs = [], []
    for path in options.corpora if options.only != "counting" else ():
        runs += vectors(path, options)
        tables.append(vectors_table([run for run in runs if run["corpus"] == path.name]))
        if options.json:
            write_json(options.json, {"benchmark": "cooccurrence", "machine": machine, "counted": counted,
                                      "runs": runs})  # fmt: skip
    stated = {
        "command": command_line(),
        "SVD": f"vector_size 100, window {WINDOW}, min_count 5, p 0.5, context smoothing 0.75",
        "skip-gram": KINDS["sg-ns"].stated, "CBOW": KINDS["cbow-ns"].stated, "workers": str(options.workers),
        "seconds": "from the corpus file to the vectors, in a fresh process, without importing and saving; processor "
                   "seconds of training alone for the trained ones",
        "scores": f"Spearman x 100 over all words; Google analogies in % over the {ANALOGY_WORDS:,} most frequent",
    }  # fmt: skip
    parts = ["# Co-occurrence", listing(machine), listing(stated), counting_table(counted) if counted else "", *tables]
    print("\n\n".join(part for part in parts if part))


if __name__ == "__main__":
    run_main(main)
