"""Opt-out files of mailing providers, each recognised by its set of headers: a provider is a row of this table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from apps.core.choices import Channel, IdentifierKind
from apps.imports.engine.columns import header_key
from apps.imports.engine.refusals import RowRefused
from apps.optouts.choices import EVERY_PURPOSE, Reason
from apps.policies.registry import ADVERTISING


@dataclass(frozen=True)
class Outcome:
    """What a provider's word for a status comes to: a fact, or, with `skip`, nothing."""

    reason: str = ""
    purpose: str = ADVERTISING
    skip: str = ""


REFUSAL = Outcome(Reason.REFUSAL)
COMPLAINT = Outcome(Reason.COMPLAINT)
STAFF = Outcome(Reason.STAFF)
BOUNCE = Outcome(Reason.BOUNCE, EVERY_PURPOSE)  # a dead address: no message of any purpose
EVERYTHING = Outcome(Reason.REFUSAL, EVERY_PURPOSE)
SOFT = Outcome(skip="soft-bounce")
NOTHING = Outcome(skip="not-an-optout")


@dataclass(frozen=True)
class Saying:
    """What some columns of a row say of one of its identifiers, where a row speaks of several.

    `kind` names the identifier, `channel` the channel that it is about; `status` are columns as in `Format.status`,
    of which the file may lack some, and `words` what they come to. A cell that nobody filled says nothing.
    """

    kind: str
    channel: str
    status: tuple[str, ...]
    words: Mapping[str, Outcome]

    def outcome(self, status: str) -> Outcome:
        """What the columns say. Raises RowRefused for a word that nobody declared."""
        return _looked_up(self.words, status, NOTHING if not status.strip("/") else None)


def _looked_up(words: Mapping[str, Outcome], status: str, otherwise: Outcome | None) -> Outcome:
    cleaned = " ".join(status.split())
    for pattern, outcome in words.items():
        if re.fullmatch(pattern, cleaned, re.IGNORECASE):
            return outcome
    if otherwise is None:
        raise RowRefused("status-unknown")
    return otherwise


@dataclass(frozen=True)
class Format:
    """One provider's file.

    `columns` maps titles to fields; `status` names the columns whose cells, joined by `/`, are looked up in `words`
    (patterns that match the whole, in order); without `words` every row is `otherwise`. `needs` are further titles
    without which the file is not this one, `optional` fields that it may lack; with `exact` there is no other title.
    `anonymous` are columns of device data that the provider always adds: dropped while reading, and never stored.
    With `sayings` a row may speak of several identifiers, and of one for several reasons; each is a fact of its own.
    """

    code: str
    title: str
    columns: Mapping[str, str]
    status: tuple[str, ...] = ()
    words: Mapping[str, Outcome] = field(default_factory=dict)
    otherwise: Outcome | None = None
    needs: tuple[str, ...] = ()
    optional: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False
    anonymous: tuple[str, ...] = ()
    channel: str = Channel.EMAIL
    zone: tzinfo | None = UTC
    sayings: tuple[Saying, ...] = ()

    @property
    def required(self) -> frozenset[str]:
        """Keys of the titles by which the file is recognised."""
        return frozenset(map(header_key, (*self.columns, *self.status, *self.needs)))

    def fits(self, keys: frozenset[str]) -> bool:
        """Whether a header with these keys is this provider's."""
        others = keys - self.required - frozenset(map(header_key, self.anonymous)) if self.exact else frozenset()
        return self.required <= keys and not others

    def outcome(self, status: str) -> Outcome:
        """What a row with this status comes to. Raises RowRefused for a word that nobody declared."""
        return _looked_up(self.words, status, self.otherwise)


