"""Rights of a newer version: offered to preset roles, never given by themselves."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.accounts import renewing
from crm.accounts.models import Grant, Role
from crm.accounts.services import save_role
from crm.audit.models import Event
from crm.core.errors import NotAllowed, Stale

pytestmark = pytest.mark.django_db
URL = "admin:accounts_role_renew"
LACKED = {
    ("tickets.ticket", "view"), ("knowledge.article", "view"), ("knowledge.article", "change"),
}  # fmt: skip


def age(role: Role, *rights: tuple[str, str]) -> Role:
    """The role as a version left it that did not know these rights; it kept models in `seeded`."""
    for model, verb in rights or LACKED:
        assert role.grants.filter(model=model, verb=verb).delete()[0]
    Role.objects.filter(pk=role.pk).update(seeded=["customers.customer", "tickets.ticket"])
    return Role.objects.get(pk=role.pk)


def table(role: Role, *without: tuple[str, str]) -> dict:
    """The rights of a role as its page posts them."""
    rows = role.grants.all()
    return {
        (row.model, row.verb): (row.scope, [])
        for row in rows
        if (row.model, row.verb) not in without
    }


def test_a_new_installation_is_offered_nothing(client_of, people, roles):
    assert renewing.offers() == []
    root = client_of("root")
    assert "No preset role lacks a right" in root.get(reverse(URL)).content.decode()
    assert reverse(URL) not in root.get(reverse("admin:index")).content.decode()


def test_an_older_role_is_offered_what_it_lacks_and_gets_it_with_one_click(
    client_of, people, roles
):
    role, scope = roles["service"], roles["service"].grants.get(model="tickets.ticket", verb="view")
    role = age(role)
    (offer,) = renewing.offers()
    assert (offer.role, set(offer.rights), offer.by_hand) == (role, LACKED, False)
    client = client_of("sysadmin")
    for page in ("admin:index", "admin:accounts_role_changelist"):
        assert reverse(URL) in client.get(reverse(page)).content.decode()
    one = client.get(reverse("admin:accounts_role_change", args=[role.pk])).content.decode()
    assert "lacks rights of the present one" in one and reverse(URL) in one
    shown = client.get(reverse(URL)).content.decode()
    assert f'value="{role.pk}:{offer.token}" checked' in shown
    assert "Ticket" in shown and str(scope.get_scope_display()) in shown
    assert "、" not in shown  # a Chinese comma, on an English page
    assert not role.grants.filter(model="tickets.ticket", verb="view").exists()
    answer = client.post(reverse(URL), {"act": "add", "role": f"{role.pk}:{offer.token}"})
    assert answer.status_code == 302
    given = Grant.objects.get(role=role, model="tickets.ticket", verb="view")
    assert given.scope == scope.scope
    event = Event.objects.latest("id")
    assert (event.code, event.actor) == ("accounts.role.completed", people["sysadmin"])
    assert set(event.changes) == {".".join(right) for right in LACKED}
    assert renewing.offers() == []


def test_a_role_changed_by_hand_is_offered_but_not_chosen(monkeypatch, client_of, people, roles):
    role = roles["service"]
    wider = {**table(role), ("dictionaries.tag", "delete"): ("all", [])}
    save_role(role, grants=wider, actor=people["root"])
    role = age(role)
    (offer,) = renewing.offers()
    assert offer.by_hand
    # also where the log of that time is gone: it has what no such role has
    monkeypatch.setattr(renewing, "_changed_by_hand", lambda keys: set())
    assert renewing.offers()[0].by_hand
    page = client_of("root").get(reverse(URL)).content.decode()
    assert f'value="{role.pk}:{offer.token}">' in page and "changed by hand" in page


def test_what_was_taken_away_or_declined_is_not_offered_again(client_of, people, roles):
    role = roles["service"]
    save_role(role, grants=table(role, *LACKED), actor=people["root"])
    assert renewing.offers() == []
    older = age(roles["sales"], ("tickets.ticket", "view"))
    (offer,) = renewing.offers()
    data = {"act": "leave", "role": f"{older.pk}:{offer.token}"}
    assert client_of("root").post(reverse(URL), data).status_code == 302
    assert renewing.offers() == []
    assert not older.grants.filter(model="tickets.ticket", verb="view").exists()
    assert Event.objects.latest("id").code == "accounts.role.left"


def test_nobody_adds_what_he_did_not_see_or_to_a_role_of_his_rank(client_of, people, roles):
    role = age(roles["service"])
    (offer,) = renewing.offers()
    role.grants.filter(model="tickets.ticket", verb="change").delete()  # and now lacks one more
    for seen in (offer.token, "", "x"):
        with pytest.raises(Stale):
            renewing.add_rights(role, seen=seen, actor=people["root"])
    token = renewing.offers()[0].token
    for login in ("sales", "auditor", "nobody"):
        with pytest.raises(NotAllowed):
            renewing.add_rights(role, seen=token, actor=people[login])
        assert client_of(login).get(reverse(URL)).status_code == 403
    own = age(roles["system_admin"], ("accounts.user", "add"))
    found = next(each for each in renewing.offers() if each.role == own)
    with pytest.raises(NotAllowed):
        renewing.add_rights(own, seen=found.token, actor=people["sysadmin"])
    data = {"act": "add", "role": [f"{own.pk}:{found.token}", f"{role.pk}:stale", "x:y", "7"]}
    assert client_of("sysadmin").post(reverse(URL), data).status_code == 302
    assert client_of("sysadmin").post(reverse(URL), {"act": "add"}).status_code == 302
    assert not own.grants.filter(model="accounts.user", verb="add").exists()
    assert renewing.add_rights(own, seen=found.token, actor=people["root"]) == 1


def test_own_roles_and_copies_are_offered_nothing(people, roles):
    copy = Role(code="role-x", name="售后一组", is_preset=False)
    save_role(copy, grants={}, actor=people["root"])
    assert renewing.offers() == []


def test_looking_costs_the_same_for_all_roles(roles):
    age(roles["service"])
    with CaptureQueriesContext(connection) as one:
        renewing.offers()
    for code in ("sales", "sales_manager", "auditor"):
        age(roles[code], ("tickets.ticket", "view"))
    with CaptureQueriesContext(connection) as four:
        assert len(renewing.offers()) == 4
    assert len(four) <= len(one) <= 4
