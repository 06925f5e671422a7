"""Word vectors without training: count which words stand near each other, weigh the counts, take the SVD.

>>> counter = Cooccurrence(window=1)
>>> counts = counter.count([["a", "rose", "is", "a", "rose"]])
>>> counter.labels
['rose', 'a', 'is', '<START>', '<END>']
>>> int(counts[1, 0])
2
"""

from cw2v.cooccurrence.counting import END, START, Cooccurrence
from cw2v.cooccurrence.model import CooccurrenceSVD
from cw2v.cooccurrence.sparse import SparseMatrix
from cw2v.cooccurrence.svd import truncated_svd
from cw2v.cooccurrence.transforms import log1p, ppmi

__all__ = ["END", "START", "Cooccurrence", "CooccurrenceSVD", "SparseMatrix", "log1p", "ppmi", "truncated_svd"]
