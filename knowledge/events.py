"""Events of the knowledge base."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

A, C = "knowledge.article", "knowledge.category"
declare(f"{A}.created", _("%(actor)s created the article"), icon="plus")
declare(f"{A}.updated", _("%(actor)s changed the article"), icon="pencil")
declare(f"{A}.submitted", _("%(actor)s handed the article in for review"), icon="send")
declare(f"{A}.withdrawn", _("%(actor)s withdrew the article from review"), icon="arrow-back-up")
declare(f"{A}.returned", _("%(actor)s sent the article back"), icon="message-x")
declare(f"{A}.published", _("%(actor)s published the article"), icon="circle-check")
declare(f"{A}.revised", _("%(actor)s began to revise the article"), icon="edit")
declare(f"{A}.discarded", _("%(actor)s discarded the changes"), icon="arrow-back-up")
declare(f"{A}.retired", _("%(actor)s took the article down"), icon="archive")
declare(f"{A}.reviewed", _("%(actor)s confirmed that the article is up to date"), icon="checks")
declare(f"{A}.used", _("%(actor)s used the article in a reply"), icon="quote", timeline=False)
declare(f"{A}.deleted", _("%(actor)s moved the article to the recycle bin"), icon="trash")
declare(f"{A}.restored", _("%(actor)s restored the article"), icon="restore")
declare(
    f"{A}.purged",
    _("%(actor)s removed the article %(label)s for good"),
    icon="trash-x",
    timeline=False,
)
declare(f"{A}.imported", _("%(actor)s imported articles"), timeline=False)
declare(f"{A}.exported", _("%(actor)s exported articles"), timeline=False)
declare(f"{C}.created", _("%(actor)s created the knowledge category %(label)s"))
declare(f"{C}.updated", _("%(actor)s changed the knowledge category %(label)s"))
declare(f"{C}.deleted", _("%(actor)s deleted the knowledge category %(label)s"))
F, D = "knowledge.folder", "knowledge.document"
declare(f"{F}.created", _("%(actor)s created the folder %(label)s"))
declare(f"{F}.updated", _("%(actor)s changed the folder %(label)s"))
declare(f"{F}.deleted", _("%(actor)s deleted the folder %(label)s"))
declare(f"{D}.uploaded", _("%(actor)s uploaded the document %(label)s"))
declare(f"{D}.updated", _("%(actor)s changed the document %(label)s"))
declare(f"{D}.deleted", _("%(actor)s deleted the document %(label)s"))
