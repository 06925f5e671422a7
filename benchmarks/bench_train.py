"""Speed of training beside gensim's: train() alone by kind and workers, and the whole run from a file to saved vectors.

Contestants take turns within each round, each in a fresh process; ratios are taken within a round. The runs of a kind
in a round are a block: blocks are kept in the --json file as wholes and not repeated, so that the runs of a ratio were
always made one after the other.
"""

from __future__ import annotations

import argparse
import importlib
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contestants import CONTESTANTS, KINDS, STATED
from harness import (
    add_corpus_options,
    command_line,
    in_fresh_process,
    listing,
    need,
    now,
    positive,
    rewritten,
    run_main,
    say,
    write_json,
)
from kept import check_json, corpus_key, estimate, kept_results, library_key, minutes
from machine import NEAR_NS, CoreDistance, core_distance, cpu_model, describe, fma_limit
from train_tables import BASE, details_of, limit_of, pairs_of, scaling_of, speed_of, whole_of

Run = dict[str, Any]
Kept = dict[str, Any]
LIBRARIES = ("gensim", "cw2v")
MORE_KINDS = ("sg-ns", "cbow-ns")  # run with more workers too
LIMIT_KINDS = ("sg-ns", "sg-ns-300")  # whose share of the multiply-add limit is told


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line; what is given twice counts once."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_corpus_options(parser)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS), help="default: all")
    parser.add_argument("--workers", type=positive, nargs="+", default=[1, 2], metavar="N", help="default 1 2")
    parser.add_argument("--more-workers", type=positive, nargs="*", default=[4, 8], metavar="N",
                        help=f"of cw2v alone, for {' and '.join(MORE_KINDS)}, compared with its {BASE} workers where "
                             "--workers has them; default 4 8; nothing: none")
    parser.add_argument("--rounds", type=positive, default=3, help="default 3; fewer make no figure")
    parser.add_argument("--epochs", type=positive, default=1, help="of train(); default 1")
    parser.add_argument("--whole-kinds", nargs="+", choices=list(KINDS), default=["sg-ns"],
                        help="whose whole run is timed, of those in --kinds; default sg-ns")
    parser.add_argument("--whole-epochs", type=positive, default=5, help="of the whole run; default 5")
    parser.add_argument("--whole-workers", type=positive, default=2, help="of the whole run; default 2")
    parser.add_argument("--skip-whole", action="store_true", help="measure train() only")
    parser.add_argument("--contestants", nargs="+", choices=LIBRARIES, default=list(LIBRARIES))
    options = parser.parse_args(arguments)
    for name in ("kinds", "workers", "more_workers", "contestants", "whole_kinds"):
        setattr(options, name, list(dict.fromkeys(getattr(options, name))))
    if BASE not in options.workers or "cw2v" not in options.contestants:
        options.more_workers = []
    options.more_workers = [n for n in options.more_workers if n not in options.workers]
    options.whole_kinds = [k for k in options.whole_kinds if k in options.kinds and not options.skip_whole]
    return options


# --- what to run


@dataclass(frozen=True)
class Block:
    """Runs that belong together, in their order: one kind, one round."""

    kind: str
    number: int
    tasks: tuple[dict[str, Any], ...]

    def key(self, options: argparse.Namespace) -> str:
        """All that the block's figures depend on; its tasks have every hyper-parameter."""
        folders = ("corpus", "vectors")
        what = {
            "tasks": [{key: value for key, value in task.items() if key not in folders} for task in self.tasks],
            "round": self.number, "libraries": {name: library_key(name) for name in sorted(options.contestants)},
            "corpus": corpus_key(options), "processor": cpu_model(),
        }  # fmt: skip
        return json.dumps(what, sort_keys=True)


def turns(kind: str, options: argparse.Namespace) -> list[tuple[str, int]]:
    """Library and workers of a block's runs of train(), one after the other.

    Both libraries with equal workers are neighbours, and so are cw2v's runs with one number of workers and the next:
    gensim with 1, cw2v with 1, with 8, 4 and 2, gensim with 2.
    """
    order: list[tuple[str, int]] = []
    for place, workers in enumerate(options.workers):
        names = options.contestants[::-1] if place % 2 else options.contestants
        pair = [(name, workers) for name in names]
        if workers == BASE and kind in MORE_KINDS and options.more_workers:
            more = [("cw2v", n) for n in options.more_workers]
            pair = more[::-1] + pair if names[0] == "cw2v" else pair + more
        order += pair
    return order


def blocks_of(options: argparse.Namespace, corpus: str, folder: str) -> list[Block]:
    """Everything to be run. A block's order is reversed in every other round, so that none is always first."""
    blocks = []
    for number in range(1, options.rounds + 1):
        way = 1 if number % 2 else -1
        same: dict[str, Any] = {"corpus": corpus, "seed": number}
        for kind in options.kinds:
            tasks = [CONTESTANTS[name].task("train", kind, workers=workers, epochs=options.epochs, **same)
                     for name, workers in turns(kind, options)[::way]]  # fmt: skip
            blocks.append(Block(kind, number, tuple(tasks)))
        for kind in options.whole_kinds:
            more: dict[str, Any] = {"workers": options.whole_workers, "epochs": options.whole_epochs,
                                    "vectors": str(Path(folder) / "vectors.bin")}  # fmt: skip
            tasks = [CONTESTANTS[name].task("whole", kind, **same, **more) for name in options.contestants[::way]]
            blocks.append(Block(kind, number, tuple(tasks)))
    return blocks


# --- measuring


