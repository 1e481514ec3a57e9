"""Background work of opt-outs."""

from procrastinate.contrib.django import app

from apps.optouts.services.replay import drain_journal


@app.periodic(cron="* * * * *")
@app.task(name="optouts.drain_journal", lock="optouts.drain_journal", queueing_lock="optouts.drain_journal")
def drain(timestamp: int) -> None:
    """Carry into the database what was accepted while it was away."""
    drain_journal()
