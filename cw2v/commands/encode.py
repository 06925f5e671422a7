"""``cw2v encode``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from cw2v.commands.common import BY_NAME, add_option, check_output
from cw2v.errors import ParameterError

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add ``cw2v encode``."""
    command = commands.add_parser("encode", help=run.__doc__, description=run.__doc__)
    command.add_argument("corpus", metavar="CORPUS", type=Path,
                         help="UTF-8 text, a sentence a line, words between white space; with --check, a .ids file")
    command.set_defaults(run=run)
    command.add_argument("-o", "--output", metavar="FILE.ids", type=Path, help="file to write")
    command.add_argument("--check", action="store_true", help="Read CORPUS, a .ids file, and check every byte.")
    for name in ("min_count", "max_memory", "workers"):
        add_option(command, BY_NAME[name])


def run(arguments: argparse.Namespace) -> None:
    """Turn a text into a file of word ids, which training opens at once and reads from the disk."""
    if arguments.check == (arguments.output is not None):
        raise ParameterError("give either --output FILE.ids, to write one, or --check, to read one")
    if arguments.check:
        _check(arguments.corpus)
        return
    check_output(arguments.output, arguments.corpus)
    from cw2v.corpus import scan
    from cw2v.corpus.ids import save_ids
    from cw2v.parameters import default_workers

    start, limit = time.perf_counter(), arguments.max_memory
    part = None if limit is None else limit // 2  # of the words while they are read; then of them as they are written
    scanned = scan(corpus_file=arguments.corpus, workers=arguments.workers or default_workers(), max_memory=part)
    encoded = save_ids(scanned, arguments.output, min_count=arguments.min_count, max_bytes=part)
    print(f"corpus      {encoded.raw_words:,} words in {encoded.n_sentences:,} sentences\n"
          f"left out    {encoded.out_of_vocabulary:,} words seen fewer than {arguments.min_count} times\n"
          f"time        {time.perf_counter() - start:.1f} s", file=sys.stderr)  # fmt: skip
    print(f"wrote {arguments.output}: {encoded.n_words:,} word ids")


def _check(path: Path) -> None:
    from cw2v.io.ids import IdsFile

    file = IdsFile(path)
    file.verify()
    print(f"{path} is whole: {len(file.ids):,} word ids of {len(file.keys):,} words in {len(file.offsets) - 1:,} "
          "sentences")  # fmt: skip
