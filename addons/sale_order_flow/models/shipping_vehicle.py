from odoo import api, fields, models
from odoo.exceptions import AccessError

DISPATCHER = "vehicles"


class ShippingVehicle(models.Model):
    """A vehicle of the company for deliveries (F14); kept by the vehicle dispatcher."""

    _name = "shipping.vehicle"
    _description = "Delivery Vehicle"
    _inherit = ["mail.thread"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(string="Plate", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    driver_id = fields.Many2one(
        "res.partner", check_company=True, tracking=True, help="Who usually drives it."
    )
    kind = fields.Char(string="Type")
    capacity = fields.Float(
        string="Load Capacity",
        digits="Stock Weight",
        help="The weight it carries, in the unit of the weights of products. Zero: not known.",
    )
    active = fields.Boolean(default=True)
    arrangement_ids = fields.One2many("shipping.arrangement", "vehicle_id", string="Trips")

    _plate_unique = models.UniqueIndex(
        "(company_id, upper(name))", "The company already has a vehicle with this plate."
    )
    _capacity_positive = models.Constraint(
        "CHECK (capacity >= 0)", "The load capacity of a vehicle cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        vehicles = super().create(vals_list)
        vehicles._check_keeps()
        return vehicles

    def write(self, vals):
        self._check_keeps()
        result = super().write(vals)
        self._check_keeps()
        return result

    def _check_keeps(self):
        """The dispatcher of the company and administrators keep the vehicles; systems may."""
        user = self.env.user
        if self.env.su or user.has_group("sale_order_flow.group_flow_manager"):
            return
        for vehicle in self:
            if not user._holds_role(DISPATCHER, vehicle.company_id):
                raise AccessError(
                    self.env._(
                        "%(vehicle)s: vehicles are kept by %(role)s.",
                        vehicle=vehicle.name,
                        role=self.env["order.flow.document"]._flow_role_label(
                            DISPATCHER, vehicle.company_id
                        ),
                    )
                )
