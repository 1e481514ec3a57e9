"""`POST /api/inbound-sms`: a reply that a gateway hands over, kept before it is answered."""

from django.http import HttpRequest, HttpResponse

from apps.optouts.api.answers import Problem, answer
from apps.optouts.api.messages import Unreadable, moment_of, read_messages
from apps.optouts.api.views import ApiView
from apps.optouts.choices import EVERY_SENDER, ApiScope
from apps.optouts.services.accept import NotAccepted
from apps.optouts.services.replies import Reply, receive_reply, reply_key
from apps.optouts.views.body import TooLarge, read_body

MAX_BODY_BYTES = 256 * 1024
MAX_NUMBER = 40


class InboundSms(ApiView):
    """The answer is the same whatever the message was: it tells nobody who is known."""

    http_method_names = ["post"]
    scope = ApiScope.INBOUND_SMS
    remembered = True

    def post(self, request: HttpRequest) -> HttpResponse:
        """200 when every message is kept; 503 when it has to be handed over again, which changes nothing twice."""
        try:
            messages = read_messages(read_body(request, MAX_BODY_BYTES), request.headers.get("Content-Type", ""))
            for message in messages:
                receive_reply(reply=self._reply(message))
        except TooLarge:
            raise Problem(413, "too-large") from None
        except Unreadable as error:
            raise Problem(400, error.code) from None
        except NotAccepted:
            raise Problem(503, "away") from None
        return answer({"accepted": len(messages)})

    def _reply(self, message: dict[str, str]) -> Reply:
        me = self.credential
        to = message["to"][:MAX_NUMBER]
        return Reply(
            phone=message["from"], text=message["text"], sent_to=to, received_at=moment_of(message["received_at"]),
            source=me.system, key=reply_key(me.system, *_distinguishing(message)),
            sender=me.numbers.get(to.lstrip("+"), me.sender or EVERY_SENDER),
        )  # fmt: skip


def _distinguishing(message: dict[str, str]) -> list[str]:
    """What makes a message one: the gateway's id, else all of it; without a time nothing does."""
    if message["id"]:
        return [message["id"]]
    if message["received_at"]:
        return [message[name] for name in ("from", "to", "text", "received_at")]
    return []
