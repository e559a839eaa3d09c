from odoo import api, fields, models

from .approval_chain_gaps import WATCHED


class ApprovalChainPreview(models.Model):
    """The chain as a picture: stage under stage, what is asked together side by side (A1)."""

    _inherit = "approval.chain"

    preview = fields.Json(compute="_compute_preview")

    @api.depends(
        *WATCHED,
        "step_ids.sequence",
        "step_ids.level",
        "step_ids.parallel",
        "step_ids.domain",
        "step_ids.opinion_policy",
        "step_ids.checklist_ids",
        "step_ids.time_limit",
        "step_ids.overdue_action",
    )
    @api.depends_context("lang")
    def _compute_preview(self):
        for chain in self:
            steps = [(step, step._picture()) for step in chain._steps_in_order()]
            chain.preview = chain._picture(steps)

    def _steps_in_order(self):
        """The steps from top to bottom, also while they are being edited."""
        return self.step_ids.sorted(
            lambda step: (step.sequence, not step._origin, step._origin.id or 0)
        )

    def _picture(self, steps):
        """What the widget draws.

        :param steps: ``[(approval.step, {what is drawn in its box})]`` in order
        """
        stages = []
        for step, box in steps:
            if not (step.parallel and stages):
                stages.append([])
            stages[-1].append(box)
        return {
            "start": self.env._("Submitted for approval"),
            "stages": stages,
            "end": self.operation_label or "",
        }


class ApprovalStepPreview(models.Model):
    _inherit = "approval.step"

    who_text = fields.Char(compute="_compute_who_text", string="Who Is Asked")

    @api.depends(
        "approver", "role_id", "person_ids.user_id", "person_ids.sequence", "field_name",
        "level", "chooser_role_id", "chooser_group_id", "chain_id.model",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_who_text(self):
        for step in self:
            step.who_text = getattr(step, f"_who_{step.approver}", str)()

    def _who_role(self):
        return self.role_id.name or ""

    def _who_user(self):
        return ", ".join(self._persons().mapped("name"))

    def _who_field(self):
        field = (
            self.env[self.chain_id.model]._fields.get(self.field_name or "")
            if (self.chain_id.model in self.env)
            else None
        )
        label = field._description_string(self.env) if field else self.field_name or ""
        return self.env._("“%s” on the document", label)

    def _who_manager(self):
        return self.env._("Department manager of the requester")

    def _who_leader(self):
        if self.level <= 1:
            return self.env._("Leader of the requester")
        return self.env._("Leader of the requester, level %s", self.level)

    def _who_climb(self):
        return self.env._("Leaders of the requester, until a limit covers the amount")

    def _who_chosen(self):
        # the name of a group is not readable for everybody
        among = self.chooser_role_id.name or self.chooser_group_id.sudo().name or ""
        return self.env._("Chosen by the requester among %s", among)

    def _label_of(self, name):
        return dict(self._fields[name]._description_selection(self.env)).get(self[name], "")

    def _picture(self):
        """The box of the step: who, what, and on which terms."""
        people = (
            self.role_id._holders(self.chain_id.company_id).mapped("name")
            if self.approver == "role" and self.role_id
            else []
        )
        return {
            "id": self._origin.id,
            "name": self.name or "",
            "kind": self.kind,
            "kind_label": self._label_of("kind"),
            "who": self.who_text or "",
            "people": people,
            "terms": self._terms(),
            "gaps": self._definition_gaps(),
        }

    def _terms(self):
        """``[{"icon", "text"}]``: what is special about the step, in the order one reads it."""
        return [{"icon": icon, "text": text} for icon, text in self._special_terms() if text]

    def _special_terms(self):
        has_domain = (self.domain or "").strip() not in ("", "[]")
        return [
            ("fa-filter", has_domain and self.env._("Only for documents that match")),
            (
                "fa-balance-scale",
                self.limit_step_id
                and self.env._("Only over the limit of who decides “%s”", self.limit_step_id.name),
            ),
            ("fa-users", self._mode_text()),
            (
                "fa-check-square-o",
                self.checklist_ids and self.env._("Checklist (%s)", len(self.checklist_ids)),
            ),
            (
                "fa-comment-o",
                self.opinion_policy == "always" and self.env._("An opinion is always needed"),
            ),
            (
                "fa-clock-o",
                self.time_limit
                and self.env._(
                    "%(hours)g working hours, then: %(action)s",
                    hours=self.time_limit,
                    action=self._label_of("overdue_action"),
                ),
            ),
            ("fa-files-o", self.cc_when != "none" and self._copy_text()),
        ]

    def _mode_text(self):
        if self.mode == "quorum":
            return self.env._("%s of them have to approve", self.quorum)
        return {
            "all": self.env._("Everybody answers"),
            "order": self.env._("One after the other"),
        }.get(self.mode, "")

    def _copy_text(self):
        return self.env._(
            "Copy to %(people)s (%(when)s)",
            people=", ".join([*self.cc_role_ids.mapped("name"), *self.cc_user_ids.mapped("name")]),
            when=self._label_of("cc_when"),
        )
