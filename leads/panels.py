"""Panels of the page of a lead: its files; more are registered by other apps."""

from crm.activities.panels import FilesPanel
from crm.web.panels import register
from leads.models import Lead

register(Lead, FilesPanel)
