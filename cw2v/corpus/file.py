"""Reading a text file: memory-mapped, in chunks, by several threads.

Each thread has a word table of its own and takes the next chunk when it is done with one. At the end the
tables are merged in the order of first appearance in the file, so that the number of threads changes nothing
in the result.

The file must not be made shorter while it is read: the system then stops the process (SIGBUS), as with any
mapping.
"""

from __future__ import annotations

import errno
import mmap
import os
import stat
import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cw2v import _text
from cw2v.corpus.encoded import MAX_SENTENCE_WORDS, ScannedCorpus
from cw2v.corpus.spool import Block, Spool, load
from cw2v.errors import CorpusDecodeError, CorpusError, CorpusTypeError
from cw2v.threads import run_threads
from cw2v.vocabulary import Keys

__all__ = ["FileKeys", "file_fingerprint", "open_text", "scan_file"]

CHUNK_BYTES = 4 << 20
_WORDS_AT_ONCE = 1 << 10  # each may bring 64 KiB of the text into memory
_BOM = b"\xef\xbb\xbf"

Path = str | os.PathLike[str]
Progress = Callable[[int, int | None], object]

# First bytes of files that are not plain text, and what to do about them.
_MAGIC = {
    b"\x1f\x8b": "it is gzip-compressed; unpack it first, or pass LineSentence(path) as sentences",
    b"BZh": "it is bzip2-compressed; unpack it first, or pass LineSentence(path) as sentences",
    b"\xfd7zXZ": "it is xz-compressed; unpack it first, or pass LineSentence(path) as sentences",
    b"\x28\xb5\x2f\xfd": "it is zstd-compressed; unpack it first, or pass LineSentence(path) as sentences",
    b"\xff\xfe": "it is UTF-16; convert it to UTF-8 first",
    b"\xfe\xff": "it is UTF-16; convert it to UTF-8 first",
}


class FileKeys(Keys):
    """Distinct words of a mapped file, decoded when asked for.

    Parameters
    ----------
    text : mmap
    words : ndarray of uint64, (n, 4)
        Entries of the word table: offset, length, second eight bytes, count.
    source : str
    spool : Spool, optional
        What limits the memory for the text's pages.
    """

    def __init__(self, text: mmap.mmap, words: NDArray[np.uint64], source: str, spool: Spool | None = None) -> None:
        super().__init__((), source)
        self._text = text
        self._words = words
        self._spool = spool or Spool()

    def __len__(self) -> int:
        return len(self._words)

    def take(self, rows: NDArray[np.int64]) -> list[str]:  # type: ignore[override]
        """The words at the given places, int64 (k,)."""
        words: list[str] = []
        for begin in range(0, len(rows), _WORDS_AT_ONCE):
            words += _text.decode_words(self._text, self._words, rows[begin : begin + _WORDS_AT_ONCE])
            self._spool.drop_pages(self._text)
        return words


def file_fingerprint(path: Path) -> tuple[str, int, int, int]:
    """(real path, size in bytes, time of change in ns, inode): equal as long as the file has not changed."""
    real = os.path.realpath(path)
    status = os.stat(real)
    return real, status.st_size, status.st_mtime_ns, status.st_ino


