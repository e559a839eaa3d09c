from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows

from .install_project import ASSISTANT, DIRECTOR, RUNNING


class InstallProject(models.Model):
    """Opened with the shipment, announced by the assistant, assigned by the director (I1, I2)."""

    _inherit = "install.project"

    @api.model
    def _open_for(self, orders):
        """Open the project of each of the orders whose goods have left far enough (I1).

        Of an order with a project under way nothing is opened: later goods belong to that.

        :param orders: ``sale.order`` as superuser
        :return: the new projects
        """
        due = orders.filtered(
            lambda order: (
                order._is_installed()
                and (order.company_id.install_opens == "first" or order._all_shipped())
            )
        )
        known = self.sudo().search([("order_id", "in", due.ids), ("state", "in", RUNNING)])
        missing = due - known.order_id
        projects = self.sudo().create([{} for _order in missing])
        for project, order in zip(projects, missing, strict=True):
            sequence = self.env["ir.sequence"].with_company(order.company_id)
            project._stamp(
                {
                    "name": sequence.next_by_code("install.project") or "/",
                    "order_id": order.id,
                    "company_id": order.company_id.id,
                }
            )
            project._make_stages()
        return projects

    def action_announce(self):
        """The assistant tells the project director that goods to be installed have shipped (I1).

        Odoo's project opens with it.

        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: when it was announced already, or the need is not complete
        :return: True
        """
        self._flow_check_role(ASSISTANT)
        lock_rows(self.sudo())
        self._check_state("waiting")
        for project in self:
            if problems := project.order_id._install_problems():
                raise UserError("\n".join(problems))
            project._stamp(
                {
                    "state": "assign",
                    "project_id": project._open_odoo_project().id,
                    "announced_by_id": self.env.uid,
                    "announced_at": fields.Datetime.now(),
                }
            )
            directors = self.env["approval.role"]._people(DIRECTOR, project.company_id)
            project._tell(
                directors,
                self.env._(
                    "The goods of %(order)s have shipped. Please assign who installs them.",
                    order=project.order_id.name,
                ),
            )
        return True

    def _open_odoo_project(self):
        """Odoo's project for the tasks and costs, as superuser."""
        self.ensure_one()
        project = self.sudo()
        opened = project.env["project.project"].create(
            {
                "name": f"{project.name} {project.partner_id.name}",
                "company_id": project.company_id.id,
                "partner_id": project.partner_id.id,
                "privacy_visibility": "followers",
                "user_id": False,
            }
        )
        # hours, bills and expenses are booked on it (I9)
        opened._create_analytic_account()
        return opened

    def action_assign(self):
        """The director gives it to the own team or a partner company (I2).

        :raise AccessError: for anybody but a project director
        :raise UserError: without a person responsible, or a partner company that was chosen
        :return: True
        """
        self._check_directs()
        self._check_state("assign")
        for project in self:
            if not project.lead_id:
                raise UserError(
                    self.env._("%s: choose the Person Responsible, then assign it.", project.name)
                )
            project._check_contractor()
            project._stamp(
                {
                    "state": "planning",
                    "assigned_by_id": self.env.uid,
                    "assigned_at": fields.Datetime.now(),
                }
            )
            # sudo: Odoo's projects are no matter of theirs otherwise
            project.sudo().project_id.user_id = project.lead_id
            project._tell(
                project._crew(),
                self.env._("%s was assigned to you. Please plan it.", project.name),
            )
        return True

    def _check_contractor(self):
        if self.team == "partner" and not self.contractor_id:
            raise UserError(
                self.env._("%s: choose the Partner Company that installs it.", self.name)
            )

    def action_replan(self):
        """Take the plan back: another crew or another plan, approved anew (I2, I3).

        :raise AccessError: for anybody but a project director
        :raise UserError: when it is not being installed
        :return: True
        """
        self._check_directs()
        self._check_state("installing")
        self._stamp({"state": "planning"})
        self.sudo().acceptance_ids._stop_asking()
        return True

    def action_cancel(self, reason=None):
        """Give the project up.

        :param reason: why, in words
        :raise AccessError: for anybody but a project director
        :raise UserError: without a reason, or when it was accepted
        :return: True
        """
        self._check_directs()
        self._check_state(*RUNNING)
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the install project is cancelled."))
        for project in self:
            project._give_up(reason.strip())
        return True

    def _give_up(self, reason):
        self._stamp({"state": "cancelled", "cancel_reason": reason})
        self.sudo().acceptance_ids._project_given_up()
        self._tell(self._crew() | self._house(), self.env._("Cancelled: %s", reason))

    def _order_cancelled(self):
        """The order was taken back: nothing is installed for it any more."""
        for project in self._running():
            project._give_up(self.env._("%s was cancelled.", project.order_id.name))
