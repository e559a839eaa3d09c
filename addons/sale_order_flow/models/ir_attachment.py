from odoo import api, models

from odoo.addons.approval_chain.models.ir_attachment import CONTENT


class IrAttachment(models.Model):
    """Another copy of a verified qualification has to be verified again (F2)."""

    _inherit = "ir.attachment"

    _flow_voucher_idx = models.Index("(checksum) WHERE res_model = 'sale.delivery.application'")

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._qualifications_changed()
        return attachments

    def write(self, vals):
        if CONTENT.isdisjoint(vals):
            return super().write(vals)
        self._qualifications_changed()
        result = super().write(vals)
        self._qualifications_changed()
        return result

    def unlink(self):
        self._qualifications_changed()
        return super().unlink()

    def _qualifications_changed(self):
        """Files of everything pass here: no query where no company follows the order flow."""
        if not self.env["res.company"]._order_flow_company_ids():
            return
        Qualification = self.env["res.partner.qualification"].sudo()
        ids = [
            attachment.res_id
            for attachment in self.sudo()
            if attachment.res_model == Qualification._name and attachment.res_field == "document"
        ]
        if ids:
            Qualification.browse(ids).exists()._withdraw_verification()
