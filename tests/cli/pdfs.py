"""PDF files of scanned pages, made by hand."""

from __future__ import annotations

_PICTURE = (
    b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
    b"stream\n\0\nendstream"
)


def scanned(pages: int) -> bytes:
    """Return a PDF with this number of pages, each with only a picture."""
    show = b"q 612 0 0 792 0 0 cm /I Do Q"
    first = 5
    kids = b" ".join(b"%d 0 R" % number for number in range(first, first + pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 3 0 R/Resources<</XObject<</I 4 0 R>>>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        b"<</Length %d>>stream\n%s\nendstream" % (len(show), show),
        _PICTURE,
        *[page] * pages,
    ]
    written = b"".join(b"%d 0 obj%s\nendobj\n" % pair for pair in enumerate(objects, 1))
    return b"%PDF-1.4\n" + written + b"trailer<</Root 1 0 R>>\n%%EOF\n"
