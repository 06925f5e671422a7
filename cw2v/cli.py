"""The ``cw2v`` command: train vectors, ask them, judge them.

Results go to standard output; progress, summaries and errors to standard error. Exit codes: 0 success, 2 bad
input (one line says what), 130 stopped with Ctrl-C, 141 when the reader of the output went away. What the
parameters mean and allow is read from :data:`cw2v.parameters.PARAMETERS`.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
import time
from collections.abc import Sequence
from functools import partial
from logging.handlers import MemoryHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from cw2v.errors import Cw2vError, ParameterError, UnknownKeyError
from cw2v.parameters import PARAMETERS, Parameter

if TYPE_CHECKING:
    from cw2v.keyedvectors import KeyedVectors
    from cw2v.train.progress import ProgressState
    from cw2v.word2vec import Word2Vec

__all__ = ["main"]

_BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}
_TRAIN_OPTIONS = ("vector_size", "window", "negative", "epochs", "min_count", "sample", "alpha", "min_alpha",
                  "ns_exponent", "hs", "cbow_mean", "workers", "seed")


class _Parser(argparse.ArgumentParser):
    """A parser without abbreviations (a typo must not become another option), whose errors are one line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_abbrev=False, **kwargs)

    def error(self, message: str) -> NoReturn:
        raise ParameterError(f"{message} (see {self.prog} --help)")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        import cw2v

        print(f"cw2v {cw2v.__version__} ({cw2v.simd()})")
        parser.exit()


