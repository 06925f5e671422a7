"""A corpus that is not kept: chunks of it are encoded one after the other, each time anew."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cw2v._lists import ListEncoder
from cw2v.corpus.encoded import MAX_SENTENCE_WORDS, EncodedCorpus, ScannedCorpus
from cw2v.corpus.iterable import _check_token, _feed, _open_corpus, _open_sentence
from cw2v.corpus.strings import Tokenizer, check_tokenizer, tokenized
from cw2v.errors import CorpusError, ParameterError
from cw2v.vocabulary import Keys, Vocabulary

__all__ = ["CHUNK_WORDS", "Chunk", "Stream"]

CHUNK_WORDS = 1 << 20
_STEP_TOKENS = 1 << 17  # some 10 ms between two looks at what the training threads do


def _split(text: str) -> list[str]:
    return [word.decode() for word in text.encode().split()]  # at ASCII white space, as files are split


@dataclass(frozen=True, eq=False)
class Chunk(EncodedCorpus):
    """Sentences of a stream as word ids; `offsets` begin at the place of the first in the whole stream.

    Attributes
    ----------
    expected : int
        Words of the whole stream that are in the vocabulary: what a share of the epoch is a share of.
    """

    expected: int = 0

    @property
    def n_words(self) -> int:
        """As of the whole stream."""
        return self.expected

    @property
    def out_of_vocabulary(self) -> int:
        """Words of the chunk's source that are not in the vocabulary."""
        return self.raw_words - len(self.ids)


class Stream:
    """Sentences that are read anew in each epoch.

    Parameters
    ----------
    sentences : iterable of sentences
        An iterator, which can be read once only, serves for one epoch.
    vocabulary : Vocabulary
    raw_words, n_words : int
        Words that are expected in an epoch, and those of them in the vocabulary: the learning rate falls by them.
    epochs : int
    tokenizer : callable, "whitespace" or None
        See :func:`cw2v.corpus.scan`.
    chunk_words : int
        Words that are encoded at a time, and one sentence at least.

    Raises
    ------
    CorpusTypeError
        `sentences` is no iterable of sentences.
    ParameterError
        It is an iterator, and there are more epochs than one.
    """

    def __init__(
        self, sentences: Iterable[Iterable[Hashable]], vocabulary: Vocabulary, raw_words: int, n_words: int,
        epochs: int = 1, tokenizer: Tokenizer = None, chunk_words: int = CHUNK_WORDS,
    ) -> None:  # fmt: skip
        if _open_corpus(sentences) is sentences and epochs > 1:
            raise ParameterError(
                f"corpus_iterable is an iterator ({type(sentences).__name__}), which can be read once only: pass "
                f"epochs=1 instead of {epochs}, or an object whose __iter__ begins anew"
            )
        self.sentences, self.vocabulary, self.chunk_words = sentences, vocabulary, chunk_words
        self.raw_words, self.n_words = raw_words, n_words
        check_tokenizer(tokenizer)
        self.tokenizer = _split if isinstance(tokenizer, str) else tokenizer

    def relax(self) -> None:
        """As of a corpus: nothing, since chunks are in memory."""

    def fingerprint(self) -> str:
        """Not to be had: raises ParameterError."""
        raise ParameterError("streaming=True keeps no checkpoints: going on from one needs the corpus as it was, and a "
                             "stream is not kept; train without streaming, with max_memory= if it is large")

    def chunks(self, between: Callable[[], object]) -> Iterator[Chunk]:
        """The encoded sentences from the first on.

        Parameters
        ----------
        between : callable
            Called every some 100,000 words while they are read.

        Raises
        ------
        CorpusError
            There are no words.
        """
        sentences = _open_corpus(self.sentences)
        if self.tokenizer is not None:
            sentences = tokenized(sentences, self.tokenizer)
        n_read = n_words = n_known = 0
        more = True
        while more:
            scanned, more, n_read = self._read(sentences, n_read, between)
            encoded = scanned.encode(self.vocabulary)
            if encoded.raw_words:
                yield Chunk(encoded.ids, encoded.offsets + n_known, encoded.raw_words, expected=self.n_words)
            n_words, n_known = n_words + encoded.raw_words, n_known + len(encoded.ids)
        if n_words == 0:
            raise CorpusError("the corpus has no words: if it is an iterator or a generator, it has been read to its "
                              "end before; pass an object that can be iterated again")

    def _read(
        self, sentences: Iterator[Any], n_read: int, between: Callable[[], object]
    ) -> tuple[ScannedCorpus, bool, int]:
        """A chunk, whether there may be more, and how many sentences have been read."""
        encoder = ListEncoder(_open_sentence, _check_token, MAX_SENTENCE_WORDS, n_read)
        more, taken = True, 0
        while more and taken < self.chunk_words:
            more = _feed(encoder, sentences, min(_STEP_TOKENS, self.chunk_words))
            taken += _STEP_TOKENS
            between()
        n_read = encoder.n_read
        counts, offsets = encoder.finish()
        keys = Keys(encoder.keys())
        return ScannedCorpus(keys, counts, offsets, ((block, None) for block in encoder.blocks)), more, n_read
