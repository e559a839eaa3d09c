from hashlib import sha256

from odoo import fields, models
from odoo.exceptions import UserError


class InstallAcceptanceCheck(models.Model):
    """An answer on the checklist of an acceptance, for one of the goods (I6)."""

    _name = "install.acceptance.check"
    _description = "Checklist of an Acceptance"
    _inherit = ["goods.inspection.answer"]
    _order = "acceptance_id, sequence, id"

    acceptance_id = fields.Many2one(
        "install.acceptance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="acceptance_id.company_id", store=True)
    name = fields.Char(string="What Is Checked")
    product_id = fields.Many2one("product.product", readonly=True)

    def _check_may_answer(self):
        self.acceptance_id._check_editable()

    def _asked_by_points(self):
        return UserError(
            self.env._(
                "What is checked comes from the inspection points of the goods: answer them."
            )
        )

    def _problem(self):
        """Why the customer cannot be asked yet; empty when nothing is missing."""
        self.ensure_one()
        if missing := self._missing():
            return missing
        listed = self.acceptance_id.punch_ids.filtered(lambda item: item.check_id == self)
        if self.verdict == "no" and not listed:
            return self.env._("%s failed: put it on the punch list.", self.name)
        return ""

    def _frozen_files(self, files):
        """Photos that the customer was shown stay: their attachments are no way around it."""
        open_ids = self.filtered(lambda check: check.acceptance_id.state == "draft").ids
        return files.filtered(lambda file: file.res_field and file.res_id not in open_ids)

    def _fingerprint(self):
        photo = self.with_context(bin_size=False).photo
        shown = sha256(photo).hexdigest() if photo else ""
        return [self.id, self.verdict or "", self.value, self.note or "", shown]
