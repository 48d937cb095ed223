"""Moves of the people of a service desk in the browser: take a ticket in, act on it, rate it.

Used by the scenarios E3 and E5. Names of buttons are those of `tickets.actions`.
"""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.kit.browsing import Visitor
from tests.kit.live import Live

#: The product of the tests has no mail server, so it dropped the request as unreachable: plan it
#: as with one, let the worker's function send it into memory, and print the link of the mail.
INVITE = """
from django.core import mail
from django.test.utils import override_settings
from django.utils import timezone
from tickets.models import SurveyInvite
from tickets.satisfaction import inviting
mine = SurveyInvite.objects.filter(ticket__number="{number}").select_related("ticket")
row = mine.latest("cycle")
assert (row.state, row.reason) == ("suppressed", "unreachable"), (row.state, row.reason)
mine.filter(pk=row.pk).update(
    state="planned", reason="", channel="email", address=row.ticket.email, next_at=timezone.now()
)
mail.outbox = []
with override_settings(
    MAIL_CONFIGURED=True, EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"
):
    inviting.run()
sent = [each for each in mail.outbox if "{number}" in each.subject]
print(len(sent), *(line.strip() for line in sent[0].body.splitlines() if "/s/" in line))
"""


def pick(place: Page | Locator, name: str, typed: str, label: str = "") -> None:
    """Choose in a searchable select: type, wait for the offer, take it."""
    page = place if isinstance(place, Page) else place.page
    field = place.locator(f'select[name="{name}"]')
    # Beside the control stands, in some fields, a button that opens the list: then in a box.
    control = "following-sibling::*/descendant-or-self::*[contains(@class, 'ts-wrapper')]"
    field.locator(f"xpath={control}").first.click()
    page.keyboard.type(typed, delay=20)
    page.locator(".ts-dropdown [data-selectable]", has_text=label or typed).first.click()
    page.keyboard.press("Tab")


def choose(place: Page | Locator, name: str, label: str) -> None:
    """Pick an option of a select, dressed up or not."""
    place.locator(f'select[name="{name}"]').evaluate(
        """(field, label) => {
          const found = [...field.options].find((each) => each.text.trim() === label);
          if (!found) throw new Error(`no option ${label}`);
          if (field.tomselect) field.tomselect.setValue(found.value);
          else {
            field.value = found.value;
            field.dispatchEvent(new Event("change", { bubbles: true }));
          }
        }""",
        label,
    )


def act(page: Page, name: str) -> Locator:
    """Press a button of the ticket, also one in the menu; the dialog it may open."""
    button = page.locator(f'.head [data-action-name="{name}"]').first
    if not button.is_visible():
        page.locator(".head__actions details.menu summary").click()
    button.click()
    return page.locator("#dialog-body")


def confirm(dialog: Locator) -> None:
    """Press the button of the open dialog, which closes it."""
    dialog.locator(".dialog__foot .btn--primary").click()
    expect(dialog.page.locator("#dialog")).to_be_hidden()


def say(page: Page, text: str, kind: str = "public", via: str = "") -> None:
    """Write into the conversation of a ticket."""
    form = page.locator("#write")
    form.locator(f'[name="kind"][value="{kind}"]').check(force=True)
    if via:
        form.locator('[name="via"]').select_option(via, force=True)
    form.locator('[name="text"]').fill(text)
    form.locator(".write__send .btn--primary").click()
    expect(page.locator("#conversation")).to_contain_text(text)


def expect_state(page: Page, label: str) -> None:
    """The ticket's head says its state."""
    expect(page.locator(".head")).to_contain_text(label)


def number_of(page: Page) -> str:
    """The number of the open ticket: FW, the year, a serial."""
    number = page.locator(".head__number").inner_text().strip()
    assert re.fullmatch(r"FW20\d{2}\d{3,}", number), number
    return number


def survey_link(product: Live, number: str) -> str:
    """Send the request for a rating of a solved ticket; the path of the customer's page."""
    count, link = product.manage("shell", "-c", INVITE.format(number=number)).split()[-2:]
    assert count == "1"
    return re.sub(r"^https?://[^/]+", "", link)


def rate(customer: Visitor, link: str, score: int, comment: str) -> None:
    """The customer opens the link, gives stars and a comment, and sends them."""
    page = customer.go(link)
    expect(page.locator('[name="score"]:checked')).to_have_count(0)
    page.locator(f'label[for="score-{score}"]').click()
    page.fill('[name="comment"]', comment)
    page.click(".public__send")
    expect(page.locator(".public__done")).to_be_visible()


def answers(product: Live, number: str) -> Any:
    """How many ratings the ticket has."""
    code = f"""
from tickets.models import SurveyResponse
print(SurveyResponse.objects.filter(invite__ticket__number="{number}").count())
"""
    return int(product.manage("shell", "-c", code).split()[-1])
