"""A pytest plugin for the second pass: leaves out what touches no database.

Those tests ran in the first pass, and another database cannot change their result. Gates and the
tests of backup open databases in processes of their own, so they always stay.
"""

import pytest

ALWAYS = ("tests/gates/", "tests/ops/test_backup.py")
#: Run on SQLite whatever the pass, are about requests, files and rights and not about the database,
#: show once more that a gate sees a planted bug, kill at random moments what is killed behind every
#: commit on PostgreSQL, too, or make demo data at one more hour.
NEVER = (
    "tests/admin/test_access.py",
    "tests/gates/test_auth.py::test_catches_a_count_by_network",
    "tests/gates/test_auth.py::test_catches_a_link_that_follows_the_host",
    "tests/gates/test_auth.py::test_catches_a_refusal_without_the_work",
    "tests/gates/test_auth.py::test_catches_sessions_that_outlive_what_ended_them",
    "tests/gates/test_clock.py::test_the_gate_sees_a_planted_bug",
    "tests/gates/test_clock.py::test_the_rules_of_time_see_their_planted_bugs",
    "tests/gates/test_dup.py::test_catches",
    "tests/gates/test_kill9.py::test_catches",
    "tests/gates/test_kill9_import.py::test_kill_at_random_moments",
    "tests/gates/test_embedded.py",
    "tests/gates/test_mutants.py",
    "tests/gates/test_mutants_files.py",
    "tests/gates/test_headers.py",
    "tests/gates/test_keys.py",
    "tests/gates/test_mask.py",
    "tests/gates/test_csrf.py",
    "tests/gates/test_formula.py",
    "tests/gates/test_uploads.py",
    "tests/gates/test_xlsx.py",
    "tests/gates/test_xss.py",
    "tests/gates/test_restore.py::test_the_gate_sees_the_bug",
    "tests/leads/test_demo.py::test_follow_ups_lie_in_office_hours[now0]",
    "tests/tickets/test_demo.py::test_the_desk_has_tickets_near_and_past_their_limits_at_any_hour[moment0]",
    "tests/architecture/test_pages.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what another database cannot change."""
    kept, left_out = [], []
    for item in items:
        (kept if uses_database(item) else left_out).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)


def uses_database(item: pytest.Item) -> bool:
    """True for a test with pytest-django's database, and for those that open their own."""
    if item.nodeid.startswith(NEVER):
        return False
    return (
        item.nodeid.startswith(ALWAYS)
        or item.get_closest_marker("django_db") is not None
        or "django_db_setup" in getattr(item, "fixturenames", ())
    )
