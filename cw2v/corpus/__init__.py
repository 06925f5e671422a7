"""From any corpus to word ids: read the source once, then train on integers.

>>> scanned = scan([["the", "cat"], ["the", "dog"]])
>>> vocabulary = Vocabulary.build(scanned.keys(), scanned.counts, min_count=1)
>>> scanned.encode(vocabulary).ids.tolist()
[0, 2, 0, 1]
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable

from cw2v.corpus.encoded import MAX_SENTENCE_WORDS, EncodedCorpus, ScannedCorpus
from cw2v.corpus.file import file_fingerprint, scan_file
from cw2v.corpus.ids import is_ids_file, scan_ids
from cw2v.corpus.iterable import scan_iterable
from cw2v.corpus.lines import LineSentence, PathLineSentences, Text8Corpus
from cw2v.corpus.pairs import PairCorpus, encode_pairs, read_pairs
from cw2v.corpus.readers import BrownCorpus, ReutersCorpus
from cw2v.corpus.spool import Spool
from cw2v.errors import CorpusTypeError
from cw2v.parameters import default_workers, validate
from cw2v.vocabulary import Vocabulary

__all__ = [
    "MAX_SENTENCE_WORDS",
    "BrownCorpus",
    "EncodedCorpus",
    "LineSentence",
    "PairCorpus",
    "PathLineSentences",
    "ReutersCorpus",
    "ScannedCorpus",
    "Text8Corpus",
    "encode",
    "encode_pairs",
    "file_fingerprint",
    "read_pairs",
    "scan",
    "scan_file",
    "scan_iterable",
]


def scan(
    corpus_iterable: Iterable[Iterable[Hashable]] | None = None,
    corpus_file: str | os.PathLike[str] | None = None,
    *,
    workers: int | None = 1,
    on_progress: Callable[[int, int | None], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
    max_memory: int | None = None,
) -> ScannedCorpus:
    """Read a corpus once: count its words and turn them into provisional ids.

    Give one of `corpus_iterable` and `corpus_file`. Either way, sentences of more than 10,000 words are
    cut into pieces of 10,000 and a rest; no word is lost.

    Parameters
    ----------
    corpus_iterable : iterable of sentences
        A sentence is any iterable of hashable tokens, also an empty one. Read once, so a generator will do.
    corpus_file : str or os.PathLike
        A UTF-8 text file, one sentence a line, words parted by ASCII white space. A byte order mark at its
        start and lines without words are left out.
    workers : int or None, default 1
        Threads that read a file; None is one per processor. Changes no result.
    on_progress : callable, optional
        Called with (done, total): bytes of a file, sentences of an iterable (total may then be None).
    should_stop : callable, optional
        Asked between two pieces of work; True ends the reading with CorpusError.
    max_memory : int, optional
        Bytes of memory that the words may take until they are encoded; more of them go to a temporary file. The
        table of distinct words is not counted. Default: all stay in memory.

    Returns
    -------
    ScannedCorpus

    Raises
    ------
    CorpusTypeError
        Not a corpus, a sentence or a token; both sources given or none.
    CorpusDecodeError
        The file is not UTF-8.
    FileNotFoundError, IsADirectoryError, PermissionError, CorpusError
        The file cannot be read.
    OSError
        There is no room for a temporary file.
    ParameterError
        `workers` is out of range.
    """
    if (corpus_iterable is None) == (corpus_file is None):
        given = "neither" if corpus_file is None else "both"
        raise CorpusTypeError(f"pass one of corpus_iterable and corpus_file, got {given}")
    spool = Spool(max_memory)
    if corpus_file is not None and is_ids_file(corpus_file):
        return scan_ids(corpus_file)
    if corpus_file is not None:
        threads = validate(workers=workers)["workers"] or default_workers()
        return scan_file(corpus_file, workers=threads, on_progress=on_progress, should_stop=should_stop, spool=spool)
    assert corpus_iterable is not None
    return scan_iterable(corpus_iterable, on_progress=on_progress, should_stop=should_stop, spool=spool)


def encode(
    vocabulary: Vocabulary,
    corpus_iterable: Iterable[Iterable[Hashable]] | None = None,
    corpus_file: str | os.PathLike[str] | None = None,
    *,
    workers: int | None = 1,
    max_memory: int | None = None,
) -> EncodedCorpus:
    """Read a corpus once into the word ids of a vocabulary that exists already.

    Parameters and errors are those of :func:`scan`; an encoded corpus of more than `max_memory` bytes is in a temporary
    file as well. Words that the vocabulary has not got are left out and counted in ``out_of_vocabulary``.
    """
    return scan(corpus_iterable, corpus_file, workers=workers, max_memory=max_memory).encode(vocabulary, max_memory)
