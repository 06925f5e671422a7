"""Phrases against a plain count with strings, and against bad input."""

from __future__ import annotations

import copy
import itertools
import logging
import math
import pickle
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cw2v
from cw2v.errors import CorpusError, ParameterError
from cw2v.phrases import (
    ENGLISH_CONNECTOR_WORDS,
    FrozenPhrases,
    Phraser,
    Phrases,
    npmi_scorer,
    original_scorer,
    word2phrase_scorer,
)
from cw2v.phrases import pairs as pairs_module
from cw2v.phrases.encoded import apply, read
from cw2v.phrases.scorers import SCORERS, score_arrays

Sentences = list[list[str]]
CITIES: Sentences = [["we", "saw", "new", "york"], ["new", "york", "is", "big"], ["a", "new", "car"]] * 2

# -- the plain count


def plain_candidates(sentence: list[str], connectors: set[str]) -> Iterator[tuple[str, ...]]:
    """Every pair of words that are no connectors, with nothing but connectors between them."""
    for i, j in itertools.combinations(range(len(sentence)), 2):
        ends = {sentence[i], sentence[j]}
        if not ends & connectors and set(sentence[i + 1 : j]) <= connectors:
            yield tuple(sentence[i : j + 1])


def plain_vocab(sentences: Sentences, connectors: set[str], delimiter: str) -> Counter[str]:
    counts = Counter(word for s in sentences for word in s if word not in connectors)
    counts.update(delimiter.join(c) for s in sentences for c in plain_candidates(s, connectors))
    return counts


def plain_join(sentence: list[str], phrases: set[tuple[str, ...]], delimiter: str) -> list[str]:
    """From the left, always the first phrase that begins here; none is longer than another with the same begin."""
    joined, i = [], 0
    while i < len(sentence):
        fits = [p for p in phrases if tuple(sentence[i : i + len(p)]) == p]
        joined.append(delimiter.join(fits[0]) if fits else sentence[i])
        i += len(fits[0]) if fits else 1
    return joined


def applied(phrases: Phrases | FrozenPhrases, sentences: Sentences) -> Sentences:
    """Joined as word ids, without strings."""
    words, _, ids, offsets = read(sentences)
    joined = apply(phrases, words, ids, offsets)
    assert len(set(joined.words)) == len(joined.words)
    assert joined.n_different <= joined.n_joined
    return [[joined.words[i] for i in joined.ids[a:b]] for a, b in itertools.pairwise(joined.offsets.tolist())]


def corpora(*words: str) -> st.SearchStrategy[Sentences]:
    return st.lists(st.lists(st.sampled_from(words), max_size=12), max_size=8)


WORDS = corpora("a", "b", "c", "of", "the", "")
MARKED = corpora("a", "b", "c", "of", "a_b", "b_c", "a_of_b", "_", "b_of", "c_", "")
WITH_OF = frozenset({"of", "the"})


