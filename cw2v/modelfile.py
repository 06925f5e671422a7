"""A model as arrays and a dictionary, and back: what ``save``, ``load`` and checkpoints share."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cw2v.errors import CheckpointError, FileFormatError, ParameterError, WrongFileError
from cw2v.io import native
from cw2v.keyedvectors import KeyedVectors
from cw2v.parameters import PARAMETERS, validate
from cw2v.train import Position, Settings, are_paths
from cw2v.vocabulary import Paths, Vocabulary

if TYPE_CHECKING:
    from cw2v.word2vec import Word2Vec

__all__ = ["RunState", "read_model", "restore", "run_of", "write_model"]

Path = str | os.PathLike[str]
Arrays = dict[str, NDArray[Any]]

# Parameters that are the caller's business, not the model's.
UNSAVED = {"hashfxn", "trim_rule", "callbacks", "progress", "init_vectors", "checkpoint", "checkpoint_every",
           "max_memory", "tokenizer"}
STATE = (
    "corpus_count", "corpus_total_words", "train_count", "total_train_time", "min_alpha_yet_reached",
    "effective_min_count", "_random_seed", "_epochs_trained",
)  # fmt: skip
LATER_STATE = ("running_training_loss", "lifecycle_events")  # which files of version 0.1 may lack
LOCK = "vectors_lockf"
PATHS = ("tree_begin", "tree_node", "tree_code")  # of a Huffman tree to which words were added


class RunState:
    """What a checkpoint holds besides the model.

    Attributes
    ----------
    settings : Settings
        Of the call of training; its lock is the model's.
    position : Position
    fingerprint : str
        Of the corpus.
    every : float or "epoch"
        ``checkpoint_every``.
    calls : int
        ``train_count`` before the run.
    """

    def __init__(
        self, settings: Settings, position: Position, fingerprint: str, every: float | str, calls: int
    ) -> None:
        self.settings, self.position, self.fingerprint, self.every = settings, position, fingerprint, every
        self.calls = calls

    def to_json(self) -> dict[str, Any]:
        """As JSON holds it."""
        settings = {name: value for name, value in asdict(self.settings).items() if name != "lock"}
        return {"settings": settings, "position": self.position.to_json(), "fingerprint": self.fingerprint,
                "every": self.every, "calls": self.calls}  # fmt: skip

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> RunState:
        """What `to_json` returned. Raises TypeError or KeyError where that is not what it is given."""
        settings = dict(values["settings"])
        if isinstance(settings["window"], list):
            settings["window"] = tuple(settings["window"])
        return cls(Settings(**settings), Position.from_json(values["position"]), str(values["fingerprint"]),
                   values["every"], int(values["calls"]))  # fmt: skip


def write_model(model: Word2Vec, path: Path, run: RunState | None = None) -> None:
    """Save a model, and a run's state with it for a checkpoint; the file is written whole or not at all."""
    arrays, _ = model.wv.to_sections()
    arrays |= {name: getattr(model, name) for name in ("syn1neg", "syn1") if hasattr(model, name)}
    lock = getattr(model.wv, LOCK, None)
    if lock is not None and np.any(np.asarray(lock) != 1):
        arrays[LOCK] = np.asarray(lock, np.float32)
    parameters = validate(**{p.name: getattr(model, p.name) for p in PARAMETERS if p.name not in UNSAVED})
    if not isinstance(model.comment, str | int | float | None):
        raise ParameterError(f"comment must be text or a number to be saved, got {model.comment!r}")
    if (vocabulary := model._vocabulary) is not None:
        if vocabulary.paths is not None:
            arrays |= dict(zip(PATHS, vocabulary.paths, strict=True))
        parameters |= {"stop_words": vocabulary.stop_words, "unk": vocabulary.unk}
    words = (*parameters["stop_words"], parameters["unk"])
    special = [word for word in words if not isinstance(word, str | int | None)]
    if special:
        raise ParameterError(f"stop_words and unk must be text or integers to be saved, got {special[0]!r}")
    meta = {
        "kind": "Word2Vec", "parameters": parameters,
        "state": {name: getattr(model, name) for name in STATE + LATER_STATE},
        "raw_words": vocabulary.raw_words if vocabulary else 0,
    }  # fmt: skip
    native.write(path, arrays, meta if run is None else {**meta, "run": run.to_json()})


def read_model(path: Path, mmap: native.MmapMode | None = None) -> tuple[Arrays, dict[str, Any]]:
    """The sections and the dictionary of a file that `write_model` wrote; with `mmap` the arrays stay in the file.

    Raises
    ------
    FileFormatError
        Not such a file, or not the bytes that were written.
    WrongFileError
        A file of vectors alone.
    """
    arrays, meta = native.read(path, mmap)
    if meta.get("kind") != "Word2Vec":
        raise WrongFileError(
            f"{os.fsdecode(path)} holds a {meta.get('kind')}, not a Word2Vec model: load it with KeyedVectors.load"
        )
    return arrays, meta


def restore(model: Word2Vec, path: Path, arrays: Arrays, meta: dict[str, Any]) -> None:
    """Fill an empty model from what `read_model` returned. Raises FileFormatError where a part is missing."""
    try:
        _restore(model, arrays, meta)
    except (KeyError, TypeError, AttributeError, FileFormatError) as error:
        raise FileFormatError(f"{os.fsdecode(path)} is not a whole Word2Vec model: {error!r}") from error


def _restore(model: Word2Vec, arrays: Arrays, meta: dict[str, Any]) -> None:
    for parameter in PARAMETERS:
        if parameter.name not in UNSAVED or parameter.name in ("hashfxn", "max_memory", "progress", "tokenizer"):
            value = meta["parameters"].get(parameter.name, parameter.default)
            setattr(model, parameter.name, tuple(value) if isinstance(value, list) else value)
    model._begin()
    model.wv = KeyedVectors.from_sections(arrays)
    for name in model._outputs():
        setattr(model, name, arrays[name])
    for name in STATE:
        setattr(model, name, meta["state"][name])
    for name in LATER_STATE:
        setattr(model, name, meta["state"].get(name, getattr(model, name)))
    if len(model.wv):
        vocabulary = Vocabulary(model.wv.index_to_key, model.wv.expandos["count"], meta["raw_words"])
        vocabulary.unk, vocabulary.stop_words = model.unk, model.stop_words
        if PATHS[0] in arrays:
            vocabulary.paths = _paths(arrays, len(vocabulary))
        if model.unk is not None:
            vocabulary.key_to_index[model.unk]  # KeyError where it is missing
        model._vocabulary = vocabulary
        model.wv.vectors_lockf = arrays.get(LOCK, np.ones(1, np.float32))
        if model.hs:
            model._keep_paths(model._vocabulary)


def _paths(arrays: Arrays, n_words: int) -> Paths:
    begin, node, code = (arrays[name] for name in PATHS)
    if [a.dtype for a in (begin, node, code)] != [np.int64, np.int32, np.uint8] or not are_paths(
        (begin, node, code), n_words
    ):
        raise FileFormatError("its sections 'tree_begin', 'tree_node' and 'tree_code' hold no Huffman tree")
    return begin, node, code


def run_of(path: Path, meta: dict[str, Any]) -> RunState:
    """The run in a checkpoint.

    Raises
    ------
    CheckpointError
        The file is a model without a run, or its run is damaged.
    """
    if "run" not in meta:
        raise CheckpointError(f"{os.fsdecode(path)} is a saved model, not a checkpoint: Word2Vec.load reads it")
    try:
        return RunState.from_json(meta["run"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{os.fsdecode(path)} is not a whole checkpoint: {error!r}") from error
