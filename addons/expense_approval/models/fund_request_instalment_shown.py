from odoo import models


class FundRequestInstalmentShown(models.Model):
    """From the figures of an instalment to what was approved (E11)."""

    _inherit = "fund.request.instalment"

    def action_open_fund_request(self):
        """Open the fund request this instalment is planned in, with the rights of who opens it.

        :return: window action
        """
        self.ensure_one()
        self.check_access("read")
        return self.request_id._get_records_action()
