from odoo import api, fields, models


class MarketingWork(models.Model):
    """Network development: which regions have a dealer by now (P8)."""

    _inherit = "marketing.work"

    candidate_ids = fields.One2many("marketing.candidate", "work_id", string="Candidates")
    covered_region_ids = fields.Many2many(
        "res.country.state",
        compute="_compute_coverage",
        string="Regions with a Dealer",
        help="Where a candidate of this work agreed.",
    )
    open_region_ids = fields.Many2many(
        "res.country.state", compute="_compute_coverage", string="Regions without a Dealer"
    )
    coverage = fields.Float(compute="_compute_coverage", string="Coverage (%)")

    @api.depends("region_ids", "candidate_ids.state", "candidate_ids.region_id")
    def _compute_coverage(self):
        for work in self:
            agreed = work.candidate_ids.filtered(lambda one: one.state == "agreed").region_id
            work.covered_region_ids = agreed & work.region_ids
            work.open_region_ids = work.region_ids - agreed
            total = len(work.region_ids)
            work.coverage = 100.0 * len(work.covered_region_ids) / total if total else 0.0
