from odoo import http
from odoo.http import request

from odoo.addons.rating.controllers.main import Rating


class SatisfactionRating(Rating):
    """Odoo's page of a rating, where an answer to our survey is given once (F19)."""

    def _survey_closed(self, token):
        """The page that says so, when the question of this address was answered already."""
        rating_sudo, _record_sudo = self._get_rating_and_record(token)
        asked = request.env["order.satisfaction"]._of_rating(rating_sudo)
        if asked.answered_at:
            return request.render("sale_order_flow.satisfaction_answered", {}, status=410)
        return None

    @http.route()
    def action_open_rating(self, token, rate, **kwargs):
        return self._survey_closed(token) or super().action_open_rating(token, rate, **kwargs)

    @http.route()
    def action_submit_rating(self, token, rate=0, **kwargs):
        return self._survey_closed(token) or super().action_submit_rating(token, rate, **kwargs)