@pytest.fixture(params=[3, 1 << 22], ids=["small slices", "large slices"])
def n_slice(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    defaults = (request.param,)
    monkeypatch.setattr(pairs_module.pieces, "__defaults__", defaults)
    return int(request.param)


class TestAgainstThePlainCount:
    @pytest.mark.parametrize("connectors", [frozenset(), WITH_OF, frozenset({"a_b", "of"})], ids=["none", "of", "odd"])
    @pytest.mark.parametrize("delimiter", ["_", "__", "ab"])
    def test_counts(self, n_slice: int, connectors: frozenset[str], delimiter: str) -> None:
        @settings(max_examples=120, deadline=None)
        @given(st.one_of(WORDS, MARKED), st.integers(0, 8))
        def check(sentences: Sentences, cut: int) -> None:
            phrases = Phrases(sentences[:cut], delimiter=delimiter, connector_words=connectors)
            phrases.add_vocab(iter(sentences[cut:]))
            expected = plain_vocab(sentences, set(connectors), delimiter)
            assert phrases.vocab == dict(expected)
            assert phrases.corpus_word_count == sum(map(len, sentences))
            counts = phrases._counts
            entries = counts.entries()
            assert entries.n == len(expected)
            for row, words in enumerate(counts.texts(np.arange(len(counts.keys)))):
                assert entries.ab[row] == expected[delimiter.join(words)]
                assert (entries.a[row], entries.b[row]) == (expected[words[0]], expected[words[-1]])

        check()

    @pytest.mark.parametrize("name", SCORERS)
    def test_phrases_and_joining(self, n_slice: int, name: str) -> None:
        @settings(max_examples=120, deadline=None)
        @given(st.one_of(WORDS, MARKED), st.sampled_from([frozenset(), WITH_OF]), st.sampled_from([0.05, 0.3, 1.0]))
        def check(sentences: Sentences, connectors: frozenset[str], threshold: float) -> None:
            phrases = Phrases(sentences, min_count=1, threshold=threshold, scoring=name, connector_words=connectors)
            vocab = plain_vocab(sentences, set(connectors), "_")
            rest = {"len_vocab": len(vocab), "min_count": 1, "corpus_word_count": sum(map(len, sentences))}
            scores = {c: SCORERS[name](vocab[c[0]], vocab[c[-1]], vocab["_".join(c)], **rest)
                      for s in sentences for c in plain_candidates(s, set(connectors))}  # fmt: skip
            accepted = {c for c, score in scores.items() if score > threshold}
            expected = [plain_join(s, accepted, "_") for s in sentences]
            assert list(phrases[iter([[], *sentences])]) == [[], *expected]
            assert [[text for text, _ in phrases.analyze_sentence(s)] for s in sentences] == expected
            assert [phrases[s] for s in sentences] == expected
            assert set(phrases.export_phrases()) == {"_".join(c) for c in accepted}
            found: dict[str, float] = {}
            for text, score in itertools.chain.from_iterable(map(phrases.analyze_sentence, sentences)):
                if score is not None:
                    found[text] = max(score, found.get(text, score))
            assert list(phrases.find_phrases(sentences).items()) == list(found.items())
            assert applied(phrases, sentences) == expected

        check()

    @settings(max_examples=150, deadline=None)
    @given(WORDS)
    def test_frozen_ones_do_the_same(self, sentences: Sentences) -> None:
        live = Phrases(sentences, min_count=1, threshold=0.3, connector_words=WITH_OF)
        frozen = live.freeze()
        assert list(frozen[iter([[], *sentences])]) == list(live[iter([[], *sentences])])
        assert applied(frozen, sentences) == list(live[iter(sentences)])
        assert frozen.find_phrases(sentences) == live.find_phrases(sentences)
        assert frozen.phrasegrams == live.export_phrases()

    @settings(max_examples=200, deadline=None)
    @given(st.lists(st.lists(st.integers(0, 60), min_size=6, max_size=6), min_size=1, max_size=60), st.booleans())
    def test_scores_of_arrays_are_those_of_calls(self, rows: list[list[int]], halves: bool) -> None:
        a, b, ab, *_ = np.array(rows).T
        len_vocab, min_count, n_words = 60, 2.5 if halves else 2, 50
        for scorer in SCORERS.values():
            scores = score_arrays(scorer, a, b, ab, len_vocab, min_count, n_words)
            each = [scorer(*row[:3], len_vocab, min_count, n_words) for row in rows]
            np.testing.assert_allclose(scores, each, rtol=1e-13)


def test_the_scores_are_those_of_the_papers() -> None:
    assert original_scorer(10, 5, 4, 100, 2, 1000) == (4 - 2) / (10 * 5) * 100
    assert word2phrase_scorer(10, 5, 4, 100, 2, 1000) == (4 - 2) / (10 * 5) * 1000
    assert word2phrase_scorer(10, 1, 4, 100, 2, 1000) == 0
    p = np.array([0.02, 0.05, 0.01])
    expected = math.log(p[2] / (p[0] * p[1])) / -math.log(p[2])
    assert npmi_scorer(20, 50, 10, 0, 1, 1000) == pytest.approx(expected, rel=1e-14)
    assert npmi_scorer(20, 50, 10, 0, 11, 1000) == -math.inf
    assert npmi_scorer(1, 1, 1, 1, 1, 1) == original_scorer(0, 1, 0, 1, 1, 1) == -math.inf


def test_planted_phrases_are_found() -> None:
    rng = np.random.default_rng(1)
    words = [f"w{i}" for i in range(300)]
    sentences = []
    for _ in range(3000):
        sentence = rng.choice(words, 8).tolist()
        if rng.random() < 0.2:
            pair = int(rng.integers(5))
            sentence[3:3] = [f"w{2 * pair}", f"w{2 * pair + 1}"]
        sentences.append(sentence)
    planted = {f"w{2 * i}_w{2 * i + 1}" for i in range(5)}
    assert set(Phrases(sentences, threshold=20).export_phrases()) == planted
    assert set(Phrases(sentences, threshold=0.4, scoring="npmi").export_phrases()) == planted
    assert set(Phrases(sentences, threshold=20, scoring="word2phrase").export_phrases()) == planted


def test_phrases_of_phrases() -> None:
    sentences = [["we", "love", "new", "york", "city"], ["new", "york", "city", "hall"], ["new", "car"], ["york"]] * 3
    twos = Phrases(sentences, min_count=1, threshold=0.8)
    threes = Phrases(twos[sentences], min_count=1, threshold=0.8)
    assert threes[twos[["new", "york", "city"]]] == ["new_york_city"]
    assert "new_york_city" in threes.export_phrases()
    assert list(threes.freeze()[twos.freeze()[sentences]]) == list(threes[twos[sentences]])
    assert list(twos[sentences])[1] == ["new_york", "city_hall"]
    assert list(threes[twos[sentences]])[1] == ["new_york_city_hall"]


class TestTheSurface:
    def test_attributes_and_texts(self) -> None:
        phrases = Phrases(CITIES, min_count=1, threshold=1)
        assert str(phrases) == "Phrases<15 vocab, min_count=1, threshold=1, max_vocab_size=40000000>"
        assert str(phrases.freeze()) == "FrozenPhrases<7 phrases, min_count=1, threshold=1>"
        assert phrases.scoring is original_scorer
        assert phrases.score_candidate("new", "york", []) == ("new_york", (4 - 1) / 6 / 4 * 15)
        assert phrases.score_candidate("york", "new", []) == (None, None)
        assert Phraser is FrozenPhrases
        assert cw2v.ENGLISH_CONNECTOR_WORDS is ENGLISH_CONNECTOR_WORDS
        assert Phraser(phrases.freeze()).phrasegrams == phrases.freeze().phrasegrams

    def test_nothing_counted(self) -> None:
        for phrases in (Phrases(), Phrases([]), Phrases([[], []]), Phrases(iter(()))):
            assert phrases.vocab == phrases.export_phrases() == phrases.find_phrases([["a", "b"]]) == {}
            assert phrases[["a", "b"]] == ["a", "b"]
            assert phrases[[]] == []
            assert phrases.freeze()[["a", "b"]] == ["a", "b"]

    def test_settings_may_change_afterwards(self) -> None:
        phrases = Phrases(CITIES, min_count=1, threshold=1)
        assert phrases[["new", "york"]] == ["new_york"]
        phrases.threshold = 100
        assert phrases[["new", "york"]] == ["new", "york"]
        frozen = Phrases(CITIES, min_count=1, threshold=1).freeze()
        frozen.phrasegrams["one_two"] = 7.0
        assert frozen.find_phrases([["one", "two", "three"]]) == {"one_two": 7.0}
        frozen.threshold = 8
        assert frozen[["one", "two"]] == ["one", "two"]

    def test_every_change_of_phrasegrams_is_seen(self) -> None:
        frozen = Phrases(CITIES, min_count=1, threshold=1).freeze()
        pair, joined = ["one", "two"], ["one_two"]
        grams = frozen.phrasegrams
        for change, is_in in (
            (lambda: grams.update(one_two=7.0), True), (lambda: grams.pop("one_two"), False),
            (lambda: grams.setdefault("one_two", 7.0), True), (lambda: grams.popitem(), False),
            (lambda: grams.__ior__({"one_two": 7.0}), True), (lambda: grams.clear(), False),
            (lambda: grams.__setitem__("one_two", 7.0), True), (lambda: grams.__delitem__("one_two"), False),
            (lambda: setattr(frozen, "phrasegrams", {"one_two": 7.0}), True),
        ):  # fmt: skip
            change()
            assert frozen[pair] == next(iter(frozen[[pair]])) == (joined if is_in else pair)
            assert next(iter(frozen.analyze_sentence(pair)))[0] == ("one_two" if is_in else "one")
            assert list(frozen.find_phrases([pair])) == (joined if is_in else [])
        twin = pickle.loads(pickle.dumps(frozen))
        twin.phrasegrams.clear()
        assert twin[pair] == pair

    def test_a_corpus_can_be_gone_through_again(self) -> None:
        phrases = Phrases(CITIES, min_count=1, threshold=1)
        joined = phrases[CITIES]
        assert len(joined) == len(CITIES)
        assert list(joined) == list(joined)
        model = cw2v.Word2Vec(joined, vector_size=4, min_count=1, epochs=2, workers=1)
        assert "new_york" in model.wv

    def test_an_iterator_is_gone_through_once(self) -> None:
        phrases = Phrases((s for s in CITIES), min_count=1, threshold=1)
        joined = phrases[iter(CITIES)]
        assert list(joined) == list(phrases[CITIES])
        with pytest.raises(CorpusError, match="gone through before"):
            list(joined)
        both = phrases[phrases[iter(CITIES)]]  # not looked into, so nothing of it is lost
        assert len(list(both)) == len(CITIES)

    def test_numpy_words_are_words(self) -> None:
        phrases = Phrases(np.array([["new", "york"], ["new", "york"]]), min_count=1, threshold=0.1)
        assert phrases[np.array(["new", "york"])] == ["new_york"]

    def test_long_sentences_are_not_cut(self) -> None:
        sentence = ["a", "b"] * 15_001
        assert Phrases([sentence]).vocab["b_a"] == 15_000

    def test_many_connector_words_in_a_row(self, n_slice: int) -> None:
        long = ["bank", *["of", "the"] * 2_000, "america"]
        sentences = [["of"] * 50, long, ["the"], [], long, ["of", "bank"], ["america", "of"]]
        phrases = Phrases(sentences, min_count=1, threshold=0.1, connector_words=WITH_OF)
        assert phrases.vocab == {"bank": 3, "america": 3, "_".join(long): 2}
        assert phrases[long] == ["_".join(long)]
        assert list(phrases.find_phrases(sentences)) == ["_".join(long)]
        phrases.add_vocab([["bank_of", "the", "america"]])  # a word that has the delimiter in it
        assert phrases.export_phrases()["_".join(long)] == pytest.approx(1 / 3 / 4 * 5)

    def test_progress_is_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO, "cw2v.phrases"):
            Phrases(CITIES, progress_per=1)
        assert "PROGRESS: at sentence #6" in caplog.text
        assert "15 token types" in caplog.text

    def test_copies_and_pickles(self) -> None:
        phrases = Phrases(CITIES, min_count=1, threshold=1, connector_words={"is"})
        for twin in (copy.deepcopy(phrases), pickle.loads(pickle.dumps(phrases))):
            twin.add_vocab([["x", "is", "y"]])
            assert twin.vocab["x_is_y"] == 1
            assert "x_is_y" not in phrases.vocab
        frozen = phrases.freeze()
        assert pickle.loads(pickle.dumps(frozen)).phrasegrams == frozen.phrasegrams


