"""Calls whose outcomes differ, each with the row of docs/coming-from.md that says why.

A call stands here with the beginning of that row's first cell, what gensim does and what cw2v does, as
``outcome.brief`` says them; "numbers" where the two are equal but for NumPy's types of number and Python's.
"""

from __future__ import annotations

NUMBERS = "results are NumPy scalars"
READ_BACK = "a parameter reads back"
NONSENSE = "`workers=0`"
WHOLE = "`vector_size=7.0`"
LETTERS = "a list of strings trains on letters"
ONCE = "a generator is refused"
NO_PATH = "a path that is not there"
EMPTY = "an empty corpus"
WRONG_KIND = "an argument of a wrong kind"
FROM_THE_START = "`syn1neg`, `cum_table`"
LONG = "lines beyond 10,000 words"
GROWING = "`next_index` and `add_vectors`"

# call: (row, gensim's outcome, ours)
DIFFERENCES: dict[str, tuple[str, str, str]] = {
    "new(vector_size=7.0).vector_size": (WHOLE, "raises TypeError", "7"),
    "new(min_count=np.int64(2)).min_count": (READ_BACK, "int64 2", "numbers"),
    "new(sample=0).sample": (READ_BACK, "0", "float 0"),
    "new(sample=np.float64(0.25)).sample": (READ_BACK, "float64 0.25", "numbers"),
    "new(seed=np.int64(3)).seed": (READ_BACK, "int64 3", "numbers"),
    "new(ns_exponent=1).ns_exponent": (READ_BACK, "1", "float 1"),
    "new(epochs=np.int64(2)).epochs": (READ_BACK, "int64 2", "numbers"),
    "new(sorted_vocab=True).sorted_vocab": (READ_BACK, "True", "1"),
    "trained(workers=0)": (NONSENSE, "12", "raises ValueError"),
    "trained(workers=-1)": (NONSENSE, "12", "raises ValueError"),
    "trained(vector_size=0)": (NONSENSE, "12", "raises ValueError"),
    "trained(alpha=-1)": (NONSENSE, "12", "raises ValueError"),
    "trained(min_alpha=-1)": (NONSENSE, "12", "raises ValueError"),
    "trained(sample=-1)": (NONSENSE, "12", "raises ValueError"),
    "Word2Vec(generator)": (ONCE, "raises TypeError", "['w0', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'w9',"),
    "Word2Vec(strings)": (LETTERS, "['a', 'h', 'n', 'm', 'p', 'r', 'g', 'e', 'i', 'c', ' ', 'u']", "raises ValueError"),
    "Word2Vec(a string)": (LETTERS, "['n', 'a', 'm', 'u', 'h']", "raises ValueError"),
    "Word2Vec(no such file)": (NO_PATH, "raises TypeError", "raises FileNotFoundError"),
    "passes over the corpus": ("`epochs + 1` passes", "4", "1"),
    "default workers": ("`workers=3`", "3", "None"),
    "trained.min_alpha_yet_reached": ("`min_alpha_yet_reached`", "float 0.01255", "float 0.0001"),
    "new.total_train_time": (NUMBERS, "0", "float 0"),
    "new.running_training_loss": (NUMBERS, "0", "float 0"),
    "new.effective_min_count": (FROM_THE_START, "raises AttributeError", "1"),
    "new.syn1neg": (FROM_THE_START, "raises AttributeError", "ndarray float32 (0, 8)"),
    "new.cum_table": (FROM_THE_START, "None", "ndarray uint32 (0,)"),
    "Huffman codes": (
        "the Huffman tree", "[ndarray uint8 (2,), ndarray uint8 (3,), ndarray uint8 (3,),",
        "[ndarray uint8 (2,), ndarray uint8 (3,), ndarray uint8 (3,),"),
    "build_vocab(update) first": ("`build_vocab(update=True)`", "raises RuntimeError", "None"),
    "build_vocab_from_freq(list)": (WRONG_KIND, "raises AttributeError", "raises ValueError"),
    "prepare_vocab alone": (WRONG_KIND, "raises AttributeError", "raises RuntimeError"),
    "build_vocab(update) first: words": (
        "`build_vocab(update=True)`", "raises RuntimeError",
        "({w0: int64 120, w1: int64 60, w2: int64 40, w3: int64 30, w"),
    "build_vocab(min_count=0): words": (
        "`build_vocab(min_count=0)`", "({w0: int64 120, w1: int64 60, w2: int64 40, w3: int64 30}, ",
        "({w0: int64 120, w1: int64 60, w2: int64 40, w3: int64 30, w"),
    "build_vocab_from_freq(list): words": (WRONG_KIND, "raises AttributeError", "raises ValueError"),
    "vocabulary with max_vocab_size=5": (
        "`max_vocab_size=n`", "({w0: int64 120, w1: int64 59, w6: int64 1}, 120, (3, 8))",
        "({w0: int64 120, w1: int64 60, w2: int64 40, w3: int64 30, w"),
    "vocabulary with max_final_vocab=2, a tie": ("`max_final_vocab=n`", "{a: 0}", "{a: 0, b: 1}"),
    "estimate_memory": (
        "`estimate_memory`", "['syn1neg', 'total', 'vectors', 'vocab']",
        "['copies', 'corpus', 'peak', 'syn1neg', 'tables', 'threads',"),
    "init_weights resets": ("`init_weights()`", "(False, ndarray float32 (12, 8))", "(True, ndarray float32 (12, 8))"),
    "reset_from(7)": (WRONG_KIND, "raises AttributeError", "raises ValueError"),
    "train(epochs=2.0)": (WHOLE, "raises TypeError", "(748, 748)"),
    "train(a string)": (LETTERS, "(0, 10)", "raises ValueError"),
    "train(empty)": (EMPTY, "(0, 0)", "raises ValueError"),
    "train(generator)": (ONCE, "raises TypeError", "(748, 748)"),
    "train(iterator)": (ONCE, "(374, 374)", "(748, 748)"),
    "long sentences lose nothing": (LONG, "(10000, 12000)", "(12000, 12000)"),
    "batch_words larger than 10,000": (LONG, "(10000, 15000)", "(15000, 15000)"),
    "min_alpha_yet_reached after training": ("`min_alpha_yet_reached`", "float 0.01255", "float 0.0001"),
    "strings as sentences warn": (
        LETTERS, "[\"Each 'sentences' item should be a list of words (usually u",
        "raises ValueError"),
    "a callback that is no object with hooks": (
        "a callback without", "raises AttributeError",
        "'Word2Vec<vocab=12, vector_size=8, alpha=0.025>'"),
    "predict_output_word": (NUMBERS, "([type, type, type, type, type, type, type, type, type, type", "numbers"),
    "predict_output_word, values": (NUMBERS, "[('w1', float32 0.1019), ('w3', float32 0.09316), ('w9', flo", "numbers"),
    "predict_output_word, large logits": ("`predict_output_word`", "float32 0", "float 1"),
    "score": ("`model.score` returns float32", "some ndarray float32 (4,)", "some ndarray float64 (4,)"),
    "load a model as vectors": ("`KeyedVectors.load`", "'Word2Vec'", "'KeyedVectors'"),
    "load text": ("`model.save` pickles", "raises Exception", "raises ValueError"),
    "save to an open file": ("a model is saved to an open", "None", "raises TypeError"),
    "lifecycle_events, what they have": (
        "`lifecycle_events`", "['datetime', 'event', 'gensim', 'msg', 'platform', 'python']",
        "['cw2v', 'datetime', 'event', 'msg', 'platform', 'python']"),
    "an attribute of one's own after load": ("attributes of your own", "1", "raises AttributeError"),
    "wv: wv[[]]": ("`wv[[]]`", "raises ValueError", "ndarray float32 (0, 8)"),
    "wv: wv[1.5]": ("an unknown key of another", "raises TypeError", "raises KeyError"),
    "wv: list(wv)": ("`list(wv)`", "raises KeyError", "[ndarray float32 (8,), ndarray float32 (8,), ndarray float32"),
    "wv: next_index": (GROWING, "0", "30"),
    "wv: vectors_lockf": (FROM_THE_START, "raises AttributeError", "ndarray float32 (1,)"),
    "wv: norms": (FROM_THE_START, "None", "ndarray float32 (30,)"),
    "wv: similar_by_vector(list)": (
        "a list of numbers", "raises KeyError",
        "[('k25', float 0.3536), ('k29', float 0.2584), ('k14', float"),
    "wv: similarity": (NUMBERS, "float32 0.1711", "numbers"),
    "wv: similarity(itself)": (NUMBERS, "float32 1", "numbers"),
    "wv: distance": (NUMBERS, "float32 0.8289", "numbers"),
    "wv: n_similarity": (NUMBERS, "float32 0.6192", "numbers"),
    "wv: most_similar_cosmul(restrict_vocab=)": (
        "`most_similar_cosmul`", "['k6', 'k2', 'k28', 'k9', 'k23', 'k19', 'k5', 'k1', 'k12', '",
        "['k6', 'k2', 'k5', 'k1', 'k0', 'k4', 'k7']"),
    "wv: rank_by_centrality": (NUMBERS, "[(float32 0.893, 'k3'), (float32 0.8228, 'k2'), (float32 0.6", "numbers"),
    "wv: add_vector again": (GROWING, "(30, ndarray float32 (8,), 30)", "(3, ndarray float32 (8,), 30)"),
    "wv: add_vectors": (GROWING, "raises IndexError", "(None, ndarray float32 (8,), 32, int64 0)"),
    "wv: add_vectors(extras=)": (GROWING, "raises ValueError", "int64 7"),
    "wv: add_vectors, then ask": (GROWING, "raises IndexError", "[('k25', float 0.3536)]"),
    "wv: vectors_for_all's counts": ("`vectors_for_all`", "{count: ndarray int64 (2,)}", "{}"),
    "wv: vectors changed after a question": ("lengths are kept", "[('k4', float 10.68)]", "[('k4', float 1)]"),
    "wv: names in __dict__": (
        FROM_THE_START, "['expandos', 'index_to_key', 'key_to_index', 'mapfile_path',",
        "['expandos', 'index_to_key', 'key_to_index', 'mapfile_path',"),
    "word2vec binary, length": ("rows of binary files", "1075", "1105"),
    "word2vec binary, no header": (WRONG_KIND, "raises NotImplementedError", "raises ValueError"),
    "word2vec, a short row": ("a row that is too short", "KeyedVectors", "raises ValueError"),
    "intersect without lockf": ("`intersect_word2vec_format` fails", "raises IndexError", "ndarray float32 (8,)"),
    "KeyedVectors(count=)": (
        "`len` counts rows", "(2, ndarray float32 (2, 3), [None, None])",
        "(0, ndarray float32 (2, 3), [None, None])"),
    "KeyedVectors(0)": (NONSENSE, "0", "raises ValueError"),
    "PathLineSentences(none)": (NO_PATH, "raises ValueError", "raises FileNotFoundError"),
    "phrases[sentence], callable": ("a scorer of phrases", "raises Exception", "['new_york']"),
    "Phrases(a string)": (LETTERS, "5", "raises ValueError"),
}  # fmt: skip
