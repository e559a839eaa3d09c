import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from .marketing_work import OPEN


class MarketingPlacement(models.Model):
    """Where and when an advertisement appears, for how much, and the proof that it did (P8)."""

    _name = "marketing.placement"
    _description = "Advertising Placement"
    _inherit = ["marketing.work.part", "mail.thread"]
    _order = "date_from, id"

    name = fields.Char(string="Place", required=True, help="Which page, screen, wall or site.")
    medium = fields.Selection(
        [
            ("online", "Online"),
            ("social", "Social Media"),
            ("print", "Newspapers and Magazines"),
            ("outdoor", "Outdoor"),
            ("broadcast", "Television and Radio"),
            ("fair", "Fairs"),
            ("other", "Other"),
        ],
        required=True,
        default="online",
        index=True,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contract Partner", check_company=True, index="btree_not_null"
    )
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)
    amount = fields.Monetary()
    state = fields.Selection(related="work_id.state", store=True, string="Status of the Work")
    user_id = fields.Many2one(
        related="work_id.user_id", store=True, index=True, string="Person Responsible"
    )
    proof = fields.Binary(copy=False, help="Copy, photo or screenshot: it did appear.")
    proof_name = fields.Char(copy=False)

    _dates = models.Constraint(
        "CHECK (date_to >= date_from)", "The placement ends before it begins. Correct its dates."
    )
    _not_negative = models.Constraint(
        "CHECK (amount >= 0)", "A placement cannot cost less than nothing."
    )

    @api.model_create_multi
    def create(self, vals_list):
        placements = super().create(vals_list)
        placements.work_id._check_placed()
        return placements

    def write(self, vals):
        if not vals.get("proof", True) or "work_id" in vals:
            self._check_unproved()
        if vals.get("proof"):
            self._keep_proof()
        result = super().write(vals)
        if not {"amount", "work_id"}.isdisjoint(vals):
            self.work_id._check_placed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unproved(self):
        if not self.env.su:
            self._check_unproved()

    def _check_unproved(self):
        """:raise UserError: for advertisements that appeared, once their work was released"""
        for placement in self:
            # a plan that was taken back to change it was released all the same
            if placement.proof and placement.work_id.approved_at:
                raise UserError(
                    self.env._(
                        "“%s” appeared, its proof is attached: it stays with its work. Attach another "
                        "proof if this one is wrong.",
                        placement.name,
                    )
                )

    def _keep_proof(self):
        """The proof so far is kept in the messages when another one takes its place."""
        for placement in self.filtered("proof"):
            placement.message_post(
                body=self.env._("Another proof was attached."),
                attachments=[
                    (placement.proof_name or placement.name, base64.b64decode(placement.proof))
                ],
            )

    def _frozen_files(self, files):
        """Proof is exchanged by who leads the work alone, and stays when the work is over."""
        kept = self.filtered(
            lambda placement: (
                placement.work_id.state not in OPEN
                or not (placement.work_id.may_lead or self.env.user._is_superuser())
            )
        )
        return super()._frozen_files(files) | files.filtered(
            lambda file: file.res_field == "proof" and file.res_id in kept.ids
        )


class MarketingWork(models.Model):
    """Advertising: media booked within the budget, material signed off (P8)."""

    _inherit = "marketing.work"

    placement_ids = fields.One2many("marketing.placement", "work_id")
    material_ids = fields.One2many("marketing.material", "work_id")
    placed_amount = fields.Monetary(compute="_compute_placed_amount", string="Booked Media")

    @api.depends("placement_ids.amount")
    def _compute_placed_amount(self):
        for work in self:
            work.placed_amount = sum(work.placement_ids.mapped("amount"))

    def _check_placed(self):
        """:raise UserError: when more media is booked than the budget allows"""
        for work in self.filtered(lambda one: one.state != "draft"):
            if work.currency_id.compare_amounts(work.placed_amount, work.budget) > 0:
                raise UserError(
                    self.env._(
                        "%(work)s: placements of %(placed)s are more than the approved budget of "
                        "%(budget)s. Have a higher budget approved first (Change the Plan).",
                        work=work.display_name,
                        placed=work.currency_id.format(work.placed_amount),
                        budget=work.currency_id.format(work.budget),
                    )
                )

    def _plan_problems(self):
        problems = super()._plan_problems()
        if self.currency_id.compare_amounts(self.placed_amount, self.budget) > 0:
            problems.append(
                self.env._(
                    "%s: the placements cost more than the budget. Raise it, or place less.",
                    self.display_name,
                )
            )
        return problems

    def _result_problems(self):
        problems = super()._result_problems()
        if self.kind != "advertising":
            return problems
        unproved = self.placement_ids.filtered(lambda one: not one.proof)
        if unproved:
            problems.append(
                self.env._(
                    "%(work)s: attach the proof of these placements: %(places)s.",
                    work=self.display_name,
                    places=", ".join(unproved.mapped("name")),
                )
            )
        unsigned = self.material_ids.filtered(lambda one: one.state != "approved")
        if unsigned:
            problems.append(
                self.env._(
                    "%(work)s: this material was not signed off: %(names)s.",
                    work=self.display_name,
                    names=", ".join(unsigned.mapped("name")),
                )
            )
        return problems
