from odoo import api, fields, models


class StockingRequest(models.Model):
    """Which sales assistant has a request: named by rule, taken, handed over (S2)."""

    _inherit = "stocking.request"

    assistant_id = fields.Many2one(
        "res.users",
        compute="_compute_assistant_id",
        store=True,
        index="btree_not_null",
        help="The sales assistant who was named for this request. Empty: any of them.",
    )
    assistant_names = fields.Char(
        compute="_compute_assistant_names",
        string="With",
        help="The named assistant, else everybody who holds the role.",
    )

    @api.depends("desk_duty_ids.user_id", "desk_duty_ids.role_id")
    def _compute_assistant_id(self):
        for request in self:
            request.assistant_id = request.desk_duty_ids.filtered(
                lambda duty: duty.role_id.code == "sales_assistant"
            ).user_id

    @api.depends("assistant_id", "company_id")
    def _compute_assistant_names(self):
        names = self.env["approval.role.holder"]._names_by_role(self.sudo().company_id)
        for request in self:
            named = request.sudo()._desk_named("sales_assistant")
            request.assistant_names = named.name or names.get(request.company_id.id, {}).get(
                "sales_assistant"
            )

    def _route(self):
        """Name the assistant that the first fitting rule says; without one it is everybody's."""
        rules = (
            self.env["stocking.assistant.rule"]
            .sudo()
            .search([("company_id", "in", self.company_id.ids)])
        )
        role = self._assistant_role()
        for request in self:
            fit = rules.filtered(lambda rule, request=request: rule._fits(request))[:1]
            if fit and not request.assistant_id:
                request._name_assistant(role, fit.user_id)
                request.message_post(
                    body=self.env._(
                        "%(user)s has this request (rule “%(rule)s”).",
                        user=fit.user_id.name,
                        rule=fit.name,
                    ),
                    partner_ids=fit.user_id.partner_id.ids,
                    subtype_xmlid="mail.mt_note",
                )

    @api.model
    def _assistant_role(self):
        return self.env["approval.role"]._with_code("sales_assistant")

    def _name_assistant(self, role, user):
        self.env["order.desk.duty"]._assign(self, role, user)

    def action_take(self):
        """Take requests that another assistant has, or nobody in particular (S2).

        :raise AccessError: for anybody but a sales assistant of the company
        :return: True
        """
        self._flow_check_role("sales_assistant")
        self.check_access("read")
        self._name_assistant(self._assistant_role(), self.env.user)
        for request in self:
            request.sudo().message_post(
                body=self.env._("%s has taken this request.", self.env.user.name),
                subtype_xmlid="mail.mt_note",
            )
        return True

    def action_hand_over(self):
        """Open the form that names another assistant, with a note (S2)."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over"),
            "res_model": "order.desk.handover",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_documents": [[self._name, request.id] for request in self],
                "default_role_id": self._assistant_role().id,
            },
        }
