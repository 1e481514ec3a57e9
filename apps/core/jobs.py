"""Whether somebody works on something: jobs are rows, and whoever wants to know looks for one."""

from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status

ALIVE = (Status.TODO.value, Status.DOING.value)


def is_queued(task: str, **arguments: Any) -> bool:
    """Whether a job of this task, with these arguments, waits or is under way. One whose worker died is, too: it is
    taken up again within two minutes (core.tasks).
    """
    return ProcrastinateJob.objects.filter(status__in=ALIVE, task_name=task, args=arguments).exists()
