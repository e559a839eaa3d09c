from odoo import Command, fields, models
from odoo.exceptions import UserError


class StockingTemplate(models.Model):
    """A set of lines that departments ask for again and again (S1)."""

    _name = "stocking.template"
    _description = "Stocking Request Template"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    line_ids = fields.One2many("stocking.template.line", "template_id", copy=True)


class StockingRequest(models.Model):
    _inherit = "stocking.request"

    template_id = fields.Many2one(
        "stocking.template",
        check_company=True,
        copy=False,
        help="Its lines are added with “Add Lines”.",
    )

    def action_add_template(self):
        """Add the lines of the chosen template; quantities of products asked for already grow.

        :raise UserError: without a template, or when the request cannot be changed any more
        :return: True
        """
        for request in self:
            if not request.template_id or request._is_readonly():
                raise UserError(
                    self.env._(
                        "%s: choose a template, while the request is not in approval or decided.",
                        request.name,
                    )
                )
            known = {(line.product_id, line.product_uom_id): line for line in request.line_ids}
            new = []
            for row in request.template_id.line_ids:
                if line := known.get((row.product_id, row.product_uom_id)):
                    line.quantity += row.quantity
                else:
                    new.append(Command.create(row._prepare_request_line_vals()))
            request.write({"line_ids": new, "template_id": False})
        return True

    def action_save_template(self):
        """Keep the lines of this request as a template, and open it to be named.

        :return: window action of the template
        """
        self.ensure_one()
        template = self.env["stocking.template"].create(
            {
                "name": self.env._("Like %s", self.name),
                "company_id": self.company_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "quantity": line.quantity,
                            "product_uom_id": line.product_uom_id.id,
                        }
                    )
                    for line in self.line_ids
                ],
            }
        )
        return template._get_records_action(name=self.env._("Template"))
