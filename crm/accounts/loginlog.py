"""The only writer of the login log: attempts, log-outs, ended sessions. Entries are kept."""

from django.http import HttpRequest

from crm.accounts.models import LoginRecord, User
from crm.core import clock
from crm.web.addresses import client_ip


def write(
    request: HttpRequest | None,
    kind: LoginRecord.Kind,
    result: LoginRecord.Result = LoginRecord.Result.OK,
    *,
    user: User | None = None,
    login: str = "",
) -> None:
    """Add one line. `login` is what was typed; by default the user's employee number."""
    typed = login or (user.username if user is not None else "")
    LoginRecord.objects.create(
        at=clock.now(),
        user=user,
        login=typed.replace("\x00", "")[:120],
        kind=kind,
        result=result,
        ip=client_ip(request) if request is not None else None,
        user_agent=_agent(request),
    )


def _agent(request: HttpRequest | None) -> str:
    return request.headers.get("User-Agent", "").replace("\x00", "")[:255] if request else ""
