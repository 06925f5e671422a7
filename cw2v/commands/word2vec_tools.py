"""word2vec.c's three questions: ``cw2v distance``, ``word-analogy``, ``compute-accuracy``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cw2v.commands.common import add_vectors, key_of, load_vectors

if TYPE_CHECKING:
    from cw2v.keyedvectors import KeyedVectors

__all__ = ["add"]

SHOWN = 40  # answers, as word2vec.c shows
RULE = "-" * 72


def add(commands: Any) -> None:
    """Add the commands."""
    for name, run in (("distance", _distance), ("word-analogy", _analogy), ("compute-accuracy", _accuracy)):
        command = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        add_vectors(command)
        if run is _accuracy:
            command.add_argument("threshold", metavar="THRESHOLD", type=int, nargs="?", default=0,
                                 help="use this many of the most frequent words; 0, the default: all")


def _questions(prompt: str) -> Iterator[list[str]]:
    """What is typed, word by word, until EXIT or the end of the input."""
    while True:
        print(prompt, end="", flush=True)
        line = sys.stdin.readline()
        if not line or line.strip() == "EXIT":
            print()
            return
        if line.strip():
            yield line.split()


def _known(kv: KeyedVectors, words: list[str]) -> list[Any] | None:
    """The keys of the words, each shown with its place; None if one is unknown."""
    keys = []
    for word in words:
        key = key_of(kv, word)
        if key not in kv.key_to_index:
            print(f"\nWord: {word}  is out of dictionary")
            return None
        print(f"\nWord: {word}  Position in vocabulary: {kv.key_to_index[key]}")
        keys.append(key)
    return keys


def _show(answers: list[tuple[Any, float]], column: str) -> None:
    print(f"\n{'Word':>50}       {column}\n{RULE}")
    for word, similarity in answers:
        print(f"{word!s:>50}\t\t{similarity:f}")


def _distance(arguments: argparse.Namespace) -> None:
    """Read words and show the nearest to each, or to the sum of a line's, as word2vec.c's distance does."""
    kv = load_vectors(arguments.vectors)
    for words in _questions("Enter word or sentence (EXIT to break): "):
        keys = _known(kv, words)
        if keys is not None:
            _show(kv.most_similar(keys, topn=SHOWN), "Cosine distance")


def _analogy(arguments: argparse.Namespace) -> None:
    """Read three words A B C and show what is to C as B is to A, as word2vec.c's word-analogy does."""
    kv = load_vectors(arguments.vectors)
    for words in _questions("Enter three words (EXIT to break): "):
        if len(words) < 3:
            print(f"Three words are needed, {len(words)} came.")
            continue
        keys = _known(kv, words[:3])
        if keys is not None:
            a, b, c = keys
            _show(kv.most_similar([b, c], [a], topn=SHOWN), "Distance")


def _accuracy(arguments: argparse.Namespace) -> None:
    """Judge vectors by analogies from standard input, as word2vec.c's compute-accuracy does."""
    kv, questions = load_vectors(arguments.vectors), sys.stdin.readlines()
    _, sections = kv.evaluate_word_analogies(questions, arguments.threshold or len(kv))
    n_asked = n_right = 0
    for section in sections[:-1]:
        right, asked = len(section["correct"]), len(section["correct"]) + len(section["incorrect"])
        n_asked, n_right = n_asked + asked, n_right + right
        print(f"{section['section']}:\nACCURACY TOP1: {_percent(right, asked)}  ({right} / {asked})")
        print(f"Total accuracy: {_percent(n_right, n_asked)}")
    total = sum(1 for line in questions if line.strip() and not line.startswith(":"))
    print(f"Questions seen / total: {n_asked} {total}   {_percent(n_asked, total)}")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "-"
