"""Trainings that run in processes of their own, on Dask: on this machine by default, or on a cluster."""

from lstm_viz.training.jobs.default import jobs
from lstm_viz.training.jobs.service import Jobs

__all__ = ["Jobs", "jobs"]
