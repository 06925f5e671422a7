"""``cw2v phrases``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cw2v.commands.common import BY_NAME, add_option, check_output

if TYPE_CHECKING:
    from cw2v.phrases import Phrases
    from cw2v.phrases.encoded import Joined

__all__ = ["add", "run"]

_BLOCK_WORDS = 1 << 18  # words written at a time, unless a line has more


def add(commands: Any) -> None:
    """Add ``cw2v phrases``."""
    command = commands.add_parser("phrases", help=run.__doc__, description=run.__doc__)
    command.add_argument("corpus", metavar="IN", type=Path,
                         help="UTF-8 text, a sentence a line, words between white space")
    command.add_argument("output", metavar="OUT", type=Path,
                         help="text to write, with the words of a phrase joined; lines without words are left out")
    command.set_defaults(run=run)
    command.add_argument("--min-count", "-min-count", type=number, default=5, metavar="X",
                         help="Words and pairs seen less often make no phrase, and pairs have it taken off their "
                              "count. Above 0; default 5.")  # fmt: skip
    command.add_argument("--threshold", "-threshold", type=number, default=None, metavar="X",
                         help="Pairs with a higher score are phrases: a higher threshold means fewer. Default 100 for "
                              "word2phrase, 10 for default, 0.5 for npmi.")  # fmt: skip
    command.add_argument("--scoring", choices=("word2phrase", "default", "npmi"), default="word2phrase",
                         help="(ab - min_count) / a / b, times the words of the corpus (word2phrase) or the entries "
                              "of the vocabulary (default), or npmi; default word2phrase.")  # fmt: skip
    command.add_argument("--delimiter", default="_", metavar="TEXT",
                         help="Stands between the words of a phrase; default _.")
    command.add_argument("--connector-words", nargs="?", const="english", default="", metavar="WORDS",
                         help="Words that phrases may have within them, parted by commas; without WORDS, the English "
                              "articles and prepositions.")  # fmt: skip
    add_option(command, BY_NAME["workers"])


def run(arguments: argparse.Namespace) -> None:
    """Join the phrases of a text file, as word2phrase does; run it again for longer phrases."""
    check_output(arguments.output, arguments.corpus, name="OUT")
    from cw2v.errors import ParameterError
    from cw2v.parameters import default_workers
    from cw2v.phrases import ENGLISH_CONNECTOR_WORDS, Phrases
    from cw2v.phrases.encoded import apply, read

    if arguments.output.suffix == ".gz":
        raise ParameterError(f"OUT is written as plain text, but its name is {str(arguments.output)!r}")
    if any(mark in arguments.delimiter for mark in " \t\n\v\f\r"):
        raise ParameterError(f"--delimiter must not have white space in it, got {arguments.delimiter!r}")
    chosen = arguments.connector_words
    connectors = ENGLISH_CONNECTOR_WORDS if chosen == "english" else frozenset(filter(None, chosen.split(",")))
    threshold = arguments.threshold
    if threshold is None:
        threshold = {"word2phrase": 100.0, "default": 10.0, "npmi": 0.5}[arguments.scoring]
    phrases = Phrases(min_count=arguments.min_count, threshold=threshold, delimiter=arguments.delimiter,
                      scoring=arguments.scoring, connector_words=connectors)  # fmt: skip
    start = time.perf_counter()
    workers = arguments.workers or default_workers()
    words, counts, ids, offsets = read(None, arguments.corpus, workers)
    phrases._count(words, counts, ids, offsets, workers)
    joined = apply(phrases, words, ids, offsets)
    _write(arguments.output, joined)
    _print_summary(phrases, len(ids), joined, time.perf_counter() - start)
    print(f"wrote {arguments.output}: {len(joined.ids):,} words")


def number(text: str) -> float:
    """Read an integer or another number."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def _write(path: Path, corpus: Joined) -> None:
    from cw2v._phrases import Lines
    from cw2v.cooccurrence.blocks import cut
    from cw2v.io.atomic import atomic_write

    lines = Lines(corpus.words, corpus.ids, corpus.offsets)
    with atomic_write(path) as file:
        for block in cut(corpus.offsets, _BLOCK_WORDS):
            file.write(lines.text(*block))


def _print_summary(phrases: Phrases, n_words: int, joined: Joined, seconds: float) -> None:
    print(f"corpus      {n_words:,} words in {len(joined.offsets) - 1:,} sentences\n"
          f"phrases     {len(phrases.export_phrases()):,} with a score above {phrases.threshold:g}\n"
          f"joined      {joined.n_joined:,} times, {joined.n_different:,} different ones\n"
          f"time        {seconds:.1f} s", file=sys.stderr)  # fmt: skip
