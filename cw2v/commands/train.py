"""``cw2v train``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cw2v.commands.common import BY_NAME, add_option, check_output, kind_by_name
from cw2v.errors import ParameterError

if TYPE_CHECKING:
    from cw2v.train.progress import ProgressState
    from cw2v.word2vec import Word2Vec

__all__ = ["Progress", "add", "print_summary", "run"]

_TRAIN_OPTIONS = ("vector_size", "window", "negative", "epochs", "min_count", "sample", "alpha", "min_alpha",
                  "ns_exponent", "hs", "cbow_mean", "workers", "seed", "max_memory")


class Progress:
    """Prints the trainer's reports: a line that is rewritten on a terminal, elsewhere a line each."""

    def __init__(self) -> None:
        self._rewrite, self._width = sys.stderr.isatty(), 0

    def __call__(self, state: ProgressState) -> None:
        rate = state.words_per_second
        share = state.words / state.total_words if state.total_words else 1.0
        left = f"{(state.total_words - state.words) / rate:,.0f} s left" if rate > 0 else ""
        line = (f"epoch {state.epoch + 1}/{state.epochs}  {share:6.1%}  {rate:,.0f} words/s  "
                f"alpha {state.alpha:.5f}  {left}")
        if self._rewrite:
            print("\r" + line.ljust(self._width), end="", file=sys.stderr, flush=True)
            self._width = len(line)
        else:
            print(line, file=sys.stderr, flush=True)

    def close(self) -> None:
        """End the rewritten line, so that what comes next stands on its own."""
        if self._width:
            print(file=sys.stderr)
            self._width = 0


def add(commands: Any) -> None:
    """Add ``cw2v train``."""
    command = commands.add_parser("train", help=run.__doc__, description=run.__doc__)
    command.add_argument("corpus", metavar="CORPUS", type=Path,
                         help="text, a sentence a line, words between white space: a file, also .gz, .bz2, .xz "
                              "or .zst, a folder, or a pattern in quotes; or what `cw2v encode` wrote")
    command.add_argument("-o", "--output", metavar="VECTORS", type=Path, required=True, help="file to write")
    command.set_defaults(run=run)
    command.add_argument("--sg", action="store_true", help="Train skip-gram; CBOW without it.")
    for name in _TRAIN_OPTIONS:
        add_option(command, BY_NAME[name])
    command.add_argument("--no-shared-negatives", dest="shared_negatives", action="store_false",
                         help="Draw noise words for each pair (CBOW: centre), not once for four centres.")
    command.add_argument("--deterministic", action="store_true",
                         help="Train the same vectors, bit for bit, with any number of workers; slower.")
    command.add_argument("--no-shuffle", dest="shuffle", action="store_false",
                         help="Train the sentences as they come, not each epoch in another order.")
    command.add_argument("--encoding", metavar="NAME", default="utf-8", help="Encoding of CORPUS; default utf-8.")
    command.add_argument("--unicode-errors", metavar="NAME", default="strict",
                         help="Bytes that are not text: strict, which is an error and the default, replace, ignore.")
    command.add_argument("--checkpoint", metavar="FILE", type=Path, help="Keep the run in this file, epoch by epoch.")
    command.add_argument("--resume", action="store_true",
                         help="Go on with the run in --checkpoint, with its parameters; begin if there is none.")
    command.add_argument("--save-vocab", metavar="FILE", type=Path,
                         help="Write the words and their counts, a line each, as word2vec does.")
    command.add_argument("--read-vocab", metavar="FILE", type=Path,
                         help="Read the words and their counts from such a file, in place of those of CORPUS.")
    kinds = command.add_mutually_exclusive_group()
    kinds.add_argument("--binary", dest="kind", action="store_const", const="binary",
                       help="Write word2vec's binary format; the default for .bin and .bin.gz.")
    kinds.add_argument("--text", dest="kind", action="store_const", const="text",
                       help="Write word2vec's text format; the default for other names, except .cw2v.")


def run(arguments: argparse.Namespace) -> None:
    """Train vectors on a text file."""
    output, sg, progress = arguments.output, int(arguments.sg), Progress()
    check_output(output, arguments.corpus)
    if arguments.save_vocab is not None:
        check_output(arguments.save_vocab, arguments.corpus, name="--save-vocab")
    from cw2v import Word2Vec

    names = (*_TRAIN_OPTIONS, "shared_negatives", "deterministic", "shuffle", "checkpoint", "encoding",
             "unicode_errors")  # fmt: skip
    options, corpus = {name: getattr(arguments, name) for name in names}, str(arguments.corpus)
    if arguments.resume and arguments.checkpoint is None:
        raise ParameterError("--resume needs --checkpoint FILE, the file that the run was kept in")
    start = time.perf_counter()
    try:
        if arguments.resume and arguments.checkpoint.exists():
            model = Word2Vec.resume(
                arguments.checkpoint, corpus_file=corpus, workers=arguments.workers, progress=progress,
                max_memory=arguments.max_memory,
            )  # fmt: skip
        elif arguments.read_vocab is not None:
            checkpoint = options.pop("checkpoint")
            model = Word2Vec(sg=sg, progress=progress, **options)
            model.build_vocab(corpus_file=corpus, vocab_file=arguments.read_vocab)
            model.train(corpus_file=corpus, total_words=model.corpus_total_words, epochs=model.epochs,
                        checkpoint=checkpoint)  # fmt: skip
        else:
            model = Word2Vec(corpus_file=corpus, sg=sg, progress=progress, **options)
    finally:
        progress.close()
    print_summary(model, time.perf_counter() - start)
    kind = arguments.kind or kind_by_name(output)
    if kind == "native":
        model.wv.save(str(output))
    else:
        model.wv.save_word2vec_format(str(output), binary=kind == "binary")
    if arguments.save_vocab is not None:
        model.save_vocab(arguments.save_vocab)
    print(f"wrote {output}: {len(model.wv):,} words x {model.wv.vector_size}")


def print_summary(model: Word2Vec, seconds: float) -> None:
    report = model.training_report
    assert report is not None  # the model was made with a corpus
    print(f"corpus      {model.corpus_total_words:,} words in {model.corpus_count:,} sentences\n"
          f"vocabulary  {len(model.wv):,} words\n"
          f"speed       {report.raw / max(report.seconds, 1e-9):,.0f} words/s\n"
          f"time        {seconds:.1f} s with reading, {report.seconds:.1f} s in training\n"
          f"tokens      {report.raw:,} in {len(report.epochs)} epoch(s) = {report.trained:,} trained + "
          f"{report.subsampled:,} sub-sampled + {report.out_of_vocabulary:,} out of vocabulary", file=sys.stderr)
