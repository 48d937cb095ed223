"""Trials of sales work in several processes: races for a lead, kills of the tick and of bulk jobs.

Races (G20): processes with connections of their own claim or convert the same lead at the same
moment. Kills (G14): the tick of reminders, the fall into the pool, and a bulk action that runs
as a job, die at a statement; another process goes on, and nothing is lost or doubled.
"""

import os
import signal
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, models

from crm.accounts.models import User
from crm.audit import transitions
from crm.audit.models import Event
from crm.core import changes, clock
from crm.core.errors import DomainError
from crm.dictionaries import lookups, stamps
from crm.jobs import bulk, runner, sweep
from crm.jobs.models import ACTIVE, Job, State
from crm.notifications.models import Notification
from crm.pool import rules as pool_rules
from crm.pool.models import OwnershipSpan, PoolRuleVersion, UntoldFall
from crm.pool.services import keeping, moving, recycling
from crm.pool.services.claiming import claim
from crm.reminders import models as reminders
from crm.reminders import rules, running
from crm.reminders.rules import RuleKind
from crm.web.bulk import Order
from customers.models import Contact, Customer
from customers.rules import default_nature
from leads.bulk import AssignLeads
from leads.choices import SOURCE
from leads.drafts import LeadDraft
from leads.models import Lead
from leads.services.converting import Wish, convert_lead
from leads.services.creating import create_leads
from opportunities.models import Opportunity
from tests.gates.kill_trials import Findings
from tests.kit.killing import Executioner, fork, wait

RACERS = 4
#: Reminders due together; rows of a bulk action and those of a step.
DUE, ROWS, STEP = 5, 6, 2
#: Leads of each owner that fall.
FALLING = 3
RULE = "killing"
WON, REFUSED, BROKEN = b"w", b"r", b"x"


def prepare() -> list[User]:
    """Dictionaries and people who may everything; the first one is "killer"."""
    call_command("seed_dictionaries", verbosity=0)
    for number in range(RACERS):
        User.objects.create(
            username=f"racer{number}",
            name=f"Racer {number}",
            is_superuser=True,
            must_change_password=False,
        )
    if RULE not in rules.RULES:
        rules.register(RuleKind(RULE, "Killing", title=lambda *_: "Call", text=lambda *_: "Now"))
    return list(User.objects.order_by("pk"))


def make_leads(owner: User | None, number: int, name: str) -> list[Lead]:
    """Leads of somebody, or in the pool."""
    source = lookups.by_code(SOURCE, "website").pk
    drafts = [
        LeadDraft(
            Lead(
                name=f"{name}{place}号有限公司",
                contact_name="王芳",
                mobile=f"1390000{Lead.objects.count() + place:04d}",
                owner=owner,
                source_id=source,
            )
        )
        for place in range(number)
    ]
    return create_leads(drafts, actor=User.objects.get(username="killer"))


