"""Receipts as pages that can be printed behind a claim (E4).

Receipts come from cameras, sellers and mailboxes: whatever is wrong with one is said, so that the others
are printed all the same.
"""

import io

from PIL import Image, ImageOps
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from odoo.tools.pdf import PdfFileReader, PdfFileWriter

MAX_BYTES = 20 * 2**20
MAX_PAGES = 100
MAX_PIXELS = 100_000_000
# more than a printer shows on A4
MAX_SIDE = 2400
MARGIN = 36
FOOT = 24


class UnprintableError(Exception):
    """The file cannot be printed.

    ``reason`` is ``"broken"``, ``"protected"``, ``"large"`` or ``"kind"``.
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def as_pages(content, caption=""):
    """A receipt as a PDF that can be put behind another.

    :param content: bytes of a PDF or of an image
    :param caption: printed below an image, in Latin letters
    :return: (bytes of the PDF, number of pages)
    :raise UnprintableError: with the reason
    """
    if len(content) > MAX_BYTES:
        raise UnprintableError("large")
    if b"%PDF-" in content[:1024]:
        return _from_pdf(content)
    return _from_image(content, caption)


def merged(documents):
    """One PDF of several.

    :param documents: list of (bytes of a PDF, title of its bookmark or empty)
    """
    writer = PdfFileWriter()
    for content, title in documents:
        first = len(writer.pages)
        for page in PdfFileReader(io.BytesIO(content), strict=False).pages:
            writer.add_page(page)
        if title:
            writer.add_outline_item(title, first)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _from_pdf(content):
    """The pages written anew, so that damage shows here and not when all is put together."""
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnprintableError("protected")
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise UnprintableError("large")
        if not count:
            raise UnprintableError("broken")
        writer = PdfFileWriter()
        for page in reader.pages:
            writer.add_page(page)
        file = io.BytesIO()
        writer.write(file)
    except UnprintableError:
        raise
    except Exception as error:  # damaged files raise anything
        raise UnprintableError("broken") from error
    return file.getvalue(), count


def _from_image(content, caption):
    try:
        image = Image.open(io.BytesIO(content))
    except Exception as error:  # damaged files raise anything
        raise UnprintableError("kind") from error
    if image.width * image.height > MAX_PIXELS:
        raise UnprintableError("large")
    try:
        picture = _for_paper(image)
    except Exception as error:  # damaged files raise anything
        raise UnprintableError("broken") from error
    return _on_paper(picture, caption), 1


def _for_paper(image):
    """Upright, small enough, without transparency, as a JPEG."""
    if image.format == "JPEG":
        image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    image = ImageOps.exif_transpose(image)
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    file = io.BytesIO()
    image.convert("RGB").save(file, "JPEG", quality=85)
    file.seek(0)
    return file


def _on_paper(picture, caption):
    """An A4 page with the picture as large as it fits, never larger than it is at 72 dots an inch."""
    image = ImageReader(picture)
    width, height = image.getSize()
    paper_width, paper_height = A4
    room = (paper_width - 2 * MARGIN, paper_height - 2 * MARGIN - FOOT)
    scale = min(room[0] / width, room[1] / height, 1.0)
    width, height = width * scale, height * scale
    file = io.BytesIO()
    page = canvas.Canvas(file, pagesize=A4)
    page.drawImage(
        image, (paper_width - width) / 2, paper_height - MARGIN - height, width=width, height=height
    )
    if caption:
        page.setFont("Helvetica", 9)
        page.drawCentredString(paper_width / 2, MARGIN, caption)
    page.save()
    return file.getvalue()
