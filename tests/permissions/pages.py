"""Who may open which page of the desk: the whole matrix. A page that has no line here fails the test.

A agent, O officer, L lead officer, C counsel, P partner manager, D auditor, N staff without a role.
Whoever isn't signed in opens none of them but `login`.
"""

EVERYBODY = "AOLCPDN"
NOBODY = ""

PAGES: dict[str, str] = {
    # Django's own
    "index": EVERYBODY,
    "login": NOBODY,  # leads to sign-in, and refuses who is signed in and came back
    "logout": EVERYBODY,
    "password_change": EVERYBODY,
    "password_change_done": EVERYBODY,
    "autocomplete": NOBODY,
    "jsi18n": EVERYBODY,
    "search": EVERYBODY,
    "view_on_site": NOBODY,
    "app_list": "AOLC",
    # people
    "subjects_find": "AOLC",
    "subjects_register": "AOL",
    "subjects_reveal": "OLC",
    "subjects_hide": "OLC",
    "subjects_restrict": "OLC",
    "subjects_release": "OLC",
    "subjects_add_identifier": "OL",
    "subjects_move_identifier": "OL",
    "subjects_merge": "OL",
    "subjects_merge_preview": "OL",
    "subjects_subject_changelist": "AOLC",
    "subjects_subject_add": NOBODY,
    "subjects_subject_history": "AOLC",
    "subjects_subject_delete": NOBODY,
    "subjects_subject_change": "AOLC",
    # opt-outs
    "optouts_take": "AOL",
    "optouts_take_from_person": "AOL",
    "optouts_find": "AOLCD",
    "optouts_suppression_changelist": "AOLCD",
    "optouts_suppression_add": NOBODY,
    "optouts_suppression_history": "AOLCD",
    "optouts_suppression_delete": NOBODY,
    "optouts_suppression_change": "AOLCD",
    "optouts_optoutevent_changelist": "AOLCD",
    "optouts_optoutevent_add": NOBODY,
    "optouts_optoutevent_history": "AOLCD",
    "optouts_optoutevent_delete": NOBODY,
    "optouts_optoutevent_change": "AOLCD",
    # consents
    "consents_give": "AOL",
    "consents_end": "AOL",
    "consents_consentevent_changelist": "AOLCD",
    "consents_consentevent_add": NOBODY,
    "consents_consentevent_history": "AOLCD",
    "consents_consentevent_delete": NOBODY,
    "consents_consentevent_change": "AOLCD",
    # partners' files
    "imports_batch_changelist": "OLPD",
    "imports_batch_add": "OLP",
    "imports_batch_history": "OLPD",
    "imports_batch_delete": NOBODY,
    "imports_batch_change": "OLPD",
    "imports_batch_progress": "OLPD",
    "imports_batch_confirm": "OLP",
    "imports_batch_cancel": "OLP",
    "imports_batch_map": "OLP",
    "imports_batch_resume": "OLP",
    "imports_batch_undo": "OLP",
    "imports_batch_rejects": "OLP",
    # partners
    "partners_partner_changelist": "AOLCPD",
    "partners_partner_add": "P",
    "partners_partner_history": "AOLCPD",
    "partners_partner_delete": NOBODY,
    "partners_partner_change": "AOLCPD",
    # registers
    "policies_datacategory_changelist": "AOLCPD",
    "policies_datacategory_add": NOBODY,
    "policies_datacategory_history": "AOLCPD",
    "policies_datacategory_delete": NOBODY,
    "policies_datacategory_change": "AOLCPD",
    "policies_purpose_changelist": "AOLCPD",
    "policies_purpose_add": NOBODY,
    "policies_purpose_history": "AOLCPD",
    "policies_purpose_delete": NOBODY,
    "policies_purpose_change": "AOLCPD",
    # audit and staff
    "audit_entry_changelist": "OLCD",
    "audit_entry_add": NOBODY,
    "audit_entry_history": "OLCD",
    "audit_entry_delete": NOBODY,
    "audit_entry_change": "OLCD",
    "accounts_user_changelist": "LD",
    "accounts_user_add": NOBODY,
    "accounts_user_history": "LD",
    "accounts_user_delete": NOBODY,
    "accounts_user_change": "LD",
    "auth_user_password_change": NOBODY,
    # background jobs: for whoever runs the server, as a superuser
    "procrastinate_procrastinatejob_changelist": NOBODY,
    "procrastinate_procrastinatejob_add": NOBODY,
    "procrastinate_procrastinatejob_history": NOBODY,
    "procrastinate_procrastinatejob_delete": NOBODY,
    "procrastinate_procrastinatejob_change": NOBODY,
}
