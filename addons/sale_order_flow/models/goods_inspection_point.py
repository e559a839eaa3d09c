from odoo import api, fields, models
from odoo.exceptions import ValidationError


class GoodsInspectionPoint(models.Model):
    """What is looked at when goods are inspected: one question, for some goods (F13, S10).

    Goods for which no point is in force are not inspected, so that points are the switch.
    """

    _name = "goods.inspection.point"
    _description = "Inspection Point"
    _inherit = ["goods.scope"]

    name = fields.Char(required=True, translate=True, string="What Is Inspected")
    instruction = fields.Text(translate=True, string="How")
    direction = fields.Selection(
        "_selection_direction",
        required=True,
        default="outgoing",
        string="When",
        help="Before goods leave for a customer, or when they arrive from a supplier.",
    )
    kind = fields.Selection(
        [("check", "Passed or Failed"), ("measure", "Measured Value"), ("note", "Note")],
        required=True,
        default="check",
    )
    minimum = fields.Float(digits=(16, 4))
    maximum = fields.Float(digits=(16, 4))
    unit = fields.Char(string="Unit of the Value")
    photo_needed = fields.Boolean()

    @api.model
    def _selection_direction(self):
        """Hook: when goods are inspected, as ``(code, label)``."""
        return [("outgoing", self.env._("Before Shipping"))]

    @api.constrains("kind", "minimum", "maximum")
    def _check_limits(self):
        for point in self:
            if point.kind == "measure" and point.minimum > point.maximum:
                raise ValidationError(
                    self.env._(
                        "%(point)s: the lowest value allowed (%(minimum)s) is above the highest "
                        "(%(maximum)s). Exchange the two.",
                        point=point.name,
                        minimum=point.minimum,
                        maximum=point.maximum,
                    )
                )

    @api.model
    def _in_force(self, direction, company):
        """The points of a company, as superuser.

        :param direction: ``"outgoing"`` or ``"incoming"``
        """
        return self.sudo().search(
            [("company_id", "=", company.id), ("direction", "=", direction)],
        )
