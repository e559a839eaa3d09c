from odoo import api, fields, models
from odoo.fields import Command


class ApprovalStepPerson(models.Model):
    """One of the persons a step asks, and whose turn comes when (A2, A4)."""

    _name = "approval.step.person"
    _inherit = ["approval.definition.mixin"]
    _description = "Approval Step Person"
    _order = "step_id, sequence, id"
    _rec_name = "user_id"

    step_id = fields.Many2one("approval.step", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('share', '=', False)]",
    )

    _once_a_step = models.UniqueIndex(
        "(step_id, user_id)",
        "A person is named twice in the same step. Name everybody once: one answer is enough.",
    )


class ApprovalStepPersons(models.Model):
    """The persons of a step in the order they are asked."""

    _inherit = "approval.step"

    person_ids = fields.One2many(
        "approval.step.person", "step_id", string="Persons in Order", copy=True
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Persons",
        compute="_compute_user_ids",
        inverse="_inverse_user_ids",
        store=True,
        readonly=False,
        copy=False,
        # who left keeps the place until somebody else is named
        context={"active_test": False},
        domain="[('share', '=', False)]",
        help="Everybody whom the step names. New ones come last; those named before keep their place.",
    )

    @api.depends("person_ids.user_id")
    def _compute_user_ids(self):
        for step in self:
            step.user_ids = step.person_ids.user_id

    def _inverse_user_ids(self):
        for step in self:
            named, people = step.user_ids, step.person_ids
            gone = people.filtered(lambda row, named=named: row.user_id not in named)
            last = max(people.mapped("sequence"), default=0)
            step.person_ids = [
                *(Command.delete(row.id) for row in gone),
                *(
                    Command.create({"user_id": user.id, "sequence": last + number})
                    for number, user in enumerate(named - people.user_id, start=1)
                ),
            ]

    def _persons(self):
        """The persons named, those who left included, in order; also while they are being edited."""
        self.ensure_one()
        people = self.person_ids.sorted(
            lambda row: (row.sequence, not row._origin, row._origin.id or 0)
        )
        return people.user_id

    def _replace_person(self, user, taker):
        """Name ``taker`` at the place of ``user``, or nobody; who is named already is so once.

        :param taker: ``res.users``, may be empty
        """
        self.ensure_one()
        people = self.person_ids
        place = people.filtered(lambda row: row.user_id == user)
        if not taker or taker in people.user_id:
            self.person_ids = [Command.delete(row.id) for row in place]
        else:
            place.user_id = taker

    def _in_order(self):
        """What a version keeps of the order of persons: nothing, where they are not asked in order."""
        if self.approver != "user" or self.mode != "order":
            return {}
        return {"in_order": self._persons().ids}
