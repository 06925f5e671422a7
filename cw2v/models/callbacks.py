"""``gensim.models.callbacks``' names, and ours beside them."""

from cw2v.callbacks import CallbackAny2Vec, EarlyStopping
from cw2v.errors import StopTraining

__all__ = ["CallbackAny2Vec", "EarlyStopping", "StopTraining"]
