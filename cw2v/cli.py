"""The ``cw2v`` command: train vectors, ask them, judge them, draw them.

Results go to standard output; progress, summaries and errors to standard error. Exit codes: 0 success, 2 bad
input (one line says what), 130 stopped with Ctrl-C, 141 when the reader of the output went away. What the
parameters mean and allow is read from :data:`cw2v.parameters.PARAMETERS`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from cw2v.commands import (
    ask,
    classes,
    convert,
    demo,
    encode,
    evaluate,
    fasttext,
    phrases,
    plot,
    svd,
    train,
    word2vec_c,
    word2vec_tools,
)
from cw2v.errors import Cw2vError, ParameterError

__all__ = ["main"]


class _Parser(argparse.ArgumentParser):
    """A parser without abbreviations (a typo must not become another option), whose errors are one line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_abbrev=False, **kwargs)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        # allow_abbrev does not reach options with one dash, such as word2vec.c's -min-count.
        known = self._option_string_actions
        for argument in args or () if self._subparsers is None else ():
            option = argument.split("=")[0]
            if option[:1] == "-" and option[1:2].isalpha() and option not in known and option[:2] not in known:
                self.error(f"unrecognized arguments: {argument}")
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        raise ParameterError(f"{message} (see {self.prog} --help)")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        import cw2v

        print(f"cw2v {cw2v.__version__} ({cw2v.simd()})")
        parser.exit()


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
    is_systems = isinstance(error, MemoryError) and not isinstance(error, Cw2vError)
    text = "not enough memory " * is_systems + str(error)
    if isinstance(error, OSError) and error.strerror:
        text = error.strerror + (f": {os.fsdecode(error.filename)!r}" if error.filename else "")
    return " ".join(text.split()) or type(error).__name__


def _parser() -> _Parser:
    parser = _Parser(prog="cw2v", description="word2vec: train word vectors, ask them, judge them, draw them.")
    parser.add_argument("--version", action=_Version, nargs=0, help="show version and instruction set")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    ours = (train, encode, phrases, svd, ask, evaluate, classes, convert, plot, demo)
    for command in (*ours, word2vec_c, word2vec_tools, fasttext):
        command.add(commands)
    return parser
