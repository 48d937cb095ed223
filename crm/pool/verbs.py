"""Verbs that pooled records have besides the common ones."""

from django.utils.translation import gettext_lazy as _

from crm.access import verbs

#: Look into pools without claiming; whoever may claim may look.
SEE = verbs.register("see_pool", _("See the pool"))
CLAIM = verbs.register("claim", _("Claim from the pool"))
RELEASE = verbs.register("release", _("Put into the pool"))
LOCK = verbs.register("lock", _("Lock and protect against the pool"))
TRANSFER = verbs.register("transfer", _("Transfer to a colleague"))

POOLED = (SEE, CLAIM, RELEASE, LOCK, TRANSFER)
