"""Calls of Word2Vec: constructor, attributes, vocabulary, training, callbacks, errors."""

from __future__ import annotations

import copy
import inspect
import io
import itertools
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np

from .api import CORPUS, COUNTS, MORE, SIZE, Api
from .outcome import Chance

Call = Callable[[Api], Any]
CALLS: dict[str, Call] = {}


def _read_back(parameter: str, value: Any) -> Call:
    return lambda api: getattr(api.new(**{parameter: value}), parameter)


def _written(value: Any) -> str:
    """Its repr, the same with NumPy 1 and 2."""
    return f"np.{type(value).__name__}({value})" if isinstance(value, np.generic) else repr(value)


# What the constructor keeps of what it is given: kinds that callers pass, bools and NumPy's numbers among them.
GIVEN: dict[str, list[Any]] = {
    "vector_size": [7, np.int64(7), 7.0],
    "alpha": [0.1, np.float32(0.5), 1],
    "window": [3, 5.0, np.int32(4)],
    "min_count": [0, 3, np.int64(2)],
    "max_vocab_size": [None, 1000],
    "sample": [0, 1e-4, np.float64(0.25)],
    "seed": [7, np.int64(3)],
    "workers": [1, 2, 2.0, np.int64(1)],
    "min_alpha": [0.01, 0],
    "sg": [1, True, False],
    "hs": [1, True],
    "negative": [3, np.int64(2)],
    "ns_exponent": [0.5, -0.5, 1],
    "cbow_mean": [0, True],
    "epochs": [3, np.int64(2)],
    "null_word": [0, 1],
    "sorted_vocab": [0, True],
    "batch_words": [128],
    "compute_loss": [True, 1],
    "comment": ["mine", None],
    "max_final_vocab": [None, 5],
    "shrink_windows": [False, True],
}
CALLS |= {
    f"new({name}={_written(value)}).{name}": _read_back(name, value) for name, many in GIVEN.items() for value in many
}

# What a model refuses, or should.
BAD: dict[str, dict[str, Any]] = {
    "workers=0": {"workers": 0},
    "workers=-1": {"workers": -1},
    "vector_size=0": {"vector_size": 0},
    "epochs=0": {"epochs": 0},
    "alpha=-1": {"alpha": -1.0},
    "min_alpha=-1": {"min_alpha": -1.0},
    "sample=-1": {"sample": -1.0},
    "hs=0, negative=0": {"hs": 0, "negative": 0},
    "seed='1'": {"seed": "1"},
    "min_count=1000": {"min_count": 1000},
    "vector_size='8'": {"vector_size": "8"},
    "size=8": {"size": 8},
    "iter=3": {"iter": 3},
    "dimension=8": {"dimension": 8},
    "ns_exponent=nan": {"ns_exponent": float("nan")},
}
CALLS |= {f"trained({name})": lambda api, o=options: len(api.trained(**o).wv) for name, options in BAD.items()}

SENTENCES: dict[str, Any] = {
    "list": lambda: CORPUS,
    "tuple of tuples": lambda: tuple(map(tuple, CORPUS)),
    "generator": lambda: (s for s in CORPUS),
    "iterator": lambda: iter(CORPUS),
    "chain": lambda: itertools.chain(CORPUS[:50], CORPUS[50:]),
    "object array": lambda: np.array(CORPUS, object),
    "integers": lambda: [[1, 2, 3], [2, 3]] * 30,
    "tuples as words": lambda: [[(1, 2), (3,)], [(1, 2)]] * 30,
    "empty": lambda: [],
    "empty sentences": lambda: [[]] * 9,
    "strings": lambda: ["human machine", "graph"] * 30,
    "a string": lambda: "human",
    "None within": lambda: [["a"], None],
    "a number within": lambda: [["a"], 7],
    "a number": lambda: 7,
    "an unhashable word": lambda: [[["a"], "b"]] * 9,
    "sets": lambda: [{"a"}, {"b"}] * 30,
    "bytes as words": lambda: [[b"a", b"b"], [b"a"]] * 30,
}
CALLS |= {
    f"Word2Vec({name})": lambda api, make=make: api.new(sentences=make()).wv.index_to_key
    for name, make in SENTENCES.items()
}


