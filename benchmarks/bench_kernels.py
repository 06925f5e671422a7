"""Time of one window step of the training loop, for each instruction set, beside the machine's multiply-add limit.

A step is one centre word with its window: draw the noise, then N contexts x (1 + 5) targets, a dot product and two axpy
each. The block driver runs it as in training, over a synthetic corpus whose matrices stay in the cache; one thread.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from harness import (
    BenchmarkError,
    Spread,
    command_line,
    listing,
    need,
    positive,
    run_main,
    say,
    table,
    write_json,
)
from machine import describe, fma_limit

WORDS = 256  # two matrices of 256 x 304 floats are 0.6 MB: in the second-level cache
NEGATIVE = 5
SENTENCE = 2048
STEPS_AT_FIRST = 4 * SENTENCE
PRODUCTS = 3  # of vectors, a pair: the dot product and two axpy

# Name -> keywords of the core's Epoch.
VARIANTS = {
    "fused": {"shared_negatives": True, "fused": True},
    "generic": {"shared_negatives": True, "fused": False},
    "noise per pair": {"shared_negatives": False, "fused": True},
}


@dataclass(frozen=True)
class Case:
    """One thing to time: instruction set, dimensions, contexts of a window, and which step."""

    simd: str
    dimensions: int
    contexts: int
    variant: str


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simd", nargs="+", default=None, metavar="NAME", help="default: all that the machine runs")
    parser.add_argument("--dimensions", type=positive, nargs="+", default=[100, 300], metavar="D",
                        help="default 100 300")
    parser.add_argument("--contexts", type=positive, nargs="+", default=[6, 10], metavar="N",
                        help="even numbers; default 6 10")
    parser.add_argument("--variants", nargs="+", choices=list(VARIANTS), default=["fused", "generic"])
    parser.add_argument("--rounds", type=positive, default=5, help="default 5")
    parser.add_argument("--seconds", type=float, default=0.1, help="of each timing, about; default 0.1")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write everything measured there")
    return parser.parse_args(arguments)


class Stepper:
    """A corpus, weights and a worker for one case.

    The corpus goes through a shuffled vocabulary round and round, so that no word stands twice in a window. Nothing is
    sub-sampled and windows do not shrink: each step but those at sentence ends has exactly the wanted contexts.
    """

    def __init__(self, case: Case) -> None:
        self.core: Any = importlib.import_module("cw2v._core")
        self.case = case
        self.dim = -(-case.dimensions // self.core.ROW_ALIGN) * self.core.ROW_ALIGN
        self.order = np.random.default_rng(1).permutation(WORDS).astype(np.int32)

    def seconds(self, steps: int) -> float:
        """Time of some steps, from fresh weights: long training would drive them to odd values."""
        epoch = self._epoch(steps)
        matrices = [self.core.aligned_zeros((WORDS, self.dim)) for _ in range(2)]
        for number, matrix in enumerate(matrices):
            values = np.random.default_rng(number).random((WORDS, self.case.dimensions), dtype=np.float32)
            matrix[:, : self.case.dimensions] = (values - 0.5) / 10
        worker, control = self.core.Worker(epoch, *matrices), self.core.Control()
        control.reset()
        begun = time.perf_counter()
        trained, *_ = worker.train(epoch, control)
        ended = time.perf_counter()
        if trained != steps:
            raise BenchmarkError(f"{self.case}: {trained} steps were made instead of {steps}")
        return ended - begun

    def _epoch(self, steps: int) -> Any:
        ids = np.resize(self.order, steps).astype(np.int32)
        offsets = np.append(np.arange(0, steps, SENTENCE), steps).astype(np.int64)
        blocks = np.arange(len(offsets), dtype=np.int64)
        return self.core.Epoch(
            ids=ids, offsets=offsets, blocks=blocks, keep=np.full(WORDS, 2**32 - 1, np.uint32),
            noise=self.core.alias_table(np.ones(WORDS)), dim=self.dim, window=self.case.contexts // 2,
            shrink_windows=False, negative=NEGATIVE, seed=1, epoch=0, start_alpha=1e-4, end_alpha=1e-4,
            progress_begin=0.0, progress_step=0.0, simd=self.case.simd, **VARIANTS[self.case.variant],
        )  # fmt: skip

    def pairs(self, steps: int) -> int:
        """Context and target pairs of all steps; windows at sentence ends are smaller."""
        reach = self.case.contexts // 2
        full, rest = divmod(steps, SENTENCE)
        return sum(
            count * sum(min(i, reach) + min(size - 1 - i, reach) for i in range(size))
            for count, size in ((full, SENTENCE), (1, rest))
        ) * (NEGATIVE + 1)


def measure(cases: Sequence[Case], rounds: int, seconds: float) -> dict[Case, list[float]]:
    """Nanoseconds a step, by case and round; the cases take turns."""
    steppers = {case: Stepper(case) for case in cases}
    steps = {case: max(SENTENCE, int(STEPS_AT_FIRST * seconds / stepper.seconds(STEPS_AT_FIRST)))
             for case, stepper in steppers.items()}  # fmt: skip
    times: dict[Case, list[float]] = {case: [] for case in cases}
    for number in range(rounds):
        for case in cases:
            times[case].append(1e9 * steppers[case].seconds(steps[case]) / steps[case])
        say(f"round {number + 1} of {rounds} done")
    return times


def row_of(case: Case, times: Sequence[float], limit: float | None) -> list[str]:
    """One line of the table."""
    stepper = Stepper(case)
    step = Spread.of(times)
    pairs = stepper.pairs(SENTENCE) / SENTENCE
    executed = pairs * PRODUCTS * stepper.dim / step.median
    share = f"{100 * executed / limit:.0f}" if limit else "not measured"
    return [case.simd, case.variant, str(case.dimensions), str(case.contexts), step.show("{:,.0f}"),
            f"{step.median / pairs:.1f}", f"{executed:.1f}", share]


def report(times: dict[Case, list[float]], limits: dict[str, float | None], stated: dict[str, str]) -> str:
    """The whole output."""
    header = ["instruction set", "step", "dimensions", "contexts", "ns a step (min to max)", "ns a pair",
              "multiply-adds/ns", "% of the limit"]
    rows = [row_of(case, values, limits[case.simd]) for case, values in times.items()]
    kinds = [[name, f"{limit:.1f}" if limit else "not measured"] for name, limit in limits.items()]
    return "\n\n".join(["# Window steps", listing(stated), table(header, rows),
                        table(["instruction set", "limit, float multiply-adds/ns"], kinds)])


def main() -> None:
    """Measure and print."""
    options = parse()
    need("cw2v")
    available = importlib.import_module("cw2v").simd_available()
    chosen = options.simd or list(available)
    if unknown := sorted(set(chosen) - set(available)):
        raise BenchmarkError(f"--simd {unknown[0]}: this machine runs {', '.join(available)}")
    if odd := [n for n in options.contexts if n % 2]:
        raise BenchmarkError(f"--contexts {odd[0]}: a window has as many contexts left as right, so an even number")
    stated = describe() | {
        "command": command_line(),
        "step": f"1 centre word, N contexts x {1 + NEGATIVE} targets, {WORDS} words, no sub-sampling, no shrinking; "
                "noise draws and the block driver included; one thread",
        "order": f"{options.rounds} rounds, cases in turn; medians",
        "limit": "independent multiply-adds in registers (multiply and add apart where there is no fused instruction), "
                 "measured before the rounds; rows are counted as padded (100 dimensions: 112)",
    }  # fmt: skip
    limits = {name: fma_limit(name) for name in chosen}
    cases = [Case(simd, d, n, v) for v in options.variants for simd in chosen for d in options.dimensions
             for n in options.contexts]  # fmt: skip
    times = measure(cases, options.rounds, options.seconds)
    if options.json:
        results = [{**asdict(case), "ns_per_step": values} for case, values in times.items()]
        write_json(options.json, {"benchmark": "kernels", "machine": stated, "limits": limits, "results": results})
    print(report(times, limits, stated))


if __name__ == "__main__":
    run_main(main)
