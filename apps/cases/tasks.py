"""Background work of cases."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from apps.cases.services import deliver, due, send_code
from apps.cases.services.remind import remind
from apps.cases.services.strip import strip_old
from apps.cases.services.tally import MONTHS, tally
from apps.core.attempts import CODES, MESSAGES


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.remind", lock="cases.remind", queueing_lock="cases.remind")
def remind_of_cases(timestamp: int) -> None:
    """Every ten minutes: tell people what is due, and the lead officer what is overdue."""
    remind()


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.tally", lock="cases.tally", queueing_lock="cases.tally")
def tally_lately(timestamp: int) -> None:
    """Every ten minutes: count what was closed in this month and the last."""
    tally()


@app.periodic(cron="40 2 * * *")
@app.task(name="cases.tally_all", lock="cases.tally", queueing_lock="cases.tally_all")
def tally_all(timestamp: int) -> None:
    """Every night: count all months anew, for old cases are opened again, and people's cases are joined."""
    tally(MONTHS)


@app.task(name="cases.recount", lock="cases.recount")
def recount() -> None:
    """Count terms anew after the working calendar has changed."""
    due.recount()


@app.periodic(cron="37 2 * * *")
@app.task(name="cases.strip", lock="cases.strip", queueing_lock="cases.strip")
def strip_closed(timestamp: int) -> None:
    """Every night: closed cases whose time is over lose what was written in them."""
    strip_old()


@app.task(name="cases.deliver", pass_context=True, retry=MESSAGES.strategy)
def deliver_message(context: JobContext, message_id: int) -> None:
    """Send a message to the person; after the last attempt it says that it was not delivered."""
    MESSAGES.try_once(context, deliver.deliver, deliver.give_up, message_id=message_id)


@app.task(name="cases.deliver_code", pass_context=True, priority=10, retry=CODES.strategy)
def deliver_code(context: JobContext, verification_id: int) -> None:
    """Send a code, ahead of other work: somebody waits for it."""
    CODES.try_once(context, send_code.deliver_code, send_code.give_up_code, verification_id=verification_id)