def sales(options: Namespace) -> dict[str, Any]:
    """All trials on one database; `planted` are races with the bugs they are for."""
    people = prepare()
    found = {"races": races(people, options.trials)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving, "_move_one", unconditional)
        patch.setattr(transitions, "write_changes", unversioned)
        found["planted"] = races(people, 1)
    found["reminders"] = reminder_kills(people[0], max(1, options.stride // 6))
    found["falls"] = fall_kills(people[1:3], options.stride // 2 or 1)
    found["bulk"] = bulk_kills(people[0], people[1], options.stride)
    return found


# --- races --------------------------------------------------------------------------------------
def races(people: list[User], number: int) -> dict[str, Any]:
    """So many leads are claimed, and as many converted, by all at once."""
    findings = Findings()
    for _round in range(number):
        place = Lead.objects.count()
        (pooled,) = make_leads(None, 1, f"公海{place}-")
        answers = together([partial(claim_it, pooled.pk, who.pk) for who in people[1:]])
        findings.add(claimed_wrongly(pooled, answers), kills=0)
        (own,) = make_leads(people[0], 1, f"转化{place}-")
        answers = together([partial(convert_it, own.pk) for _who in people[1:]])
        findings.add(converted_wrongly(own, answers), kills=0)
    return findings.as_dict()


def together(works: list[Callable[[Callable[[], None]], None]]) -> Counter:
    """Let each work run in a process of its own from the same moment on; their answers."""
    start, go = os.pipe()
    heard, tell = os.pipe()

    def run(work: Callable[[Callable[[], None]], None]) -> None:
        os.close(go)
        try:
            work(lambda: os.read(start, 1) and None)
            os.write(tell, WON)
        except DomainError:
            os.write(tell, REFUSED)
        except DatabaseError:
            os.write(tell, BROKEN)

    children = [fork(partial(run, work)) for work in works]
    time.sleep(0.3)  # all have read the lead and wait at the pipe
    os.close(go)
    assert [wait(child) for child in children] == [0] * len(children)
    found = Counter(bytes([code]) for code in os.read(heard, len(works)))
    for end in (start, heard, tell):
        os.close(end)
    return found


def claim_it(pk: int, user: int, ready: Callable[[], None]) -> None:
    """Claim a lead that was seen in the pool."""
    lead, actor = Lead.objects.get(pk=pk), User.objects.get(pk=user)
    ready()
    claim(lead, actor=actor)


def convert_it(pk: int, ready: Callable[[], None]) -> None:
    """Convert a lead, as a second click does."""
    lead, wish = Lead.objects.get(pk=pk), Wish(nature_id=default_nature(), opportunity="一期")
    actor = User.objects.get(username="killer")
    ready()
    convert_lead(lead, wish, actor=actor)


def claimed_wrongly(lead: Lead, answers: Counter) -> list[str]:
    """Exactly one was told so, and exactly one has it."""
    spans = OwnershipSpan.objects.filter(subject_id=lead.pk, action="claimed").count()
    return differences(lead, {"winners": (answers[WON], 1), "claims": (spans, 1),
                              "broken": (answers[BROKEN], 0)})  # fmt: skip


def converted_wrongly(lead: Lead, answers: Counter) -> list[str]:
    """One customer, one contact, one opportunity, one event."""
    made = Customer.objects.filter(name=lead.name)
    events = Event.objects.filter(code="leads.lead.converted", subject_id=lead.pk)
    return differences(
        lead,
        {
            "winners": (answers[WON], 1),
            "customers": (made.count(), 1),
            "contacts": (Contact.objects.filter(customer__in=made).count(), 1),
            "opportunities": (Opportunity.objects.filter(customer__in=made).count(), 1),
            "events": (events.count(), 1),
            "broken": (answers[BROKEN], 0),
        },
    )


def differences(what: Any, figures: dict[str, tuple[Any, Any]]) -> list[str]:
    """Figures that are not as they must be."""
    return [f"{what}: {name} {is_} not {must}" for name, (is_, must) in figures.items()
            if is_ != must]  # fmt: skip


def unconditional(kind: Any, row: Any, values: dict[str, Any]) -> None:
    """Planted bug: a move that does not ask in whose hands the record is."""
    kind.model._base_manager.filter(pk=row.pk).update(**values, version=models.F("version") + 1)
    for name, value in values.items():
        setattr(row, name, value)


def unversioned(row: Any, values: dict[str, Any], *, version: int | None = None) -> Any:
    """Planted bug: a write without the version in its WHERE."""
    diff = changes.difference(row, values)
    new = {name: pair[1] for name, pair in diff.items()}
    type(row)._base_manager.filter(pk=row.pk).update(**new)
    return changes.as_log(diff)


# --- kills --------------------------------------------------------------------------------------
def reminder_kills(user: User, stride: int) -> dict[str, Any]:
    """Kill the tick at every `stride`-th statement; ten minutes later another one goes on."""
    return kills(stride, partial(due, user), lambda _keys: running.run_due(), tell_later)


def due(user: User) -> list[int]:
    """Reminders whose time has come."""
    at = clock.now() - timedelta(minutes=1)
    first = reminders.Reminder.objects.count()
    rows = [
        reminders.Reminder(
            rule=RULE, recipient=user, due_at=at, dedupe_key=f"killing:{first + place}"
        )
        for place in range(DUE)
    ]
    return [row.pk for row in reminders.Reminder.objects.bulk_create(rows)]


def tell_later(keys: list[int]) -> list[str]:
    """The tick behind the lapse of a claim, and what is wrong then."""
    running.run_due(now=clock.now() + timedelta(minutes=11))
    rows = reminders.Reminder.objects.filter(pk__in=keys)
    told = Notification.objects.filter(dedupe_key__in=[f"reminder:{pk}" for pk in keys])
    sent = rows.filter(state="sent", notice__isnull=False).count()
    return differences("reminders", {"sent": (sent, DUE), "notices": (told.count(), DUE)})


def fall_kills(owners: list[User], stride: int) -> dict[str, Any]:
    """Kill the fall of two owners' leads, in chunks, at every `stride`-th statement."""
    recycling.CHUNK = STEP
    PoolRuleVersion.objects.filter(pool__kind="lead").update(
        valid_from=date(2020, 1, 1), recycles=True, follow_up_days=30, deal_days=None, grace_days=0
    )
    stamps.bump(pool_rules.STAMP)

    def ready() -> dict[int, int]:
        Notification.objects.filter(kind="pool_recycled").delete()
        OwnershipSpan.objects.filter(action="recycled").delete()  # the day counts all of it
        rows = [make_leads(who, FALLING, f"掉落{Lead.objects.count()}-") for who in owners]
        keys = {row.pk: row.owner_id for group in rows for row in group}
        ago = clock.now() - timedelta(days=90)
        Lead.objects.filter(pk__in=keys).update(owner_since=ago, created_at=ago, pool_due_at=ago)
        return keys

    return kills(stride, ready, lambda _keys: keeping.keep_all(), fallen_wrongly)


def fallen_wrongly(keys: dict[int, int]) -> list[str]:
    """Go on to the end; whether each lead fell once, and each owner was told once of all."""
    keeping.keep_all()
    told = Notification.objects.filter(kind="pool_recycled")
    numbers = Counter(keys.values())
    return differences(
        "fall",
        {
            "spans": (OwnershipSpan.objects.filter(subject_id__in=keys).count(), len(keys)),
            "pooled": (Lead.objects.filter(pk__in=keys, owner=None).count(), len(keys)),
            "told": (sorted(told.values_list("user_id", flat=True)), sorted(numbers)),
            "numbers": (told.filter(title__contains=f" {FALLING} ").count(), len(numbers)),
            "marks": (UntoldFall.objects.count(), 0),
        },
    )


def bulk_kills(owner: User, receiver: User, stride: int) -> dict[str, Any]:
    """Kill a bulk assignment at every `stride`-th statement; the sweep and a worker go on."""
    bulk.STEP = STEP

    def order() -> int:
        rows = make_leads(owner, ROWS, f"批量{Lead.objects.count()}-")
        data = {"owner": [str(receiver.pk)], "note": [""]}
        keys = [row.pk for row in rows]
        url = bulk.run_later(Order(AssignLeads(), owner, keys, data=data, back="/leads/"))
        return int(url.strip("/").rpartition("/")[2])

    return kills(stride, order, runner.run, partial(assigned_wrongly, receiver))


def assigned_wrongly(receiver: User, job_id: int) -> list[str]:
    """Go on to the end; what is wrong with rows, events, ledger and report then."""
    end = time.monotonic() + 60
    while time.monotonic() < end and Job.objects.filter(pk=job_id, state__in=ACTIVE).exists():
        sweep._free_dead()
        runner.run(job_id)
    job = Job.objects.get(pk=job_id)
    keys = list(job.rows.values_list("object_id", flat=True))
    events = Event.objects.filter(code="leads.lead.assigned", request_id=f"job{job_id}")
    figures = {
        "state": (job.state, State.DONE),
        "ledger": (len(keys), ROWS),
        "counters": (job.counters, {"done": ROWS}),
        "leads": (Lead.objects.filter(pk__in=keys, owner=receiver).count(), ROWS),
        "events": (events.count(), ROWS),
        "reports": (job.files.count(), 1),
    }
    return differences(f"job {job_id}", figures)


def kills(
    stride: int,
    begin: Callable[[], Any],
    work: Callable[[Any], Any],
    check: Callable[[Any], list[str]],
) -> dict[str, Any]:
    """Begin afresh, die at a statement, and look what the next process makes of it."""
    findings, at, alive = Findings(), 1, False
    check(begin())  # fills the caches
    while not alive:
        subject = begin()
        executioner = Executioner(at)
        code = wait(fork(lambda: executioner.watch(lambda: work(subject))))  # noqa: B023
        alive = code == 0
        problems = [] if code in (0, -signal.SIGKILL) else [f"statement {at}: exit {code}"]
        started = time.monotonic()
        problems += [f"statement {at}: {text}" for text in check(subject)]
        findings.add(problems, int(not alive), time.monotonic() - started)
        at += stride
    return findings.as_dict()
