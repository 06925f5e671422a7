"""What the tests of softmax, pairs and lanes share: a small epoch, trained by the core and by the reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cw2v import _core, mathematics, reference

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
DIM, USED = 32, 20  # of the last register four floats are used, which has a kernel of its own
KERNELS = list(product(_core.simd_available(), (True, False)))

# Architectures, as arguments of an epoch; all but the last also for the full softmax.
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "skip-gram": {"sg": True},
    "mean": {"sg": False, "cbow_mean": True, "cbow_exact": False},
    "mean, exact": {"sg": False, "cbow_mean": True, "cbow_exact": True},
    "sum": {"sg": False, "cbow_mean": False, "cbow_exact": False},
    "sum, exact": {"sg": False, "cbow_mean": False, "cbow_exact": True},
    "skip-gram, noise per pair": {"sg": True, "shared_negatives": False},
}
OBJECTIVES = {"noise": (False, 5), "path": (True, 0), "both": (True, 5)}


def make_epoch(
    n_words: int = 30, n_tokens: int = 400, n_sentences: int = 12, hs: bool = False, **changes: Any
) -> reference.Epoch:
    """Words by Zipf's law, a third of the frequent ones sub-sampled; empty and one-word sentences among the others."""
    rng = np.random.default_rng([n_words, n_tokens])
    shares = 1 / np.arange(1, n_words + 1)
    ids = rng.choice(n_words, size=n_tokens, p=shares / shares.sum()).astype(np.int32)
    inner = np.sort(rng.integers(0, n_tokens + 1, size=n_sentences - 1))
    if n_sentences > 4:
        inner[1], inner[2] = inner[0], min(inner[0] + 1, inner[3])
    counts = np.bincount(ids, minlength=n_words)
    epoch = reference.Epoch(
        ids=ids, offsets=np.concatenate([[0], inner, [n_tokens]]).astype(np.int64),
        keep=reference.keep_thresholds(np.where(np.arange(n_words) < n_words // 3, 0.7, 1.0)),
        noise=_core.alias_table(np.maximum(counts, 1) ** 0.75), window=3, shrink_windows=True, negative=5,
        shared_negatives=True, seed=3, epoch=2, start_alpha=0.05, end_alpha=0.001, progress_begin=0.25,
        progress_step=0.5 / max(n_tokens, 1), paths=reference.huffman_paths(counts) if hs else None,
    )
    return replace(epoch, **changes)


def weights(n_words: int, scale: float = 0.3) -> list[F32]:
    """Input, output and nodes; output is not zero, so that a wrong order of steps shows. Padding is zero."""
    rng = np.random.default_rng(n_words)
    matrices = [_core.aligned_zeros((n, DIM)) for n in (n_words, n_words, n_words - 1)]
    for matrix in matrices:
        matrix[:, :USED] = rng.normal(size=(len(matrix), USED)) * scale
    return matrices


def used(epoch: reference.Epoch, matrices: list[Any]) -> tuple[Any, Any, Any]:
    """Input, output and nodes as the core wants them: no output rows or no nodes where they are not trained."""
    input, output, nodes = matrices
    return input, output if epoch.negative or epoch.softmax else output[:0], None if epoch.paths is None else nodes


def core_epoch(epoch: reference.Epoch, blocks: Any = None, **changes: Any) -> _core.Epoch:
    cuts = np.array([0, len(epoch.offsets) - 1]) if blocks is None else np.asarray(blocks)
    return _core.Epoch(**{**asdict(epoch), "blocks": cuts.astype(np.int64), "dim": DIM, "columns": USED, **changes})


def make_worker(
    core: _core.Epoch, epoch: reference.Epoch, matrices: list[Any], n_hot: int = 0, merge_every: int = 1
) -> _core.Worker:
    input, output, nodes = used(epoch, matrices)
    return _core.Worker(core, input, output, np.full(n_hot, merge_every, np.uint16), nodes=nodes)


def train_core(
    epoch: reference.Epoch, pairs: tuple[Any, ...] | None = None, blocks: Any = None, scale: float = 0.3,
    **changes: Any,
) -> tuple[list[F32], _core.Account]:
    """Input, output and nodes after the epoch, or after the pairs, with one worker, and the account of it."""
    core, matrices = core_epoch(epoch, blocks, **changes), weights(len(epoch.keep), scale)
    worker = make_worker(core, epoch, matrices)
    return matrices, worker.train(core, _core.Control(), None if pairs is None else _core.Pairs(*pairs))


def train_reference(
    epoch: reference.Epoch, pairs: tuple[Any, ...] | None = None, scale: float = 0.3
) -> tuple[list[F64], reference.Account]:
    """The same in float64."""
    matrices = [matrix.astype(np.float64) for matrix in weights(len(epoch.keep), scale)]
    input, output, nodes = matrices
    if pairs is None:
        return matrices, reference.train_corpus(input, output, epoch, nodes)
    return matrices, reference.train_pairs(input, output, epoch, *pairs, nodes=nodes)


def assert_close(actual: list[F32], expected: list[F64], tolerance: float = 1e-4) -> None:
    for one, other in zip(actual, expected, strict=True):
        if other.size:
            atol = tolerance * 0.1 * float(np.abs(other).max())
            np.testing.assert_allclose(one, other, rtol=tolerance, atol=atol)
            assert not one[:, USED:].any(), "padding was written"


def assert_same(actual: list[F32], expected: list[F32], why: str = "") -> None:
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_array_equal(one, other, err_msg=why)


def assert_account(actual: _core.Account, expected: reference.Account, rtol: float = 1e-4) -> None:
    assert actual[:3] == expected[:3]
    np.testing.assert_allclose(actual[3], expected.loss, rtol=rtol)


def assert_equals_reference(
    epoch: reference.Epoch, pairs: tuple[Any, ...] | None = None, scale: float = 0.3, tolerance: float = 1e-4
) -> None:
    """On every instruction set, fused and generic: weights, account and loss; measuring the loss changes no bit."""
    expected, account = train_reference(epoch, pairs, scale)
    for simd, fused in KERNELS:
        actual, counted = train_core(epoch, pairs, scale=scale, simd=simd, fused=fused, measure_loss=True)
        assert_close(actual, expected, tolerance)
        assert_account(counted, account, tolerance)
        silent, counted = train_core(epoch, pairs, scale=scale, simd=simd, fused=fused)
        assert counted == (*account[:3], (0.0, 0.0, 0.0))
        assert_same(actual, silent, "measuring the loss changes the weights")


def largest_change(matrices: list[Any]) -> list[float]:
    """How far each of input, output and nodes is from where it began; 0 for a matrix without rows."""
    before = weights(len(matrices[0]))
    return [float(np.abs(new - old).max(initial=0)) for new, old in zip(matrices, before, strict=True)]


def numeric_gradient(loss: Callable[[], float], matrix: F64) -> F64:
    """Central differences of `loss` by each element of `matrix`, which is changed in place and put back."""
    kept = matrix.copy()

    def loss_at(place: F64) -> float:
        matrix[...] = place
        return loss()

    gradient = mathematics.numeric_gradient(loss_at, kept)
    matrix[...] = kept
    return gradient


def assert_is_gradient(loss: Callable[[], float], matrix: F64, gradient: F64) -> None:
    expected = numeric_gradient(loss, matrix)
    assert np.abs(expected).max() > 1e-2
    assert np.linalg.norm(gradient - expected) / np.linalg.norm(expected) < 1e-6
