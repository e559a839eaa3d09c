import json
from hashlib import sha256
from secrets import token_hex

from odoo import api, fields, models
from odoo.exceptions import UserError


class SupervisionDraw(models.Model):
    """A monthly sample drawn by lot, which anybody can draw again with the same result (F23)."""

    _name = "supervision.draw"
    _description = "Supervision Draw"
    _inherit = ["order.flow.document"]
    _order = "date_from desc, id desc"

    _stamped = frozenset(
        {"rule_id", "company_id", "date_from", "seed", "population", "population_digest", "size"}
    )

    rule_id = fields.Many2one("supervision.rule", readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    date_from = fields.Date(readonly=True, string="Month")
    seed = fields.Char(readonly=True, help="Made by chance when the sample was drawn.")
    size = fields.Integer(readonly=True, string="Drawn from Each Group")
    population = fields.Text(
        readonly=True, help="The orders the lot could fall on, by sales team (0: all together)."
    )
    population_count = fields.Integer(compute="_compute_population_count", string="Drawn From")
    population_digest = fields.Char(
        readonly=True, string="Checksum", help="SHA-256 of the orders that were drawn from."
    )
    check_ids = fields.One2many("supervision.check", "draw_id")
    drawn_count = fields.Integer(compute="_compute_population_count", string="Drawn")

    # a month is drawn once: whoever dislikes the result does not draw again
    _once = models.Constraint(
        "UNIQUE (rule_id, date_from)", "The sample of this month was drawn already."
    )

    @api.depends("population", "check_ids")
    def _compute_population_count(self):
        for draw in self:
            draw.population_count = sum(map(len, draw._groups().values()))
            draw.drawn_count = len(draw.check_ids)

    @api.depends("rule_id.name", "date_from")
    def _compute_display_name(self):
        for draw in self:
            month = draw.date_from and draw.date_from.strftime("%Y-%m")
            draw.display_name = f"{draw.rule_id.name} {month}"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Draws stay: they tell why these orders were checked."))

    def _groups(self):
        return json.loads(self.population or "{}")

    @api.model
    def _draw(self, rule, date_from, population):
        """Draw, and put the orders on the lists of those who check them.

        :param population: ``{sales team id or 0: order ids}``, keys as text
        """
        text = json.dumps(
            {team: sorted(ids) for team, ids in sorted(population.items())}, separators=(",", ":")
        )
        draw = self.create([{}])
        draw._stamp(
            {
                "rule_id": rule.id,
                "company_id": rule.company_id.id,
                "date_from": date_from,
                "seed": token_hex(16),
                "size": rule.sample_size,
                "population": text,
                "population_digest": sha256(text.encode()).hexdigest(),
            }
        )
        orders = self.env["sale.order"].browse(draw._picked())
        self.env["supervision.check"]._make(rule, orders, draw)
        return draw

    def _picked(self):
        """The orders the lot fell on, worked out from seed and population."""
        self.ensure_one()
        picked = []
        for ids in self._groups().values():
            picked += self.env["supervision.rule"]._pick(self.seed, ids, self.size)
        return picked

    def action_prove(self):
        """Draw again with the same seed, and compare with what was checked (F23).

        :raise UserError: when the sample or what it was drawn from is another than then
        :return: notification that the draw holds
        """
        self.ensure_one()
        digest = sha256((self.population or "").encode()).hexdigest()
        checked = self.sudo().check_ids.order_id.ids
        if digest != self.population_digest or sorted(checked) != sorted(self._picked()):
            raise UserError(
                self.env._(
                    "%s: the orders that were checked are not those the lot fell on.",
                    self.display_name,
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The lot falls on the same %(drawn)s of %(count)s orders again.",
                    drawn=len(checked),
                    count=self.population_count,
                ),
            },
        }
