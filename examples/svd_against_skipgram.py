"""Counting against predicting: co-occurrence and SVD beside skip-gram and CBOW, on one corpus.

The first vectors of document 004 of the founding documents are made by counting which words stand near each other and
taking the counts' SVD; the others are trained. All have 100 dimensions and a window of 5, and are judged alike: by
people's similarity scores (Spearman x 100 over the pairs whose words are known) and Google's analogies (% right). Takes
two minutes on 17 million words of Wikipedia; --corpus takes any text, a sentence a line. With --small, on the corpus of
`cw2v demo`, two seconds: there the judges are its planted analogies, and how many of a word's five nearest neighbours
are of the same relation.
"""

import time
from pathlib import Path

import numpy as np
from _data import chosen, need, parse, planted_questions, table

import cw2v
from cw2v import KeyedVectors, Word2Vec, demo

MODELS = {
    "skip-gram": {"sg": 1},
    "CBOW": {"sg": 0, "alpha": 0.05},
    "CBOW, exact gradient": {"sg": 0, "cbow_update": "exact", "alpha": 0.2},
}


def train(corpus, args):
    """Name, vectors and seconds of each method; first random vectors, which are what learning nothing scores."""
    how = {"min_count": 1, "vector_size": 64} if args.small else {"min_count": 5, "vector_size": 100}
    begun, svd = time.perf_counter(), cw2v.CooccurrenceSVD(window=5, **how).fit(**corpus).wv
    seconds = time.perf_counter() - begun
    chance = KeyedVectors(how["vector_size"])
    chance.add_vectors(svd.index_to_key, np.random.default_rng(args.seed).normal(size=svd.vectors.shape))
    yield "random vectors", chance, 0.0
    yield "co-occurrence + SVD", svd, seconds
    how |= {**chosen(args), "epochs": args.epochs, "sample": 0.01 if args.small else 1e-3}
    for name, kind in MODELS.items():
        begun, model = time.perf_counter(), Word2Vec(**corpus, **how, **kind)
        yield name, model.wv, time.perf_counter() - begun


def planted_scores(wv):
    """Planted analogies right, and neighbours of the same relation, in %."""
    relation_of = {word: name for name, pairs in demo.RELATIONS.items() for pair in pairs for word in pair}
    same = [relation_of.get(near) == name for word, name in relation_of.items()
            for near, _ in wv.most_similar(word, topn=5)]  # fmt: skip
    return [100 * wv.evaluate_word_analogies(planted_questions())[0], 100 * float(np.mean(same))]


def scores(wv, folder):
    """WS-353, SimLex, MEN, Google."""
    pairs = [folder / "similarity" / f"EN-{name}.tsv" for name in ("WS-353-ALL", "SIMLEX-999", "MEN-TR-3k")]
    analogies = folder / "analogy" / "questions-words.txt"
    return [*(100 * wv.evaluate_word_pairs(need(path))[1].statistic for path in pairs),
            100 * wv.evaluate_word_analogies(need(analogies), restrict_vocab=30_000)[0]]  # fmt: skip


def main():
    args = parse(__doc__, ("--corpus", {"type": Path}), ("--epochs", {"type": int, "default": 5}))
    if args.small:
        corpus = {"sentences": demo.generate(args.seed, 30_000)}
    else:
        corpus = {"corpus_file": need(args.corpus or args.data / "corpora" / "text8like.txt")}
    judges = ["analogies", "neighbours"] if args.small else ["WS-353", "SimLex", "MEN", "Google"]
    rows = [[name, *(planted_scores(wv) if args.small else scores(wv, args.data / "eval")), seconds]
            for name, wv, seconds in train(corpus, args)]  # fmt: skip
    table(["", *judges, "seconds"], rows)


if __name__ == "__main__":
    main()
