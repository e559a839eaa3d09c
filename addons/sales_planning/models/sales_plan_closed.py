from odoo import models


class SalesPlan(models.Model):
    """Months that are over stay in a revision as they were in the plan that it revises (P1)."""

    _inherit = "sales.plan"

    def _closed_months(self):
        """The months that are over where the company works; none but in a revision.

        While it is decided, those that were over when it was submitted: nobody changes it meanwhile.
        """
        self.ensure_one()
        if not self.previous_id:
            return []
        company, request = self.company_id, self.sudo().approval_request_id
        today = company._approval_today()
        if self._is_with_approvers() and request.submitted_at:
            today = company._approval_local(request.submitted_at).date()
        return [month for month in self._months() if month < today.replace(day=1)]

    def _open_months(self):
        """The months whose figures may be changed."""
        closed = set(self._closed_months())
        return [month for month in self._months() if month not in closed]

    def _closed_figures(self):
        """What the rows of a revision hold in months that are over.

        What the plan before did not divide, all others hold.

        :return: ``{(target id, month): (amount, quantity)}``
        """
        closed = self._closed_months()
        if not closed:
            return {}
        plan = self.sudo()
        before = plan.previous_id._cell_values()
        old = {row.key: row.id for row in plan.previous_id.target_ids}
        figures = {}
        for row in plan.target_ids.sorted("depth"):
            for month in closed:
                if row.key in old:
                    figure = before.get((old[row.key], month), (0.0, 0.0))
                else:
                    figure = figures[row.parent_id.id, month] if row.is_rest else (0.0, 0.0)
                figures[row.id, month] = figure
        return figures

    def _moved_closed_figures(self):
        """What was changed before the month ended, and has to be put back.

        :return: ``{(target id, month): (amount, quantity)}`` as it was
        """
        closed = self._closed_figures()
        cells = self._cell_values() if closed else {}
        return {
            at: figures for at, figures in closed.items() if cells.get(at, (0.0, 0.0)) != figures
        }

    def _lost_closed_rows(self):
        """Rows of the plan before with targets in months that are over, which were taken out."""
        plan = self.sudo()
        closed = set(self._closed_months())
        keys = set(plan.target_ids.mapped("key"))
        gone = plan.previous_id.target_ids.filtered(lambda row: row.key not in keys)
        if not closed or not gone:
            return gone.browse()
        planned = {
            id_
            for (id_, month), figures in plan.previous_id._cell_values().items()
            if month in closed and any(figures)
        }
        return gone.filtered(lambda row: row.id in planned)

    def _closed_problems(self):
        """Where a revision differs in months that are over, as full sentences."""
        problems = []
        plan = self.sudo()
        names = {row.id: row.display_name for row in plan.target_ids}
        for (id_, month), (amount, quantity) in self._moved_closed_figures().items():
            problems.append(
                self.env._(
                    "%(row)s, %(month)s: the month is over, put it back to %(amount)s and the quantity "
                    "to %(quantity)s.",
                    row=names[id_],
                    month=month.strftime("%Y-%m"),
                    amount=self.currency_id.format(amount),
                    quantity=quantity,
                )
            )
        for row in self._lost_closed_rows():
            problems.append(
                self.env._(
                    "“%s” has targets in months that are over: divide the row above by it again.",
                    row.display_name,
                )
            )
        return problems
