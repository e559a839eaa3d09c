from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class SupplyDateChange(models.Model):
    """An arrival date that was moved after it had been answered: from when to when, and why (S5)."""

    _name = "supply.date.change"
    _description = "Moved Arrival Date"
    _order = "id desc"
    _rec_name = "shortage_id"

    shortage_id = fields.Many2one(
        "supply.shortage", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="shortage_id.company_id", store=True)
    product_id = fields.Many2one(related="shortage_id.product_id")
    document_name = fields.Char(readonly=True, string="Document")
    previous_date = fields.Datetime(readonly=True)
    new_date = fields.Datetime(readonly=True)
    changed_by_id = fields.Many2one("res.users", readonly=True)
    changed_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    reason = fields.Text(readonly=True)
    reason_by_id = fields.Many2one("res.users", readonly=True)

    @api.model
    def _note(self, shortages, before):
        """Note moved dates, tell those concerned, and ask purchasing for the reason where it said
        none.

        :param shortages: ``supply.shortage`` whose date has moved
        :param before: ``{shortage: date before}``
        """
        reason = self.env.context.get("supply_date_reason") or False
        changes = self.sudo().create(
            [
                {
                    "shortage_id": shortage.id,
                    "document_name": shortage.document_name,
                    "previous_date": before[shortage],
                    "new_date": shortage.expected_date,
                    "changed_by_id": self.env.uid,
                    "reason": reason,
                    "reason_by_id": reason and self.env.uid,
                }
                for shortage in shortages
            ]
        )
        changes._tell()
        if not reason:
            changes._ask_reason()

    def _tell(self):
        """The applicant, the assistant and the warehouse learn it; salesperson and customer learn
        it from the assistant (F12).
        """
        for change in self:
            shortage = change.shortage_id
            request = shortage.request_id
            if request:
                request.message_post(
                    body=change._sentence(),
                    partner_ids=(request.user_id | request.assistant_id).partner_id.ids,
                    subtype_xmlid="mail.mt_note",
                )
            for picking in shortage._concerned_transfers():
                picking.message_post(body=change._sentence(), subtype_xmlid="mail.mt_note")

    def _sentence(self):
        return self.env._(
            "%(shortage)s arrives on %(day)s instead of %(before)s (%(document)s): %(reason)s",
            shortage=self.shortage_id.display_name,
            day=format_date(self.env, self.new_date),
            before=format_date(self.env, self.previous_date),
            document=self.document_name or "-",
            reason=self.reason or self.env._("purchasing was asked for the reason"),
        )

    def _ask_reason(self):
        """An activity of the buyer on the document that moved, once a document."""
        kind = "stocking_request.mail_activity_date_reason"
        for document, user in self._asked().items():
            if document.activity_ids.filtered(
                lambda activity: activity.activity_type_id == self.env.ref(kind)
            ):
                continue
            document.activity_schedule(
                kind,
                user_id=user.id,
                summary=self.env._("Why has the arrival date moved?"),
            )

    def _asked(self):
        """Hook: ``{document: user who knows why}``."""
        orders = self.shortage_id.purchase_order_id
        return {order: order._shortage_buyer() for order in orders}

    def action_give_reason(self, reason):
        """Purchasing says why the dates were moved; those who were told learn that too (S5).

        :param reason: text
        :raise AccessError: for anybody who does not hold the purchasing role
        :raise UserError: without a reason, or where one was given already
        :return: True
        """
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("“Reason” is empty. Say why the arrival date has moved."))
        for change in self:
            if not change._may_explain():
                raise AccessError(
                    self.env._(
                        "%s: why the date has moved is said by purchasing.",
                        change.shortage_id.display_name,
                    )
                )
            if change.reason:
                raise UserError(
                    self.env._(
                        "%(shortage)s: %(user)s has given the reason already.",
                        shortage=change.shortage_id.display_name,
                        user=change.reason_by_id.name,
                    )
                )
        changes = self.sudo()
        changes.write({"reason": reason.strip(), "reason_by_id": self.env.uid})
        changes._tell()
        for document in changes._asked():
            document.activity_feedback(
                ["stocking_request.mail_activity_date_reason"], feedback=reason.strip()
            )
        return True

    def _may_explain(self):
        """Hook: whether the current user is who knows why."""
        return self.env.user._holds_role("purchasing", self.company_id)

    def action_open_reason(self):
        """Open the form that asks for the reason."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "supply.date.wizard",
            "name": self.env._("Reason of the Moved Date"),
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_change_ids": self.ids},
        }
