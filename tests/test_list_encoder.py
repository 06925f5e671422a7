"""Lists of tokens to ids: the batches of plain str, what ends them, and what comes after."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v._lists import ListEncoder
from cw2v.corpus.iterable import _check_token, _open_sentence
from cw2v.errors import CorpusTypeError


class Text(str):
    """A str, but no plain one."""


def encode(
    sentences: Iterator[Any], max_words: int = 10_000, max_tokens: int = 10**6
) -> tuple[list[Hashable], list[int], list[int], list[int]]:
    """Keys, counts, ids and offsets."""
    encoder = ListEncoder(_open_sentence, _check_token, max_words)
    while encoder.feed(sentences, max_tokens):
        pass
    counts, offsets = encoder.finish()
    ids = np.concatenate([np.zeros(0, np.int32), *encoder.blocks])
    return encoder.keys(), counts.tolist(), ids.tolist(), offsets.tolist()


def expected(sentences: list[Any], max_words: int = 10_000) -> tuple[list[Hashable], list[int], list[int], list[int]]:
    """The same with a dict."""
    index: dict[Hashable, int] = {}
    ids: list[int] = []
    offsets = [0]
    for sentence in sentences:
        begin = len(ids)
        ids += [index.setdefault(token, len(index)) for token in sentence]
        offsets += [*range(begin + max_words, len(ids), max_words), len(ids)]
    return list(index), np.bincount(ids, minlength=len(index)).tolist() if ids else [], ids, offsets


PLAIN = st.text("abé\u0444\U0001f600", max_size=3) | st.text("xy", min_size=40, max_size=41)
ANY = PLAIN | PLAIN.map(Text) | PLAIN.map(np.str_) | st.integers(-2, 2) | st.tuples(PLAIN)
KINDS: list[Callable[[list[Any]], Any]] = [list, list, list, tuple, iter]


@given(
    sentences=st.lists(st.lists(PLAIN, max_size=60), max_size=80),
    others=st.lists(st.tuples(st.integers(0, 79), st.integers(0, 60), ANY), max_size=3),
    kinds=st.lists(st.sampled_from(KINDS), min_size=80, max_size=80),
    max_words=st.integers(1, 70),
    max_tokens=st.integers(1, 700),
    one_by_one=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_ids_are_those_of_a_dict(
    sentences: list[list[Any]], others: list[tuple[int, int, Any]], kinds: list[Callable[[list[Any]], Any]],
    max_words: int, max_tokens: int, one_by_one: bool,
) -> None:  # fmt: skip
    for row, place, token in others:
        if row < len(sentences):
            sentences[row].insert(place, token)
    given_ = [kind(sentence) for kind, sentence in zip(kinds, sentences, strict=False)]
    source = (sentence for sentence in given_) if one_by_one else iter(given_)
    assert encode(source, max_words, max_tokens) == expected(sentences, max_words)


@pytest.mark.parametrize("last", [None, 7, Text("new")], ids=["plain", "int", "subclass"])
def test_tables_blocks_and_offsets_grow(last: Hashable) -> None:
    rng = np.random.default_rng(1)
    words = [f"{'long ' * (i % 9)}{i}" for i in range(60_000)]
    rows = (rng.random(1_100_000) ** 3 * len(words)).astype(int).tolist()
    # Made anew, so that most are equal but not the same object as the first.
    tokens: list[Any] = [words[row][:1] + words[row][1:] for row in rows]
    if last is not None:
        tokens[1_090_000] = last
    sentences = [tokens[begin : begin + 13] for begin in range(0, 900_000, 13)] + [tokens[900_003:]]
    assert encode(iter(sentences), 10_000, 500_000) == expected(sentences)


@pytest.mark.parametrize("ahead", [[], ["plain"] * 700, [1]], ids=["first", "after a batch", "after an int"])
@pytest.mark.parametrize("make", [list, tuple, iter])
@pytest.mark.parametrize("bad", ["\ud800", [], None])
def test_a_bad_token_is_named_by_its_place(
    ahead: list[Any], make: Callable[[list[Any]], Any], bad: Any
) -> None:
    sentences = [make(["a", "b"]), make([]), make([*ahead, bad, "c"]), make(["d"])]
    with pytest.raises(CorpusTypeError, match=f"token {len(ahead) + 1} of sentence 3 "):
        encode(iter(sentences))


def test_a_list_is_read_no_further_than_it_is_taken_in() -> None:
    sentences = [["a", "b"], [], ["c"], ["d", "e"], ["f"]]
    source = iter(sentences)
    encoder = ListEncoder(_open_sentence, _check_token, 100)
    assert encoder.feed(source, 4)
    assert (encoder.n_read, encoder.keys()) == (2, ["a", "b"])
    assert next(source) == ["c"]
    assert not encoder.feed(source, 100)
    assert (encoder.n_read, encoder.keys()) == (4, ["a", "b", "d", "e", "f"])


def test_a_list_that_changes_while_it_is_read() -> None:
    sentences: list[list[Any]] = []

    class Changing:
        def __hash__(self) -> int:
            sentences[0].clear()
            sentences[1] += ["new"] * 2000
            sentences[2].clear()
            return 5

    sentences += [["a"] * 600 + [Changing()] + ["b"] * 300, ["c"], ["d"] * 5, ["e"]]
    keys, counts, ids, offsets = encode(iter(sentences))
    assert [key for key in keys if isinstance(key, str)] == ["a", "c", "new", "e"]
    assert counts[0] == 600
    assert offsets[1] == 601
    assert offsets[-1] == len(ids) == sum(counts)
