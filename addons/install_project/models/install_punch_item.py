from odoo import api, fields, models
from odoo.exceptions import UserError

ENTERED = frozenset({"name", "acceptance_id", "check_id", "is_blocking", "user_id", "deadline"})


class InstallPunchItem(models.Model):
    """Something to be put right, done by one person and inspected again by another (I6).

    What stands in the way is done before the customer signs; the rest is listed on the certificate
    and put right afterwards.
    """

    _name = "install.punch.item"
    _description = "Punch Item"
    _inherit = ["order.flow.document", "mail.thread"]
    _order = "acceptance_id, id"

    _stamped = frozenset(
        {"state", "fixed_by_id", "fixed_at", "verified_by_id", "verified_at", "rounds"}
    )

    acceptance_id = fields.Many2one(
        "install.acceptance", required=True, index=True, ondelete="cascade"
    )
    project_id = fields.Many2one(related="acceptance_id.project_id", store=True, index=True)
    company_id = fields.Many2one(related="acceptance_id.company_id", store=True)
    partner_id = fields.Many2one(related="acceptance_id.partner_id", store=True, string="Customer")
    check_id = fields.Many2one(
        "install.acceptance.check",
        string="Checklist Point",
        domain="[('acceptance_id', '=', acceptance_id)]",
        ondelete="set null",
    )
    name = fields.Char(required=True, string="What Is to Be Put Right")
    is_blocking = fields.Boolean(
        string="Before Acceptance",
        default=True,
        help="The customer is asked to sign only when this was inspected again.",
    )
    user_id = fields.Many2one("res.users", string="To Be Done By", index=True)
    deadline = fields.Date()
    state = fields.Selection(
        [("open", "To Be Put Right"), ("fixed", "To Be Inspected Again"), ("verified", "In Order")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        string="Status",
    )
    rounds = fields.Integer(
        readonly=True,
        copy=False,
        string="Inspections Failed",
        help="How often it was not yet in order.",
    )
    fixed_by_id = fields.Many2one("res.users", readonly=True, copy=False, string="Put Right By")
    fixed_at = fields.Datetime(readonly=True, copy=False, string="Put Right On")
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False, string="Inspected By")
    verified_at = fields.Datetime(readonly=True, copy=False, string="Inspected On")

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._check_listed()
        return items

    def write(self, vals):
        if not ENTERED.isdisjoint(vals):
            self._check_listed()
        result = super().write(vals)
        if "acceptance_id" in vals:
            self._check_listed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_listed()
        if seen := self.filtered(lambda item: item.state != "open"):
            raise UserError(self.env._("“%s” was worked on: it stays.", seen[0].name))

    def _check_listed(self):
        self.acceptance_id._check_editable()

    # ------------------------------------------------------------------ put right, inspected again

    def action_fixed(self):
        """It was put right: somebody else inspects it again.

        :raise AccessError: for anybody but who has to do it, the person responsible and directors
        :return: True
        """
        for item in self:
            if item.user_id != self.env.user:
                item.project_id._check_leads()
            item._check_item_state("open")
            item._stamp(
                {
                    "state": "fixed",
                    "fixed_by_id": self.env.uid,
                    "fixed_at": fields.Datetime.now(),
                }
            )
        return True

    def action_verify(self):
        """Inspected again, and in order now.

        :raise UserError: for who put it right, where it waits for somebody else
        :return: True
        """
        self._check_inspects()
        self._stamp(
            {
                "state": "verified",
                "verified_by_id": self.env.uid,
                "verified_at": fields.Datetime.now(),
            }
        )
        return True

    def action_reopen(self):
        """Inspected again, and not in order yet.

        :return: True
        """
        self._check_inspects()
        for item in self:
            item._stamp({"state": "open", "rounds": item.rounds + 1})
        return True

    def _check_inspects(self):
        """Whoever supervises, leads or directs, but never who put it right."""
        for item in self:
            item._check_item_state("fixed")
            stages = item.project_id.stage_ids
            supervisor = stages.filtered(lambda stage: stage.kind == "supervise").user_id
            if self.env.user not in supervisor:
                item.project_id._check_leads()
            if item.fixed_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "“%s” was put right by you: somebody else inspects it again.", item.name
                    )
                )

    def _check_item_state(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        if self.state != state:
            raise UserError(
                self.env._(
                    "“%(item)s” is “%(state)s”: this is done while it is “%(wanted)s”.",
                    item=self.name,
                    state=labels[self.state],
                    wanted=labels[state],
                )
            )

    def _problem(self):
        """Why the customer cannot be asked yet; empty when this does not stand in the way."""
        self.ensure_one()
        if self.is_blocking and self.state != "verified":
            return self.env._(
                "“%s” on the punch list is not in order yet. Have it put right and inspected again.",
                self.name,
            )
        return ""

    def _fingerprint(self):
        return [self.id, self.name, self.state, self.is_blocking, str(self.deadline or "")]
