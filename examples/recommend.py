"""The next item of a session, from vectors of items.

Sessions are sentences and items their words. THERE ARE NO REAL SESSIONS HERE: they are walks over a generated graph,
in which an item leads to five others of its group and one step in five goes to any item, popular ones first. The
figures show that what was planted is found, not what a method would do for your shop: for that give --sessions FILE, a
session a line with its items in order. The last item of each test session is to be found from the one before, among
all items that the session has not had. Baselines: the most popular items, and those that followed the last one most
often (ties by popularity). On walks the latter is the true model if there is data enough; vectors know from a third
item that two are near which never met, so the methods are compared with much and with little data. Takes five
seconds; with --small one.
"""

from pathlib import Path

import numpy as np
from _data import chosen, need, parse, planted_sessions, table

from cw2v import Word2Vec


def split(sessions, seed):
    """Nine tenths to train on; of the others, as far as known, the items before the last, and the last. No repeats."""
    sessions = [list(dict.fromkeys(session)) for session in sessions]
    order = np.random.default_rng(seed).permutation(len(sessions))
    train, test = ([sessions[i] for i in part] for part in np.split(order, [round(0.9 * len(order))]))
    known = set().union(*train)
    asked = [[item for item in session if item in known] for session in test if session[-1] in known]
    return train, [session[:-1] for session in asked if session[1:]], [session[-1] for session in asked if session[1:]]


def ranks(scores, before, target):
    """Place of each target (n,) by the scores (n, items), from 1; ties share the mean of their places."""
    for row, seen in zip(scores, before, strict=True):
        row[seen] = -np.inf
    own = scores[np.arange(len(target)), target][:, None]
    return 1 + (scores > own).sum(axis=1) + ((scores == own).sum(axis=1) - 1) / 2


def judge(train, before, target, args):
    """Rows of the table: each method's hit rate and mean reciprocal rank."""
    model = Word2Vec(train, vector_size=64, sg=1, min_count=1, sample=0, epochs=60, **chosen(args))
    row_of = model.wv.key_to_index
    before = [[row_of[item] for item in session] for session in before]
    target, last = np.array([row_of[item] for item in target]), np.array([session[-1] for session in before])
    popularity = model.wv.expandos["count"].astype(np.float64)
    follows = np.zeros((len(row_of), len(row_of)), np.float32)
    for session in train:
        rows = [row_of[item] for item in session]
        np.add.at(follows, (rows[:-1], rows[1:]), 1.0)
    unit = model.wv.get_normed_vectors()
    methods = {
        "most popular": np.tile(popularity, (len(last), 1)),
        "followed the last item most often": follows[last] + popularity / (2 * popularity.sum()),
        "word2vec, nearest to the last item": unit[last] @ unit.T,
        "word2vec, likeliest near the last item": model.wv.vectors[last] @ model.syn1neg.T,  # u_next . v_last
    }
    for name, scores in methods.items():
        places = ranks(scores, before, target)
        yield [name, 100 * float(np.mean(places <= 10)), 100 * float(np.mean(1 / places))]


def main():
    args = parse(__doc__, ("--sessions", {"type": Path, "help": "a file of real sessions, one a line"}))
    if args.sessions:
        sets = [[line.split() for line in need(args.sessions).open(encoding="utf8") if line.strip()]]
    else:  # much data, then little
        sizes = [(200, 1_000)] if args.small else [(5_000, 20_000), (5_000, 3_000)]
        sets = [planted_sessions(items, count, args.seed) for items, count in sizes]
    for sessions in sets:
        train, before, target = split(sessions, args.seed)
        print(f"\n{len(train):,} sessions to train on, {len(target):,} to judge by")
        table(["", "hit rate@10, %", "MRR x 100"], list(judge(train, before, target, args)))


if __name__ == "__main__":
    main()
