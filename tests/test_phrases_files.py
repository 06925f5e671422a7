"""Phrases: what is refused, and files."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v.errors import CorpusTypeError, FileFormatError, ParameterError, WrongFileError
from cw2v.io import native
from cw2v.phrases import FrozenPhrases, Phrases, counts
from cw2v.phrases.scorers import SCORERS

Sentences = list[list[str]]
CITIES: Sentences = [["we", "saw", "new", "york"], ["new", "york", "is", "big"], ["a", "new", "car"]] * 2
WITH_OF = frozenset({"of", "the"})
WORDS = ["a", "b", "c", "of", "a_b", "b_c", "a_of_b", "_", "c_", ""]


class TestBadInput:
    @pytest.mark.parametrize(("name", "value"), [
        ("min_count", 0), ("min_count", -1), ("min_count", math.nan), ("min_count", "5"), ("min_count", True),
        ("threshold", 0), ("threshold", -3.5), ("threshold", math.inf), ("threshold", None),
        ("max_vocab_size", 0), ("max_vocab_size", 1.5), ("progress_per", 0), ("progress_per", "x"),
        ("delimiter", ""), ("delimiter", None), ("delimiter", b"_"), ("delimiter", 1),
        ("connector_words", "of"), ("connector_words", 3), ("connector_words", [1]), ("connector_words", None),
    ])  # fmt: skip
    def test_parameters(self, name: str, value: Any) -> None:
        with pytest.raises(ParameterError, match=name):
            Phrases(**{name: value})

    @pytest.mark.parametrize("threshold", [-1.01, 1.5, 10.0])
    def test_threshold_of_npmi(self, threshold: float) -> None:
        with pytest.raises(ParameterError, match="threshold must be from -1 to 1"):
            Phrases(threshold=threshold, scoring="npmi")
        assert Phrases(threshold=-1, scoring="npmi").threshold == -1

    @pytest.mark.parametrize(("corpus", "message"), [
        ("new york", "sentences is the str"), (b"new york", "bytes"), (5, "iterable of token lists, got int"),
        (["new york"], "sentence 1 is the str"), ([["new"], None], "sentence 2 must be a list"),
        ([["new", 3]], "has 3 of type int"), ([["new", None]], "token 2 of sentence 1 is None"),
        ([["new", ["york"]]], "not hashable"), ([[b"new"]], "of type bytes"), ([["new", math.nan]], "missing value"),
    ])  # fmt: skip
    def test_corpora(self, corpus: Any, message: str) -> None:
        phrases = Phrases(CITIES)
        before = phrases.vocab
        for call in (Phrases, phrases.add_vocab, phrases.find_phrases, phrases.freeze().find_phrases):
            with pytest.raises(CorpusTypeError, match=message):
                call(corpus)
        assert phrases.vocab == before

    def test_a_corpus_that_raises_leaves_the_counts(self) -> None:
        def corpus() -> Iterator[list[str]]:
            yield ["new", "york"]
            raise OSError("the disk is gone")

        phrases = Phrases(CITIES)
        before = phrases.vocab
        with pytest.raises(OSError, match="gone"):
            phrases.add_vocab(corpus())
        assert phrases.vocab == before
        assert phrases.corpus_word_count == 22

    @pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
    def test_counting_that_is_stopped_leaves_the_counts(
        self, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
    ) -> None:
        def stopped(*_: object) -> None:
            raise error

        phrases = Phrases(CITIES, min_count=1, threshold=1)
        before = phrases.vocab, phrases.export_phrases(), phrases.corpus_word_count, str(phrases)
        with monkeypatch.context() as patch:
            patch.setattr(counts, "count_candidates", stopped)
            with pytest.raises(error):
                phrases.add_vocab([["x", "new", "york"]])
        assert (phrases.vocab, phrases.export_phrases(), phrases.corpus_word_count, str(phrases)) == before
        phrases.add_vocab([["x", "new", "york"]])
        assert phrases.vocab == {**before[0], "x": 1, "new": 7, "york": 5, "x_new": 1, "new_york": 5}

    @pytest.mark.parametrize(("sentence", "message"), [
        ("new york", "is the str 'new york'"), (b"new", "is the bytes"), (None, "got NoneType"), (7, "got int"),
        ([1, 2], "the token 1 of type int"), (["a", None], "the token None"), ([b"a"], "the token b'a'"),
    ])  # fmt: skip
    def test_sentences(self, sentence: Any, message: str) -> None:
        for phrases in (Phrases(CITIES), Phrases(CITIES).freeze()):
            with pytest.raises(CorpusTypeError, match=message):
                phrases[sentence]
            with pytest.raises(CorpusTypeError, match=message):
                list(phrases.analyze_sentence(sentence))

    def test_a_bad_sentence_of_a_corpus(self) -> None:
        for bad in ("new york", None, [3]):
            with pytest.raises(CorpusTypeError, match="sentence 2"):
                list(Phrases(CITIES)[[["new"], bad]])

    def test_what_cannot_be_frozen(self) -> None:
        for wrong in (None, CITIES, {"a_b": 1.0}):
            with pytest.raises(ParameterError, match="phrases_model"):
                FrozenPhrases(wrong)  # type: ignore[arg-type]


class TestFiles:
    @settings(max_examples=60, deadline=None)
    @given(sentences=st.lists(st.lists(st.sampled_from(WORDS), max_size=12), max_size=8),
            name=st.sampled_from(list(SCORERS)))
    def test_back_and_forth(self, tmp_path_factory: pytest.TempPathFactory, sentences: Sentences, name: str) -> None:
        path = tmp_path_factory.mktemp("phrases") / "p.cw2v"
        phrases = Phrases(sentences, min_count=1.5, threshold=0.25, max_vocab_size=500, scoring=name,
                          connector_words=WITH_OF, progress_per=7)  # fmt: skip
        phrases.save(path)
        twin = Phrases.load(path)
        for attribute in ("vocab", "min_count", "threshold", "max_vocab_size", "delimiter", "progress_per", "scoring",
                          "connector_words", "corpus_word_count", "min_reduce"):  # fmt: skip
            assert getattr(twin, attribute) == getattr(phrases, attribute)
        for model in (phrases, twin):
            model.add_vocab([["a", "of", "b"], ["new", "a"]])
        assert twin.vocab == phrases.vocab
        assert twin.export_phrases() == phrases.export_phrases()
        frozen = phrases.freeze()
        frozen.save(path)
        again = FrozenPhrases.load(path)
        assert again.phrasegrams == frozen.phrasegrams
        for attribute in ("min_count", "threshold", "delimiter", "scoring", "connector_words"):
            assert getattr(again, attribute) == getattr(frozen, attribute)

    def test_a_scorer_of_the_callers_is_given_again(self, tmp_path: Path) -> None:
        def scorer(**counts: float) -> float:
            return counts["bigram_count"]

        phrases = Phrases(CITIES, threshold=3, scoring=scorer)
        phrases.save(tmp_path / "p")
        with pytest.raises(ParameterError, match="scoring="):
            Phrases.load(tmp_path / "p")
        assert Phrases.load(tmp_path / "p", scoring=scorer).export_phrases() == {"new_york": 4.0}
        phrases.freeze().save(tmp_path / "f")
        assert FrozenPhrases.load(tmp_path / "f").phrasegrams == {"new_york": 4.0}
        assert FrozenPhrases.load(tmp_path / "f").scoring is None

    def test_files_of_other_things(self, tmp_path: Path) -> None:
        phrases = Phrases(CITIES, min_count=1, threshold=1)
        phrases.save(tmp_path / "p")
        phrases.freeze().save(tmp_path / "f")
        with pytest.raises(WrongFileError, match="holds a Phrases"):
            FrozenPhrases.load(tmp_path / "p")
        with pytest.raises(WrongFileError, match="holds a FrozenPhrases"):
            Phrases.load(tmp_path / "f")
        (tmp_path / "pickle").write_bytes(pickle.dumps({"vocab": {}}))
        with pytest.raises(FileFormatError, match="never unpickles"):
            Phrases.load(tmp_path / "pickle")
        with pytest.raises(FileNotFoundError):
            Phrases.load(tmp_path / "nothing")

    def test_every_damaged_byte_and_every_lie_is_noticed(self, tmp_path: Path) -> None:
        phrases = Phrases([["bank", "of", "america"]] * 3, min_count=1, threshold=0.1, connector_words=WITH_OF)
        path = tmp_path / "p"
        phrases.save(path)
        whole = path.read_bytes()
        for size in range(0, len(whole), 7):
            path.write_bytes(whole[:size])
            with pytest.raises(FileFormatError):
                Phrases.load(path)
        path.write_bytes(whole)
        arrays, meta = native.read(path)
        lies: list[tuple[str, Any]] = [
            ("keys", arrays["keys"][:0]), ("keys", arrays["keys"] + 40), ("keys", arrays["keys"] + (40 << 32)),
            ("keys", arrays["keys"] - (1 << 40)), ("heads", arrays["heads"][:0]), ("heads", arrays["heads"] + 99),
            ("heads", arrays["heads"] | 1 << 32), ("word_counts", arrays["word_counts"][:1]),
            ("key_counts", arrays["key_counts"].astype(np.float64)), ("key_counts", arrays["key_counts"] * 0),
            ("word_counts", -arrays["word_counts"]), ("keys_are_int", arrays["keys_are_int"] + 1),
        ]  # fmt: skip
        for name, array in lies:
            native.write(path, {**arrays, name: array}, meta)
            with pytest.raises(FileFormatError):
                Phrases.load(path)
        for name in ("min_count", "threshold", "scoring", "delimiter", "connector_words", "min_reduce"):
            for value in ("nothing", [None], {}):
                if name == "delimiter" and value == "nothing":
                    continue
                changed = json.loads(json.dumps(meta)) | {name: value}
                native.write(path, arrays, changed)
                with pytest.raises((FileFormatError, ParameterError)):
                    Phrases.load(path)
        for name in (*arrays, *meta):
            less = {k: v for k, v in arrays.items() if k != name}, {k: v for k, v in meta.items() if k != name}
            native.write(path, *less)
            with pytest.raises((FileFormatError, ParameterError)):
                Phrases.load(path)
