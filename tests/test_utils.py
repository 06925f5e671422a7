"""Helpers with gensim's names, against gensim's for every character that there is."""

from __future__ import annotations

import inspect
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v import LineSentence, utils
from cw2v.corpus import scan
from cw2v.errors import CorpusDecodeError, CorpusError, CorpusTypeError, ParameterError


@pytest.fixture(scope="module")
def gensims() -> Any:
    return pytest.importorskip("gensim.utils")


def test_signatures_are_gensims(gensims: Any) -> None:
    for name in utils.__all__:
        if not callable(getattr(utils, name)):
            assert getattr(utils, name) == getattr(gensims, name)
            continue
        ours, theirs = (inspect.signature(getattr(module, name)).parameters.values() for module in (utils, gensims))
        assert [(p.name, p.default) for p in ours] == [(p.name, p.default) for p in theirs], name


def test_every_character_as_gensim_takes_it(gensims: Any) -> None:
    characters = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) not in ("Cn", "Co", "Cs")]
    assert len(characters) > 140_000
    for begin in range(0, len(characters), 4096):
        text = "".join(f"xy{c}zw " for c in characters[begin : begin + 4096])
        assert utils.deaccent(text) == gensims.deaccent(text)
        for deacc in (False, True):
            assert utils.simple_preprocess(text, deacc) == gensims.simple_preprocess(text, deacc)
            assert list(utils.tokenize(text, deacc=deacc)) == list(gensims.tokenize(text, deacc=deacc))


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.characters(codec="utf-8") | st.sampled_from("aB_1 e\u0301\u0130\u00df"), max_size=40),
       deacc=st.booleans(), least=st.integers(-1, 4), most=st.integers(-1, 20))  # fmt: skip
def test_simple_preprocess_is_gensims(gensims: Any, text: str, deacc: bool, least: int, most: int) -> None:
    expected = gensims.simple_preprocess(text, deacc=deacc, min_len=least, max_len=most)
    assert utils.simple_preprocess(text, deacc=deacc, min_len=least, max_len=most) == expected
    assert utils.simple_preprocess(text.encode(), deacc, least, most) == expected


@given(data=st.binary(max_size=30))
def test_bytes_that_are_no_text(gensims: Any, data: bytes) -> None:
    assert utils.simple_preprocess(data) == gensims.simple_preprocess(data)


def test_words_of_a_document() -> None:
    text = "The Caf\u00e9's 2nd well-known menu_card _x is incomprehensibilities I"
    assert utils.simple_preprocess(text) == ["the", "caf\u00e9", "nd", "well", "known", "menu_card", "is"]
    short = utils.simple_preprocess(text, deacc=True, min_len=1, max_len=4)
    assert short == ["the", "cafe", "s", "nd", "well", "is", "i"]
    for lower in ("lowercase", "to_lower", "lower"):
        assert list(utils.tokenize("Caf\u00e9 No. 2", deacc=True, **{lower: True})) == ["cafe", "no"]


@pytest.mark.parametrize("doc", [None, float("nan"), ["a", "b"], 3])
def test_what_is_no_document(doc: Any) -> None:
    for function, name in ((utils.simple_preprocess, "doc"), (utils.deaccent, "text"), (utils.tokenize, "text")):
        message = f"{name} must be a str or bytes, got .* of type {type(doc).__name__}"
        with pytest.raises(CorpusTypeError, match=message):
            function(doc)


def test_tokenize_says_what_is_wrong() -> None:
    with pytest.raises(CorpusDecodeError, match="text: byte 1 is not utf8"):
        utils.tokenize(b"a\xff")
    assert list(utils.tokenize(b"caf\xe9", encoding="latin-1")) == ["caf\u00e9"]
    for options in ({"encoding": "utf8000"}, {"errors": "skip"}):
        with pytest.raises(ParameterError, match=str(next(iter(options.values())))):
            utils.tokenize(b"a\xff", **options)


@given(corpus=st.lists(st.lists(st.text(st.sampled_from("ab\u00e9\u4e2d\0_"), min_size=1, max_size=3), max_size=4)))
def test_a_corpus_as_a_file(corpus: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "corpus.txt"
    utils.save_as_line_sentence(iter(corpus), path)
    assert list(LineSentence(path)) == [sentence for sentence in corpus if sentence]
    assert path.read_text().count("\n") == len(corpus)
    assert scan(corpus_file=path).raw_words == sum(map(len, corpus))


def test_gensim_writes_the_same_file(gensims: Any, tmp_path: Path) -> None:
    corpus = [["the", "caf\u00e9"], [], ["dog"]]
    utils.save_as_line_sentence(corpus, tmp_path / "ours")
    gensims.save_as_line_sentence(corpus, str(tmp_path / "theirs"))
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


@pytest.mark.parametrize(("corpus", "error", "message"), [
    ("text", CorpusTypeError, "corpus must be an iterable of token lists, got str"),
    ([["a"], "b"], CorpusTypeError, "sentence 1 is a str, not a list of tokens"),
    ([["a"], None], CorpusTypeError, "sentence 1 must be a list of tokens, got None"),
    (None, CorpusTypeError, "corpus must be an iterable of token lists, got NoneType"),
    ([["a", 1]], CorpusTypeError, "token 1 of sentence 0 must be a str, got 1"),
    ([["a"], ["b", "c d"]], CorpusError, "token 1 of sentence 1 is 'c d': empty, or with white space"),
    ([["a", ""]], CorpusError, "token 1 of sentence 0 is ''"),
    ([["a\n"]], CorpusError, "token 0 of sentence 0"),
    ([["a", "\ud800"]], CorpusError, r"sentence 0 has '\\ud800', which UTF-8 cannot write"),
])  # fmt: skip
def test_what_cannot_be_written(corpus: Any, error: type[Exception], message: str, tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("old\n")
    with pytest.raises(error, match=message):
        utils.save_as_line_sentence(corpus, path)
    assert path.read_text() == "old\n"
    assert [file.name for file in tmp_path.iterdir()] == ["corpus.txt"]
