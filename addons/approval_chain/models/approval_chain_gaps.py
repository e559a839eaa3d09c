from odoo import api, fields, models

# of a chain and its steps: what can be wrong
WATCHED = (
    "company_id",
    "model_id",
    "operation",
    "empty_policy",
    "departed_policy",
    "fallback_role_id",
    "step_ids.name",
    "step_ids.kind",
    "step_ids.approver",
    "step_ids.role_id",
    "step_ids.person_ids.user_id",
    "step_ids.person_ids.sequence",
    "step_ids.field_name",
    "step_ids.chooser_role_id",
    "step_ids.chooser_group_id",
    "step_ids.mode",
    "step_ids.quorum",
    "step_ids.limit_step_id",
    "step_ids.cc_when",
    "step_ids.cc_user_ids",
    "step_ids.cc_role_ids",
)


class ApprovalChainGaps(models.Model):
    """What is wrong with a chain today, before a document finds out (A11)."""

    _inherit = "approval.chain"

    gap_text = fields.Text(compute="_compute_gap_text", string="What Is Missing")
    gap_count = fields.Integer(compute="_compute_gap_text", string="Gaps")
    has_gaps = fields.Boolean(
        compute="_compute_gap_text", search="_search_has_gaps", string="With Gaps"
    )

    @api.depends(*WATCHED)
    def _compute_gap_text(self):
        for chain in self:
            gaps = chain._gaps()
            chain.gap_text = "\n".join(gaps)
            chain.gap_count = len(gaps)
            chain.has_gaps = bool(gaps)

    def _search_has_gaps(self, operator, value):
        if operator != "in":
            return NotImplemented
        # a company has dozens of chains at most, and holders change with the calendar
        chains = self.with_context(active_test=False).search([])  # pylint: disable=no-search-all
        return [("id", "in", [chain.id for chain in chains if chain.has_gaps in value])]

    def _gaps(self):
        """Sentences that say what is wrong with the chain today, an empty list if nothing is."""
        self.ensure_one()
        gaps = []
        if not any(step.kind != "opinion" for step in self.step_ids):
            gaps.append(
                self.env._(
                    "No step decides, so no document can be submitted. Add a step that decides or "
                    "handles."
                )
            )
        for step in self.step_ids:
            gaps += [
                self.env._("Step “%(step)s”: %(reason)s", step=step.name or "", reason=reason)
                for reason in step._definition_gaps()
            ]
        return gaps + self._fallback_gaps()

    def _fallback_gaps(self):
        role = self.fallback_role_id
        used = "fallback" in (self.empty_policy, self.departed_policy)
        if used and not role:
            return [
                self.env._(
                    "The rules of this chain ask a fallback role, but none is named. Name one."
                )
            ]
        if used and not role._holders(self.company_id):
            return [self._nobody_holds(role)]
        return []

    def _nobody_holds(self, role):
        return self.env._(
            "Nobody holds the role %(role)s in %(company)s today. Name a holder.",
            role=role.name,
            company=self.company_id.name,
        )


class ApprovalStepGaps(models.Model):
    _inherit = "approval.step"

    def _definition_gaps(self):
        """What is wrong with the step today, whatever the document; no sentence names the step."""
        self.ensure_one()
        found = getattr(self, f"_gaps_{self.approver}")()
        if self.limit_step_id and not self._limits_exist():
            found.append(
                self.env._(
                    "It depends on approval limits, but nobody has one for this document, so it is "
                    "always asked. Enter limits."
                )
            )
        if self.cc_when != "none" and not (self.cc_user_ids or self.cc_role_ids):
            found.append(self.env._("Nobody is named who gets the copy."))
        return found

    def _gaps_role(self):
        return self._role_gaps(self.role_id)

    def _role_gaps(self, role):
        company = self.chain_id.company_id
        if not role:
            return [self.env._("No role is chosen.")]
        if not role._holders(company):
            return [self.chain_id._nobody_holds(role)]
        if not role._holders_of(company, self.env["hr.department"]) and self.approver == "role":
            return [
                self.env._(
                    "The role %(role)s is held for single departments only: for the people of others "
                    "there is nobody. Name a holder without department.",
                    role=role.name,
                )
            ]
        return []

    def _gaps_user(self):
        # ordinary users are not told who else works in which company
        people_sudo = self._persons().sudo()
        company = self.chain_id.company_id
        if not people_sudo:
            return [self.env._("No person is chosen.")]
        found = [
            self.env._("%s does not work here any more. Name somebody else.", user.name)
            for user in people_sudo
            if not user.active
        ] + [
            self.env._(
                "%(person)s has no access to %(company)s. Allow it in the settings of the user.",
                person=user.name,
                company=company.name,
            )
            for user in people_sudo
            if user.active and company and company._origin not in user.company_ids
        ]
        able = people_sudo.filtered("active")
        if self.mode == "quorum" and self.quorum > len(able):
            found.append(
                self.env._(
                    "%(quorum)s have to approve, but only %(count)s can be asked. Name more persons or "
                    "lower the number.",
                    quorum=self.quorum,
                    count=len(able),
                )
            )
        return found

    def _gaps_field(self):
        if self.chain_id.model in self.env and self._is_user_field(self.field_name):
            return []
        return [self.env._("The document has no such field of a person. Choose another one.")]

    def _gaps_chosen(self):
        if self.chooser_role_id:
            return self._role_gaps(self.chooser_role_id)
        if not self.chooser_group_id or not self._choices(None):
            return [self.env._("There is nobody among whom the requester could choose.")]
        return []

    def _gaps_manager(self):
        company = self.chain_id.company_id
        # administrators of approvals may not be personnel officers
        departments_sudo = self.env["hr.department"].sudo()
        if departments_sudo.search_count(
            [
                ("company_id", "in", [company._origin.id, False]),
                ("manager_id.user_id.active", "=", True),
            ],
            limit=1,
        ):
            return []
        return [
            self.env._(
                "No department of %s has a manager who can log in. Enter the managers of the "
                "departments.",
                company.name,
            )
        ]

    def _gaps_leader(self):
        company = self.chain_id.company_id
        # as above
        employees_sudo = self.env["hr.employee"].sudo()
        if employees_sudo.search_count(
            [
                ("company_id", "=", company._origin.id),
                ("parent_id.user_id.active", "=", True),
            ],
            limit=1,
        ):
            return []
        return [
            self.env._(
                "No employee of %s has a manager who can log in. Enter the managers of the employees.",
                company.name,
            )
        ]

    def _gaps_climb(self):
        found = self._gaps_leader()
        if not self._limits_exist():
            found.append(
                self.env._(
                    "The leaders are asked until a limit covers the amount, but nobody has a limit for "
                    "this document. Enter limits."
                )
            )
        return found

    def _limits_exist(self):
        chain = self.chain_id
        # everybody who may read chains is told whether there are limits, not which
        limits_sudo = self.env["approval.limit"].sudo()
        return bool(
            limits_sudo.search_count(
                [
                    ("company_id", "=", chain.company_id._origin.id),
                    ("model", "in", [chain.model, False]),
                    ("operation", "in", [chain.operation, False]),
                ],
                limit=1,
            )
        )
