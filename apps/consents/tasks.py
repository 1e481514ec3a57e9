"""Background work of consents."""

from procrastinate.contrib.django import app

from apps.consents.services.expire import destroy_expired


@app.periodic(cron="*/10 * * * *")
@app.task(name="consents.destroy_expired", lock="consents.destroy_expired", queueing_lock="consents.destroy_expired")
def expire(timestamp: int) -> None:
    """Destroy what was held by permissions that are over by now."""
    destroy_expired()
