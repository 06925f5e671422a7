"""The compiled part of phrases: tables of pairs, heads, and joining as word ids and as tokens."""

from __future__ import annotations

import itertools
import pickle
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v._phrases import HeadReader, HeadTable, Lines, Matcher, PairTable, TokenJoiner, TooManyHeads
from cw2v.errors import CorpusError
from cw2v.phrases import FrozenPhrases, Phrases, encoded, pairs
from cw2v.phrases.counts import PhraseCounts

Sentences = list[list[str]]


def items(tables: list[PairTable]) -> dict[int, int]:
    keys, values = pairs.sorted_items(tables)
    assert (np.diff(keys) > 0).all()
    return dict(zip(keys.tolist(), values.tolist(), strict=True))


class TestTables:
    @pytest.mark.parametrize("n_parts", [1, 2, 7])
    def test_counts_are_counters(self, n_parts: int) -> None:
        rng = np.random.default_rng(n_parts)
        heads, ids = (np.minimum(rng.geometric(0.01, 200_000) - 3, 900).astype(np.int32) for _ in range(2))
        ids = np.maximum(ids, 0)
        expected = Counter((h << 32) | w for h, w in zip(heads.tolist(), ids.tolist(), strict=True) if h >= 0)
        tables = [PairTable(part, n_parts) for part in range(n_parts)]
        pairs.count_candidates(tables, heads, ids)
        assert items(tables) == dict(expected)
        sizes = [len(table) for table in tables]
        assert sum(sizes) == len(expected) > 10_000
        assert min(sizes) > 0.8 * len(expected) / n_parts
        again = pairs.tables_of(*pairs.sorted_items(tables), n_parts)
        pairs.count_candidates(again, heads[:1000], ids[:1000])
        assert sum(items(again).values()) == expected.total() + int((heads[:1000] >= 0).sum())

    def test_large_keys_and_values(self) -> None:
        table = PairTable()
        keys = np.array([0, 2**62, 2**31 - 1 << 32, 5], np.int64)
        for _ in range(2):
            table.add(keys, np.array([1, 2**40, 3, 4]))
        assert items([table]) == {0: 2, 5: 8, 2**62: 2**41, 2**31 - 1 << 32: 6}

    def test_what_they_refuse(self) -> None:
        table, two = PairTable(), np.zeros(2, np.int32)
        with pytest.raises(ValueError, match="equally long"):
            table.count(two, two[:1])
        with pytest.raises(ValueError, match="equally long"):
            table.add(np.zeros(2, np.int64), np.ones(1, np.int64))
        with pytest.raises(ValueError, match="above 0"):
            table.add(np.zeros(2, np.int64), np.array([1, 0]))
        with pytest.raises(ValueError, match="part"):
            PairTable(2, 2)
        with pytest.raises(ValueError, match="equally long"):
            Matcher(table).match(two, two[:1])
        with pytest.raises(ValueError, match="different"):
            HeadTable(np.array([1, 1]))
        for name, ids, offsets in (
            ("ids", [0, 3], [0, 2]), ("ids", [-1, 0], [0, 2]), ("offsets", [0, 1], [0, 1]), ("offsets", [0, 1], [1, 2]),
            ("offsets", [0, 1], [0, 2, 1, 2]),
        ):  # fmt: skip
            with pytest.raises(ValueError, match=f"{name} must"):
                HeadReader(np.array(ids, np.int32), np.array(offsets), np.zeros(3, bool), HeadTable())


class TestHeads:
    def test_many_are_found_again(self) -> None:
        rng = np.random.default_rng(1)
        ids = rng.integers(0, 60, 30_000).astype(np.int32)
        is_connector = np.arange(60) < 30
        heads = pairs.Heads()
        pieces = list(pairs.pieces(ids, np.array([0, len(ids)]), is_connector, heads, n_slice=1000))
        assert len(heads) > 5000  # the table grew
        words_of, previous = heads.reader(), -1
        places = itertools.chain.from_iterable(zip(*map(np.ndarray.tolist, piece), strict=True) for piece in pieces)
        for place, (head, word) in enumerate(places):
            assert word == ids[place]
            if is_connector[word]:
                assert head == -2
                continue
            words = ids[previous : place + 1].tolist()
            assert head == -1 if previous < 0 else words_of(head) == tuple(words[:-1])
            assert previous < 0 or heads.key(words) == pairs.key_of(head, word)
            previous = place
        first = [words_of(2 * head + 1)[0] for head in range(len(heads))]
        assert heads.first_words().tolist() == first
        twin = pickle.loads(pickle.dumps(heads))
        assert type(twin) is pairs.Heads
        np.testing.assert_array_equal(twin.packed(), heads.packed())
        assert heads.find(0, 59) == heads.key([0, 59, 1]) == -1

    def test_too_many_say_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Full:
            def __init__(self, *_: object) -> None:
                pass

            def read(self, n: int) -> None:
                raise TooManyHeads

        monkeypatch.setattr(pairs, "HeadReader", Full)
        with pytest.raises(CorpusError, match="connector_words"):
            Phrases([["bank", "of", "america"]], connector_words={"of"})


