"""Background work of opt-outs."""

from procrastinate.contrib.django import app

from apps.optouts.services.remembering import name_addresses
from apps.optouts.services.replay import drain_journal
from apps.optouts.services.replies import forget_settled_replies


@app.periodic(cron="* * * * *")
@app.task(name="optouts.drain_journal", lock="optouts.drain_journal", queueing_lock="optouts.drain_journal")
def drain(timestamp: int) -> None:
    """Carry into the database what was accepted while it was away."""
    drain_journal()


@app.periodic(cron="*/10 * * * *")
@app.task(name="optouts.name_addresses", lock="optouts.name_addresses", queueing_lock="optouts.name_addresses")
def name(timestamp: int) -> None:
    """Name addresses that came in by digest alone and are known of a person by now, for those who read digests."""
    name_addresses()


@app.periodic(cron="20 3 * * *")
@app.task(name="optouts.forget_replies", lock="optouts.forget_replies", queueing_lock="optouts.forget_replies")
def forget_replies(timestamp: int) -> None:
    """Destroy what settled SMS replies read, when their term is over."""
    forget_settled_replies()
