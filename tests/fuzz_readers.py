"""Damaged files for the readers that are in Python, through the surface that callers use.

    python tests/fuzz_readers.py [inputs a reader [reader...]]

Inputs are changed at random; one that is answered in a new way (an error from lines that none has come through) joins
those that are changed further. A reader may raise FileFormatError, with the file's name in it, or return vectors
that fit together; anything else ends the run, and the input is printed. The C readers under them have their own
harness: csrc/tests/fuzz_vectors.c.
"""

from __future__ import annotations

import json
import logging
import random
import struct
import sys
import tempfile
import traceback
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from cw2v import KeyedVectors
from cw2v.errors import FileFormatError
from cw2v.io import native

MOST_KEPT = 400
KEPT = Path(__file__).resolve().parent / "data" / "fuzz"
PREFIX = struct.Struct("<8sIQI")
NUMBERS = [b"0", b"-1", b"1", b"3", b"1e999", b"nan", b"99999999999999999999", b"4294967296", b"2147483648", b" ",
           b"\n", b"\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80", b'"', b"[", b"{", b"null",
           b"true"]  # fmt: skip


def sound_vectors() -> KeyedVectors:
    """Small vectors with all that files hold."""
    kv = KeyedVectors(3)
    kv.add_vectors(["a", "bc", "cé", "日本"], np.linspace(-2, 2, 12, dtype=np.float32).reshape(4, 3))
    kv.set_vecattr("a", "count", 3)
    return kv


def native_seeds(folder: Path) -> list[bytes]:
    """Files of our own: of text and of integer keys, and of float16."""
    numbers = KeyedVectors(2, dtype=np.float16)
    numbers.add_vectors([5, "5", -1], np.ones((3, 2)))
    result = []
    for kv in (sound_vectors(), numbers, KeyedVectors(2)):
        kv.save(folder / "seed")
        result.append((folder / "seed").read_bytes())
    return result


def word2vec_seeds(binary: bool) -> Callable[[Path], list[bytes]]:
    """word2vec's own formats, plain and packed."""
    def make(folder: Path) -> list[bytes]:
        result = []
        for name in ("seed", "seed.gz"):
            sound_vectors().save_word2vec_format(folder / name, binary=binary)
            result.append((folder / name).read_bytes())
        return [*result, b"2 2\na 1 2\nb 3 4\n", b"1 1\r\na  1 \r\n"]
    return make


def gensim_seeds(folder: Path) -> list[bytes]:
    """gensim's own files, in protocols that it has had."""
    from gensim.models import KeyedVectors as Theirs
    from gensim.models import Word2Vec

    logging.getLogger("gensim").setLevel(logging.ERROR)
    kv, path = sound_vectors(), folder / "seed"
    theirs = Theirs(3)
    theirs.add_vectors(kv.index_to_key, kv.vectors)
    theirs.set_vecattr("a", "count", 3)
    model = Word2Vec([["a", "b"]] * 3, vector_size=2, min_count=1, negative=1, workers=1)
    result = []
    for protocol in (2, 4, 5):
        for one in (theirs, model):
            one.lifecycle_events = None  # times and places, which are no part of what is read
            one.save(str(path), pickle_protocol=protocol)
            result.append(path.read_bytes())
    return result


def mapped(path: Path) -> KeyedVectors:
    """A mapped file, with its keys."""
    kv = KeyedVectors.load(path, mmap="r")
    assert isinstance(kv.index_to_key, list)
    return kv


READERS: dict[str, tuple[Callable[[Path], list[bytes]], Callable[[Path], KeyedVectors]]] = {
    "native": (native_seeds, KeyedVectors.load),
    "native-mapped": (native_seeds, mapped),
    "gensim": (gensim_seeds, KeyedVectors.load),
    "word2vec-binary": (word2vec_seeds(True), lambda path: KeyedVectors.load_word2vec_format(path, binary=True)),
    "word2vec-text": (word2vec_seeds(False), KeyedVectors.load_word2vec_format),
    "word2vec-no-header": (word2vec_seeds(False), lambda path: KeyedVectors.load_word2vec_format(path, no_header=True)),
}


