"""Forms say how each field is filled in (S11-58, S11-60, S11-68; N6, N10, N11)."""

from typing import Any

import pytest

CUSTOMER = (
    "name", "life_cycle", "grade", "source", "industry", "owner", "entered_on", "contact_name",
    "contact_position", "contact_mobile", "contact_email", "email", "phone", "address", "need",
    "tags", "remarks",
)  # fmt: skip
FIELDS = {
    "/customers/add/": CUSTOMER,
    "/contacts/add/": ("mobile", "other_phones", "email"),
    "/leads/add/": ("name", "mobile", "email", "need", "pain_points", "address"),
    "/opportunities/add/": (
        "name", "amount", "expected_on", "probability", "competitors", "strengths", "weaknesses",
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", FIELDS)
def test_what_to_write_stands_at_the_field(browser_of: Any, path: str) -> None:
    answer = browser_of("manager").get(path)
    form, page = answer.context["form"], answer.content.decode()
    for name in FIELDS[path]:
        field = form.fields[name]
        said = str(field.help_text or field.widget.attrs.get("placeholder", ""))
        assert said, f"{path}: {name} says nothing"
        assert said in page, f"{path}: {name}"
