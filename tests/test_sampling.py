"""The block driver: draws bit for bit and whole trainings weight by weight against the reference."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cw2v import _core, reference
from cw2v.errors import CorpusError
from cw2v.train import tables

DIM = 16


def make_epoch(
    n_words: int = 30,
    n_tokens: int = 400,
    n_sentences: int = 12,
    counts: NDArray[np.int64] | None = None,
    sample: float = 0.05,
    **changes: Any,
) -> reference.Epoch:
    """A random corpus with words by Zipf's law, empty and one-word sentences among its sentences."""
    rng = np.random.default_rng(7)
    shares = 1 / np.arange(1, n_words + 1)
    ids = rng.choice(n_words, size=n_tokens, p=shares / shares.sum()).astype(np.int32)
    inner = np.sort(rng.integers(0, n_tokens + 1, size=n_sentences - 1))
    if n_sentences > 4:
        inner[1], inner[2] = inner[0], min(inner[0] + 1, inner[3])
    counts = np.bincount(ids, minlength=n_words) if counts is None else counts
    epoch = reference.Epoch(
        ids=ids,
        offsets=np.concatenate([[0], inner, [n_tokens]]).astype(np.int64),
        keep=reference.keep_thresholds(reference.keep_probability(counts, sample)),
        noise=_core.alias_table(reference.noise_distribution(counts)),
        window=5,
        shrink_windows=True,
        negative=5,
        shared_negatives=True,
        seed=3,
        epoch=2,
        start_alpha=0.05,
        end_alpha=0.001,
        progress_begin=0.25,
        progress_step=0.5 / n_tokens,
    )
    return replace(epoch, **changes)


def core_epoch(epoch: reference.Epoch, block_tokens: int = 100, **changes: Any) -> _core.Epoch:
    arguments = {**asdict(epoch), "blocks": tables.cut_blocks(epoch.offsets, block_tokens), "dim": DIM}
    return _core.Epoch(**{**arguments, **changes})


def weights(n_words: int, used: int = DIM - 3) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Input and output matrices with zero padding; large enough values that a wrong sign shows at once."""
    rng = np.random.default_rng(11)
    return tuple(  # type: ignore[return-value]
        tables.padded(rng.normal(size=(n_words, used)).astype(np.float32) * np.float32(0.4)) for _ in range(2)
    )


def train_core(
    epoch: reference.Epoch, n_hot: int = 0, merge_every: int = 1, counted: int = 16, **changes: Any
) -> Any:
    """Weights after the epoch in the core with one thread, and its tally."""
    core = core_epoch(epoch, **changes)
    input, output = weights(len(epoch.keep))
    limits = np.full(n_hot, merge_every, np.uint16)
    tally = _core.Worker(core, input, output, limits, counted=counted).train(core, _core.Control())[:2]
    return input, output, tally


def assert_close(actual: NDArray[np.float32], expected: NDArray[Any], tolerance: float = 1e-4) -> None:
    scale = np.abs(expected).max()
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance * float(scale) * 0.1)


# ---- numbers and tables ----


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
@pytest.mark.parametrize("n_rows", [0, 1, 2, 5, 40])
def test_rows_are_copied_by_any_number_of_threads(n_rows: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "COPIED_BY_ONE", 0)
    matrix = np.random.default_rng(0).random((n_rows, 21), np.float32)
    copy = tables.padded(matrix, threads)
    assert copy.shape == (n_rows, 32)
    assert n_rows == 0 or copy.ctypes.data % 64 == 0
    np.testing.assert_array_equal(copy, np.pad(matrix, ((0, 0), (0, 11))))
    back = np.ones((n_rows, 21), np.float32)
    other = np.ones((2 * n_rows, 3), np.float32)
    tables.copy_rows([(back, copy[::-1, :21]), (other, np.zeros((2 * n_rows, 3), np.float32))], threads)
    np.testing.assert_array_equal(back, matrix[::-1])
    assert not other.any()


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.sampled_from(["token", "noise", "order"]))
@settings(max_examples=100)
def test_streams_are_the_reference_bit_for_bit(a: int, b: int, purpose: str) -> None:
    assert _core.random_uint64(a, b) == int(reference.random_uint64(a, b))
    assert _core.stream_key(a, b, purpose) == reference.stream_key(a, b, purpose)


def test_streams_of_seed_epoch_and_purpose_differ() -> None:
    keys = {_core.stream_key(s, e, p) for s in range(20) for e in range(20) for p in ("token", "noise", "order")}
    assert len(keys) == 1200


def chi_square(observed: NDArray[np.int64], expected: NDArray[np.float64]) -> float:
    """Pearson's statistic in standard deviations from its mean (the number of classes less one)."""
    df = len(observed) - 1
    return float((((observed - expected) ** 2 / expected).sum() - df) / np.sqrt(2 * df))


