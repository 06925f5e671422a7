"""The reference itself: gradients against finite differences, the step against gradient descent, edges of formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cw2v import mathematics, reference
from cw2v.train import tables

F64 = NDArray[np.float64]


def _window(seed: int, n: int, m: int, dim: int = 7) -> tuple[F64, F64, F64, F64]:
    rng = np.random.default_rng(seed)
    sign = np.where(np.arange(m) == 0, 1.0, -1.0)
    times = rng.integers(1, 4, size=(n, m)).astype(np.float64)
    return rng.normal(size=(n, dim)), rng.normal(size=(m, dim)), sign, times


@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 6), (3, 6), (5, 2)])
def test_gradients_are_the_finite_differences_of_the_loss(n: int, m: int) -> None:
    context, target, sign, weight = _window(n * 10 + m, n, m)
    by_context, by_target = reference.negative_sampling_gradients(context, target, sign, weight)
    loss = reference.negative_sampling_loss
    numeric = mathematics.numeric_gradient(lambda c: loss(c, target, sign, weight), context)
    np.testing.assert_allclose(by_context, numeric, rtol=1e-6, atol=1e-6 * np.abs(numeric).max())
    numeric = mathematics.numeric_gradient(lambda t: loss(context, t, sign, weight), target)
    np.testing.assert_allclose(by_target, numeric, rtol=1e-6, atol=1e-6 * np.abs(numeric).max())


def test_the_step_is_gradient_descent_on_the_loss() -> None:
    context, target, sign, _ = _window(1, 4, 6)
    alpha, weight, times = 0.3, np.array([1.0, 2.0, 1.0, 3.0]), np.array([1.0, 1.0, 2.0, 1.0, 1.0, 4.0])
    by_context, by_target = reference.negative_sampling_gradients(context, target, sign, np.outer(weight, times))
    new_context, new_target = reference.step(context, target, sign, sign * alpha * times, weight)
    np.testing.assert_allclose(new_context, context - alpha * by_context, rtol=1e-12)
    np.testing.assert_allclose(new_target, target - alpha * by_target, rtol=1e-12)


def test_a_small_step_lowers_the_loss_by_alpha_times_the_squared_gradient() -> None:
    context, target, sign, _ = _window(2, 3, 6)
    before = reference.negative_sampling_loss(context, target, sign)
    squares = sum(float((g**2).sum()) for g in reference.negative_sampling_gradients(context, target, sign))
    alpha = 1e-6
    after = reference.negative_sampling_loss(*reference.step(context, target, sign, sign * alpha), sign)
    assert before - after == pytest.approx(alpha * squares, rel=1e-3)


def test_a_row_listed_twice_is_a_row_of_weight_two() -> None:
    context, target, sign, _ = _window(3, 2, 4)
    gain = 0.1 * sign
    once_c, once_t = reference.step(context, target, sign, gain, np.array([2.0, 1.0]))
    twice_c, twice_t = reference.step(context[[0, 1, 0]], target, sign, gain)
    np.testing.assert_allclose(once_t, twice_t, rtol=1e-12)
    np.testing.assert_allclose(once_c[0], twice_c[0] + twice_c[2] - context[0], rtol=1e-12)


def test_one_pair_by_hand() -> None:
    # <c, t> = 2; g = 0.5 sigmoid(-2) for the true word and -0.5 sigmoid(2) for the same row as noise.
    context, target = np.array([[1.0, 0.0]]), np.array([[2.0, 1.0]])
    g = 0.5 / (1 + math.exp(2.0))
    c, t = reference.step(context, target, [1.0], [0.5])
    np.testing.assert_allclose(c, [[1 + 2 * g, g]], rtol=1e-15)
    np.testing.assert_allclose(t, [[2 + g, 1.0]], rtol=1e-15)
    g = -0.5 / (1 + math.exp(-2.0))
    c, t = reference.step(context, target, [-1.0], [-0.5])
    np.testing.assert_allclose(c, [[1 + 2 * g, g]], rtol=1e-15)
    np.testing.assert_allclose(t, [[2 + g, 1.0]], rtol=1e-15)


@given(st.floats(-700, 700))
@settings(max_examples=200)
def test_sigmoid_and_its_logarithm_agree_and_do_not_overflow(x: float) -> None:
    with np.errstate(all="raise", under="ignore"):
        s, log_s = float(reference.sigmoid(x)), float(reference.log_sigmoid(x))
    assert s + float(reference.sigmoid(-x)) == pytest.approx(1.0, abs=1e-15)
    assert math.exp(log_s) == pytest.approx(s, rel=1e-12, abs=0)
    assert log_s - float(reference.log_sigmoid(-x)) == pytest.approx(x, rel=1e-12, abs=1e-12)


def test_sigmoid_saturates_exactly() -> None:
    np.testing.assert_array_equal(reference.sigmoid([-np.inf, 0.0, np.inf]), [0.0, 0.5, 1.0])
    np.testing.assert_array_equal(reference.log_sigmoid([-1e6, 1e6]), [-1e6, 0.0])


def test_noise_is_the_power_of_the_counts() -> None:
    counts = np.array([16, 1, 0, 81])
    np.testing.assert_allclose(reference.noise_distribution(counts), np.array([8, 1, 0, 27]) / 36, rtol=1e-12)
    np.testing.assert_allclose(reference.noise_distribution(counts, 0.0), np.array([1, 1, 0, 1]) / 3, rtol=1e-12)
    for exponent in (0.75, 0.0, -0.5, 1.0):
        weights = tables.noise_weights(counts, exponent)
        np.testing.assert_allclose(weights / weights.sum(), reference.noise_distribution(counts, exponent), rtol=1e-12)


def test_groups_hold_at_most_16_contexts() -> None:
    assert reference.group_contexts([]) == []
    assert reference.group_contexts([3, 1, 3]) == [([3, 1], [2.0, 1.0])]
    ids, weights = zip(*reference.group_contexts([*range(15), 0, 16, 0, 0, 15]), strict=True)
    assert ids == (list(range(15)), [16, 0, 15])
    assert weights == ([2.0] + [1.0] * 14, [1.0, 2.0, 1.0])


def test_targets_skip_the_centre_and_count_repeats() -> None:
    ids, times = reference.group_targets(4, [2, 4, 7, 2])
    assert ids == [4, 2, 7]
    np.testing.assert_array_equal(times, [1.0, -2.0, -1.0])


def test_alpha_falls_or_rises_to_its_end_and_no_further() -> None:
    def alpha(position: int, start: float, end: float) -> float:
        return reference.alpha_at(position, start, end, 0.0, 1 / 4096)

    assert alpha(0, 0.025, 0.0001) == alpha(1023, 0.025, 0.0001) == float(np.float32(0.025))
    assert alpha(1024, 1.0, 0.0) == 0.75
    assert alpha(10**9, 0.025, 0.0001) == float(np.float32(0.0001))
    assert alpha(2048, 0.0, 1.0) == 0.5
    assert alpha(10**9, 0.0, 1.0) == 1.0


def test_window_bounds_by_hand() -> None:
    left, right = reference.window_bounds(np.array([1, 9, 1, 2]))
    np.testing.assert_array_equal(left, [0, 0, 1, 1])
    np.testing.assert_array_equal(right, [1, 3, 3, 3])


def test_splitmix_gives_the_published_numbers() -> None:
    # The first outputs of SplitMix64 seeded with 1234567, as its authors' test lists them.
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    assert reference.random_uint64(1234567, np.arange(4)).tolist() == expected
