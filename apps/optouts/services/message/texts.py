"""What the rules are called and what a finding says, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.optouts.services.message.rules import Finding

Text = str | Promise

RULES: dict[int, Text] = {
    1: _("One List-Unsubscribe with exactly one https address"),
    2: _("One List-Unsubscribe-Post, beside an https address only"),
    3: _("The DKIM signature covers both"),
    4: _("Service messages carry neither"),
    5: _("The address says nothing of the person"),
    6: _("The address is the exact final one"),
}

FINDINGS: dict[str, Text] = {
    "list-missing": _("The message has no List-Unsubscribe. Add it."),
    "list-twice": _("List-Unsubscribe occurs %(count)s times. Leave one."),
    "https-missing": _("No https address stands in it. Mail programs show no button for any other."),
    "https-many": _("%(count)s https addresses stand in it. Leave one."),
    "base-not-https": _("Links of this installation are not https: PUBLIC_BASE_URL has to be changed first."),
    "other-scheme": _("An address is neither https nor mailto. Take it out."),
    "encoded-word": _(
        "The value is an encoded word (=?utf-8?…?=). Set it as plain text; don't let a library encode it."
    ),
    "not-ascii": _("The value has letters beside ASCII. An address has none: encode them with percent signs."),
    "blank-in-uri": _("The address is broken by a blank or a line end. Leave the header in one long line."),
    "no-brackets": _("The address stands without angle brackets. Put it into < and >."),
    "beside-brackets": _("Something stands beside the addresses in angle brackets. Take it out."),
    "post-missing": _("The message has no List-Unsubscribe-Post. Without it there is no one-click."),
    "post-twice": _("List-Unsubscribe-Post occurs %(count)s times. Leave one."),
    "post-value": _("Its value has to be exactly List-Unsubscribe=One-Click."),
    "post-alone": _(
        "It stands without an https address in List-Unsubscribe. Add the address, or take this header out."
    ),
    "dkim-missing": _(
        "The message has no DKIM signature. Send it to a mailbox of your own and check what arrived there: a draft is "
        "not signed yet."
    ),
    "dkim-misses": _("The signature of %(domain)s does not cover %(names)s. Add the names to its h=."),
    "dkim-tags": _("The signature lacks something that it must have, or has it twice (v=1, a, b, bh, d, h, s)."),
    "dkim-from": _("The signature does not cover From, so that no receiver takes it."),
    "dkim-base64": _("The signature's b= or bh= is no base64: it was damaged on the way."),
    "dkim-weak": _("The signature is an rsa-sha1 one, which receivers no longer take. Sign with rsa-sha256."),
    "dkim-unverified": _(
        "Both are covered. Whether the signature is genuine is not checked here: that takes the sender's key."
    ),
    "service-carries": _(
        "A service message goes on after a refusal, so it must not offer one: the button would stop something else. "
        "Take these headers out."
    ),
    "email-in-uri": _("An e-mail address can be read in it: %(masked)s. Use a link of ours, which hides it."),
    "phone-in-uri": _("A phone number can be read in it: %(masked)s. Use a link of ours, which hides it."),
    "digest-in-uri": _(
        "A bare digest of the recipient's address stands in it. Whoever has a list of addresses can undo it."
    ),
    "sealed": _("A link of ours: the address is sealed in it, and one of our keys verifies it."),
    "opaque": _(
        "No phone and no e-mail address can be read in it, decoded ones included. Who it is for only its maker "
        "can verify."
    ),
    "no-address": _("There is no address to look at."),
    "exact": _("A link of ours, exactly as it was made."),
    "of-another": _(
        "A link of ours, exactly as it was made, but it stops another address than the one the message went to. In a "
        "test that is so; in a mailing the rows were mixed up."
    ),
    "foreign": _("Not a link of ours. Whether it redirects only a request would tell, and none is sent."),
    "uri-not-minted": _(
        "The address is on our host, but none of our keys verifies it: it was cut off, changed or made up."
    ),
    "uri-not-https": _("The link of ours begins with another scheme than it was made with."),
    "uri-other-host": _(
        "The link of ours was wrapped into another host's address, as click counters do. Mail programs don't "
        "follow redirects."
    ),
    "uri-appended": _("Something was appended to the link of ours. Take it off."),
    "uri-trailing-slash": _("A slash was appended to the link of ours. Take it off."),
    "uri-language-prefix": _(
        "A language stands in front of the path. The final address has none: the page finds the language out."
    ),
    "uri-not-exact": _("The link of ours is not written exactly as it was made."),
}  # fmt: skip


def finding_text(finding: Finding) -> str:
    """The finding for the reader."""
    return str(FINDINGS[finding.code]) % finding.params
