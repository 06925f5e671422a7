"""Every exception that cw2v raises on purpose.

All derive from :class:`Cw2vError`, and each also from the built-in type that callers of gensim and of the
standard library already catch, so that code written for those keeps working.
"""

from __future__ import annotations

__all__ = [
    "AccountingError",
    "CheckpointError",
    "CorpusDecodeError",
    "CorpusError",
    "CorpusTypeError",
    "Cw2vError",
    "DivergenceError",
    "FileFormatError",
    "MemoryLimitError",
    "MissingExtraError",
    "ParameterError",
    "ParameterTypeError",
    "StopTraining",
    "TrainingError",
    "TruncatedFileError",
    "UnknownKeyError",
    "VocabularyError",
    "WrongFileError",
    "check_status",
]


class Cw2vError(Exception):
    """Base class of every error that cw2v raises on purpose."""


class ParameterError(Cw2vError, ValueError):
    """An argument has a value outside its range; the message names the argument, its range and the value."""


class ParameterTypeError(ParameterError, TypeError):
    """An argument has a type that it cannot have, or two were given that exclude each other."""


class MissingExtraError(Cw2vError, ImportError):
    """An optional library is needed; the message says which extra installs it."""


class CorpusError(Cw2vError, ValueError):
    """The corpus cannot be used; the message names the place."""


class CorpusTypeError(CorpusError, TypeError):
    """A corpus, a sentence or a token has the wrong type; the message names the sentence and the token."""


class CorpusDecodeError(CorpusError, UnicodeDecodeError):
    """Bytes of the corpus are not UTF-8 or the encoding asked for; the message names file, line and byte offset.

    Parameters
    ----------
    message : str
        The whole message, as it is shown.
    data : bytes
        The offending word.
    start, end : int
        The offending bytes within `data`.
    encoding : str, default "utf-8"
    """

    def __init__(self, message: str, data: bytes, start: int, end: int, encoding: str = "utf-8") -> None:
        UnicodeDecodeError.__init__(self, encoding, data, start, end, message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class MemoryLimitError(Cw2vError, MemoryError):
    """A call would take more memory than `max_memory`; the message says what for."""


class VocabularyError(Cw2vError, RuntimeError):
    """There is no vocabulary to train with."""


class UnknownKeyError(Cw2vError, KeyError):
    """A key is not in the vocabulary."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class FileFormatError(Cw2vError, ValueError):
    """A file is not what its format demands; the message names the file and the place."""


class TruncatedFileError(FileFormatError, EOFError):
    """A file ends before its header says it does."""


class WrongFileError(FileFormatError, AttributeError, TypeError):
    """A sound file, but of another kind of object than the one asked for."""


class CheckpointError(FileFormatError):
    """A checkpoint cannot be resumed: it is none, is damaged, or was made of another corpus."""


class TrainingError(Cw2vError, RuntimeError):
    """Training could not be done or could not be finished."""


class DivergenceError(TrainingError):
    """Training made weights that are not finite; the model keeps those from before the call."""


class StopTraining(Cw2vError):
    """Raised by a callback to end training after what has been done: not an error, and nobody else sees it."""


class AccountingError(TrainingError):
    """The words trained, sub-sampled and unknown do not add up to the words of the corpus."""


_STATUS = {1: "an argument is outside its contract", 2: "a buffer is full", 3: "bytes of a word are not UTF-8"}


def check_status(status: int, what: str) -> None:
    """Turn a status code of the C library (``csrc/status.h``) into an exception.

    Parameters
    ----------
    status : int
        0 is success.
    what : str
        What was being done, for the message.

    Raises
    ------
    Cw2vError
        For every other status. Codes that have a place in the user's data (bytes that are not UTF-8) are given
        their own exception by the caller, who knows the place.
    """
    if status != 0:
        raise Cw2vError(f"{what}: {_STATUS.get(status, f'unknown status {status}')}")
