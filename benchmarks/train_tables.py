"""The tables of bench_train.py, from its runs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from contestants import KINDS
from harness import Spread, ratios, table
from machine import NEAR_NS

__all__ = ["BASE", "details_of", "limit_of", "pairs_of", "scaling_of", "speed_of", "whole_of"]

Run = dict[str, Any]
BASE = 2  # workers that more of them are compared with
PRODUCTS = 3  # of vectors, for a pair's target: the dot product and two axpy


def of(runs: Sequence[Run], **wanted: Any) -> list[Run]:
    """The runs with the wanted properties, by round."""
    kept = [run for run in runs if all(run[key] == value for key, value in wanted.items())]
    return sorted(kept, key=lambda run: int(run["round"]))


def distance_of(runs: Sequence[Run]) -> str:
    """The core distances of some runs together; "near" only if all were."""
    threaded = [run for run in runs if run["workers"] > 1]
    if not threaded:
        return "one thread"
    kinds = {"far" if max(r["core_distance_ns"]) >= NEAR_NS else "near" for r in threaded if r["core_distance_ns"]}
    every = [ns for run in threaded for ns in run["core_distance_ns"]]
    if not every:
        return str(threaded[0]["core_distance"])
    return f"{min(every):.0f}-{max(every):.0f} ns, {' and '.join(sorted(kinds))}"


def faster(ours: Sequence[Run], theirs: Sequence[Run]) -> Spread:
    """How many times the trained words a second, by round."""
    return ratios(*([run["trained_per_second"] for run in side] for side in (ours, theirs)))


def speed_of(runs: Sequence[Run], options: argparse.Namespace) -> str:
    """Medians of train() alone beside each other, and whether the goal is reached."""
    rows = []
    for kind in options.kinds:
        for workers in options.workers:
            sides = {name: of(runs, action="train", kind=kind, library=name, workers=workers)
                     for name in ("gensim", "cw2v")}  # fmt: skip
            speeds = [Spread.of(run["trained_per_second"] for run in side).show() if side else "not measured"
                      for side in sides.values()]  # fmt: skip
            ratio, reached = "not measured", ""
            if all(sides.values()):
                spread = faster(sides["cw2v"], sides["gensim"])
                ratio, reached = spread.show("{:.2f}"), "yes" if spread.median >= KINDS[kind].goal else "no"
            rows.append([KINDS[kind].title, str(workers), *speeds, ratio, f"{KINDS[kind].goal:g}", reached,
                         distance_of([run for side in sides.values() for run in side])])  # fmt: skip
    header = ["train() alone", "workers", "gensim, trained words/s", "cw2v, trained words/s", "x gensim, same round",
              "goal", "median reaches it", "core distance"]
    return table(header, rows)


def details_of(runs: Sequence[Run], options: argparse.Namespace) -> str:
    """What else belongs to the figures of train() alone."""
    rows = []
    for kind in options.kinds:
        for workers in sorted({run["workers"] for run in runs}):
            for library in options.contestants:
                mine = of(runs, action="train", kind=kind, library=library, workers=workers)
                if not mine:
                    continue
                busy = Spread.of(run["processor_seconds"] / run["train_seconds"] for run in mine)
                rows.append([
                    KINDS[kind].title, library, str(workers), Spread.of(run["raw_per_second"] for run in mine).show(),
                    f"{Spread.of(100 * run['trained'] / run['raw'] for run in mine).median:.1f}",
                    f"{Spread.of(run['vocabulary_seconds'] for run in mine).median:.2f}", busy.show("{:.2f}"),
                ])  # fmt: skip
    header = ["train() alone", "library", "workers", "raw words/s", "% trained", "vocabulary, s (not in the figures)",
              "processors busy"]
    return table(header, rows)


def scaling_of(runs: Sequence[Run], options: argparse.Namespace) -> str:
    """More workers against fewer of the same library in the same round."""
    steps = [(BASE, 1)] + [(more, BASE) for more in options.more_workers]
    rows = []
    for kind in options.kinds:
        for library in options.contestants:
            for more, fewer in steps:
                many, few = (of(runs, action="train", kind=kind, library=library, workers=n) for n in (more, fewer))
                if not many or not few:
                    continue
                each = faster(many, few)
                listed = "; ".join(f"{value:.2f} at {distance_of([one])}"
                                   for value, one in zip(each.values, many, strict=True))  # fmt: skip
                rows.append([KINDS[kind].title, library, f"{more} against {fewer}", each.show("{:.2f}"), listed])
    header = ["train() alone", "library", "workers", "x trained words/s, same round", "round by round, core distance"]
    return table(header, rows) if rows else ""


def multiply_adds(run: Run, width: int) -> float:
    """Of a run of skip-gram with negative sampling, in rows of `width` floats: each prediction has 1 + negative
    targets (noise that hit the centre word is counted, as it is computed), each a dot product and two axpy."""
    return float(run["pairs"] * (1 + run["negative"]) * PRODUCTS * width)


def limit_of(runs: Sequence[Run]) -> str:
    """Share of the machine's multiply-add limit, of the runs that it was measured beside."""
    rows = []
    measured = [run for run in runs if "fma_limits" in run]
    for kind in dict.fromkeys(run["kind"] for run in measured):
        mine = of(measured, kind=kind)
        for name, label in (("vector_size", "nominal"), ("padded", "padded")):
            done = [multiply_adds(run, run[name]) for run in mine]
            reached = [count / run["train_seconds"] / 1e9 for count, run in zip(done, mine, strict=True)]
            limits = [ns for run in mine for ns in run["fma_limits"]]
            shares = Spread.of(100 * a / max(run["fma_limits"]) for a, run in zip(reached, mine, strict=True))
            rows.append([
                KINDS[kind].title, f"{mine[0][name]} ({label})",
                f"{Spread.of(run['pairs'] / run['trained'] for run in mine).median:.3f}",
                f"{Spread.of(count / run['trained'] for count, run in zip(done, mine, strict=True)).median:,.0f}",
                Spread.of(reached).show("{:.1f}"), Spread.of(limits).show("{:.1f}"), shares.show("{:.1f}"),
            ])  # fmt: skip
    header = ["cw2v, train() alone, 1 worker", "dimensions counted", "pairs a trained word",
              "multiply-adds a trained word", "multiply-adds/ns", "limit/ns, before and after", "% of the limit"]
    return table(header, rows) if rows else ""