class Again:
    """An iterable that counts its passes."""

    passes = 0

    def __iter__(self) -> Any:
        self.passes += 1
        return iter(CORPUS)


def _passes(api: Api) -> int:
    corpus = Again()
    api.new(sentences=corpus, epochs=3)
    return corpus.passes


def _subclass(api: Api) -> Any:
    class Mine(api.Word2Vec):  # type: ignore[name-defined,misc]
        def __init__(self, corpus: Any, **options: Any) -> None:
            super().__init__(corpus, **options)
            self.mine = 1

    model = Mine(CORPUS, vector_size=4, min_count=1, workers=1)
    return type(model).__name__, model.mine, str(model), isinstance(model, api.Word2Vec), Chance(model.wv["w1"])


CALLS |= {
    "Word2Vec(positional)": lambda api: (lambda m: (m.vector_size, m.alpha, m.window))(
        api.Word2Vec(CORPUS, None, 5, 0.05, 3)
    ),
    "Word2Vec(corpus_file)": lambda api: api.new(corpus_file=api.corpus_file()).wv.index_to_key,
    "Word2Vec(both)": lambda api: api.new(sentences=CORPUS, corpus_file=api.corpus_file()),
    "Word2Vec(no such file)": lambda api: api.new(corpus_file=api.path("none.txt")),
    "Word2Vec(corpus_file=7)": lambda api: api.new(corpus_file=7.5),
    "Word2Vec(LineSentence)": lambda api: (
        api.new(sentences=api.word2vec.LineSentence(api.corpus_file())).wv.index_to_key
    ),
    "passes over the corpus": _passes,
    "default workers": lambda api: inspect.signature(api.Word2Vec).parameters["workers"].default,
    "defaults": lambda api: {name: getattr(api.Word2Vec(), name) for name in GIVEN if name != "workers"},
    "seed=None trains": lambda api: Chance(api.trained(seed=None).wv.vectors),
    "subclass": _subclass,
    "equal seeds": lambda api: np.array_equal(api.trained(seed=3).wv.vectors, api.trained(seed=3).wv.vectors),
    "other seeds": lambda api: np.array_equal(api.trained(seed=3).wv.vectors, api.trained(seed=4).wv.vectors),
}

# ---- attributes ----

READABLE = (
    "vector_size",
    "layer1_size",
    "epochs",
    "alpha",
    "min_alpha",
    "min_alpha_yet_reached",
    "window",
    "min_count",
    "effective_min_count",
    "max_final_vocab",
    "max_vocab_size",
    "sample",
    "seed",
    "random",
    "workers",
    "sg",
    "hs",
    "negative",
    "ns_exponent",
    "cbow_mean",
    "shrink_windows",
    "sorted_vocab",
    "batch_words",
    "compute_loss",
    "running_training_loss",
    "corpus_count",
    "corpus_total_words",
    "train_count",
    "raw_vocab",
    "comment",
    "null_word",
    "hashfxn",
    "cum_table",
    "syn1neg",
)
BY_CHANCE = ("running_training_loss", "cum_table", "syn1neg", "random")
CALLS |= {
    f"trained.{name}": lambda api, n=name: (Chance if n in BY_CHANCE else lambda value: value)(
        getattr(api.trained(), n)
    )
    for name in READABLE
}
CALLS |= {
    f"new.{name}": lambda api, n=name: getattr(api.new(), n)
    for name in (
        "corpus_count",
        "corpus_total_words",
        "raw_vocab",
        "train_count",
        "total_train_time",
        "running_training_loss",
        "min_alpha_yet_reached",
        "effective_min_count",
        "syn1neg",
        "syn1",
        "cum_table",
    )
}


