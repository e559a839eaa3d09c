from odoo import api, fields, models
from odoo.exceptions import AccessError

# what changes nothing of what a promotion gives, to whom and when
HARMLESS = frozenset({"name", "sequence", "active", "flow_approved", "message_follower_ids"})


class LoyaltyProgram(models.Model):
    """Promotions the company stands behind: their rewards need no special approval (F5).

    ==========================  ============================================================
    action                      who
    ==========================  ============================================================
    approve a promotion         administrators of the order flow
    change an approved one      as in Odoo; by anybody else it is not approved any more
    ==========================  ============================================================
    """

    _inherit = "loyalty.program"

    flow_approved = fields.Boolean(
        string="Approved Promotion",
        copy=False,
        help="Orders with rewards of this promotion need no special approval for them. Whoever "
        "changes what it gives, without the right to approve it, takes the approval back.",
    )
    may_approve = fields.Boolean(compute="_compute_may_approve")

    @api.depends_context("uid")
    def _compute_may_approve(self):
        self.may_approve = self._may_approve()

    @api.model
    def _may_approve(self):
        return self.env.su or self.env.user.has_group("sale_order_flow.group_flow_manager")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_may_approve(vals_list)
        programs = super().create(vals_list)
        # also by a default in the context
        self._check_may_approve([{"flow_approved": any(programs.mapped("flow_approved"))}])
        return programs

    def write(self, vals):
        self._check_may_approve([vals])
        result = super().write(vals)
        if not HARMLESS.issuperset(vals):
            self._terms_changed()
        return result

    def _check_may_approve(self, vals_list):
        if any(vals.get("flow_approved") for vals in vals_list) and not self._may_approve():
            raise AccessError(
                self.env._(
                    "A promotion is approved by an administrator of the order flow, in the field "
                    "“%s”. Ask for it.",
                    self.fields_get(["flow_approved"], ["string"])["flow_approved"]["string"],
                )
            )

    def _terms_changed(self):
        """What was approved is not what is given any more."""
        if not self._may_approve():
            self.filtered("flow_approved").flow_approved = False
