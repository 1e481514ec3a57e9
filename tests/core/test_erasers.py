"""The eraser contract: one class an app, complete, in order."""

import pytest

from apps.core.erasers import Eraser, Holding, Registry, registry
from apps.partners.models import Partner
from apps.subjects.models import Identifier


class Nothing(Eraser):
    models = (Identifier,)

    def find(self, subject_id):
        yield Holding("subjects.Identifier", 0)

    def export(self, subject_id):
        yield from ()

    def erase(self, subject_id):
        pass


def test_an_eraser_lacking_a_verb_cannot_be_registered():
    class Half(Eraser):
        def find(self, subject_id):
            yield from ()

    with pytest.raises(TypeError, match="erase"):
        Half()


def test_an_app_has_one_eraser():
    own = Registry()
    own.register("subjects", Nothing())
    with pytest.raises(ValueError, match="subjects"):
        own.register("subjects", Nothing())


def test_what_refers_to_a_person_goes_before_the_person():
    own, lower, higher = Registry(), Nothing(), Nothing()
    own.register("subjects", lower)
    own.register("optouts", higher)
    assert list(own) == [higher, lower]


def test_models_and_double_claims_are_known():
    own = Registry()
    own.register("subjects", Nothing())
    assert own.claimed() == {Identifier}
    assert own.claimed_twice() == set()
    own.register("optouts", Nothing())
    assert own.claimed_twice() == {Identifier}
    assert Partner not in own.claimed()


def test_this_installation_erases_from_the_top_down():
    labels = list(registry.erasers)
    assert {"subjects", "optouts", "imports"} <= set(labels)
    assert labels.index("subjects") < labels.index("optouts") < labels.index("imports")
    assert next(iter(registry)) is registry.erasers[labels[-1]]
