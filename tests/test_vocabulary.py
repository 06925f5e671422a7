"""Which words are kept, in which order, and how often an occurrence is trained."""

from __future__ import annotations

import copy
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cw2v.errors import ParameterError, VocabularyError
from cw2v.vocabulary import Vocabulary


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1), st.integers(0, 4))
def test_order_is_falling_count_then_later_seen_first(tokens: list[str], min_count: int) -> None:
    counts = Counter(tokens)
    keys = list(counts)
    kept = [k for k in keys if counts[k] >= min_count]
    if not kept:
        with pytest.raises(VocabularyError):
            Vocabulary.build(keys, list(counts.values()), min_count=min_count)
        return
    vocabulary = Vocabulary.build(keys, list(counts.values()), min_count=min_count)
    assert vocabulary.index_to_key == sorted(kept, key=lambda k: (-counts[k], -keys.index(k)))
    assert vocabulary.counts.tolist() == [counts[k] for k in vocabulary.index_to_key]
    assert vocabulary.key_to_index == {k: i for i, k in enumerate(vocabulary.index_to_key)}
    assert vocabulary.raw_words == len(tokens)
    unsorted = Vocabulary.build(keys, list(counts.values()), min_count=min_count, sorted_vocab=False)
    assert unsorted.index_to_key == kept


def test_keys_may_be_any_hashable_and_stay_what_they_are() -> None:
    vocabulary = Vocabulary.build([3, ("a", 1), "3"], [5, 6, 7], min_count=1)
    assert vocabulary.index_to_key == ["3", ("a", 1), 3]
    assert len(vocabulary) == 3


def test_nothing_left_says_what_was_there_and_what_to_do() -> None:
    with pytest.raises(VocabularyError) as caught:
        Vocabulary.build(["cat", "the"], [2, 7], min_count=10)
    for part in ("min_count=10", "9 words", "2 different", "'the'", "seen 7 times", "min_count=7"):
        assert part in str(caught.value)
    assert isinstance(caught.value, RuntimeError)


def test_an_empty_corpus_has_no_words() -> None:
    with pytest.raises(VocabularyError, match="contains no words"):
        Vocabulary.build([], [], min_count=1)


def test_words_stand_once_and_have_one_count_each() -> None:
    with pytest.raises(VocabularyError, match="'a' is there more than once"):
        Vocabulary(["a", "b", "a"], [1, 2, 3])
    with pytest.raises(VocabularyError, match="2 words"):
        Vocabulary(["a", "b"], [1])
    with pytest.raises(VocabularyError, match="2 words"):
        Vocabulary.build(["a", "b"], [1], min_count=1)


def test_keep_probability_is_word2vecs() -> None:
    counts = [900, 90, 9, 1]
    vocabulary = Vocabulary(list("abcd"), counts, raw_words=5000)
    expected = [min(1.0, math.sqrt(0.01 * 1000 / c) + 0.01 * 1000 / c) for c in counts]
    probability = vocabulary.keep_probability(0.01)
    np.testing.assert_allclose(probability, expected, rtol=1e-15)
    assert probability[0] < 0.2
    assert probability.dtype == np.float64
    assert vocabulary.keep_probability(0).tolist() == [1.0] * 4
    assert Vocabulary(["a"], [0]).keep_probability(0.1).tolist() == [0.0]


@pytest.mark.parametrize("sample", [-1e-3, math.nan, math.inf])
def test_keep_probability_refuses_bad_samples(sample: float) -> None:
    with pytest.raises(ParameterError, match="sample"):
        Vocabulary(["a"], [1]).keep_probability(sample)


def test_a_copy_is_not_the_vocabulary_that_was_scanned() -> None:
    # `origin` is compared by identity: a copy must translate by its words, not by places.
    vocabulary = Vocabulary.build(["a"], [1], min_count=1)
    assert copy.deepcopy(vocabulary).origin is not vocabulary.origin
