"""What new words do to old ones: a text in two halves, the second trained with and without its new words."""

from __future__ import annotations

import argparse
import copy
import importlib
from pathlib import Path
from typing import Any

import numpy as np
from harness import DATA, command_line, listing, need, positive, run_main, say, table, write_json
from kept import check_json
from machine import describe
from numpy.typing import NDArray

OBJECTIVES: dict[str, dict[str, Any]] = {
    "negative sampling": {"hs": 0, "negative": 5}, "hierarchical softmax": {"hs": 1, "negative": 0},
}  # fmt: skip
SHARED: dict[str, Any] = {"vector_size": 50, "sg": 1, "min_count": 5, "workers": 1, "epochs": 5}
PROBES, NEIGHBOURS = 300, 10
STEPS = ("after the update", "trained with the new words", "trained without them", "another seed")


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=DATA / "corpora" / "brown_sentences.txt", metavar="FILE")
    parser.add_argument("--max-sentences", type=positive, default=None, metavar="N", help="only the first: for a try")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write everything measured there")
    return parser.parse_args()


def halves(corpus: Path, most: int | None) -> tuple[list[list[str]], list[list[str]]]:
    """The sentences in random order, in two halves."""
    lines = corpus.read_text(encoding="utf-8").lower().splitlines()[:most]
    order = np.random.default_rng(0).permutation(len(lines))
    sentences = [lines[i].split() for i in order]
    return sentences[: len(lines) // 2], sentences[len(lines) // 2 :]


def neighbours(model: Any, words: list[str]) -> NDArray[np.int64]:
    """Places in `words` of the nearest of them to the first ones, (PROBES, NEIGHBOURS)."""
    vectors = np.asarray(model.wv[words])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    near = unit[:PROBES] @ unit.T
    np.fill_diagonal(near, -1)
    return np.argsort(-near, axis=1)[:, :NEIGHBOURS]


def measure(
    kind: Any, options: dict[str, Any], first: list[list[str]], second: list[list[str]]
) -> tuple[list[float], int, int]:
    """Shares of the neighbours that stay at each of STEPS, and the numbers of old and new words."""
    model = kind(first, seed=1, **SHARED, **options)
    words = list(model.wv.index_to_key)
    before = neighbours(model, words)

    def stays(other: Any) -> float:
        pairs = zip(before, neighbours(other, words), strict=True)
        return float(np.mean([len(np.intersect1d(a, b)) / NEIGHBOURS for a, b in pairs]))

    without = copy.deepcopy(model)
    model.build_vocab(second, update=True)
    shares = [stays(model)]
    for each in (model, without):
        each.train(second, total_examples=len(second), epochs=SHARED["epochs"])
        shares.append(stays(each))
    return [*shares, stays(kind(first, seed=2, **SHARED, **options))], len(words), len(model.wv) - len(words)


def main() -> None:
    """Measure and print."""
    options = parse()
    check_json(options.json)
    need("cw2v", "gensim")
    first, second = halves(options.corpus, options.max_sentences)
    machine, rows, found = describe(), [], {}
    for library, module in (("cw2v", "cw2v"), ("gensim", "gensim.models")):
        for name, objective in OBJECTIVES.items():
            kind = importlib.import_module(module).Word2Vec
            shares, n_old, n_new = found[f"{library}, {name}"] = measure(kind, objective, first, second)
            say(f"{library}, {name}: " + ", ".join(f"{share:.3f}" for share in shares))
            rows.append([f"{library}, {name}", *(f"{share:.2f}" for share in shares)])
    stated = {"command": command_line(), "words": f"{n_old:,} of the first half, {n_new:,} new ones in the second",
              "figure": f"share of the {NEIGHBOURS} nearest neighbours, among the words of the first half, that the "
                        f"{PROBES} most frequent words keep"}  # fmt: skip
    print("\n\n".join(["# New words", listing(machine), listing(stated), table(["", *STEPS], rows)]))
    if options.json:
        write_json(options.json, {"benchmark": "update", "machine": machine, "shares": found})


if __name__ == "__main__":
    run_main(main)
