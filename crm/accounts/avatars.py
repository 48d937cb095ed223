"""Pictures of people: every upload is decoded and drawn anew, so that only pixels are kept.

Limits are checked before a pixel is decoded. Files are served by a view, never by address.
"""

import secrets
import warnings
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from crm.accounts.models import User
from crm.accounts.services import update_profile
from crm.core.errors import InvalidValue

SIDE = 256  # pixels
MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


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
    problem = _("Uploading the picture failed: the file is no picture that can be read.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(upload, formats=FORMATS)
            if image.width * image.height > MAX_PIXELS:
                raise InvalidValue(_("Uploading the picture failed: it has too many pixels."))
            image.draft("RGB", (SIDE * 2, SIDE * 2))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
            square = ImageOps.fit(upright, (SIDE, SIDE), method=Image.Resampling.LANCZOS)
    except InvalidValue:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise InvalidValue(problem) from error
    except Image.DecompressionBombWarning as warning:
        raise InvalidValue(problem) from warning
    out = BytesIO()
    square.save(out, "WEBP", quality=86, method=4)
    return out.getvalue()
