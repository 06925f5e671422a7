"""The account of every token of every epoch."""

from __future__ import annotations

from dataclasses import dataclass, field

from cw2v.errors import AccountingError

__all__ = ["EpochReport", "TrainingReport"]


@dataclass(frozen=True)
class EpochReport:
    """Where the tokens of one epoch went.

    Attributes
    ----------
    raw : int
        Tokens of the corpus.
    trained : int
        Tokens that were trained as centre words.
    subsampled : int
        Tokens that frequency sub-sampling left out.
    out_of_vocabulary : int
        Tokens whose word is not in the vocabulary.
    pairs : int
        Predictions made: (centre, context) pairs, or windows with CBOW.
    loss : float or None
        Summed negative log-likelihood of the predictions, each before its step; None where it was not measured.
    seconds : float
        Wall-clock time.
    """

    raw: int
    trained: int
    subsampled: int
    out_of_vocabulary: int
    pairs: int
    loss: float | None
    seconds: float

    @property
    def mean_loss(self) -> float | None:
        """Loss of a prediction on average; None where it was not measured or nothing was predicted."""
        return None if self.loss is None or self.pairs == 0 else self.loss / self.pairs

    def check(self) -> None:
        """Raise :class:`~cw2v.errors.AccountingError` unless the parts add up to the whole."""
        parts = self.trained + self.subsampled + self.out_of_vocabulary
        if parts != self.raw:
            raise AccountingError(
                f"the corpus has {self.raw:,} words but {parts:,} were accounted for: {self.trained:,} trained, "
                f"{self.subsampled:,} sub-sampled, {self.out_of_vocabulary:,} out of vocabulary"
            )


@dataclass
class TrainingReport:
    """Where the tokens of a call of ``train`` went: its epochs, and their sums under the same names."""

    epochs: list[EpochReport] = field(default_factory=list)

    @property
    def raw(self) -> int:
        """Tokens read, over all epochs."""
        return sum(e.raw for e in self.epochs)

    @property
    def trained(self) -> int:
        """Tokens trained as centre words, over all epochs."""
        return sum(e.trained for e in self.epochs)

    @property
    def subsampled(self) -> int:
        """Tokens left out by sub-sampling, over all epochs."""
        return sum(e.subsampled for e in self.epochs)

    @property
    def out_of_vocabulary(self) -> int:
        """Tokens whose word is not in the vocabulary, over all epochs."""
        return sum(e.out_of_vocabulary for e in self.epochs)

    @property
    def seconds(self) -> float:
        """Wall-clock time of the epochs."""
        return sum(e.seconds for e in self.epochs)

    def __str__(self) -> str:
        return (
            f"{len(self.epochs)} epochs, {self.raw:,} raw words = {self.trained:,} trained + {self.subsampled:,} "
            f"sub-sampled + {self.out_of_vocabulary:,} out of vocabulary; {self.seconds:.1f} s"
        )
