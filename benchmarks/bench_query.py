"""Nearest words and analogies beside gensim, the same vectors in one process; both must find the same.

Single questions, 1,000 questions at once (gensim is asked one by one: it has no other way), and the Google analogies on
30,000 random vectors that carry their words.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from harness import (
    DATA,
    BenchmarkError,
    Spread,
    command_line,
    has_room,
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

QUESTIONS = 1000
ANALOGY_WORDS = 30_000


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shapes", nargs="+", default=["400000x100", "1000000x300"], metavar="VxD",
                        help="words and dimensions; default %(default)s")
    parser.add_argument("--singles", type=positive, default=20, help="single questions a round; default 20")
    parser.add_argument("--asked", type=positive, default=100, metavar="N",
                        help="gensim is asked N of the 1,000 questions, its time taken 1,000/N times; default 100")
    parser.add_argument("--rounds", type=positive, default=5, help="default 5")
    parser.add_argument("--analogy-dims", type=positive, nargs="*", default=[100], metavar="D",
                        help="dimensions of the analogies' vectors; default %(default)s")
    parser.add_argument("--analogy-rounds", type=positive, default=1,
                        help="default 1: gensim takes minutes, and the ratio is far from its goal")
    parser.add_argument("--analogies", type=Path, default=DATA / "eval" / "analogy" / "questions-words.txt",
                        metavar="FILE")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write everything measured there")
    return parser.parse_args()


def pair(keys: list[str], vectors: Any) -> tuple[Any, Any]:
    """gensim's vectors and ours, each with an array of its own, as loaded ones have."""
    from gensim.models import KeyedVectors

    import cw2v

    both = KeyedVectors(vectors.shape[1]), cw2v.KeyedVectors(vectors.shape[1])
    for kv in both:
        kv.vectors, kv.index_to_key, kv.next_index = vectors.copy(), keys, len(keys)
        kv.key_to_index = {key: row for row, key in enumerate(keys)}
        kv.fill_norms(force=True)  # gensim keeps them from now on; ours are made when they are needed
    return both


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long it took, and what came."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def check_same(theirs: list[Any], ours: list[Any]) -> None:
    """Raise BenchmarkError unless keys and similarities agree (two as near as rounding may be exchanged)."""
    for one, two in zip(theirs, ours, strict=True):
        if not np.allclose([score for _, score in one], [score for _, score in two], atol=1e-6):
            raise BenchmarkError(f"gensim and cw2v answer differently: {one} {two}")


def measure_shape(shape: str, options: argparse.Namespace, times: dict[str, dict[str, list[float]]]) -> None:
    """Single and batched questions of random vectors."""
    n_words, dim = (int(part) for part in shape.split("x"))
    vectors = np.random.default_rng(0).standard_normal((n_words, dim), dtype=np.float32)
    keys = [f"w{i}" for i in range(n_words)]
    theirs, ours = pair(keys, vectors)
    for number in range(options.rounds):
        chosen = np.random.default_rng(number).integers(0, n_words, QUESTIONS)
        words = [keys[row] for row in chosen]
        single = words[: options.singles]
        found = {}
        for name, kv in [("gensim", theirs), ("cw2v", ours)][:: 1 - 2 * (number % 2)]:
            kv.most_similar(words[-1])  # memory that was touched long ago comes back
            each = [seconds(lambda kv=kv, word=word: kv.most_similar(word)) for word in single]
            found[name] = [answers for _, answers in each]
            times[f"{shape}: one question, ms"][name].append(1e3 * float(np.median([one for one, _ in each])))
        check_same(found["gensim"], found["cw2v"])
        asked = words[: options.asked]
        one_by_one, answers = seconds(lambda asked=asked: [theirs.most_similar(word) for word in asked])
        batch, batched = seconds(lambda words=words: ours.most_similar_batch(words))
        check_same(answers, batched[: options.asked])
        times[f"{shape}: {QUESTIONS:,} questions, s"]["gensim"].append(one_by_one * QUESTIONS / options.asked)
        times[f"{shape}: {QUESTIONS:,} questions, s"]["cw2v"].append(batch)
        say(f"round {number + 1}, {shape}: " + ", ".join(
            f"{name} {kind[len(shape) + 2 :]} {values[-1]:.2f}" for kind, by in times.items() if kind.startswith(shape)
            for name, values in by.items()))  # fmt: skip