def measured(task: dict[str, Any]) -> Run:
    """One run with what is measured just before and just after it: the core distance if it has more than one thread,
    the multiply-add limit for one thread of the kinds that it is told for."""
    threaded = task["workers"] > 1
    limited = (task["action"], task["library"], task["workers"]) == ("train", "cw2v", 1) and task["kind"] in LIMIT_KINDS
    simd = importlib.import_module("cw2v").simd()
    limits = [fma_limit(simd) if limited else None]
    before = core_distance() if threaded else None
    run: Run = in_fresh_process(task)
    after = core_distance() if threaded else None
    limits.append(fma_limit(simd) if limited else None)
    distance = CoreDistance(
        tuple(ns for d in (before, after) if d for ns in d.nanoseconds), before.why_not if before else ""
    )
    run["core_distance_ns"] = list(distance.nanoseconds)
    run["core_distance"] = str(distance) if threaded else ""
    if all(limits):
        run["fma_limits"] = limits
    return run


def measure(task: dict[str, Any], number: int) -> Run:
    """One run with all that the tables want to know of it."""
    run = measured(task)
    run |= {key: task[key] for key in ("action", "library", "kind", "workers", "epochs")} | {"round": number}
    run |= {key: task["parameters"][key] for key in ("vector_size", "negative")}
    if task["action"] == "train":
        run["trained_per_second"] = run["trained"] / run["train_seconds"]
        run["raw_per_second"] = run["raw"] / run["train_seconds"]
        figure = f"{run['trained_per_second']:,.0f} trained words/s"
    else:
        figure = f"{run['seconds']:.2f} s from file to vectors"
    say(f"round {number}, {task['kind']}, {task['library']}, {task['workers']} workers: {figure}  "
        f"{run['core_distance']}")  # fmt: skip
    return run


def measure_all(blocks: Sequence[Block], options: argparse.Namespace, words: int, kept: Kept,
                keep: Callable[[str, Any], None]) -> list[dict[str, Any]]:  # fmt: skip
    """The results of all blocks; each is kept as soon as it is whole."""
    keys = [block.key(options) for block in blocks]
    missing = [task for key, block in zip(keys, blocks, strict=True) if key not in kept for task in block.tasks]
    count = sum(len(block.tasks) for block in blocks)
    say(f"{words:,} words in lines of 1000; {len(missing)} of {count} runs to make (the others are kept from "
        f"earlier): {minutes(estimate(missing, words))}")  # fmt: skip
    results = []
    for place, (key, block) in enumerate(zip(keys, blocks, strict=True)):
        cached = key in kept
        if not cached:
            keep(key, {"measured": now(), "runs": [measure(task, block.number) for task in block.tasks]})
            rest = [t for k, b in zip(keys[place + 1:], blocks[place + 1:], strict=True) if k not in kept
                    for t in b.tasks]  # fmt: skip
            if rest:
                say(f"round {block.number}, {block.kind} done; {minutes(estimate(rest, words))} to go")
        results.append({**kept[key], "cached": cached})
    return results


# --- output


def stated_of(results: Sequence[dict[str, Any]], options: argparse.Namespace, words: int) -> dict[str, str]:
    """What a reader must know of the figures."""
    cached = [result["measured"] for result in results if result["cached"]]
    return {
        "command": command_line(),
        "corpus": f"{options.corpus.name}, {words:,} words" + (" (shortened)" if options.max_words else ""),
        **{kind: KINDS[kind].stated for kind in options.kinds}, **STATED,
        "epochs": f"{options.epochs} of train() alone"
                  + (f", {options.whole_epochs} of the whole run" if options.whole_kinds else ""),
        "timed": "train() alone: neither scan nor save. cw2v's build_vocab() keeps the words as ids, so its train() "
                 "does not read the file; gensim's reads and splits it each epoch. The whole run times scan, training "
                 "and save (word2vec binary)",
        "order": f"{options.rounds} rounds, contestants in turn, order reversed each round; medians (min to max); "
                 "the seed is the round's number",
        "core distance": f"round trip just before and after each run with threads; near is below {NEAR_NS:.0f} ns",
        "multiply-adds": "from the run's own pairs: (1 + negative) targets x 3 x dimensions for each; the limit is "
                         "fma_limit.c's, measured just before and after the run; shares are of the larger of the two",
        "kept from earlier": f"{len(cached)} of {len(results)} blocks (a kind in a round)"
                             + (f", measured {min(cached)} to {max(cached)}" if cached else ""),
    }  # fmt: skip


def report(results: Sequence[dict[str, Any]], options: argparse.Namespace, machine: dict[str, str], words: int) -> str:
    """The whole output."""
    runs = [run for result in results for run in result["runs"]]
    parts = ["# Training speed", listing(machine), listing(stated_of(results, options, words))]
    if options.rounds < 3 or options.max_words:
        parts.append("**A try, not a figure: fewer than 3 rounds or a shortened corpus.**")
    parts += [speed_of(runs, options), scaling_of(runs, options), limit_of(runs), whole_of(runs, options),
              details_of(runs, options), pairs_of(runs)]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def main() -> None:
    """Measure and print."""
    options = parse()
    need("cw2v", *options.contestants)
    check_json(options.json)
    kept = kept_results(options.json, "train")
    machine = describe()
    with rewritten(options.corpus, options.max_words) as (corpus, words):

        def keep(key: str, result: Any) -> None:
            kept[key] = result
            if options.json:
                write_json(options.json, {"benchmark": "train", "machine": machine, "command": command_line(),
                                          "words": words, "results": kept})  # fmt: skip

        with tempfile.TemporaryDirectory(prefix="cw2v-bench-") as folder:
            results = measure_all(blocks_of(options, str(corpus), folder), options, words, kept, keep)
    print(report(results, options, machine, words))


if __name__ == "__main__":
    run_main(main)
