"""Training step for step in plain NumPy: the oracle that the C core is tested against.

Slow and in double precision. Losses, gradients and distributions are those of :mod:`cw2v.mathematics`; here is what a
run makes of them: draws, epochs, batches. Where C draws at random, the same numbers are drawn here, bit for bit, so
that a whole training can be compared weight by weight. Imported by tests, documentation and benchmarks only.

Sources
-------
[1] Mikolov, Chen, Corrado, Dean 2013: Efficient estimation of word representations in vector space (1301.3781).
[2] Mikolov, Sutskever, Chen, Corrado, Dean 2013: Distributed representations of words and phrases (1310.4546).
[3] Goldberg, Levy 2014: word2vec explained (1402.3722).        [4] word2vec.c, the program published with [1, 2].
[5] Vose 1991: A linear algorithm for generating random numbers with a given distribution.
[6] Steele, Lea, Flood 2014: Fast splittable pseudorandom number generators.
[7] Lemire 2019: Fast random integer generation in an interval.

Shapes: V words, D dimensions, n contexts, m targets, K noise words, T tokens, S sentences.
"""

from cw2v.mathematics import (
    Paths,
    cbow_gradients,
    cbow_hidden,
    cbow_loss,
    hierarchical_softmax_gradients,
    hierarchical_softmax_loss,
    huffman_paths,
    huffman_total,
    keep_probability,
    log_sigmoid,
    negative_sampling_gradients,
    negative_sampling_loss,
    noise_distribution,
    path_signs,
    sigmoid,
    softmax_gradients,
    softmax_log_probability,
    softmax_loss,
    softmax_probability,
    tree_log_probabilities,
)
from cw2v.reference.draws import (
    alias_draw,
    alias_probability,
    alias_table,
    below,
    keep_thresholds,
    noise_set,
    noise_words,
    random_order,
    random_uint64,
    stream_key,
)
from cw2v.reference.epoch import Account, Epoch, Sample, alpha_at, sample_tokens, window_bounds
from cw2v.reference.objective import cbow_step, group_contexts, group_targets, step
from cw2v.reference.softmax import Prediction, softmax_batch, softmax_epoch, softmax_pairs
from cw2v.reference.training import (
    LANE_CENTRES,
    LANE_UPDATES,
    LANES,
    Training,
    train_corpus,
    train_epoch,
    train_lanes,
    train_pairs,
)

__all__ = [
    "LANES",
    "LANE_CENTRES",
    "LANE_UPDATES",
    "Account",
    "Epoch",
    "Paths",
    "Prediction",
    "Sample",
    "Training",
    "alias_draw",
    "alias_probability",
    "alias_table",
    "alpha_at",
    "below",
    "cbow_gradients",
    "cbow_hidden",
    "cbow_loss",
    "cbow_step",
    "group_contexts",
    "group_targets",
    "hierarchical_softmax_gradients",
    "hierarchical_softmax_loss",
    "huffman_paths",
    "huffman_total",
    "keep_probability",
    "keep_thresholds",
    "log_sigmoid",
    "negative_sampling_gradients",
    "negative_sampling_loss",
    "noise_distribution",
    "noise_set",
    "noise_words",
    "path_signs",
    "random_order",
    "random_uint64",
    "sample_tokens",
    "sigmoid",
    "softmax_batch",
    "softmax_epoch",
    "softmax_gradients",
    "softmax_log_probability",
    "softmax_loss",
    "softmax_pairs",
    "softmax_probability",
    "step",
    "stream_key",
    "train_corpus",
    "train_epoch",
    "train_lanes",
    "train_pairs",
    "tree_log_probabilities",
    "window_bounds",
]
