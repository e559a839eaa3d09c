from odoo import fields, models


class CommissionTier(models.Model):
    """The rate of commission from an attainment on (P7)."""

    _name = "commission.tier"
    _description = "Commission Tier"
    _order = "scheme_id, attainment_from"

    scheme_id = fields.Many2one("performance.scheme", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="scheme_id.company_id", store=True)
    attainment_from = fields.Float(required=True, digits=(16, 2), string="From Attainment (%)")
    rate = fields.Float(required=True, digits=(16, 4), string="Rate (%)")

    _range = models.Constraint(
        "CHECK (attainment_from >= 0 AND rate >= 0 AND rate <= 100)",
        "Tiers begin at 0 percent or more, and rates lie between 0 and 100 percent.",
    )
    _one_from = models.UniqueIndex(
        "(scheme_id, attainment_from)", "Another tier of the scheme begins at the same attainment."
    )


def effective_rate(tiers, mode, attainment):
    """The rate that tiers mean for an attainment (P7).

    :param tiers: list of ``[from attainment %, rate %]``, in ascending order
    :param mode: ``"whole"``: the tier reached applies to everything; ``"marginal"``: each tier applies
        to its part of the attainment
    :param attainment: percent, negative counts as none
    :return: rate in percent
    """
    attainment = max(attainment, 0.0)
    reached = [(start, rate) for start, rate in tiers if start <= attainment]
    if mode == "whole" or not attainment:
        return reached[-1][1] if reached else 0.0
    ends = [start for start, _rate in reached[1:]] + [attainment]
    parts = zip(reached, ends, strict=False)
    return sum((end - start) * rate for (start, rate), end in parts) / attainment
