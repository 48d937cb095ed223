"""Files stand on articles: pictures of the text, and what is to be downloaded."""

from crm.access.verbs import CHANGE
from crm.activities.subjects import register_files
from knowledge.models import Article

register_files(Article, verb=CHANGE, kept=lambda rows: rows.kept())