class TestScorersOfTheCaller:
    def test_is_given_gensims_arguments_and_asked_for_every_pair(self) -> None:
        seen = []

        def scorer(worda_count: int, wordb_count: int, bigram_count: int, len_vocab: int, min_count: int,
                   corpus_word_count: int) -> float:  # fmt: skip
            seen.append((worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count))
            return float(bigram_count)

        phrases = Phrases(CITIES, min_count=2, threshold=3, scoring=scorer)
        assert phrases.export_phrases() == {"new_york": 4.0}
        assert (6, 4, 4, 15, 2, 22) in seen
        assert len(seen) == 7
        assert phrases.freeze()[["new", "york"]] == ["new_york"]

    def test_not_a_number_is_no_phrase(self) -> None:
        assert Phrases(CITIES, threshold=-5, scoring=lambda **_: np.float32("nan")).export_phrases() == {}
        assert len(Phrases(CITIES, threshold=-5, scoring=lambda **_: 0).export_phrases()) == 7

    @pytest.mark.parametrize("scoring", [None, 3, "pmi", "", lambda a, b: 1, lambda worda_count: 1, b"npmi"])
    def test_what_cannot_score(self, scoring: Any) -> None:
        with pytest.raises(ParameterError, match="scoring must"):
            Phrases(scoring=scoring)

    def test_what_returns_no_number(self) -> None:
        for wrong in ("high", None, [1.0]):
            with pytest.raises(ParameterError, match="scoring must return a number"):
                Phrases(CITIES, scoring=lambda wrong=wrong, **_: wrong).export_phrases()

    def test_its_own_exception_comes_through(self) -> None:
        with pytest.raises(ZeroDivisionError):
            Phrases(CITIES, scoring=lambda **_: 1 / 0).export_phrases()


