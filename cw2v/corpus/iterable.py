"""Reading sentences from any iterable: lists, generators, NumPy arrays, whatever iterates over tokens."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cw2v import _lists, _text
from cw2v.corpus.coded import ArrayEncoder
from cw2v.corpus.columns import encode_column, missing_row, refuse_table, rows_of
from cw2v.corpus.encoded import MAX_SENTENCE_WORDS, ScannedCorpus
from cw2v.corpus.file import scan_texts
from cw2v.corpus.reader_texts import ReaderTexts, texts_of_reader
from cw2v.corpus.spool import Block, Spool
from cw2v.corpus.strings import Strings, Tokenizer, check_tokenizer, is_missing, short, tokenized
from cw2v.corpus.walks import Walks, encode_walks, walks_of
from cw2v.errors import CorpusError, CorpusTypeError
from cw2v.vocabulary import Keys

__all__ = ["scan_iterable"]

# About 50 ms of work between two looks at Ctrl-C, progress and should_stop.
_STEP_TOKENS = 500_000


def scan_iterable(
    corpus: Iterable[Any],
    *,
    tokenizer: Tokenizer = None,
    on_progress: Callable[[int, int | None], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
    max_sentence_words: int = MAX_SENTENCE_WORDS,
    spool: Spool | None = None,
) -> ScannedCorpus:
    """Read sentences once. See :func:`cw2v.corpus.scan`.

    Parameters
    ----------
    corpus : iterable of sentences
        A sentence is any iterable of hashable tokens; with a tokenizer it is a str. Read once, so a generator will do.
    tokenizer : callable, "whitespace" or None, default None
        See :func:`cw2v.corpus.scan`.
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
    check_tokenizer(tokenizer)
    sentences = _open_corpus(corpus)
    walks = walks_of(corpus)
    total = _length(corpus if walks is None else walks)

    def poll(n_read: int) -> None:
        if should_stop is not None and should_stop():
            raise CorpusError(f"reading was stopped after {n_read} sentences")
        if on_progress is not None:
            on_progress(n_read, total)

    if isinstance(tokenizer, str):  # "whitespace": there is no other
        return _scan_strings(Strings(sentences), poll, max_sentence_words, spool)
    if tokenizer is None and (texts := texts_of_reader(corpus, max_sentence_words)) is not None:
        return _scan_strings(texts, poll, texts.max_sentence_words, spool)
    if tokenizer is not None:
        sentences = tokenized(sentences, tokenizer)
    elif (arrays := _encode_arrays(corpus, walks, max_sentence_words)) is not None:
        array_encoder, steps = arrays
        array_encoder.spool = spool
        for _ in steps:
            poll(array_encoder.n_sentences)
        return array_encoder.finish()
    encoder = _lists.ListEncoder(_open_sentence, _check_token, max_sentence_words)
    blocks: list[Block] = []
    ends: list[Block] = []
    while _feed(encoder, sentences):
        blocks += map(spool.keep, encoder.blocks)
        encoder.blocks.clear()
        ends.append(spool.keep(encoder.take_ends()))
        poll(encoder.n_read)
    if on_progress is not None:
        on_progress(encoder.n_read, total)
    counts, last_ends = encoder.finish()
    blocks += encoder.blocks
    offsets, maps = spool.gather([*ends, last_ends], np.int64)
    return ScannedCorpus(Keys(encoder.keys()), counts, offsets, ((block, None) for block in blocks), maps)


def _length(corpus: Any) -> int | None:
    if isinstance(corpus, Walks):
        return len(corpus.offsets) - 1
    try:
        return len(corpus)
    except TypeError:
        return None


def _encode_arrays(
    corpus: Any, walks: Walks | NDArray[Any] | None, max_words: int
) -> tuple[ArrayEncoder, Iterator[None]] | None:
    return encode_column(corpus, max_words) if walks is None else encode_walks(walks, max_words)


def _scan_strings(
    strings: Strings | ReaderTexts, poll: Callable[[int], None], max_words: int, spool: Spool
) -> ScannedCorpus:
    try:
        return scan_texts(strings, on_progress=lambda *_: poll(strings.n_read), max_sentence_words=max_words,
                          spool=spool)  # fmt: skip
    except CorpusError:
        raise
    except Exception as error:
        _add_note(error, strings.n_read)
        raise


def _add_note(error: Exception, n_read: int) -> None:
    error.add_note(f"cw2v: raised while reading the corpus, after {n_read} whole sentences")


def _feed(encoder: _lists.ListEncoder, sentences: Iterator[Any], tokens: int = _STEP_TOKENS) -> bool:
    try:
        return encoder.feed(sentences, tokens)
    except CorpusError:
        raise  # ours: it names the place already
    except _text.TooManyWords:
        raise CorpusError(f"the corpus has more than {_text.MAX_WORDS} different words, the limit") from None
    except Exception as error:
        _add_note(error, encoder.n_read)
        raise


def _open_corpus(corpus: Any) -> Iterator[Any]:
    if isinstance(corpus, (str, bytes, os.PathLike)):
        raise CorpusTypeError(
            f"corpus_iterable is the {type(corpus).__name__} {short(corpus)}; pass corpus_file= for a path "
            "or a list of token lists"
        )
    refuse_table(corpus)
    rows = rows_of(corpus)
    try:
        return iter(corpus) if rows is None else rows
    except TypeError:
        raise CorpusTypeError(
            f"corpus_iterable must be an iterable of token lists, got {type(corpus).__name__}"
        ) from None


def _open_sentence(sentence: Any, number: int) -> Iterable[Hashable]:
    """An iterable over the tokens of sentence `number`, which is not a list or tuple."""
    if isinstance(sentence, (str, bytes)):
        raise CorpusTypeError(
            f"sentence {number} is the {type(sentence).__name__} {short(sentence)}, not a list of tokens; "
            "split it first, e.g. sentence.split(), or pass tokenizer='whitespace' or a function of yours"
        )
    if isinstance(sentence, np.ndarray) and sentence.ndim > 0:
        sentence = sentence.tolist()
    try:
        opened: Iterator[Hashable] = iter(sentence)
        return opened
    except TypeError:
        if is_missing(sentence):
            raise missing_row(number - 1, sentence) from None
        raise CorpusTypeError(
            f"sentence {number} must be a list of tokens, got {short(sentence)} "
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
            f"{place} is {short(token)} of type {type(token).__name__}, which is not hashable; "
            "use str or int tokens"
        ) from None
    if token is None:
        raise CorpusTypeError(f"{place} is None; leave missing tokens out")
    if isinstance(token, str):
        try:
            token.encode("utf-8")
        except UnicodeEncodeError as error:
            raise CorpusTypeError(
                f"{place} is {short(token)}, which UTF-8 cannot write ({error.reason}); decode the "
                "text with errors='replace'"
            ) from None
    elif is_missing(token):
        raise CorpusTypeError(f"{place} is {short(token)}, a missing value; leave missing tokens out")
    return token  # type: ignore[no-any-return]