class _Progress:
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


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv`, or the arguments of the process; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A word that the terminal's encoding lacks must not end the command.
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        arguments = _parser().parse_args(argv)
        arguments.run(arguments)
        sys.stdout.flush()
    except SystemExit as stop:  # --help and --version
        return int(stop.code or 0)
    except KeyboardInterrupt:
        print("cw2v: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Python flushes standard output once more at exit: give it a place where that succeeds.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (Cw2vError, OSError, ValueError, EOFError, MemoryError) as error:
        print(f"cw2v: error: {_one_line(error)}", file=sys.stderr)
        return 2
    return 0


def _one_line(error: BaseException) -> str:
    text = "not enough memory " * isinstance(error, MemoryError) + str(error)
    if isinstance(error, OSError) and error.strerror:
        text = error.strerror + (f": {os.fsdecode(error.filename)!r}" if error.filename else "")
    return " ".join(text.split()) or type(error).__name__


def _parser() -> _Parser:
    parser = _Parser(prog="cw2v", description="word2vec: train word vectors, ask them, judge them.")
    parser.add_argument("--version", action=_Version, nargs=0, help="show version and instruction set")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    train, neighbors, analogy, evaluate, demo = (
        commands.add_parser(run.__name__.strip("_"), help=run.__doc__, description=run.__doc__)
        for run in (_train, _neighbors, _analogy, _eval, _demo)
    )
    _add_train_arguments(train)
    for command, run in ((neighbors, _neighbors), (analogy, _analogy), (evaluate, _eval)):
        command.set_defaults(run=run)
        command.add_argument("vectors", metavar="VECTORS", type=Path,
                             help="vectors: .bin, .bin.gz (word2vec binary), .cw2v, else word2vec text")
    neighbors.add_argument("words", metavar="WORD", nargs="+", help="word to ask for")
    for name in "ABC":
        analogy.add_argument(name, help="word")
    for command in (neighbors, analogy):
        _add_option(command, Parameter("topn", int, 10, "Answers shown.", 1, 2**31 - 1))
    evaluate.add_argument("--analogies", metavar="FILE", help="Four words a line, sections after a colon.")
    evaluate.add_argument("--pairs", metavar="FILE", nargs="+", action="extend", default=[],
                          help="Two words and the similarity that people gave them a line, between tabs.")
    _add_option(evaluate, Parameter("restrict_vocab", int, 30_000, "Use this many words.", 1, 2**31 - 1))
    for name in ("seed", "workers"):
        _add_option(demo, _BY_NAME[name])
    demo.set_defaults(run=_demo)
    return parser


def _convert(parameter: Parameter, text: str) -> Any:
    """Read an argument by its row of the parameter table."""
    value: object = None if parameter.none and text.lower() == "none" else text
    for number in (float, int):  # int last: it is exact where both can read the text
        with contextlib.suppress(ValueError):
            value = number(text)
    if parameter.kind is tuple and "," in text:
        with contextlib.suppress(ValueError):
            value = tuple(int(side) for side in text.split(","))
    try:
        return parameter.check(value)
    except Cw2vError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _add_option(command: argparse.ArgumentParser, row: Parameter) -> None:
    default = "" if row.default is None else f"; default {row.default}"
    command.add_argument(
        "--" + row.name.replace("_", "-"), type=partial(_convert, row), default=row.default,
        metavar="N" if row.kind is int else "X",
        help=f"{row.meaning} {row.range[0].upper()}{row.range[1:]}{default}.".replace("%", "%%"),
    )


def _add_train_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("corpus", metavar="CORPUS", type=Path,
                         help="UTF-8 text, a sentence a line, words between white space")
    command.add_argument("-o", "--output", metavar="VECTORS", type=Path, required=True, help="file to write")
    command.set_defaults(run=_train)
    command.add_argument("--sg", action="store_true", help="Train skip-gram; CBOW without it.")
    for name in _TRAIN_OPTIONS:
        _add_option(command, _BY_NAME[name])
    command.add_argument("--no-shared-negatives", dest="shared_negatives", action="store_false",
                         help="Draw noise words for each pair, not once for each centre word.")
    command.add_argument("--deterministic", action="store_true",
                         help="Train the same vectors, bit for bit, with any number of workers; slower.")
    command.add_argument("--checkpoint", metavar="FILE", type=Path, help="Keep the run in this file, epoch by epoch.")
    command.add_argument("--resume", action="store_true",
                         help="Go on with the run in --checkpoint, with its parameters; begin if there is none.")
    kinds = command.add_mutually_exclusive_group()
    kinds.add_argument("--binary", dest="kind", action="store_const", const="binary",
                       help="Write word2vec's binary format; the default for .bin and .bin.gz.")
    kinds.add_argument("--text", dest="kind", action="store_const", const="text",
                       help="Write word2vec's text format; the default for other names, except .cw2v.")


def _train(arguments: argparse.Namespace) -> None:
    """Train vectors on a text file."""
    output, sg, progress = arguments.output, int(arguments.sg), _Progress()
    _check_output(output, arguments.corpus)
    from cw2v import Word2Vec

    names = (*_TRAIN_OPTIONS, "shared_negatives", "deterministic", "checkpoint")
    options, corpus = {name: getattr(arguments, name) for name in names}, str(arguments.corpus)
    if arguments.resume and arguments.checkpoint is None:
        raise ParameterError("--resume needs --checkpoint FILE, the file that the run was kept in")
    start = time.perf_counter()
    try:
        if arguments.resume and arguments.checkpoint.exists():
            model = Word2Vec.resume(
                arguments.checkpoint, corpus_file=corpus, workers=arguments.workers, progress=progress
            )
        else:
            model = Word2Vec(corpus_file=corpus, sg=sg, progress=progress, **options)
    finally:
        progress.close()
    _print_summary(model, time.perf_counter() - start)
    kind = arguments.kind or _kind_by_name(output)
    if kind == "native":
        model.wv.save(str(output))
    else:
        model.wv.save_word2vec_format(str(output), binary=kind == "binary")
    print(f"wrote {output}: {len(model.wv):,} words x {model.wv.vector_size}")


def _check_output(output: Path, corpus: Path) -> None:
    """Refuse a place that cannot be written, before an hour of training is lost for it."""
    from cw2v.io.source import check_suffix

    check_suffix(output, "--output")
    folder = Path(os.path.realpath(output)).parent
    if not folder.is_dir():
        raise FileNotFoundError(f"--output: there is no directory {str(folder)!r}; create it first")
    if output.exists() and (not output.is_file() or (corpus.exists() and output.samefile(corpus))):
        raise ParameterError(f"--output must be an ordinary file other than the corpus, got {str(output)!r}")
    if not os.access(folder, os.W_OK | os.X_OK) or (output.exists() and not os.access(output, os.W_OK)):
        raise PermissionError(f"--output: no permission to write {str(output)!r}")


def _print_summary(model: Word2Vec, seconds: float) -> None:
    report = model.training_report
    assert report is not None  # the model was made with a corpus
    print(f"corpus      {model.corpus_total_words:,} words in {model.corpus_count:,} sentences\n"
          f"vocabulary  {len(model.wv):,} words\n"
          f"speed       {report.raw / max(report.seconds, 1e-9):,.0f} words/s\n"
          f"time        {seconds:.1f} s with reading, {report.seconds:.1f} s in training\n"
          f"tokens      {report.raw:,} in {len(report.epochs)} epoch(s) = {report.trained:,} trained + "
          f"{report.subsampled:,} sub-sampled + {report.out_of_vocabulary:,} out of vocabulary", file=sys.stderr)


def _kind_by_name(path: Path) -> str:
    binary = path.name.endswith((".bin", ".bin.gz"))
    return "binary" if binary else "native" if path.suffix == ".cw2v" else "text"


def _load(path: Path, *words: str) -> KeyedVectors:
    """Read a file of vectors; all of `words` must be in it."""
    from cw2v.keyedvectors import KeyedVectors

    kind = _kind_by_name(path)
    if path.is_file() and path.suffix != ".gz":
        # A binary file under another name shows by the zero bytes in its numbers, which text does not have.
        with open(path, "rb") as file:
            start = file.read(1 << 14)
        kind = "native" if start.startswith(b"CW2V\r\n") else "binary" if b"\0" in start else "text"
    kv: KeyedVectors = (KeyedVectors.load(str(path)) if kind == "native"
                        else KeyedVectors.load_word2vec_format(str(path), binary=kind == "binary"))
    unknown = [repr(word) for word in dict.fromkeys(words) if _key(kv, word) not in kv]
    if unknown:
        raise UnknownKeyError(f"not in the vocabulary of {str(path)!r}: {', '.join(unknown)}")
    return kv


def _key(kv: KeyedVectors, word: str) -> str | int:
    """The key that is meant: vectors of graphs may have integers."""
    return int(word) if word not in kv.key_to_index and word.isdecimal() and int(word) in kv.key_to_index else word


def _print_answers(answers: Sequence[tuple[object, float]], indent: str = "") -> None:
    width = max(len(str(word)) for word, _ in answers) if answers else 0
    for word, score in answers:
        print(f"{indent}{word!s:{width}}  {score:.4f}")


def _neighbors(arguments: argparse.Namespace) -> None:
    """Show the words nearest to each given word, with their cosine."""
    kv = _load(arguments.vectors, *arguments.words)
    for word in arguments.words:
        print(word)
        _print_answers(kv.most_similar(_key(kv, word), topn=arguments.topn), indent="  ")


def _analogy(arguments: argparse.Namespace) -> None:
    """Answer: A is to B as C is to what?"""
    kv = _load(arguments.vectors, arguments.A, arguments.B, arguments.C)
    a, b, c = (_key(kv, word) for word in (arguments.A, arguments.B, arguments.C))
    _print_answers(kv.most_similar([b, c], [a], topn=arguments.topn))


def _eval(arguments: argparse.Namespace) -> None:
    """Score vectors on files of analogies and of word pairs."""
    if not arguments.analogies and not arguments.pairs:
        raise ParameterError("eval needs --analogies FILE or --pairs FILE... or both")
    from cw2v import evaluate

    # Warnings of skipped lines are for a file that is of use otherwise: without a result the error says enough.
    logger = logging.getLogger("cw2v")
    logger.addHandler(warnings := MemoryHandler(1_000_000, logging.CRITICAL, logging.StreamHandler()))
    try:
        rows = evaluate.report(_load(arguments.vectors), arguments.analogies, arguments.pairs, arguments.restrict_vocab)
        warnings.flush()
    finally:
        logger.removeHandler(warnings)
        warnings.setTarget(None)  # logging would flush it at exit
    width = max(len(row.name) for row in rows)
    print(f"{'file':{width}}  {'measure':14}  score  items used")
    for name, kind, score, used, total in rows:
        measure = "% right" if kind == "analogies" else "Spearman x 100"
        print(f"{name:{width}}  {measure:14}  {100 * score:5.1f}  {used:,} of {total:,}")


def _demo(arguments: argparse.Namespace) -> None:
    """Train on a generated corpus with planted relations and show what came back."""
    from cw2v.demo import run

    run(arguments.seed, arguments.workers)
