"""Seconds of an epoch by workers and by how far apart the cores were, cw2v alone.

Where cores move within seconds, whole processes tell little. So one process takes the workers in turns, and each epoch
is filed under the round trip of a cache line just before and just after it.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections import defaultdict
from typing import Any

from contestants import KINDS, STATED
from harness import (
    Spread,
    add_corpus_options,
    command_line,
    listing,
    need,
    positive,
    rewritten,
    run_main,
    say,
    table,
    write_json,
)
from kept import check_json
from machine import core_distance, describe

Epochs = dict[tuple[int, str], list[float]]
EPOCHS = {1: 2}  # of a call of train(); with more workers 4


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_corpus_options(parser)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=["sg-ns", "cbow-ns"])
    parser.add_argument("--workers", type=positive, nargs="+", default=[1, 2, 4, 8], metavar="N", help="1 first")
    parser.add_argument("--minutes", type=positive, default=5, help="for each kind; default 5")
    return parser.parse_args()


class Filer:
    """A callback that files the seconds of each epoch under the distance of the cores at both its ends."""

    def __init__(self, epochs: Epochs) -> None:
        self.epochs = epochs

    def on_train_begin(self, model: Any) -> None:
        """Nothing: the first epoch's distance is measured as it begins."""

    def on_train_end(self, model: Any) -> None:
        """Nothing."""

    def on_epoch_begin(self, model: Any) -> None:
        """Measure, then start the clock."""
        self.before = core_distance().kind
        self.begun = time.perf_counter()

    def on_epoch_end(self, model: Any) -> None:
        """Stop the clock, then measure."""
        seconds = time.perf_counter() - self.begun
        after = core_distance().kind
        where = after if after == self.before else "changing"
        self.epochs[model.workers, where].append(seconds)
        say(f"{model.workers} workers, {where}: {seconds:.3f} s")


def measure(kind: str, corpus: str, workers: list[int], minutes: int) -> tuple[Epochs, int]:
    """Epochs' seconds by (workers, distance), and the words that an epoch trains."""
    word2vec, models, epochs = importlib.import_module("cw2v").Word2Vec, {}, defaultdict(list)
    for n in workers:
        models[n] = word2vec(**KINDS[kind].parameters, seed=1, workers=n)
        models[n].build_vocab(corpus_file=corpus)
    end, filer, trained = time.monotonic() + 60 * minutes, Filer(epochs), 0
    while time.monotonic() < end:
        for n, model in models.items():
            turns = EPOCHS.get(n, 4)
            trained, _ = model.train(
                corpus_file=corpus, total_words=model.corpus_total_words, epochs=turns, start_alpha=model.alpha,
                callbacks=[filer],
            )
            trained //= turns
    return epochs, int(trained)


def rows_of(kind: str, epochs: Epochs) -> list[list[str]]:
    """A row for each number of workers and distance."""
    rows, one = [], [s for (n, _), seconds in epochs.items() if n == 1 for s in seconds]
    for (n, where), seconds in sorted(epochs.items()):
        spread = Spread.of(seconds)
        against = [Spread.of(group).median / spread.median if group else None
                   for group in (one, epochs.get((1, where)), epochs.get((2, where)))]  # fmt: skip
        rows.append([KINDS[kind].title, str(n), where, str(len(seconds)), spread.show("{:.3f}"),
                     *("" if ratio is None else f"{ratio:.2f}" for ratio in against)])  # fmt: skip
    return rows


def main() -> None:
    """Measure and print."""
    options = parse()
    check_json(options.json)
    need("cw2v")
    machine, rows, found = describe(), [], {}
    stated = {"command": command_line(), "vocabulary": STATED["vocabulary"], "window": STATED["window"]}
    with rewritten(options.corpus, options.max_words) as (corpus, n_words):
        stated["corpus"] = f"{options.corpus.name}, {n_words:,} words in lines of 1000"
        for kind in options.kinds:
            epochs, trained = measure(kind, str(corpus), options.workers, options.minutes)
            stated[kind] = f"{trained:,} words trained in an epoch"
            rows += rows_of(kind, epochs)
            found[kind] = {f"{n}, {where}": seconds for (n, where), seconds in epochs.items()}
    head = ["", "workers", "cores", "epochs", "seconds of an epoch, median", "x 1 worker, all its epochs",
            "x 1 worker, cores alike", "x 2 workers, cores alike"]  # fmt: skip
    print("\n\n".join(["# Workers", listing(machine), listing(stated), table(head, rows)]))
    if options.json:
        write_json(options.json, {"benchmark": "scaling", "machine": machine, "stated": stated, "seconds": found})


if __name__ == "__main__":
    run_main(main)