def measure_analogies(options: argparse.Namespace, times: dict[str, dict[str, list[float]]]) -> None:
    """The analogy file on the words that it has and others."""
    text = options.analogies.read_text(encoding="utf-8")
    words = dict.fromkeys(word for line in text.splitlines() if not line.startswith(":") for word in line.split())
    keys = [*words, *(f"other{i}" for i in range(ANALOGY_WORDS))][:ANALOGY_WORDS]
    # A pair's difference is partly its section's, so that some questions are answered rightly.
    rng = np.random.default_rng(1)
    rows = {key: row for row, key in enumerate(keys)}
    for dim in options.analogy_dims:
        vectors = rng.standard_normal((len(keys), dim), dtype=np.float32)
        for line in text.splitlines():
            if line.startswith(":"):
                shift = rng.standard_normal(dim, dtype=np.float32)
            elif len(line.split()) == 4:
                a, b, *_ = (rows[word] for word in line.split())
                vectors[b] = 0.9 * (vectors[a] + shift) + 0.3 * rng.standard_normal(dim, dtype=np.float32)
        theirs, ours = pair(keys, vectors)
        kind = f"{len(keys):,} x {dim}: Google analogies, s"
        for number in range(options.analogy_rounds):
            found = {}
            for name, kv in [("gensim", theirs), ("cw2v", ours)][:: 1 - 2 * (number % 2)]:
                spent, (accuracy, _) = seconds(lambda kv=kv: kv.evaluate_word_analogies(str(options.analogies)))
                times[kind][name].append(spent)
                found[name] = accuracy
            say(f"round {number + 1}, {kind}: gensim {times[kind]['gensim'][-1]:.2f}, "
                f"cw2v {times[kind]['cw2v'][-1]:.3f}, right {found['gensim']:.4f} and {found['cw2v']:.4f}")
            if abs(found["gensim"] - found["cw2v"]) > 2e-4:
                raise BenchmarkError(f"gensim and cw2v find other shares of right answers: {found}")
        cosmul, _ = seconds(lambda ours=ours: ours.evaluate_word_analogies(
            str(options.analogies), similarity_function="most_similar_cosmul"))
        say(f"{kind}: cw2v by 3CosMul {cosmul:.3f}")


def main() -> None:
    """Measure and print."""
    options = parse()
    need("cw2v", "gensim")
    check_json(options.json)
    logging.disable(logging.WARNING)
    if not options.analogies.is_file():
        raise BenchmarkError(f"{options.analogies} is missing; give --analogies FILE")
    kinds = [f"{shape}: {what}" for shape, what in itertools.product(
        options.shapes, ("one question, ms", f"{QUESTIONS:,} questions, s"))]  # fmt: skip
    kinds += [f"{ANALOGY_WORDS:,} x {dim}: Google analogies, s" for dim in options.analogy_dims]
    times: dict[str, dict[str, list[float]]] = {kind: {"gensim": [], "cw2v": []} for kind in kinds}
    machine = describe()
    for shape in options.shapes:
        n_words, dim = (int(part) for part in shape.split("x"))
        if has_room(shape, 20 * n_words * dim):
            measure_shape(shape, options, times)
    measure_analogies(options, times)
    rows = []
    for kind, by in times.items():
        if not by["cw2v"]:
            continue
        ratio = ratios(by["gensim"], by["cw2v"])
        rows.append([kind, f"{Spread.of(by['gensim']).median:.2f}", f"{Spread.of(by['cw2v']).median:.2f}",
                     f"{ratio.median:.1f} ({min(ratio.values):.1f} to {max(ratio.values):.1f})"])  # fmt: skip
    stated = {"command": command_line(), "gensim's norms": "made before",
              "cw2v's sketch": "made by the eighth single question, of which each round asks "
                               f"{options.singles}; the median of a round is taken",
              "threads": "as each library chooses"}  # fmt: skip
    print("\n\n".join(["# Questions", listing(machine), listing(stated),
                       table(["float32 vectors", "gensim", "cw2v", "times as fast"], rows)]))
    if options.json:
        write_json(options.json, {"benchmark": "query", "machine": machine, "times": times})


if __name__ == "__main__":
    run_main(main)
