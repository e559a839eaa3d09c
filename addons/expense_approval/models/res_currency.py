from odoo import models


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _rate_error(self, company, date):
        """Why an amount in this currency cannot be compared with the company's money.

        Odoo takes 1.0 where no rate was entered, which is never what is meant.

        :param company: ``res.company`` whose currency it is converted to
        :param date: day of the conversion
        :return: a sentence, or an empty string
        """
        self.ensure_one()
        if self == company.currency_id:
            return ""
        rates = self.env["res.currency.rate"].sudo()
        known = rates.search_count(
            [
                ("currency_id", "=", self.id),
                ("company_id", "in", (False, company.root_id.id)),
                ("name", "<=", date),
            ],
            limit=1,
        )
        if known:
            return ""
        return self.env._(
            "There is no exchange rate of %(currency)s in %(company)s for %(date)s. Ask finance to enter "
            "it.",
            currency=self.name,
            company=company.name,
            date=date,
        )
