"""Registers the start-up guard of crm.core.selfcheck with Django's system checks."""

from django.core.checks import CheckMessage, Tags, register

from crm.core import selfcheck


@register(Tags.database)
def database_checks(app_configs, databases=None, **kwargs) -> list[CheckMessage]:
    """Files, journal, clock and collation of every database named (`migrate` names its own)."""
    messages = selfcheck.check_sqlite_files(databases)
    if messages and any(message.is_serious() for message in messages):
        return messages  # opening a database in this state would make it worse
    messages += selfcheck.check_sqlite_journal(databases)
    messages += selfcheck.check_clock(databases)
    return messages + selfcheck.check_collation(databases)


@register(Tags.staticfiles)
def asset_checks(app_configs, **kwargs) -> list[CheckMessage]:
    """The built style sheet is where Django looks for it."""
    return selfcheck.check_assets()
