"""Everything random, bit for bit as the C core draws it: streams, noise words, sub-sampling."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "alias_draw",
    "alias_probability",
    "alias_table",
    "below",
    "keep_thresholds",
    "noise_set",
    "noise_words",
    "random_order",
    "random_uint64",
    "stream_key",
]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]

GAMMA = 0x9E3779B97F4A7C15  # 2^64 / golden ratio, odd
PURPOSES = {"token": 1, "noise": 2, "order": 3}
LOW_32 = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


def _mix64(z: U64) -> U64:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def random_uint64(key: int, counter: ArrayLike) -> U64:
    """SplitMix64 [6] read at positions: mix(key + (counter + 1) gamma) modulo 2^64, for every `counter`."""
    with np.errstate(over="ignore"):  # wrapping around is meant
        counters = np.asarray(counter, dtype=np.uint64)
        return np.asarray(_mix64(np.uint64(key) + (counters + np.uint64(1)) * np.uint64(GAMMA)))


def stream_key(seed: int, epoch: int, purpose: str) -> int:
    """Key of a stream of random numbers; `purpose` is ``"token"`` (sub-sampling, window sizes) or ``"noise"``."""
    key = 0
    for part in (seed + GAMMA, epoch + GAMMA, PURPOSES[purpose] * GAMMA):
        with np.errstate(over="ignore"):
            key = int(_mix64(np.uint64(key ^ (part % 2**64))))  # type: ignore[arg-type]
    return key


def below(bits: U64, n: int) -> I64:
    """Map 32 random bits to 0 .. n - 1: floor(bits n / 2^32)  [7]."""
    return ((bits * np.uint64(n)) >> HALF).astype(np.int64)


def random_order(key: int, n: int) -> I64:
    """A random order of 0 .. n - 1, all equally likely (Fisher and Yates, as Durstenfeld built it up from nothing)."""
    order = np.zeros(n, dtype=np.int64)
    for i, bits in enumerate(random_uint64(key, np.arange(n)) >> HALF):
        j = int(below(bits, i + 1))
        order[i] = order[j]
        order[j] = i
    return order


def alias_table(weights: ArrayLike) -> NDArray[np.uint32]:
    """Alias table (V, 2) of (accept, other) for drawing in proportion to `weights` (V,), after Vose [5].

    Slot i keeps its index for a share accept / 2^32 of its draws and gives the rest to `other`; a share of one is
    written as other = i.
    """
    weights = np.asarray(weights, dtype=np.float64)
    share = weights / weights.sum() * len(weights)
    table = np.stack([np.full(len(share), 2**32 - 1), np.arange(len(share))], axis=1).astype(np.uint32)
    small, large = [i for i, s in enumerate(share) if s < 1], [i for i, s in enumerate(share) if s >= 1]
    while small and large:
        poor, rich = small.pop(), large[-1]
        table[poor] = (int(share[poor] * 2.0**32), rich)
        share[rich] -= 1.0 - share[poor]
        if share[rich] < 1:
            small.append(large.pop())
    for i in small:  # left by rounding: an empty slot must not win by it
        if weights[i] == 0:
            table[i] = (0, int(np.argmax(weights)))
    return table


def alias_draw(table: NDArray[np.uint32], bits: ArrayLike) -> I64:
    """Words drawn by 64 random bits each: the high half chooses a slot, the low half between its two words."""
    bits = np.asarray(bits, dtype=np.uint64)
    index = below(bits >> HALF, len(table))
    return np.where((bits & LOW_32) < table[index, 0], index, table[index, 1].astype(np.int64))


def alias_probability(table: NDArray[np.uint32]) -> F64:
    """Probability (V,) with which a table draws each word, all slots being equally likely."""
    keep = table[:, 0] / 2.0**32
    own = np.arange(len(table))
    return (np.bincount(own, keep, len(table)) + np.bincount(table[:, 1], 1 - keep, len(table))) / len(table)


def noise_set(position: int, width: int) -> int:
    """The number of the noise set of the centre at `position`, which is the position of the first centre that has it.

    Four centres share a set. They are 32 tokens apart, or where a window has so many words, `width` in all, the next
    power of two: so far that their windows share no word, but for what sub-sampling takes out between them.
    """
    apart = max(32, 1 << width.bit_length())
    return position & ~(3 * apart)


def noise_words(table: NDArray[np.uint32], key: int, number: int, negative: int) -> I64:
    """The K words of noise set `number` (:func:`noise_set`): draws number K .. number K + K - 1 of the stream `key`."""
    with np.errstate(over="ignore"):
        first = np.uint64(number % 2**64) * np.uint64(negative)
        return alias_draw(table, random_uint64(key, first + np.arange(negative, dtype=np.uint64)))


def keep_thresholds(probability: ArrayLike) -> NDArray[np.uint32]:
    """The uint32 threshold t of each probability p: a token stays if its 32 bits are <= t, so (t + 1) / 2^32 ~ p."""
    scaled = np.ceil(np.asarray(probability, dtype=np.float64) * 2.0**32) - 1
    return np.asarray(np.clip(scaled, 0, 2**32 - 1), dtype=np.uint32)
