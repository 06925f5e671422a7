"""Quality of the vectors beside gensim's, kind by kind: similarity judgements and analogies, means over seeds.

Every contestant's vectors are saved in word2vec's binary format and judged by the same code, cw2v's. Finished runs are
kept in the --json file and not repeated.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from contestants import CONTESTANTS, KINDS, STATED
from harness import (
    DATA,
    BenchmarkError,
    Spread,
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
    table,
    write_json,
)
from kept import check_json, corpus_key, estimate, kept_results, library_key, minutes
from machine import core_distance, cpu_model, describe

Run = dict[str, Any]
PAIRS = {"WS-353": "EN-WS-353-ALL.tsv", "SimLex": "EN-SIMLEX-999.tsv", "MEN": "EN-MEN-TR-3k.tsv"}
METRICS = (*PAIRS, "Google")
ANALOGY_WORDS = 30_000
JUDGING_SECONDS = 6  # of one run's vectors, about
VARIANTS = ("cw2v-16", "cw2v-deterministic", "cw2v-exact")  # compared with cw2v, too
DEFAULT_KINDS = ["sg-ns", "cbow-ns", "sg-hs", "cbow-hs"]
TOLERANCE = 0.5  # points by which a mean may lie below gensim's


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_corpus_options(parser)
    parser.add_argument("--eval", type=Path, default=DATA / "eval", metavar="FOLDER",
                        help="with similarity/ and analogy/; default %(default)s")
    parser.add_argument("--seeds", type=positive, nargs="+", default=[1, 2, 3], metavar="N", help="default 1 2 3")
    parser.add_argument("--epochs", type=positive, default=3, help="default 3")
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=DEFAULT_KINDS, help="default %(default)s")
    parser.add_argument("--contestants", nargs="+", choices=list(CONTESTANTS), default=list(CONTESTANTS),
                        help="where they belong: cw2v-pairs and cw2v-16 in sg-ns, cw2v-exact in cbow-ns; default: all")
    options = parser.parse_args(arguments)
    for name in ("seeds", "kinds", "contestants"):  # each once
        setattr(options, name, list(dict.fromkeys(getattr(options, name))))
    return options


def names_of(kind: str, options: argparse.Namespace) -> list[str]:
    """The contestants of a kind."""
    return [name for name in options.contestants if not CONTESTANTS[name].kinds or kind in CONTESTANTS[name].kinds]


# --- measuring


def cache_key(name: str, kind: str, seed: int, options: argparse.Namespace) -> str:
    """All that a result depends on but the machine."""
    contestant = CONTESTANTS[name]
    what = {
        "contestant": name, "version": library_key(contestant.library), "seed": seed, "epochs": options.epochs,
        "workers": contestant.workers, "corpus": corpus_key(options), "environment": contestant.environment,
        "settings": {**KINDS[kind].parameters, **contestant.extra},
    }  # fmt: skip
    return json.dumps(what, sort_keys=True)


def evaluate(vectors: str, folder: Path) -> tuple[dict[str, float], dict[str, int]]:
    """Scores x 100 and numbers of items used, by metric. A test whose words are all unknown scores NaN."""
    cw2v = importlib.import_module("cw2v")
    kv = cw2v.KeyedVectors.load_word2vec_format(vectors, binary=True)
    scores, used = {}, {}
    for name, file in PAIRS.items():
        path = folder / "similarity" / file
        try:
            _, spearman, unknown = kv.evaluate_word_pairs(path)
        except cw2v.errors.FileFormatError:  # fewer than two pairs are known, on a very short corpus
            scores[name], used[name] = math.nan, 0
            continue
        items = sum(1 for line in path.read_text("utf8").splitlines() if line.strip() and line[0] != "#")
        scores[name], used[name] = 100 * float(spearman.statistic), round(items * (1 - unknown / 100))
    accuracy, sections = kv.evaluate_word_analogies(folder / "analogy" / "questions-words.txt", ANALOGY_WORDS)
    used["Google"] = len(sections[-1]["correct"]) + len(sections[-1]["incorrect"])
    scores["Google"] = 100 * accuracy if used["Google"] else math.nan
    return scores, used


def measure(name: str, kind: str, seed: int, options: argparse.Namespace, corpus: str) -> Run:
    """Train in a fresh process, judge here."""
    with tempfile.TemporaryDirectory(prefix="cw2v-bench-") as folder:
        target = str(Path(folder) / "vectors.bin")
        before = core_distance()
        task = CONTESTANTS[name].task("train", kind, corpus, seed=seed, epochs=options.epochs, vectors=target)
        run: Run = in_fresh_process(task)
        scores, used = evaluate(target, options.eval)
    return {
        **run, "contestant": name, "kind": kind, "seed": seed, "scores": scores, "used": used, "measured": now(),
        "trained_per_second": run["trained"] / run["train_seconds"], "core_distance": str(before),
        "processor": cpu_model(),
    }  # fmt: skip


def measure_all(options: argparse.Namespace, corpus: str, words: int, kept: dict[str, Run],
                keep: Callable[[str, Run], None]) -> list[Run]:  # fmt: skip
    """Every contestant of every kind with every seed, in turn; results are kept as soon as they are there."""
    todo = [(cache_key(name, kind, seed, options), name, kind, seed)
            for seed in options.seeds for kind in options.kinds for name in names_of(kind, options)]  # fmt: skip
    missing = [CONTESTANTS[name].task("train", kind, corpus, seed=seed, epochs=options.epochs)
               for key, name, kind, seed in todo if key not in kept]  # fmt: skip
    say(f"{words:,} words in lines of 1000; {len(missing)} of {len(todo)} runs to make (the others are kept from "
        f"earlier): {minutes(estimate(missing, words) + JUDGING_SECONDS * len(missing))}")  # fmt: skip
    runs = []
    for key, name, kind, seed in todo:
        cached = key in kept
        run = kept[key] if cached else measure(name, kind, seed, options, corpus)
        if not cached:
            keep(key, run)
        runs.append({**run, "cached": cached})
        scores = ", ".join(f"{metric} {run['scores'][metric]:.1f}" for metric in METRICS)
        say(f"{kind}, {name}, seed {seed}: {scores}; {run['trained_per_second']:,.0f} trained words/s"
            + (f" (kept, of {run['measured']})" if cached else ""))
    return runs


# --- output


def scores_of(runs: Sequence[Run], name: str, metric: str) -> Spread:
    """One contestant's scores over the seeds."""
    return Spread.of(run["scores"][metric] for run in runs if run["contestant"] == name)