EMAIL, PHONE = IdentifierKind.EMAIL.value, IdentifierKind.PHONE.value
AT, CAMPAIGN = "occurred_at", "campaign"
_MAILCHIMP_IPS = ("OPTIN_IP", "CONFIRM_IP")
# RFC 3463: 5.x.x is for good; a full mailbox (x.2.2) and a policy (x.7.x) say nothing about the address.
_ENHANCED = {r"4\..*": SOFT, r"5\.2\.2": SOFT, r"5\.7\..*": SOFT, r"5(\..*)?": BOUNCE, "": SOFT}
_SMTP = {r"4\d\d": SOFT, r"552": SOFT, r"5\d\d": BOUNCE, r"60[57]": BOUNCE}
# Who left one list and stays on others has said no all the same, and nobody here knows that list: no to all of it.
_UNISENDER = {
    r"unsubscribed/.*|.*/[^/]*\d[^/]*": REFUSAL, r"blocked/.*": STAFF,
    r"(new|invited|active|inactive|activation_requested)?/": NOTHING,
}  # fmt: skip
_UNISENDER_REACH = {
    r"unreachable": BOUNCE, r"temp_unreachable|mailbox_full|spam_rejected": SOFT,
    r"available|unknown|spam_folder": NOTHING,
}  # fmt: skip
# Words of partners' own files. Matched whole: "inactive" contains "active".
STATUS_WORDS = {
    r"unsubscribed?|opt(ed)?[- ]?out|stop|отпис(ан|ался|алась|ка)|отказ(ался|алась)?|баш тартты|баш тарткан": REFUSAL,
    r"spam|spam ?complaint|complain(t|ed)|abuse|жалоба( на спам)?|спам": COMPLAINT,
    r"(hard[ _-]?)?bounced?|invalid|cleaned|недоступен|не существует|жараксыз": BOUNCE,
    r"soft[ _-]?bounced?|deferred|мягкий отказ": SOFT,
    r"(re)?subscribed|active|confirmed|opt(ed)?[- ]?in|подписан|активен|активный|активдүү|жазылган": NOTHING,
    r"manual(ly added)?|blacklist(ed)?|blocked|добавлен вручную|заблокирован": STAFF,
    "": REFUSAL,
}

FORMATS = (
    Format(
        "mailchimp-unsubscribed", "Mailchimp", {"Email Address": EMAIL, "UNSUB_TIME": AT},
        optional={"UNSUB_CAMPAIGN_ID": CAMPAIGN},
        status=("UNSUB_REASON",), words={r"SPAM\b.*|ABUSE\b.*": COMPLAINT}, otherwise=REFUSAL, anonymous=_MAILCHIMP_IPS,
    ),
    Format(
        "mailchimp-cleaned", "Mailchimp", {"Email Address": EMAIL, "CLEAN_TIME": AT},
        optional={"CLEAN_CAMPAIGN_ID": CAMPAIGN},
        otherwise=BOUNCE, anonymous=_MAILCHIMP_IPS,
    ),
    Format(
        "mandrill", "Mandrill", {"email": EMAIL, "created_at": AT},
        status=("reason",), needs=("detail", "expires_at", "last_event_at", "subaccount"),
        words={r"hard-bounce|invalid(-sender)?": BOUNCE, r"soft-bounce": SOFT, r"spam": COMPLAINT, r"unsub": REFUSAL,
               r"custom|rule": STAFF},
    ),
    Format(
        "sendgrid-bounces", "SendGrid", {"email": EMAIL, "created": AT},
        status=("status",), needs=("reason",), words=_ENHANCED, exact=True,
    ),
    Format("sendgrid-spam", "SendGrid", {"email": EMAIL, "created": AT}, needs=("ip",), anonymous=("ip",),
           otherwise=COMPLAINT, exact=True),
    Format("sendgrid-unsubscribes", "SendGrid", {"email": EMAIL, "created": AT}, otherwise=REFUSAL, exact=True),
    Format("mailgun-bounces", "Mailgun", {"address": EMAIL, "created_at": AT}, status=("code",), needs=("error",),
           words=_SMTP, exact=True),
    Format("mailgun-unsubscribes", "Mailgun", {"address": EMAIL, "created_at": AT}, needs=("tags",),
           otherwise=REFUSAL, exact=True),
    Format(
        "sparkpost", "SparkPost", {"recipient": EMAIL}, status=("type",), needs=("description",),
        words={r"non[_-]transactional": REFUSAL, r"transactional": EVERYTHING}, exact=True,
    ),
    Format(
        "sparkpost-flags", "SparkPost", {"recipient": EMAIL}, status=("transactional", "non_transactional"),
        needs=("description",),
        words={r"true/.*": EVERYTHING, r"(false)?/true": REFUSAL, r"(false)?/(false)?": NOTHING},
    ),
    Format(
        "brevo", "Brevo", {"email": EMAIL, "ts": AT, "tag": CAMPAIGN}, status=("st_text",),
        needs=("sub", "frm", "mid", "link"),
        words={
            r"unsubscri(bed|ption)|désinscri(t|ption)|отписал(ся|ась)|отписка|отписан": REFUSAL,
            r"complaint|spam|plainte|жалоба( на спам)?|спам": COMPLAINT,
            r"hard ?bounced?|invalid email|жесткий отказ|жёсткий отказ|недействительный адрес": BOUNCE,
            r"soft ?bounced?|deferred|мягкий отказ|отложено": SOFT,
            r"sent|delivered|opened|first opening|clicked|request|loaded by proxy|отправлено|доставлено|открыто|клик"
            : NOTHING,
            r"blocked|заблокировано": STAFF,
        },
    ),
    Format(
        "mailing-log-ru", "Журнал рассылки", {"Email адреса": EMAIL, "Дата отписки": AT},
        status=("Причина",), zone=None,
        words={r"отписался|отписалась": REFUSAL, r"отметил рассылку как спам": COMPLAINT,
               r"добавлен вручную": STAFF}, exact=True,
    ),
    Format(
        "postmark", "Postmark", {"EmailAddress": EMAIL, "CreatedAt": AT}, status=("SuppressionReason", "Origin"),
        words={r"HardBounce/.*": BOUNCE, r"SpamComplaint/.*": COMPLAINT, r"ManualSuppression/Recipient": REFUSAL,
               r"ManualSuppression/.*": STAFF},
    ),
    Format(
        "unisender", "Unisender", {"email": EMAIL}, needs=("email_status", "email_unsubscribed_list_ids"),
        optional={"phone": PHONE},
        sayings=(
            Saying(EMAIL, Channel.EMAIL, ("email_status", "email_unsubscribed_list_ids"), _UNISENDER),
            Saying(EMAIL, Channel.EMAIL, ("email_availability",), _UNISENDER_REACH),
            Saying(PHONE, Channel.SMS, ("phone_status", "phone_unsubscribed_list_ids"), _UNISENDER),
            Saying(PHONE, Channel.SMS, ("phone_availability",), _UNISENDER_REACH),
        ),
    ),
    # Telnyx keeps blocks that were lifted, with another status.
    Format(
        "telnyx", "Telnyx", {"to": EMAIL}, optional={"created_at": AT},
        status=("status", "reason"), needs=("id", "from", "source", "scope"),
        words={r"active/(hard_bounce|invalid)": BOUNCE, r"active/soft_bounce": SOFT, r"active/unsubscribe": REFUSAL,
               r"active/spam_complaint": COMPLAINT, r"active/manual_block": STAFF,
               r"(inactive|removed|expired)/.*": NOTHING},
    ),
    Format(
        "govuk-notify", "GOV.UK Notify",
        {"Email address": EMAIL, "Unsubscribe request received at": AT}, needs=("Template name",), otherwise=REFUSAL,
    ),
)  # fmt: skip

