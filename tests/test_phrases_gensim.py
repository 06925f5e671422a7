"""Phrases beside gensim's, as a black box: the same counts, scores, phrases and sentences."""

from __future__ import annotations

import inspect
import itertools
import random
import sys
import types
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v.phrases import ENGLISH_CONNECTOR_WORDS, FrozenPhrases, Phrases, encoded, npmi_scorer, original_scorer

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    theirs = pytest.importorskip("gensim.models.phrases")

Sentences = list[list[str]]
WITH_OF = frozenset({"of", "the"})


def corpora(*words: str) -> st.SearchStrategy[Sentences]:
    return st.lists(st.lists(st.sampled_from(words), max_size=12), max_size=8)


WORDS = corpora("a", "b", "c", "d", "of", "the")
MARKED = corpora("a", "b", "c", "of", "a_b", "b_c", "a_of_b", "_", "c_")
SETTINGS = st.fixed_dictionaries({
    "min_count": st.sampled_from([1, 2, 1.5]), "connector_words": st.sampled_from([frozenset(), WITH_OF]),
    "delimiter": st.sampled_from(["_", " ", "__"]),
})  # fmt: skip
SCORING = st.sampled_from([("default", 0.1), ("default", 1.0), ("npmi", -0.5), ("npmi", 0.2), ("npmi", 0.9)])


def both(sentences: Sentences, **options: Any) -> tuple[Phrases, Any]:
    return Phrases(sentences, **options), theirs.Phrases(sentences, **options)


def test_names_order_and_defaults() -> None:
    for ours, gensims in ((Phrases, theirs.Phrases), (FrozenPhrases, theirs.FrozenPhrases)):
        assert ([(p.name, p.default) for p in inspect.signature(ours.__init__).parameters.values()]
                == [(p.name, p.default) for p in inspect.signature(gensims.__init__).parameters.values()])  # fmt: skip
    for name in ("original_scorer", "npmi_scorer"):
        mine, gensims = inspect.signature(globals()[name]), inspect.signature(getattr(theirs, name))
        assert list(mine.parameters) == list(gensims.parameters)
    assert ENGLISH_CONNECTOR_WORDS == theirs.ENGLISH_CONNECTOR_WORDS
    for name in ("add_vocab", "analyze_sentence", "export_phrases", "find_phrases", "freeze", "score_candidate"):
        ours_arguments = list(inspect.signature(getattr(Phrases, name)).parameters)
        assert ours_arguments == list(inspect.signature(getattr(theirs.Phrases, name)).parameters)


@settings(max_examples=300, deadline=None)
@given(st.one_of(WORDS, MARKED), st.integers(0, 8), SETTINGS)
def test_counts(sentences: Sentences, cut: int, options: dict[str, Any]) -> None:
    ours, gensims = both(sentences[:cut], **options)
    ours.add_vocab(sentences[cut:])
    gensims.add_vocab(sentences[cut:])
    assert ours.vocab == dict(gensims.vocab)
    assert ours.corpus_word_count == gensims.corpus_word_count
    assert str(ours) == str(gensims)


@settings(max_examples=300, deadline=None)
@given(st.one_of(WORDS, MARKED), SETTINGS, SCORING)
def test_sentences_and_their_scores(sentences: Sentences, options: dict[str, Any], scoring: tuple[str, float]) -> None:
    name, threshold = scoring
    ours, gensims = both(sentences, **options, scoring=name, threshold=threshold)
    for sentence in sentences:
        for (text, score), (text_2, score_2) in zip(ours.analyze_sentence(sentence),
                                                    gensims.analyze_sentence(sentence), strict=True):  # fmt: skip
            assert text == text_2
            assert score == (None if score_2 is None else pytest.approx(score_2, rel=1e-12, abs=1e-14))
        assert ours[sentence] == gensims[sentence]
    corpus = [[], *sentences]
    assert list(ours[corpus]) == list(gensims[corpus])


@settings(max_examples=300, deadline=None)
@given(WORDS, SETTINGS, SCORING)
def test_phrases_found_and_exported(sentences: Sentences, options: dict[str, Any], scoring: tuple[str, float]) -> None:
    name, threshold = scoring
    ours, gensims = both(sentences, **options, scoring=name, threshold=threshold)
    assert ours.find_phrases(sentences) == pytest.approx(gensims.find_phrases(sentences), rel=1e-12, abs=1e-14)
    if options["delimiter"] != "__":
        assert ours.export_phrases() == pytest.approx(gensims.export_phrases(), rel=1e-12, abs=1e-14)
        corpus = [[], *sentences]
        assert list(ours.freeze()[corpus]) == list(gensims.freeze()[corpus])
    assert list(ours.find_phrases(sentences)) == list(gensims.find_phrases(sentences))