def whole_of(runs: Sequence[Run], options: argparse.Namespace) -> str:
    """Medians of the whole run."""
    rows = []
    for kind in options.whole_kinds:
        theirs = of(runs, action="whole", kind=kind, library="gensim")
        for library in options.contestants:
            mine = of(runs, action="whole", kind=kind, library=library)
            ratio = "1" if library == "gensim" else "not measured"
            if theirs and library != "gensim":
                ratio = ratios([run["seconds"] for run in theirs], [run["seconds"] for run in mine]).show("{:.2f}")
            counts, peaks = ([r[key] for r in mine if r[key] is not None] for key in ("trained", "peak_megabytes"))
            rows.append([
                KINDS[kind].title, library, str(options.whole_workers), str(options.whole_epochs),
                Spread.of(run["seconds"] for run in mine).show("{:.2f}"), ratio,
                f"{Spread.of(counts).median:,.0f}" if counts else "not told",
                f"{Spread.of(peaks).median:,.0f}" if peaks else "not measured", distance_of(mine),
            ])  # fmt: skip
    header = ["file to saved vectors", "library", "workers", "epochs", "seconds", "x faster than gensim, same round",
              "words trained", "peak memory, MB", "core distance"]
    return table(header, rows) if rows else ""


def pairs_of(runs: Sequence[Run]) -> str:
    """Every ratio by itself, beside the distance that it was measured at."""
    rows = []
    for run in runs:
        theirs = of(runs, library="gensim", **{key: run[key] for key in ("action", "kind", "workers", "round")})
        if run["library"] == "gensim" or not theirs:
            continue
        key, form = ("seconds", "{:.2f}") if run["action"] == "whole" else ("trained_per_second", "{:,.0f}")
        ratio = theirs[0][key] / run[key] if key == "seconds" else run[key] / theirs[0][key]
        what = "whole run, s" if key == "seconds" else "train(), trained words/s"
        rows.append([f"{KINDS[run['kind']].title}: {what}", str(run["round"]), str(run["workers"]),
                     form.format(theirs[0][key]), form.format(run[key]), f"{ratio:.2f}",
                     distance_of([theirs[0], run])])  # fmt: skip
    header = ["pair by pair", "round", "workers", "gensim", "cw2v", "x gensim", "core distance"]
    return table(header, rows) if rows else ""
