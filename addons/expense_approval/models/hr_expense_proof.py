from odoo import models

from .expense_document import OPEN_STATES
from .expense_finding import ExpenseFinding


class HrExpenseProof(models.Model):
    """Whether an expense is proved: by invoices that cover it and files nobody else used (E8)."""

    _inherit = "hr.expense"

    def _frozen_files(self, files):
        """Receipts stay as those who decide on the claim saw them (E5, E8)."""
        claimed = self.filtered(
            lambda expense: expense.claim_id and expense.claim_id.state not in OPEN_STATES
        )
        return files.filtered(lambda file: file.res_id in claimed.ids)

    def _proof_findings(self, same_file):
        """What is missing of the proof of one expense.

        :param same_file: name of another document with the same file, if there is one
        """
        company = self.company_id
        parts = self._parts()
        invoices = parts.tax_invoice_ids
        found = []
        if not invoices:
            message = self.env._(
                "%s has no invoice: enter its number, or read it from the attached file.", self.name
            )
            found.append(("invoice_missing", company.invoice_required_policy, message))
        elif self.tax_invoice_ids:
            total = sum(invoices.mapped("amount_total"))
            claimed = sum(parts.mapped("total_amount_currency"))
            if self.currency_id.compare_amounts(total, claimed) < 0:
                message = self.env._(
                    "The invoices of %(expense)s add up to %(total)s, which is less than the "
                    "%(claimed)s claimed.",
                    expense=self.name,
                    total=self.currency_id.format(total),
                    claimed=self.currency_id.format(claimed),
                )
                found.append(("invoice_cover", company.invoice_cover_policy, message))
        if not self.attachment_ids:
            message = self.env._(
                "%s has no file attached: attach the invoice or a photograph of the receipt.",
                self.name,
            )
            found.append(("invoice_file", company.invoice_file_policy, message))
        if same_file:
            message = self.env._(
                "A file of %(expense)s is attached to %(document)s as well: a receipt is claimed once.",
                expense=self.name,
                document=same_file,
            )
            found.append(("same_file", company.same_file_policy, message))
        return [
            ExpenseFinding(code, message, policy, self)
            for code, policy, message in found
            if policy != "off"
        ]

    def _same_files(self):
        """Expenses whose files were used elsewhere; three queries, whatever their number.

        Parts of one split expense have the same receipt by right; files of expenses that nobody
        claimed yet, or that were refused, were not used.

        :return: ``{expense: name of the other document}``, as far as the user may know it
        """
        Attachment = self.env["ir.attachment"].sudo()
        own = Attachment.search([("res_model", "=", "hr.expense"), ("res_id", "in", self.ids)])
        if not own:
            return {}
        same = Attachment.search(
            [
                ("res_model", "in", ("hr.expense", "account.move")),
                ("checksum", "in", list(set(own.mapped("checksum")))),
                ("res_id", "!=", False),
            ]
        )
        others = {}
        for file in same:
            others.setdefault(file.checksum, []).append(file)
        used = {
            "hr.expense": self._used_among(same),
            "account.move": self._bills_among(same),
        }
        result = {}
        for file in own:
            expense = self.browse(file.res_id)
            for other in others[file.checksum]:
                document = used[other.res_model].get(other.res_id)
                if document and document != expense and not expense._splits_with(document):
                    result.setdefault(expense, expense._name_for_user(document))
        return result

    def _used_among(self, files):
        ids = files.filtered(lambda file: file.res_model == "hr.expense").mapped("res_id")
        expenses = self.browse(set(ids)).exists()
        return {
            expense.id: expense
            for expense in expenses
            if expense in self
            or (
                expense.company_id in self.company_id
                and expense.approval_state != "refused"
                and (expense.claim_id or expense.approval_state)
            )
        }

    def _bills_among(self, files):
        """Bills that are no entries of expenses: those have the files of their expenses by right."""
        ids = files.filtered(lambda file: file.res_model == "account.move").mapped("res_id")
        bills = self.env["account.move"].sudo().browse(set(ids)).exists()
        return {
            bill.id: bill
            for bill in bills
            if bill.company_id in self.company_id
            and bill.state != "cancel"
            and bill.payment_state != "reversed"
            and bill.is_purchase_document(include_receipts=True)
            and not bill.expense_ids
        }

    def _parts(self):
        """The parts of a split expense on its claim: they have one receipt and one invoice."""
        if not self.split_expense_origin_id:
            return self
        expenses = self.claim_id.expense_ids
        parts = expenses.filtered(lambda part: self._splits_with(part))
        return parts.with_prefetch(expenses._prefetch_ids)

    def _splits_with(self, document):
        if document._name != self._name:
            return False
        origins = {
            self.split_expense_origin_id or self,
            document.split_expense_origin_id or document,
        }
        return len(origins) == 1

    def _name_for_user(self, document):
        if not document.with_user(self.env.user).has_access("read"):
            return self.env._("another document of the company")
        if document._name == "account.move":
            return document.display_name
        return ", ".join(filter(None, [document.claim_id.name, document.name]))
