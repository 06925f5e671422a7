"""``cw2v skipgram`` and ``cw2v cbow``: fastText's command line, as far as whole words go."""

from __future__ import annotations

import argparse
import time
from functools import partial
from pathlib import Path
from typing import Any

from cw2v.commands.common import check_output
from cw2v.commands.train import Progress, print_summary
from cw2v.errors import ParameterError

__all__ = ["add"]

# Flag, kind, default, meaning: fastText's names and defaults for unsupervised training.
FLAGS: tuple[tuple[str, type, Any, str], ...] = (
    ("-lr", float, 0.05, "learning rate at the start"),
    ("-dim", int, 100, "dimensions of the vectors"),
    ("-ws", int, 5, "most words between two that are trained together"),
    ("-epoch", int, 5, "passes over the text"),
    ("-minCount", int, 5, "words seen less often are left out"),
    ("-neg", int, 5, "noise words"),
    ("-loss", str, "ns", "ns: negative sampling; hs: hierarchical softmax; softmax: full softmax"),
    ("-thread", int, 12, "training threads; no more than there are processors"),
    ("-t", float, 1e-4, "share of the corpus above which words are sub-sampled"),
    ("-seed", int, 0, "seed of every random choice"),
    ("-verbose", int, 2, "0: no progress and no summary"),
    ("-minn", int, 0, "least letters of a part of a word: 0 only, words are whole here (fastText's default is 3)"),
    ("-maxn", int, 0, "most letters of a part of a word: 0 only (fastText's default is 6)"),
)
_LOSSES: dict[str, dict[str, Any]] = {"ns": {}, "hs": {"hs": 1, "negative": 0}, "softmax": {"objective": "softmax"}}


def add(commands: Any) -> None:
    """Add the commands."""
    for name in ("skipgram", "cbow"):
        meaning = f"Train {name} vectors of whole words with fastText's flags; writes NAME.vec, word2vec's text format."
        command = commands.add_parser(name, help=meaning, description=meaning)
        command.set_defaults(run=partial(_run, sg=int(name == "skipgram")))
        command.add_argument("-input", metavar="FILE", type=Path, required=True, help="text to train on")
        command.add_argument("-output", metavar="NAME", type=Path, required=True, help="NAME.vec is written")
        for flag, kind, default, what in FLAGS:
            command.add_argument(flag, type=kind, default=default, metavar="N", help=f"{what}; default {default}")


def _run(arguments: argparse.Namespace, sg: int) -> None:
    if arguments.loss not in _LOSSES:
        raise ParameterError(f"-loss must be one of {', '.join(_LOSSES)}, got {arguments.loss!r}")
    if arguments.minn or arguments.maxn:
        raise ParameterError("-minn and -maxn must be 0: cw2v trains whole words, not parts of them")
    output = arguments.output.with_name(arguments.output.name + ".vec")
    check_output(output, arguments.input, name="-output")
    from cw2v import Word2Vec

    progress, start = Progress() if arguments.verbose else None, time.perf_counter()
    options: dict[str, Any] = {"negative": arguments.neg, **_LOSSES[arguments.loss]}
    try:
        model = Word2Vec(
            corpus_file=str(arguments.input), vector_size=arguments.dim, alpha=arguments.lr, min_alpha=0.0,
            window=arguments.ws, epochs=arguments.epoch, min_count=arguments.minCount, sample=arguments.t, sg=sg,
            workers=arguments.thread, seed=arguments.seed, progress=progress or False, **options,
        )  # fmt: skip
    finally:
        if progress is not None:
            progress.close()
    if arguments.verbose:
        print_summary(model, time.perf_counter() - start)
    model.wv.save_word2vec_format(str(output))
