"""Sentiment of movie reviews from the average of their word vectors.

A review is the mean of its words' vectors; logistic regression, a random forest and a small neural network learn from
it whether the review is favourable. On each of the data's ten folds the vectors are trained on the texts of the other
nine, without their labels, and the classifiers on the same reviews with them: nothing of the test fold is seen before.
Beside them: the majority class, and logistic regression on tf-idf, which sees single words where the average mixes
them all. Takes two to seven minutes; with --small, on planted reviews, some seconds.
"""

import numpy as np
from _data import chosen, need, need_sklearn, parse, planted_reviews, table

from cw2v import Word2Vec
from cw2v.documents import average


def movie_reviews(path):
    """Token lists, labels and folds of a file of "label, fold, id, text"."""
    rows = [line.rstrip("\n").split("\t") for line in need(path).open(encoding="utf8")]
    return [row[3].split() for row in rows], [row[0] for row in rows], [int(row[1]) for row in rows]


def classifiers(seed):
    """The three that document 002 of the founding documents names, none of them tuned."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return {
        "averaged vectors, logistic regression": make_pipeline(StandardScaler(), LogisticRegression(C=0.1)),
        "averaged vectors, random forest": RandomForestClassifier(300, random_state=seed),
        "averaged vectors, neural network (32 hidden)": make_pipeline(
            StandardScaler(), MLPClassifier(32, alpha=1.0, max_iter=1000, random_state=seed)),
    }  # fmt: skip


def baselines():
    """What needs no vectors: (classifier, from token lists)."""
    from sklearn.dummy import DummyClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    tfidf = make_pipeline(TfidfVectorizer(analyzer=list, min_df=2, sublinear_tf=True), LogisticRegression(C=10.0))
    return {"majority class": DummyClassifier(), "tf-idf, logistic regression": tfidf}


def main():
    args = parse(__doc__)
    need_sklearn()
    file = args.data / "corpora" / "movie_reviews.tsv"
    texts, labels, folds = planted_reviews(args.seed) if args.small else movie_reviews(file)
    # Words of like sentiment share reviews more than sentences: a wide window. Little text: more epochs.
    how = {"sg": 1, "vector_size": 100, "window": 20, "epochs": 20 if args.small else 10, "min_count": 3,
           "sample": 0 if args.small else 1e-3, **chosen(args)}  # fmt: skip
    labels, folds, scores = np.array(labels), np.array(folds), {}
    for fold in np.unique(folds):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        wv = Word2Vec([texts[i] for i in train], **how).wv
        features = average(wv, texts)
        for name, model in baselines().items():
            model.fit([texts[i] for i in train], labels[train])
            scores.setdefault(name, []).append(model.score([texts[i] for i in test], labels[test]))
        for name, model in classifiers(args.seed).items():
            model.fit(features[train], labels[train])
            scores.setdefault(name, []).append(model.score(features[test], labels[test]))
    print(f"{len(texts):,} reviews, {len(np.unique(folds))} folds, accuracy in %")
    table(["", "mean", "standard deviation", "smallest", "largest"],
          [[name, *(100 * float(f(got)) for f in (np.mean, np.std, min, max))] for name, got in scores.items()])


if __name__ == "__main__":
    main()
