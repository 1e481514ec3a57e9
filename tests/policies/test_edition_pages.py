"""The desk's pages about the policy: who sees which step, what happens by it, and what a refused attempt is told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from apps.audit.models import Entry
from apps.core import clock
from apps.policies.choices import EditionStatus
from apps.policies.models import PolicyDocument, PolicyEdition
from apps.policies.services.change_edition import change_edition
from tests.factories import make_user, published_edition
from tests.policies.conftest import TEXTS, client_of

pytestmark = pytest.mark.django_db
LIST = reverse("admin:policies_policydocument_changelist")


def place(step, thing):
    return reverse(f"admin:policies_{thing._meta.model_name}_{step}", args=[thing.pk])


def told(answer) -> str:
    """What the next page says."""
    return answer.content.decode()


@pytest.fixture
def published(document):
    return published_edition(clock.now() - timedelta(days=1), document=document)


@pytest.fixture
def superuser():
    return make_user(is_superuser=True)


def test_an_empty_list_leads_to_the_first_document(lead):
    client = client_of(lead)
    assert reverse("admin:policies_policydocument_add") in told(client.get(LIST))
    given = {"code": "privacy", "title_ky": "Саясат", "title_ru": "Политика", "title_en": "Policy"}
    answer = client.post(reverse("admin:policies_policydocument_add"), given, follow=True)
    assert "Nothing has been written yet" in told(answer)
    assert "Begin the first edition" in told(answer)
    again = client.post(reverse("admin:policies_policydocument_add"), given)
    assert again.status_code == 400
    assert PolicyDocument.objects.count() == 1


def test_titles_are_changed(lead, document):
    given = {"title_ky": "Саясат", "title_ru": "Политика", "title_en": "Notice"}
    client_of(lead).post(place("titles", document), given)
    document.refresh_from_db()
    assert (document.title_en, document.code) == ("Notice", "privacy")


def test_the_list_shows_what_is_in_force_and_what_is_worked_on(desk, published, officer):
    desk.post(place("begin", published.document))
    html = told(desk.get(LIST))
    assert "1, since" in html
    assert "2 · Draft" in html


def test_beginning_leads_to_the_editor_and_a_second_one_is_told(desk, document, lead):
    answer = desk.post(place("begin", document))
    edition = PolicyEdition.objects.get()
    assert answer["Location"] == place("edit", edition)
    assert "has begun edition 1 already" in told(client_of(lead).post(place("begin", document), follow=True))
    assert desk.get(place("begin", document)).status_code == 404


def form_of(edition, **changes):
    fields = ("text_ky", "text_ru", "text_en", "summary_ky", "summary_ru", "summary_en", "references", "version")
    return {**{name: getattr(edition, name) for name in fields}, **changes}


def test_the_editor_stores(desk, draft):
    html = told(desk.get(place("edit", draft)))
    assert draft.text_ky.split("\n")[-1] in html
    answer = desk.post(place("edit", draft), form_of(draft, text_en="# General\r\n\r\nOther words."), follow=True)
    assert "The draft is stored." in told(answer)
    draft.refresh_from_db()
    assert (draft.text_en, draft.version) == ("# General\n\nOther words.", 3)
    assert "Nothing was changed." in told(desk.post(place("edit", draft), form_of(draft), follow=True))


def test_who_comes_second_keeps_their_words_and_decides(desk, draft, lead):
    opened = form_of(draft, text_en="The officer's words")
    change_edition(actor=lead, edition_id=draft.pk, version=2, values={"text_en": "The lead's words"})
    answer = desk.post(place("edit", draft), opened)
    html = told(answer)
    assert answer.status_code == 409
    assert f"{lead} changed this edition" in html
    assert "The officer&#x27;s words" in html
    assert PolicyEdition.objects.get().text_en == "The lead's words"
    assert '<input type="hidden" name="version" value="3">' in html
    desk.post(place("edit", draft), {**opened, "version": 3})
    assert PolicyEdition.objects.get().text_en == "The officer's words"


def test_a_draft_that_is_gone_meanwhile_is_told(desk, draft, lead):
    client_of(lead).post(place("discard", draft), {"version": 2})
    assert not PolicyEdition.objects.exists()
    assert desk.get(place("edit", draft)).status_code == 404


def test_the_preview_is_harmless_and_stores_nothing(desk):
    preview = reverse("admin:policies_policyedition_preview")
    html = desk.post(preview, {"text": "# A\n\n<script>alert(1)</script>"}).content.decode()
    assert html == '<h2 id="s1">A</h2>\n<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n'
    assert desk.get(preview).status_code == 404


def test_each_sees_the_steps_that_are_theirs(desk, draft, counsel, lead, agent):
    review, edit, publish = (place(step, draft) for step in ("review", "edit", "publish"))
    own = told(desk.get(place("change", draft)))
    assert edit in own
    assert review not in own
    assert "somebody else has to review it" in own
    assert review in told(client_of(counsel).get(place("change", draft)))
    assert edit not in told(client_of(agent).get(place("change", draft)))
    client_of(counsel).post(review, {"version": 2})
    assert publish in told(client_of(lead).get(place("change", draft)))
    assert publish not in told(client_of(counsel).get(place("change", draft)))


def test_what_is_missing_is_named(desk, document):
    desk.post(place("begin", document))
    assert "text in Kyrgyz, text in Russian, text in English" in told(
        desk.get(place("change", PolicyEdition.objects.get()))
    )


def test_the_whole_way(draft, counsel, lead):
    answer = client_of(counsel).post(place("review", draft), {"version": 2}, follow=True)
    assert "The edition is reviewed" in told(answer)
    back = client_of(lead).post(place("send_back", draft), {"version": 2, "remark": "Name the law"}, follow=True)
    assert "Name the law" in told(back)
    assert "sent this back" in told(back)
    client_of(counsel).post(place("review", draft), {"version": 2})
    later = localtime(clock.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    given = {"version": 2, "effective_at": f"{later:%Y-%m-%dT%H:%M}"}
    answer = client_of(lead).post(place("publish", draft), given, follow=True)
    assert "The edition is published." in told(answer)
    assert "published, not in force yet" in told(answer)
    assert PolicyEdition.objects.get().effective_at == later


def test_a_version_that_nobody_names_decides_nothing(draft, counsel):
    client_of(counsel).post(place("review", draft), {})
    assert PolicyEdition.objects.get().status == EditionStatus.DRAFT


def test_two_editions_are_compared_in_a_language(desk, published, document):
    desk.post(place("begin", document))
    edition = PolicyEdition.objects.get(number=2)
    desk.post(place("edit", edition), form_of(edition, text_ru="# Общие положения\n\nТекст политики номер 1, иной."))
    html = told(desk.get(f"{place('compare', document)}?old=1&new=2&language=ru"))
    assert "<ins>1, иной.</ins>" in html
    assert "The two texts are the same" in told(desk.get(f"{place('compare', document)}?old=1&new=2&language=en"))
    assert desk.get(place("compare", document)).status_code == 200
    assert desk.get(f"{place('compare', document)}?old=1&new=99&language=ru").status_code == 400


class TestPublishedStays:
    """A superuser's attempts, by every page there is: told, recorded, and nothing changes."""

    def unchanged(self, published):
        now = PolicyEdition.objects.get(pk=published.pk)
        return (now.text_en, now.status, now.version) == (published.text_en, published.status, published.version)

    @pytest.mark.parametrize("step", ["edit", "change", "review", "send_back", "publish", "discard"])
    def test_by_every_step(self, superuser, published, step):
        given = form_of(published, text_en="Rewritten", remark="x")
        answer = client_of(superuser).post(place(step, published), given, follow=True)
        assert answer.status_code == 200
        assert "it never changes, whoever asks" in told(answer)
        assert self.unchanged(published)
        entry = Entry.objects.get(action="policies.refuse-change")
        assert (entry.actor, entry.target_id) == (superuser, published.pk)

    def test_opening_the_editor_leads_back(self, superuser, published):
        answer = client_of(superuser).get(place("edit", published), follow=True)
        assert "it never changes, whoever asks" in told(answer)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_by_deleting(self, superuser, published, method):
        answer = getattr(client_of(superuser), method)(place("delete", published), {"post": "yes"})
        assert answer.status_code == 403
        assert "it never changes, whoever asks" in told(answer)
        assert self.unchanged(published)
        assert Entry.objects.filter(action="policies.refuse-change").exists() == (method == "post")

    def test_by_the_list_s_actions(self, superuser, published):
        listed = reverse("admin:policies_policyedition_changelist")
        given = {"action": "delete_selected", "_selected_action": [published.pk], "post": "yes"}
        assert client_of(superuser).post(listed, given).status_code < 500
        assert self.unchanged(published)

    def test_its_page_offers_no_step(self, superuser, published):
        html = told(client_of(superuser).get(place("change", published)))
        assert "Text of the policy number 1." in html
        for step in ("edit", "review", "send_back", "publish", "discard"):
            assert place(step, published) not in html


