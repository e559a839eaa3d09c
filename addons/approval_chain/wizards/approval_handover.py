from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

PARTS = ("slots", "holders", "limits", "delegations", "steps")


class ApprovalHandover(models.TransientModel):
    """Everything approvals know of a person, handed to another one in one go (A11).

    For approval administrators, with a reason; within the companies they work in. Every request is
    logged by itself. What cannot be handed over is told, and stays where it is.
    """

    _name = "approval.handover"
    _description = "Approval Handover"

    user_id = fields.Many2one(
        "res.users",
        string="Who Leaves",
        required=True,
        domain="[('share', '=', False)]",
        context={"active_test": False},
    )
    way = fields.Selection(
        [
            ("person", "One person takes over"),
            ("policy", "As each chain says for people who left"),
        ],
        required=True,
        default="person",
        string="Who Takes Over",
    )
    to_user_id = fields.Many2one(
        "res.users", string="Taken Over By", domain="[('share', '=', False), ('id', '!=', user_id)]"
    )
    reason = fields.Char()
    do_slots = fields.Boolean("Open and Coming Places", default=True)
    do_holders = fields.Boolean("Roles Held", default=True)
    do_limits = fields.Boolean("Own Limits", default=True)
    do_delegations = fields.Boolean("Delegations", default=True)
    do_steps = fields.Boolean("Steps of Chains", default=True)

    slot_ids = fields.Many2many("approval.request.slot", compute="_compute_found")
    holder_ids = fields.Many2many("approval.role.holder", compute="_compute_found")
    limit_ids = fields.Many2many("approval.limit", compute="_compute_found")
    delegation_ids = fields.Many2many("approval.delegation", compute="_compute_found")
    step_ids = fields.Many2many("approval.step", compute="_compute_found")
    named_text = fields.Text(
        compute="_compute_named_text",
        string="Named on Documents",
        help="Fields of documents that say who is asked. They are changed on the documents.",
    )
    result = fields.Text(readonly=True)

    # ------------------------------------------------------------------ preview

    @api.depends("user_id")
    def _compute_found(self):
        for wizard in self:
            user = wizard.user_id
            wizard.slot_ids = wizard._found_slots(user)
            wizard.holder_ids = wizard._found_holders(user)
            wizard.limit_ids = self.env["approval.limit"].search([("user_id", "in", user.ids)])
            wizard.delegation_ids = self.env["approval.delegation"].search(
                ["|", ("user_id", "in", user.ids), ("delegate_id", "in", user.ids)]
            )
            wizard.step_ids = self.env["approval.step"].search(
                [("approver", "=", "user"), ("user_ids", "in", user.ids)]
            )

    def _found_slots(self, user):
        Slot = self.env["approval.request.slot"]
        return Slot.search(
            Slot._domain_unanswered() & fields.Domain("user_id", "in", user.ids), order="id"
        ).filtered(lambda slot: not slot.is_terms)

    def _found_holders(self, user):
        rows = self.env["approval.role.holder"].search([("user_id", "in", user.ids)])
        return rows.filtered(
            lambda row: not row.date_to or row.date_to >= row.company_id._approval_today()
        )

    @api.depends("user_id")
    def _compute_named_text(self):
        steps = self.env["approval.step"].search([("approver", "=", "field")])
        pairs = sorted({(step.chain_id.model, step.field_name) for step in steps})
        for wizard in self:
            lines = []
            for model_name, name in pairs:
                if count := wizard._count_named(model_name, name):
                    field = self.env[model_name]._fields[name]
                    lines.append(
                        self.env._(
                            "%(count)s × %(document)s, “%(field)s”",
                            count=count,
                            document=self.env["ir.model"]._get(model_name).name,
                            field=field._description_string(self.env),
                        )
                    )
            wizard.named_text = "\n".join(lines)

    def _count_named(self, model_name, name):
        """On how many documents, of those the administrator may read, the person is named."""
        Document = self.env[model_name]
        if not self.user_id or not Document.has_access("read") or not Document._fields[name].store:
            return 0
        return Document.search_count([(name, "in", self.user_id.ids)])

    # ------------------------------------------------------------------ doing it

    def action_apply(self):
        """Hand over everything chosen; what fails is told and left (A11).

        :raise AccessError: for users who are not approval administrators
        :raise UserError: without a reason, or without a person who can take over
        :return: action that shows the result
        """
        self.ensure_one()
        self._check_handover()
        lines, left = [], []
        labels = {part: self._fields[f"do_{part}"]._description_string(self.env) for part in PARTS}
        for part in PARTS:
            if self[f"do_{part}"]:
                count, failed = getattr(self, f"_hand_{part}")()
                lines.append(self.env._("%(what)s: %(count)s", what=labels[part], count=count))
                left += failed
        if left:
            lines += ["", self.env._("Not handed over:"), *left]
        self.result = "\n".join(lines)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Handed Over"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _check_handover(self):
        if not self.env.user.has_group("approval_chain.group_approval_manager"):
            raise AccessError(
                self.env._("Only an approval administrator can hand over the approvals of others.")
            )
        if not (self.reason or "").strip():
            raise UserError(self.env._("Please write why the approvals are handed over."))
        user = self.to_user_id
        if self.way == "policy":
            return
        if not user or user == self.user_id or not user.active or user.share:
            raise UserError(
                self.env._("Choose who takes over: an active colleague, not %s.", self.user_id.name)
            )

    def _taker(self):
        return self.to_user_id if self.way == "person" else self.to_user_id.browse()

    def _hand_slots(self):
        """:return: ``(how many were handed over, sentences about the others)``"""
        count, left, taker = 0, [], self._taker()
        for slot in self.slot_ids.sudo():
            self.env.cr.flush()
            try:
                with self.env.cr.savepoint():
                    count += self._hand_slot(slot, taker)
            except UserError as error:
                left.append(f"{slot.request_id.name} {slot.document_name}: {error}")
                continue
            if slot.is_orphan:
                left.append(
                    self.env._(
                        "%(request)s %(document)s: nobody is known who could be asked instead.",
                        request=slot.request_id.name,
                        document=slot.document_name,
                    )
                )
        return count, left

    def _hand_slot(self, slot, taker):
        reason = self.reason.strip()
        if not taker:
            return len(slot._hand_departed(reason))
        request = slot.request_id
        request._load()
        slot.invalidate_recordset()
        request.slot_ids.invalidate_recordset()
        if slot.state not in ("open", "waiting") or request.state != "pending":
            return 0
        slot._replace_by(request._colleagues(taker.ids), reason)
        return 1

    def _hand_holders(self):
        taker, fresh, rows = self._taker(), [], self.holder_ids
        others = self.env["approval.role.holder"].search([("user_id", "in", taker.ids)])
        known = {(row.role_id, row.company_id, row.department_id) for row in others._current()}
        left, ended = [], rows.browse()
        for row in rows:
            if taker and row.company_id not in taker.company_ids:
                left.append(
                    self.env._(
                        "%(role)s: %(person)s does not work for %(company)s.",
                        role=row.role_id.name,
                        person=taker.name,
                        company=row.company_id.name,
                    )
                )
                continue
            today = row.company_id._approval_today()
            if taker and (row.role_id, row.company_id, row.department_id) not in known:
                fresh.append(
                    {
                        "role_id": row.role_id.id,
                        "user_id": taker.id,
                        "company_id": row.company_id.id,
                        "department_id": row.department_id.id,
                        "date_from": max(row.date_from or today, today),
                        "date_to": row.date_to,
                    }
                )
            ended |= row
        self.env["approval.role.holder"].create(fresh)
        self._end_holders(ended)
        return len(ended), left

    def _end_holders(self, rows):
        """Yesterday was the last day; what would have begun today or later does not begin."""
        for company, of_company in rows.grouped("company_id").items():
            today = company._approval_today()
            coming = of_company.filtered(
                lambda row, today=today: row.date_from and row.date_from >= today
            )
            coming.unlink()
            (of_company - coming).write({"date_to": today - timedelta(days=1)})

    def _hand_limits(self):
        """Own limits go to the person who takes over, unless there is one for the same already."""
        taker, left = self._taker(), []
        if not taker:
            return 0, left

        def key(limit):
            return (limit.company_id, limit.currency_id, limit.model, limit.operation)

        known = {key(limit) for limit in self.limit_ids.search([("user_id", "=", taker.id)])}
        taken = self.limit_ids.filtered(lambda limit: key(limit) in known)
        left += [
            self.env._(
                "%(limit)s: %(person)s has a limit of the same kind.",
                limit=limit.display_name,
                person=taker.name,
            )
            for limit in taken
        ]
        (self.limit_ids - taken).write({"user_id": taker.id})
        return len(self.limit_ids - taken), left

    def _hand_delegations(self):
        """Those of the person end; whoever is represented by the person is told by the chatter."""
        taker, rows = self._taker(), self.delegation_ids
        moved = rows.filtered(
            lambda row: taker and row.delegate_id == self.user_id and row.user_id != taker
        )
        count = len(rows)
        moved.write({"delegate_id": taker.id})
        (rows - moved).action_archive()
        return count, []

    def _hand_steps(self):
        """The chains name the other person from now on; requests under way are not touched."""
        taker, left, count = self._taker(), [], 0
        for step in self.step_ids:
            if not taker and step.user_ids == self.user_id:
                left.append(
                    self.env._(
                        "%(chain)s, %(step)s: asks nobody else.",
                        chain=step.chain_id.name,
                        step=step.name,
                    )
                )
                continue
            step._replace_person(self.user_id, taker)
            count += 1
        return count, left
