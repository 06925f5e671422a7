"""Finding and joining the phrases of a whole corpus as word ids, without a string a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cw2v._phrases import Matcher
from cw2v.corpus import ScannedCorpus, scan_file, scan_iterable
from cw2v.corpus.texts import CorpusFile, means_files
from cw2v.errors import CorpusTypeError
from cw2v.phrases.pairs import Heads, pieces, tables_of

if TYPE_CHECKING:
    from cw2v.phrases.joining import PhraseJoiner

__all__ = ["Joined", "apply", "join_ids", "read", "select"]

Ints = NDArray[np.int64]
Ids = NDArray[np.int32]

_WHOLE = 1 << 62  # sentences are not cut here: no pair of neighbours is lost


def read(
    sentences: Any, corpus_file: CorpusFile | None = None, workers: int = 1,
    on_progress: Callable[[int, int | None], object] | None = None,
) -> tuple[list[str], Ints, Ids, Ints]:  # fmt: skip
    """Read a corpus once, with sentences of any length.

    Returns
    -------
    words : list of str, (V,)
        In the order of first appearance.
    counts : ndarray of int64, (V,)
    ids : ndarray of int32, (N,)
    offsets : ndarray of int64, (S + 1,)

    Raises
    ------
    CorpusTypeError
        A corpus, a sentence or a token has the wrong type; tokens must be str.
    CorpusError, OSError
        See :func:`cw2v.corpus.scan`.
    """
    if corpus_file is None and means_files(sentences):
        corpus_file = sentences
    if corpus_file is not None:
        scanned = scan_file(corpus_file, workers=workers, max_sentence_words=_WHOLE)
    elif isinstance(sentences, (str, bytes)):
        raise CorpusTypeError(f"sentences is the {type(sentences).__name__} {sentences[:40]!r}; pass an iterable of "
                              "token lists, e.g. [line.split() for line in file]")  # fmt: skip
    elif not isinstance(sentences, Iterable):
        raise CorpusTypeError(f"sentences must be an iterable of token lists, got {type(sentences).__name__}")
    else:
        scanned = scan_iterable(sentences, on_progress=on_progress, max_sentence_words=_WHOLE)
    return _encode(scanned)


def _encode(scanned: ScannedCorpus) -> tuple[list[str], Ints, Ids, Ints]:
    words: list[Any] = list(scanned.keys())
    for word in words if set(map(type, words)) - {str} else ():
        if not isinstance(word, str):
            raise CorpusTypeError(f"phrases are joined of str tokens, but the corpus has {word!r} of type "
                                  f"{type(word).__name__}; convert the tokens with str() first")  # fmt: skip
    encoded = scanned.encode(None)
    return words, scanned.counts, encoded.ids, encoded.offsets


class Joined(NamedTuple):
    """A corpus after its phrases were joined.

    Attributes
    ----------
    words : list of str, (V,)
        Those of before, then the phrases that are no words of before.
    ids : ndarray of int32, (M,)
    offsets : ndarray of int64, (S + 1,)
    n_joined, n_different : int
        Phrases, and different texts among them.
    """

    words: list[str]
    ids: Ids
    offsets: Ints
    n_joined: int
    n_different: int


def apply(joiner: PhraseJoiner, words: list[str], ids: Ids, offsets: Ints) -> Joined:
    """Join the phrases of a whole corpus, as ``joiner[corpus]`` does it with strings.

    Parameters
    ----------
    joiner : PhraseJoiner
    words : list of str, (V,)
        All different.
    ids : ndarray of int32, (N,)
    offsets : ndarray of int64, (S + 1,)
    """
    first, last, rows, phrases = select(joiner, words, ids, offsets)
    index = {word: row for row, word in enumerate(words)}
    id_of = np.zeros(len(phrases), np.int32)
    seen = list(dict.fromkeys(rows.tolist()))
    for row in seen:
        id_of[row] = index.setdefault(phrases[row][0], len(index))
    joined, offsets = join_ids(ids, offsets, first, last, id_of[rows])
    return Joined(list(index), joined, offsets, len(rows), len({phrases[row][0] for row in seen}))


def select(
    joiner: PhraseJoiner, words: list[str], ids: Ids, offsets: Ints
) -> tuple[Ints, Ints, Ints, list[tuple[str, float]]]:
    """The phrases that are joined when a corpus is read sentence by sentence.

    Parameters
    ----------
    joiner : PhraseJoiner
    words : list of str, (V,)
    ids : ndarray of int32, (N,)
    offsets : ndarray of int64, (S + 1,)

    Returns
    -------
    first, last : ndarray of int64, (n,)
        Places in `ids` of the first and the last word of each.
    rows : ndarray of int64, (n,)
        Which phrase it is.
    phrases : list of (str, float)
        Text and score.
    """
    connectors = joiner.connector_words
    is_connector = np.fromiter((word in connectors for word in words), bool, len(words))
    heads = Heads()
    if is_connector.any():  # all heads are needed before the first phrase can be looked for
        for _ in pieces(ids, offsets, is_connector, heads):
            pass
    index = {word: row for row, word in enumerate(words)}
    keys: list[int] = []
    phrases: list[tuple[str, float]] = []
    for key, phrase in joiner._keys(index, heads):
        keys.append(key)
        phrases.append(phrase)
    [table] = tables_of(np.array(keys, np.int64), np.arange(1, len(keys) + 1))
    matcher = Matcher(table)
    found = [matcher.match(*piece) for piece in pieces(ids, offsets, is_connector, heads)]
    if not found:
        return (np.zeros(0, np.int64),) * 3 + (phrases,)
    first, last, values = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return first, last, values - 1, phrases


def join_ids(ids: Ids, offsets: Ints, first: Ints, last: Ints, phrase_ids: Ids) -> tuple[Ids, Ints]:
    """Put one id in the place of each phrase.

    Parameters
    ----------
    ids : ndarray of int32, (N,)
    offsets : ndarray of int64, (S + 1,)
    first, last : ndarray of int64, (n,)
        From :func:`select`.
    phrase_ids : ndarray of int32, (n,)

    Returns
    -------
    ids : ndarray of int32, (M,)
    offsets : ndarray of int64, (S + 1,)
    """
    joined = ids.copy()
    joined[first] = phrase_ids
    step = np.zeros(len(ids) + 1, np.int8)
    step[first + 1], step[last + 1] = 1, -1
    n_dropped = np.concatenate([[0], np.cumsum(last - first)])
    return joined[np.cumsum(step[:-1], dtype=np.int8) == 0], offsets - n_dropped[np.searchsorted(first, offsets)]