def test_a_draft_is_not_deleted_by_the_admin_s_own_page(superuser, draft):
    answer = client_of(superuser).post(place("delete", draft), {"post": "yes"})
    assert answer.status_code == 403
    assert "thrown away on its own page" in told(answer)
    assert PolicyEdition.objects.exists()


@pytest.mark.parametrize("key", ["0", "x", "9" * 30])
def test_a_key_of_nothing_is_not_found(desk, document, key):
    assert desk.get(reverse("admin:policies_policyedition_change", args=[key])).status_code == 404
    assert desk.get(reverse("admin:policies_policydocument_change", args=[f"no-{key}"])).status_code == 404


def test_history_stands_on_the_page_for_who_reads_the_audit(draft, officer, agent):
    assert "Draft of an edition changed" in told(client_of(officer).get(place("change", draft)))
    assert "Draft of an edition changed" not in told(client_of(agent).get(place("change", draft)))


def test_what_is_written_hostile_is_harmless_on_the_desk(desk, draft, officer):
    change_edition(
        actor=officer, edition_id=draft.pk, version=2,
        values=TEXTS | {"text_en": "<script>alert(7)</script>", "summary_en": "<script>alert(8)</script>"},
    )  # fmt: skip
    html = told(desk.get(f"{place('change', draft)}?text=en"))
    assert "&lt;script&gt;alert(7)" in html
    assert "<script>alert(" not in html
