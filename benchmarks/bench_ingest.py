"""Reading a corpus beside gensim: counting the words of a file, and the whole run from token lists in memory.

Contestants take turns within each round, each in a fresh process, and ratios are taken within a round. The runs of a
part in a round are kept in the --json file as a whole and not repeated.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contestants import CONTESTANTS, KINDS, STATED
from harness import (
    BenchmarkError,
    Spread,
    add_corpus_options,
    command_line,
    in_fresh_process,
    listing,
    need,
    now,
    positive,
    ratios,
    rewritten,
    run_main,
    say,
    table,
    write_json,
)
from kept import check_json, corpus_key, kept_results, library_key
from machine import cpu_model, describe

Run = dict[str, Any]
KIND = "sg-ns"
# Library, workers and source of each part's runs; the others are compared with the first.
PARTS = {
    "scan": [("gensim", 1, "file"), ("cw2v", 1, "file"), ("cw2v", 2, "file")],
    "whole": [("gensim", 2, "list"), ("cw2v", 2, "list"), ("cw2v", 2, "generator")],
}
GOALS = {("scan", 1, "file"): 8, ("scan", 2, "file"): 14, ("whole", 2, "list"): 10, ("whole", 2, "generator"): 10}


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_corpus_options(parser)
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS), help="default: all")
    parser.add_argument("--rounds", type=positive, default=3, help="default 3; fewer make no figure")
    parser.add_argument("--epochs", type=positive, default=5, help="of the whole run; default 5")
    options = parser.parse_args(arguments)
    options.parts = list(dict.fromkeys(options.parts))
    return options


def tasks_of(part: str, number: int, options: argparse.Namespace, corpus: str, folder: str) -> list[Run]:
    """The runs of a part in a round; the order turns round each time."""
    tasks = []
    for library, workers, source in PARTS[part][:: 1 if number % 2 else -1]:
        action = "scan" if part == "scan" else "tokens"
        tasks.append(CONTESTANTS[library].task(
            action, KIND, corpus, workers=workers, source=source, seed=number, epochs=options.epochs,
            vectors=str(Path(folder) / "vectors.bin")))  # fmt: skip
    return tasks


def key_of(tasks: list[Run], options: argparse.Namespace) -> str:
    """All that the figures of these runs depend on."""
    folders = ("corpus", "vectors")
    return json.dumps({
        "tasks": [{name: value for name, value in task.items() if name not in folders} for task in tasks],
        "libraries": {name: library_key(name) for name in ("cw2v", "gensim")}, "corpus": corpus_key(options),
        "processor": cpu_model(),
    }, sort_keys=True)  # fmt: skip


def measure(part: str, task: Run, words: int) -> Run:
    """One run; both must have read the same."""
    run = in_fresh_process(task)
    if run.get("words", words) != words:
        raise BenchmarkError(f"{task['library']} counts {run['words']:,} words where there are {words:,}")
    run |= {name: task[name] for name in ("library", "workers", "source")} | {"part": part}
    say(f"{part}, {run['library']}, {run['workers']} workers, {run['source']}: {run['seconds']:.2f} s")
    return run


def rows_of(part: str, prefix: str, runs: list[Run]) -> list[list[str]]:
    """One row a contestant: seconds, processor seconds, memory, and gensim's seconds over its own by round."""
    groups = [[run for run in runs if (run["part"], run["library"], run["workers"], run["source"]) == (part, *who)]
              for who in PARTS[part]]  # fmt: skip
    seconds, processor = f"{prefix}seconds", f"{prefix}processor_seconds"
    rows = []
    for (library, workers, source), group in zip(PARTS[part], groups, strict=True):
        name = f"{library}, {source}"
        if (part, library) != ("scan", "gensim"):  # which scans with one thread
            name = f"{library}, {workers} worker{'s' * (workers > 1)}, {source}"
        peak = Spread.of(run["peak_megabytes"] or float("nan") for run in group).median
        row = [name, Spread.of(run[seconds] for run in group).show("{:,.2f}"),
               Spread.of(run[processor] for run in group).show("{:,.2f}"), f"{peak:,.0f}"]  # fmt: skip
        if library == "cw2v":
            ratio = ratios([run[seconds] for run in groups[0]], [run[seconds] for run in group])
            row += [ratio.show("{:.1f}"), "" if prefix else str(GOALS[part, workers, source])]
        rows.append([*row, *[""] * (6 - len(row))])
    return rows


def report(runs: list[Run], options: argparse.Namespace, machine: dict[str, str], words: int) -> str:
    """The whole output."""
    stated = {
        "command": command_line(),
        "corpus": f"{options.corpus.name}, {words:,} words" + (" (shortened)" if options.max_words else ""),
        "sentences": STATED["sentences"], "process": STATED["process"], KIND: KINDS[KIND].stated,
        "scan": "counting the words of the file: gensim's scan_vocab(corpus_file=), one thread whatever its workers; "
                "cw2v's also keeps the words as ids, which training then reads",
        "build_vocab": "the same and all that training needs, made after it in the same process",
        "whole run": f"from token lists in memory to saved vectors (word2vec binary), {options.epochs} epochs; a "
                     "generator hands the same lists out once, which gensim cannot take",
        "order": f"{options.rounds} rounds, contestants in turn, order reversed each round; medians (min to max)",
    }  # fmt: skip
    titles = {("scan", ""): "counting words", ("scan", "build_"): "build_vocab()",
              ("whole", ""): f"whole run, {options.epochs} epochs"}  # fmt: skip
    parts = ["# Reading corpora", listing(machine), listing(stated)]
    if options.rounds < 3 or options.max_words:
        parts.append("**A try, not a figure: fewer than 3 rounds or a shortened corpus.**")
    header = ["seconds", "processor seconds", "peak MB", "x gensim", "goal"]
    parts += [table([title, *header], rows_of(part, prefix, runs))
              for (part, prefix), title in titles.items() if part in options.parts]  # fmt: skip
    return "\n\n".join(parts)


def main() -> None:
    """Measure and print."""
    options = parse()
    need("cw2v", "gensim")
    check_json(options.json)
    kept = kept_results(options.json, "ingest")
    machine, runs = describe(), []
    with rewritten(options.corpus, options.max_words) as (corpus, words), \
            tempfile.TemporaryDirectory(prefix="cw2v-bench-") as folder:  # fmt: skip
        for number in range(1, options.rounds + 1):
            for part in options.parts:
                tasks = tasks_of(part, number, options, str(corpus), folder)
                key = key_of(tasks, options)
                if key not in kept:
                    say(f"round {number} of {options.rounds}, {part}")
                    kept[key] = {"measured": now(), "runs": [measure(part, task, words) for task in tasks]}
                    if options.json:
                        write_json(options.json, {"benchmark": "ingest", "machine": machine, "words": words,
                                                  "command": command_line(), "results": kept})  # fmt: skip
                runs += kept[key]["runs"]
    print(report(runs, options, machine, words))


if __name__ == "__main__":
    run_main(main)
