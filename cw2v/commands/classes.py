"""``cw2v classes``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cw2v.commands.common import BY_NAME, add_option, add_vectors, check_output, load_vectors
from cw2v.errors import ParameterError
from cw2v.parameters import Parameter

if TYPE_CHECKING:
    from cw2v.keyedvectors import KeyedVectors

__all__ = ["add", "run", "write_classes"]


def add(commands: Any) -> None:
    """Add ``cw2v classes``."""
    command = commands.add_parser("classes", help=run.__doc__, description=run.__doc__)
    command.set_defaults(run=run)
    add_vectors(command)
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FILE",
                         help="a line for each word: the word, a space, the number of its class")
    command.add_argument("-k", type=int, required=True, metavar="N", help="how many classes")
    add_option(command, Parameter("iterations", int, 50, "Iterations at most.", 1, 2**31 - 1))
    add_option(command, BY_NAME["seed"])


def run(arguments: argparse.Namespace) -> None:
    """Group words into classes of similar ones by k-means, as word2vec.c's -classes does."""
    check_output(arguments.output, arguments.vectors, what="vectors")
    kv = load_vectors(arguments.vectors)
    seed = 1 if arguments.seed is None else arguments.seed
    score = write_classes(kv, arguments.output, arguments.k, seed, arguments.iterations)
    print(f"{len(kv):,} words in {arguments.k} classes, mean cosine with their centre {score:.3f}: {arguments.output}",
          file=sys.stderr)


def write_classes(kv: KeyedVectors, output: Path, k: int, seed: int = 1, iterations: int = 50) -> float:
    """Write a line for each word, "word class"; return the mean cosine of the words with their class' centre."""
    from cw2v.io.atomic import atomic_write
    from cw2v.query.clusters import kmeans

    words = [str(key) for key in kv.index_to_key[: len(kv)]]
    unfit = next((word for word in words if not word or word.split() != [word]), None)
    if unfit is not None:
        raise ParameterError(f"a class file cannot hold a word that is empty or has white space in it: {unfit!r}")
    clusters = kmeans(kv.vectors[: len(kv)], k, seed, iterations)
    with atomic_write(output) as file:
        for word, label in zip(words, clusters.labels.tolist(), strict=True):
            file.write(f"{word} {label}\n".encode())
    return clusters.score
