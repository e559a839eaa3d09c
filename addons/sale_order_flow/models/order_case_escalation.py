from odoo import api, fields, models

BATCH = 200


class OrderCase(models.Model):
    """What is not done in time comes before whoever leads the owner, once (F19)."""

    _inherit = "order.case"

    escalated_at = fields.Datetime(
        readonly=True, copy=False, string="Escalated On", groups="base.group_user"
    )

    _to_escalate = models.Index(
        "(deadline) WHERE state IN ('new', 'progress') AND escalated_at IS NULL"
    )

    @api.model
    def _cron_escalate(self):
        """Escalate overdue cases; those that wait for the customer are not ours to hurry."""
        done = self._escalate_overdue(BATCH)
        left = self.search_count(self._overdue_domain(), limit=1) if done == BATCH else 0
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    @api.model
    def _overdue_domain(self):
        return [("is_overdue", "=", True), ("escalated_at", "=", False)]

    @api.model
    def _escalate_overdue(self, limit):
        """:return: how many cases were escalated"""
        cases = self.search(self._overdue_domain(), order="deadline, id", limit=limit)
        cases._escalate()
        return len(cases)

    def _escalate(self):
        self._stamp({"escalated_at": fields.Datetime.now()})
        for case in self:
            people = case._escalates_to()
            for person in people:
                case.activity_schedule(
                    "sale_order_flow.activity_case_overdue",
                    summary=self.env._("Overdue: %s", case.subject),
                    user_id=person.id,
                )
            case.message_post(
                body=self.env._(
                    "Not done in time; escalated to %s.",
                    ", ".join(people.mapped("name"))
                    or self.env["approval.role"]._with_code("general_manager").name
                    or "-",
                ),
                subtype_xmlid="mail.mt_note",
            )

    def _escalates_to(self):
        """Hook: the manager of the owner, else those who lead the company.

        :return: ``res.users``
        """
        self.ensure_one()
        slots = self.env["approval.request.slot"]
        leader = slots._manager_of(self.owner_id, self.company_id)
        return leader or self.env["approval.role"]._people("general_manager", self.company_id)
