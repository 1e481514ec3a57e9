"""A link to a copy as the person has it: asking for a code, the job that sends it, typing it."""

import re
from types import SimpleNamespace
from urllib.parse import urlencode

from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.audit.models import Entry
from apps.cases.models import Case
from apps.support.models import AccessPackage
from apps.support.services.access import send_code as service
from apps.support.tasks import deliver_code

PAGE = {"from-page": "1"}


def post(public, path, **fields):
    return public.post(path, urlencode({**PAGE, **fields}), content_type="application/x-www-form-urlencoded")


def ask(public, path):
    """By the page: the job waits then."""
    return post(public, path, do="send")


def deliver(attempts=0):
    """As a worker does, after so many attempts; jobs name nobody."""
    for job in ProcrastinateJob.objects.filter(task_name="support.deliver_code").order_by("pk"):
        assert set(job.args) == {"link_id", "key"}
        deliver_code.func(SimpleNamespace(job=SimpleNamespace(attempts=attempts)), **job.args)


def send(link):
    """A code, past the page."""
    asked = service.ask_code(link=link)
    service.deliver_code(link_id=asked.pk, key=str(asked.key))


def code_from_mail():
    return re.search(r"\d{6}", mail.outbox[-1].body)[0]


def get(public, path, code):
    return post(public, path, do="open", code=code)


def body_of(answer):
    return b"".join(answer.streaming_content)


def history(package):
    return [entry.action for entry in Entry.objects.about(Case.objects.get(pk=package.request_id))]


def state_of(package):
    return AccessPackage.objects.get(pk=package.pk).state
