from odoo import fields, models


class ApprovalStep(models.Model):
    """Who is asked for what belongs to an employee: those above that employee."""

    _inherit = "approval.step"

    approver = fields.Selection(
        selection_add=[("supervisor", "Leader of the Department Manager")],
        ondelete={"supervisor": "cascade"},
    )

    def _employee_of(self, document, requester):
        """The employee the document belongs to, also where finance submits it for somebody."""
        if isinstance(document, self.env.registry["expense.document"]):
            return document.sudo().employee_id
        return super()._employee_of(document, requester)

    def _resolve_supervisor(self, document, requester, chosen):
        """The leader of the manager of the department: who supervises it (主管领导)."""
        managers, gap = self._resolve_manager(document, requester, chosen)
        if not managers:
            return managers, gap
        manager = managers.sudo().with_company(self.chain_id.company_id).employee_id
        above = manager.browse(self._leader_ids(manager) if manager else ())
        users = (above.user_id.filtered("active") - requester)[:1]
        gap = self.env._(
            "%s, who manages the department, has no leader who can log in. Ask the personnel department "
            "to enter the manager of that employee.",
            managers.sudo().name,
        )
        return users.with_env(self.env), gap

    def _gaps_supervisor(self):
        return self._gaps_manager() or self._gaps_leader()
