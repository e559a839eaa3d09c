from odoo import models
from odoo.exceptions import UserError

from .distribution import distribute

# of fewer months with sales nobody reads a season
SEASON_MONTHS = 3
MOST_GROWTH = 10000


class SalesPlan(models.Model):
    """Splitting from the top: of a year over its months, of a row over the rows below it (P1).

    What is split is kept to the cent: see :func:`distribute`. Months that are over in a revision stay.
    """

    _inherit = "sales.plan"

    def action_split(self, method, growth=None):
        """Plan everything from the top (P1).

        :param method: ``growth``: the company gets last year's months and ``growth``, split by last
            year's shares; ``share``: what the company has is split by last year's shares over months
            and rows; ``even``: the same in equal parts
        :param growth: percent, by default that of the plan
        :raise AccessError: for anybody but planners
        :raise UserError: naming the row without sales to split by
        :return: True
        """
        self._check_known(method, ("growth", "share", "even"))
        self._lock_for_change()
        root = self.sudo()._root()
        sold = self.sudo()._sales_of_rows()
        cells = self._cell_values()
        if method == "growth":
            percent = self.growth_percent if growth is None else growth
            self._grow(root, percent, sold, cells)
            method = "share"
        else:
            self._split_months(root, method, sold, cells)
        if root.child_ids:
            self._split_rows(root, method, sold, cells)
        self._write_cells(cells)
        return True

    def plan_grid_split(self, target_id, method, into):
        """Split a row of the grid (P1).

        :param target_id: the row
        :param method: ``share`` (of last year) or ``even``
        :param into: ``months``: its year over the months; ``rows``: each month over all rows below
        :raise AccessError: for anybody but planners
        :raise UserError: naming the row without sales to split by
        :return: True
        """
        self._check_known(method, ("share", "even"))
        self._check_known(into, ("months", "rows"))
        self._lock_for_change()
        target = self._own_row(target_id)
        sold = self.sudo()._sales_of_rows() if method == "share" else {}
        cells = self._cell_values()
        if into == "months":
            self._split_months(target, method, sold, cells)
        else:
            self._split_rows(target, method, sold, cells)
        self._write_cells(cells)
        return True

    def plan_grid_grow(self, target_id, percent):
        """Set a row to last year's months and growth (P1).

        :param target_id: the row
        :param percent: growth over last year, such as 5
        :raise AccessError: for anybody but planners
        :raise UserError: when nothing was sold for the row last year
        :return: True
        """
        self._lock_for_change()
        target = self._own_row(target_id)
        cells = self._cell_values()
        self._grow(target, percent, self.sudo()._sales_of_rows(), cells)
        self._write_cells(cells)
        return True

    def _check_known(self, chosen, known):
        """:raise UserError: when a call asks for what there is not"""
        if chosen not in known:
            raise UserError(self.env._("Choose how the figures are split."))

    def _grow(self, target, percent, sold, cells):
        number = isinstance(percent, int | float) and not isinstance(percent, bool)
        if not number or not -100 < percent <= MOST_GROWTH:
            raise UserError(
                self.env._("Growth: enter a percentage above -100, and not above 10,000.")
            )
        if not any(sold[target.id][month][0] for month in self._months()):
            raise UserError(
                self.env._(
                    "%s: nothing was sold last year that could grow. Enter its targets by hand.",
                    target.display_name,
                )
            )
        for month in self._open_months():
            last = sold[target.id][month]
            cells[target.id, month] = tuple(
                max(0.0, self._rounded(name, figure * (1 + percent / 100)))
                for name, figure in zip(("amount", "quantity"), last[:2], strict=True)
            )

    def _split_months(self, target, method, sold, cells):
        """The year of a row over its months; what is fixed in closed months is taken off first."""
        months = self._open_months()
        for at, name in enumerate(("amount", "quantity")):
            total = sum(cells.get((target.id, month), (0.0, 0.0))[at] for month in months)
            total = self._rounded(name, total)
            if not total:
                continue
            weights = [1] * len(months)
            if method == "share":
                weights = [max(0.0, sold[target.id][month][at]) for month in months]
                if sum(1 for weight in weights if weight) < min(SEASON_MONTHS, len(months)):
                    raise UserError(
                        self.env._(
                            "%s: too few months of last year have sales to tell a season. Split it "
                            "evenly or enter the months by hand.",
                            target.display_name,
                        )
                    )
            parts = distribute(total, weights, self._step_of(name))
            for month, part in zip(months, parts, strict=True):
                self._set_figure(cells, (target.id, month), at, part)

    def _split_rows(self, target, method, sold, cells):
        """Each month of a row over the rows below it, down to the last."""
        below = target.plan_id.target_ids.grouped("parent_id")
        months = self._open_months()
        waiting = [target]
        if target not in below:
            raise UserError(
                self.env._("%s is not divided: add rows below it first.", target.display_name)
            )
        while waiting:
            parent = waiting.pop()
            children = below.get(parent)
            if not children:
                continue
            children = children.sorted(lambda row: (row.sequence, row.id))
            waiting.extend(children)
            for at, name in enumerate(("amount", "quantity")):
                year = self._year_weights(children, method, sold, at)
                for month in months:
                    total = cells.get((parent.id, month), (0.0, 0.0))[at]
                    weights = year
                    if method == "share":
                        own = [max(0.0, sold[child.id][month][at]) for child in children]
                        weights = own if any(own) else year
                    if total and not any(weights):
                        raise UserError(
                            self.env._(
                                "%s: nothing was sold last year by the rows below it. Split it evenly "
                                "or enter them by hand.",
                                parent.display_name,
                            )
                        )
                    parts = (
                        distribute(total, weights, self._step_of(name))
                        if total
                        else [0.0] * len(children)
                    )
                    for child, part in zip(children, parts, strict=True):
                        self._set_figure(cells, (child.id, month), at, part)

    def _year_weights(self, children, method, sold, at):
        """How a month without sales is split: as the year. Evenly, all others get nothing."""
        if method == "share":
            return [
                max(0.0, sum(sold[child.id][month][at] for month in self._months()))
                for child in children
            ]
        named = children.filtered(lambda row: not row.is_rest)
        return [int(row in named) for row in children] if named else [1] * len(children)

    def _step_of(self, name):
        if name == "amount":
            return self.currency_id.rounding
        return 10 ** -self.env["decimal.precision"].precision_get("Product Unit")

    def _set_figure(self, cells, at, position, figure):
        value = list(cells.get(at, (0.0, 0.0)))
        value[position] = figure
        cells[at] = tuple(value)
