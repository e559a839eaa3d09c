from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# the parts of a review and the role that answers each
PARTS = {"feasibility": "technical", "technical": "technical", "production": "vp_production"}


class SaleFeasibilityAnswer(models.Model):
    """What one department says in a feasibility review (F7)."""

    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch,missing-return

    _name = "sale.feasibility.answer"
    _description = "Part of a Feasibility Review"
    _inherit = ["order.flow.document"]
    _order = "review_id, id"
    _rec_name = "part"

    _stamped = frozenset(
        {"review_id", "part", "role_code", "company_id", "answered_by_id", "answered_at"}
    )

    review_id = fields.Many2one(
        "sale.feasibility.review", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="review_id.company_id", store=True)
    currency_id = fields.Many2one(related="review_id.currency_id")
    part = fields.Selection(
        [
            ("feasibility", "Feasibility"),
            ("technical", "Technical Review"),
            ("production", "Production Review"),
        ],
        required=True,
        readonly=True,
    )
    role_code = fields.Char(required=True, readonly=True)
    result = fields.Selection(
        [
            ("yes", "Can Be Made"),
            ("changed", "With Changes"),
            ("no", "Cannot Be Made"),
        ],
    )
    lead_time_days = fields.Integer(string="Lead Time (Days)", aggregator=None)
    unit_cost = fields.Monetary(
        string="Cost per Unit",
        aggregator=None,
        help="What this part costs for one unit, in the currency of the company.",
    )
    remark = fields.Text()
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments", copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True)
    answered_at = fields.Datetime(readonly=True, string="Answered On")
    may_answer = fields.Boolean(compute="_compute_may_answer")

    _once = models.UniqueIndex("(review_id, part)", "The review has this part already.")
    _lead_time_positive = models.Constraint(
        "CHECK (lead_time_days >= 0)", "The lead time cannot be negative."
    )
    _cost_positive = models.Constraint("CHECK (unit_cost >= 0)", "The cost cannot be negative.")

    @api.depends("part")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["part"]._description_selection(self.env))
        for answer in self:
            answer.display_name = labels.get(answer.part, "")

    @api.depends("review_id.state", "review_id.approval_state", "role_code")
    @api.depends_context("uid")
    def _compute_may_answer(self):
        for answer in self:
            answer.may_answer = answer._is_under_review() and self.env.user._holds_role(
                answer.role_code, answer.company_id
            )

    def _is_under_review(self):
        self.ensure_one()
        review = self.review_id
        return review.state == "draft" and review.sudo().approval_state == "pending"

    # ------------------------------------------------------------------ CRUD

    @api.model
    def _ask(self, reviews, parts):
        """Make the empty parts of new reviews."""
        # past the doors that refuse everybody
        models.BaseModel.create(
            self.sudo(),
            [
                {"review_id": review.id, "part": part, "role_code": role}
                for review in reviews
                for part, role in parts.items()
            ],
        )

    @api.model_create_multi
    def create(self, vals_list):
        raise AccessError(
            self.env._("The parts of a feasibility review are made together with it.")
        )

    def unlink(self):
        raise AccessError(self.env._("What a department said in a review cannot be deleted."))

    def write(self, vals):
        for answer in self:
            answer._flow_check_role(answer.role_code)
            if not answer._is_under_review():
                raise UserError(
                    self.env._(
                        "%(review)s is not under review: %(part)s cannot be filled in, or changed any "
                        "more.",
                        review=answer.review_id.name,
                        part=answer.display_name,
                    )
                )
        result = super().write(vals)
        self._stamp({"answered_by_id": self.env.uid, "answered_at": fields.Datetime.now()})
        for answer in self.sudo() if "attachment_ids" in vals else ():
            loose = answer.attachment_ids.filtered(
                lambda file: file.res_model in (False, self._name) and not file.res_id
            )
            loose.write({"res_model": self._name, "res_id": answer.id})
        return result