def _assigned(**values: Any) -> Call:
    def call(api: Api) -> Any:
        model = api.built()
        for name, value in values.items():
            setattr(model, name, value)
        return model.train(CORPUS, total_examples=model.corpus_count, epochs=model.epochs)[1], str(model)

    return call


CALLS |= {
    f"{', '.join(f'{n}={v!r}' for n, v in values.items())} assigned, then trained": _assigned(**values)
    for values in (
        {"workers": 2},
        {"alpha": 0.05, "min_alpha": 0.05},
        {"window": 2},
        {"sample": 0},
        {"epochs": 3},
        {"negative": 2},
        {"cbow_mean": 0},
        {"sg": 1},
        {"compute_loss": True},
        {"batch_words": 50},
        {"callbacks": ()},
        {"anything": 1},
    )
}


def _syn1neg_assigned(api: Api) -> Any:
    model = api.built()
    model.syn1neg = np.ones_like(model.syn1neg)
    model.wv.vectors_lockf = np.zeros(len(model.wv), np.float32)
    before = model.wv.vectors.copy()
    model.train(CORPUS, total_examples=model.corpus_count, epochs=2)
    return np.array_equal(model.wv.vectors, before), bool((model.syn1neg == 1).all())


def _cumulative(api: Api) -> Any:
    model = api.built()
    model.make_cum_table()
    table = model.cum_table
    return table.dtype.name, table.shape, int(table[-1]), [round(int(v) / 2**31, 6) for v in table]


CALLS |= {
    "matrices and locks assigned": _syn1neg_assigned,
    "cum_table": _cumulative,
    "str(new)": lambda api: str(api.new()),
    "str(trained)": lambda api: str(api.trained(alpha=0.1)),
    "hs has syn1 and syn1neg": lambda api: (lambda m: (m.syn1.shape, m.syn1neg.shape, m.syn1.dtype))(api.trained(hs=1)),
    "hs alone has no syn1neg": lambda api: hasattr(api.trained(hs=1, negative=0), "syn1neg"),
    "no hs has no syn1": lambda api: hasattr(api.trained(), "syn1"),
    "effective_min_count": lambda api: (
        api.built(min_count=15).effective_min_count,
        api.built(max_final_vocab=6).effective_min_count,
    ),
    "Huffman code lengths": lambda api: [len(api.built(hs=1).wv.get_vecattr(f"w{k}", "code")) for k in range(12)],
    "Huffman codes": lambda api: [api.built(hs=1).wv.get_vecattr(f"w{k}", "code") for k in range(12)],
    "Huffman points": lambda api: [api.built(hs=1).wv.get_vecattr(f"w{k}", "point") for k in range(12)],
    "model[word]": lambda api: api.trained()["w1"],
    "word in model": lambda api: "w1" in api.trained(),
    "model.similarity": lambda api: api.trained().similarity("w1", "w2"),
    "model.vocab": lambda api: api.trained().vocab,
    "model.syn0": lambda api: api.trained().syn0,
    "model.nothing": lambda api: api.trained().nothing,
    "model.wv.vectors": lambda api: Chance(api.trained().wv.vectors),
    "initial vectors": lambda api: api.built(seed=7).wv.vectors,
    "initial vectors, NumPy seed": lambda api: api.built(seed=np.int64(7)).wv.vectors,
    "total_train_time": lambda api: Chance(api.trained().total_train_time),
}

# ---- vocabulary ----


def _rule(word: str, count: int, min_count: int) -> int:
    return {"w0": 1, "w11": 2}.get(word, 0)


def _words(model: Any) -> Any:
    counts = {word: model.wv.get_vecattr(word, "count") for word in model.wv.index_to_key}
    return counts, model.corpus_count, model.wv.vectors.shape