@pytest.mark.parametrize("connectors", [frozenset(), frozenset({"w1", "w3"})], ids=["none", "some"])
@pytest.mark.parametrize("max_size", [1_000, 10**6], ids=["pruned", "whole"])
def test_workers_change_nothing(connectors: frozenset[str], max_size: int) -> None:
    rng = np.random.default_rng(5)
    words = [f"w{i}" for i in range(500)]
    ids = np.minimum(rng.geometric(0.02, 200_000) - 1, 499).astype(np.int32)
    offsets = np.append(np.arange(0, len(ids), 17), len(ids))
    made = []
    for workers in (1, 2, 5):
        counts = PhraseCounts("_", connectors)
        counts.add(words, np.bincount(ids, minlength=500), ids, offsets, max_size, workers)
        made.append((counts.words, counts.min_reduce, {k: a.tolist() for k, a in counts.to_sections().items()}))
    assert made[0] == made[1] == made[2]
    assert len(counts.keys) > 300
    assert (counts.min_reduce > 1) == (max_size == 1_000)


# -- joining

TEXTS = ["a_b", "b_c", "a_of_b", "b_of_c", "a_of_the_b", "a_of_of_b", "a__b", "_a", "a_", "_", "of_b", "a_of", "__"]
TOKENS = ["a", "b", "c", "of", "the", "a_b", "b_c", "of_the", "b_of", "a_of", "of_of", "_", ""]
CONNECTORS: list[set[str]] = [set(), {"of"}, {"of", "the"}, {"of", "of_of"}, {"of", "of_the", "the", ""}, {"a_of", "_"}]


def frozen_of(texts: list[str], connectors: frozenset[str]) -> FrozenPhrases:
    frozen = Phrases(connector_words=connectors, threshold=1).freeze()
    # Every fourth is not above the threshold.
    frozen.phrasegrams = {text: 1.0 if row % 4 == 3 else 2.0 + len(text) for row, text in enumerate(texts)}
    return frozen


def applied(frozen: FrozenPhrases, sentences: Sentences) -> Sentences:
    words, _, ids, offsets = encoded.read(sentences)
    joined = encoded.apply(frozen, words, ids, offsets)
    return [[joined.words[i] for i in joined.ids[a:b]] for a, b in itertools.pairwise(joined.offsets.tolist())]


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(TEXTS), unique=True), st.sampled_from(CONNECTORS),
       st.lists(st.lists(st.sampled_from(TOKENS), max_size=12), max_size=6))  # fmt: skip
def test_texts_that_can_be_read_in_several_ways(texts: list[str], connectors: set[str], corpus: Sentences) -> None:
    frozen = frozen_of(texts, frozenset(connectors))
    expected = [[text for text, _ in frozen.analyze_sentence(sentence)] for sentence in corpus]
    assert [frozen[sentence] for sentence in corpus] == expected
    assert applied(frozen, corpus) == expected
    found: dict[str, None] = {}
    for sentence in corpus:
        found |= {text: None for text, score in frozen.analyze_sentence(sentence) if score is not None}
    assert frozen.find_phrases(corpus) == {text: frozen.phrasegrams[text] for text in found}


def test_a_text_with_no_end_of_ways_is_not_tried_in_all() -> None:
    connectors = frozenset({"of", "of_of", "of_of_of"})
    text = "x" + "_of" * 200 + "_y"
    frozen = frozen_of([text], connectors)
    sentence = ["x", *["of", "of_of"] * 66, "of", "of", "y"]
    assert frozen[sentence] == [text]
    assert list(frozen.find_phrases([sentence, ["x", "of_of_of", "y"]])) == [text]


def test_connector_words_may_change() -> None:
    for phrases in (Phrases([["new", "york", "is"]] * 3, min_count=1, threshold=0.1),
                    Phrases([["new", "york", "is"]] * 3, min_count=1, threshold=0.1).freeze()):  # fmt: skip
        assert phrases[["new", "york"]] == ["new_york"]
        phrases.connector_words = frozenset(["york"])
        assert phrases[["new", "york"]] == ["new", "york"]
        assert phrases.find_phrases([["new", "york"]]) == {}


def test_tokens_of_other_classes() -> None:
    class Word(str):
        __slots__ = ()

    joiner = TokenJoiner({"new": {"york": "new_york"}}, [], {"of"}, lambda words: None)
    assert joiner.join([Word("new"), np.str_("york"), "new", Word("of"), "york"]) == ["new_york", "new", "of", "york"]
    plain = ["york", "new"]
    assert joiner.join(plain) == plain
    assert joiner.join(plain) is not plain  # the caller's list stays the caller's
    for wrong in (None, 3, b"new", ["new"]):
        with pytest.raises(TypeError):
            joiner.join(["new", wrong])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "größe", "北京", "", "long" * 50]), max_size=6), max_size=6), st.data())
def test_lines_are_the_words(corpus: Sentences, data: st.DataObject) -> None:
    words, _, ids, offsets = encoded.read(corpus)
    first = data.draw(st.integers(0, len(corpus)))
    last = data.draw(st.integers(first, len(corpus)))
    text = Lines(words, ids, offsets).text(first, last).tobytes().decode()
    assert text == "".join(" ".join(sentence) + "\n" for sentence in corpus[first:last])


def test_lines_outside_the_corpus() -> None:
    lines = Lines(["a"], np.zeros(3, np.int32), np.array([0, 1, 3]))
    for first, last in ((-1, 1), (0, 3), (2, 1)):
        with pytest.raises(ValueError, match="in the corpus"):
            lines.text(first, last)
    with pytest.raises(ValueError, match="ids must"):
        Lines([], np.zeros(3, np.int32), np.array([0, 3]))
