"""Training: schedule, threads, progress and the account of every token, around the compiled core."""

from cw2v.train.progress import ProgressState, check_progress, reading_log
from cw2v.train.report import EpochReport, TrainingReport
from cw2v.train.trainer import Settings, train

__all__ = ["EpochReport", "ProgressState", "Settings", "TrainingReport", "check_progress", "reading_log", "train"]
