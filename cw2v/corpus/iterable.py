"""Reading sentences from any iterable: lists, generators, NumPy arrays, whatever iterates over tokens."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

import numpy as np

from cw2v import _text
from cw2v.corpus.encoded import MAX_SENTENCE_WORDS, ScannedCorpus
from cw2v.corpus.spool import Block, Spool
from cw2v.errors import CorpusError, CorpusTypeError
from cw2v.vocabulary import Keys

__all__ = ["scan_iterable"]

# About 50 ms of work between two looks at Ctrl-C, progress and should_stop.
_STEP_TOKENS = 500_000


def scan_iterable(
    corpus: Iterable[Iterable[Hashable]],
    *,
    on_progress: Callable[[int, int | None], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
    max_sentence_words: int = MAX_SENTENCE_WORDS,
    spool: Spool | None = None,
) -> ScannedCorpus:
    """Read sentences once. See :func:`cw2v.corpus.scan`.

    Parameters
    ----------
    corpus : iterable of sentences
        A sentence is any iterable of hashable tokens. Read once, so a generator will do.
    on_progress : callable, optional
        (sentences read, sentences in all or None where the corpus has no length).
    should_stop : callable, optional
        Asked every 500,000 tokens; True ends the reading with CorpusError.
    max_sentence_words : int, default 10,000
        Longer sentences are cut.
    spool : Spool, optional
        Where the words stay; default: in memory.
    """
    spool = spool or Spool()
    sentences = _open_corpus(corpus)
    try:
        total: int | None = len(corpus)  # type: ignore[arg-type]
    except TypeError:
        total = None
    encoder = _text.ListEncoder(_open_sentence, _check_token, max_sentence_words)
    blocks: list[Block] = []
    ends: list[Block] = []
    more = True
    while more:
        more = _feed(encoder, sentences)
        blocks += map(spool.keep, encoder.blocks)
        encoder.blocks.clear()
        ends.append(spool.keep(encoder.take_ends()))
        if more and should_stop is not None and should_stop():
            raise CorpusError(f"reading was stopped after {encoder.n_read} sentences")
        if on_progress is not None:
            on_progress(encoder.n_read, total)
    counts, _ = encoder.finish()
    blocks += encoder.blocks
    offsets, maps = spool.gather(ends, np.int64)
    return ScannedCorpus(Keys(list(encoder.key_to_id)), counts, offsets, ((block, None) for block in blocks), maps)


def _feed(encoder: _text.ListEncoder, sentences: Iterator[Any], tokens: int = _STEP_TOKENS) -> bool:
    try:
        return encoder.feed(sentences, tokens)
    except CorpusTypeError:
        raise  # ours: it names the place already
    except _text.TooManyWords:
        raise CorpusError(f"the corpus has more than {_text.MAX_WORDS} different words, the limit") from None
    except Exception as error:
        error.add_note(f"cw2v: raised while reading corpus_iterable, after {encoder.n_read} whole sentences")
        raise


def _open_corpus(corpus: Any) -> Iterator[Any]:
    if isinstance(corpus, (str, bytes, os.PathLike)):
        raise CorpusTypeError(
            f"corpus_iterable is the {type(corpus).__name__} {_short(corpus)}; pass corpus_file= for a path "
            "or a list of token lists"
        )
    try:
        return iter(corpus)
    except TypeError:
        raise CorpusTypeError(
            f"corpus_iterable must be an iterable of token lists, got {type(corpus).__name__}"
        ) from None


def _open_sentence(sentence: Any, number: int) -> Iterable[Hashable]:
    """An iterable over the tokens of sentence `number`, which is not a list or tuple."""
    if isinstance(sentence, (str, bytes)):
        raise CorpusTypeError(
            f"sentence {number} is the {type(sentence).__name__} {_short(sentence)}, not a list of tokens; "
            "split it first, e.g. sentence.split()"
        )
    if isinstance(sentence, np.ndarray) and sentence.ndim > 0:
        sentence = sentence.tolist()
    try:
        opened: Iterator[Hashable] = iter(sentence)
        return opened
    except TypeError:
        raise CorpusTypeError(
            f"sentence {number} must be a list of tokens, got {_short(sentence)} "
            f"of type {type(sentence).__name__}"
        ) from None


def _check_token(token: Any, sentence: int, number: int) -> Hashable:
    """The token to store for a new one; NumPy scalars become Python's, so that saving is plain."""
    place = f"token {number} of sentence {sentence}"
    if isinstance(token, np.generic):
        token = token.item()
    try:
        hash(token)
    except TypeError:
        raise CorpusTypeError(
            f"{place} is {_short(token)} of type {type(token).__name__}, which is not hashable; "
            "use str or int tokens"
        ) from None
    if token is None:
        raise CorpusTypeError(f"{place} is None; leave missing tokens out")
    if isinstance(token, str):
        try:
            token.encode("utf-8")
        except UnicodeEncodeError as error:
            raise CorpusTypeError(
                f"{place} is {_short(token)}, which UTF-8 cannot write ({error.reason}); decode the "
                "text with errors='replace'"
            ) from None
    elif _is_missing(token):
        raise CorpusTypeError(f"{place} is {_short(token)}, a missing value; leave missing tokens out")
    return token  # type: ignore[no-any-return]


def _is_missing(token: Any) -> bool:
    # NaN, NaT and pandas.NA differ from themselves or refuse to say.
    try:
        return bool(token != token)
    except (TypeError, ValueError):
        return True


def _short(value: Any) -> str:
    text = ascii(value) if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
