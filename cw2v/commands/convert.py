"""``cw2v convert``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from cw2v.commands.common import check_output

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add ``cw2v convert``."""
    command = commands.add_parser("convert", help=run.__doc__, description=run.__doc__)
    command.add_argument("source", metavar="IN", type=Path,
                         help="vectors; the suffix tells the format: .bin, .txt, .vec (also with .gz), .cw2v, .npz, "
                              ".npy, .safetensors, .parquet, .arrow, .feather, .tsv, and gensim's .kv and .model, "
                              "which are read without running what is in them")  # fmt: skip
    command.add_argument("output", metavar="OUT", type=Path, help="where to write them, in one of these but gensim's")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Write vectors in another format."""
    from cw2v import exchange

    check_output(arguments.output, arguments.source, "vectors", name="OUT")
    exchange.check_save(arguments.output)
    kv = exchange.load(arguments.source)
    exchange.save(kv, arguments.output)
    print(f"wrote {arguments.output}: {len(kv):,} vectors of {kv.vector_size} dimensions", file=sys.stderr)
