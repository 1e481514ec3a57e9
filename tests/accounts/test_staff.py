"""Staff and their roles: kept by superusers, recorded, never deleted."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.accounts.roles import ROLE_PERMISSIONS, sync_roles
from apps.accounts.services import set_roles
from apps.audit.models import Entry
from tests.factories import PASSWORD, make_user


@pytest.fixture
def root(db):
    return User.objects.create_superuser("root@staff.example", "a long enough password")


@pytest.fixture
def at_desk(root):
    client = Client()
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    return client


NEW = "an even longer password"


def test_a_superuser_adds_a_member_of_staff_with_roles(at_desk, root):
    form = {"email": "New@Staff.Example", "first_name": "New", "roles": ["agent"], "password1": NEW, "password2": NEW}
    answer = at_desk.post(reverse("admin:accounts_user_add"), form)
    assert answer.status_code == 302, answer.content.decode()
    user = User.objects.get(email="new@staff.example")
    assert user.roles == [Role.AGENT]
    assert user.check_password(NEW)
    entry = Entry.objects.about(user).get()
    assert (entry.actor, entry.action) == (root, "accounts.change")
    assert entry.facts["added"] == ["agent"]
    assert NEW not in str(entry.facts)


def test_a_change_of_roles_is_recorded_with_what_came_and_went(at_desk, agent):
    page = reverse("admin:accounts_user_change", args=[agent.pk])
    form = {
        "email": agent.email,
        "first_name": agent.first_name,
        "roles": ["officer"],
        "is_active": "on",
        "is_staff": "on",
    }
    answer = at_desk.post(page, form)
    assert answer.status_code == 302, answer.content.decode()
    agent.refresh_from_db()
    assert agent.roles == [Role.OFFICER]
    facts = Entry.objects.about(agent).get().facts
    assert facts == {"fields": [], "added": ["officer"], "removed": ["agent"]}


def test_switching_somebody_off_is_recorded_by_field(at_desk, agent):
    page = reverse("admin:accounts_user_change", args=[agent.pk])
    at_desk.post(page, {"email": agent.email, "first_name": agent.first_name, "roles": ["agent"], "is_staff": "on"})
    agent.refresh_from_db()
    assert not agent.is_active
    assert Entry.objects.about(agent).get().facts == {"fields": ["is_active"], "added": [], "removed": []}


def test_nobody_gives_roles_without_leave(officer, agent):
    with pytest.raises(PermissionDenied):
        set_roles(actor=officer, user=agent, roles=["lead"])
    assert agent.roles == [Role.AGENT]


def test_lead_and_auditor_look_and_do_not_change(agent):
    for role in (Role.LEAD, Role.AUDITOR):
        client = Client()
        client.force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")
        page = reverse("admin:accounts_user_change", args=[agent.pk])
        html = client.get(page).content.decode()
        assert "Support agent" in html
        assert agent.password not in html
        assert client.post(page, {"roles": ["lead"]}).status_code == 403


def test_nobody_is_deleted(at_desk, agent):
    assert at_desk.post(reverse("admin:accounts_user_delete", args=[agent.pk]), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=agent.pk).exists()


@pytest.mark.parametrize("role", Role.values)
def test_a_role_has_exactly_what_the_code_says(role, db):
    assert make_user(role).get_all_permissions() == ROLE_PERMISSIONS[role]


def test_a_permission_that_was_added_by_hand_goes_with_the_next_migrate(agent):
    from django.contrib.auth.models import Group, Permission

    group = Group.objects.get(name="agent")
    group.permissions.add(Permission.objects.get(codename="reveal_subject"))
    assert User.objects.get(pk=agent.pk).has_perm("subjects.reveal_subject")
    sync_roles()
    assert not User.objects.get(pk=agent.pk).has_perm("subjects.reveal_subject")


def test_a_role_that_names_an_unknown_permission_stops_the_sync(db, monkeypatch):
    monkeypatch.setitem(ROLE_PERMISSIONS, "agent", frozenset({"subjects.fly"}))
    with pytest.raises(LookupError, match=r"subjects\.fly"):
        sync_roles()


def test_str_tells_no_address(officer):
    officer.first_name = ""
    assert str(officer) == f"staff {officer.pk}"


def test_setting_anothers_password_is_recorded(at_desk, root, agent):
    place = reverse("admin:auth_user_password_change", args=[agent.pk])
    answer = at_desk.post(place, {"password1": NEW, "password2": NEW, "usable_password": "true"})
    assert answer.status_code == 302, answer.content.decode()
    agent.refresh_from_db()
    assert agent.check_password(NEW)
    entry = Entry.objects.about(agent).get()
    assert (entry.actor, entry.facts) == (root, {"fields": ["password"], "added": [], "removed": []})


def test_changing_ones_own_password_asks_for_the_old_one_and_is_recorded(desk, officer):
    place = reverse("admin:password_change")
    wrong = desk.post(place, {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW})
    assert wrong.status_code == 200
    changes = Entry.objects.filter(action="accounts.change")
    assert not changes.exists()
    answer = desk.post(place, {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert answer["Location"] == reverse("admin:password_change_done")
    officer.refresh_from_db()
    assert officer.check_password(NEW)
    entry = changes.get()
    assert (entry.actor, entry.facts["fields"]) == (officer, ["password"])
    assert desk.get(reverse("admin:index")).status_code == 200
