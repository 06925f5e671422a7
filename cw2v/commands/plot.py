"""``cw2v plot``."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from cw2v.commands.common import add_vectors, check_output, check_picture, convert, key_of, load_vectors
from cw2v.parameters import Parameter

__all__ = ["add", "run"]

_TOP = Parameter("top", int, None, "Draw this many of the most frequent words.", 1, 2**31 - 1)


def add(commands: Any) -> None:
    """Add ``cw2v plot``."""
    command = commands.add_parser("plot", help=run.__doc__, description=run.__doc__)
    command.set_defaults(run=run)
    add_vectors(command)
    command.add_argument("-o", "--output", metavar="FILE", type=Path, required=True,
                         help="picture to write: .html, or with cw2v[plot] .png, .svg, .pdf")
    command.add_argument("--title", metavar="TEXT", help="Text above the picture.")
    words = command.add_mutually_exclusive_group()
    words.add_argument("--words", metavar="WORD", nargs="+", action="extend", help="Draw these words.")
    words.add_argument("--top", metavar="N", type=partial(convert, _TOP),
                       help=f"{_TOP.meaning} Default 100, in a page 1000.")


def run(arguments: argparse.Namespace) -> None:
    """Draw words in the plane of their vectors: a labelled picture, or a page to walk in and search."""
    output, words, title = arguments.output, arguments.words, arguments.title
    is_page = check_picture(output)
    check_output(output, arguments.vectors, "vectors")
    from cw2v import plot

    kv = load_vectors(arguments.vectors)
    if words is not None:
        words = [key_of(kv, word) for word in words]
    if is_page:
        plot.html(kv, output, words, arguments.top or 1000, title=title)
    else:
        plot.scatter(kv, words, arguments.top or 100, output, title=title)
    print(f"wrote {output}")
