"""Jobs that hand something to a way out which may be blocked: tried again after growing pauses, given up in the end.

@app.task(name="cases.deliver", pass_context=True, retry=MESSAGES.strategy)
def deliver_message(context: JobContext, message_id: int) -> None:
    MESSAGES.try_once(context, deliver, give_up, message_id=message_id)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from procrastinate import JobContext, RetryStrategy

from apps.core.sending import Unavailable


@dataclass(frozen=True)
class Attempts:
    """`most` of them; the first pause is `wait` seconds, each other `wait` times as long as the one before."""

    most: int
    wait: int

    @property
    def strategy(self) -> RetryStrategy:
        """For the job's `retry`."""
        return RetryStrategy(max_attempts=self.most, exponential_wait=self.wait, retry_exceptions=[Unavailable])

    def try_once(
        self, context: JobContext, send: Callable[..., None], give_up: Callable[..., None], **key: Any
    ) -> None:  # fmt: skip
        """Send; where the way is blocked, the job comes again, or after the last time it is given up."""
        try:
            send(**key)
        except Unavailable:
            if context.job.attempts + 1 < self.most:
                raise
            give_up(**key)


MESSAGES = Attempts(8, 4)  # over some nine hours
CODES = Attempts(5, 3)  # over some minutes: a code is good for ten
