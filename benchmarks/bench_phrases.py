"""Phrases beside gensim's on one corpus: counting, finding, joining; both must find the same."""

from __future__ import annotations

import argparse
import importlib
import itertools
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness import (
    DATA,
    BenchmarkError,
    Spread,
    command_line,
    listing,
    need,
    positive,
    ratios,
    run_main,
    say,
    table,
    write_json,
)
from kept import check_json
from machine import describe

SETTINGS: dict[str, dict[str, Any]] = {
    "default": {}, "npmi": {"scoring": "npmi", "threshold": 0.5}, "connector words": {"connector_words": None},
}  # fmt: skip
STEPS = ("count a list", "find_phrases", "join every sentence", "join, frozen", "count a file")
Times = tuple[float, float]  # seconds by the clock, and of the processor


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=DATA / "corpora" / "enwiki_sentences.txt", metavar="FILE")
    parser.add_argument("--max-sentences", type=positive, default=None, metavar="N", help="only the first: for a try")
    parser.add_argument("--rounds", type=positive, default=3, help="default 3")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write everything measured there")
    return parser.parse_args()


def _timed(times: list[Times], work: Callable[[], Any]) -> Any:
    begin, processor = time.perf_counter(), time.process_time()
    result = work()
    times.append((time.perf_counter() - begin, time.process_time() - processor))
    return result


def measure(
    library: Any, lines: Any, corpus: tuple[Path, int | None], sentences: list[list[str]], options: dict[str, Any]
) -> tuple[list[Times], Any]:
    """Times of the steps, and what must be the same for both."""
    times: list[Times] = []
    phrases = _timed(times, lambda: library.Phrases(sentences, **options))
    found = _timed(times, lambda: phrases.find_phrases(sentences))
    n_joined = _timed(times, lambda: sum(map(len, phrases[sentences])))
    frozen = phrases.freeze()
    # Not compared: gensim's frozen phrases lose those of words with the delimiter in them.
    _timed(times, lambda: sum(map(len, frozen[sentences])))
    of_file = _timed(times, lambda: library.Phrases(lines(str(corpus[0]), limit=corpus[1]), **options))
    return times, (found, n_joined, of_file.corpus_word_count)


def same(a: Any, b: Any) -> bool:
    """Whether two results of :func:`measure` are, but for the last digits of scores."""
    return (list(a[0]) == list(b[0]) and a[1:] == b[1:]
            and all(math.isclose(score, b[0][text], rel_tol=1e-12, abs_tol=1e-14) for text, score in a[0].items()))


def main() -> None:
    """Measure and print."""
    options = parse()
    need("cw2v", "gensim")
    check_json(options.json)
    if not options.corpus.is_file():
        raise BenchmarkError(f"{options.corpus} is missing; give --corpus FILE")
    libraries = {name: importlib.import_module(module)
                 for name, module in (("gensim", "gensim.models.phrases"), ("cw2v", "cw2v.phrases"))}  # fmt: skip
    with options.corpus.open(encoding="utf-8") as file:
        sentences = [line.split() for line in itertools.islice(file, options.max_sentences)]
    readers = {name: importlib.import_module(module).LineSentence
               for name, module in (("gensim", "gensim.models.word2vec"), ("cw2v", "cw2v"))}  # fmt: skip
    n_words = sum(map(len, sentences))
    times: dict[str, dict[str, list[list[Times]]]] = {name: {library: [] for library in libraries} for name in SETTINGS}
    n_found: dict[str, int] = {}
    machine = describe()
    for number, name in itertools.product(range(options.rounds), SETTINGS):
        extra = dict(SETTINGS[name])
        if "connector_words" in extra:
            extra["connector_words"] = libraries["cw2v"].ENGLISH_CONNECTOR_WORDS
        results = {}
        for library, module in libraries.items():
            corpus = (options.corpus, options.max_sentences)
            steps, results[library] = measure(module, readers[library], corpus, sentences, extra)
            times[name][library].append(steps)
            say(f"round {number + 1}, {name}, {library}, seconds (of the processor): "
                + ", ".join(f"{wall:.2f} ({processor:.2f})" for wall, processor in steps))  # fmt: skip
        if not same(results["gensim"], results["cw2v"]):
            raise BenchmarkError(f"gensim and cw2v find other phrases ({name})")
        n_found[name] = len(results["cw2v"][0])
    rows = []
    for name, step in itertools.product(SETTINGS, range(len(STEPS))):
        theirs, ours = (list(zip(*(steps[step] for steps in times[name][library]), strict=True))
                        for library in ("gensim", "cw2v"))  # fmt: skip
        rows.append([f"{name}: {STEPS[step]}", f"{Spread.of(theirs[0]).median:.2f}", f"{Spread.of(ours[0]).median:.2f}",
                     ratios(theirs[0], ours[0]).show("{:.1f}"), ratios(theirs[1], ours[1]).show("{:.1f}")])
    header = [f"{options.corpus.name}, {n_words:,} words", "gensim, s", "cw2v, s", "times as fast",
              "by processor seconds"]  # fmt: skip
    stated = {"command": command_line(), "phrases found": ", ".join(f"{k} {n:,}" for k, n in n_found.items()),
              "seconds": "medians of interleaved rounds in one process; lists are in memory, the file is read by "
                         "LineSentence"}  # fmt: skip
    print("\n\n".join(["# Phrases", listing(machine), listing(stated), table(header, rows)]))
    if options.json:
        write_json(options.json, {"benchmark": "phrases", "machine": machine, "words": n_words, "times": times})


if __name__ == "__main__":
    run_main(main)
