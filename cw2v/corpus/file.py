"""Reading text: in chunks, by several threads.

Each thread has a word table of its own and takes the next chunk when it is done with one. At the end the tables are
merged in the order of first appearance, so that the number of threads changes nothing in the result.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cw2v import _text
from cw2v.corpus.chunks import Chunk, Texts, UnreadChunk, chunks_of
from cw2v.corpus.encoded import MAX_SENTENCE_WORDS, ScannedCorpus
from cw2v.corpus.spool import Block, Spool, load
from cw2v.corpus.texts import CorpusFile, TextSet
from cw2v.errors import CorpusDecodeError, CorpusError
from cw2v.threads import run_threads
from cw2v.vocabulary import Keys

__all__ = ["CHUNK_BYTES", "FileKeys", "scan_file", "scan_texts"]

CHUNK_BYTES = 1 << 18  # stays in a processor's cache while it is scanned

Progress = Callable[[int, int | None], object]

# First bytes of what is not UTF-8, and what to do about it.
_MAGIC = {
    b"\xff\xfe": "it is UTF-16; pass encoding='utf-16'",
    b"\xfe\xff": "it is UTF-16; pass encoding='utf-16'",
    b"PK\x03\x04": "it is a zip archive; unpack it first",
}


class FileKeys(Keys):
    """Distinct words of a text, decoded when asked for.

    Parameters
    ----------
    text : ndarray of uint8
        The words, each of them once.
    words : ndarray of uint64, (n, 4)
        Entries of the word table: offset, length, second eight bytes, count.
    source : str
    """

    def __init__(self, text: NDArray[np.uint8], words: NDArray[np.uint64], source: str) -> None:
        super().__init__((), source)
        self._text = text
        self._words = words

    def __len__(self) -> int:
        return len(self._words)

    def take(self, rows: NDArray[np.int64]) -> list[str]:  # type: ignore[override]
        """The words at the given places, int64 (k,)."""
        return _text.decode_words(self._text, self._words, rows)


def scan_file(
    corpus_file: CorpusFile,
    *,
    workers: int = 1,
    encoding: str = "utf-8",
    unicode_errors: str = "strict",
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
    chunk_bytes: int = CHUNK_BYTES,
    max_sentence_words: int = MAX_SENTENCE_WORDS,
    spool: Spool | None = None,
) -> ScannedCorpus:
    """Read text files once. See :func:`cw2v.corpus.scan`.

    Parameters
    ----------
    corpus_file, encoding, unicode_errors
        See :func:`cw2v.corpus.scan`.
    workers, on_progress, should_stop, chunk_bytes, max_sentence_words, spool
        See :func:`scan_texts`.
    """
    texts = TextSet(corpus_file, encoding, unicode_errors, chunk_bytes)
    return scan_texts(texts, workers=workers, on_progress=on_progress, should_stop=should_stop,
                      chunk_bytes=chunk_bytes, max_sentence_words=max_sentence_words, spool=spool)  # fmt: skip


def scan_texts(
    texts: Texts,
    *,
    workers: int = 1,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
    chunk_bytes: int = CHUNK_BYTES,
    max_sentence_words: int = MAX_SENTENCE_WORDS,
    spool: Spool | None = None,
) -> ScannedCorpus:
    """Read texts once: their lines are the sentences.

    Parameters
    ----------
    texts : Texts
    workers : int, default 1
        Threads. File objects are read in the caller's.
    on_progress : callable, optional
        (bytes read, bytes in all or None), about every 50 ms.
    should_stop : callable, optional
        Asked about every 50 ms; True ends the reading with CorpusError.
    chunk_bytes : int, default 256 KiB
        What a thread takes at a time, about; changes no result.
    max_sentence_words : int, default 10,000
        Longer lines are cut.
    spool : Spool, optional
        Where the words stay; default: in memory.
    """
    chunks = chunks_of(texts.sources, chunk_bytes)
    reader = _Reader(chunks, spool or Spool())

    def poll() -> None:
        if should_stop is not None and should_stop():
            raise CorpusError(f"reading was stopped after {reader.done} of {texts.size or 'unknown'} bytes")
        if on_progress is not None:
            on_progress(reader.done, texts.size)

    if texts.size is not None:
        workers = max(1, min(workers, -(-texts.size // chunk_bytes)))
    with contextlib.closing(chunks):  # the file that is open, if reading ends early
        if texts.has_stream:
            reader.run_here(poll)
        else:
            reader.run(workers, poll)
    if reader.failures:
        raise _first_failure(reader, texts)
    texts.check_unchanged()
    if on_progress is not None:
        on_progress(reader.done if texts.size is None else texts.size, texts.size)
    return _collect(reader, texts.name, max_sentence_words)


@dataclass(frozen=True)
class _Scanned:
    number: int  # of the chunk among all
    text: int
    worker: int
    ids: Block
    line_ends: Block
    new_words: int  # words that the worker had not met before
    newlines: int


class _Reader:
    """What the threads share: the next chunk, the results, the failures."""

    def __init__(self, chunks: Iterator[UnreadChunk], spool: Spool) -> None:
        self.spool = spool
        self.stop = False
        self.done = 0
        self.scanners: list[_text.Scanner] = []
        self.buffers: list[bytearray] = []  # of the scanners, for what they read
        self.scanned: list[_Scanned] = []  # in the order in which they were done
        self.failures: list[tuple[float, Chunk | None, BaseException]] = []  # with the number of the chunk
        self._chunks = chunks
        self._n_taken = 0
        self._lock = threading.Lock()

    def take(self) -> tuple[int, UnreadChunk] | None:
        """The next chunk and its number, None if there is none."""
        with self._lock:
            chunk = None if self.stop else next(self._chunks, None)
            if chunk is None:
                return None
            self._n_taken += 1
            return self._n_taken - 1, chunk

    def step(self, worker: int) -> bool:
        """Scan a chunk; False if there was none, or it failed. A failure lets the others finish the chunks they have:
        all that lie before it, so that the first bad byte of the corpus is among the failures."""
        number: float = math.inf  # a failure to read comes behind all that was read
        chunk = None
        try:
            taken = self.take()
            if taken is None:
                return False
            number, unread = taken
            chunk = unread.read(self.buffers[worker])
            scanner = self.scanners[worker]
            known = scanner.n_words
            ids, line_ends = scanner.scan(chunk.data)
            newlines = _text.count_newlines(chunk.data)
            result = _Scanned(number, chunk.text, worker, self.spool.keep(ids), self.spool.keep(line_ends),
                              scanner.n_words - known, newlines)  # fmt: skip
            with self._lock:
                self.scanned.append(result)
                self.done += len(chunk.data)
        except BaseException as error:
            self.failures.append((number, chunk, error))
            self.stop = True
        return not self.stop

    def run(self, n_threads: int, poll: Callable[[], None]) -> None:
        """Scan all chunks in threads."""
        self._prepare(n_threads)

        def work(worker: int) -> None:
            while self.step(worker):
                pass

        def stop() -> None:
            self.stop = True

        run_threads(work, n_threads, stop, poll)

    def _prepare(self, n_threads: int) -> None:
        self.scanners = [_text.Scanner() for _ in range(n_threads)]
        self.buffers = [bytearray() for _ in range(n_threads)]

    def run_here(self, poll: Callable[[], None]) -> None:
        """Scan all chunks in this thread, so that Ctrl-C ends the waiting for a pipe."""
        self._prepare(1)
        while self.step(0):
            poll()


def _collect(reader: _Reader, name: str, max_sentence_words: int) -> ScannedCorpus:
    cutter = _text.SentenceCutter(max_sentence_words)
    scanned = sorted(reader.scanned, key=lambda chunk: chunk.number)
    ends: list[Block] = []
    text = 0
    for chunk in scanned:
        if chunk.text != text:
            cutter.add(np.zeros(1, np.int64), 0)  # the last line of a text ends with it
            text = chunk.text
        cutter.add(load(chunk.line_ends), len(chunk.ids))
        ends += map(reader.spool.keep, cutter.take())
    offsets, mappings = reader.spool.gather([*ends, cutter.finish()], np.int64)
    keys, counts, maps = _merge(reader, scanned, name)
    blocks = [(chunk.ids, maps[chunk.worker]) for chunk in scanned]
    return ScannedCorpus(keys, counts, offsets, blocks, mappings)


def _merge(
    reader: _Reader, scanned: list[_Scanned], name: str
) -> tuple[FileKeys, NDArray[np.int64], list[NDArray[np.int32] | None]]:
    # One table, and for each worker the map from its ids to those of the table (None: the same).
    tables = [scanner.words_so_far() for scanner in reader.scanners]
    maps: list[NDArray[np.int32] | None] = [None]
    if len(tables) == 1:
        words, text = tables[0][0].copy(), tables[0][1].copy()
    else:
        sizes = [len(text) for _, text in tables]
        words = np.concatenate([words for words, _ in tables])
        words[:, 0] += np.repeat(np.cumsum([0, *sizes[:-1]]).astype(np.uint64), [len(words) for words, _ in tables])
        # By the chunk that each word was new in: a chunk is one worker's, and has its words in order.
        first = [[(c.number, c.new_words) for c in scanned if c.worker == w] for w in range(len(tables))]
        pairs = np.array([pair for worker in first for pair in worker], np.int64).reshape(-1, 2)
        order = np.argsort(np.repeat(pairs[:, 0], pairs[:, 1]), kind="stable").astype(np.int64, copy=False)
        try:
            words, text, ids = _text.merge_words(np.concatenate([text for _, text in tables]), words, order)
        except _text.TooManyWords:
            raise _too_many_words() from None
        maps = list(np.split(ids, np.cumsum([len(words) for words, _ in tables])[:-1]))
    return FileKeys(text, words, name), words[:, 3].astype(np.int64), maps


def _too_many_words() -> CorpusError:
    return CorpusError(f"the corpus has more than {_text.MAX_WORDS} different words, which is the limit")


def _first_failure(reader: _Reader, texts: Texts) -> BaseException:
    number, chunk, error = min(reader.failures, key=lambda failure: failure[0])
    if isinstance(error, _text.TooManyWords):
        return _too_many_words()
    if chunk is None or not isinstance(error, _text.InvalidUtf8):
        return error
    before = sum(s.newlines for s in reader.scanned if s.text == chunk.text and s.number < number)
    return _decode_error(chunk, texts.label(chunk.text), before, *error.args)


def _decode_error(chunk: Chunk, name: str, lines_before: int, word: int, byte: int) -> CorpusDecodeError:
    line = lines_before + _text.count_newlines(chunk.data[:byte]) + 1
    advice = "pass encoding= if it is in another, or unicode_errors='replace'"
    if chunk.begin == 0:
        head = bytes(chunk.data[:4])
        advice = next((advice for magic, advice in _MAGIC.items() if head.startswith(magic)), advice)
    begin = max(word, byte - 100)  # enough of the word to recognise it
    data = bytes(chunk.data[begin : byte + 4]).split()[0] if byte + 4 > begin else b""
    return CorpusDecodeError(
        f"{name} is not UTF-8: line {line}, byte offset {chunk.begin + byte}: "
        f"byte 0x{chunk.data[byte]:02x} in the word {data!r}; {advice}",
        data, byte - begin, byte - begin + 1,
    )  # fmt: skip
