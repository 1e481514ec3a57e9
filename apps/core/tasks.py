"""Background work about background work: what a dead worker had under way is taken up again."""

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status


@app.periodic(cron="* * * * *")
@app.task(name="core.take_up_stalled", queueing_lock="core.take_up_stalled", pass_context=True)
async def take_up_stalled(context: JobContext, timestamp: int) -> None:
    """Every minute: see to jobs whose worker was not heard of for half a minute. Every job here can be run again.

    A periodic job comes again by itself, so the dead one is only closed: its lock would keep out all that follow, and
    two may not wait at once. Any other is queued again.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.queueing_lock:
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job)
