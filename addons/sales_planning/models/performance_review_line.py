from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare

from .performance_criterion import FOLLOWS, KINDS

COPIED = ("name", "sequence", "kind", "percent", "follows", "wanted", "floor", "cap")
BY_PERSON = frozenset({"self_points", "self_remark"})
BY_MANAGER = frozenset({"manager_points", "manager_remark"})


class PerformanceReviewLine(models.Model):
    """One criterion of a review: the figure, its points, and the points given (P7).

    The points given begin as those of the figure. Other ones need a remark that says why.
    """

    _name = "performance.review.line"
    _description = "Review Line"
    _inherit = ["order.flow.document", "approval.line.mixin"]
    _order = "review_id, sequence, id"
    _approval_parent = "review_id"

    _stamped = frozenset(
        {*COPIED, "target", "actual", "figure", "has_figure", "points", "document_ids"}
    )

    review_id = fields.Many2one(
        "performance.review", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="review_id.company_id", store=True)
    user_id = fields.Many2one(related="review_id.user_id", store=True, index=True)
    date_from = fields.Date(related="review_id.date_from", store=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char(readonly=True, string="Criterion")
    kind = fields.Selection(KINDS, readonly=True)
    percent = fields.Float(readonly=True, digits=(16, 2), string="Weight (%)", aggregator=None)
    follows = fields.Selection(FOLLOWS, readonly=True, string="Points Follow")
    wanted = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    floor = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    cap = fields.Float(readonly=True, digits=(16, 2), string="Points at Most", aggregator=None)
    target = fields.Float(readonly=True, digits=(16, 2))
    actual = fields.Float(readonly=True, digits=(16, 2))
    has_figure = fields.Boolean(readonly=True, string="Measured")
    figure = fields.Float(readonly=True, digits=(16, 2), aggregator="avg", string="Reached (%)")
    document_ids = fields.Json(readonly=True)
    points = fields.Float(
        readonly=True, digits=(16, 2), aggregator="avg", string="Points of the Figure"
    )
    self_points = fields.Float(digits=(16, 2), aggregator="avg", string="Own Points")
    self_remark = fields.Char(string="Own Remark")
    manager_points = fields.Float(digits=(16, 2), aggregator="avg", string="Manager's Points")
    manager_remark = fields.Char(string="Manager's Remark")
    final = fields.Float(
        compute="_compute_final", store=True, digits=(16, 2), string="Weighted Points"
    )
    differs = fields.Boolean(compute="_compute_final", store=True, string="Changed by the Manager")

    _points_positive = models.Constraint(
        "CHECK (self_points >= 0 AND manager_points >= 0)", "Points are not negative."
    )

    @api.depends("percent", "manager_points", "points", "has_figure")
    def _compute_final(self):
        for line in self:
            line.final = line.manager_points * line.percent / 100
            line.differs = line.has_figure and bool(
                float_compare(line.manager_points, line.points, precision_digits=2)
            )

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("The criteria of a review are those of its scheme: nobody adds any.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if not BY_PERSON.isdisjoint(vals):
                self.review_id._check_assesses()
            if not BY_MANAGER.isdisjoint(vals):
                self.review_id._check_scores()
            if set(vals) - BY_PERSON - BY_MANAGER:
                self._refuse_stamped(vals)
                raise AccessError(
                    self.env._("The criteria of a review are those of its scheme and stay.")
                )
        result = super().write(vals)
        for line in self:
            line._check_range(line.self_points if "self_points" in vals else 0)
            line._check_range(line.manager_points if "manager_points" in vals else 0)
        return result

    def _check_range(self, points):
        if float_compare(points, self._most(), precision_digits=2) > 0:
            raise UserError(
                self.env._(
                    "“%(criterion)s”: no more than %(most)s points can be given.",
                    criterion=self.name,
                    most=f"{self._most():g}",
                )
            )

    def _most(self):
        return max(self.cap, 100.0) if self.kind == "manual" else self.cap

    @api.model
    def _copy_criteria(self, review):
        self._record(
            [
                {"review_id": review.id, **{name: criterion[name] for name in COPIED}}
                for criterion in review.sudo().scheme_id.criterion_ids
            ]
        )

    # ------------------------------------------------------------------ figures

    def _points_of(self, figure):
        """:param figure: percent reached
        :return: points"""
        self.ensure_one()
        if self.follows == "full":
            reached = float_compare(figure, 100.0, precision_digits=2) >= 0
            return min(100.0, self.cap) if reached else 0.0
        if float_compare(figure, self.floor, precision_digits=2) < 0:
            return 0.0
        return round(min(max(figure, 0.0), self.cap), 2)

    def _take_figure(self, actual, target, document_ids=()):
        """Keep a figure; points that nobody changed follow it.

        :param actual: what was reached
        :param target: what counts as 100 percent; zero: there is no figure
        :param document_ids: ids of what it comes from
        """
        self.ensure_one()
        known = target > 0
        figure = round(actual / target * 100, 6) if known else 0.0
        points = self._points_of(figure) if known else 0.0
        values = {
            "actual": actual,
            "target": target,
            "has_figure": known,
            "figure": figure,
            "points": points,
            "document_ids": list(document_ids),
        }
        before, had = self.points, self.has_figure
        for name in ("self_points", "manager_points"):
            untouched = not float_compare(self[name], before, precision_digits=2)
            if known and (untouched or not had and not self[name]):
                values[name] = points
        self._stamp(values)

    def _problem(self):
        """What the manager still has to say about it, as a sentence; empty when nothing."""
        self.ensure_one()
        if (self.manager_remark or "").strip():
            return ""
        if self.differs:
            return self.env._(
                "“%(criterion)s”: your points differ from those of the figure. Say why in the remark.",
                criterion=self.name,
            )
        if not self.has_figure and self.kind != "manual":
            return self.env._(
                "“%(criterion)s” could not be measured. Give points, and say in the remark what they "
                "rest on.",
                criterion=self.name,
            )
        return ""

    def action_open_documents(self):
        """Open what the figure comes from (P7).

        :return: window action
        """
        self.ensure_one()
        model = {
            "attainment": "sale.order",
            "collection": "account.move",
            "satisfaction": "order.satisfaction",
            "activity": "crm.lead",
        }.get(self.kind)
        if not model:
            raise UserError(self.env._("“%s” is judged, not measured.", self.name))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_planning.action_review_documents"
        )
        return {
            **action,
            "name": self.name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.document_ids or [])],
            "context": {"create": False},
        }
