from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..spreadsheet import Formula
from .sales_plan_target import FIELDS

# above that nothing sensible is meant, and figures lose their cents
LARGEST = 1e12


class SalesPlan(models.Model):
    """The grid: rows are targets, columns months; read and written by one call each (P1)."""

    _inherit = "sales.plan"

    def plan_grid_load(self):
        """Everything the grid shows of the rows that the user may read (P1).

        :return: dict: ``rows`` with figures by month (this plan, last year, sales so far), ``months``,
            ``editable``, ``currency``, ``dimensions``
        """
        self.ensure_one()
        self.check_access("read")
        rows = self.env["sales.plan.target"].search([("plan_id", "=", self.id)])
        months = self._months()
        cells = self._cell_values()
        sold = self.sudo()._sales_of_rows()
        # what ended while somebody planned it is put back by hand
        closed = set(self._closed_months()) - {month for _id, month in self._moved_closed_figures()}
        this_month = self.company_id._approval_today().replace(day=1)
        currency = self.currency_id
        return {
            "name": self.name,
            "editable": self._grid_is_editable(),
            "currency": {
                "symbol": currency.symbol,
                "position": currency.position,
                "digits": currency.decimal_places,
            },
            "quantity_digits": self.env["decimal.precision"].precision_get("Product Unit"),
            "growth": self.growth_percent,
            "months": [
                {
                    "key": fields.Date.to_string(month),
                    "label": format_date(self.env, month, date_format="LLL"),
                    "closed": month in closed,
                    "over": month < this_month,
                }
                for month in months
            ],
            "dimensions": [
                {"code": code, "label": label, "model": self._dimension_model(code)}
                for code, label in self._dimension_labels()
            ],
            "rows": [
                {
                    "id": row.id,
                    "parent_id": row.parent_id.id if row.parent_id in rows else False,
                    "label": row.display_name,
                    "dimension": row.dimension,
                    "is_rest": row.is_rest,
                    "depth": row.depth,
                    "cells": [
                        [*cells.get((row.id, month), (0.0, 0.0)), *sold[row.id][month]]
                        for month in months
                    ],
                }
                for row in self._in_tree_order(rows)
            ],
        }

    def plan_grid_save(self, changes):
        """Write figures of the grid; nothing of it is written when a figure is refused (P1).

        :param changes: list of ``{"target_id", "month", "amount", "quantity"}``; month is the first day
            as text; amounts are untaxed, in the currency of the plan; a figure that is left out stays
        :raise AccessError: for anybody but planners
        :raise UserError: naming every row and month that is refused, and why
        :return: True
        """
        self._lock_for_change()
        self._write_cells(self._checked_changes(changes))
        return True

    def _grid_is_editable(self):
        self.ensure_one()
        return self.state == "draft" and not self._is_with_approvers() and self.has_access("write")

    def _dimension_model(self, code):
        return self.env["sales.plan.target"]._fields[FIELDS[code]].comodel_name

    @api.model
    def _in_tree_order(self, rows):
        """Every row below the row that it is part of."""
        below = rows.grouped(lambda row: row.parent_id if row.parent_id in rows else row.browse())
        ordered = []
        waiting = [rows.browse()]
        while waiting:
            row = waiting.pop()
            if row:
                ordered.append(row)
            children = below.get(row, rows.browse()).sorted(lambda one: (one.sequence, one.id))
            waiting.extend(reversed(list(children)))
        return ordered

    def _checked_changes(self, changes):
        """``{(target id, month): (amount, quantity)}`` of what came over RPC or from a sheet."""
        targets = {row.id: row for row in self.sudo().target_ids}
        before = self._cell_values()
        months = {fields.Date.to_string(month): month for month in self._months()}
        values, wrong = {}, []
        for number, change in enumerate(changes, start=1):
            where = change.get("where") or self.env._("Entry %s", number)
            target = targets.get(change.get("target_id"))
            month = months.get(change.get("month"))
            if not target:
                wrong.append(self.env._("%s: the plan has no such row any more.", where))
                continue
            where = change.get("where") or target.display_name
            if not month:
                wrong.append(
                    self.env._(
                        "%(row)s: “%(month)s” is no month of %(plan)s.",
                        row=where,
                        month=change.get("month"),
                        plan=self.name,
                    )
                )
                continue
            was = before.get((target.id, month), (0.0, 0.0))
            was = values.get((target.id, month), was)
            figures = []
            for name, old in zip(("amount", "quantity"), was, strict=True):
                figure = change.get(name, old)
                if problem := self._figure_problem(figure):
                    wrong.append(
                        self.env._(
                            "%(row)s, %(month)s: %(problem)s",
                            row=where,
                            month=month.strftime("%Y-%m"),
                            problem=problem,
                        )
                    )
                    break
                figures.append(self._rounded(name, figure))
            else:
                values[target.id, month] = tuple(figures)
        if wrong:
            raise UserError("\n".join(wrong[:50]))
        return values

    def _figure_problem(self, figure):
        if isinstance(figure, Formula):
            return self.env._(
                "“%s” is a formula without a result: open the file in a spreadsheet program, save it "
                "there and import it again.",
                figure,
            )
        if isinstance(figure, bool) or not isinstance(figure, int | float):
            return self.env._("“%s” is no number.", figure)
        # what is no number is not within any bound
        if not figure <= LARGEST:
            return self.env._("%s is too large.", figure)
        if figure < 0:
            return self.env._("%s is negative; targets are zero or more.", figure)
        return ""

    def _rounded(self, name, figure):
        if name == "amount":
            return self.currency_id.round(float(figure))
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return round(float(figure), digits)

    # ------------------------------------------------------------------ sales

    def _sales_of_rows(self):
        """What was sold for each row: last year, and this year so far.

        One query sums the order lines of both years by month, team, person, category and segment; each
        sum then walks down the tree to the rows that it belongs to.

        :return: ``{target id: {month of the plan: (amount last year, quantity last year, amount,
            quantity)}}``
        """
        self.ensure_one()
        targets = self.target_ids
        below = targets.grouped("parent_id")
        steps = {
            parent.id: self._step_down(children) for parent, children in below.items() if parent
        }
        root = self._root().id
        months = self._months()
        sums = {target.id: {month: [0.0] * 4 for month in months} for target in targets}
        start = date(self.year - 1, 1, 1)
        lines = self.env["sales.plan.report"]._sold_by_month(
            self.company_id, start, date(self.year + 1, 1, 1)
        )
        categories = self._category_ways({line[3] for line in lines})
        for month, team, user, category, industry, amount, quantity in lines:
            at = 0 if month.year < self.year else 2
            planned = date(self.year, month.month, 1)
            ways = {
                "team": [team],
                "person": [user],
                "category": categories.get(category, []),
                "segment": [industry],
            }
            row = root
            while row:
                sums[row][planned][at] += amount
                sums[row][planned][at + 1] += quantity
                row = self._next_row(steps.get(row), ways)
        currency = self.currency_id
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return {
            target: {
                month: (
                    currency.round(last[0]),
                    round(last[1], digits),
                    currency.round(last[2]),
                    round(last[3], digits),
                )
                for month, last in by_month.items()
            }
            for target, by_month in sums.items()
        }

    @api.model
    def _step_down(self, children):
        """How sales go on from a row: the dimension, ``{value id: row id}``, the row of all others."""
        own = {child._value().id: child.id for child in children if not child.is_rest}
        return children[0].dimension, own, children.filtered("is_rest")[:1].id

    @api.model
    def _next_row(self, step, ways):
        if not step:
            return False
        dimension, own, rest = step
        return next((own[value] for value in ways[dimension] if value in own), rest)

    @api.model
    def _category_ways(self, category_ids):
        """``{category id: [itself and the categories above it]}``, the nearest first."""
        categories = self.env["product.category"].sudo().browse(filter(None, category_ids))
        return {
            category.id: [int(id_) for id_ in reversed(category.parent_path.split("/")[:-1])]
            for category in categories
        }

    def plan_grid_open(self, target_id, months, last_year=False):
        """Open the order lines that sum to a figure of the grid (P1).

        :param target_id: the row
        :param months: list of first days of months of the plan, as text
        :param last_year: whether the sales of the year before are asked for
        :return: window action of ``sale.order.line``
        """
        self.ensure_one()
        target = self.env["sales.plan.target"].search(
            [("plan_id", "=", self.id), ("id", "=", target_id)]
        )
        if not target:
            raise UserError(
                self.env._("%s has no such row any more. Load the page again.", self.name)
            )
        known = {fields.Date.to_string(month): month for month in self._months()}
        asked = sorted(known[month] for month in months if month in known) or self._months()
        first, last = asked[0], asked[-1]
        if last_year:
            first, last = (day.replace(year=day.year - 1) for day in (first, last))
        after = date(last.year + last.month // 12, last.month % 12 + 1, 1)
        company = self.company_id.sudo()
        period = [
            ("order_id.date_order", ">=", company._approval_midnight(first)),
            ("order_id.date_order", "<", company._approval_midnight(after)),
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sales of %s", target.display_name),
            "res_model": "sale.order.line",
            "views": [(self.env.ref("sales_planning.view_plan_order_line_list").id, "list")],
            "domain": [*target._sales_domain(), *period],
            "context": {"create": False, "edit": False},
        }