def quality_table(kind: str, runs: Sequence[Run], names: Sequence[str]) -> str:
    """Means and spreads of one kind's runs."""
    rows = []
    for name in names:
        mine = [run for run in runs if run["contestant"] == name]
        rows.append([
            CONTESTANTS[name].title, *(scores_of(runs, name, m).show("{:.1f}", "mean") for m in METRICS),
            Spread.of(run["trained_per_second"] for run in mine).show(),
            f"{100 * mine[0]['trained'] / mine[0]['raw']:.1f}",
            "; ".join(dict.fromkeys(run["core_distance"] for run in mine)),
        ])  # fmt: skip
    used = runs[0]["used"]
    header = [f"{KINDS[kind].title}, mean (min to max) over seeds", *(f"{m} ({used[m]:,} used)" for m in METRICS),
              "trained words/s, median", "% trained", "core distance"]
    return table(header, rows)


def difference_table(kind: str, runs: Sequence[Run], names: Sequence[str]) -> str:
    """Differences of the means with their standard errors: to gensim, and of cw2v's variants to cw2v."""
    pairs = [(name, "gensim") for name in names if name != "gensim"] + [(name, "cw2v") for name in VARIANTS]
    rows = []
    for name, other in pairs:
        if not {name, other} <= set(names):
            continue
        cells, worst = [], math.inf
        for metric in METRICS:
            a, b = scores_of(runs, name, metric), scores_of(runs, other, metric)
            error = math.hypot(a.standard_error, b.standard_error)
            cells.append(f"{a.mean - b.mean:+.2f} ± {error:.2f}")
            worst = math.nan if math.isnan(a.mean - b.mean) else min(worst, a.mean - b.mean)
        verdict = "yes" if worst >= -TOLERANCE else "no"
        rows.append([f"{CONTESTANTS[name].title} - {CONTESTANTS[other].title}", *cells, verdict])
    header = [f"{KINDS[kind].title}, difference of the means ± standard error", *METRICS, f"none below -{TOLERANCE}"]
    return table(header, rows) if rows else ""


def report(runs: Sequence[Run], options: argparse.Namespace, machine: dict[str, str], words: int) -> str:
    """The whole output."""
    cached = [run for run in runs if run["cached"]]
    elsewhere = {run["processor"] for run in runs} - {cpu_model()}
    stated = {
        "command": command_line(),
        "corpus": f"{options.corpus.name}, {words:,} words" + (" (shortened)" if options.max_words else ""),
        **{kind: KINDS[kind].stated for kind in options.kinds}, **STATED,
        "epochs and seeds": f"{options.epochs} epochs; seeds {', '.join(map(str, options.seeds))}",
        "scores": f"Spearman x 100 over all words; Google analogies in % over the {ANALOGY_WORDS:,} most frequent "
                  "words; the same code judges all",
        "threads": "2, or 16 with CW2V_OVERSUBSCRIBE=1 in the environment: more than the machine has processors",
        "timed": "train() alone (no scan, no save); runs with equal seed one after the other",
        "results kept from earlier": (f"{len(cached)} of {len(runs)}, measured {min(r['measured'] for r in cached)} to "
                                      f"{max(r['measured'] for r in cached)}" if cached else "none")
                                     + (f"; SPEEDS OF ANOTHER PROCESSOR: {', '.join(elsewhere)}" if elsewhere else ""),
    }  # fmt: skip
    parts = ["# Quality of the vectors", listing(machine), listing(stated)]
    if len(options.seeds) < 3 or options.max_words:
        parts.append("**A try, not a figure: fewer than 3 seeds or a shortened corpus.**")
    for kind in options.kinds:
        mine, names = [run for run in runs if run["kind"] == kind], names_of(kind, options)
        parts += [quality_table(kind, mine, names), difference_table(kind, mine, names)] if names else []
    return "\n\n".join(part for part in parts if part)


def check_files(options: argparse.Namespace) -> None:
    """Raise BenchmarkError for a missing file before an hour is spent."""
    wanted = [options.corpus, *(options.eval / "similarity" / file for file in PAIRS.values()),
              options.eval / "analogy" / "questions-words.txt"]
    for path in wanted:
        if not path.is_file():
            raise BenchmarkError(f"{path} is missing; give --corpus FILE and --eval FOLDER")
    check_json(options.json)


def main() -> None:
    """Measure and print."""
    options = parse()
    need("cw2v", *(CONTESTANTS[name].library for name in options.contestants))
    check_files(options)
    kept = kept_results(options.json, "quality")
    machine = describe()

    def keep(key: str, run: Run) -> None:
        kept[key] = run
        if options.json:
            write_json(options.json, {"benchmark": "quality", "machine": machine, "results": kept})

    with rewritten(options.corpus, options.max_words) as (corpus, words):
        runs = measure_all(options, str(corpus), words, kept, keep)
    print(report(runs, options, machine, words))


if __name__ == "__main__":
    run_main(main)
