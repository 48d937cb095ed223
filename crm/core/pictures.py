"""Opening pictures that somebody sent: formats and sizes are checked before a pixel is decoded.

What is kept of a picture is always drawn anew from its pixels, never the bytes that came.
"""

import warnings
from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps

MAX_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


class NotAPicture(ValueError):
    """The bytes are no picture of a known format, or harmed."""


class TooManyPixels(NotAPicture):
    """Decoding would take more memory than a picture is worth."""


def redrawn(
    source: BinaryIO, shape: Callable[[Image.Image], Image.Image], *, near: int, quality: int = 86
) -> bytes:
    """A WebP of the first frame, upright, in the shape given, without any metadata.

    `near` is the side in pixels that is wanted: large photographs are decoded smaller at once.
    Raises NotAPicture.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(source, formats=FORMATS)
            if image.width * image.height > MAX_PIXELS:
                raise TooManyPixels
            image.draft("RGB", (near * 2, near * 2))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
            made = shape(upright)
    except NotAPicture:
        raise
    except (
        OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:  # fmt: skip
        raise NotAPicture from error
    out = BytesIO()
    made.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()