VOCABULARIES: dict[str, Callable[[Any, Any], Any]] = {
    "build_vocab": lambda m, api: m.build_vocab(CORPUS),
    "build_vocab(corpus_iterable=)": lambda m, api: m.build_vocab(corpus_iterable=CORPUS),
    "build_vocab(corpus_file=)": lambda m, api: m.build_vocab(corpus_file=api.corpus_file()),
    "build_vocab(generator)": lambda m, api: m.build_vocab(s for s in CORPUS),
    "build_vocab(progress_per=)": lambda m, api: m.build_vocab(CORPUS, progress_per=3),
    "build_vocab(min_count=20)": lambda m, api: m.build_vocab(CORPUS, min_count=20),
    "build_vocab(trim_rule=)": lambda m, api: m.build_vocab(CORPUS, trim_rule=_rule, min_count=15),
    "build_vocab(keep_raw_vocab=)": lambda m, api: m.build_vocab(CORPUS, keep_raw_vocab=True),
    "build_vocab(update)": lambda m, api: (m.build_vocab(CORPUS), m.build_vocab(MORE, update=True)),
    "build_vocab(update) first": lambda m, api: m.build_vocab(CORPUS, update=True),
    "build_vocab twice": lambda m, api: (m.build_vocab(CORPUS), m.build_vocab(MORE)),
    "build_vocab()": lambda m, api: m.build_vocab(),
    "build_vocab(both)": lambda m, api: m.build_vocab(CORPUS, api.corpus_file()),
    "build_vocab(anything=)": lambda m, api: m.build_vocab(CORPUS, anything=1),
    "build_vocab(min_count=0)": lambda m, api: (setattr(m, "min_count", 30), m.build_vocab(CORPUS, min_count=0)),
    "build_vocab_from_freq": lambda m, api: m.build_vocab_from_freq(COUNTS),
    "build_vocab_from_freq(corpus_count=)": lambda m, api: m.build_vocab_from_freq(COUNTS, corpus_count=9),
    "build_vocab_from_freq(update)": lambda m, api: (
        m.build_vocab(CORPUS),
        m.build_vocab_from_freq({"w0": 5, "zz": 8}, update=True),
    ),
    "build_vocab_from_freq(list)": lambda m, api: m.build_vocab_from_freq(["w0"]),
    "build_vocab_from_freq(trim_rule=)": lambda m, api: m.build_vocab_from_freq(COUNTS, trim_rule=_rule),
    "scan_vocab": lambda m, api: m.scan_vocab(CORPUS),
    "scan_vocab(corpus_file=)": lambda m, api: m.scan_vocab(corpus_file=api.corpus_file()),
    "scan_vocab(workers=)": lambda m, api: m.scan_vocab(CORPUS, workers=3, progress_per=7),
    "prepare_vocab": lambda m, api: (m.scan_vocab(CORPUS), m.prepare_vocab())[1],
    "prepare_vocab(dry_run=)": lambda m, api: (m.scan_vocab(CORPUS), m.prepare_vocab(dry_run=True, min_count=20))[1],
    "prepare_vocab(sample=)": lambda m, api: (m.scan_vocab(CORPUS), m.prepare_vocab(sample=0.01))[1],
    "prepare_vocab alone": lambda m, api: m.prepare_vocab(),
}
CALLS |= {name: lambda api, act=act: act(api.new(), api) for name, act in VOCABULARIES.items()}
CALLS |= {
    f"{name}: words": lambda api, act=act: (lambda m: (act(m, api), _words(m))[1])(api.new())
    for name, act in VOCABULARIES.items()
    if name.startswith("build") and "anything" not in name
}
CALLS |= {
    f"vocabulary with {name}": lambda api, o=options: _words(api.built(**o))
    for name, options in {
        "min_count=20": {"min_count": 20},
        "sorted_vocab=0": {"sorted_vocab": 0},
        "trim_rule": {"trim_rule": _rule},
        "null_word=1": {"null_word": 1},
        "max_final_vocab=6": {"max_final_vocab": 6},
        "max_final_vocab=11": {"max_final_vocab": 11},
        "max_vocab_size=100": {"max_vocab_size": 100},
        "max_vocab_size=5": {"max_vocab_size": 5},
    }.items()
}
CALLS |= {
    "vocabulary with max_final_vocab=2, a tie": lambda api: (
        api.new(sentences=[["a", "a", "b", "c"], ["a", "b", "c"]] * 9, max_final_vocab=2).wv.key_to_index
    ),
    "raw_vocab kept": lambda api: (lambda m: (m.build_vocab(CORPUS, keep_raw_vocab=True), m.raw_vocab)[1])(api.new()),
    "raw_vocab not kept": lambda api: len(api.built().raw_vocab),
    "raw_vocab scanned": lambda api: (lambda m: (m.scan_vocab(CORPUS), dict(m.raw_vocab))[1])(api.new()),
    "estimate_memory": lambda api: sorted(api.built().estimate_memory()),
    "estimate_memory(vocab_size=)": lambda api: api.new(hs=1).estimate_memory(vocab_size=1000)["syn1"],
    "estimate_memory(report=)": lambda api: (
        lambda report: (api.built().estimate_memory(report=report), report["total"] > 0)[1]
    )({"vocab": 7}),
    "estimate_memory's names": lambda api: (
        {"vocab", "vectors", "syn1neg", "total"} <= set(api.built().estimate_memory())
    ),
    "init_weights before training": lambda api: (lambda m: (m.init_weights(), m.wv.vectors)[1])(api.built()),
    "init_weights resets": lambda api: (
        lambda m: (m.init_weights(), np.array_equal(m.wv.vectors, api.built().wv.vectors), m.syn1neg)[1:]
    )(api.trained()),
    "update_weights": lambda api: (lambda m: (m.update_weights(), m.wv.vectors)[1])(api.built()),
    "prepare_weights": lambda api: (lambda m: (m.prepare_weights(), m.wv.vectors)[1])(api.built()),
    "create_binary_tree": lambda api: (lambda m: (m.create_binary_tree(), len(m.wv.get_vecattr("w3", "code")))[1])(
        api.built(hs=1)
    ),
    "add_null_word": lambda api: (lambda m: (m.add_null_word(), m.wv.key_to_index.get("\0")))(api.built())[1],
    "make_cum_table": lambda api: api.built().make_cum_table(),
    "make_cum_table(domain=)": lambda api: (lambda m: (m.make_cum_table(domain=1000), m.cum_table)[1])(api.built()),
    "init_sims": lambda api: api.trained().init_sims(),
    "init_sims(replace=True)": lambda api: api.trained().init_sims(replace=True),
    "seeded_vector": lambda api: Chance(api.new().seeded_vector("abc", 5)),
    "reset_from": lambda api: (lambda m: (m.reset_from(api.trained()), _words(m)))(api.new()),
    "reset_from, vectors": lambda api: (lambda m: (m.reset_from(api.trained()), m.wv.vectors)[1])(api.new(seed=9)),
    "reset_from(7)": lambda api: api.new().reset_from(7),
}

