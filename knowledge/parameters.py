"""System parameters of the knowledge base."""

from django.utils.translation import gettext_lazy as _

from crm.dictionaries.settings import declare

GROUP = _("Knowledge base")
FOUR_EYES = "knowledge_four_eyes"
REVIEW_DAYS = "knowledge_review_days"
HELP_CENTRE = "help_centre_on"
NOINDEX = "help_centre_noindex"
CONTACT = "help_centre_contact"

declare(
    FOUR_EYES,
    _("The author may not release an article alone"),
    True,
    kind="flag",
    group=GROUP,
    help=_("Somebody else with the right to review releases it."),
)
declare(
    REVIEW_DAYS,
    _("Days until a released article is reviewed again"),
    180,
    kind="number",
    low=1,
    high=3650,
    group=GROUP,
)
declare(
    HELP_CENTRE,
    _("The help centre is open to visitors without an account"),
    True,
    kind="flag",
    group=GROUP,
    help=_("It shows released articles whose readers are everybody, and nothing else."),
)
declare(
    NOINDEX,
    _("Keep search engines out of the help centre"),
    True,
    kind="flag",
    group=GROUP,
)
declare(
    CONTACT,
    _("How visitors of the help centre reach your service"),
    "",
    group=GROUP,
    help=_("Stands below every page of it: a hotline, its hours, the address of a public form."),
)
