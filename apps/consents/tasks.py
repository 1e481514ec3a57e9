"""Background work of consents."""

from procrastinate.contrib.django import app

from apps.consents.choices import ASKING_JOB
from apps.consents.services import ask_again
from apps.consents.services.count import count_consents
from apps.consents.services.expire import destroy_expired


@app.periodic(cron="*/10 * * * *")
@app.task(name="consents.destroy_expired", lock="consents.destroy_expired", queueing_lock="consents.destroy_expired")
def expire(timestamp: int) -> None:
    """Destroy what was held by permissions that are over by now."""
    destroy_expired()


@app.periodic(cron="7 * * * *")
@app.task(name="consents.count", lock="consents.count", queueing_lock="consents.count")
def count(timestamp: int = 0) -> None:
    """Every hour, and when somebody asks for it."""
    count_consents()


@app.task(name=ASKING_JOB)
def run_asking(asking_id: int) -> None:
    """Record that people are asked again, and count anew. Whatever stops the work, the asking says so."""
    try:
        ask_again.run_asking(asking_id=asking_id)
    except Exception as error:
        ask_again.fail_asking(asking_id=asking_id, error=type(error).__name__)
        raise
    count_consents()
