"""Trainings that run in processes of their own, on Dask: on this machine by default, or on a cluster."""

from lstm_viz.training.jobs.default_service import close, jobs, using
from lstm_viz.training.jobs.protocol import JobService
from lstm_viz.training.jobs.service import Jobs

__all__ = ["JobService", "Jobs", "close", "jobs", "using"]
