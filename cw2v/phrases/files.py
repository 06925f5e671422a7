"""Phrases in cw2v's own file: arrays, and the settings as JSON."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from cw2v.errors import FileFormatError, ParameterError, WrongFileError
from cw2v.io import native
from cw2v.phrases.checks import check_connector_words, check_delimiter, check_number, check_threshold
from cw2v.phrases.scorers import Scorer, check_scoring, score_name

if TYPE_CHECKING:
    from cw2v.phrases.joining import PhraseJoiner

__all__ = ["reading", "write"]

Path = str | os.PathLike[str]
Arrays = Mapping[str, NDArray[Any]]


def write(path: Path, model: PhraseJoiner, arrays: Arrays, more: Mapping[str, Any]) -> None:
    """Save `arrays` with the settings of `model` and `more` of them."""
    kind = "FrozenPhrases" if hasattr(model, "phrasegrams") else "Phrases"
    native.write(path, arrays, {
        "kind": kind, "min_count": model.min_count, "threshold": model.threshold, "delimiter": model.delimiter,
        "scoring": None if model.scoring is None else score_name(model.scoring),
        "connector_words": sorted(model.connector_words), **more,
    })  # fmt: skip


@contextlib.contextmanager
def reading(
    path: Path, kind: str, scoring: Scorer | None
) -> Iterator[tuple[dict[str, NDArray[Any]], dict[str, Any], dict[str, Any]]]:
    """Open a file that :func:`write` wrote; what goes wrong in the block is the file's fault.

    Yields
    ------
    arrays, meta, settings
        `settings` are the five that both kinds have.

    Raises
    ------
    FileFormatError, WrongFileError
        The file is damaged, or of another kind.
    ParameterError
        The counts need a scorer that is not in the file.
    """
    arrays, meta = native.read(path)
    if meta.get("kind") != kind:
        raise WrongFileError(f"{os.fsdecode(path)} holds a {meta.get('kind')}, not {kind}: use the load of that class")
    name = meta.get("scoring") if scoring is None else scoring
    if name is None and kind == "Phrases":
        raise ParameterError(f"{os.fsdecode(path)} was made with a scorer that cw2v has not got, and files hold no "
                             "code: pass it as scoring=")  # fmt: skip
    scorer = None if name is None else check_scoring(name)
    try:
        connector_words = meta["connector_words"]
        if not isinstance(connector_words, list):
            raise FileFormatError(f"connector_words is {connector_words!r}")
        yield arrays, meta, {
            "min_count": check_number("min_count", meta["min_count"], above=0),
            "threshold": check_threshold(meta["threshold"], scorer),
            "delimiter": check_delimiter(meta["delimiter"]), "scoring": scorer,
            "connector_words": check_connector_words(connector_words),
        }  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise FileFormatError(f"{os.fsdecode(path)} does not hold whole {kind}: {error!r}") from error
