"""Files stand on articles (pictures, downloads), and are what documents are made of."""

from crm.access.verbs import CHANGE
from crm.activities.subjects import register_files
from knowledge.models import Article, Document

register_files(Article, verb=CHANGE, kept=lambda rows: rows.kept())
register_files(Document, verb=CHANGE)
