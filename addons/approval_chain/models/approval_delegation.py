from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

_MANAGER = "approval_chain.group_approval_manager"


class ApprovalDelegation(models.Model):
    """One person standing in for another for a time (A7).

    =========================  ==========================  ========================================
    action                     group                       restriction
    =========================  ==========================  ========================================
    read                       user                        the person away and the one standing in
    make, change, end          user                        only for himself
    make, change, end          administrator               for anybody
    delete                     as above                    only before it has begun
    =========================  ==========================  ========================================

    Looked up when read, never passed on: whoever stands in for somebody who stands in for a third
    person has nothing from the third.
    """

    _name = "approval.delegation"
    _description = "Approval Delegation"
    _inherit = ["mail.thread", "approval.period.mixin", "approval.definition.mixin"]
    _order = "date_from desc, id desc"

    user_id = fields.Many2one(
        "res.users",
        string="Person Away",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Whose approvals are answered.",
    )
    delegate_id = fields.Many2one(
        "res.users",
        string="Stands In",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
        tracking=True,
        help="Who answers meanwhile.",
    )
    date_from = fields.Date(
        string="First Day",
        required=True,
        default=lambda self: self.env.company._approval_today(),
        tracking=True,
    )
    date_to = fields.Date(
        string="Last Day", tracking=True, help="Included. Empty: until it is ended."
    )
    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        tracking=True,
        help="Only documents of this company and of its branches. Empty: all companies.",
    )
    model_ids = fields.Many2many(
        "approval.kind",
        string="Documents",
        tracking=True,
        help="Only these kinds of documents. Empty: all kinds.",
    )
    # kept by name: a delegation for kinds that are gone must not become one for all kinds
    model_names = fields.Char(compute="_compute_model_names", store=True)
    reason = fields.Char(tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    state = fields.Selection(
        [("coming", "To Come"), ("current", "Current"), ("ended", "Ended")],
        compute="_compute_state",
    )
    is_editable = fields.Boolean(compute="_compute_is_editable")

    _dates_ordered = models.Constraint(
        "CHECK (date_to IS NULL OR date_from <= date_to)",
        "The delegation must begin before it ends: correct its first or last day.",
    )
    _not_to_oneself = models.Constraint(
        "CHECK (user_id != delegate_id)",
        "Nobody can stand in for themselves: choose another person.",
    )

    # ------------------------------------------------------------------ computes and checks

    @api.depends("model_ids")
    def _compute_model_names(self):
        for delegation in self:
            delegation.model_names = " ".join(sorted(delegation.model_ids.mapped("model")))

    @api.depends("date_from", "date_to", "active")
    def _compute_state(self):
        current = self._current()
        for delegation in self:
            today = delegation._period_company()._approval_today()
            if delegation in current and delegation.active:
                delegation.state = "current"
            elif delegation.active and delegation.date_from and delegation.date_from > today:
                delegation.state = "coming"
            else:
                delegation.state = "ended"

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_is_editable(self):
        mine_only = not self.env.user.has_group(_MANAGER)
        for delegation in self:
            delegation.is_editable = not mine_only or delegation.user_id == self.env.user

    @api.depends("user_id", "delegate_id")
    def _compute_display_name(self):
        for delegation in self:
            row = delegation.sudo()
            delegation.display_name = self.env._(
                "%(delegate)s for %(person)s",
                delegate=row.delegate_id.name or "?",
                person=row.user_id.name or "?",
            )

    @api.constrains("user_id", "delegate_id", "company_id")
    def _check_people(self):
        for delegation in self.sudo():
            for user in delegation.user_id | delegation.delegate_id:
                if user.share or not user.active:
                    raise ValidationError(
                        self.env._(
                            "%(person)s is no active internal user and cannot take part in a delegation: "
                            "only colleagues who can log in may stand in. Choose another person.",
                            person=user.name,
                        )
                    )
                if delegation.company_id and delegation.company_id not in user.company_ids:
                    raise ValidationError(
                        self.env._(
                            "%(person)s does not work in %(company)s and could not open its requests. "
                            "Choose another person, or another company.",
                            person=user.name,
                            company=delegation.company_id.name,
                        )
                    )

    def _period_company(self):
        return self.sudo().company_id or self.sudo().user_id.company_id

    # ------------------------------------------------------------------ who may write

    @api.model_create_multi
    def create(self, vals_list):
        # Odoo's own note of a creation is hidden where it is posted, and told to nobody where it is logged
        quiet = self.with_context(mail_create_nolog=True)
        delegations = super(ApprovalDelegation, quiet).create(vals_list).with_env(self.env)
        delegations._check_own()
        delegations._tell_both()
        return delegations

    def write(self, vals):
        # before: whose it is; after: that it was not put upon somebody else
        self._check_own()
        result = super().write(vals)
        self._check_own()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_before_begin(self):
        self._check_own()
        for delegation in self:
            if delegation.date_from <= delegation._period_company()._approval_today():
                raise UserError(
                    self.env._(
                        "The delegation “%(delegation)s” has begun and may have been used: it cannot be "
                        "deleted. End it instead.",
                        delegation=delegation.display_name,
                    )
                )

    def _check_own(self):
        """Everybody delegates what is his own; administrators help those who cannot."""
        if self.env.su or self.env.user.has_group(_MANAGER):
            return
        foreign = self.sudo().filtered(lambda delegation: delegation.user_id != self.env.user)
        if foreign:
            raise AccessError(
                self.env._(
                    "Only %(person)s, or an approval administrator, can delegate the approvals of "
                    "%(person)s. You can delegate your own.",
                    person=foreign[0].user_id.name,
                )
            )

    # ------------------------------------------------------------------ who stands in for whom

    @api.model
    def _to_user(self, user):
        """Today's delegations to ``user`` from persons who still work here, in one query.

        :return: ``approval.delegation`` (as superuser)
        """
        return self._today(
            Domain("delegate_id", "=", user.id) & Domain("user_id.active", "=", True)
        )

    @api.model
    def _stand_ins(self, users, model_name, company):
        """Who stands in today for each of ``users`` on a kind of document, in one query.

        :param company: company of the document
        :return: ``{user id: res.users}`` (as superuser); those without a stand-in are left out
        """
        rows = self._today(
            Domain("user_id", "in", users.ids)
            & Domain("delegate_id.active", "=", True)
            & (
                Domain("company_id", "=", False)
                | Domain("company_id", "in", company.sudo().parent_ids.ids)
            )
        ).filtered(lambda row: not row.model_names or model_name in row.model_names.split())
        return {user.id: group.delegate_id for user, group in rows.grouped("user_id").items()}

    @api.model
    def _today(self, domain):
        names = ["user_id", "delegate_id", "company_id", "model_names", "date_from", "date_to"]
        own = self.sudo().with_context(active_test=False)
        rows = own.search_fetch(
            Domain("active", "=", True) & self._domain_current() & domain, names, order="id"
        )
        return rows._current()

    def _terms(self):
        """What each of these delegations is restricted to; branches belong to their company.

        :return: ``{delegation id: (kinds, company ids)}``, frozensets or ``None`` for all
        """
        companies = self.company_id
        branches = companies.search([("id", "child_of", companies.ids)]) if companies else companies
        return {
            row.id: (
                frozenset(row.model_names.split()) if row.model_names else None,
                frozenset(
                    branches.filtered(lambda one, row=row: row.company_id in one.parent_ids).ids
                )
                if row.company_id
                else None,
            )
            for row in self
        }

    # ------------------------------------------------------------------ what is told

    def _tell_both(self):
        """Both persons are told, whoever made it; they follow the delegation by now."""
        author = self.env.user.partner_id
        for delegation in self:
            delegation.sudo().message_post(
                body=delegation._creation_message(),
                subtype_xmlid="mail.mt_comment",
                author_id=author.id,
            )

    def _creation_message(self):
        self.ensure_one()
        return self.env._(
            "%(author)s: %(delegate)s answers the approvals of %(person)s from %(first)s until %(last)s.",
            author=self.env.user.name,
            delegate=self.sudo().delegate_id.name,
            person=self.sudo().user_id.name,
            first=format_date(self.env, self.date_from),
            last=format_date(self.env, self.date_to) or self.env._("further notice"),
        )

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """Both persons follow; nobody is “assigned” to anything."""
        ids = [updated_values.get(name) for name in ("user_id", "delegate_id")]
        users = self.env["res.users"].sudo().browse(filter(None, ids))
        return [(user.partner_id.id, default_subtype_ids, False) for user in users]
