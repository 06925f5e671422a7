"""What a call of the script is given: one package's names, its models and a folder, so that it cannot tell whose."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

N_WORDS, N_SENTENCES, SIZE = 12, 120, 8
# Word k is in every (k + 1)th sentence, so that counts fall from 120 to 10, all but the last two distinct.
CORPUS = [[f"w{k}" for k in range(N_WORDS) if i % (k + 1) == 0] for i in range(N_SENTENCES)]
COUNTS = {f"w{k}": len(range(0, N_SENTENCES, k + 1)) for k in range(N_WORDS)}
MORE = [["w0", "new", "w3"], ["new", "other"]] * 10
KEYS = [f"k{i}" for i in range(30)]


class Api:
    """The names of one package.

    Parameters
    ----------
    package : {"gensim", "cw2v"}
    folder : path
        Where its files go.
    """

    def __init__(self, package: str, folder: Path) -> None:
        self.package, self.folder = package, folder
        for name in ("word2vec", "keyedvectors", "phrases", "callbacks"):
            setattr(self, name, importlib.import_module(f"{package}.models.{name}"))
        self.models: Any = importlib.import_module(f"{package}.models")
        self.utils: Any = importlib.import_module(f"{package}.utils")
        self.Word2Vec: Any = self.word2vec.Word2Vec
        self.KeyedVectors: Any = self.keyedvectors.KeyedVectors

    word2vec: Any
    keyedvectors: Any
    phrases: Any
    callbacks: Any

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def text(self, name: str, content: str) -> str:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def corpus_file(self) -> str:
        return self.text("corpus.txt", "".join(" ".join(sentence) + "\n" for sentence in CORPUS))

    def new(self, **options: Any) -> Any:
        """A model without a corpus."""
        return self.Word2Vec(**{"vector_size": SIZE, "min_count": 1, "workers": 1, **options})

    def built(self, **options: Any) -> Any:
        """A model with a vocabulary, not trained."""
        model = self.new(**options)
        model.build_vocab(CORPUS)
        return model

    def trained(self, **options: Any) -> Any:
        return self.new(sentences=CORPUS, **{"epochs": 2, **options})

    def vectors(self, counts: bool = True) -> Any:
        """30 vectors that chance has drawn, the same for both packages."""
        wv = self.KeyedVectors(SIZE)
        wv.add_vectors(KEYS, np.random.default_rng(5).standard_normal((len(KEYS), SIZE), dtype=np.float32))
        if counts:
            for place, key in enumerate(KEYS):
                wv.set_vecattr(key, "count", 100 - 3 * place)
        return wv

    def warned(self, act: Callable[[], Any]) -> list[str]:
        """What the package logs at WARNING while it acts."""
        records: list[str] = []
        handler = logging.Handler(logging.WARNING)
        handler.emit = lambda record: records.append(record.getMessage())  # type: ignore[method-assign]
        logger = logging.getLogger(self.package)
        level, logger.level = logger.level, logging.WARNING
        logger.addHandler(handler)
        try:
            act()
        finally:
            logger.removeHandler(handler)
            logger.level = level
        return records
