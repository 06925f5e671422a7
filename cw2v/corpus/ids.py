"""Training from a file of word ids, and making one."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cw2v.corpus.encoded import EncodedCorpus, ScannedCorpus
from cw2v.corpus.spool import Block, release
from cw2v.errors import ParameterError
from cw2v.io.ids import IdsFile, is_ids_file, write_ids
from cw2v.vocabulary import Keys, Vocabulary

__all__ = ["IdsCorpus", "is_ids_file", "save_ids", "scan_ids"]

logger = logging.getLogger("cw2v.corpus")

_BLOCK_WORDS = 1 << 20


@dataclass(frozen=True, eq=False)
class IdsCorpus(EncodedCorpus):
    """The corpus of a file as it is there; nothing of it is copied.

    Attributes
    ----------
    file : IdsFile
    """

    file: IdsFile | None = None

    def relax(self) -> None:
        """As any corpus, and raise CorpusError if somebody writes into the file."""
        super().relax()
        if self.file is not None:
            self.file.check_unchanged()


class ScannedIds(ScannedCorpus):
    """A file of word ids, as if its source had just been read.

    Parameters
    ----------
    file : IdsFile
    """

    def __init__(self, file: IdsFile) -> None:
        by_rank = np.argsort(file.first_seen)
        keys = Keys([file.keys[word_id] for word_id in by_rank.tolist()], f"file {file.name!r}")
        super().__init__(keys, file.counts[by_rank], file.offsets, ())
        self.raw_words = file.raw_words
        self._file = file

    def check_min_count(self, min_count: int) -> None:
        """Raise ParameterError for a `min_count` below the file's: the words are not there any more."""
        if min_count < self._file.min_count and self._file.raw_words > len(self._file.ids):
            raise ParameterError(f"min_count={min_count}, but {self._file.name} has left out the words seen fewer than "
                                 f"{self._file.min_count} times: encode its source again with --min-count {min_count}, "
                                 f"or pass min_count={self._file.min_count}")

    def encode(self, vocabulary: Vocabulary | None, max_bytes: int | None = None) -> EncodedCorpus:
        """See :meth:`ScannedCorpus.encode`; the file itself is used if its word ids are those of `vocabulary`.

        Otherwise it is verified and translated.
        """
        file = self._file
        ranks = file.first_seen.astype(np.int32)
        final = self._final(vocabulary)
        if (final[ranks] == np.arange(len(final))).all():
            return IdsCorpus(file.ids, file.offsets, file.raw_words, (file.mapping,), file)
        n_wanted = 0 if vocabulary is None or vocabulary.origin is self._keys.origin else len(vocabulary)
        if (final >= 0).sum() < n_wanted and file.min_count > 1:
            logger.warning("%s has left out words seen fewer than %i times: those of them that the vocabulary has are "
                           "not trained", file.name, file.min_count)
        file.verify(partial(release, [file.mapping]))  # all of it is read anyway
        in_memory = max_bytes is None or file.offsets.nbytes <= max_bytes
        self._offsets = file.offsets.copy() if in_memory else file.offsets
        return self._translate(_blocks(file, ranks), final, max_bytes)


def _blocks(file: IdsFile, ranks: NDArray[np.int32]) -> Iterator[tuple[Block, NDArray[np.int32]]]:
    for begin in range(0, len(file.ids), _BLOCK_WORDS):
        yield file.ids[begin : begin + _BLOCK_WORDS], ranks


def scan_ids(path: str | os.PathLike[str]) -> ScannedIds:
    """Open a file of word ids; see :class:`~cw2v.io.ids.IdsFile` for what may be raised."""
    return ScannedIds(IdsFile(path))


def save_ids(
    scanned: ScannedCorpus, path: str | os.PathLike[str], *, min_count: int, max_bytes: int | None = None
) -> EncodedCorpus:
    """Write a corpus that was just read to a file of word ids, words by falling count.

    Parameters
    ----------
    scanned : ScannedCorpus
    path : path
    min_count : int
        Words seen less often are left out.
    max_bytes : int, optional
        See :meth:`ScannedCorpus.encode`.

    Returns
    -------
    EncodedCorpus
        What was written.

    Raises
    ------
    VocabularyError
        No word is left.
    FileFormatError
        A word is neither str nor int.
    OSError
        The file cannot be written.
    """
    scanned.check_min_count(min_count)
    vocabulary = Vocabulary.build(scanned.keys(), scanned.counts, min_count=min_count)
    encoded = scanned.encode(vocabulary, max_bytes)
    assert vocabulary.source_ids is not None
    first_seen = np.argsort(np.argsort(vocabulary.source_ids))
    write_ids(path, vocabulary.index_to_key, vocabulary.counts, first_seen, encoded.offsets, encoded.ids,
              raw_words=encoded.raw_words, min_count=min_count, relax=encoded.relax)  # fmt: skip
    return encoded