# ---- training ----


def _train(*args: Any, model: dict[str, Any] | None = None, **options: Any) -> Call:
    def call(api: Api) -> Any:
        built = api.built(sample=0, **(model or {}))
        corpus = {"corpus_file": api.corpus_file()} if "corpus_file" in options else {}
        return built.train(*args, **{**options, **corpus})

    return call


ALL = {"total_examples": len(CORPUS), "epochs": 2}
WORDS = sum(COUNTS.values())
CALLS |= {
    "train": _train(CORPUS, **ALL),
    "train(positional)": _train(CORPUS, None, len(CORPUS), None, 2),
    "train(corpus_iterable=)": _train(corpus_iterable=CORPUS, **ALL),
    "train(corpus_file=)": _train(corpus_file=None, total_words=WORDS, epochs=2),
    "train(corpus_file=) without total_words": _train(corpus_file=None, **ALL),
    "train(total_words=)": _train(CORPUS, total_words=WORDS, epochs=2),
    "train(epochs=2.0)": _train(CORPUS, total_examples=len(CORPUS), epochs=2.0),
    "train(epochs=np.int64)": _train(CORPUS, total_examples=len(CORPUS), epochs=np.int64(2)),
    "train(alphas)": _train(CORPUS, start_alpha=0.05, end_alpha=0.01, **ALL),
    "train(word_count=, queue_factor=, report_delay=)": _train(
        CORPUS, word_count=5, queue_factor=1, report_delay=0.5, **ALL
    ),
    "train(compute_loss=)": _train(CORPUS, compute_loss=True, **ALL),
    "train(sg)": _train(CORPUS, model={"sg": 1}, **ALL),
    "train(hs)": _train(CORPUS, model={"hs": 1, "negative": 0}, **ALL),
    "train(hs and negative)": _train(CORPUS, model={"hs": 1}, **ALL),
    "train(cbow sum)": _train(CORPUS, model={"cbow_mean": 0}, **ALL),
    "train(2 workers)": _train(CORPUS, model={"workers": 2}, **ALL),
    "train()": _train(**ALL),
    "train(both)": _train(CORPUS, corpus_file=None, total_words=WORDS, epochs=2),
    "train without epochs": _train(CORPUS, total_examples=len(CORPUS)),
    "train without totals": _train(CORPUS, epochs=2),
    "train(epochs=0)": _train(CORPUS, total_examples=len(CORPUS), epochs=0),
    "train(a string)": _train("human", **ALL),
    "train(empty)": _train([], **ALL),
    "train(unknown words alone)": _train([["zz", "yy"]] * 5, total_examples=5, epochs=2),
    "train(generator)": _train((s for s in CORPUS), **ALL),
    "train(iterator)": lambda api: _train(iter(CORPUS), total_examples=len(CORPUS), epochs=2)(api),
    "train(anything=)": _train(CORPUS, anything=1, **ALL),
    "train before build_vocab": lambda api: api.new().train(CORPUS, **ALL),
    "train twice": lambda api: (lambda m: [m.train(CORPUS, **ALL) for _ in range(2)] and m.train_count)(api.built()),
    "train more words": lambda api: (
        lambda m: (m.build_vocab(MORE, update=True), m.train(MORE, total_examples=m.corpus_count, epochs=1), len(m.wv))[
            1:
        ]
    )(api.trained(sample=0)),
    "long sentences lose nothing": lambda api: api.new(sample=0, sentences=[["a", "b"] * 6000], epochs=1).train(
        [["a", "b"] * 6000], total_examples=1, epochs=1
    ),
    "batch_words larger than 10,000": lambda api: api.new(
        sample=0, batch_words=30_000, sentences=[["a", "b"] * 7500]
    ).train([["a", "b"] * 7500], total_examples=1, epochs=1),
    "get_latest_training_loss": lambda api: Chance(api.trained(compute_loss=True).get_latest_training_loss()),
    "no loss": lambda api: api.trained().get_latest_training_loss(),
    "min_alpha_yet_reached after training": lambda api: api.trained().min_alpha_yet_reached,
    "both objectives warn": lambda api: [
        line.split(". ")[0].rstrip(".") for line in api.warned(lambda: api.trained(hs=1))
    ],
    "a higher alpha warns": lambda api: api.warned(lambda: api.trained().train(CORPUS, **ALL)),
    "strings as sentences warn": lambda api: api.warned(lambda: api.new().build_vocab(["human", "machine"])),
}


