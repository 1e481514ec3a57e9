"""What made-up people replied to SMS lately."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.core import clock
from apps.optouts.models import InboundMessage
from apps.optouts.services.replies import Reply, queue_replies, reply_key, settle_reply, take_reply
from apps.portal.demo.people import Person

_TEXTS = (
    (0.1, "Кто вы? Откуда у вас мой номер?"),
    (0.3, "Мага мындай билдирүүлөрдү жөнөтпөңүздөрчү"),
    (0.9, "стоп, сколько можно, по ночам тоже пишете"),
    (1.4, "Рахмат!"),
    (2.2, "Please stop these messages"),
    (5.0, "Упайларым качан кошулат?"),
)
_SETTLED_BEFORE = 1.0  # days


def replies(people: list[Person], now: datetime) -> Iterator[tuple[float, Reply]]:
    """(days ago, reply) from the first of the people."""
    for (days, text), person in zip(_TEXTS, people, strict=False):
        yield days, Reply(
            phone=person.e164, text=text, sent_to="4401", source="sms-gateway", received_at=now - timedelta(days=days),
            key=reply_key("demo", str(days)),
        )  # fmt: skip


def settle_older(actor: User, replied: list[tuple[float, Reply]]) -> None:
    """Put the replies into the queue, and settle those that have been there for a day."""
    for days, reply in replied:
        with clock.standing_at(reply.received_at + timedelta(hours=2)):
            queue_replies([reply])
            row = InboundMessage.objects.get(key=reply.key)
            if days > _SETTLED_BEFORE and "stop" in reply.text:
                take_reply(actor=actor, reply_id=row.pk)
            elif days > _SETTLED_BEFORE:
                settle_reply(actor=actor, reply_id=row.pk)
