from odoo import Command, fields, models

# what the rulebook says of a step in words that are no fields of it
_STEP_WORDS = ("role", "limit_step", "checklist")


class ApprovalChainRulebook(models.Model):
    """A chain of the rulebook remembers which it is, and which steps it was given, whatever became of it."""

    _inherit = "approval.chain"

    rulebook_name = fields.Char(readonly=True, copy=False, help="Its name in the rulebook.")
    rulebook_given = fields.Json(
        string="Steps Given", readonly=True, copy=False, help="The steps the rulebook added so far."
    )

    def _rulebook_adopt(self, key, steps):
        """Find the steps of the rulebook in a chain that was made before they were remembered.

        By their names, or, where these were changed, by what is asked of whom.
        """
        english = self.env._
        own = self.step_ids
        given = {}
        for name, _kind, _who in steps:
            if found := own.filtered(lambda step, name=name: step.name == english(name))[:1]:
                given[english(name)] = found
                own -= found
        for name, kind, who in steps:
            if english(name) not in given:
                asked = {"kind": kind, **self._rulebook_asked(who)}
                same = own.filtered(
                    lambda step, asked=asked: all(
                        (step[field].id if field == "role_id" else step[field]) == value
                        for field, value in asked.items()
                    )
                )[:1]
                if same:
                    given[english(name)] = same
                    own -= same
        for name, step in given.items():
            step.rulebook_name = name
        self.write({"rulebook_name": key, "rulebook_given": list(given)})

    def _rulebook_add(self, steps):
        """Add the steps that the rulebook has not given this chain yet, each behind the one before."""
        english = self.env._
        given = self.rulebook_given or []
        before, new = self.env["approval.step"], []
        for number, (name, kind, who) in enumerate(steps, start=1):
            key = english(name)
            step = self.step_ids.filtered(lambda row, key=key: row.rulebook_name == key)[:1]
            if key not in given:
                sequence = before.sequence + 1 if given and before else 10 * number
                step = step.create(
                    {
                        "name": key,
                        "rulebook_name": key,
                        "chain_id": self.id,
                        "kind": kind,
                        "sequence": sequence,
                        **self._rulebook_step_values(who, steps),
                    }
                )
                step._translate_name(name)
                checks = who.get("checklist", ()) if isinstance(who, dict) else ()
                for check, check_name in zip(step.checklist_ids, checks, strict=True):
                    check._translate_name(check_name)
                new.append(key)
            before = step or before
        if new:
            self.rulebook_given = [*given, *new]

    def _rulebook_asked(self, who):
        """Values of a step that say who is asked."""
        words = {"role": who} if isinstance(who, str) else who
        values = {name: value for name, value in words.items() if name not in _STEP_WORDS}
        if "role" in words:
            role = self.env["approval.role"].search([("code", "=", words["role"])], limit=1)
            values.update(approver="role", role_id=role.id)
        return values

    def _rulebook_step_values(self, who, steps):
        """Values of a step as the rulebook describes it."""
        english = self.env._
        words = {} if isinstance(who, str) else who
        values = self._rulebook_asked(who)
        if "limit_step" in words:
            key = english(steps[words["limit_step"]][0])
            limit = self.step_ids.filtered(lambda step: step.rulebook_name == key)[:1]
            values["limit_step_id"] = limit.id
        values["checklist_ids"] = [
            Command.create({"name": english(check), "sequence": 10 * number})
            for number, check in enumerate(words.get("checklist", ()), start=1)
        ]
        return values