def _recorder(api: Api) -> Any:
    class Mine(api.callbacks.CallbackAny2Vec):  # type: ignore[name-defined,misc]
        def __init__(self) -> None:
            self.heard: list[str] = []

        def on_train_begin(self, model: Any) -> None:
            self.heard.append(f"train begins {len(model.wv)}")

        def on_epoch_begin(self, model: Any) -> None:
            self.heard.append("epoch begins")

        def on_epoch_end(self, model: Any) -> None:
            self.heard.append(f"epoch ends {model.get_latest_training_loss() > 0}")

        def on_train_end(self, model: Any) -> None:
            self.heard.append("train ends")

    return Mine()


def _heard(train: Callable[[Any, Any], Any]) -> Call:
    def call(api: Api) -> Any:
        hook = _recorder(api)
        train(api, hook)
        return hook.heard

    return call


def _saves(api: Api) -> Any:
    class Saver(api.callbacks.CallbackAny2Vec):  # type: ignore[name-defined,misc]
        def on_epoch_end(self, model: Any) -> None:
            model.save(api.path("in-between"))

    api.trained(callbacks=[Saver()])
    return str(api.Word2Vec.load(api.path("in-between")))


def _raising(api: Api) -> Any:
    class Bad(api.callbacks.CallbackAny2Vec):  # type: ignore[name-defined,misc]
        def on_epoch_end(self, model: Any) -> None:
            raise KeyError("mine")

    return api.trained(callbacks=[Bad()])


