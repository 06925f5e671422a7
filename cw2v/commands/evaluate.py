"""``cw2v eval``."""

from __future__ import annotations

import argparse
import logging
from logging.handlers import MemoryHandler
from typing import Any

from cw2v.commands.common import add_option, add_vectors, load_vectors
from cw2v.errors import ParameterError
from cw2v.parameters import Parameter

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add ``cw2v eval``."""
    command = commands.add_parser("eval", help=run.__doc__, description=run.__doc__)
    command.set_defaults(run=run)
    add_vectors(command)
    command.add_argument("--analogies", metavar="FILE", help="Four words a line, sections after a colon.")
    command.add_argument("--pairs", metavar="FILE", nargs="+", action="extend", default=[],
                         help="Two words and the similarity that people gave them a line, between tabs.")
    add_option(command, Parameter("restrict_vocab", int, 30_000, "Use this many words.", 1, 2**31 - 1))


def run(arguments: argparse.Namespace) -> None:
    """Score vectors on files of analogies and of word pairs."""
    if not arguments.analogies and not arguments.pairs:
        raise ParameterError("eval needs --analogies FILE or --pairs FILE... or both")
    from cw2v import evaluate

    # Warnings of skipped lines are for a file that is of use otherwise: without a result the error says enough.
    logger = logging.getLogger("cw2v")
    logger.addHandler(warnings := MemoryHandler(1_000_000, logging.CRITICAL, logging.StreamHandler()))
    try:
        kv = load_vectors(arguments.vectors)
        rows = evaluate.report(kv, arguments.analogies, arguments.pairs, arguments.restrict_vocab)
        warnings.flush()
    finally:
        logger.removeHandler(warnings)
        warnings.setTarget(None)  # logging would flush it at exit
    width = max(len(row.name) for row in rows)
    print(f"{'file':{width}}  {'measure':14}  score  items used")
    for name, kind, score, used, total in rows:
        measure = "% right" if kind == "analogies" else "Spearman x 100"
        print(f"{name:{width}}  {measure:14}  {100 * score:5.1f}  {used:,} of {total:,}")