def test_random_numbers_are_uniform_in_every_byte_and_from_one_to_the_next() -> None:
    n = 1 << 16
    bits = reference.random_uint64(_core.stream_key(1, 0, "noise"), np.arange(n))
    octets = bits.view(np.uint8).reshape(n, 8)
    for k in range(8):
        assert abs(chi_square(np.bincount(octets[:, k], minlength=256), np.full(256, n / 256))) < 5
    pairs = (octets[:-1, 7] >> 4).astype(np.int64) * 16 + (octets[1:, 7] >> 4)
    assert abs(chi_square(np.bincount(pairs, minlength=256), np.full(256, (n - 1) / 256))) < 5


@given(st.lists(st.one_of(st.just(0.0), st.floats(1e-12, 1e12)), min_size=1, max_size=300).filter(any))
@settings(max_examples=150)
def test_alias_tables_draw_each_word_with_its_probability(values: list[float]) -> None:
    weight = np.array(values)
    table = _core.alias_table(weight)
    expected = weight / weight.sum()
    for probability in (reference.alias_probability(table), reference.alias_probability(reference.alias_table(weight))):
        # Each of the n slots is cut to a multiple of 2^-32 and counts 1/n.
        np.testing.assert_allclose(probability, expected, rtol=0, atol=2.0**-32 + 1e-15 * len(weight))
        assert (probability[weight == 0] == 0).all(), "a word of weight zero can be drawn"