# The same providers' lists of people who did not opt out.
NOT_OPTOUTS = (frozenset(map(header_key, ("Email Address", "MEMBER_RATING", "OPTIN_TIME", "LEID", "EUID"))),)
NOT_OPTOUTS_UNLESS = frozenset(map(header_key, ("UNSUB_TIME", "CLEAN_TIME")))

# A partner's own columns.
GENERIC = Format("columns", "", {}, words=STATUS_WORDS, channel=Channel.ALL, zone=None)


@dataclass(frozen=True)
class HeaderlessFormat:
    """A file with no line of titles, recognised by its first row. `fields` names its columns in order, `status` being
    the word that `format` looks up; `preamble` matches lines that come before the rows.
    """

    format: Format
    fields: tuple[str, ...]
    first_row: tuple[str, ...]
    delimiter: str
    preamble: str = ""


HEADERLESS = (
    HeaderlessFormat(
        Format("ses", "Amazon SES", {}, words={r"BOUNCE": BOUNCE, r"COMPLAINT": COMPLAINT}),
        ("email", "status"), (r"[^@\s]+@[^@\s]+", r"BOUNCE|COMPLAINT"), ",",
    ),
    HeaderlessFormat(
        Format("rapporto", "Rapporto", {}, words={r"Y": REFUSAL, r"N": NOTHING}, channel=Channel.SMS, zone=None),
        ("phone", "status", "note"), (r"\+?\d{9,15}", r"[YN]", r".*"), ";", preamble=r"list_type:\s*I",
    ),
)  # fmt: skip

BY_CODE = {known.code: known for known in (*FORMATS, *(known.format for known in HEADERLESS), GENERIC)}
