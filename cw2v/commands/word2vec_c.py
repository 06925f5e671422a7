"""``cw2v word2vec``: word2vec.c's command line, flag by flag; ``cw2v word2phrase``."""

from __future__ import annotations

import argparse
import contextlib
import io
import time
from pathlib import Path
from typing import Any

from cw2v.commands import phrases
from cw2v.commands.classes import write_classes
from cw2v.commands.common import check_output
from cw2v.commands.train import Progress, print_summary
from cw2v.errors import ParameterError

__all__ = ["add"]

END_OF_LINE = "</s>"  # stands in word2vec.c's files of words

# Flag, kind, default, meaning: as word2vec.c lists them.
FLAGS: tuple[tuple[str, type, Any, str], ...] = (
    ("-size", int, 100, "dimensions of the vectors"),
    ("-window", int, 5, "most words between two that are trained together"),
    ("-sample", float, 1e-3, "share of the corpus above which words are sub-sampled; 0 is off"),
    ("-hs", int, 0, "1: hierarchical softmax, beside negative sampling unless that is 0"),
    ("-negative", int, 5, "noise words; 0 is off"),
    ("-threads", int, 12, "training threads; no more than there are processors"),
    ("-iter", int, 5, "passes over the text"),
    ("-min-count", int, 5, "words seen less often are left out"),
    ("-alpha", float, None, "learning rate at the start; default 0.025 for skip-gram, 0.05 for CBOW"),
    ("-classes", int, 0, "write so many classes of words (k-means) in place of the vectors; 0: vectors"),
    ("-debug", int, 2, "0: no progress and no summary"),
    ("-binary", int, 0, "1: binary format"),
    ("-cbow", int, 1, "1: CBOW; 0: skip-gram"),
)


def add(commands: Any) -> None:
    """Add the commands."""
    word2vec = commands.add_parser("word2vec", help=_word2vec.__doc__, description=_word2vec.__doc__)
    word2vec.set_defaults(run=_word2vec)
    word2vec.add_argument("-train", metavar="FILE", type=Path, required=True, help="text to train on")
    word2vec.add_argument("-output", metavar="FILE", type=Path, help="file of vectors, or of classes, to write")
    word2vec.add_argument("-save-vocab", metavar="FILE", type=Path, help="write the words and their counts there")
    word2vec.add_argument("-read-vocab", metavar="FILE", type=Path, help="take words and counts from there")
    for flag, kind, default, meaning in FLAGS:
        shown = "" if default is None else f"; default {default}"
        word2vec.add_argument(flag, type=kind, default=default, metavar="N", help=meaning + shown)
    phrase = commands.add_parser("word2phrase", help=_word2phrase.__doc__, description=_word2phrase.__doc__)
    phrase.set_defaults(run=_word2phrase)
    phrase.add_argument("-train", metavar="FILE", type=Path, required=True, help="text to read")
    phrase.add_argument("-output", metavar="FILE", type=Path, required=True, help="text to write")
    phrase.add_argument("-min-count", metavar="N", type=int, default=5, help="rarer words and pairs are no phrase; "
                        "default 5")  # fmt: skip
    phrase.add_argument("-threshold", metavar="X", type=float, default=100.0, help="higher: fewer phrases; default 100")
    phrase.add_argument("-debug", metavar="N", type=int, default=2, help="0: no summary")


def _word2vec(arguments: argparse.Namespace) -> None:
    """Train vectors with word2vec.c's flags and file formats."""
    if arguments.output is None and arguments.save_vocab is None:
        raise ParameterError("word2vec needs -output FILE or -save-vocab FILE, or nothing would be kept")
    for place in (arguments.output, arguments.save_vocab):
        if place is not None:
            check_output(place, arguments.train, name="-output" if place is arguments.output else "-save-vocab")
    start = time.perf_counter()
    model = _model(arguments)
    if arguments.save_vocab is not None:
        model.save_vocab(arguments.save_vocab)
    if arguments.output is None:
        return
    progress = Progress() if arguments.debug else None
    model.progress = progress or False
    try:
        model.train(corpus_file=str(arguments.train), total_words=model.corpus_total_words, epochs=model.epochs)
    finally:
        if progress is not None:
            progress.close()
    if arguments.debug:
        print_summary(model, time.perf_counter() - start)
    if arguments.classes:
        write_classes(model.wv, arguments.output, arguments.classes)
    else:
        model.wv.save_word2vec_format(str(arguments.output), binary=bool(arguments.binary))


def _model(arguments: argparse.Namespace) -> Any:
    """A model with its vocabulary."""
    from cw2v import Word2Vec

    alpha = arguments.alpha or (0.05 if arguments.cbow else 0.025)
    model = Word2Vec(
        vector_size=arguments.size, window=arguments.window, sample=arguments.sample, hs=arguments.hs,
        negative=arguments.negative, workers=arguments.threads, epochs=arguments.iter, min_count=arguments.min_count,
        alpha=alpha, min_alpha=alpha * 1e-4, sg=int(not arguments.cbow),
        stop_words=() if arguments.read_vocab is None else (END_OF_LINE,),
    )  # fmt: skip
    model.build_vocab(corpus_file=str(arguments.train), vocab_file=arguments.read_vocab)
    return model


def _word2phrase(arguments: argparse.Namespace) -> None:
    """Join the phrases of a text with word2phrase's flags."""
    given = argparse.Namespace(
        corpus=arguments.train, output=arguments.output, min_count=arguments.min_count, threshold=arguments.threshold,
        scoring="word2phrase", delimiter="_", connector_words="", workers=None,
    )  # fmt: skip
    with contextlib.nullcontext() if arguments.debug else contextlib.redirect_stderr(io.StringIO()):
        phrases.run(given)
