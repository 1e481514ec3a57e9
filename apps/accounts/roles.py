"""What each role may do: the whole permission matrix, in one place.

Superusers set up the installation; nobody works cases as one.
"""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from apps.accounts.choices import Role

# Reading that discloses nobody.
_READ_REGISTERS = frozenset({
    "policies.view_datacategory", "policies.view_purpose", "partners.view_partner", "partners.view_recipient",
    "partners.view_processing", "policies.view_policydocument", "policies.view_policyedition",
    "policies.view_deadlinerule", "policies.view_calendarday",
})  # fmt: skip
_READ_OPTOUTS = frozenset({
    "optouts.view_suppression", "optouts.view_optoutevent", "optouts.view_resubscription",
})  # fmt: skip
_READ_CONSENTS = frozenset({
    "consents.view_consentevent", "consents.view_consentstate", "consents.view_consentfigure",
})  # fmt: skip
_READ_IMPORTS = frozenset({"imports.view_batch"})
_READ_CAMPAIGNS = frozenset({"campaigns.view_campaign"})
_WORK_CAMPAIGNS = _READ_CAMPAIGNS | {
    "campaigns.add_campaign", "campaigns.download_campaign", "campaigns.record_send", "campaigns.exchange_hashes",
}  # fmt: skip
_WORK_IMPORTS = _READ_IMPORTS | {
    "imports.add_batch",
    "imports.confirm_batch",
    "imports.cancel_batch",
    "imports.undo_batch",
}

# A policy is written by several, and approved by one who did not write it.
_WRITE_POLICY = frozenset({"policies.prepare_policyedition"})
_REVIEW_POLICY = _WRITE_POLICY | {"policies.review_policyedition"}
_KEEP_POLICY = _REVIEW_POLICY | {
    "policies.publish_policyedition", "policies.add_policydocument", "policies.change_policydocument",
}  # fmt: skip

_REPLIES = frozenset({"optouts.view_inboundmessage", "optouts.handle_inboundmessage"})

_READ_CASES = frozenset({"cases.view_case", "cases.view_replytemplate"})
_NOTE_CASES = _READ_CASES | {"cases.note_case", "cases.verify_case", "support.add_supportrequest"}
_WORK_CASES = _NOTE_CASES | {"cases.work_case", "cases.read_case", "support.view_mailrun", "support.view_takenmail"}

_GIVE_COPIES = frozenset({"support.prepare_accesspackage", "support.release_accesspackage"})

_AGENT = _READ_REGISTERS | _READ_OPTOUTS | _READ_CONSENTS | _REPLIES | _NOTE_CASES | {
    "subjects.view_subject", "subjects.add_subject", "optouts.take_optout", "consents.record_consent",
    "campaigns.ask_why", "support.take_mail", "support.view_mailrun", "support.view_takenmail",
}  # fmt: skip
_OFFICER = _AGENT | _WORK_IMPORTS | _WORK_CAMPAIGNS | _WORK_CASES | _GIVE_COPIES | _WRITE_POLICY | {
    "cases.assign_case", "support.rectify_person",
    "subjects.reveal_subject", "subjects.restrict_subject", "subjects.merge_subject",
    "subjects.add_identifier", "subjects.change_identifier",
    "imports.view_rejects", "imports.settle_conflict", "audit.view_entry",
    "optouts.take_many", "optouts.check_message", "consents.correct_consent", "consents.prove_consent",
    "consents.ask_consent", "exports.view_export", "exports.export_list", "exports.export_people",
}  # fmt: skip
_LEAD = _OFFICER | _KEEP_POLICY | {
    "cases.add_replytemplate", "cases.change_replytemplate",
    "accounts.view_user", "optouts.view_apitoken", "optouts.manage_apitoken",
    "partners.add_recipient", "partners.change_recipient", "partners.decide_recipient",
    "partners.add_processing", "partners.change_processing",
    "policies.add_deadlinerule", "policies.change_deadlinerule", "policies.verify_deadlinerule",
    "policies.add_calendarday", "policies.change_calendarday", "policies.delete_calendarday",
}  # fmt: skip
_COUNSEL = _READ_REGISTERS | _READ_OPTOUTS | _READ_CONSENTS | _WORK_CASES | _REVIEW_POLICY | {
    "policies.verify_deadlinerule", "cases.add_replytemplate", "cases.change_replytemplate",
    "subjects.view_subject", "subjects.reveal_subject", "subjects.restrict_subject", "audit.view_entry",
    "optouts.check_message", "campaigns.ask_why", "consents.prove_consent",
}  # fmt: skip
_PARTNER_MANAGER = _READ_REGISTERS | _WORK_IMPORTS | _WORK_CAMPAIGNS | {
    "partners.add_partner", "partners.change_partner", "partners.change_recipient", "imports.view_rejects",
    "optouts.check_message", "exports.export_list",
}  # fmt: skip
_AUDITOR = _READ_REGISTERS | _READ_OPTOUTS | _READ_CONSENTS | _READ_IMPORTS | _READ_CAMPAIGNS | _READ_CASES | {
    "audit.view_entry", "accounts.view_user", "exports.view_export", "exports.export_list",
    "optouts.view_apitoken", "support.view_mailrun", "support.view_takenmail",
}  # fmt: skip

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.AGENT: frozenset(_AGENT),
    Role.OFFICER: frozenset(_OFFICER),
    Role.LEAD: frozenset(_LEAD),
    Role.COUNSEL: frozenset(_COUNSEL),
    Role.PARTNER_MANAGER: frozenset(_PARTNER_MANAGER),
    Role.AUDITOR: frozenset(_AUDITOR),
}


def sync_roles() -> None:
    """Make the groups and their permissions equal to ROLE_PERMISSIONS; runs after every migrate.

    Raises LookupError when the matrix names a permission that no model declares.
    """
    for role, codes in ROLE_PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set(_permissions(codes))


def _permissions(codes: frozenset[str]) -> list[Permission]:
    wanted = Q(pk__in=[])
    for code in codes:
        app_label, _, codename = code.partition(".")
        wanted |= Q(content_type__app_label=app_label, codename=codename)
    found = list(Permission.objects.filter(wanted).select_related("content_type"))
    missing = codes - {f"{p.content_type.app_label}.{p.codename}" for p in found}
    if missing:
        raise LookupError(f"No such permission: {', '.join(sorted(missing))}")
    return found
