"""Trains on the generated corpus and shows what came back."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from cw2v.demo.corpus import RELATIONS, SENTENCES, generate
from cw2v.errors import MissingExtraError
from cw2v.parameters import default_workers, validate

if TYPE_CHECKING:
    from cw2v.keyedvectors import KeyedVectors

__all__ = ["draw", "run"]

# All of the 500 words are frequent: the usual sub-sampling (1e-3) would drop most of the corpus.
_TRAINING: dict[str, Any] = {"sg": 1, "vector_size": 64, "epochs": 5, "min_count": 1, "sample": 0.01}


def run(
    seed: int | None = 1, workers: int | None = None, out: TextIO | None = None, *, sentences: int = SENTENCES,
    pictures: Sequence[str | Path] = (),
) -> float:
    """Generate the corpus, train on it, and print what was planted and how much of it came back.

    Parameters
    ----------
    seed : int or None, default 1
        Seed of the corpus and of the training; None draws one.
    workers : int or None, default None
        Training threads; None is one per processor, at most 16.
    out : text file, optional
        Where to print; standard output without it.
    sentences : int, default 60,000
        Size of the corpus.
    pictures : sequence of paths, optional
        Files to draw into, see :func:`draw`. One that cannot be drawn is said, and is no error: training was the work.

    Returns
    -------
    float
        Share of the planted analogies that were recovered, from 0 to 1.

    Raises
    ------
    ParameterError
        An argument is not in its range.
    """
    from cw2v import Word2Vec  # here: cw2v imports its leaves nowhere, and this one imports cw2v

    threads = validate(workers=workers)["workers"] or default_workers()
    out = sys.stdout if out is None else out
    corpus = generate(seed, sentences)
    words = sum(map(len, corpus))
    _print_planted(corpus, words, out)
    start = time.perf_counter()
    model = Word2Vec(corpus, seed=seed, workers=threads, **_TRAINING)
    seconds = time.perf_counter() - start
    total, size, epochs = words * _TRAINING["epochs"], _TRAINING["vector_size"], _TRAINING["epochs"]
    print(f"\nTrained skip-gram vectors of {size} dimensions, {epochs} epochs, {threads} thread(s)\n"
          f"  {total:,} words in {seconds:.2f} s, {total / seconds:,.0f} words/s", file=out)
    _print_neighbours(model.wv, out)
    share = _print_recovered(model.wv, out)
    if pictures:
        print("\nPictures", file=out)
    for path in pictures:
        print(f"  {_drawn(model.wv, Path(path))}", file=out)
    return share


def draw(kv: KeyedVectors, path: Path) -> None:
    """Draw the vectors of the demonstration: .html a map to walk in, other formats the arrows of one relation.

    Parameters
    ----------
    kv : KeyedVectors
        Of the generated corpus.
    path : Path
        .html, or what :func:`cw2v.plot.analogy` writes.

    Raises
    ------
    MissingExtraError
        matplotlib is not installed; .html does not need it.
    OSError
        The file cannot be written.
    """
    from cw2v import plot

    if path.suffix.lower() in (".html", ".htm"):
        groups = {name: [word for pair in pairs for word in pair] for name, pairs in RELATIONS.items()}
        plot.html(kv, path, {**groups, "other words": kv.index_to_key}, title="Words of the cw2v demonstration")
    else:
        name, pairs = next(iter(RELATIONS.items()))
        plot.analogy(kv, {name: pairs}, path, title="Planted pairs, as skip-gram found them again")


def _drawn(kv: KeyedVectors, path: Path) -> str:
    try:
        draw(kv, path)
    except (MissingExtraError, OSError) as error:
        return f"no {path}: {getattr(error, 'strerror', None) or error}"
    return f"wrote {path}"


def _print_planted(corpus: list[list[str]], words: int, out: TextIO) -> None:
    print(f"Generated {len(corpus):,} sentences, {words:,} words, from a grammar, for example", file=out)
    for sentence in corpus[:3]:
        print("  " + " ".join(sentence), file=out)
    print("\nPlanted", file=out)
    for name, pairs in RELATIONS.items():
        shown = ", ".join(f"{a} {b}" for a, b in pairs[:4])
        print(f"  {name:16} {len(pairs)} pairs: {shown}, ...", file=out)


def _print_neighbours(kv: KeyedVectors, out: TextIO) -> None:
    print("\nNearest neighbours (cosine)", file=out)
    for word in ("king", "paris", "dogs", "walked"):
        found = kv.most_similar(word, topn=5)
        print(f"  {word:8}" + "  ".join(f"{other} {score:.2f}" for other, score in found), file=out)
    print("\nking - man + woman (man is to woman as king is to ...)", file=out)
    for word, score in kv.most_similar(["king", "woman"], ["man"], topn=4):
        print(f"  {word:12} {score:.2f}", file=out)


def _print_recovered(kv: KeyedVectors, out: TextIO) -> float:
    """Ask for d in a : b = c : d, for every two pairs of a relation; only the first answer counts."""
    print("\nPlanted analogies recovered (a : b = c : ?, any two pairs, first answer)", file=out)
    right_in_all = asked_in_all = 0
    for name, pairs in RELATIONS.items():
        asked = [(a, b, c, d) for a, b in pairs for c, d in pairs if a != c]
        right = sum(kv.most_similar([b, c], [a], topn=1)[0][0] == d for a, b, c, d in asked)
        print(f"  {name:16} {right:4} of {len(asked):4} {right / len(asked):7.1%}", file=out)
        right_in_all, asked_in_all = right_in_all + right, asked_in_all + len(asked)
    share = right_in_all / asked_in_all
    print(f"  {'all':16} {right_in_all:4} of {asked_in_all:4} {share:7.1%}", file=out)
    return share
