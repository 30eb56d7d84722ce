"""A server that has a run under way, for ``streamlit run``: a test sends it signals.

``GATE`` names the file that the run waits for, and ``READY`` the one that is there once it does.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st

from lstm_viz.app.shell import server
from lstm_viz.training.home import home
from lstm_viz.training.jobs import Jobs, default_service
from lstm_viz.training.jobs.cluster import Cluster
from lstm_viz.training.runs.store import RunStore
from tests.training.jobs import standin


@contextlib.asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    async with server.lifespan(app):
        jobs = Jobs(
            RunStore(home()), lambda on_message: Cluster(on_message, trainer=standin.train, preload=())
        )
        default_service._default.append(jobs)
        id = jobs.submit(standin.ask(gate=Path(os.environ["GATE"])), None, "ann")
        while jobs.record(id).update < standin.UPDATES - 1:
            await asyncio.sleep(0.05)
        Path(os.environ["READY"]).write_text(id)
        yield


app = st.App(__file__, lifespan=lifespan)
