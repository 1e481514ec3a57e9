"""What a desk without an engine would do: django-import-export, in bulk, into the same tables and sealed the same."""

import csv
import time
from pathlib import Path

import tablib
from import_export import fields, resources, widgets
from import_export.instance_loaders import CachedInstanceLoader

from apps.core import clock, identifiers
from apps.core.identifiers import Unusable
from apps.imports.engine import values
from apps.partners.models import Partner
from apps.subjects.models import Identifier, PersonalRecord, Subject
from apps.subjects.services.bulk import payload_digester

# Of the script's Russian dialect.
TITLES = {"card": "Номер карты", "phone": "Телефон", "email": "E-mail"}
RECORDS = {"identity": ["ФИО", "Дата рождения", "Город"], "address": ["Адрес"], "points": ["Баллы"]}


def digest_of(kind: str, row: dict[str, str], partner: Partner) -> bytes:
    scope = partner.code if kind == "card" else ""
    return identifiers.digest(kind, identifiers.normalise(kind, row[TITLES[kind]]), scope)


class Holders(dict):
    """Who has which card, by digest: looked up once for a pass, as somebody would who cares for speed."""

    def __init__(self, partner: Partner) -> None:
        super().__init__(Identifier.objects.filter(kind="card").values_list("digest", "subject_id"))
        self._partner = partner

    def of(self, row: dict[str, str]) -> int:
        return self[digest_of("card", row, self._partner)]


class Bulk:
    use_bulk = True
    skip_diff = True
    batch_size = 1000
    use_transactions = True


def identifier_resource(kind: str, partner: Partner) -> resources.ModelResource:
    """One kind of identifier, upserted by digest; a card makes its person."""
    holders = Holders(partner)

    class DigestWidget(widgets.Widget):
        def clean(self, value, row=None, **kwargs):
            return digest_of(kind, row, partner) if row[TITLES[kind]] else None

    class Resource(resources.ModelResource):
        digest = fields.Field("digest", TITLES[kind], DigestWidget())

        class Meta(Bulk):
            model = Identifier
            fields = ("digest",)
            import_id_fields = ("digest",)
            instance_loader_class = CachedInstanceLoader

        def skip_row(self, instance, original, row, import_validation_errors=None):
            return not row[TITLES[kind]]

        def before_save_instance(self, instance, row, **kwargs):
            if instance.pk is None:
                instance.subject_id = Subject.objects.create().pk if kind == "card" else holders.of(row)
            instance.kind, instance.value = kind, identifiers.normalise(kind, row[TITLES[kind]])
            instance.partner = partner if kind == "card" else None

    return Resource()


def record_resource(category: str, partner: Partner) -> resources.ModelResource:
    """One category of records, upserted by person and origin."""

    holders = Holders(partner)
    known = {r.subject_id: r for r in PersonalRecord.objects.filter(partner=partner, category_id=category, key=b"")}

    class Loader:
        def __init__(self, resource, dataset):
            self.resource = resource

        def get_instance(self, row):
            return known.get(holders.of(row))

    class Resource(resources.ModelResource):
        class Meta(Bulk):
            model = PersonalRecord
            fields = ()
            import_id_fields = ()
            instance_loader_class = Loader

        def before_save_instance(self, instance, row, **kwargs):
            if instance.pk is None:
                instance.subject_id = holders.of(row)
            instance.partner, instance.category_id, instance.source = partner, category, "partner"
            instance.observed_at = clock.now()
            instance.payload = {title: row[title] for title in RECORDS[category] if row[title]}
            instance.payload_digest = payload_digester()(str(instance.payload).encode())

    return Resource()


def usable(row: dict[str, str]) -> bool:
    """Whether the engine would take the row in: stock import-export has no verdicts."""
    try:
        identifiers.normalise("card", row[TITLES["card"]])
        identifiers.normalise("phone", row[TITLES["phone"]])
        if row[TITLES["email"]]:
            identifiers.normalise("email", row[TITLES["email"]])
        return not values.is_child(values.date.fromisoformat(values.birth_date(row["Дата рождения"])))
    except Unusable:
        return False


def timed(path: str, most: int) -> tuple[int, float]:
    """How many of the file's rows went in, in how many seconds."""
    partner = Partner.objects.get_or_create(code="stock", defaults={"name": "Stock"})[0]
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = [row for row, _n in zip(csv.DictReader(file, delimiter=";"), range(most), strict=False) if usable(row)]
    rows = list({row[TITLES["phone"]]: row for row in {row[TITLES["card"]]: row for row in rows}.values()}.values())
    data = tablib.Dataset(*[tuple(row.values()) for row in rows], headers=list(rows[0]))
    started = time.perf_counter()
    for kind in TITLES:
        identifier_resource(kind, partner).import_data(data, raise_errors=True)
    for category in RECORDS:
        record_resource(category, partner).import_data(data, raise_errors=True)
    assert Identifier.objects.filter(kind="phone").count() == PersonalRecord.objects.filter(category="points").count()
    return len(rows), time.perf_counter() - started
