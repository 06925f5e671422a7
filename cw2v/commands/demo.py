"""``cw2v demo``."""

from __future__ import annotations

import argparse
from typing import Any

from cw2v.commands.common import BY_NAME, add_option

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add ``cw2v demo``."""
    command = commands.add_parser("demo", help=run.__doc__, description=run.__doc__)
    command.set_defaults(run=run)
    for name in ("seed", "workers"):
        add_option(command, BY_NAME[name])


def run(arguments: argparse.Namespace) -> None:
    """Train on a generated corpus with planted relations and show what came back."""
    from cw2v import demo

    demo.run(arguments.seed, arguments.workers)
