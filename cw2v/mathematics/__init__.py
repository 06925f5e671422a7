"""The mathematics of word2vec as functions to call: plain NumPy, double precision, each formula once.

``docs/mathematics.md`` sets every formula beside its function here and the C that trains it. The C core is tested
against these very functions. They check shapes and say what is wrong; they are for learning, looking and testing, not
for large corpora.

Sources
-------
Documents 000 to 004 are the texts that the project began with: 000 the mathematics of training skip-gram; 001 softmax,
cross-entropy and its gradient; 002 mini-batches, analogies, sentiment; 003 the neural network; 004 word2vec from
scratch.

[1] Mikolov, Chen, Corrado, Dean 2013: Efficient estimation of word representations in vector space (1301.3781).
[2] Mikolov, Sutskever, Chen, Corrado, Dean 2013: Distributed representations of words and phrases (1310.4546).
[3] Goldberg, Levy 2014: word2vec explained (1402.3722).        [4] word2vec.c, the program published with [1, 2].

Shapes: V words, D dimensions, n contexts, m targets, K noise words. Vectors of words are rows.

>>> from cw2v import mathematics
>>> mathematics.softmax_probability([1.0, 0.0], [[0.0, 1.0], [0.0, 2.0]]).tolist()
[0.5, 0.5]
"""

from cw2v.mathematics.angles import angle, cosine
from cw2v.mathematics.counting import (
    keep_probability,
    noise_distribution,
    number_of_parameters,
    skip_gram_pairs,
    unigram_distribution,
    windows,
    word_index,
)
from cw2v.mathematics.descent import MiniBatchSGD, gradient_check, gradient_descent_step, numeric_gradient
from cw2v.mathematics.full_softmax import (
    cbow_softmax_gradients,
    cbow_softmax_loss,
    naive_softmax_gradients,
    naive_softmax_loss,
    naive_softmax_outside_gradient,
    softmax_gradients,
    softmax_log_probability,
    softmax_loss,
    softmax_probability,
)
from cw2v.mathematics.functions import cross_entropy, log_sigmoid, log_softmax, log_sum_exp, sigmoid, softmax
from cw2v.mathematics.negative import (
    cbow_gradients,
    cbow_hidden,
    cbow_loss,
    negative_sampling_gradients,
    negative_sampling_loss,
    negative_sampling_pair_gradients,
    negative_sampling_pair_loss,
)
from cw2v.mathematics.network import (
    Forward,
    cbow_forward,
    initial_weights,
    one_hot,
    one_hot_product,
    skip_gram_forward,
    skip_gram_nll,
)
from cw2v.mathematics.tree import (
    Paths,
    hierarchical_softmax_gradients,
    hierarchical_softmax_loss,
    huffman_paths,
    huffman_total,
    path_signs,
    tree_log_probabilities,
)

__all__ = [
    "Forward",
    "MiniBatchSGD",
    "Paths",
    "angle",
    "cbow_forward",
    "cbow_gradients",
    "cbow_hidden",
    "cbow_loss",
    "cbow_softmax_gradients",
    "cbow_softmax_loss",
    "cosine",
    "cross_entropy",
    "gradient_check",
    "gradient_descent_step",
    "hierarchical_softmax_gradients",
    "hierarchical_softmax_loss",
    "huffman_paths",
    "huffman_total",
    "initial_weights",
    "keep_probability",
    "log_sigmoid",
    "log_softmax",
    "log_sum_exp",
    "naive_softmax_gradients",
    "naive_softmax_loss",
    "naive_softmax_outside_gradient",
    "negative_sampling_gradients",
    "negative_sampling_loss",
    "negative_sampling_pair_gradients",
    "negative_sampling_pair_loss",
    "noise_distribution",
    "number_of_parameters",
    "numeric_gradient",
    "one_hot",
    "one_hot_product",
    "path_signs",
    "sigmoid",
    "skip_gram_forward",
    "skip_gram_nll",
    "skip_gram_pairs",
    "softmax",
    "softmax_gradients",
    "softmax_log_probability",
    "softmax_loss",
    "softmax_probability",
    "tree_log_probabilities",
    "unigram_distribution",
    "windows",
    "word_index",
]
