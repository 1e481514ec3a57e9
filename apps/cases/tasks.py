"""Background work of cases."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from apps.cases.services import deliver, due, send_code
from apps.cases.services.remind import remind
from apps.cases.services.strip import strip_old
from apps.core.sending import Unavailable

ATTEMPTS = 8  # over some nine hours
CODE_ATTEMPTS = 5  # over some minutes: a code is good for ten


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.remind", lock="cases.remind", queueing_lock="cases.remind")
def remind_of_cases(timestamp: int) -> None:
    """Every ten minutes: tell people what is due, and the lead officer what is overdue."""
    remind()


@app.task(name="cases.recount", lock="cases.recount")
def recount() -> None:
    """Count terms anew after the working calendar has changed."""
    due.recount()


@app.periodic(cron="37 2 * * *")
@app.task(name="cases.strip", lock="cases.strip", queueing_lock="cases.strip")
def strip_closed(timestamp: int) -> None:
    """Every night: closed cases whose time is over lose what was written in them."""
    strip_old()


@app.task(
    name="cases.deliver", pass_context=True,
    retry=RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=4, retry_exceptions=[Unavailable]),
)  # fmt: skip
def deliver_message(context: JobContext, message_id: int) -> None:
    """Send a message to the person; after the last attempt it says that it was not delivered."""
    try:
        deliver.deliver(message_id=message_id)
    except Unavailable:
        if context.job.attempts + 1 >= ATTEMPTS:
            deliver.give_up(message_id=message_id)
            return
        raise


@app.task(
    name="cases.deliver_code", pass_context=True, priority=10,
    retry=RetryStrategy(max_attempts=CODE_ATTEMPTS, exponential_wait=3, retry_exceptions=[Unavailable]),
)  # fmt: skip
def deliver_code(context: JobContext, verification_id: int) -> None:
    """Send a code, ahead of other work: somebody waits for it."""
    try:
        send_code.deliver_code(verification_id=verification_id)
    except Unavailable:
        if context.job.attempts + 1 >= CODE_ATTEMPTS:
            send_code.give_up_code(verification_id=verification_id)
            return
        raise
