from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import fields, models

from ..einvoice import normal

POLICIES = [
    ("off", "Is not checked"),
    ("warn", "Is shown to those who decide"),
    ("stop", "Is refused"),
]


@dataclass(frozen=True)
class InvoiceFacts:
    """What the invoices of a company are compared with.

    :param today: the day it is where the company works
    :param oldest: earliest accepted date, if there is one
    :param buyers: accepted names of the buyer, as compared
    :param vat: tax number of the company, as compared; empty when it has none
    """

    today: date
    oldest: date | None
    buyers: frozenset
    vat: str


class ResCompanyInvoice(models.Model):
    _inherit = "res.company"

    invoice_required_policy = fields.Selection(
        POLICIES, string="Expense without Invoice", required=True, default="off"
    )
    invoice_file_policy = fields.Selection(
        POLICIES, string="Expense without File", required=True, default="warn"
    )
    invoice_cover_policy = fields.Selection(
        POLICIES, string="Invoices Below the Expense", required=True, default="warn"
    )
    invoice_buyer_policy = fields.Selection(
        POLICIES, string="Issued to Another Buyer", required=True, default="warn"
    )
    invoice_other_buyers = fields.Text(
        string="Also Accepted Buyers",
        help="Names that may stand on invoices besides that of the company, one a line.",
    )
    invoice_age_policy = fields.Selection(
        POLICIES, string="Old Invoice", required=True, default="warn"
    )
    invoice_max_months = fields.Integer(
        string="Accepted Months", default=0, help="Zero: invoices of any age are accepted."
    )
    same_file_policy = fields.Selection(
        POLICIES, string="File Claimed Twice", required=True, default="warn"
    )

    _invoice_max_months_positive = models.Constraint(
        "CHECK (invoice_max_months >= 0)", "The accepted months of invoices cannot be negative."
    )

    def _invoice_facts(self):
        """What invoices of the company are compared with, as :class:`InvoiceFacts`."""
        today = self._approval_today()
        months = self.invoice_max_months
        lines = (self.invoice_other_buyers or "").splitlines()
        names = {normal(name) for name in (self.name, *lines)}
        return InvoiceFacts(
            today=today,
            oldest=today - relativedelta(months=months) if months else None,
            buyers=frozenset(names - {""}),
            vat=normal(self.vat).upper().removeprefix("CN"),
        )
