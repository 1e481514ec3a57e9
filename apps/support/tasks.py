"""Background work of requests: copies of people's data, and mail."""

from collections.abc import Callable

from procrastinate import JobContext
from procrastinate.contrib.django import app

from apps.core.attempts import CODES
from apps.support.choices import COPY_JOBS, CopyState
from apps.support.models import AccessPackage
from apps.support.services import run_mail
from apps.support.services.access import send_code
from apps.support.services.access.expire import destroy_overdue, sweep_strays
from apps.support.services.access.prepare import collect, fail
from apps.support.services.access.release import put_together
from apps.support.services.set_aside import let_go_of_old


@app.task(name=COPY_JOBS[CopyState.PREPARING])
def prepare_copy(package_id: int) -> None:
    """Collect what is held about the person."""
    _work(collect, package_id)


@app.task(name=COPY_JOBS[CopyState.RELEASING])
def build_copy(package_id: int) -> None:
    """Put together a copy that was released."""
    _work(put_together, package_id)


@app.task(name="support.deliver_code", pass_context=True, priority=10, retry=CODES.strategy)
def deliver_code(context: JobContext, link_id: int, key: str) -> None:
    """Send the code that opens a link to a copy, ahead of other work: somebody waits for it."""
    CODES.try_once(context, send_code.deliver_code, send_code.give_up_code, link_id=link_id, key=key)


@app.periodic(cron="23 * * * *")
@app.task(name="support.destroy_copies", queueing_lock="support.destroy_copies")
def destroy_copies(timestamp: int) -> None:
    """Every hour: destroy copies whose time is over."""
    destroy_overdue()
    sweep_strays()


def _work(service: Callable[..., AccessPackage], package_id: int) -> None:
    """Whatever stops the work, the copy says that it was stopped."""
    try:
        service(package_id=package_id)
    except Exception as error:
        fail(package_id=package_id, error=type(error).__name__)
        raise


@app.task(name="support.take_mail_file")
def take_mail_file(run_id: int) -> None:
    """Take in the letters of a file that was handed in."""
    run_mail.take_file(run_id=run_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="support.take_mailbox", lock="support.take_mailbox", queueing_lock="support.take_mailbox")
def take_mailbox(timestamp: int) -> None:
    """Every five minutes: take in what lies in the mailbox."""
    run_mail.take_mailbox()


@app.periodic(cron="47 2 * * *")
@app.task(name="support.let_go_of_letters", queueing_lock="support.let_go_of_letters")
def let_go_of_letters(timestamp: int) -> None:
    """Every night: destroy letters that were set aside and whose time is over."""
    let_go_of_old()
