"""Copies of people's data for tests: brought to a state the way the desk does it."""

from apps.cases.models import Case
from apps.core import clock
from apps.support.access.staging import Section, read_items
from apps.support.models import AccessPackage, SupportRequest
from apps.support.services.access.prepare import collect, prepare
from apps.support.services.access.release import put_together, release
from tests.factories import RequestFactory


def verified_request(subject, **values):
    """A request for access whose person is known and verified, in work."""
    made = RequestFactory(subject=subject, **{"language": "en", **values})
    Case.objects.filter(pk=made.pk).update(verified_at=clock.now(), status="in-work")
    return SupportRequest.objects.get(pk=made.pk)


def prepared(actor, subject, **values):
    """A copy that can be looked through."""
    package = prepare(verified_request(subject, **values), actor=actor)
    return collect(package_id=package.pk)


def put_out(actor, package):
    """The copy, released and put together."""
    release(package=package, actor=actor, looked=True)
    put_together(package_id=package.pk)
    return AccessPackage.objects.select_related("request").get(pk=package.pk)


def released(actor, subject, **values):
    """A copy that can be handed over."""
    return put_out(actor, prepared(actor, subject, **values))


def staged(package):
    """[(section, number, item)] of a copy that can be looked through."""
    sections = [Section.from_json(kept) for kept in package.sections]
    return [(section.code, number, item) for section in sections for number, item in read_items(section)]