def open_text(path: Path) -> mmap.mmap | None:
    """Map a file read-only; None if it is empty.

    Raises
    ------
    FileNotFoundError, IsADirectoryError, PermissionError, OSError
        It cannot be opened.
    CorpusError
        It is not a regular file.
    CorpusTypeError
        `path` is not a path.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise CorpusTypeError(f"corpus_file must be a path (str or os.PathLike), got {type(path).__name__}")
    name = os.fspath(path)
    try:
        mode = os.stat(name).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "corpus_file is a directory; pass the path of a file", name)
        if not stat.S_ISREG(mode):  # before opening: opening a pipe waits for somebody to write
            raise CorpusError(
                f"corpus_file {name!r} is a pipe or device, which cannot be mapped; write "
                "it to a file first, or pass its sentences as corpus_iterable"
            )
        with open(name, "rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return None
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except IsADirectoryError:
        raise
    except FileNotFoundError:
        raise FileNotFoundError(errno.ENOENT, "corpus_file does not exist; check the path", name) from None
    except PermissionError:
        raise PermissionError(errno.EACCES, "corpus_file may not be read; check permissions", name) from None
    except OSError as error:
        raise OSError(error.errno, f"corpus_file cannot be read: {error.strerror}", name) from error
    except CorpusError:
        raise
    except ValueError as error:  # a null byte in the path
        raise CorpusError(f"corpus_file {name!r} is not a valid path: {error}") from None


def scan_file(
    path: Path,
    *,
    workers: int = 1,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
    chunk_bytes: int = CHUNK_BYTES,
    max_sentence_words: int = MAX_SENTENCE_WORDS,
    spool: Spool | None = None,
) -> ScannedCorpus:
    """Read a text file once. See :func:`cw2v.corpus.scan`.

    Parameters
    ----------
    path : str or os.PathLike
    workers : int, default 1
        Threads.
    on_progress : callable, optional
        (bytes read, bytes in all), about every 50 ms.
    should_stop : callable, optional
        Asked about every 50 ms; True ends the reading with CorpusError.
    chunk_bytes : int, default 4 MiB
        What a thread takes at a time; changes no result.
    max_sentence_words : int, default 10,000
        Longer lines are cut.
    spool : Spool, optional
        Where the words stay; default: in memory.
    """
    spool = spool or Spool()
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    source = f"file {name!r}"
    text = open_text(path)
    if text is None:
        return ScannedCorpus(Keys((), source), np.zeros(0, np.int64), np.zeros(1, np.int64), ())
    reader = _Reader(text, chunk_bytes, spool)
    n_threads = max(1, min(workers, -(-len(text) // chunk_bytes)))
    _run(reader, n_threads, on_progress, should_stop)
    if reader.failures:
        raise _first_failure(reader, str(name))
    cutter = _text.SentenceCutter(max_sentence_words)
    ends: list[Block] = []
    chunks = sorted(reader.chunks, key=lambda chunk: chunk[0])
    for _, _, ids, line_ends in chunks:
        cutter.add(load(line_ends), len(ids))
        ends += map(spool.keep, cutter.take())
    offsets, mappings = spool.gather([*ends, cutter.finish()], np.int64)
    words, maps = _merge(text, [scanner.entries() for scanner in reader.scanners])
    counts = words[:, 3].astype(np.int64)
    blocks = [(ids, maps[worker]) for _, worker, ids, _ in chunks]
    keys = FileKeys(text, words, source, spool)
    return ScannedCorpus(keys, counts, offsets, blocks, mappings)


class _Reader:
    """What the threads share: the next chunk, the results, the failures."""

    def __init__(self, text: mmap.mmap, chunk_bytes: int, spool: Spool) -> None:
        self.text, self.spool = text, spool
        self.chunk_bytes = chunk_bytes
        self.stop = False
        self.done = 0
        self.scanners: list[_text.Scanner] = []
        # (byte it begins at, worker, ids, line ends), in the order in which they were done
        self.chunks: list[tuple[int, int, Block, Block]] = []
        self.failures: list[BaseException] = []
        self._next = len(_BOM) if text[: len(_BOM)] == _BOM else 0
        self._lock = threading.Lock()

    def take(self) -> tuple[int, int] | None:
        """Begin and end of the next chunk, None if there is none. Chunks are given out in file order."""
        with self._lock:
            begin = self._next
            if self.stop or begin >= len(self.text):
                return None
            self._next = _text.next_cut(self.text, begin + self.chunk_bytes)
            return begin, self._next

    def work(self, worker: int) -> None:
        """One thread: scan chunks until there are no more. A failure lets the others finish the chunks they
        have: all that lie before it, so that the first bad byte of the file is among the failures."""
        try:
            scanner = self.scanners[worker]
            while (chunk := self.take()) is not None:
                scanned = scanner.scan(*chunk)
                ids, line_ends = self.spool.keep(scanned[0]), self.spool.keep(scanned[1])
                self.spool.drop_pages(self.text)
                with self._lock:
                    self.chunks.append((chunk[0], worker, ids, line_ends))
                    self.done += chunk[1] - chunk[0]
        except BaseException as error:
            self.failures.append(error)
            self.stop = True


def _run(
    reader: _Reader, n_threads: int, on_progress: Progress | None, should_stop: Callable[[], bool] | None
) -> None:
    reader.scanners = [_text.Scanner(reader.text) for _ in range(n_threads)]

    def stop() -> None:
        reader.stop = True

    def poll() -> None:
        if should_stop is not None and should_stop():
            raise CorpusError(f"reading was stopped after {reader.done} of {len(reader.text)} bytes")
        if on_progress is not None:
            on_progress(reader.done, len(reader.text))

    run_threads(reader.work, n_threads, stop, poll)
    if on_progress is not None and not reader.failures:
        on_progress(len(reader.text), len(reader.text))


def _merge(
    text: mmap.mmap, tables: list[NDArray[np.uint64]]
) -> tuple[NDArray[np.uint64], list[NDArray[np.int32] | None]]:
    # One table, and for each worker the map from its ids to those of the table (None: the same).
    if len(tables) == 1:
        return tables[0], [None]
    words = np.concatenate(tables)
    # A worker's words are already in file order: the stable sort (timsort) merges these runs in linear time.
    order = np.argsort(words[:, 0], kind="stable").astype(np.int64, copy=False)
    try:
        merged, ids = _text.merge_words(text, words, order)
    except _text.TooManyWords:
        raise _too_many_words() from None
    ends = np.cumsum([len(table) for table in tables])
    return merged, list(np.split(ids, ends[:-1]))


def _too_many_words() -> CorpusError:
    return CorpusError(f"the corpus has more than {_text.MAX_WORDS} different words, which is the limit")


def _first_failure(reader: _Reader, path: str) -> BaseException:
    # Bad bytes: the first ones in the file, whichever thread met them. Anything else goes before.
    bad: list[tuple[int, int]] = []
    for error in reader.failures:
        if isinstance(error, _text.TooManyWords):
            return _too_many_words()
        if not isinstance(error, _text.InvalidUtf8):
            return error
        bad.append(error.args)
    return _decode_error(reader.text, path, *min(bad))


def _decode_error(text: mmap.mmap, path: str, word: int, byte: int) -> CorpusDecodeError:
    line = 1
    for begin in range(0, byte, CHUNK_BYTES):
        line += text[begin : min(begin + CHUNK_BYTES, byte)].count(b"\n")
    hint = next(
        (h for magic, h in _MAGIC.items() if text[: len(magic)] == magic), "convert it to UTF-8 first"
    )
    begin = max(word, byte - 100)  # enough of the word to recognise it
    data = text[begin : byte + 4].split()[0] if byte + 4 > begin else b""
    return CorpusDecodeError(
        f"corpus_file {path!r} is not UTF-8: line {line}, byte offset {byte}: "
        f"byte 0x{text[byte]:02x} in the word {data!r}; {hint}",
        data,
        byte - begin,
        byte - begin + 1,
    )
