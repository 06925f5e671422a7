"""``cw2v demo``."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cw2v.commands.common import BY_NAME, add_option, check_output, check_picture

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add ``cw2v demo``."""
    command = commands.add_parser("demo", help=run.__doc__, description=run.__doc__)
    command.set_defaults(run=run)
    for name in ("seed", "workers"):
        add_option(command, BY_NAME[name])
    picture = command.add_mutually_exclusive_group()
    picture.add_argument("--picture", metavar="FILE", type=Path,
                         help="Draw into this file: .html, or with cw2v[plot] .png, .svg, .pdf; without this option "
                              "into cw2v-demo.html and, with cw2v[plot], cw2v-demo.png.")
    picture.add_argument("--no-picture", action="store_true", help="Draw nothing.")


def run(arguments: argparse.Namespace) -> None:
    """Train on a generated corpus with planted relations and show what came back."""
    from cw2v import demo

    pictures = [Path("cw2v-demo.html")] + [Path("cw2v-demo.png")] * (find_spec("matplotlib") is not None)
    if arguments.no_picture:
        pictures = []
    elif arguments.picture is not None:  # asked for: better no training than no picture after it
        check_picture(arguments.picture)
        check_output(arguments.picture)
        pictures = [arguments.picture]
    demo.run(arguments.seed, arguments.workers, pictures=pictures)
