"""What Chinese electronic invoices say of themselves: XML, OFD and PDF files, and the QR code.

Plain Python that knows no records. Whatever is read is a proposal: the caller shows it to a person.
Files come from anywhere, so nothing in them is trusted: no entity is resolved, nothing is fetched, and
nothing is unpacked beyond a limit.
"""

import datetime
import io
import re
import unicodedata
import zipfile
import zlib

from lxml import etree

from odoo.tools.pdf import PdfFileReader

MAX_FILE = 20 * 2**20
MAX_UNPACKED = 32 * 2**20
MAX_MEMBERS = 500
MAX_PAGES = 2
MAX_TEXT = 100_000

# fields of an invoice by the names of elements, those of the digital invoice (数电票) first
_ELEMENTS = {
    "number": ("InvoiceNumber", "EIid", "InvoiceNo"),
    "code": ("InvoiceCode",),
    "date": ("IssueTime", "IssueDate", "RequestTime"),
    "amount_untaxed": ("TotalAmWithoutTax", "TaxExclusiveTotalAmount"),
    "amount_tax": ("TotalTaxAm", "TaxTotalAmount"),
    "amount_total": ("TotalTax-includedAmount", "TaxInclusiveTotalAmount"),
    "check_code": ("InvoiceCheckCode",),
    "buyer_name": ("BuyerName",),
    "buyer_vat": ("BuyerIdNum", "BuyerTaxID"),
    "seller_name": ("SellerName",),
    "seller_vat": ("SellerIdNum", "SellerTaxID"),
}
# the same in the properties of an OFD file
_PROPERTIES = {
    "number": "发票号码",
    "code": "发票代码",
    "date": "开票日期",
    "amount_untaxed": "合计金额",
    "amount_tax": "合计税额",
    "check_code": "校验码",
    "buyer_vat": "购买方纳税人识别号",
    "seller_vat": "销售方纳税人识别号",
}
_AMOUNTS = ("amount_untaxed", "amount_tax", "amount_total")
# second part of the QR code; those whose amount includes the tax
_QR_KINDS = {
    "01": "special",
    "08": "special",
    "04": "ordinary",
    "10": "ordinary",
    "11": "ordinary",
    "14": "ordinary",
    "31": "digital_special",
    "32": "digital_ordinary",
    "51": "train",
    "61": "flight",
}
_QR_WITH_TAX = frozenset({"31", "32", "51", "61"})


class UnreadableError(Exception):
    """The file says nothing that can be understood as an invoice."""


def read_file(content):
    """What an electronic invoice says.

    :param content: bytes of an XML, OFD or PDF file, or of a zip file with one of them
    :return: values of fields of ``expense.invoice``, those that were found; always a number
    :raise UnreadableError: for everything else
    """
    if len(content) > MAX_FILE:
        raise UnreadableError
    if content.startswith(b"%PDF"):
        values = _from_text(_pdf_text(content))
    elif content.startswith(b"PK"):
        values = _from_zip(content)
    elif content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        values = _from_xml(content)
    else:
        raise UnreadableError
    if not values.get("number"):
        raise UnreadableError
    return values


def read_qr(text):
    """What the QR code on an invoice says: ``01,32,,number,amount,date,check code,...``.

    :return: values of fields of ``expense.invoice``; empty when it is no code of an invoice
    """
    parts = [part.strip() for part in normal(text).split(",")]
    if len(parts) < 6 or parts[0] != "01" or not parts[3].isdigit():
        return {}
    kind, code, number, amount, day = parts[1:6]
    values = {
        "kind": _QR_KINDS.get(kind),
        "code": code,
        "number": number,
        "amount_total" if kind in _QR_WITH_TAX else "amount_untaxed": _amount(amount),
        "date": _date(day),
        "check_code": parts[6] if len(parts) > 6 else "",
    }
    return _known(values)


