from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .delivery_receipt import ASSISTANT

ACTIVITY = "sale_order_flow.activity_receipt"
BATCH = 100


class DeliveryReceipt(models.Model):
    """Receipts that nobody confirmed are followed up, once (F15)."""

    _inherit = "delivery.receipt"

    @api.model
    def _cron_follow_up(self):
        """Give somebody an activity for each receipt that is not confirmed in time."""
        receipts = self._unconfirmed(BATCH)
        receipts._remind()
        left = len(self._unconfirmed(BATCH)) if len(receipts) == BATCH else 0
        self.env["ir.cron"]._commit_progress(len(receipts), remaining=left)

    @api.model
    def _unconfirmed(self, limit=None):
        """Receipts over their time, of which nobody was told, in companies with the flow."""
        companies = self.env["res.company"].browse(
            self.env["res.company"]._order_flow_company_ids()
        )
        now = fields.Datetime.now()
        over = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("shipped_at", "<=", now - timedelta(days=company.receipt_follow_days))
            for company in companies.sudo()
            if company.receipt_needed and company.receipt_follow_days
        )
        waiting = Domain("state", "=", "waiting") & Domain("reminded_at", "=", False)
        return self.search(waiting & over, limit=limit, order="shipped_at, id")

    def _remind(self):
        """The salesperson asks the customer; where there is none any more, the assistants do."""
        for receipt in self:
            assistants = self.env["approval.role"]._people(ASSISTANT, receipt.company_id)
            for user in receipt.user_id.filtered("active") or assistants:
                told = receipt.with_context(lang=user.lang)
                told.activity_schedule(
                    ACTIVITY,
                    user_id=user.id,
                    summary=told.env._(
                        "Ask %s to confirm the receipt", receipt.partner_id.display_name
                    ),
                )
        self._stamp({"reminded_at": fields.Datetime.now()})

    def action_mail_link(self):
        """Open the mail with the address where the customer confirms the receipt (F15).

        :raise AccessError: for anybody but salesperson, driver and sales assistants
        :raise UserError: when it is confirmed
        :return: window action of the mail composer
        """
        self.ensure_one()
        self._check_waiting()
        self._check_records()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for the Receipt"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": self.env.ref("sale_order_flow.mail_template_receipt").id,
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_responsible_signature",
                "force_email": True,
            },
        }
