"""Which words are kept: every rule against the plainest way to say it, and what is refused."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cw2v
from cw2v import Word2Vec, utils
from cw2v.corpus import scan
from cw2v.errors import ParameterError, VocabularyError
from cw2v.selection import NULL_WORD, RULE_DEFAULT, RULE_DISCARD, RULE_KEEP, Rules, build, extend
from cw2v.vocabulary import Keys

LETTERS = "abcdefgh"
SMALL = {"vector_size": 4, "min_count": 1, "workers": 1}


def tables(tokens: list[str]) -> tuple[Keys, np.ndarray]:
    counts = Counter(tokens)
    return Keys(list(counts)), np.array(list(counts.values()), np.int64)


def chosen_by_hand(
    tokens: list[str], rules: Rules, verdicts: dict[str, int], old: set[str], room: int | None
) -> list[str]:
    """The words that are kept besides `old`, in the order of first appearance, with sorting alone."""
    counts, special = Counter(tokens), {*rules.stop_words, *rules.pseudo_words(), *old}
    words = [w for w in counts if w not in special and verdicts.get(w) != RULE_DISCARD]
    place = {w: i for i, w in enumerate(counts)}

    def limited(words: list[str], limit: int | None) -> list[str]:
        best = sorted(words, key=lambda w: (verdicts.get(w) != RULE_KEEP, -counts[w], place[w]))
        return sorted(best[:limit], key=place.__getitem__)

    words = limited(words, rules.max_vocab_size)
    words = [w for w in words if verdicts.get(w) == RULE_KEEP or counts[w] >= rules.min_count]
    return limited(words, room)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Rules, dict[str, int]]:
    verdicts = draw(st.dictionaries(st.sampled_from(LETTERS), st.sampled_from([0, 1, 2])))
    limits = st.none() | st.integers(1, 9)
    rules = Rules(
        stop_words=tuple(draw(st.sets(st.sampled_from("abz")))), trim_rule=lambda word, *_: verdicts.get(word),
        max_vocab_size=draw(limits), min_count=draw(st.integers(0, 4)), max_final_vocab=draw(limits),
        null_word=draw(st.integers(0, 1)), unk=draw(st.sampled_from([None, "h", "<unk>"])),
        sorted_vocab=draw(st.integers(0, 1)), first_seen_first=draw(st.booleans()),
    )  # fmt: skip
    return rules, verdicts


@settings(max_examples=400)
@given(st.lists(st.sampled_from(LETTERS), min_size=1, max_size=40), cases())
def test_a_vocabulary_is_what_the_rules_say(tokens: list[str], case: tuple[Rules, dict[str, int]]) -> None:
    rules, verdicts = case
    counts = Counter(tokens)
    words = chosen_by_hand(tokens, rules, verdicts, set(), rules.max_final_vocab)
    if not words:
        with pytest.raises(VocabularyError):
            build(*tables(tokens), rules)
        return
    selected = build(*tables(tokens), rules)
    vocabulary = selected.vocabulary
    expected = {w: counts[w] for w in words} | ({NULL_WORD: 1} if rules.null_word else {})
    if rules.unk is not None:
        stops = sum(counts[w] for w in rules.stop_words)
        expected[rules.unk] = len(tokens) - sum(counts[w] for w in words) - stops
    assert dict(zip(vocabulary.index_to_key, vocabulary.counts.tolist(), strict=True)) == expected
    seen = {w: i for i, w in enumerate([*counts, *(w for w in rules.pseudo_words() if w not in counts)])}
    late = 1 if rules.first_seen_first else -1
    by = (lambda w: (-expected[w], late * seen[w])) if rules.sorted_vocab else (lambda w: seen[w])
    assert vocabulary.index_to_key == sorted(expected, key=by)
    assert vocabulary.raw_words == len(tokens)


@settings(max_examples=400)
@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=20),
       st.lists(st.sampled_from(LETTERS), min_size=1, max_size=40), cases())  # fmt: skip
def test_an_update_adds_counts_and_words_behind(first: list[str], more: list[str], case: Any) -> None:
    rules, verdicts = case
    old = build(*tables(first), Rules(min_count=1)).vocabulary
    counts = Counter(more)
    known = set(old.index_to_key)
    room = rules.max_final_vocab
    if room is not None:
        room = max(0, room - len(known - set(rules.pseudo_words())))
    words = chosen_by_hand(more, rules, verdicts, known, room)
    vocabulary = extend(old, *tables(more), rules).vocabulary
    added = [w for w in rules.pseudo_words() if w not in known]
    assert vocabulary.index_to_key == [*old.index_to_key, *words, *added]
    expected = {w: Counter(first)[w] + counts[w] for w in known} | {w: counts[w] for w in words}
    expected |= {w: 1 if w == NULL_WORD else 0 for w in added}
    if rules.unk is not None:
        lost = {w for w in counts if w not in known and w not in words and w not in rules.stop_words}
        expected[rules.unk] += sum(counts[w] for w in lost)
    assert dict(zip(vocabulary.index_to_key, vocabulary.counts.tolist(), strict=True)) == expected
    assert old.counts.sum() == len(first)  # untouched


@settings(max_examples=200)
@given(st.lists(st.lists(st.sampled_from(LETTERS), max_size=8), min_size=1, max_size=8), cases())
def test_encoding_follows_the_vocabulary(sentences: list[list[str]], case: Any) -> None:
    rules, _ = case
    scanned = scan(sentences)
    try:
        vocabulary = build(scanned.keys(), scanned.counts, rules).vocabulary
    except VocabularyError:
        return

    def by_hand(word: str) -> list[int]:
        if word in vocabulary.key_to_index:
            return [vocabulary.key_to_index[word]]
        is_lost = rules.unk is None or word in rules.stop_words
        return [] if is_lost else [vocabulary.key_to_index[rules.unk]]

    expected = [i for sentence in sentences for word in sentence for i in by_hand(word)]
    once, again = scanned.encode(vocabulary), scan(iter(sentences)).encode(vocabulary)
    for encoded in (once, again):  # by places in the scan, and by words
        assert encoded.ids.tolist() == expected
        assert np.array_equal(encoded.offsets, np.cumsum([0, *(sum(len(by_hand(w)) for w in s) for s in sentences)]))
        assert encoded.out_of_vocabulary == sum(map(len, sentences)) - len(expected)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.integers(1, 40), st.integers(0, 6))
def test_the_effective_min_count_parts_the_words_that_are_kept(counts: list[int], limit: int, min_count: int) -> None:
    """Exactly N words, or all that are frequent enough: every word above the figure, and none below."""
    keys, number = Keys([f"w{i}" for i in range(len(counts))]), np.array(counts, np.int64)
    enough = [c for c in counts if c >= min_count]
    if not enough:
        return
    vocabulary, least = build(keys, number, Rules(min_count=min_count, max_final_vocab=limit))
    assert len(vocabulary) == min(limit, len(enough))
    kept = set(vocabulary.index_to_key)
    assert all(f"w{i}" in kept for i, c in enumerate(counts) if c > least)
    assert all(f"w{i}" not in kept for i, c in enumerate(counts) if c < least)
    tied = [i for i, c in enumerate(counts) if c == least]
    n_tied = sum(f"w{i}" in kept for i in tied)
    assert [f"w{i}" for i in tied[:n_tied]] == [w for w in (f"w{i}" for i in tied) if w in kept]  # those seen first


def test_max_vocab_size_keeps_the_most_frequent_words_with_exact_counts() -> None:
    # The guarantee is stronger than pruning while reading can give: rare words in front cannot push out frequent ones.
    rng = np.random.default_rng(0)
    tokens = [f"r{i}" for i in range(3000)] + [f"w{int(i)}" for i in rng.zipf(1.3, 20_000) if i < 10**6]
    counts = Counter(tokens)
    model = Word2Vec(**SMALL, max_vocab_size=50)
    model.build_vocab([tokens])
    assert len(model.wv) == 50
    assert sorted(model.wv.expandos["count"].tolist()) == sorted(c for _, c in counts.most_common(50))
    assert all(model.wv.get_vecattr(w, "count") == counts[w] for w in model.wv.index_to_key)


class TestRules:
    def test_rules_have_gensims_values_and_are_where_callers_look(self) -> None:
        assert (RULE_DEFAULT, RULE_DISCARD, RULE_KEEP) == (0, 1, 2)
        assert (utils.RULE_DEFAULT, utils.RULE_DISCARD, utils.RULE_KEEP) == (0, 1, 2)
        assert (cw2v.RULE_DEFAULT, cw2v.RULE_DISCARD, cw2v.RULE_KEEP) == (0, 1, 2)

    def test_a_rule_sees_every_word_once_with_its_count(self) -> None:
        seen: list[tuple[str, int, int]] = []
        Word2Vec([["a", "b", "a"], ["c"]], **{**SMALL, "min_count": 2}, trim_rule=lambda *a: seen.append(a))
        assert seen == [("a", 2, 2), ("b", 1, 2), ("c", 1, 2)]

    @pytest.mark.parametrize("verdict", [True, False, 3, -1, "keep", 1.0, np.array([1])])
    def test_what_is_no_rule_is_refused_with_the_word(self, verdict: object) -> None:
        with pytest.raises(ParameterError, match=r"trim_rule\('a', 2, 1\) must return RULE_DEFAULT, RULE_DISCARD"):
            Word2Vec([["a", "a"]], **SMALL, trim_rule=lambda *_: verdict)

    def test_numpy_integers_are_rules(self) -> None:
        model = Word2Vec(**SMALL)
        model.build_vocab([["a", "b"]], trim_rule=lambda w, *_: np.int64(w == "a"))
        assert model.wv.index_to_key == ["b"]

    def test_what_a_rule_raises_names_the_word(self) -> None:
        def rule(word: str, count: int, min_count: int) -> int:
            raise KeyError("mine")

        model = Word2Vec(**SMALL)
        with pytest.raises(KeyError, match="mine") as caught:
            model.build_vocab([["a", "a"]], trim_rule=rule)
        assert caught.value.__notes__ == ["cw2v: raised by trim_rule('a', 2, 1)"]
        assert len(model.wv) == 0

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [({"trim_rule": "x"}, "trim_rule must be callable or None, got 'x'"),
         ({"stop_words": "the"}, "stop_words must be a list or set of words, got the str 'the'"),
         ({"stop_words": 5}, "stop_words must be an iterable of words"),
         ({"stop_words": [[]]}, "stop_words must be an iterable of words"),
         ({"unk": []}, r"unk must be a word or None, got \[\]"),
         ({"unk": "a", "stop_words": ["a"]}, "unk='a' is a stop word or the null word"),
         ({"unk": "\0", "null_word": 1}, "is a stop word or the null word")],
    )  # fmt: skip
    def test_bad_rules_are_named_before_a_corpus_is_read(self, arguments: dict[str, Any], message: str) -> None:
        def corpus() -> Any:
            pytest.fail("it was read")
            yield

        with pytest.raises(ParameterError, match=message):
            Word2Vec(corpus(), **SMALL, **arguments)

    def test_nothing_left_names_what_may_have_left_words_out(self) -> None:
        with pytest.raises(VocabularyError, match=r"is left by stop_words and min_count=1: it has 3 words of 1 .*'a'"):
            Word2Vec([["a", "a", "a"]], **SMALL, stop_words=["a"])

    def test_what_is_assigned_to_a_model_is_checked(self) -> None:
        model = Word2Vec(**SMALL)
        model.max_final_vocab = -1
        with pytest.raises(ParameterError, match="max_final_vocab must be"):
            model.build_vocab([["a"]])
        model.max_final_vocab, model.stop_words = 1, {"a"}  # type: ignore[assignment]
        model.build_vocab([["a", "a", "b", "c", "c"]])
        assert model.wv.index_to_key == ["c"]


CORPUS = [["the", "cat", "sat"], ["the", "dog", "sat"], ["the", "cat"]] * 3


class TestStopWordsAndUnknownWords:
    def test_stop_words_are_left_out_and_counted(self) -> None:
        model = Word2Vec(CORPUS, **SMALL, stop_words=(w for w in ["the", "a"]))
        assert "the" not in model.wv
        assert model.stop_words == ("the", "a")
        report = model.training_report
        assert report is not None
        assert report.epochs[0].out_of_vocabulary == 9

    def test_unk_stands_for_all_others_in_training(self) -> None:
        model = Word2Vec(CORPUS, **{**SMALL, "min_count": 4, "sample": 0}, unk="<unk>", stop_words=["the"])
        assert dict(zip(model.wv.index_to_key, model.wv.expandos["count"].tolist(), strict=True)) == {
            "cat": 6, "sat": 6, "<unk>": 3}  # fmt: skip
        epoch = model.training_report.epochs[0]  # type: ignore[union-attr]
        assert (epoch.trained, epoch.out_of_vocabulary) == (15, 9)
        trained, raw = model.train([["never", "seen", "the", "cat"]], total_examples=1, epochs=1)
        assert (trained, raw) == (3, 4)
        assert model.train_pairs([("never", "cat"), ("the", "cat")], epochs=1) == (1, 2)

    def test_unk_that_is_in_the_corpus_keeps_its_own_occurrences(self) -> None:
        model = Word2Vec([["a", "a", "<unk>", "b"]], **{**SMALL, "min_count": 2}, unk="<unk>")
        assert model.wv.get_vecattr("<unk>", "count") == 2

    @pytest.mark.parametrize("options", [{}, {"hs": 1, "negative": 0}, {"objective": "softmax"}])
    def test_pseudo_words_train_with_every_objective(self, options: dict[str, Any]) -> None:
        model = Word2Vec(CORPUS, **SMALL, **options, null_word=1, unk=7)
        assert {NULL_WORD, 7} <= set(model.wv.index_to_key)
        assert np.isfinite(model.wv.vectors).all()
        assert model.wv.get_vecattr(7, "count") == 0

    def test_they_are_kept_in_files(self, tmp_path: Any) -> None:
        model = Word2Vec(CORPUS, **{**SMALL, "min_count": 4}, unk="<unk>", stop_words=["the"], null_word=1)
        model.save(tmp_path / "model")
        again = Word2Vec.load(tmp_path / "model")
        assert (again.unk, again.stop_words, again.null_word) == ("<unk>", ("the",), 1)
        again.train([["x", "the"]], total_examples=1, epochs=1)
        assert again.training_report.epochs[0].out_of_vocabulary == 1  # type: ignore[union-attr]
        again.build_vocab([["y"] * 5, ["z"]], update=True)
        assert again.wv.index_to_key[-1] == "y"
        assert again.wv.get_vecattr("<unk>", "count") == model.wv.get_vecattr("<unk>", "count") + 1

    def test_words_that_a_file_cannot_hold_are_refused(self, tmp_path: Any) -> None:
        model = Word2Vec(**SMALL, stop_words=[("a", 1)])
        with pytest.raises(ParameterError, match="stop_words and unk must be text or integers to be saved"):
            model.save(tmp_path / "model")
        assert list(tmp_path.iterdir()) == []


def test_zero_is_honoured_and_not_taken_for_nothing() -> None:
    model = Word2Vec(vector_size=4, min_count=5, sample=0.1, workers=1)
    model.build_vocab([["a", "a", "b"]], min_count=0, sample=0)
    assert sorted(model.wv.index_to_key) == ["a", "b"]
    assert (model.sample, model.min_count, model.effective_min_count) == (0, 5, 0)
    model.scan_vocab([["a", "a", "b"]])
    assert model.prepare_vocab(min_count=0, sample=0)["downsample_total"] == 3
