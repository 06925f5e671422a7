"""``cw2v neighbors`` and ``cw2v analogy``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from cw2v.commands.common import add_option, add_vectors, key_of, load_vectors
from cw2v.parameters import Parameter

__all__ = ["add"]


def add(commands: Any) -> None:
    """Add the commands that ask vectors."""
    neighbors, analogy = (
        commands.add_parser(run.__name__.strip("_"), help=run.__doc__, description=run.__doc__)
        for run in (_neighbors, _analogy)
    )
    for command, run in ((neighbors, _neighbors), (analogy, _analogy)):
        command.set_defaults(run=run)
        add_vectors(command)
    neighbors.add_argument("words", metavar="WORD", nargs="+", help="word to ask for")
    for name in "ABC":
        analogy.add_argument(name, help="word")
    for command in (neighbors, analogy):
        add_option(command, Parameter("topn", int, 10, "Answers shown.", 1, 2**31 - 1))


def _print_answers(answers: Sequence[tuple[object, float]], indent: str = "") -> None:
    width = max(len(str(word)) for word, _ in answers) if answers else 0
    for word, score in answers:
        print(f"{indent}{word!s:{width}}  {score:.4f}")


def _neighbors(arguments: argparse.Namespace) -> None:
    """Show the words nearest to each given word, with their cosine."""
    kv = load_vectors(arguments.vectors, *arguments.words)
    answers = kv.most_similar_batch([[key_of(kv, word)] for word in arguments.words], topn=arguments.topn)
    for word, found in zip(arguments.words, answers, strict=True):
        print(word)
        _print_answers(found, indent="  ")


def _analogy(arguments: argparse.Namespace) -> None:
    """Answer: A is to B as C is to what?"""
    kv = load_vectors(arguments.vectors, arguments.A, arguments.B, arguments.C)
    a, b, c = (key_of(kv, word) for word in (arguments.A, arguments.B, arguments.C))
    _print_answers(kv.most_similar([b, c], [a], topn=arguments.topn))