CALLS |= {
    "callbacks of the constructor": _heard(lambda api, hook: api.trained(callbacks=[hook], compute_loss=True)),
    "callbacks of train": _heard(
        lambda api, hook: api.built().train(CORPUS, callbacks=[hook], compute_loss=True, **ALL)
    ),
    "callbacks are not kept": _heard(
        lambda api, hook: api.trained(callbacks=(hook,), compute_loss=True).train(CORPUS, **ALL)
    ),
    "a callback that saves": _saves,
    "a callback that raises": _raising,
    "a callback without hooks": lambda api: str(api.trained(callbacks=[api.callbacks.CallbackAny2Vec()])),
    "callbacks=None": lambda api: str(api.trained(callbacks=None)),
    "a callback that is no object with hooks": lambda api: str(api.trained(callbacks=[object()])),
}

# ---- what a model says ----

LOGITS = np.random.default_rng(2).standard_normal((12, SIZE), dtype=np.float32)

CALLS |= {
    "predict_output_word": lambda api: (lambda found: ([type(w) for w, _ in found], Chance(found[0][1])))(
        api.trained().predict_output_word(["w1", "w2"])
    ),
    "predict_output_word(topn=3)": lambda api: len(api.trained().predict_output_word(["w1"], topn=3)),
    "predict_output_word(ids)": lambda api: len(api.trained().predict_output_word([0, 1])),
    "predict_output_word(unknown)": lambda api: api.trained().predict_output_word(["zz"]),
    "predict_output_word(hs alone)": lambda api: api.trained(hs=1, negative=0).predict_output_word(["w1"]),
    "predict_output_word before build_vocab": lambda api: api.new().predict_output_word(["w1"]),
    "predict_output_word, values": lambda api: (
        lambda m: (setattr(m, "syn1neg", LOGITS), m.predict_output_word(["w1", "w2"], topn=4))[1]
    )(api.built()),
    "predict_output_word, large logits": lambda api: (
        lambda m: (
            setattr(m, "syn1neg", 1e5 * np.eye(12, SIZE, dtype=np.float32)),
            m.predict_output_word(["w1"], topn=1)[0][1],
        )[1]
    )(api.built()),
    "score": lambda api: Chance(api.trained(hs=1, negative=0).score(CORPUS[:4])),
    "score(total_sentences=)": lambda api: len(api.trained(hs=1, negative=0).score(CORPUS[:4], total_sentences=4)),
    "score without hs": lambda api: api.trained().score(CORPUS[:4]),
}

# ---- saving, copying ----


def _reloaded(api: Api, **save: Any) -> Any:
    model = api.trained(hs=1, comment="mine")
    model.save(api.path("model"), **save)
    again = api.Word2Vec.load(api.path("model"))
    return model, again


