from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class ApprovalStep(models.Model):
    """Who is asked: one resolver for each way of naming people (A2, A3).

    A resolver is told the document (as superuser) and who asks, and says whom, in order, before any
    policy leaves somebody out. It changes nothing.
    """

    _inherit = "approval.step"

    approver = fields.Selection(
        selection_add=[
            ("manager", "Department Manager of the Requester"),
            ("leader", "Leader of the Requester"),
            ("climb", "Leaders up to the Limit"),
            ("chosen", "Chosen by the Requester"),
        ],
        ondelete={
            "manager": "cascade",
            "leader": "cascade",
            "climb": "cascade",
            "chosen": "cascade",
        },
    )
    level = fields.Integer(
        default=1,
        help="1: the leader of the requester, 2: the leader of that leader, and so on.",
    )
    chooser_role_id = fields.Many2one(
        "approval.role",
        string="Among Holders Of",
        ondelete="restrict",
        help="The requester chooses among the holders of this role.",
    )
    chooser_group_id = fields.Many2one(
        "res.groups",
        string="Among Members Of",
        ondelete="restrict",
        help="The requester chooses among the members of this group.",
    )

    # ------------------------------------------------------------------ checks

    @api.constrains(
        "approver",
        "role_id",
        "person_ids",
        "user_ids",
        "field_name",
        "chain_id",
        "level",
        "chooser_role_id",
        "chooser_group_id",
    )
    def _check_approver(self):  # pylint: disable=missing-return
        ways = ("role", "user", "field")
        known = self.filtered(lambda step: step.approver in ways)
        super(ApprovalStep, known)._check_approver()
        for step in self:
            if step.approver == "leader" and step.level < 1:
                raise ValidationError(
                    self.env._(
                        "Step %(step)s: the level of the leader begins at 1, the direct leader of the "
                        "requester.",
                        step=step.name,
                    )
                )
            if step.approver == "chosen" and bool(step.chooser_role_id) == bool(
                step.chooser_group_id
            ):
                raise ValidationError(
                    self.env._(
                        "Step %(step)s: say among whom the requester chooses, by either a role or a group.",
                        step=step.name,
                    )
                )

    @api.constrains("approver", "chain_id", "mode")
    def _check_climb(self):
        for step in self.filtered(lambda step: step.approver == "climb"):
            if step.mode not in ("all", "order"):
                raise ValidationError(
                    self.env._(
                        "Step %(step)s climbs until a limit covers the amount: whoever is asked before has "
                        "a lower limit and must not decide alone. Let all of them answer.",
                        step=step.name,
                    )
                )
            operation = step.chain_id._document_operations().get(step.chain_id.operation)
            if not operation or not operation.amount:
                raise ValidationError(
                    self.env._(
                        "Step %(step)s climbs until a limit covers the amount, but %(document)s has no "
                        "amount here. Choose another way of naming who is asked.",
                        step=step.name,
                        document=step.chain_id.model_id.name,
                    )
                )

    # ------------------------------------------------------------------ who is asked

    def _people(self, document, requester=None, chosen=None):
        """The users asked for ``document``, in order, before anybody is left out (A2, A3).

        Roles and leaders are looked up in the company of the chain: a branch is decided above.

        :param document: the document as superuser
        :param requester: ``res.users`` who asks; by default the current user
        :param chosen: ``res.users`` the requester chose, for a step that lets him choose
        :return: active ``res.users``; ``_people_gap`` says why there are none
        """
        self.ensure_one()
        return self._resolve(document, requester or self.env.user, chosen)[0]

    def _people_gap(self, document, requester=None, chosen=None):
        """Why ``_people`` finds nobody: a sentence that names what is missing and who can help.

        :return: the sentence, or an empty string when there is somebody
        """
        self.ensure_one()
        people, gap = self._resolve(document, requester or self.env.user, chosen)
        return "" if people else gap

    def _choices(self, document, requester=None):
        """Among whom the requester may choose.

        :return: active ``res.users``, empty for other steps
        """
        self.ensure_one()
        company = self.chain_id.company_id
        if self.approver != "chosen":
            return self.env["res.users"]
        if self.chooser_role_id:
            return self.chooser_role_id._holders(company)
        members = self.chooser_group_id.sudo().all_user_ids
        return members.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )

    def _role_department(self, document, requester=None):
        """The department whose holders of the role are asked; empty: those without department."""
        self.ensure_one()
        company = self.chain_id.company_id
        empty = self.env["hr.department"].sudo()
        if not any(unit for _user, unit in self.role_id._current_pairs(company)):
            # no department has a holder of its own: where the requester works does not matter
            return empty
        employee = self._employee_of(document, requester or self.env.user)
        return self.role_id._holding_department(company, employee.department_id)

    def _able_among(self, users, document):
        """Those of the users who can open a request for the document."""
        operation = document._approval_ops()[self.chain_id.operation]
        return users._approval_may_open(document[operation.company])

    def _resolve(self, document, requester, chosen):
        """:return: ``(users, sentence for the case that there are none)``"""
        return getattr(self, f"_resolve_{self.approver}")(document, requester, chosen)

    def _resolve_role(self, document, requester, chosen):
        company = self.chain_id.company_id
        department = self._role_department(document, requester)
        gap = self.env._(
            "Nobody holds the role %(role)s in %(company)s today. Ask an approval administrator to name "
            "a holder.",
            role=self.role_id.name,
            company=company.name,
        )
        return self.role_id._holders_of(company, department), gap

    def _resolve_user(self, document, requester, chosen):
        gap = self.env._(
            "None of the persons of step “%(step)s” works here any more. Ask an approval administrator "
            "to name others.",
            step=self.name,
        )
        return self._able_among(self._persons(), document), gap

    def _resolve_field(self, document, requester, chosen):
        label = document._fields[self.field_name]._description_string(self.env)
        gap = self.env._(
            "%(document)s names nobody in “%(field)s”. Fill it in.",
            document=document.display_name,
            field=label,
        )
        return self._able_among(document[self.field_name], document), gap

    def _resolve_chosen(self, document, requester, chosen):
        choices = self._choices(document, requester)
        if not choices:
            among = self.chooser_role_id.name or self.chooser_group_id.sudo().name
            gap = self.env._(
                "Nobody can be chosen for step “%(step)s”: %(among)s has no members today. Ask an "
                "approval administrator.",
                step=self.name,
                among=among,
            )
        else:
            gap = self.env._(
                "Choose who answers step “%(step)s”: %(people)s.",
                step=self.name,
                people=", ".join(choices.mapped("name")),
            )
        users = self.env["res.users"]
        return (chosen or users).filtered(lambda user: user in choices), gap

    # ------------------------------------------------------------------ up the org chart

    def _resolve_manager(self, document, requester, chosen):
        """The manager of the nearest department that has one who is not the requester himself."""
        employee = self._employee_of(document, requester)
        if not employee:
            return self._no_employee(requester)
        department = employee.department_id
        path = [int(id_) for id_ in (department.parent_path or "").split("/") if id_]
        managers = department.browse(reversed(path)).manager_id.user_id
        users = (self._able_among(managers, document) - requester)[:1]
        gap = self.env._(
            "No department above %(person)s has a manager who can log in. Ask the personnel department "
            "to enter the department of %(person)s and its manager.",
            person=requester.name,
        )
        return users.with_env(self.env), gap

    def _resolve_leader(self, document, requester, chosen):
        """The leader at exactly the level of the step."""
        employee = self._employee_of(document, requester)
        if not employee:
            return self._no_employee(requester)
        leader = employee.browse(self._leader_ids(employee)[self.level - 1 : self.level])
        gap = self.env._(
            "%(person)s has no leader at level %(level)s who can log in. Ask the personnel department to "
            "complete the managers of the employees above.",
            person=requester.name,
            level=self.level,
        )
        return self._able_among(leader.user_id, document).with_env(self.env), gap

    def _resolve_climb(self, document, requester, chosen):
        """The leaders upwards, until the limit of one covers the amount; absent levels are passed."""
        employee = self._employee_of(document, requester)
        if not employee:
            return self._no_employee(requester)
        above = employee.browse(self._leader_ids(employee)).user_id
        leaders = self._able_among(above, document) - requester
        company, code = self.chain_id.company_id, self.chain_id.operation
        operation = document._approval_ops()[code]
        currency = document[operation.currency] or company.currency_id
        amount = document[operation.amount] if operation.amount else 0.0
        covered = self.env["approval.limit"]._covered(
            # an operation without amount has nothing that a limit could cover
            leaders if operation.amount else leaders.browse(),
            amount,
            currency,
            document._name,
            code,
            company,
            (operation.date and document[operation.date]) or company._approval_today(),
        )
        gap = self.env._(
            "No leader above %(person)s has a limit that covers %(amount)s. Ask an approval "
            "administrator to enter a limit, or the personnel department to complete the managers.",
            person=requester.name,
            amount=currency.format(abs(amount)),
        )
        if not covered:
            return covered.with_env(self.env), gap
        last = leaders.ids.index(covered[0].id)
        return leaders[: last + 1].with_env(self.env), gap

    def _employee_of(self, document, requester):
        """The employee who asks: of the company of the chain, else of that of the document."""
        company = self.chain_id.company_id
        operation = document._approval_ops()[self.chain_id.operation]
        companies = company | document[operation.company]
        # ordinary users may not read employees
        found_sudo = (
            self.env["hr.employee"]
            .sudo()
            .search([("user_id", "=", requester.id), ("company_id", "in", companies.ids)])
        )
        own = found_sudo.filtered(lambda employee: employee.company_id == company)
        return (own or found_sudo)[:1]

    def _no_employee(self, requester):
        gap = self.env._(
            "%(person)s is not entered as an employee of %(company)s, so nobody is known to be above. Ask "
            "the personnel department to create the employee with department and manager.",
            person=requester.name,
            company=self.chain_id.company_id.name,
        )
        return self.env["res.users"], gap

    def _leader_ids(self, employee):
        """Ids of the employees above, the nearest first, in one query; a circle ends the way."""
        employee.flush_model(["parent_id"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE above(id, parent_id, path) AS (
                    SELECT id, parent_id, ARRAY[id] FROM hr_employee WHERE id = %s
                    UNION ALL
                    SELECT boss.id, boss.parent_id, above.path || boss.id
                      FROM hr_employee boss JOIN above ON boss.id = above.parent_id
                     WHERE boss.id != ALL(above.path)
                )
                SELECT id FROM above WHERE id != %s ORDER BY cardinality(path)
                """,
                employee.id,
                employee.id,
            )
        )
        return [id_ for (id_,) in rows]
