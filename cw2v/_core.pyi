from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

ROW_ALIGN: int
DRAW_BATCH: int
MOST_COUNTED: int
MAX_CONTEXTS: int
MAX_NEGATIVE: int
LANES: int  # logical threads of deterministic training
OBJECTIVES: int

_Floats = npt.NDArray[np.float32]
_Ints = npt.NDArray[np.int32]

def simd() -> str:
    """Name of the instruction set in use: the best this machine runs, or what CW2V_SIMD names."""

def simd_available() -> tuple[str, ...]:
    """Names of the instruction sets this machine runs, best first."""

def aligned_zeros(shape: int | tuple[int, ...], dtype: npt.DTypeLike = ...) -> npt.NDArray[Any]:
    """Zeros that begin on a 64-byte boundary."""

def alias_table(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.uint32]:
    """Alias table (n, 2) of a distribution: accept threshold and other index of each slot."""

def random_uint64(key: int, counter: int) -> int:
    """The generator's value at a counter."""

def stream_key(seed: int, epoch: int, purpose: str) -> int:
    """Key of the stream for "token" or "noise"."""

def huffman_paths(counts: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], _Ints, npt.NDArray[np.uint8]]:
    """Huffman tree as begin (V + 1), node and code."""

class Control:
    """What the threads of a run share: the next block, progress and the stop flag, all atomic."""

    @property
    def words_done(self) -> int: ...
    @property
    def next_place(self) -> int: ...
    def reset(self, next_place: int = 0, words_done: int = 0) -> None: ...
    def stop(self) -> None: ...
    def pause(self) -> None:
        """Let the threads finish their blocks and return."""

class Epoch:
    """Parameters, tables and corpus of one epoch, checked once."""

    largest_block: int
    order: npt.NDArray[np.int64]  # (n_blocks,) the block in each place
    before: npt.NDArray[np.int64]  # (n_blocks + 1,) tokens before each place
    def __init__(
        self,
        *,
        ids: _Ints,
        offsets: npt.NDArray[np.int64],
        blocks: npt.NDArray[np.int64],
        keep: npt.NDArray[np.uint32],
        noise: npt.NDArray[np.uint32],
        dim: int,
        window: int | tuple[int, int],
        shrink_windows: bool,
        negative: int,
        shared_negatives: bool,
        seed: int,
        epoch: int,
        start_alpha: float,
        end_alpha: float,
        progress_begin: float,
        progress_step: float,
        sg: bool = True,
        cbow_mean: bool = True,
        cbow_exact: bool = False,
        paths: tuple[npt.NDArray[np.int64], _Ints, npt.NDArray[np.uint8]] | None = None,
        softmax: bool = False,
        lock: _Floats | None = None,
        measure_loss: bool = False,
        simd: str | None = None,
        fused: bool = True,
        shuffle: bool = False,
        relax: Callable[[], object] | None = None,
        columns: int | None = None,
    ) -> None: ...

class Pairs:
    """Explicit pairs of word ids, checked once: input predicts target, weight times."""

    def __init__(self, input: _Ints, target: _Ints, weight: _Floats | None = None) -> None: ...

# Tokens trained and sub-sampled, predictions, and the summed loss of negative sampling, hierarchical and full softmax.
Account = tuple[int, int, int, tuple[float, float, float]]

def noise_share(epoch: Epoch, n_rows: int) -> npt.NDArray[np.float64]:
    """The share of the noise that each of the first words is, from the alias table."""

class Worker:
    """One thread's scratch memory, and its private copies of the first rows: limits says how often each is merged."""

    def __init__(
        self,
        epoch: Epoch,
        input: _Floats,
        output: _Floats,
        limits: npt.NDArray[np.uint16] | None = None,
        nodes: _Floats | None = None,
        *,
        counted: int = ...,
    ) -> None: ...
    def train(self, epoch: Epoch, control: Control, pairs: Pairs | None = None) -> Account:
        """Train blocks, of the corpus or of pairs, until none is left or control is stopped or paused."""

    def sample(self, epoch: Epoch, block: int) -> dict[str, _Ints]:
        """The tokens of a block that are trained, their windows and twins."""

class Lanes:
    """The logical threads of deterministic training; any number of real ones may call train together."""

    def __init__(self, epoch: Epoch, input: _Floats, output: _Floats, nodes: _Floats | None = None) -> None: ...
    def begin(self, epoch: Epoch) -> None:
        """Before train, by one thread; the same epoch is to be given to both."""

    def train(self, epoch: Epoch, control: Control) -> None: ...
    def accounts(self) -> list[Account]: ...

def noise_words(epoch: Epoch, number: int) -> _Ints: ...
def dot(x: _Floats, y: _Floats, simd: str | None = None) -> float: ...
def axpy(a: float, x: _Floats, y: _Floats, simd: str | None = None) -> None: ...
def sigmoid(x: _Floats, y: _Floats, simd: str | None = None) -> None: ...
def merge(shared: _Floats, local: _Floats, base: _Floats, simd: str | None = None) -> None: ...
def step(
    context: _Floats,
    target: _Floats,
    sign: _Floats,
    gain: _Floats,
    weight: _Floats | None = None,
    simd: str | None = None,
    fused: bool = True,
) -> None:
    """One window step in place, by itself: for tests."""

def softmax_step(
    context: _Floats,
    rows: _Floats,
    target: _Ints,
    alpha: float,
    weight: _Floats | None = None,
    simd: str | None = None,
    fused: bool = True,
) -> tuple[_Floats, float]:
    """One step of the full softmax, rows in place: the contexts' gradients and the loss before it."""
