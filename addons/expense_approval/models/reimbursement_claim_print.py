from dataclasses import dataclass

from odoo import models

from ..printable import UnprintableError, as_pages

# all receipts of a claim together: more is printed file by file
MAX_TOTAL_BYTES = 100 * 2**20
MAX_TOTAL_PAGES = 500
# of these kinds, only what is damaged cannot be read
READABLE = (
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/bmp",
    "image/webp",
    "image/tiff",
)


@dataclass(frozen=True)
class PrintedReceipt:
    """One receipt of a printed claim.

    :param number: place among the receipts, from 1
    :param name: of the file
    :param document: name of the expense it belongs to, or number of the claim
    :param content: PDF of its pages, empty when it cannot be printed
    :param page_count: how many pages follow behind the claim
    :param problem: sentence that says why it does not follow, else empty
    """

    number: int
    name: str
    document: str
    content: bytes = b""
    page_count: int = 0
    problem: str = ""


class ReimbursementClaimPrint(models.Model):
    """The claim and its receipts as one file to print, hand in or send (E4)."""

    _inherit = "reimbursement.claim"

    def action_print_with_receipts(self):
        """Print these claims, each followed by all its receipts.

        :return: action of the report
        """
        self.check_access("read")
        report = self.env.ref("expense_approval.action_report_claim_with_receipts")
        return report.report_action(self)

    def _printed_receipts(self):
        """The receipts of a claim in the order of its expenses, each file once.

        Parts of a split expense have a copy each of the same receipt.

        :return: list of :class:`PrintedReceipt`
        """
        self.ensure_one()
        expenses = {expense.id: expense.name for expense in self.expense_ids}
        places = {id_: place for place, id_ in enumerate(expenses, start=1)}
        files = self.receipt_ids.sorted(
            lambda file: (file.res_model == "hr.expense" and places.get(file.res_id, 0), file.id)
        )
        once = {}
        for file in files:
            once.setdefault(file.checksum or file.id, file)
        receipts, left = [], [MAX_TOTAL_BYTES, MAX_TOTAL_PAGES]
        for number, file in enumerate(once.values(), start=1):
            document = expenses.get(file.res_id) if file.res_model == "hr.expense" else self.name
            receipt = self._printed_receipt(number, file, document, left)
            left[0] -= len(receipt.content)
            left[1] -= receipt.page_count
            receipts.append(receipt)
        return receipts

    def _printed_receipt(self, number, file, document, left):
        same = {"number": number, "name": file.name, "document": document}
        if file.type == "url":
            problem = self.env._("It is a link (%s) and no file: print it from there.", file.url)
            return PrintedReceipt(**same, problem=problem)
        try:
            caption = f"{self.name} - {number}"
            content, count = as_pages(file.raw or b"", caption)
            if len(content) > left[0] or count > left[1]:
                raise UnprintableError("large")
        except UnprintableError as error:
            return PrintedReceipt(**same, problem=self._unprintable_sentence(error.reason, file))
        return PrintedReceipt(**same, content=content, page_count=count)

    def _unprintable_sentence(self, reason, file):
        if reason == "protected":
            return self.env._("It is protected by a password: print it by itself.")
        if reason == "large":
            return self.env._("It is too large to be printed with the others: print it by itself.")
        if reason == "kind" and file.mimetype not in READABLE:
            return self.env._(
                "Files of this kind (%s) cannot be printed: open it to see it.",
                file.mimetype or self.env._("unknown"),
            )
        return self.env._("The file is damaged: ask the employee for another copy.")
