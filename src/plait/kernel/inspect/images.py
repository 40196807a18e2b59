"""PNG and JPEG: decoded and written anew, so that nothing is kept but what can be seen."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin

from plait.kernel.inspect.kinds import LONGEST_SIDE, MOST_PIXELS, Clean, Refuse

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
FORMATS = {"png": "PNG", "jpeg": "JPEG"}
assert JpegImagePlugin and MpoImagePlugin and PngImagePlugin and TiffImagePlugin  # noqa: S101 - loaded now: later this process opens no file
Image.preinit()


def clean(data: bytes, kind: str) -> Clean:
    """Only the pixels, the right way up. Raises Refuse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=[FORMATS[kind]])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refuse("too_many_pixels") from None
    except Exception:
        raise Refuse("broken") from None
    width, height = picture.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise Refuse("too_many_pixels")
    if kind == "png" and getattr(picture, "n_frames", 1) > 1:
        raise Refuse("moving")
    said = {
        k for k in picture.info if k not in ("gamma", "interlace", "dpi", "jfif", "jfif_version", "jfif_unit", "jfif_density")
    }
    said -= {"transparency", "progression", "progressive", "adobe", "adobe_transform", "chromaticity", "srgb", "aspect"}
    try:
        picture.load()
        said |= {"text"} if getattr(picture, "text", None) else set()
        upright = ImageOps.exif_transpose(picture) or picture
    except MemoryError:
        raise
    except Exception:
        raise Refuse("broken") from None
    plain = _plain(upright, kind)
    out = io.BytesIO()
    if kind == "jpeg":
        plain.save(out, "JPEG", quality=90, optimize=True)
    else:
        plain.save(out, "PNG", optimize=False)
    return Clean(kind, out.getvalue(), ("picture_data",) if said else ())


def _plain(picture: Image.Image, kind: str) -> Image.Image:
    """The same picture in a mode that needs no side information, and without any."""
    if kind == "jpeg":
        mode = "L" if picture.mode == "L" else "RGB"
    elif picture.mode in ("L", "RGB", "RGBA", "LA"):
        mode = "RGBA" if "transparency" in picture.info else picture.mode
    elif picture.mode in ("1", "I", "I;16", "F"):
        mode = "L"
    else:
        mode = "RGBA" if "transparency" in picture.info or picture.mode.endswith(("A", "a")) else "RGB"
    plain = picture.convert(mode) if picture.mode != mode else picture.copy()
    plain.info = {}
    return plain
