"""Speed of training beside gensim's: train() alone, and the whole run from a file to saved vectors.

Contestants take turns within each round, each in a fresh process; ratios are taken within a round.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contestants import CONTESTANTS, STATED
from harness import (
    BenchmarkError,
    Spread,
    add_corpus_options,
    command_line,
    in_fresh_process,
    listing,
    need,
    positive,
    ratios,
    rewritten,
    run_main,
    say,
    table,
    write_json,
)
from machine import NEAR_NS, CoreDistance, core_distance, describe

Run = dict[str, Any]
LIBRARIES = ("gensim", "cw2v")


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_corpus_options(parser)
    parser.add_argument("--workers", type=positive, nargs="+", default=[1, 2], metavar="N", help="default 1 2")
    parser.add_argument("--rounds", type=positive, default=3, help="default 3; fewer make no figure")
    parser.add_argument("--epochs", type=positive, default=1, help="of train(); default 1")
    parser.add_argument("--whole-epochs", type=positive, default=5, help="of the whole run; default 5")
    parser.add_argument("--whole-workers", type=positive, default=2, help="of the whole run; default 2")
    parser.add_argument("--skip-whole", action="store_true", help="measure train() only")
    parser.add_argument("--contestants", nargs="+", choices=LIBRARIES, default=list(LIBRARIES))
    return parser.parse_args(arguments)


def measure(task: dict[str, Any], number: int) -> Run:
    """One run, with the core distance just before and just after it if it has more than one thread."""
    threaded = task["workers"] > 1
    before = core_distance() if threaded else None
    run: Run = in_fresh_process(task)
    after = core_distance() if threaded else None
    distance = CoreDistance(
        tuple(ns for d in (before, after) if d for ns in d.nanoseconds), before.why_not if before else ""
    )
    run |= {key: task[key] for key in ("action", "library", "workers", "epochs")} | {"round": number}
    run["core_distance_ns"] = list(distance.nanoseconds)
    run["core_distance"] = str(distance) if threaded else ""
    if task["action"] == "train":
        run["trained_per_second"] = run["trained"] / run["train_seconds"]
        run["raw_per_second"] = run["raw"] / run["train_seconds"]
        figure = f"{run['trained_per_second']:,.0f} trained words/s"
    else:
        figure = f"{run['seconds']:.2f} s from file to vectors"
    say(f"round {number}, {task['library']}, {task['workers']} workers: {figure}  {run['core_distance']}")
    return run


def measure_all(options: argparse.Namespace, corpus: str, folder: str) -> list[Run]:
    """All rounds. The order of the contestants turns round by round, so that none is always first."""
    runs = []
    for number in range(1, options.rounds + 1):
        order = options.contestants if number % 2 else options.contestants[::-1]
        same = {"seed": number}
        for workers in options.workers:
            for library in order:
                task = CONTESTANTS[library].task("train", corpus, workers=workers, epochs=options.epochs, **same)
                runs.append(measure(task, number))
        if not options.skip_whole:
            for library in order:
                target = str(Path(folder) / "vectors.bin")
                task = CONTESTANTS[library].task("whole", corpus, workers=options.whole_workers,
                                                 epochs=options.whole_epochs, vectors=target, **same)
                runs.append(measure(task, number))
    return runs


def of(runs: Sequence[Run], **wanted: Any) -> list[Run]:
    """The runs with the wanted properties, by round."""
    kept = [run for run in runs if all(run[key] == value for key, value in wanted.items())]
    return sorted(kept, key=lambda run: int(run["round"]))


def distance_of(runs: Sequence[Run]) -> str:
    """The core distances of some runs together; "near" only if all were."""
    if not runs or runs[0]["workers"] == 1:
        return "one thread"
    kinds = {"far" if max(run["core_distance_ns"]) >= NEAR_NS else "near" for run in runs if run["core_distance_ns"]}
    every = [ns for run in runs for ns in run["core_distance_ns"]]
    if not every:
        return str(runs[0]["core_distance"])
    return f"{min(every):.0f}-{max(every):.0f} ns, {' and '.join(sorted(kinds))}"


def speed_of(runs: Sequence[Run], options: argparse.Namespace) -> str:
    """Medians of train() alone."""
    rows = []
    for workers in options.workers:
        theirs = of(runs, action="train", library="gensim", workers=workers)
        for library in options.contestants:
            mine = of(runs, action="train", library=library, workers=workers)
            ratio = "1" if library == "gensim" else "not measured"
            if theirs and library != "gensim":
                per_second = ([run["trained_per_second"] for run in side] for side in (mine, theirs))
                ratio = ratios(*per_second).show("{:.2f}")
            rows.append([
                library, str(workers), Spread.of(run["trained_per_second"] for run in mine).show(),
                Spread.of(run["raw_per_second"] for run in mine).show(), ratio,
                f"{Spread.of(100 * run['trained'] / run['raw'] for run in mine).median:.1f}",
                f"{Spread.of(run['vocabulary_seconds'] for run in mine).median:.2f}", distance_of(mine),
            ])  # fmt: skip
    header = ["train() alone", "workers", "trained words/s", "raw words/s", "x gensim, same round", "% trained",
              "vocabulary, s (not in the figures)", "core distance"]
    return table(header, rows)


def whole_of(runs: Sequence[Run], options: argparse.Namespace) -> str:
    """Medians of the whole run."""
    rows = []
    theirs = of(runs, action="whole", library="gensim")
    for library in options.contestants:
        mine = of(runs, action="whole", library=library)
        ratio = "1" if library == "gensim" else "not measured"
        if theirs and library != "gensim":
            ratio = ratios([run["seconds"] for run in theirs], [run["seconds"] for run in mine]).show("{:.2f}")
        counts, peaks = ([run[key] for run in mine if run[key] is not None] for key in ("trained", "peak_megabytes"))
        rows.append([
            library, str(options.whole_workers), str(options.whole_epochs),
            Spread.of(run["seconds"] for run in mine).show("{:.2f}"), ratio,
            f"{Spread.of(counts).median:,.0f}" if counts else "not told",
            f"{Spread.of(peaks).median:,.0f}" if peaks else "not measured", distance_of(mine),
        ])  # fmt: skip
    header = ["file to saved vectors", "workers", "epochs", "seconds", "x faster than gensim, same round",
              "words trained", "peak memory, MB", "core distance"]
    return table(header, rows)


def pairs_of(runs: Sequence[Run]) -> str:
    """Every ratio by itself, beside the distance that it was measured at."""
    rows = []
    for run in runs:
        same = {key: run[key] for key in ("action", "workers", "round")}
        theirs = of(runs, library="gensim", **same)
        if run["library"] == "gensim" or not theirs:
            continue
        key, form = ("seconds", "{:.2f}") if run["action"] == "whole" else ("trained_per_second", "{:,.0f}")
        faster = theirs[0][key] / run[key] if key == "seconds" else run[key] / theirs[0][key]
        what = "whole run, s" if key == "seconds" else "train(), trained words/s"
        rows.append([what, str(run["round"]), str(run["workers"]), form.format(theirs[0][key]),
                     form.format(run[key]), f"{faster:.2f}", distance_of([theirs[0], run])])
    return table(["pair by pair", "round", "workers", "gensim", "cw2v", "x gensim", "core distance"], rows)


def report(runs: Sequence[Run], options: argparse.Namespace, machine: dict[str, str], words: int) -> str:
    """The whole output."""
    stated = {
        "command": command_line(),
        "corpus": f"{options.corpus.name}, {words:,} words" + (" (shortened)" if options.max_words else ""),
        **STATED,
        "epochs": f"{options.epochs} of train() alone, {options.whole_epochs} of the whole run",
        "timed": "train() alone: neither scan nor save. cw2v's build_vocab() keeps the words as ids, so its train() "
                 "does not read the file; gensim's reads and splits it each epoch. The whole run times scan, training "
                 "and save (word2vec binary)",
        "order": f"{options.rounds} rounds, contestants in turn, order reversed each round; medians (min to max); "
                 "the seed is the round's number",
        "core distance": f"round trip just before and after each run with threads; near is below {NEAR_NS:.0f} ns",
    }  # fmt: skip
    parts = ["# Training speed", listing(machine), listing(stated)]
    if options.rounds < 3 or options.max_words:
        parts.append("**A try, not a figure: fewer than 3 rounds or a shortened corpus.**")
    parts.append(speed_of(runs, options))
    if not options.skip_whole:
        parts.append(whole_of(runs, options))
    if set(options.contestants) == set(LIBRARIES):
        parts.append(pairs_of(runs))
    return "\n\n".join(parts)


def main() -> None:
    """Measure and print."""
    options = parse()
    for name in ("workers", "contestants"):  # each once
        setattr(options, name, list(dict.fromkeys(getattr(options, name))))
    need("cw2v", *options.contestants)
    if options.json and not options.json.parent.is_dir():
        raise BenchmarkError(f"--json {options.json}: there is no folder {options.json.parent}")
    machine = describe()
    with rewritten(options.corpus, options.max_words) as (corpus, words):
        say(f"{words:,} words in lines of 1000")
        with tempfile.TemporaryDirectory(prefix="cw2v-bench-") as folder:
            runs = measure_all(options, str(corpus), folder)
    if options.json:
        write_json(options.json, {"benchmark": "train", "machine": machine, "command": command_line(),
                                  "words": words, "runs": runs})  # fmt: skip
    print(report(runs, options, machine, words))


if __name__ == "__main__":
    run_main(main)