def normal(text):
    """Text as it is compared: full-width characters as plain ones, no spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


# ------------------------------------------------------------------ XML


def _parse(content):
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableError  # an invoice declares no entities
    return root


def _from_xml(content):
    root = _parse(content)
    texts = {}
    for element in root.iter(etree.Element):
        text = (element.text or "").strip()
        if text:
            texts.setdefault(etree.QName(element).localname, text)
    values = {
        field: next((texts[name] for name in names if name in texts), None)
        for field, names in _ELEMENTS.items()
    }
    return _typed(values, label=_label_of(root))


def _label_of(root):
    """The code of the kind of a digital invoice: 01 special, 02 ordinary."""
    found = root.xpath("//*[local-name()='GeneralOrSpecialVAT']/*[local-name()='LabelCode']/text()")
    return found[0].strip() if found else ""


def _typed(values, label=""):
    """Text of a file as values of fields."""
    values = {
        **values,
        "number": normal(values.get("number")),
        "code": normal(values.get("code")),
        "date": _date(values.get("date")),
        "check_code": normal(values.get("check_code")),
        **{name: _amount(values.get(name)) for name in _AMOUNTS},
    }
    untaxed, tax, total = (values[name] for name in _AMOUNTS)
    if total is None and untaxed is not None and tax is not None:
        values["amount_total"] = round(untaxed + tax, 2)
    values["kind"] = _kind(values["number"], label)
    return _known(values)


def _kind(number, label):
    special = label in ("01", "专用发票")
    if len(number or "") == 20:
        return "digital_special" if special else "digital_ordinary"
    return "special" if special else "ordinary"


# ------------------------------------------------------------------ OFD


def _from_zip(content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _members(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnreadableError from error
    for name, data in members.items():
        if not name.endswith(("OFD.xml", "Attachments.xml")) and _is_attached(name):
            values = _try(_from_xml, data)
            if values.get("number"):
                return values
    for reader in (_from_properties, _from_pages):
        values = reader(members)
        if values.get("number"):
            return values
    raise UnreadableError


def _members(archive):
    """The XML files of an archive, never more than the limit however they were packed."""
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise UnreadableError
    left = MAX_UNPACKED
    members = {}
    for info in infos:
        if not info.filename.lower().endswith(".xml"):
            continue
        with archive.open(info) as file:
            data = file.read(left + 1)
        left -= len(data)
        if left < 0:
            raise UnreadableError
        members[info.filename] = data
    return members


def _is_attached(name):
    # the invoice is attached to its picture; in a plain zip file it stands alone
    return "/attach" in name.lower() or "/" not in name


def _try(reader, data):
    try:
        return reader(data)
    except UnreadableError:
        return {}


def _from_properties(members):
    names = {label: field for field, label in _PROPERTIES.items()}
    values = {}
    for path, data in members.items():
        if path.endswith("OFD.xml"):
            for element in _parse(data).xpath("//*[local-name()='CustomData']"):
                field = names.get(element.get("Name"))
                if field and element.text:
                    values.setdefault(field, element.text.strip())
    return _typed(values) if values else {}


def _from_pages(members):
    lines = []
    for path, data in sorted(members.items()):
        if "/Pages/" in path or "/Tpls/" in path:
            lines += _parse(data).xpath("//*[local-name()='TextCode']/text()")
    return _from_text("\n".join(lines))


# ------------------------------------------------------------------ PDF


def _pdf_text(content):
    _check_streams(content)
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        return "\n".join(page.extract_text() or "" for page in list(reader.pages)[:MAX_PAGES])
    except Exception as error:  # damaged files raise anything
        raise UnreadableError from error


def _check_streams(content):
    """A few kilobytes can unpack to gigabytes: count before the library unpacks."""
    view = memoryview(content)
    left = MAX_UNPACKED
    for match in re.finditer(rb"stream\r?\n", content):
        try:
            left -= len(zlib.decompressobj().decompress(view[match.end() :], left + 1))
        except zlib.error:
            continue  # not packed, or the end of a stream
        if left < 0:
            raise UnreadableError


def _from_text(text):
    """Values from the text of a page, of the old and of the digital layout.

    Labels and values may stand anywhere, so what has a form of its own is found by its form.
    """
    text = unicodedata.normalize("NFKC", text[:MAX_TEXT]).replace("￥", "¥")
    names = re.findall(r"名\s*称\s*:\s*([^\s:]+)", text)
    numbers = re.findall(r"识别号\s*:\s*([0-9A-Z]{15,20})", text)
    values = {
        "number": _first(r"发票号码\s*:?\s*(\d{8,20})(?!\d)", text)
        or _first(r"(?<!\d)(\d{20})(?!\d)", text),
        "code": _first(r"发票代码\s*:?\s*(\d{10,12})(?!\d)", text),
        "date": _first(r"(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)", text),
        "check_code": _first(r"校\s*验\s*码\s*:?\s*((?:\d\s*){6,20})", text),
        "buyer_name": names[0] if names else None,
        "seller_name": names[1] if len(names) > 1 else None,
        "buyer_vat": numbers[0] if numbers else None,
        "seller_vat": numbers[1] if len(numbers) > 1 else None,
        **_amounts_in(text),
    }
    return _typed(values, label="专用发票" if "专用发票" in normal(text) else "")


def _amounts_in(text):
    """Amount, tax and total: the total is the largest, the other two add up to it."""
    found = [_amount(part) for part in re.findall(r"¥\s*(-?[\d,]+\.\d{2})", text)]
    found = [amount for amount in found if amount is not None]
    if not found:
        return {}
    total = max(found)
    amounts = set(found)
    shares = sorted(amounts - {total}, reverse=True)
    if found.count(total) > 1:
        shares.append(total)  # no tax: amount and total are the same
    for untaxed in shares:
        tax = round(total - untaxed, 2)
        if tax in amounts and untaxed >= tax >= 0:
            return {"amount_untaxed": untaxed, "amount_tax": tax, "amount_total": total}
    return {"amount_total": total}


# ------------------------------------------------------------------ small things


def _first(pattern, text):
    match = re.search(pattern, text)
    return match.group(1) if match else None


def _amount(text):
    if isinstance(text, float):
        return text
    text = normal(text).replace(",", "").lstrip("¥")
    return round(float(text), 2) if re.fullmatch(r"-?\d{1,12}(\.\d+)?", text) else None


def _date(text):
    match = re.match(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})", normal(text))
    if not match:
        return None
    try:
        return datetime.date(*map(int, match.groups()))
    except ValueError:
        return None


def _known(values):
    return {name: value for name, value in values.items() if value not in (None, "")}