def changed(data: bytes, pool: list[bytes], chance: random.Random) -> bytes:
    """Some bytes of an input changed, moved, repeated or left out."""
    out = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 4, 8])):
        at = chance.randrange(len(out) + 1)
        length = min(chance.choice([1, 2, 4, 8, 30]), len(out) - at)
        match chance.randrange(7):
            case 0 if at < len(out):
                out[at] ^= 1 << chance.randrange(8)
            case 1 if at < len(out):
                out[at] = chance.randrange(256)
            case 2:
                del out[at : at + length]
            case 3:
                out[at:at] = out[at : at + length]
            case 4:
                out[at : at + chance.choice([0, 1, 2])] = chance.choice(NUMBERS)
            case 5:
                other = chance.choice(pool)
                begin = chance.randrange(len(other) + 1)
                out[at : at + length] = other[begin : begin + chance.choice([1, 4, 16, 64])]
            case 6:
                del out[at:]
    return bytes(out[:8192])


def with_right_checksums(data: bytes) -> bytes:
    """A file of our own whose checksums are right again, as far as they can be found, so that more of it is read."""
    if len(data) < PREFIX.size or not data.startswith(native.MAGIC):
        return data
    end = min(len(data), PREFIX.size + PREFIX.unpack_from(data)[2])
    raw, start = data[PREFIX.size : end], -(-end // 64) * 64
    try:
        header = json.loads(raw)
        for section in header["sections"]:
            size = np.dtype(section["dtype"]).itemsize * int(np.prod(section["shape"]))
            begin = start + section["offset"]
            section["crc32"] = zlib.crc32(data[begin : begin + size])
        again = json.dumps(header).encode()
    except Exception:
        again = raw
    packed = PREFIX.pack(native.MAGIC, native.VERSION, len(again), zlib.crc32(again)) + again
    return packed + bytes(-len(packed) % 64) + data[start:]


def places(error: BaseException | None) -> str:
    """The lines that an error has come through."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    return " ".join(f"{Path(frame.filename).stem}:{frame.lineno}" for frame in frames[1:])


def answer(read: Callable[[Path], KeyedVectors], path: Path) -> str:
    """The way a reader has taken through a file; raises what it must not raise."""
    try:
        kv = read(path)
    except FileFormatError as error:
        message = str(error)
        assert str(path) in message, message
        return f"{places(error)} {places(error.__cause__ or error.__context__)}"
    assert kv.vectors.shape == (len(kv.index_to_key), kv.vector_size)
    assert list(kv.key_to_index) == kv.index_to_key
    assert list(kv.key_to_index.values()) == list(range(len(kv)))
    kv.vectors.sum()
    return f"read {min(len(kv), 5)} {min(kv.vector_size, 4)}"


def fuzz(name: str, n: int, folder: Path, seed: int = 0) -> tuple[int, int, dict[str, bytes]]:
    """Inputs read, those that were read without an error, and the first input of each kind of answer."""
    seeds, read = READERS[name]
    chance, path = random.Random(seed), folder / "input"
    pool = [*seeds(folder), *kept_inputs(name)]
    seen: dict[str, bytes] = {}
    sound = 0
    for number in range(n):
        data = pool[number] if number < len(pool) else changed(chance.choice(pool), pool, chance)
        if name.startswith("native") and number >= len(pool) and chance.random() < 0.7:
            data = with_right_checksums(data)
        path.write_bytes(data)
        try:
            kind = answer(read, path)
        except BaseException:
            print(f"{name}, input {number}: {data.hex()}", file=sys.stderr)
            raise
        sound += kind.startswith("read")
        if kind not in seen and len(pool) < MOST_KEPT:
            seen[kind] = data
            if number >= len(pool):
                pool.append(data)
    return n, sound, seen


def kept_inputs(name: str) -> list[bytes]:
    """Inputs of earlier runs that were answered in ways of their own."""
    path = KEPT / f"{name}.hex"
    return [bytes.fromhex(line) for line in path.read_text().split()] if path.exists() else []


def main() -> None:
    """Fuzz, and say how much; with more than 100,000 inputs keep the interesting ones."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")  # a type that was changed may be an old one of NumPy's
    for name in sys.argv[2:] or READERS:
        with tempfile.TemporaryDirectory() as folder:
            done, sound, seen = fuzz(name, n, Path(folder))
        print(f"{name}: {done:,} inputs, {sound:,} read, {len(seen)} kinds of answers", flush=True)
        if n > 100_000:
            KEPT.joinpath(f"{name}.hex").write_text("".join(f"{data.hex()}\n" for data in seen.values()))


if __name__ == "__main__":
    main()
