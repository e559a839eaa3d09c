from odoo import models


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "approval.line.mixin"]

    _approval_parent = "move_id"
