"""Calls of readers, phrases and small helpers, and names that are imported."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from .api import Api

CALLS: dict[str, Callable[[Api], Any]] = {}

LINES = "the cat sat\n\n  on  the\tmat \nlast line"
BROWN = "The/at cat/nn sat/vbd ./. 3/cd\nOn/in ``/`` it/pps\n"


def _folder(api: Api) -> str:
    folder = api.folder / "texts"
    folder.mkdir()
    for name, content in (("b.txt", "from b\n"), ("a.txt", "from a\n")):
        (folder / name).write_text(content)
    return str(folder)


def _brown(api: Api) -> str:
    folder = api.folder / "brown"
    folder.mkdir()
    (folder / "ca01").write_text(BROWN)
    return str(folder)


def _packed(api: Api, module: str) -> str:
    package = __import__(module)
    path = api.path(f"packed.{'gz' if module == 'gzip' else module}")
    with package.open(path, "wt", encoding="utf-8") as file:
        file.write(LINES)
    return path


CALLS |= {
    "LineSentence": lambda api: list(api.word2vec.LineSentence(api.text("t", LINES))),
    "LineSentence twice": lambda api: (lambda r: (list(r), list(r)))(api.word2vec.LineSentence(api.text("t", LINES))),
    "LineSentence(limit=)": lambda api: list(api.word2vec.LineSentence(api.text("t", LINES), limit=1)),
    "LineSentence(max_sentence_length=)": lambda api: list(
        api.word2vec.LineSentence(api.text("t", LINES), max_sentence_length=2)
    ),
    "LineSentence(gz)": lambda api: list(api.word2vec.LineSentence(_packed(api, "gzip"))),
    "LineSentence(bz2)": lambda api: list(api.word2vec.LineSentence(_packed(api, "bz2"))),
    "LineSentence(open file)": lambda api: list(api.word2vec.LineSentence(io.BytesIO(LINES.encode()))),
    "LineSentence(no such file)": lambda api: list(api.word2vec.LineSentence(api.path("none"))),
    "LineSentence(not UTF-8)": lambda api: (
        (api.folder / "bad").write_bytes(b"a \xff\n"),
        list(api.word2vec.LineSentence(api.path("bad"))),
    ),
    "LineSentence's attributes": lambda api: (lambda r: (r.max_sentence_length, r.limit))(
        api.word2vec.LineSentence(api.text("t", LINES))
    ),
    "PathLineSentences": lambda api: list(api.word2vec.PathLineSentences(_folder(api))),
    "PathLineSentences(file)": lambda api: list(api.word2vec.PathLineSentences(api.text("t", LINES))),
    "PathLineSentences(limit=)": lambda api: list(api.word2vec.PathLineSentences(_folder(api), limit=1)),
    "PathLineSentences(none)": lambda api: list(api.word2vec.PathLineSentences(api.path("none"))),
    "Text8Corpus": lambda api: list(api.word2vec.Text8Corpus(api.text("t8", "a b c d e " * 3), max_sentence_length=4)),
    "Text8Corpus, lines": lambda api: list(api.word2vec.Text8Corpus(api.text("t8", "a b\nc d"))),
    "BrownCorpus": lambda api: list(api.word2vec.BrownCorpus(_brown(api))),
    "MAX_WORDS_IN_BATCH": lambda api: api.word2vec.MAX_WORDS_IN_BATCH,
    "FAST_VERSION": lambda api: api.word2vec.FAST_VERSION > -1,
}

PHRASES = [
    ["new", "york", "is", "big"],
    ["in", "new", "york"],
    ["the", "bank", "of", "america"],
    ["bank", "of", "america"],
    ["a", "big", "bank"],
] * 6


def _found(*sentence: str, **options: Any) -> Callable[[Api], Any]:
    return lambda api: _phrases(api, **options)[list(sentence)]


def _phrases(api: Api, **options: Any) -> Any:
    return api.phrases.Phrases(PHRASES, **{"min_count": 1, "threshold": 0.5, **options})


CALLS |= {
    "phrases[sentence]": _found("in", "new", "york", "again"),
    "phrases[sentence], threshold": _found("new", "york", threshold=1000),
    "phrases[sentence], delimiter": _found("new", "york", delimiter="~"),
    "phrases[sentence], npmi": _found("new", "york", scoring="npmi"),
    "phrases[sentence], connectors": _found("the", "bank", "of", "america", connector_words=frozenset({"of"})),
    "phrases[sentence], callable": _found(
        "new",
        "york",
        scoring=lambda worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count: 7.0,
    ),
    "phrases[sentences]": lambda api: list(_phrases(api)[PHRASES[:3]]),
    "phrases[[]]": _found(),
    "phrases.export_phrases": lambda api: _phrases(api).export_phrases(),
    "phrases.find_phrases": lambda api: _phrases(api).find_phrases(PHRASES[:3]),
    "phrases.analyze_sentence": lambda api: list(_phrases(api).analyze_sentence(["new", "york", "is"])),
    "phrases.score_candidate": lambda api: _phrases(api).score_candidate("new", "york", []),
    "phrases.add_vocab": lambda api: (lambda p: (p.add_vocab([["the", "end"]] * 9), p[["the", "end"]]))(_phrases(api)),
    "phrases.vocab": lambda api: dict(_phrases(api).vocab),
    "phrases.corpus_word_count": lambda api: _phrases(api).corpus_word_count,
    "str(phrases)": lambda api: str(_phrases(api)),
    "phrases.freeze": lambda api: (lambda f: (type(f).__name__, f[["new", "york"]], f.phrasegrams))(
        _phrases(api).freeze()
    ),
    "Phraser": lambda api: api.phrases.Phraser(_phrases(api))[["new", "york"]],
    "str(frozen)": lambda api: str(_phrases(api).freeze()),
    "frozen of frozen": lambda api: (
        lambda f: api.phrases.Phrases(f[PHRASES], min_count=1, threshold=0.1)[f[["bank", "of", "america"]]]
    )(_phrases(api).freeze()),
    "phrases saved": lambda api: (
        _phrases(api).save(api.path("p")),
        api.phrases.Phrases.load(api.path("p"))[["new", "york"]],
    )[1],
    "frozen saved": lambda api: (
        _phrases(api).freeze().save(api.path("f")),
        api.phrases.FrozenPhrases.load(api.path("f"))[["new", "york"]],
    )[1],
    "Phrases(min_count=0)": lambda api: _phrases(api, min_count=0),
    "Phrases(threshold=-1)": lambda api: _phrases(api, threshold=-1),
    "Phrases(scoring='none')": lambda api: _phrases(api, scoring="none"),
    "Phrases(npmi, threshold=2)": lambda api: _phrases(api, scoring="npmi", threshold=2),
    "Phrases(a string)": lambda api: len(api.phrases.Phrases("human").vocab),
    "Phrases()": lambda api: api.phrases.Phrases()[["new", "york"]],
    "ENGLISH_CONNECTOR_WORDS": lambda api: (
        type(api.phrases.ENGLISH_CONNECTOR_WORDS),
        {"of", "the", "a"} <= api.phrases.ENGLISH_CONNECTOR_WORDS,
    ),
    "original_scorer": lambda api: api.phrases.original_scorer(10, 5, 4, 100, 1, 1000),
    "npmi_scorer": lambda api: api.phrases.npmi_scorer(10, 5, 4, 100, 1, 1000),
    "RULE_*": lambda api: (api.utils.RULE_DEFAULT, api.utils.RULE_DISCARD, api.utils.RULE_KEEP),
    "simple_preprocess": lambda api: api.utils.simple_preprocess("The Café, at 3 o'clock; a B2B_deal", deacc=True),
    "simple_preprocess(min_len=)": lambda api: api.utils.simple_preprocess("a bb ccc dddd", min_len=3, max_len=3),
    "tokenize": lambda api: list(api.utils.tokenize("Nic nemůže letět!", lowercase=True)),
    "deaccent": lambda api: api.utils.deaccent("Šéf chomutovských"),
    "save_as_line_sentence": lambda api: (
        api.utils.save_as_line_sentence([["a", "b"], ["é"]], api.path("l")),
        api.read("l"),
    )[1],
    "names of models": lambda api: [hasattr(api.models, n) for n in ("Word2Vec", "KeyedVectors", "Phrases")],
}
