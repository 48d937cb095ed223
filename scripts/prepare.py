"""Brings the data folder and the database to the state of the code; called by scripts/web.py.

In this order: folders, self-check, migrate (or only its upkeep), cache table, dictionaries, and on
the very first start the demo data or the administrator. Every step finds out quickly that nothing
is to be done, because each start of the product waits for it.
"""

import hashlib
import json
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from crm.core import upkeep
from crm.settings import env
from scripts.setup import ROOT

django.setup()

from crm.accounts.services import set_password  # noqa: E402  (models exist only from here on)


def main() -> int:
    """Run all steps; 1 with a message when the product must not start."""
    try:
        make_folders()
        if not is_sound():
            return 1
        state = read_state()
        code = code_fingerprint()
        migrated = migrate()
        call_command("createcachetable", verbosity=0)
        if migrated or state.get("seeded") != code:
            call_command("seed_dictionaries", verbosity=0)
            write_state(state | {"seeded": code})
        first_run()
        apply_demo_password()
    except (CommandError, DatabaseError, OSError) as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    return 0


def make_folders() -> None:
    """The folders of files and of the queue; kombu does not make its own."""
    queue = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    names = ("data_folder_in", "data_folder_out", "control_folder", "processed_folder")
    folders = [Path(queue[name]) for name in names if queue.get(name)]
    for folder in [settings.DATA_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT, *folders]:
        Path(folder).mkdir(parents=True, exist_ok=True)


def is_sound() -> bool:
    """Run the system checks with the database; print what is wrong, False for an error."""
    messages = checks.run_checks(databases=["default"])
    for message in messages:
        if message.level >= checks.WARNING and not message.is_silenced():
            print(f"run: {message}", file=sys.stderr)
    return not any(message.is_serious() and not message.is_silenced() for message in messages)


def migrate() -> bool:
    """Apply what is missing; True when there was something."""
    if upkeep.is_migrated():
        for name in upkeep.rebuild_missing_indexes():
            print(f"run: built the missing index {name}", flush=True)
        upkeep.refresh_statistics()
        return False
    print("run: migrating the database", flush=True)
    call_command("migrate", verbosity=0, interactive=False)
    return True


def first_run() -> None:
    """Demo data, or only the administrator; once, and again if the first time was interrupted."""
    state = read_state()
    if state.get("first_run") != "started" and get_user_model().objects.exists():
        return
    write_state(state | {"first_run": "started"})
    if env.flag("CRM_DEMO", True):
        print("run: loading demo data", flush=True)
        call_command("make_demo_data", first_run=True, verbosity=0)
    else:
        call_command("create_admin")
    write_state(read_state() | {"first_run": "done"})


def apply_demo_password() -> None:
    """Give demo accounts the password of this start; those with one of their own keep it."""
    given = env.text("CRM_DEMO_PASSWORD", "")
    file = Path(settings.DATA_DIR) / "demo-password"
    kept = file.read_text().strip() if file.exists() else None
    if not env.flag("CRM_DEMO", True) or not given or given == kept:
        return
    for user in get_user_model().objects.filter(is_demo=True):
        if kept is None or user.check_password(kept):
            set_password(user, given, actor=None, must_change=False, check_password=False)
    draft = file.with_name(".demo-password")
    draft.write_text(given)
    draft.chmod(0o600)
    draft.replace(file)


def code_fingerprint() -> str:
    """Changes when a file that may hold seeded values changes."""
    digest = hashlib.sha256()
    packages = [file.parent for file in ROOT.glob("*/__init__.py")]
    files = sorted(file for package in packages for file in package.rglob("*.py"))
    for file in [*files, ROOT / "static_built" / "regions.json"]:
        if file.exists():
            digest.update(f"{file} {file.stat().st_mtime_ns} {file.stat().st_size}\n".encode())
    return digest.hexdigest()


def state_file() -> Path:
    """What earlier starts have done, kept beside the database."""
    return Path(settings.DATA_DIR) / "prepared.json"


def read_state() -> dict[str, str]:
    """The notes of earlier starts; empty when there are none."""
    try:
        return json.loads(state_file().read_text())
    except (FileNotFoundError, ValueError):
        return {}


def write_state(state: dict[str, str]) -> None:
    """Replace the notes in one step."""
    draft = state_file().with_suffix(".draft")
    draft.write_text(json.dumps(state))
    draft.replace(state_file())
