from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.approval_chain.values import whole_numbers

from .sales_plan_target import DIMENSIONS, FIELDS

LAST = 100000


class SalesPlan(models.Model):
    """How rows come into the plan and leave it, and how their figures are read and written (P1)."""

    _inherit = "sales.plan"

    # ------------------------------------------------------------------ rows

    def plan_grid_add(self, parent_id, dimension, value_ids):
        """Divide a row: one row for each value, and one for all others (P1).

        :param parent_id: the row above
        :param dimension: ``team``, ``person``, ``category`` or ``segment``
        :param value_ids: ids of teams, users, product categories or industries
        :raise AccessError: for anybody but planners
        :raise UserError: naming what overlaps, has left, or belongs to another company
        :return: True
        """
        self._lock_for_change()
        parent = self._own_row(parent_id)
        if dimension not in FIELDS:
            raise UserError(self.env._("Choose what the rows below are planned by."))
        self._check_dimension(parent, dimension)
        name = FIELDS[dimension]
        values = self._chosen_values(self.env[parent._fields[name].comodel_name], value_ids)
        there = parent.child_ids.filtered(lambda target: not target.is_rest)[name]
        new = values - there.with_env(self.env)
        if not new:
            return True
        self._check_values(dimension, new, there)
        if dimension == "category":
            self._check_within(parent, new.sudo())
        rows = [
            {
                "plan_id": self.id,
                "parent_id": parent.id,
                "dimension": dimension,
                name: value.id,
                "sequence": 10 * number,
            }
            for number, value in enumerate(new, start=len(there) + 1)
        ]
        if not parent.child_ids.filtered("is_rest"):
            rows.append(
                {
                    "plan_id": self.id,
                    "parent_id": parent.id,
                    "dimension": dimension,
                    "is_rest": True,
                    "sequence": LAST,
                }
            )
        made = self.env["sales.plan.target"].sudo().create(rows)
        closed = self._closed_figures()
        self._write_cells({at: figures for at, figures in closed.items() if at[0] in made.ids})
        return True

    def plan_grid_remove(self, target_id):
        """Take a row out of the plan, with all rows below it (P1).

        :param target_id: the row; when it is the last one beside the row of all others, that goes, too
        :raise AccessError: for anybody but planners
        :raise UserError: for the row of the company, and for what was planned for months that are over
        :return: True
        """
        self._lock_for_change()
        target = self._own_row(target_id)
        parent = target.parent_id
        if not parent:
            raise UserError(self.env._("The row of the company stays: it is the plan."))
        siblings = parent.child_ids - target
        if target.is_rest and siblings:
            raise UserError(
                self.env._("“%s” stays while there are rows beside it.", target.display_name)
            )
        if not siblings.filtered(lambda row: not row.is_rest):
            target |= siblings
        gone = self.env["sales.plan.target"].sudo().search([("id", "child_of", target.ids)])
        # what a division of this revision left with all others is in the row above as well
        before = set(self.sudo().previous_id.target_ids.mapped("key"))
        kept = gone.filtered(lambda row: row.key in before or not row.is_rest)
        if any(any(value) for at, value in self._closed_figures().items() if at[0] in kept.ids):
            raise UserError(
                self.env._(
                    "%s has targets in months that are over: set the later ones to zero instead.",
                    target[0].display_name,
                )
            )
        gone.cell_ids.unlink()
        gone.sorted("depth", reverse=True).unlink()
        return True

    @api.model
    def _chosen_values(self, model, value_ids):
        """Values whose ids came over RPC, in their order; the archived ones among them.

        :raise UserError: when the user may not read one of them, or there is none
        """
        values = model.browse(dict.fromkeys(whole_numbers(value_ids)))
        found = model.with_context(active_test=False).search([("id", "in", values.ids)])
        if values - found:
            raise UserError(
                self.env._("Some of what the row is divided by is not there. Choose from the list.")
            )
        return values

    def _own_row(self, target_id):
        """The row of this plan with an id that came over RPC, as superuser."""
        target = self.sudo().target_ids.filtered(lambda row: row.id == target_id)
        if not target:
            raise UserError(
                self.env._("%s has no such row any more. Load the page again.", self.name)
            )
        return target

    def _check_dimension(self, parent, dimension):
        labels = dict(
            self.env["sales.plan.target"]._fields["dimension"]._description_selection(self.env)
        )
        known = set(parent.child_ids.mapped("dimension"))
        if known - {dimension}:
            raise UserError(
                self.env._(
                    "%(row)s is divided by %(known)s already, and cannot be divided by %(new)s as "
                    "well: its sales would be planned twice. Divide the rows below it instead.",
                    row=parent.display_name,
                    known=labels[known.pop()],
                    new=labels[dimension],
                )
            )
        above = parent
        while above:
            if dimension != "category" and above.dimension == dimension:
                raise UserError(
                    self.env._(
                        "%(row)s is part of a division by %(dimension)s already.",
                        row=parent.display_name,
                        dimension=labels[dimension],
                    )
                )
            above = above.parent_id

    def _check_values(self, dimension, values, there):
        """:param values: what is added; ``there``: what the division has already"""
        company = self.company_id.sudo()
        for value in values.sudo():
            if "active" in value._fields and not value.active:
                raise UserError(
                    self.env._("%s is archived and gets no targets.", value.display_name)
                )
            if dimension == "person" and (value.share or company not in value.company_ids):
                raise UserError(
                    self.env._(
                        "%(person)s does not work for %(company)s and gets no targets there.",
                        person=value.name,
                        company=company.name,
                    )
                )
            if dimension == "team" and value.company_id and value.company_id != company:
                raise UserError(
                    self.env._(
                        "%(team)s is a team of another company than %(company)s.",
                        team=value.name,
                        company=company.name,
                    )
                )
        if dimension == "category":
            self._check_no_nesting(values.sudo() | there)

    def _check_within(self, parent, categories):
        """A category is divided by those below it, all others by those that have no row beside them."""
        whole, taken, row = parent.categ_id, parent.browse().categ_id, parent
        while row:
            if row.is_rest and row.dimension == "category":
                taken |= (row.parent_id.child_ids - row).categ_id
            row = row.parent_id
        for category in categories:
            if whole and whole not in self._categories_above(category):
                raise UserError(
                    self.env._(
                        "%(category)s is not part of %(whole)s: divide it by categories below it.",
                        category=category.display_name,
                        whole=whole.display_name,
                    )
                )
            if named := taken & (category | self._categories_above(category)):
                raise UserError(
                    self.env._(
                        "%(named)s has a row of its own: divide that one by %(category)s.",
                        named=named[0].display_name,
                        category=category.display_name,
                    )
                )

    def _check_no_nesting(self, categories):
        for category in categories:
            for above in self._categories_above(category) & categories:
                raise UserError(
                    self.env._(
                        "%(category)s is part of %(above)s: side by side its sales would be "
                        "planned twice. Divide the row of %(above)s instead.",
                        category=category.display_name,
                        above=above.display_name,
                    )
                )

    @api.model
    def _categories_above(self, category):
        """The categories that a category is part of; as superuser."""
        return category.browse(int(id_) for id_ in category.parent_path.split("/")[:-2])

    def _copy_rows(self, plan):
        """Take over rows and figures of another plan of the same year; as superuser."""
        made = {row.key: row for row in self.target_ids}
        rows = plan.target_ids.sorted(lambda row: (row.depth, row.sequence, row.id))
        for _depth, level in rows.filtered("parent_id").grouped("depth").items():
            new = level.create(
                [
                    {
                        "plan_id": self.id,
                        "parent_id": made[row.parent_id.key].id,
                        "dimension": row.dimension,
                        "is_rest": row.is_rest,
                        "sequence": row.sequence,
                        **(
                            {}
                            if row.is_rest
                            else {FIELDS[row.dimension]: row[FIELDS[row.dimension]].id}
                        ),
                    }
                    for row in level
                ]
            )
            made.update((row.key, row) for row in new)
        old_key = {row.id: row.key for row in rows}
        self._write_cells(
            {
                (made[old_key[target_id]].id, month): value
                for (target_id, month), value in plan._cell_values().items()
            },
            taken_over=True,
        )

    # ------------------------------------------------------------------ figures

    def _cell_values(self):
        """The figures of the plan: ``{(target id, month): (amount, quantity)}``, in one query."""
        self.ensure_one()
        self.env["sales.plan.cell"].flush_model()
        query = SQL(
            "SELECT target_id, month, COALESCE(amount, 0), COALESCE(quantity, 0)"
            " FROM sales_plan_cell WHERE plan_id = %s",
            self.id,
        )
        return {
            (target, month): (float(amount), float(quantity))
            for target, month, amount, quantity in self.env.execute_query(query)
        }

    def _write_cells(self, values, taken_over=False):
        """Write figures of rows of this plan, however many, in a handful of queries.

        The caller has locked the plan and checked who calls, and that figures are finite and rows its own.

        :param values: ``{(target id, month): (amount, quantity)}``; amounts in the currency of the plan
        :param taken_over: whether they come from the plan that this one revises, closed months included
        :raise UserError: when figures of months that are over would not be as they were
        """
        self.ensure_one()
        if not values:
            return
        self._check_may_change()
        before = self._cell_values()
        changed = {at: value for at, value in values.items() if before.get(at, (0, 0)) != value}
        closed = {} if taken_over else self._closed_figures()
        if late := [at for at in changed if changed[at] != closed.get(at, changed[at])]:
            target = self.env["sales.plan.target"].sudo().browse(late[0][0])
            raise UserError(
                self.env._(
                    "%(row)s, %(month)s: the month is over, a revision leaves it as it was.",
                    row=target.display_name,
                    month=late[0][1].strftime("%Y-%m"),
                )
            )
        if not changed:
            return
        keys = list(changed)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO sales_plan_cell (plan_id, target_id, month, amount, quantity,
                                             create_uid, create_date, write_uid, write_date)
                     SELECT %(plan)s, row.target, row.month, row.amount, row.quantity,
                            %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
                       FROM unnest(%(targets)s::int[], %(months)s::date[], %(amounts)s::numeric[],
                                   %(quantities)s::numeric[])
                            AS row (target, month, amount, quantity)
                ON CONFLICT (target_id, month) DO UPDATE
                        SET amount = EXCLUDED.amount, quantity = EXCLUDED.quantity,
                            write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
                """,
                plan=self.id,
                user=self.env.uid,
                targets=[target for target, _month in keys],
                months=[month for _target, month in keys],
                amounts=[changed[at][0] for at in keys],
                quantities=[changed[at][1] for at in keys],
            )
        )
        self.env["sales.plan.cell"].invalidate_model()
        targets = self.env["sales.plan.target"].sudo().browse({target for target, _m in keys})
        targets.invalidate_recordset(["cell_ids"])
        targets.modified(["cell_ids"])
        targets.flush_recordset(["amount_total", "quantity_total"])
        self.sudo().flush_recordset(["amount_total", "quantity_total"])

    def _dimension_labels(self):
        """``[(code, label)]`` of what a row can be divided by."""
        labels = dict(
            self.env["sales.plan.target"]._fields["dimension"]._description_selection(self.env)
        )
        return [(code, labels[code]) for code, _label in DIMENSIONS if code in FIELDS]
