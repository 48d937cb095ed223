"""Pictures of people: every upload is decoded and drawn anew, so that only pixels are kept.

Files are served by a view, never by address.
"""

import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from crm.accounts.models import User
from crm.accounts.services import update_profile
from crm.core import pictures
from crm.core.errors import InvalidValue

SIDE = 256  # pixels
MAX_BYTES = 5 * 1024 * 1024


def store(user: User, upload: UploadedFile) -> None:
    """Replace the picture (D01-8). Raises InvalidValue for what is no picture or too large."""
    if upload.size > MAX_BYTES:
        raise InvalidValue(_("Uploading the picture failed: it is larger than 5 MB."))
    name = f"avatars/{user.pk}-{secrets.token_hex(8)}.webp"
    picture = ContentFile(_redrawn(upload))
    old = user.avatar
    saved = default_storage.save(name, picture)
    with transaction.atomic():
        update_profile(user, changes={"avatar": saved})
        transaction.on_commit(lambda: _discard(old))


def remove(user: User) -> None:
    """Show initials again."""
    old = user.avatar
    with transaction.atomic():
        update_profile(user, changes={"avatar": ""})
        transaction.on_commit(lambda: _discard(old))


def _discard(name: str) -> None:
    if name:
        default_storage.delete(name)


def _redrawn(upload: UploadedFile) -> bytes:
    """A square WebP of 256 pixels without any of the original's metadata."""
    try:
        return pictures.redrawn(upload, _square, near=SIDE)
    except pictures.TooManyPixels as error:
        message = _("Uploading the picture failed: it has too many pixels.")
        raise InvalidValue(message) from error
    except pictures.NotAPicture as error:
        message = _("Uploading the picture failed: the file is no picture that can be read.")
        raise InvalidValue(message) from error


def _square(image: Image.Image) -> Image.Image:
    return ImageOps.fit(image, (SIDE, SIDE), method=Image.Resampling.LANCZOS)
