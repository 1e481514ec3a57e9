"""Background work of campaigns: scrubbing, and destroying what has had its time."""

from procrastinate.contrib.django import app

from apps.campaigns.services import keeping, running


@app.task(name="campaigns.run_campaign")
def run_campaign(campaign_id: int) -> None:
    """Scrub a list that was uploaded. Whatever stops the work, the campaign says that it was stopped."""
    try:
        running.run_campaign(campaign_id=campaign_id)
    except Exception as error:
        running.fail(campaign_id=campaign_id, error=type(error).__name__)
        raise


@app.periodic(cron="27 3 * * *")
@app.task(name="campaigns.let_go_of_old", queueing_lock="campaigns.let_go_of_old")
def let_go(timestamp: int) -> None:
    """Every night."""
    keeping.let_go_of_old()
