"""Objects for tests, made through the models."""

from datetime import datetime

import factory
from django.contrib.auth.models import Group

from apps.accounts.models import User
from apps.cases.services.open_case import open_case
from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.partners.models import Partner
from apps.policies.choices import EditionStatus
from apps.policies.models import PolicyDocument, PolicyEdition
from apps.subjects.models import Identifier, PersonalRecord, Subject
from apps.support.models import SupportRequest

PASSWORD = "correct horse battery staple"


class PartnerFactory(factory.django.DjangoModelFactory[Partner]):
    class Meta:
        model = Partner

    code = factory.Sequence(lambda n: f"partner-{n}")
    name = factory.Sequence(lambda n: f"Partner {n}")


class SubjectFactory(factory.django.DjangoModelFactory[Subject]):
    class Meta:
        model = Subject


class IdentifierFactory(factory.django.DjangoModelFactory[Identifier]):
    """An identifier with the digest of its value; `value` must be in normalised form."""

    class Meta:
        model = Identifier

    subject = factory.SubFactory(SubjectFactory)
    kind = IdentifierKind.PHONE
    value = factory.Sequence(lambda n: f"+996555{n:06d}")
    digest = factory.LazyAttribute(lambda i: identifiers.digest(i.kind, i.value, i.partner.code if i.partner else ""))
    partner = None


def make_user(*roles: str, **extra: object) -> User:
    """A member of staff with these roles and PASSWORD."""
    name = "-".join(roles) or "nobody"
    user = User.objects.create_user(f"{name}-{User.objects.count()}@staff.example", PASSWORD, first_name=name, **extra)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


class RecordFactory(factory.django.DjangoModelFactory[PersonalRecord]):
    """A record of the category `identity`, observed now."""

    class Meta:
        model = PersonalRecord

    subject = factory.SubFactory(SubjectFactory)
    partner = factory.SubFactory(PartnerFactory)
    category_id = "identity"
    source = "partner"
    observed_at = factory.LazyFunction(clock.now)
    payload = factory.LazyFunction(lambda: {"name": "Асанова Айгүл"})
    payload_digest = b"0" * 16


class RequestFactory(factory.django.DjangoModelFactory[SupportRequest]):
    """A request, opened through the service by nobody, received now."""

    class Meta:
        model = SupportRequest

    topic = "access"
    came_by = "phone"
    received_at = factory.LazyFunction(clock.now)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return open_case(actor=None, case=model_class(*args, **kwargs), kind="support")


class PolicyDocumentFactory(factory.django.DjangoModelFactory[PolicyDocument]):
    class Meta:
        model = PolicyDocument
        django_get_or_create = ("code",)

    code = "privacy"
    title_ky = "Купуялуулук саясаты"
    title_ru = "Политика конфиденциальности"
    title_en = "Privacy policy"


class PolicyEditionFactory(factory.django.DjangoModelFactory[PolicyEdition]):
    """A draft of edition 1 with everything that a review asks for."""

    class Meta:
        model = PolicyEdition

    document = factory.SubFactory(PolicyDocumentFactory)
    number = 1
    text_ky = factory.LazyAttribute(lambda e: f"# Жалпы жобо\n\nСаясаттын {e.number}-тексти.")
    text_ru = factory.LazyAttribute(lambda e: f"# Общие положения\n\nТекст политики номер {e.number}.")
    text_en = factory.LazyAttribute(lambda e: f"# General provisions\n\nText of the policy number {e.number}.")
    summary_ky = summary_ru = summary_en = factory.LazyAttribute(
        lambda e: "" if e.number == 1 else f"Summary {e.number}"
    )


def published_edition(at: datetime, *, number: int = 1, **fields: object) -> PolicyEdition:
    """An edition of the document `privacy`, published at a moment and in force from then on (or `effective_at`)."""
    return PolicyEditionFactory(
        **{"effective_at": at, **fields}, number=number, status=EditionStatus.PUBLISHED, published_at=at,
        reviewed_at=at, reviewed_by=fields.get("reviewed_by") or make_user(),
    )  # fmt: skip