def _same(one: Any, two: Any) -> Any:
    return (
        np.array_equal(one.wv.vectors, two.wv.vectors),
        np.array_equal(one.syn1neg, two.syn1neg),
        np.array_equal(one.syn1, two.syn1),
        one.wv.index_to_key == two.wv.index_to_key,
        two.comment,
        two.epochs,
        two.corpus_count,
        two.corpus_total_words,
        two.train_count,
        str(two),
    )


CALLS |= {
    "save and load": lambda api: _same(*_reloaded(api)),
    "save(sep_limit=)": lambda api: _same(*_reloaded(api, sep_limit=10)),
    "save(separately=)": lambda api: _same(*_reloaded(api, separately=["syn1neg"])),
    "save(ignore=, pickle_protocol=)": lambda api: _same(*_reloaded(api, ignore=[], pickle_protocol=4)),
    "save's result": lambda api: api.trained().save(api.path("model")),
    "load(mmap=)": lambda api: (
        api.trained().save(api.path("m"), sep_limit=10),
        str(api.Word2Vec.load(api.path("m"), mmap="r")),
    )[1],
    "train after load": lambda api: (lambda pair: pair[1].train(CORPUS, **ALL)[1])(_reloaded(api)),
    "update after load": lambda api: (lambda pair: (pair[1].build_vocab(MORE, update=True), len(pair[1].wv))[1])(
        _reloaded(api)
    ),
    "load no file": lambda api: api.Word2Vec.load(api.path("none")),
    "load vectors as a model": lambda api: (api.vectors().save(api.path("v")), api.Word2Vec.load(api.path("v"))),
    "load a model as vectors": lambda api: (
        api.trained().save(api.path("m")),
        type(api.KeyedVectors.load(api.path("m"))).__name__,
    )[1],
    "load text": lambda api: api.Word2Vec.load(api.corpus_file()),
    "load on an instance": lambda api: (api.trained().save(api.path("m")), str(api.new().load(api.path("m"))))[1],
    "save into no folder": lambda api: api.trained().save(api.path("none/model")),
    "save to an open file": lambda api: api.trained().save(io.BytesIO()),
    "deepcopy": lambda api: (lambda m: _same(m, copy.deepcopy(m)))(api.trained(hs=1)),
    "copy": lambda api: (lambda m: _same(m, copy.copy(m)))(api.trained(hs=1)),
    "pickle": lambda api: (lambda m: _same(m, pickle.loads(pickle.dumps(m))))(api.trained(hs=1)),
    "train a copy": lambda api: (lambda m: copy.deepcopy(m).train(CORPUS, **ALL)[1])(api.trained()),
    "lifecycle_events": lambda api: sorted({event["event"] for event in api.trained().lifecycle_events}),
    "lifecycle_events, first and last": lambda api: [api.trained().lifecycle_events[i]["event"] for i in (0, -1)],
    "lifecycle_events, what they have": lambda api: sorted(api.trained().lifecycle_events[0]),
    "add_lifecycle_event": lambda api: (
        lambda m: (
            m.add_lifecycle_event("mine", number=7),
            {k: m.lifecycle_events[-1][k] for k in ("event", "number")},
        )[1]
    )(api.new()),
    "lifecycle_events=None": lambda api: (
        lambda m: (setattr(m, "lifecycle_events", None), m.add_lifecycle_event("x"), m.lifecycle_events)[2]
    )(api.new()),
    "lifecycle_events after load": lambda api: [e["event"] for e in _reloaded(api)[1].lifecycle_events[-2:]],
    "the loss after load": lambda api: (
        lambda m: (
            m.save(api.path("m")),
            m.get_latest_training_loss() == api.Word2Vec.load(api.path("m")).get_latest_training_loss(),
        )[1]
    )(api.trained(compute_loss=True)),
    "an attribute of one's own after load": lambda api: (
        lambda m: (setattr(m, "mine", 1), m.save(api.path("m")), api.Word2Vec.load(api.path("m")).mine)[2]
    )(api.trained()),
}
