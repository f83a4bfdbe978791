"""Where the jobs of an ensemble are carried out: in this process, or in worker processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from sim.experiments.worker import Job, Outcome, carry_out
from sim.settings import ExecutorSettings


def outcomes(jobs: Sequence[Job], executor: ExecutorSettings) -> Iterator[list[Outcome]]:
    """Outcomes of all jobs, as they are ready; which process does what changes no number."""
    workers = min(executor.workers or os.cpu_count() or 1, len(jobs))
    if executor.name == "serial" or workers == 1:
        yield from (carry_out(job) for job in jobs)
        return
    # A server process that has loaded everything is forked for each worker: safe beside threads, and quick.
    context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
    if os.name == "posix":
        context.set_forkserver_preload(["sim.experiments.worker"])
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        futures = {pool.submit(carry_out, job): job for job in jobs}
        for future in as_completed(futures):
            job = futures[future]
            try:
                yield future.result()
            except Exception:
                # The process itself has died, out of memory for instance.
                yield [Outcome(job.draw, seed, None, traceback.format_exc()) for seed in job.seeds]