@pytest.mark.parametrize("n", [1, 2, 1000])
def test_alias_tables_of_special_distributions(n: int) -> None:
    one_hot, skewed = np.zeros(n), np.full(n, 1e-300)
    one_hot[n // 2] = skewed[n - 1] = 3.0
    probability = reference.alias_probability(_core.alias_table(one_hot))
    np.testing.assert_array_equal(probability, one_hot / 3.0)
    np.testing.assert_allclose(reference.alias_probability(_core.alias_table(skewed))[n - 1], 1.0, rtol=1e-9)
    np.testing.assert_array_equal(reference.alias_probability(_core.alias_table(np.ones(n))), np.full(n, 1 / n))


@pytest.mark.parametrize("bad", [[], [0.0, 0.0], [1.0, -1.0], [1.0, np.nan], [np.inf, 1.0], [1e308, 1e308]])
def test_a_distribution_that_is_none_is_refused(bad: list[float]) -> None:
    with pytest.raises(Exception, match="weights must"):
        _core.alias_table(np.array(bad))


def test_noise_words_are_the_reference_bit_for_bit_and_follow_their_distribution() -> None:
    epoch = make_epoch(n_words=40, negative=7)
    core, key = core_epoch(epoch), reference.stream_key(epoch.seed, epoch.epoch, "noise")
    for noise_set in [*range(300), 2**40, 2**63 // 7]:
        expected = reference.noise_words(epoch.noise, key, noise_set, epoch.negative)
        np.testing.assert_array_equal(_core.noise_words(core, noise_set), expected)
    n = 140_000
    drawn = np.bincount(reference.noise_words(epoch.noise, key, 0, n), minlength=40)
    probability = reference.noise_distribution(np.bincount(epoch.ids, minlength=40))
    assert (drawn[probability == 0] == 0).all()
    assert abs(chi_square(drawn[probability > 0], n * probability[probability > 0])) < 5


# ---- tokens and windows ----


def all_samples(epoch: reference.Epoch, block_tokens: int) -> dict[str, NDArray[np.int64]]:
    """What Worker.sample says of all blocks, with positions and indices of the whole epoch."""
    core = core_epoch(epoch, block_tokens)
    worker = _core.Worker(core, *weights(len(epoch.keep)))
    blocks, n = tables.cut_blocks(epoch.offsets, block_tokens), 0
    parts: dict[str, list[Any]] = {name: [] for name in ("kept", "position", "left", "right", "twin")}
    for block, sentence in enumerate(blocks[:-1]):
        sample = worker.sample(core, block)
        parts["kept"].append(sample["kept"])
        parts["position"].append(sample["position"] + epoch.offsets[sentence])
        parts["left"].append(sample["left"] + n)
        parts["right"].append(sample["right"] + n)
        parts["twin"].append(np.where(sample["twin"] < 0, -1, sample["twin"] + n))
        n += len(sample["kept"])
    return {name: np.concatenate(p).astype(np.int64) for name, p in parts.items()}


@pytest.mark.parametrize("block_tokens", [1, 37, 1000])
@pytest.mark.parametrize("window", [1, 5, 20])
@pytest.mark.parametrize("shrink", [True, False])
def test_samples_are_the_reference_however_blocks_are_cut(block_tokens: int, window: int, shrink: bool) -> None:
    epoch = make_epoch(window=window, shrink_windows=shrink)
    samples, expected = all_samples(epoch, block_tokens), reference.sample_tokens(epoch)
    assert 0 < len(expected.kept) < len(epoch.ids)
    np.testing.assert_array_equal(expected.before, expected.position)  # in the order of the corpus
    for name in ("kept", "position", "left", "right"):
        np.testing.assert_array_equal(samples[name], getattr(expected, name), err_msg=name)


def test_twins_are_the_last_same_word_within_reach() -> None:
    epoch = make_epoch(n_words=6, window=3)
    samples = all_samples(epoch, 1000)
    sentence = np.searchsorted(epoch.offsets, samples["position"], side="right")
    found = 0
    for t, twin in enumerate(samples["twin"]):
        same = [
            j
            for j in range(max(0, t - 6), t)
            if samples["kept"][j] == samples["kept"][t] and sentence[j] == sentence[t]
        ]
        assert twin == (same[-1] if same else -1)
        found += bool(same)
    assert found > 100


def test_subsampling_keeps_each_word_with_its_probability() -> None:
    rng = np.random.default_rng(5)
    ids = rng.choice(4, size=80_000, p=[0.7, 0.2, 0.09, 0.01]).astype(np.int32)
    counts = np.bincount(ids)
    probability = reference.keep_probability(counts, 1e-2)
    assert probability[0] < 0.2
    assert probability[3] == 1.0
    epoch = make_epoch(n_words=4, ids=ids, offsets=np.array([0, len(ids)]))
    epoch = replace(epoch, keep=tables.keep_thresholds(probability))
    kept = np.bincount(all_samples(epoch, 10**6)["kept"], minlength=4)
    deviation = (kept - counts * probability) / np.sqrt(counts * probability * (1 - probability) + 1e-9)
    assert np.abs(deviation).max() < 5
    assert kept[3] == counts[3]


def test_window_sizes_are_uniform() -> None:
    window, n = 5, 40_000
    epoch = make_epoch(sample=0, ids=np.zeros(n, dtype=np.int32), offsets=np.array([0, n]), window=window)
    samples = all_samples(epoch, 10**6)
    reach = (samples["right"] - np.arange(n))[window:-window]
    np.testing.assert_array_equal(reach, (np.arange(n) - samples["left"])[window:-window])
    sizes = np.bincount(reach, minlength=window + 1)
    assert sizes[0] == 0
    assert abs(chi_square(sizes[1:], np.full(window, len(reach) / window))) < 5
    full = all_samples(replace(epoch, shrink_windows=False), 10**6)
    assert set((full["right"] - np.arange(n))[window:-window]) == {window}


def test_thresholds_of_the_trainer_are_the_reference() -> None:
    probability = np.array([0.0, 2.0**-32, 2.0**-33, 1e-3, 0.5, 1 - 2.0**-40, 1.0])
    expected = reference.keep_thresholds(probability)
    np.testing.assert_array_equal(tables.keep_thresholds(probability), expected)
    assert expected.tolist() == [0, 0, 0, int(np.ceil(2**32 / 1000)) - 1, 2**31 - 1, 2**32 - 1, 2**32 - 1]


# ---- whole trainings ----

CASES = {
    "plain": {},
    "window 1": {"window": 1},
    "window 20": {"window": 20, "shrink_windows": False, "n_sentences": 3},
    "window 20, many words": {"window": 20, "n_words": 200, "n_sentences": 3, "sample": 0},
    "one noise word": {"negative": 1},
    "six noise words": {"negative": 6},
    "many noise words": {"negative": 20, "n_words": 12},
    "tiny vocabulary": {"n_words": 3, "sample": 0.5},
    "tiny vocabulary, six noise words": {"n_words": 8, "negative": 6, "sample": 0.5},
    "one word": {"n_words": 1, "sample": 0, "n_tokens": 50},
    "no sub-sampling": {"sample": 0},
    "rising alpha": {"start_alpha": 0.001, "end_alpha": 0.05},
    "past the end": {"progress_begin": 0.9, "progress_step": 1 / 400},
    "several alphas": {"n_tokens": 2500, "n_words": 60, "progress_step": 1 / 2500, "progress_begin": 0.0},
}


@pytest.fixture(params=CASES, ids=lambda name: name.replace(" ", "-"))
def case(request: pytest.FixtureRequest) -> reference.Epoch:
    return make_epoch(**CASES[request.param])


@pytest.mark.parametrize("shared_negatives", [True, False], ids=["shared", "pairs"])
def test_an_epoch_equals_the_reference(case: reference.Epoch, shared_negatives: bool) -> None:
    epoch = replace(case, shared_negatives=shared_negatives)
    expected_in, expected_out = (w.astype(np.float64) for w in weights(len(epoch.keep)))
    tally = reference.train_epoch(expected_in, expected_out, epoch)
    before_in, before_out = weights(len(epoch.keep))
    for simd in _core.simd_available():
        for fused in (True, False):
            input, output, core_tally = train_core(epoch, simd=simd, fused=fused)
            assert core_tally == tally
            assert_close(input, expected_in)
            assert_close(output, expected_out)
            assert not input[:, DIM - 3 :].any()
            assert not output[:, DIM - 3 :].any()
    assert np.abs(expected_in - before_in).max() > 0.01 or len(before_in) == 1
    assert np.abs(expected_out - before_out).max() > 0.01


@pytest.mark.parametrize("shared_negatives", [True, False], ids=["shared", "pairs"])
def test_weights_do_not_depend_on_how_blocks_are_cut(shared_negatives: bool) -> None:
    epoch = make_epoch(shared_negatives=shared_negatives)
    expected = train_core(epoch, block_tokens=10**6)
    for block_tokens in (1, 50):
        actual = train_core(epoch, block_tokens=block_tokens)
        np.testing.assert_array_equal(actual[0], expected[0])
        np.testing.assert_array_equal(actual[1], expected[1])
        assert actual[2] == expected[2]


@pytest.mark.parametrize("counted", [0, 8, 24, 80])
def test_a_wrong_number_of_centres_to_count_is_refused(counted: int) -> None:
    with pytest.raises(ValueError, match="counted"):
        train_core(make_epoch(), counted=counted)


@pytest.mark.parametrize(("threads", "columns", "rows", "limit"), [
    (1, 112, 0, 0), (2, 112, 100, 24), (3, 112, 50, 12), (8, 112, 14, 3), (13, 112, 8, 2), (33, 112, 3, 2),
    (34, 112, 0, 0), (2, 1 << 12, 32, 24), (2, 1 << 17, 1, 24), (2, 1 << 18, 0, 24),
])  # fmt: skip
def test_frequent_words_are_private_that_fit_the_cache(threads: int, columns: int, rows: int, limit: int) -> None:
    """The k-th of these words occurs 500,000 / k times; the first 100 at least 5,000 times."""
    counts = 500_000 // np.arange(1, 5000)
    assert tables.private_rows(counts, threads, counts.sum(), columns).tolist() == [limit] * rows


def test_private_rows_end_at_the_first_rare_word_and_at_1024() -> None:
    """A vocabulary need not be in the order of its counts."""
    assert len(tables.private_rows(np.array([9000, 5000, 4999, 9000]), 2, 28_000, 16)) == 2
    assert len(tables.private_rows(np.full(2000, 5000), 2, 10**7, 16)) == 1024


def test_words_are_private_that_are_frequent_in_what_is_trained() -> None:
    """Few sentences for a model of many: copies would miss much of what their rows learn from them."""
    counts = 500_000 // np.arange(1, 5000)
    assert [len(tables.private_rows(counts, 2, counts.sum() // n + 1, 112)) for n in (1, 10, 1000)] == [100, 10, 0]
    assert len(tables.private_rows(counts, 2, 10 * counts.sum(), 112)) == 100  # by its words, not those it left out
    assert len(tables.private_rows(np.zeros(5, np.int64), 2, 0, 112)) == 0


@pytest.mark.parametrize(("most_frequent", "limit", "contexts", "expected"), [
    (0.01, 24, 6, 64), (0.06, 24, 6, 64), (0.06, 12, 6, 32), (0.06, 2, 6, 16), (0.25, 24, 6, 16), (0.06, 24, 11, 32),
    (0.06, 24, 3, 64), (0.5, 24, 6, 16),
])  # fmt: skip
def test_a_merge_does_not_wait_for_more_updates_than_its_limit(
    most_frequent: float, limit: int, contexts: float, expected: int
) -> None:
    """But for what 16 centres update, which is the least."""
    counts = np.array([1e6 * most_frequent, *[(1 - most_frequent) * 1e4] * 100], dtype=np.int64)
    assert tables.counted_at_once(counts, np.full(2, limit, np.uint16), contexts) == expected
    assert tables.counted_at_once(counts, np.empty(0, np.uint16), contexts) == 16


def test_noise_is_expected_as_often_as_its_weights_say() -> None:
    """By it the merges of private rows are timed."""
    weights_of_noise = np.random.default_rng(5).random(30) ** 3
    core = core_epoch(make_epoch(noise=_core.alias_table(weights_of_noise)))
    share = weights_of_noise / weights_of_noise.sum()
    np.testing.assert_allclose(_core.noise_share(core, 30), share, rtol=1e-6, atol=1e-8)
    np.testing.assert_array_equal(_core.noise_share(core, 4), _core.noise_share(core, 30)[:4])


@pytest.mark.parametrize("shared_negatives", [True, False], ids=["shared", "pairs"])
@pytest.mark.parametrize("n_hot", [1, 7, 30])
@pytest.mark.parametrize("counted", [16, 48, 64])
@pytest.mark.parametrize("merge_every", [1, 3, 64, 65535])
def test_private_rows_of_one_thread_change_nothing(
    shared_negatives: bool, n_hot: int, merge_every: int, counted: int
) -> None:
    epoch = make_epoch(shared_negatives=shared_negatives)
    plain, hot = train_core(epoch), train_core(epoch, n_hot, merge_every, counted)
    assert plain[2] == hot[2]
    assert_close(hot[0], plain[0], 1e-5)
    assert_close(hot[1], plain[1], 1e-5)


def test_merges_that_were_put_off_are_not_lost() -> None:
    """Word 0 is due before a block in which it has no contexts, and that block is the last one."""
    ids = np.array([1, 2, 3, 4, 5, 6, 7, 0, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0], np.int32)
    keep = np.full(30, 2**32 - 1, np.uint32)
    epoch = make_epoch(ids=ids, offsets=np.array([0, 16, 17, 18, 19], np.int64), keep=keep)
    blocks = np.array([0, 1, 4], np.int64)
    plain, hot = train_core(epoch, blocks=blocks), train_core(epoch, 30, 1, blocks=blocks)
    assert np.abs(plain[0] - weights(30)[0])[0].max() > 0.01
    assert_close(hot[0], plain[0], 1e-5)


@pytest.mark.parametrize("n_hot", [0, 30])
def test_two_threads_account_for_every_token_and_learn_the_same_thing(n_hot: int) -> None:
    epoch = make_epoch(n_tokens=3000, n_sentences=60)
    core, (input, output) = core_epoch(epoch, 50), weights(30)
    control, tallies = _core.Control(), []
    limits = np.full(n_hot, 4, np.uint16)
    workers = [_core.Worker(core, input, output, limits) for _ in range(2)]
    threads = [threading.Thread(target=lambda w=w: tallies.append(w.train(core, control)[:2])) for w in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one_in, one_out, tally = train_core(epoch)
    assert tuple(np.sum(tallies, axis=0)) == tally
    assert control.words_done == 3000
    # Updates may be lost or stale, so this is a comparison of directions. They are as far apart as 0.909 where a thread
    # waits for a processor while it has the first block; 0.998 is usual.
    for many, one in ((input, one_in), (output, one_out)):
        assert np.isfinite(many).all()
        assert np.vdot(many, one) / np.linalg.norm(many) / np.linalg.norm(one) > 0.9


# ---- stopping and refusing ----


def test_stop_ends_a_long_run_at_once() -> None:
    rng = np.random.default_rng(1)
    n = 4_000_000
    epoch = make_epoch(sample=0, ids=rng.integers(0, 30, n).astype(np.int32), offsets=np.array([0, n]), window=10)
    core, control = core_epoch(epoch, 10**7), _core.Control()  # one block: it must stop within a block too
    input, output = weights(30)
    worker, seconds = _core.Worker(core, input, output), []
    for _ in range(3):  # the best of three, for the sake of busy machines
        control.reset()
        tallies: list[tuple[int, int]] = []
        before = input.copy()
        thread = threading.Thread(target=lambda t=tallies: t.append(worker.train(core, control)[:2]))
        thread.start()
        while thread.is_alive() and np.array_equal(input, before):  # until it is in the middle of training
            time.sleep(0.001)
        begun = time.perf_counter()
        control.stop()
        thread.join(10)
        seconds.append(time.perf_counter() - begun)
        assert 0 < tallies[0][0] < n
        assert control.words_done == 0
    assert min(seconds) < 0.2
    assert worker.train(core, control)[:2] == (0, 0), "a stopped control must not train"


def test_control_counts_and_resets() -> None:
    epoch = make_epoch()
    core, control = core_epoch(epoch), _core.Control()
    worker = _core.Worker(core, *weights(30))
    trained, subsampled = worker.train(core, control)[:2]
    assert trained + subsampled == control.words_done == 400
    assert worker.train(core, control)[:2] == (0, 0), "no block is left"
    control.reset()
    assert control.words_done == 0
    assert worker.train(core, control)[:2] == (trained, subsampled)


BAD_EPOCHS: dict[str, tuple[dict[str, Any], str]] = {
    "id too large": ({"ids": np.full(400, 30, np.int32)}, "ids"),
    "id negative": ({"ids": np.full(400, -1, np.int32)}, "ids"),
    "offsets fall": ({"offsets": np.array([0, 300, 200, 400])}, "offsets"),
    "offsets end early": ({"offsets": np.array([0, 399])}, "offsets"),
    "offsets begin late": ({"offsets": np.array([1, 400])}, "offsets"),
    "no offsets": ({"offsets": np.zeros(0, np.int64), "blocks": np.array([0])}, "offsets"),
    "blocks too many": ({"blocks": np.array([0, 13])}, "blocks"),
    "blocks fall": ({"blocks": np.array([0, 5, 4, 12])}, "blocks"),
    "no blocks": ({"blocks": np.zeros(0, np.int64)}, "blocks"),
    "no words": ({"keep": np.zeros(0, np.uint32), "noise": np.zeros((0, 2), np.uint32)}, "ids|words|keep"),
    "noise too short": ({"noise": np.zeros((29, 2), np.uint32)}, "noise"),
    "noise too wide": ({"noise": np.zeros((30, 3), np.uint32)}, "noise"),
    "noise beyond": ({"noise": np.full((30, 2), 30, np.uint32)}, "noise"),
    "negative 0": ({"negative": 0}, "negative"),
    "negative 1001": ({"negative": 1001}, "negative"),
    "window 0": ({"window": 0}, "window"),
    "dim 0": ({"dim": 0}, "dim"),
    "dim 20": ({"dim": 20}, "dim"),
    "simd": ({"simd": "mmx"}, "mmx"),
}


@pytest.mark.parametrize("name", BAD_EPOCHS)
def test_an_epoch_refuses_what_c_could_not_index(name: str) -> None:
    changes, match = BAD_EPOCHS[name]
    epoch = make_epoch()
    arguments = {**asdict(epoch), "blocks": np.array([0, 12]), "dim": DIM}
    _core.Epoch(**arguments)
    with pytest.raises(ValueError, match=match):
        _core.Epoch(**{**arguments, **changes})


def test_a_worker_refuses_arrays_of_another_shape() -> None:
    epoch = make_epoch()
    core, (input, output) = core_epoch(epoch), weights(30)
    wide = _core.aligned_zeros((30, 2 * DIM))
    shifted = _core.aligned_zeros(31 * DIM)[1 : 1 + 30 * DIM].reshape(30, DIM)
    for bad_in, bad_out in ((input[:29], output), (input, output[:29]), (wide, output), (input, shifted)):
        with pytest.raises(ValueError):
            _core.Worker(core, bad_in, bad_out)
    for limits in (np.ones(31), [0], [[1]]):
        with pytest.raises(ValueError, match="limits must be"):
            _core.Worker(core, input, output, np.array(limits, np.uint16))


def test_a_worker_refuses_an_epoch_of_another_shape() -> None:
    epoch = make_epoch()
    core = core_epoch(epoch)
    worker = _core.Worker(core, *weights(30))
    others = [
        core_epoch(epoch, 10**6),
        core_epoch(epoch, dim=2 * DIM),
        core_epoch(replace(epoch, negative=6)),
        core_epoch(make_epoch(n_words=31)),
    ]
    for other in others:
        with pytest.raises(ValueError, match="another shape"):
            worker.train(other, _core.Control())
    for block in (-1, len(tables.cut_blocks(epoch.offsets, 100)) - 1):
        with pytest.raises(IndexError):
            worker.sample(core, block)


@pytest.mark.parametrize("bad", [-1, 30, 2**31 - 1, -(2**31)])
@pytest.mark.parametrize("array", ["ids", "offsets"])
def test_a_corpus_that_is_written_into_is_not_followed(array: str, bad: int) -> None:
    """It may lie in a mapped file: what C reads there is never an index before it was checked."""
    epoch = make_epoch(n_words=30, n_sentences=60)
    if array == "offsets":
        bad = {-1: -1, 30: len(epoch.ids) + 1}.get(bad, bad << 31)
    core, matrices = core_epoch(epoch, **{array: (found := getattr(epoch, array))}), weights(30)
    worker, lanes = _core.Worker(core, *matrices[:2]), _core.Lanes(core, *matrices[:2])
    lanes.begin(core)
    before, found[7] = found[7], bad
    calls = [lambda: worker.train(core, _core.Control()), lambda: worker.sample(core, 0),
             lambda: lanes.train(core, _core.Control())]  # fmt: skip
    for call in calls:
        with pytest.raises(CorpusError, match="changed while they were trained"):
            call()
    found[7] = before
    worker.train(core, _core.Control())
    assert np.isfinite(matrices[0]).all()


def test_a_corpus_without_tokens_trains_nothing() -> None:
    epoch = make_epoch(ids=np.zeros(0, np.int32), offsets=np.zeros(3, np.int64))
    core, (input, output) = core_epoch(epoch, blocks=np.array([0, 2])), weights(30)
    assert _core.Worker(core, input, output).train(core, _core.Control())[:2] == (0, 0)
    np.testing.assert_array_equal(input, weights(30)[0])


@given(st.integers(0, 2**62), st.integers(1, 3000))
def test_four_centres_share_a_noise_set_and_none_is_in_reach_of_another(position: int, width: int) -> None:
    first = reference.noise_set(position, width)
    apart = max(32, 1 << width.bit_length())
    sharing = [p for p in range(first, first + 8 * apart) if reference.noise_set(p, width) == first]
    assert position in sharing
    assert sharing == list(range(first, first + 4 * apart, apart))
    assert width < apart <= max(32, 2 * width)


def test_the_cases_cover_what_they_are_named_for() -> None:
    """Repeats in a window, noise that is the centre, noise drawn twice, more than 16 distinct contexts."""
    epoch = make_epoch(**CASES["window 20, many words"])
    sample, seen = reference.sample_tokens(epoch), Counter[str]()
    key = reference.stream_key(epoch.seed, epoch.epoch, "noise")
    for t, centre in enumerate(sample.kept):
        around = np.delete(sample.kept[sample.left[t] : sample.right[t] + 1], t - sample.left[t])
        groups = reference.group_contexts(around)
        noise_set = reference.noise_set(int(sample.position[t]), epoch.width)
        noise = reference.noise_words(epoch.noise, key, noise_set, epoch.negative)
        seen["groups"] += len(groups) > 1
        seen["repeats"] += any(max(w) > 1 for _, w in groups)
        seen["centre"] += centre in noise
        seen["twice"] += len(set(noise)) < len(noise)
    assert min(seen[name] for name in ("groups", "repeats", "centre", "twice")) > 10
