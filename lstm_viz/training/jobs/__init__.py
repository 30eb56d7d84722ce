"""Trainings that run in processes of their own, on Dask: on this machine by default, or on a cluster."""

from lstm_viz.training.jobs.jobs import Jobs
from lstm_viz.training.jobs.ours import jobs

__all__ = ["Jobs", "jobs"]
