from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ApprovalLimit(models.Model):
    """Up to which amount a person, or whoever holds a role, may decide (A3).

    A limit of a person replaces those of the roles held. What is said of one kind of document, or of
    one operation, replaces what is said of all.
    """

    _name = "approval.limit"
    _description = "Approval Limit"
    _order = "company_id, role_id, user_id, model, operation, amount, id"

    role_id = fields.Many2one("approval.role", index="btree_not_null", ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('share', '=', False)]",
    )
    model_id = fields.Many2one(
        "approval.kind", string="Document", help="Empty: all kinds of documents."
    )
    # kept by name: a limit for a kind that is gone must not become one for all kinds
    model = fields.Char(
        related="model_id.model", store=True, precompute=True, string="Document Model"
    )
    operation = fields.Char(
        help="Technical name of one operation of the document. Empty: all its operations."
    )
    operation_label = fields.Char(compute="_compute_operation_label", string="Only For")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Amounts in another currency are converted at the date of the document.",
    )
    amount = fields.Monetary(string="Up To", help="Included.")
    is_unlimited = fields.Boolean(string="Any Amount")

    _one_holder = models.Constraint(
        "CHECK ((role_id IS NULL) != (user_id IS NULL))",
        "A limit belongs to a role or to a person: choose exactly one of them.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)",
        "A limit cannot be negative: amounts are compared without their sign.",
    )
    _unique = models.UniqueIndex(
        "(company_id, currency_id, COALESCE(role_id, 0), COALESCE(user_id, 0),"
        " COALESCE(model, ''), COALESCE(operation, ''))",
        "This role or person has a limit for the same document, operation and currency already. "
        "Change that one.",
    )

    # ------------------------------------------------------------------ computes and checks

    @api.depends("company_id")
    def _compute_currency_id(self):
        for limit in self:
            limit.currency_id = limit.company_id.currency_id or self.env.company.currency_id

    @api.depends("model", "operation")
    def _compute_operation_label(self):
        for limit in self:
            operation = limit._document_operations().get(limit.operation)
            limit.operation_label = str(operation.label) if operation else limit.operation

    @api.depends("role_id", "user_id", "model_id", "amount", "is_unlimited")
    def _compute_display_name(self):
        for limit in self:
            who = limit.sudo().role_id.name or limit.sudo().user_id.name or ""
            limit.display_name = f"{who}: {limit._shown_amount()}"

    @api.constrains("model_id", "operation")
    def _check_operation(self):
        for limit in self.filtered("operation"):
            if limit.operation not in limit._document_operations():
                raise ValidationError(
                    self.env._(
                        "The limit of %(who)s names the operation “%(operation)s”, which “%(kind)s” does "
                        "not have. Choose the document first, or leave the operation empty.",
                        who=limit.role_id.name or limit.user_id.name,
                        operation=limit.operation,
                        kind=limit.model_id.name or self.env._("All kinds of documents"),
                    )
                )

    def _document_operations(self):
        model = self.env.get(self.model or "")
        return model._approval_ops() if hasattr(model, "_approval_ops") else {}

    def _shown_amount(self):
        return (
            self.env._("any amount") if self.is_unlimited else self.currency_id.format(self.amount)
        )

    # ------------------------------------------------------------------ who may decide how much

    @api.model
    def _covered(self, users, amount, currency, model_name, operation, company, date):
        """Which of ``users`` may decide on an amount (A3).

        :param users: ``res.users``; their order is kept
        :param amount: in ``currency``; its sign does not matter
        :param model_name: kind of the document
        :param operation: code of the operation
        :param company: whose limits count, and in which roles are held
        :param date: day at which amounts are converted
        :return: those of ``users`` whose limit covers the amount; without a limit nobody does
        """
        limits = self._limits_of(users, model_name, operation, company, currency)
        currencies = self.browse().union(*limits.values()).currency_id
        converted = {
            target: (currency or company.currency_id)._convert(abs(amount), target, company, date)
            for target in currencies
        }
        return users.filtered(
            lambda user: any(
                limit._covers(converted[limit.currency_id]) for limit in limits[user.id]
            )
        )

    @api.model
    def _limits_of(self, users, model_name, operation, company, currency=None):
        """The limits that count for each of ``users`` today; the highest of them decides.

        Two queries, however many users.

        :param currency: a limit in this currency is preferred to one that has to be converted
        :return: ``{user id: approval.limit}`` (as superuser)
        """
        limits = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("user_id", "in", [*users.ids, False]),
                ("model", "in", [model_name, False]),
                ("operation", "in", [operation, False]),
            ]
        )
        personal, by_role = limits.grouped("user_id"), limits.grouped("role_id")
        roles = limits.role_id
        held = self.env["approval.role.holder"]._of_users(users, roles, company)
        held_by = held.grouped("user_id")
        result = {}
        for user in users:
            if own := personal.get(user.sudo()):
                result[user.id] = own._most_specific(currency)
                continue
            rows = held_by.get(user.sudo(), held.browse())
            result[user.id] = self.sudo().union(
                *(by_role[role]._most_specific(currency) for role in rows.role_id)
            )
        return result

    def _most_specific(self, currency):
        """Operation before kind before everything; then the currency of the document."""

        def rank(limit):
            return (bool(limit.operation), bool(limit.model), limit.currency_id == currency)

        highest = max(map(rank, self))
        return self.filtered(lambda limit: rank(limit) == highest)

    def _covers(self, amount):
        self.ensure_one()
        return self.is_unlimited or self.currency_id.compare_amounts(amount, self.amount) <= 0
