"""Background work of the audit."""

from procrastinate.contrib.django import app

from apps.audit.sealing import seal


@app.periodic(cron="*/5 * * * *")
@app.task(name="audit.seal", lock="audit.seal", queueing_lock="audit.seal")
def seal_entries(timestamp: int) -> None:
    """Seal the entries of the last minutes."""
    seal()