@settings(max_examples=200, deadline=None)
@given(WORDS, SETTINGS, SCORING, st.integers(2, 3))
def test_one_pass_after_the_other(
    sentences: Sentences, options: dict[str, Any], scoring: tuple[str, float], n_passes: int
) -> None:
    name, threshold = scoring
    joined = [s for s in sentences if s]
    for _ in range(n_passes):
        ours, gensims = both(joined, **options, scoring=name, threshold=threshold)
        assert ours.vocab == dict(gensims.vocab)
        words, _, ids, offsets = encoded.read(joined)
        result = encoded.apply(ours, words, ids, offsets)
        places = itertools.pairwise(result.offsets.tolist())
        joined = list(gensims[joined])
        assert [[result.words[i] for i in result.ids[a:b]] for a, b in places] == joined


@settings(max_examples=300, deadline=None)
@given(*[st.integers(0, 40)] * 5, st.integers(41, 200))
def test_scorers(a: int, b: int, ab: int, len_vocab: int, min_count: int, n_words: int) -> None:
    assert original_scorer(a, b, ab, len_vocab, min_count, n_words) == pytest.approx(
        theirs.original_scorer(a, b, ab, len_vocab, min_count, n_words), rel=1e-12)  # fmt: skip
    if a and b and ab:
        assert npmi_scorer(a, b, ab, len_vocab, min_count, n_words) == pytest.approx(
            theirs.npmi_scorer(a, b, ab, len_vocab, min_count, n_words), rel=1e-12, abs=1e-15)  # fmt: skip


def a_scorer(
    worda_count: float, wordb_count: float, bigram_count: float, len_vocab: float, min_count: float,
    corpus_word_count: float,
) -> float:  # fmt: skip
    return bigram_count**2 / worda_count / wordb_count + len_vocab - min_count / corpus_word_count


def test_a_scorer_of_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("module_of_a_scorer")  # gensim pickles it
    module.a_scorer, a_scorer.__module__ = a_scorer, module.__name__
    monkeypatch.setitem(sys.modules, module.__name__, module)
    rng = random.Random(3)
    sentences = [rng.choices("abcdefgh", k=9) for _ in range(50)]
    plain = both(sentences)[1]
    ours, gensims = both(sentences, scoring=a_scorer, threshold=len(plain.vocab) + 0.005)
    found = ours.find_phrases(sentences)
    assert found == pytest.approx(gensims.find_phrases(sentences), rel=1e-12)
    assert 0 < len(found) < len(plain.vocab) - 8


def test_an_empty_word_is_a_word() -> None:
    sentences = [["", "a", ""]] * 3
    ours, gensims = both(sentences, min_count=1, threshold=100)
    assert ours.vocab == dict(gensims.vocab)
    assert ours[["", "a"]] == ["", "a"]
    assert gensims[["", "a"]] == ["a"]  # loses it


def test_both_take_and_refuse_the_same() -> None:
    for options in ({"min_count": 0}, {"threshold": 0}, {"threshold": 2, "scoring": "npmi"}, {"scoring": "pmi"},
                    {"scoring": lambda a, b: 1}):  # fmt: skip
        for kind in (Phrases, theirs.Phrases):
            with pytest.raises(ValueError):
                kind(**options)


@pytest.fixture(scope="module")
def wiki(shared_data: Path) -> Sentences:
    with open(shared_data / "corpora" / "enwiki_sentences.txt", encoding="utf-8") as file:
        return [line.split() for line in itertools.islice(file, 10_000)]


@pytest.mark.parametrize(("options", "least"), [
    ({}, 300), ({"scoring": "npmi", "threshold": 0.6}, 100), ({"connector_words": ENGLISH_CONNECTOR_WORDS}, 300),
    ({"min_count": 20, "threshold": 100.0}, 10),
    ({"scoring": "npmi", "threshold": -0.3, "connector_words": ENGLISH_CONNECTOR_WORDS}, 2000),
])  # fmt: skip
def test_wikipedia(wiki: Sentences, options: dict[str, Any], least: int) -> None:
    ours, gensims = both(wiki, **options)
    assert ours.vocab == dict(gensims.vocab)
    found = ours.find_phrases(wiki)
    assert len(found) >= least
    assert found == pytest.approx(gensims.find_phrases(wiki), rel=1e-12)
    joined = list(gensims[wiki])
    assert list(ours[wiki]) == joined
    frozen = ours.freeze()
    assert list(frozen[wiki]) == joined
    assert frozen.find_phrases(wiki) == found


def test_phrases_of_phrases_of_wikipedia(wiki: Sentences) -> None:
    ours, gensims = both(wiki)
    joined = list(ours[wiki])
    ours, gensims = both(joined)
    assert ours.vocab == dict(gensims.vocab)
    assert list(ours[joined]) == list(gensims[joined])
    # Frozen or not, the phrases are the same ones; gensim's frozen ones lose those of three words.
    assert list(ours.freeze()[joined]) == list(ours[joined])
    assert list(gensims.freeze()[joined]) != list(gensims[joined])