class TestMemory:
    def test_the_rarest_are_dropped(self) -> None:
        common = [["a", "b"]] * 9
        rare = [[f"x{i}", f"y{i}"] for i in range(40)]
        phrases = Phrases([*rare, *common], max_vocab_size=10)
        assert phrases.vocab == {"a": 9, "b": 9, "a_b": 9}
        assert phrases.min_reduce == 2
        phrases.add_vocab(common)
        assert phrases.vocab["a_b"] == 18

    @settings(max_examples=150, deadline=None)
    @given(WORDS, WORDS, st.integers(1, 12))
    def test_what_is_left_is_counted_right(self, before: Sentences, after: Sentences, size: int) -> None:
        phrases = Phrases(before, max_vocab_size=size, connector_words=WITH_OF)
        expected = plain_vocab(before, set(WITH_OF), "_")
        least = 0
        while len(expected) > size:
            least += 1
            expected = Counter({text: n for text, n in expected.items() if n > least})
        assert phrases.vocab == dict(expected)
        phrases.max_vocab_size = 1000
        phrases.add_vocab(after)
        expected.update(plain_vocab(after, set(WITH_OF), "_"))
        assert phrases.vocab == dict(expected)


def test_sentences_may_be_a_path(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("we saw new york\nnew york is big\na new car\n" * 2, encoding="utf-8")
    lists = [line.split() for line in path.read_text().splitlines()]
    of_path, of_lists = (Phrases(corpus, min_count=1, threshold=1) for corpus in (path, lists))
    assert of_path.vocab == of_lists.vocab
    assert of_path.find_phrases(path) == of_lists.find_phrases(lists) != {}
