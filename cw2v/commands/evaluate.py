"""``cw2v eval``."""

from __future__ import annotations

import argparse
import json
import logging
import math
from logging.handlers import MemoryHandler
from typing import TYPE_CHECKING, Any

from cw2v.commands.common import add_option, add_vectors, load_vectors
from cw2v.errors import ParameterError
from cw2v.parameters import Parameter

if TYPE_CHECKING:
    from cw2v.evaluate import ReportRow

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add ``cw2v eval``."""
    command = commands.add_parser("eval", help=run.__doc__, description=run.__doc__)
    command.set_defaults(run=run)
    add_vectors(command)
    command.add_argument("--analogies", metavar="FILE", help="Four words a line, sections after a colon.")
    command.add_argument("--multiply", action="store_true", help="Answer analogies by 3CosMul too.")
    for name, meaning in (
        ("pairs", "Two words and the similarity that people gave them a line, between tabs."),
        ("categories", "A word and its category a line, between a tab."),
        ("odd", "Three words or more a line, of which the last does not belong."),
    ):
        command.add_argument("--" + name, metavar="FILE", nargs="+", action="extend", default=[], help=meaning)
    add_option(command, Parameter("restrict_vocab", int, 30_000, "Use this many words.", 1, 2**31 - 1))
    command.add_argument("--json", action="store_true", help="Print a list of objects in place of the table.")


def run(arguments: argparse.Namespace) -> None:
    """Score vectors on files of analogies, word pairs, categories and odd words."""
    if not (arguments.analogies or arguments.pairs or arguments.categories or arguments.odd):
        raise ParameterError("eval needs --analogies FILE or --pairs FILE... or --categories FILE... or --odd FILE...")
    from cw2v import evaluate

    # Warnings of skipped lines are for a file that is of use otherwise: without a result the error says enough.
    logger = logging.getLogger("cw2v")
    logger.addHandler(warnings := MemoryHandler(1_000_000, logging.CRITICAL, logging.StreamHandler()))
    try:
        kv = load_vectors(arguments.vectors)
        rows = evaluate.report(
            kv, arguments.analogies, arguments.pairs, arguments.restrict_vocab, multiply=arguments.multiply,
            categories=arguments.categories, odd=arguments.odd,
        )
        warnings.flush()
    finally:
        logger.removeHandler(warnings)
        warnings.setTarget(None)  # logging would flush it at exit
    if arguments.json:
        kept = [{name: None if isinstance(value, float) and math.isnan(value) else value
                 for name, value in row._asdict().items()} for row in rows]
        print(json.dumps(kept, indent=2, ensure_ascii=False))
    else:
        _print_table(rows)


_MEASURES = {"pairs": "Spearman x 100", "analogies": "% right", "analogies, multiplied": "% right, 3CosMul",
             "categories": "% pure", "odd words": "% found"}


def _print_table(rows: list[ReportRow]) -> None:
    width = max(len(row.name) for row in rows)
    wide = max(len(_MEASURES[row.kind]) for row in rows)
    print(f"{'file':{width}}  {'measure':{wide}}  score    95% interval  items used")
    for name, kind, score, used, total, low, high in rows:
        interval = "" if math.isnan(low) else f"{100 * low:5.1f} to {100 * high:5.1f}"
        print(f"{name:{width}}  {_MEASURES[kind]:{wide}}  {100 * score:5.1f}  {interval:>14}  {used:,} of {total:,}")
