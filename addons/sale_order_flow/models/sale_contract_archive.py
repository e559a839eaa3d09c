from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.approval_chain.values import lock_rows

from .sale_contract import ARCHIVIST

DUE_DAY = 25
BATCH = 200


class SaleContractArchive(models.Model):
    """The contracts of a month, bound by product and by customer, due on the 25th (F9).

    A contract signed after the 25th belongs to the archive of the next month: it could not be in
    time for that of its own. One whose month is archived already comes into the next open one.
    """

    _name = "sale.contract.archive"
    _description = "Monthly Contract Archive"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "month desc, id desc"

    _stamped = frozenset({"archived_at", "archived_by_id", "reminded_at"})

    month = fields.Date(
        required=True, readonly=True, index=True, help="The first day of the month it is for."
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    due_date = fields.Date(compute="_compute_due_date", store=True, string="Due On")
    contract_ids = fields.One2many("sale.contract", "archive_id", string="Contracts", copy=False)
    contract_count = fields.Integer(compute="_compute_contract_count", string="Number of Contracts")
    shelf = fields.Char(help="Where the contracts without a shelf of their own stand.")
    folder = fields.Char(help="The folder of the contracts without one of their own.")
    archived_at = fields.Datetime(readonly=True, copy=False, string="Archived On")
    archived_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reminded_at = fields.Datetime(readonly=True, copy=False)
    status = fields.Selection(
        [("open", "Open"), ("overdue", "Overdue"), ("archived", "Archived")],
        compute="_compute_status",
    )
    may_archive = fields.Boolean(compute="_compute_may_archive")

    _month_unique = models.UniqueIndex(
        "(company_id, month)", "This company has an archive for this month already."
    )

    # ------------------------------------------------------------------ computes

    @api.depends("month")
    def _compute_due_date(self):
        for archive in self:
            archive.due_date = archive.month and archive.month.replace(day=DUE_DAY)

    @api.depends("month", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for archive in self:
            month = archive.month.strftime("%Y-%m") if archive.month else ""
            archive.display_name = self.env._("Contracts of %s", month)

    @api.depends("contract_ids")
    def _compute_contract_count(self):
        groups = self.env["sale.contract"]._read_group(
            [("archive_id", "in", self.ids)], ["archive_id"], ["__count"]
        )
        counts = {archive.id: count for archive, count in groups}
        for archive in self:
            archive.contract_count = counts.get(archive._origin.id, 0)

    @api.depends("archived_at", "due_date", "company_id")
    def _compute_status(self):
        for archive in self:
            if archive.archived_at:
                archive.status = "archived"
            elif archive.due_date and archive.due_date < archive.company_id._approval_today():
                archive.status = "overdue"
            else:
                archive.status = "open"

    @api.depends("company_id")
    @api.depends_context("uid")
    def _compute_may_archive(self):
        allowed = {
            company: self.env.user._holds_role(ARCHIVIST, company) for company in self.company_id
        }
        for archive in self:
            archive.may_archive = allowed.get(archive.company_id, False)

    # ------------------------------------------------------------------ which archive

    @api.model
    def _month_of(self, day):
        """First day of the month in whose archive a contract signed on ``day`` belongs."""
        return (day + relativedelta(months=1 if day.day > DUE_DAY else 0)).replace(day=1)

    @api.model
    def _for_contract(self, contract):
        """The archive a contract that is now signed comes into; made when it is the first one."""
        company = contract.company_id
        Archive = self.sudo()
        # nobody archives a month while a contract comes into it
        lock_rows(Archive.search([("company_id", "=", company.id), ("archived_at", "=", False)]))
        found = {
            archive.month: archive for archive in Archive.search([("company_id", "=", company.id)])
        }
        month = self._month_of(contract._signed_on())
        if month in found and found[month].archived_at:
            month = max(month, self._month_of(company._approval_today()))
        while month in found and found[month].archived_at:
            month += relativedelta(months=1)
        return found.get(month) or Archive.create({"company_id": company.id, "month": month})

    # ------------------------------------------------------------------ CRUD

    def write(self, vals):
        if not {"company_id", "month"}.isdisjoint(vals):
            raise AccessError(
                self.env._("The month and the company of an archive follow from its contracts.")
            )
        archived = self.filtered("archived_at")
        if archived and not {"shelf", "folder"}.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "%s is archived: its place cannot be changed any more.",
                    archived[0].display_name,
                )
            )
        return super().write(vals)

    # ------------------------------------------------------------------ archiving

    def action_archive_contracts(self):
        """File the contracts of the month: each needs shelf and folder, its own or the archive's (F9).

        :raise AccessError: for anybody but sales assistants of the company
        :raise UserError: when it is archived already, has no contract, or a place is missing
        :return: True
        """
        self._flow_check_role(ARCHIVIST)
        lock_rows(self)
        for archive in self:
            archive._check_can_archive()
            now = {"archived_at": fields.Datetime.now(), "archived_by_id": self.env.uid}
            for contract in archive.contract_ids:
                contract._stamp(
                    {
                        "archive_shelf": contract.archive_shelf or archive.shelf,
                        "archive_folder": contract.archive_folder or archive.folder,
                        **now,
                    }
                )
            archive._stamp(now)
            archive.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def _check_can_archive(self):
        self.ensure_one()
        if self.archived_at:
            raise UserError(
                self.env._(
                    "%(archive)s was archived by %(person)s on %(date)s already.",
                    archive=self.display_name,
                    person=self.archived_by_id.name,
                    date=format_date(self.env, self.archived_at),
                )
            )
        if not self.contract_ids:
            raise UserError(
                self.env._("%s has no contract: there is nothing to archive.", self.display_name)
            )
        for contract in self.contract_ids:
            shelf = contract.archive_shelf or self.shelf
            folder = contract.archive_folder or self.folder
            if not shelf or not folder:
                raise UserError(
                    self.env._(
                        "%(archive)s: %(contract)s has no place. Enter “Shelf” and “Folder” on the "
                        "contract or on the archive.",
                        archive=self.display_name,
                        contract=contract.display_name,
                    )
                )

    # ------------------------------------------------------------------ the list on paper

    def _by_customer(self):
        """``[(customer, contracts)]`` by name, for the archive list."""
        groups = self.contract_ids.grouped(
            lambda contract: contract.partner_id.commercial_partner_id
        )
        return sorted(groups.items(), key=lambda item: item[0].name or "")

    def _by_product(self):
        """``[(product, contracts)]`` by name; a contract stands under each of its products."""
        return [
            (
                product,
                self.contract_ids.filtered(lambda contract, p=product: p in contract.product_ids),
            )
            for product in self.contract_ids.product_ids.sorted("display_name")
        ]

    # ------------------------------------------------------------------ overdue

    @api.model
    def _cron_overdue(self):
        """Tell the archivists once which archives were not filed by the 25th (F9)."""
        archives = self._overdue(BATCH)
        archives._remind()
        left = len(self._overdue(BATCH)) if len(archives) == BATCH else 0
        self.env["ir.cron"]._commit_progress(len(archives), remaining=left)

    @api.model
    def _overdue(self, limit=None):
        """Archives over their date whose archivists were not told, in companies with the flow."""
        enabled = self.env["res.company"]._order_flow_company_ids()
        archives = self.search(
            [
                ("company_id", "in", list(enabled)),
                ("archived_at", "=", False),
                ("reminded_at", "=", False),
                ("due_date", "<", fields.Date.today() + timedelta(days=1)),
                ("contract_ids", "!=", False),
            ],
            limit=limit,
        )
        return archives.filtered(lambda archive: archive.status == "overdue")

    def _remind(self):
        for company, archives in self.grouped("company_id").items():
            for user in self.env["approval.role"]._people(ARCHIVIST, company):
                group = archives.with_context(lang=user.lang)
                group.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=group.env._("Archive the contracts: they were due on the 25th"),
                )
        self._stamp({"reminded_at": fields.Datetime.now()})

    @api.ondelete(at_uninstall=False)
    def _unlink_never_archived(self):
        if archived := self.filtered("archived_at"):
            raise AccessError(self.env._("%s is archived and is kept.", archived[0].display_name))
