"""Files as sellers send them, made with real libraries."""

import io
import zipfile

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

BUYER = "星舟科技有限公司"
BUYER_VAT = "91310000MA1FL0000X"
SELLER = "北京长城饭店有限公司"
SELLER_VAT = "91110000600000000Y"
NUMBER = "26112000000000000017"


def digital_xml(number=NUMBER, label="02", total="106.00", untaxed="100.00", tax="6.00"):
    """A digital invoice (数电票) as XML."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>{number}</EIid><EInvoiceTag>SWEI3200</EInvoiceTag><Version>0.2</Version>
<InherentLabel><GeneralOrSpecialVAT><LabelCode>{label}</LabelCode></GeneralOrSpecialVAT>
</InherentLabel></Header><EInvoiceData>
<SellerInformation><SellerIdNum>{SELLER_VAT}</SellerIdNum><SellerName>{SELLER}</SellerName>
</SellerInformation><BuyerInformation><BuyerIdNum>{BUYER_VAT}</BuyerIdNum>
<BuyerName>{BUYER}</BuyerName></BuyerInformation><BasicInformation>
<TotalAmWithoutTax>{untaxed}</TotalAmWithoutTax><TotalTaxAm>{tax}</TotalTaxAm>
<TotalTax-includedAmount>{total}</TotalTax-includedAmount>
<RequestTime>2026-03-05 10:00:00</RequestTime></BasicInformation></EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>{number}</InvoiceNumber><IssueTime>2026-03-05</IssueTime>
</TaxSupervisionInfo></EInvoice>""".encode()


def old_xml(number="00000017", code="011002000111"):
    """What an electronic invoice of the old kind has attached."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<fp:eInvoice xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019"><fp:DocID>1</fp:DocID>
<fp:InvoiceCode>{code}</fp:InvoiceCode><fp:InvoiceNo>{number}</fp:InvoiceNo>
<fp:IssueDate>2026年03月05日</fp:IssueDate>
<fp:InvoiceCheckCode>12345 67890 12345 67890</fp:InvoiceCheckCode>
<fp:Buyer><fp:BuyerName>{BUYER}</fp:BuyerName><fp:BuyerTaxID>{BUYER_VAT}</fp:BuyerTaxID></fp:Buyer>
<fp:TaxInclusiveTotalAmount>106.00</fp:TaxInclusiveTotalAmount>
<fp:TaxTotalAmount>6.00</fp:TaxTotalAmount>
<fp:TaxExclusiveTotalAmount>100.00</fp:TaxExclusiveTotalAmount>
<fp:Seller><fp:SellerName>{SELLER}</fp:SellerName><fp:SellerTaxID>{SELLER_VAT}</fp:SellerTaxID>
</fp:Seller></fp:eInvoice>""".encode()


def packed(**members):
    """A zip file; ``__`` in a name stands for a slash, a last ``_xml`` for the ending."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return file.getvalue()


def ofd_attached():
    return packed(
        OFD_xml=b'<OFD xmlns="http://www.ofdspec.org/2016"/>',
        Doc_0__Attachs__Attachments_xml=b"<Attachments/>",
        Doc_0__Attachs__original_invoice_xml=old_xml(),
    )


def ofd_properties():
    rows = {
        "发票代码": "011002000111",
        "发票号码": "00000017",
        "合计金额": "100.00",
        "合计税额": "6.00",
        "开票日期": "2026年03月05日",
        "购买方纳税人识别号": BUYER_VAT,
        "销售方纳税人识别号": SELLER_VAT,
    }
    data = "".join(
        f'<ofd:CustomData Name="{name}">{value}</ofd:CustomData>' for name, value in rows.items()
    )
    root = f'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016">{data}</ofd:OFD>'
    return packed(OFD_xml=root.encode())


def ofd_pages():
    texts = digital_lines()
    data = "".join(f"<ofd:TextCode>{text}</ofd:TextCode>" for text in texts)
    page = f'<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016">{data}</ofd:Page>'
    return packed(
        OFD_xml=b'<OFD xmlns="http://www.ofdspec.org/2016"/>',
        Doc_0__Pages__Page_0__Content_xml=page.encode(),
    )


def digital_lines(number=NUMBER):
    """The text layer of a digital invoice."""
    return [
        "电子发票（普通发票）",
        f"发票号码：{number}",
        "开票日期：2026年03月05日",
        f"名称：{BUYER}",
        f"名称：{SELLER}",
        f"统一社会信用代码/纳税人识别号：{BUYER_VAT}",
        f"统一社会信用代码/纳税人识别号：{SELLER_VAT}",
        "合 计 ¥100.00 ¥6.00",
        "价税合计（大写） 壹佰零陆圆整 （小写）¥106.00",
    ]


def old_lines():
    """The text layer of the old layout, whose labels and values stand apart."""
    return [
        "机器编号:",
        "北京增值税电子普通发票",
        "发票代码: 011002000111",
        "发票号码: 00000017",
        "开票日期: 2026 年 03 月 05 日",
        "校 验 码: 12345 67890 12345 67890",
        f"名 称: {BUYER}",
        f"纳税人识别号: {BUYER_VAT}",
        "￥100.00 ￥6.00",
        "（小写） ￥106.00",
        f"名 称: {SELLER}",
        f"纳税人识别号: {SELLER_VAT}",
    ]


def pdf(lines):
    """A PDF file with these lines of text."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    page = canvas.Canvas(file)
    page.setFont("STSong-Light", 12)
    for position, line in enumerate(lines):
        page.drawString(50, 800 - 20 * position, line)
    page.save()
    return file.getvalue()
