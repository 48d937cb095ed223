"""Rights of the knowledge base beside the common ones."""

from django.utils.translation import gettext_lazy as _

from crm.access.verbs import register

#: Release, send back and take down articles of others.
REVIEW = register("review", _("Review and publish"))
