"""Phrases beside gensim's on one list of token lists: counting, finding, joining; both must find the same."""

from __future__ import annotations

import argparse
import importlib
import itertools
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
STEPS = ("count", "find_phrases", "join every sentence", "join, frozen")


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=DATA / "corpora" / "enwiki_sentences.txt", metavar="FILE")
    parser.add_argument("--max-sentences", type=positive, default=None, metavar="N", help="only the first: for a try")
    parser.add_argument("--rounds", type=positive, default=3, help="default 3")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write everything measured there")
    return parser.parse_args()


def _timed(seconds: list[float], work: Callable[[], Any]) -> Any:
    begin = time.perf_counter()
    result = work()
    seconds.append(time.perf_counter() - begin)
    return result


def measure(library: Any, sentences: list[list[str]], options: dict[str, Any]) -> tuple[list[float], Any]:
    """Seconds of the four steps, and what must be the same for both."""
    seconds: list[float] = []
    phrases = _timed(seconds, lambda: library.Phrases(sentences, **options))
    found = _timed(seconds, lambda: phrases.find_phrases(sentences))
    n_joined = _timed(seconds, lambda: sum(map(len, phrases[sentences])))
    frozen = phrases.freeze()
    # Not compared: gensim's frozen phrases lose those of words with the delimiter in them.
    _timed(seconds, lambda: sum(map(len, frozen[sentences])))
    return seconds, ({text: round(score, 9) for text, score in found.items()}, n_joined)


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
    n_words = sum(map(len, sentences))
    times: dict[str, dict[str, list[list[float]]]] = {name: {library: [] for library in libraries} for name in SETTINGS}
    n_found: dict[str, int] = {}
    machine = describe()
    for number, name in itertools.product(range(options.rounds), SETTINGS):
        extra = dict(SETTINGS[name])
        if "connector_words" in extra:
            extra["connector_words"] = libraries["cw2v"].ENGLISH_CONNECTOR_WORDS
        results = {}
        for library, module in libraries.items():
            seconds, results[library] = measure(module, sentences, extra)
            times[name][library].append(seconds)
            say(f"round {number + 1}, {name}, {library}: " + ", ".join(f"{s:.2f}" for s in seconds))
        if results["gensim"] != results["cw2v"]:
            raise BenchmarkError(f"gensim and cw2v find other phrases ({name})")
        n_found[name] = len(results["cw2v"][0])
    rows = []
    for name, step in itertools.product(SETTINGS, range(len(STEPS))):
        theirs, ours = ([seconds[step] for seconds in times[name][library]] for library in ("gensim", "cw2v"))
        ratio = ratios(theirs, ours)
        rows.append([f"{name}: {STEPS[step]}", f"{Spread.of(theirs).median:.2f}", f"{Spread.of(ours).median:.2f}",
                     f"{ratio.median:.1f} ({min(ratio.values):.1f} to {max(ratio.values):.1f})"])  # fmt: skip
    header = [f"{options.corpus.name}, {n_words:,} words", "gensim, s", "cw2v, s", "times as fast"]
    stated = {"command": command_line(), "phrases found": ", ".join(f"{k} {n:,}" for k, n in n_found.items()),
              "seconds": "medians of interleaved rounds in one process, from token lists in memory"}  # fmt: skip
    print("\n\n".join(["# Phrases", listing(machine), listing(stated), table(header, rows)]))
    if options.json:
        write_json(options.json, {"benchmark": "phrases", "machine": machine, "words": n_words, "times": times})


if __name__ == "__main__":
    run_main(main)
