"""Draws the signs of a verification code; nothing is fetched, the font comes with Pillow."""

import io
from random import SystemRandom

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 200, 64
SIZE = 38
LINES, DOTS = 6, 350
_random = SystemRandom()


def png(signs: str) -> bytes:
    """A PNG of `WIDTH` x `HEIGHT`: signs turned and shifted, lines and dots over them."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (246, 247, 249))
    step = WIDTH // (len(signs) + 1)
    for place, sign in enumerate(signs):
        _stamp(picture, sign, step // 2 + place * step)
    draw = ImageDraw.Draw(picture)
    for _number in range(LINES):
        draw.line([_point(), _point()], fill=_color(), width=_random.randint(1, 2))
    for _number in range(DOTS):
        draw.point(_point(), fill=_color())
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _stamp(picture: Image.Image, sign: str, left: int) -> None:
    """Put one sign on the picture, turned by up to 25 degrees."""
    font = ImageFont.load_default(_random.randint(SIZE - 4, SIZE + 4))
    mask = Image.new("L", (SIZE + 12, SIZE + 12))
    ImageDraw.Draw(mask).text((8, 0), sign, font=font, fill=255)
    mask = mask.rotate(_random.uniform(-25, 25), Image.Resampling.BICUBIC)
    top = _random.randint(2, HEIGHT - mask.height - 2)
    picture.paste(_color(), (left + _random.randint(-4, 4), top), mask)


def _point() -> tuple[int, int]:
    return _random.randrange(WIDTH), _random.randrange(HEIGHT)


def _color() -> tuple[int, int, int]:
    """Dark enough on the light ground."""
    return _random.randint(20, 110), _random.randint(20, 110), _random.randint(60, 140)
