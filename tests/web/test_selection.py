"""The rows of a bulk action or an export: those marked, as far as the right for it reaches."""

from crm.access import verbs
from crm.web.bulk import Selection
from crm.web.listing import LISTS
from tests.factories.company import Company
from tests.factories.customers import make_customer, share


def everything(company: Company, login: str, verb: str = verbs.EXPORT) -> Selection:
    """All rows the user sees, as 全选 marks them."""
    spec = LISTS["customers"]
    return Selection(spec, company[login], verb, [], everything=True, query="scene=all")


def test_rows_that_both_rights_reach_are_asked_for_once(company: Company) -> None:
    """Said twice, 100,000 rows are sorted on SQLite instead of walked, and kept for it."""
    mine = make_customer(company, company["sales1"])
    make_customer(company, company.stranger())
    selection = everything(company, "manager")
    assert list(selection.keys()) == [mine.pk]
    assert str(selection.permitted.query).count("SELECT") == 1
    marked = Selection(selection.spec, company["manager"], verbs.EXPORT, [mine.pk])
    assert str(marked.permitted.query).count("SELECT") == 1


def test_a_row_seen_by_a_share_is_not_taken_out(company: Company) -> None:
    own = make_customer(company, company["sales1"])
    seen = make_customer(company, company.stranger())
    share(company, seen, company["manager"])
    selection = everything(company, "manager")
    assert set(selection.visible) == {own, seen}
    assert list(selection.keys()) == [own.pk]


def test_nothing_is_selected_for_a_disabled_user(company: Company) -> None:
    make_customer(company, company["disabled"])
    for verb in (verbs.VIEW, verbs.EXPORT):
        assert list(everything(company, "disabled", verb).keys()) == []
