"""``cw2v svd``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from cw2v.commands.common import add_option, check_output, kind_by_name

__all__ = ["add", "run"]

_OPTIONS = ("vector_size", "window", "min_count", "transform", "shift", "context_smoothing", "p", "weighting",
            "n_power_iterations", "workers", "max_memory", "seed")


def add(commands: Any) -> None:
    """Add ``cw2v svd``."""
    from cw2v.cooccurrence.parameters import PARAMETERS

    command = commands.add_parser("svd", help=run.__doc__, description=run.__doc__)
    command.add_argument("corpus", metavar="CORPUS", type=Path,
                         help="UTF-8 text, a sentence a line, words between white space")
    command.add_argument("-o", "--output", metavar="VECTORS", type=Path, required=True,
                         help="file to write: .bin, .bin.gz (word2vec binary), .cw2v, else word2vec text")
    command.set_defaults(run=run)
    for name in _OPTIONS:
        add_option(command, PARAMETERS[name])
    command.add_argument("--directed", action="store_true", help=PARAMETERS["directed"].meaning)
    command.add_argument("--no-boundary-tokens", dest="boundary_tokens", action="store_false",
                         help="Do not count <START> and <END> around each sentence.")


def run(arguments: argparse.Namespace) -> None:
    """Make vectors from the SVD of a text file's co-occurrence counts."""
    output = arguments.output
    check_output(output, arguments.corpus)
    from cw2v.cooccurrence import CooccurrenceSVD

    options = {name: getattr(arguments, name) for name in (*_OPTIONS, "directed", "boundary_tokens")}
    start = time.perf_counter()
    model = CooccurrenceSVD(**options).fit(corpus_file=str(arguments.corpus))
    _print_summary(model, time.perf_counter() - start)
    if kind_by_name(output) == "native":
        model.wv.save(str(output))
    else:
        model.wv.save_word2vec_format(str(output), binary=kind_by_name(output) == "binary")
    print(f"wrote {output}: {len(model.wv):,} words x {model.wv.vector_size}")


def _print_summary(model: Any, seconds: float) -> None:
    s = model.singular_values
    print(f"corpus      {model.corpus_total_words:,} words in {model.corpus_count:,} sentences\n"
          f"vocabulary  {len(model.wv):,} words\n"
          f"pairs       {model.cooccurrence.nnz:,} different ones\n"
          f"values      {s[0]:.4g} the largest, {s[-1]:.4g} the last of {len(s)}\n"
          f"time        {seconds:.1f} s", file=sys.stderr)
