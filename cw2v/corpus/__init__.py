"""From any corpus to word ids: read the source once, then train on integers.

>>> scanned = scan([["the", "cat"], ["the", "dog"]])
>>> vocabulary = Vocabulary.build(scanned.keys(), scanned.counts, min_count=1)
>>> scanned.encode(vocabulary).ids.tolist()
[0, 2, 0, 1]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cw2v.corpus.encoded import MAX_SENTENCE_WORDS, EncodedCorpus, ScannedCorpus
from cw2v.corpus.file import CHUNK_BYTES, scan_file, scan_texts
from cw2v.corpus.ids import is_ids_file, scan_ids
from cw2v.corpus.iterable import scan_iterable
from cw2v.corpus.lines import LineSentence, PathLineSentences, Text8Corpus
from cw2v.corpus.pairs import PairCorpus, encode_pairs, read_pairs
from cw2v.corpus.readers import BrownCorpus, ReutersCorpus
from cw2v.corpus.source import check_encoding
from cw2v.corpus.spool import Spool
from cw2v.corpus.strings import Tokenizer, check_tokenizer
from cw2v.corpus.texts import CorpusFile, TextSet, file_fingerprint, means_files
from cw2v.corpus.walks import Walks
from cw2v.errors import CorpusTypeError
from cw2v.parameters import default_workers, validate
from cw2v.vocabulary import Vocabulary

__all__ = [
    "MAX_SENTENCE_WORDS",
    "BrownCorpus",
    "CorpusFile",
    "EncodedCorpus",
    "LineSentence",
    "PairCorpus",
    "PathLineSentences",
    "ReutersCorpus",
    "ScannedCorpus",
    "Text8Corpus",
    "Tokenizer",
    "Walks",
    "encode",
    "encode_pairs",
    "file_fingerprint",
    "read_pairs",
    "scan",
    "scan_file",
    "scan_iterable",
]


def scan(
    corpus_iterable: Iterable[Any] | CorpusFile | None = None,
    corpus_file: CorpusFile | None = None,
    *,
    workers: int | None = 1,
    encoding: str = "utf-8",
    unicode_errors: str = "strict",
    tokenizer: Tokenizer = None,
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
        A sentence is any iterable of hashable tokens, also an empty one. Read once, so a generator will do. Also an
        integer array whose rows are sentences, :class:`Walks` or a named tuple (ids, offsets), a column of pandas,
        polars, Arrow or `datasets`; and, as `corpus_file`, a `pathlib` path, an open file or a list of these.
    corpus_file : path, file object, or list or tuple of these
        Text, one sentence a line, words parted by ASCII white space. A byte order mark at the beginning of a file and
        lines without words are left out; the last line of a file ends with it. A path is a file, unpacked if its name
        ends in .gz, .bz2, .xz or .zst; a folder, which means all files in it and in its folders, by name and without
        the hidden ones; or a pattern such as ``"corpus/*.txt"``. A file object is read once, from where it stands.
    workers : int or None, default 1
        Threads that read files; None is one per processor. Changes no result.
    encoding : str, default "utf-8"
        Of the files.
    unicode_errors : str, default "strict"
        What becomes of bytes that are not text: "strict" raises; "replace", "ignore" and the others of `bytes.decode`.
    tokenizer : callable, "whitespace" or None, default None
        For sentences that are str, or the lines of files: called with each of them, it returns the tokens.
        "whitespace" splits where files are split, without a Python object a word. None: sentences are lists of tokens.
    on_progress : callable, optional
        Called with (done, total): bytes of files, sentences of an iterable (total may then be None).
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
        A file is not in this encoding; the message names file, line and byte offset.
    TruncatedFileError, FileFormatError
        A packed file ends early or is damaged.
    FileNotFoundError, PermissionError, CorpusError, OSError
        A file cannot be read, or changed while it was read.
    MissingExtraError
        .zst, and `zstandard` is not installed.
    ParameterError
        `workers`, `encoding`, `unicode_errors` or `tokenizer` is out of range.
    """
    if (corpus_iterable is None) == (corpus_file is None):
        given = "neither" if corpus_file is None else "both"
        raise CorpusTypeError(f"pass one of corpus_iterable and corpus_file, got {given}")
    check_encoding(encoding, unicode_errors, "unicode_errors")
    check_tokenizer(tokenizer)
    if means_files(corpus_iterable):
        corpus_iterable, corpus_file = None, corpus_iterable
    spool = Spool(max_memory)
    if corpus_file is not None and is_ids_file(corpus_file):
        return scan_ids(corpus_file)
    if corpus_file is not None:
        threads = validate(workers=workers)["workers"] or default_workers()
        texts = TextSet(corpus_file, encoding, unicode_errors, CHUNK_BYTES)
        if tokenizer is None or tokenizer == "whitespace":
            return scan_texts(texts, workers=threads, on_progress=on_progress, should_stop=should_stop, spool=spool)
        sentences: Iterable[Any] = texts.lines()
    else:
        sentences = corpus_iterable  # type: ignore[assignment]
    return scan_iterable(sentences, tokenizer=tokenizer, on_progress=on_progress, should_stop=should_stop, spool=spool)


def encode(
    vocabulary: Vocabulary,
    corpus_iterable: Iterable[Any] | CorpusFile | None = None,
    corpus_file: CorpusFile | None = None,
    *,
    workers: int | None = 1,
    encoding: str = "utf-8",
    unicode_errors: str = "strict",
    tokenizer: Tokenizer = None,
    max_memory: int | None = None,
) -> EncodedCorpus:
    """Read a corpus once into the word ids of a vocabulary that exists already.

    Parameters and errors are those of :func:`scan`; an encoded corpus of more than `max_memory` bytes is in a temporary
    file as well. Words that the vocabulary has not got are left out and counted in ``out_of_vocabulary``.
    """
    scanned = scan(corpus_iterable, corpus_file, workers=workers, encoding=encoding, unicode_errors=unicode_errors,
                   tokenizer=tokenizer, max_memory=max_memory)  # fmt: skip
    return scanned.encode(vocabulary, max_memory)
