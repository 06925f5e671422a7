"""What the commands share: options read by the parameter table, files of vectors, places to write."""

from __future__ import annotations

import argparse
import contextlib
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cw2v.errors import Cw2vError, ParameterError, UnknownKeyError
from cw2v.parameters import PARAMETERS, Parameter

if TYPE_CHECKING:
    from cw2v.keyedvectors import KeyedVectors

__all__ = ["BY_NAME", "add_option", "add_vectors", "check_output", "check_picture", "convert", "key_of",
           "kind_by_name", "load_vectors"]

BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


def convert(parameter: Parameter, text: str) -> Any:
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


def add_option(command: argparse.ArgumentParser, row: Parameter) -> None:
    default = "" if row.default is None else f"; default {row.default}"
    command.add_argument(
        "--" + row.name.replace("_", "-"), type=partial(convert, row), default=row.default,
        metavar="N" if row.kind is int else "X",
        help=f"{row.meaning} {row.range[0].upper()}{row.range[1:]}{default}.".replace("%", "%%"),
    )


def add_vectors(command: argparse.ArgumentParser) -> None:
    """Give `command` the argument that :func:`load_vectors` reads."""
    command.add_argument("vectors", metavar="VECTORS", type=Path,
                         help="vectors: .bin, .bin.gz (word2vec binary), .cw2v, else word2vec text")


def check_output(output: Path, source: Path | None = None, what: str = "corpus", name: str = "--output") -> None:
    """Refuse a place that cannot be written, before an hour of work is lost for it; also `source`, which is read."""
    from cw2v.io.source import check_suffix

    check_suffix(output, name)
    folder = Path(os.path.realpath(output)).parent
    if not folder.is_dir():
        raise FileNotFoundError(f"{name}: there is no directory {str(folder)!r}; create it first")
    is_source = source is not None and source.exists() and output.exists() and output.samefile(source)
    if is_source or (output.exists() and not output.is_file()):
        raise ParameterError(f"{name} must be an ordinary file other than the {what}, got {str(output)!r}")
    if not os.access(folder, os.W_OK | os.X_OK) or (output.exists() and not os.access(output, os.W_OK)):
        raise PermissionError(f"{name}: no permission to write {str(output)!r}")


def check_picture(path: Path) -> bool:
    """Refuse a name that no picture has, and pictures without matplotlib; return whether it is a page."""
    from cw2v.plot.canvas import check_path, drawing

    is_page = path.suffix.lower() in (".html", ".htm")
    if not is_page:
        check_path(path)
        with drawing():
            pass
    return is_page


def kind_by_name(path: Path) -> str:
    binary = path.name.endswith((".bin", ".bin.gz"))
    return "binary" if binary else "native" if path.suffix == ".cw2v" else "text"


def load_vectors(path: Path, *words: str) -> KeyedVectors:
    """Read a file of vectors; all of `words` must be in it."""
    from cw2v.keyedvectors import KeyedVectors

    kind = kind_by_name(path)
    if path.is_file() and path.suffix != ".gz":
        # A binary file under another name shows by the zero bytes in its numbers, which text does not have;
        # gensim's own files begin with 0x80.
        with open(path, "rb") as file:
            start = file.read(1 << 14)
        kind = "native" if start.startswith((b"CW2V\r\n", b"\x80")) else "binary" if b"\0" in start else "text"
    kv: KeyedVectors = (KeyedVectors.load(str(path)) if kind == "native"
                        else KeyedVectors.load_word2vec_format(str(path), binary=kind == "binary"))
    unknown = [repr(word) for word in dict.fromkeys(words) if key_of(kv, word) not in kv]
    if unknown:
        raise UnknownKeyError(f"not in the vocabulary of {str(path)!r}: {', '.join(unknown)}")
    return kv


def key_of(kv: KeyedVectors, word: str) -> str | int:
    """The key that is meant: vectors of graphs may have integers."""
    return int(word) if word not in kv.key_to_index and word.isdecimal() and int(word) in kv.key_to_index else word
