"""The generated corpus and what a trainer recovers of it."""

from __future__ import annotations

import io
from collections import Counter

import pytest

from cw2v import demo
from cw2v.errors import ParameterError


def test_the_seed_decides_the_corpus() -> None:
    assert demo.generate(7, 300) == demo.generate(7, 300)
    assert demo.generate(7, 300) != demo.generate(8, 300)
    assert demo.generate(7, 300)[:100] == demo.generate(7, 100)


def test_sentences_are_plain_lower_case_words() -> None:
    corpus = demo.generate(3, 4000)
    assert len(corpus) == 4000
    for sentence in corpus:
        assert 3 <= len(sentence) <= 20
        assert all(word.isalpha() and word.islower() for word in sentence), sentence


def test_every_planted_word_is_frequent_enough_to_learn() -> None:
    counts = Counter(word for sentence in demo.generate(1) for word in sentence)
    for pairs in demo.RELATIONS.values():
        assert len(pairs) == 15
        for word in {word for pair in pairs for word in pair}:
            assert counts[word] >= 300, word


def test_no_planted_word_has_two_roles() -> None:
    words = [word for pairs in demo.RELATIONS.values() for pair in pairs for word in pair]
    assert len(words) == len(set(words)) == 120


def test_the_relations_are_not_simply_written_down() -> None:
    """In a sentence about one pair only, its members never stand together: the step has to be inferred."""
    partner = {a: b for pairs in demo.RELATIONS.values() for a, b in pairs}
    together = sum(partner[word] in sentence for sentence in demo.generate(1, 20_000)
                   for word in sentence if word in partner)
    assert together == 0


@pytest.mark.parametrize("sentences", [0, -1, 2.5, True, "10", None])
def test_a_bad_size_is_refused(sentences: object) -> None:
    with pytest.raises(ParameterError, match="sentences must be an integer of at least 1"):
        demo.generate(1, sentences)  # type: ignore[arg-type]


def test_a_bad_seed_is_refused() -> None:
    with pytest.raises(ParameterError, match="seed must be"):
        demo.generate(-1, 10)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_trainer_recovers_what_was_planted(seed: int) -> None:
    out = io.StringIO()
    share = demo.run(seed, 2, out)
    text = out.getvalue()
    assert share >= 0.8, text
    answers = text.split("king - man + woman", 1)[1].splitlines()
    assert answers[1].split()[0] == "queen", text
    assert f"{share:7.1%}" in text
    assert len(text.splitlines()) <= 40
    assert max(map(len, text.splitlines())) <= 100
    assert "\x1b" not in text


def test_too_little_text_is_not_recovered() -> None:
    """The score measures learning: it must be low where there is little to learn from."""
    assert demo.run(1, 1, io.StringIO(), sentences=1500) < 0.5


def test_bad_workers_are_refused_before_anything_is_printed() -> None:
    out = io.StringIO()
    with pytest.raises(ParameterError, match="workers must be"):
        demo.run(1, 0, out)
    assert out.getvalue() == ""
