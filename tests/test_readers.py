"""Readers of Brown and Reuters, on small folders laid out as NLTK's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cw2v import Word2Vec
from cw2v.corpus import BrownCorpus, ReutersCorpus, scan
from cw2v.errors import CorpusDecodeError, CorpusError, ParameterError

BROWN = {
    "ca01": "\n\n\tThe/at Fulton/np-tl County/nn-tl said/vbd ``/`` no/at 1/2/cd and/or/cc 's/np$ x/* He/pps* bare ./.\n"
            "   \n\tGo/vb !/.\n",
    "ca02": "Caf\u00e9/nn c/1a d/a f//nn ,/,\n,/, ./.\n",
    "cats.txt": "ca01 news\nca02 news\n",
    "README": "Brown Corpus: a sentence a line\n",
}


@pytest.fixture
def brown(tmp_path: Path) -> Path:
    folder = tmp_path / "brown"
    (folder / "inside").mkdir(parents=True)
    (folder / "inside" / "ca03").write_text("hidden/nn")
    for name, text in BROWN.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_brown_gives_words_with_two_letters_of_their_tags(brown: Path) -> None:
    corpus = BrownCorpus(brown)
    expected = [
        ["the/at", "fulton/np", "county/nn", "said/vb", "no/at", "'s/np", "he/pp"], ["go/vb"], ["caf\u00e9/nn", "d/a"],
    ]  # fmt: skip
    assert list(corpus) == expected
    assert list(corpus) == expected, "it is read anew each time"


def test_brown_without_tags(brown: Path) -> None:
    assert next(iter(BrownCorpus(brown, tagged=False))) == ["the", "fulton", "county", "said", "no", "'s", "he"]


def test_brown_is_what_gensim_reads(brown: Path) -> None:
    theirs = pytest.importorskip("gensim.models.word2vec").BrownCorpus
    assert sorted(BrownCorpus(brown)) == sorted(theirs(str(brown)))


def test_a_model_trains_on_brown(brown: Path) -> None:
    model = Word2Vec(BrownCorpus(brown), min_count=1, vector_size=5, epochs=2, workers=1)
    assert model.training_report is not None
    assert model.training_report.raw == 2 * 10
    assert "county/nn" in model.wv


def test_brown_says_what_is_wrong(brown: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        BrownCorpus(tmp_path / "nowhere")
    with pytest.raises(NotADirectoryError):
        BrownCorpus(brown / "ca01")
    (brown / "ca09").write_bytes(b"a/nn\nb/nn \xe9t\xe9/nn\n")
    with pytest.raises(CorpusDecodeError, match=r"ca09, line 2, byte offset 10: byte 0xe9 in .* is not utf-8"):
        list(BrownCorpus(brown))
    assert ["b/nn", "\u00e9t\u00e9/nn"] in list(BrownCorpus(brown, encoding="latin-1"))
    with pytest.raises(ParameterError, match="encoding must be a text encoding that Python knows, got 'brown'"):
        BrownCorpus(brown, encoding="brown")


DOCUMENTS = {
    "training/10": "COCOA REVIEW\n  Showers continued in the\n  U.S. Zone. The dry period\n  ended, he said.\n"
                   "      \"Prices rose.\" They fell.\n",
    "training/9": "GRAIN\n  Wheat at 5.93 mln. Is it so? Yes!\n",
    "test/14826": "TRADE RIFT\n  Caf\u00e9s fear damage.\n\n",
    "test/1": "",
}


@pytest.fixture
def reuters(tmp_path: Path) -> Path:
    folder = tmp_path / "reuters"
    for name, text in DOCUMENTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode("latin-1"))
    (folder / "cats.txt").write_text("test/14826 trade\ntraining/9 grain wheat\ntraining/10 cocoa\ntest/1 trade\n")
    (folder / "stopwords").write_text("the\n")
    return folder


def test_reuters_gives_documents(reuters: Path) -> None:
    corpus = ReutersCorpus(reuters)
    assert corpus.fileids == ["training/9", "training/10", "test/1", "test/14826"]
    assert corpus.topics["training/9"] == ["grain", "wheat"]
    documents = list(corpus)
    assert documents[0] == ["grain", "wheat", "at", "5", ".", "93", "mln", ".", "is", "it", "so", "?", "yes", "!"]
    assert documents[2] == ["trade", "rift", "cafés", "fear", "damage", "."], "the empty document gives no sentence"
    assert list(corpus) == documents
    assert scan(corpus).raw_words == sum(map(len, documents))


def test_reuters_gives_sentences(reuters: Path) -> None:
    sentences = [" ".join(s) for s in ReutersCorpus(reuters, by="sentence", lower=False)]
    assert sentences == [
        "GRAIN", "Wheat at 5 . 93 mln .", "Is it so ?", "Yes !",
        "COCOA REVIEW", "Showers continued in the U . S . Zone .", "The dry period ended , he said .",
        '" Prices rose ."', "They fell .",
        "TRADE RIFT", "Caf\u00e9s fear damage .",
    ]  # fmt: skip
    words = [word for s in ReutersCorpus(reuters, by="sentence") for word in s]
    assert words == [word for document in ReutersCorpus(reuters) for word in document]


def test_reuters_by_category(reuters: Path) -> None:
    assert ReutersCorpus(reuters, "wheat").fileids == ["training/9"]
    assert ReutersCorpus(reuters, ["trade", "cocoa"]).fileids == ["training/10", "test/1", "test/14826"]
    with pytest.raises(ParameterError, match="'gold', which no document has; the 4 there are: cocoa, grain, trade"):
        ReutersCorpus(reuters, ["trade", "gold"])
    (reuters / "cats.txt").unlink()
    assert len(ReutersCorpus(reuters).fileids) == 4
    with pytest.raises(CorpusError, match=r"cats\.txt, which is not there"):
        ReutersCorpus(reuters, "wheat")


def test_reuters_says_what_is_wrong(reuters: Path, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="by must be 'document' or 'sentence', got 'word'"):
        ReutersCorpus(reuters, by="word")
    with pytest.raises(CorpusError, match="not Reuters as NLTK lays it out"):
        ReutersCorpus(reuters / "training")
    with pytest.raises(FileNotFoundError):
        ReutersCorpus(tmp_path / "nowhere")


def test_the_whole_of_reuters_where_it_is() -> None:
    folders = [Path(p) / "corpora" / "reuters" for p in os.environ.get("NLTK_DATA", "").split(os.pathsep) if p]
    folder = next((f for f in (*folders, Path.home() / "nltk_data" / "corpora" / "reuters") if f.is_dir()), None)
    if folder is None:
        pytest.skip("NLTK's Reuters is not on this machine ($NLTK_DATA or ~/nltk_data)")
    assert len(ReutersCorpus(folder).fileids) == 10_788
