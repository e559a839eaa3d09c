from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

ACTIVITY = "install_project.activity_acceptance"
RETENTION = "install_project.activity_retention"
BATCH = 100


class InstallAcceptance(models.Model):
    """A customer who does not sign is asked again, and the salesperson with them (I6)."""

    _inherit = "install.acceptance"

    reminded_at = fields.Datetime(readonly=True, copy=False, string="Asked Again On")

    @api.model
    def _cron_remind(self):
        """Ask again what waits longer than the company's days, each time so many days later."""
        acceptances = self._unsigned(BATCH)
        for acceptance in acceptances:
            acceptance._remind()
        left = len(self._unsigned(BATCH)) if len(acceptances) == BATCH else 0
        self.env["ir.cron"]._commit_progress(len(acceptances), remaining=left)

    @api.model
    def _unsigned(self, limit):
        now, companies = (
            fields.Datetime.now(),
            self.env["res.company"].search(
                [("install_enabled", "=", True), ("install_reminder_days", ">", 0)]
            ),
        )

        def waits(company):
            before = now - timedelta(days=company.install_reminder_days)
            asked = Domain("reminded_at", "=", False) | Domain("reminded_at", "<=", before)
            return Domain("company_id", "=", company.id) & Domain("ready_at", "<=", before) & asked

        # while it is planned anew nothing can be signed
        waiting = (
            Domain("state", "=", "ready")
            & Domain("project_id.state", "=", "installing")
            & Domain.OR(waits(company) for company in companies)
        )
        return self.search(waiting, limit=limit, order="ready_at, id")

    def _remind(self):
        self.ensure_one()
        self._ask_customer()
        user = self.user_id.filtered("active") or self.project_id.lead_id
        if user and ACTIVITY not in self._asked_kinds():
            told = self.with_context(lang=user.lang)
            told.activity_schedule(
                ACTIVITY,
                user_id=user.id,
                note=told.env._(
                    "%s waits for the customer's signature. Ask the customer.", self.name
                ),
            )
        self._stamp({"reminded_at": fields.Datetime.now()})

    def _ask_anew(self):
        """The work goes on after it was planned anew: what waits is asked for from now on."""
        for acceptance in self.filtered(lambda one: one.state == "ready"):
            acceptance._stamp({"ready_at": fields.Datetime.now(), "reminded_at": False})
            acceptance._ask_customer()

    def _stop_asking(self):
        """Nobody is asked for a signature that cannot be given."""
        self.activity_unlink([ACTIVITY])

    def _asked_kinds(self):
        """External ids of the kinds of activities that are open."""
        return set(self.activity_ids.activity_type_id.get_external_id().values())

    def _stamp(self, values):
        result = super()._stamp(values)
        if values.get("state", "ready") != "ready":
            self.sudo()._stop_asking()
        return result


class InstallProject(models.Model):
    """When the warranty has ended, the retention money is asked for (I8)."""

    _inherit = "install.project"

    retention_told_at = fields.Datetime(readonly=True, copy=False)

    @api.model
    def _cron_retention(self):
        """Tell finance, or the salesperson where nobody is, that retention money is due."""
        projects = self._retention_due(BATCH)
        for project in projects:
            project._tell_retention()
        left = len(self._retention_due(BATCH)) if len(projects) == BATCH else 0
        self.env["ir.cron"]._commit_progress(len(projects), remaining=left)

    @api.model
    def _retention_due(self, limit):
        agreed = Domain("order_id.has_agreed_install_shares", "=", True)
        kept = agreed & Domain("order_id.agreed_install_retention_percent", ">", 0)
        companies = self.env["res.company"].search([("install_enabled", "=", True)])
        over = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("warranty_until", "<=", company._approval_today())
            & (kept | ~agreed if company.install_retention_percent else kept)
            for company in companies
        )
        open_ones = Domain("state", "in", ("accepted", "closed")) & Domain(
            "retention_told_at", "=", False
        )
        return self.search(open_ones & over, limit=limit, order="warranty_until, id")

    def _tell_retention(self):
        self.ensure_one()
        self._stamp({"retention_told_at": fields.Datetime.now()})
        order = self.order_id
        if (
            order.currency_id.compare_amounts(
                order._amount_invoiced_with(self.env["account.move"]), order.amount_total
            )
            >= 0
        ):
            return
        people = self.env["approval.role"]._people("finance", self.company_id) or self.user_id
        for user in people.filtered("active"):
            told = self.with_context(lang=user.lang)
            told.activity_schedule(
                RETENTION,
                user_id=user.id,
                note=told.env._(
                    "The warranty of %(project)s ended on %(day)s: the retention money of %(order)s "
                    "may be invoiced.",
                    project=self.name,
                    day=self.warranty_until,
                    order=order.name,
                ),
            )
