from odoo import models


class ApprovalGuardChange(models.AbstractModel):
    """Changes after approval that the chain lets pass: those for the better (A9)."""

    _inherit = "approval.guard"

    def _approval_keeps(self, code, request):
        """Whether the approval holds although values were changed; it then covers the new ones.

        :param request: the approved request of this document, as superuser
        """
        if (request.policies or {}).get("change") != "worse":
            return False
        values = self._approval_values(code)[self.id]
        operation = self._approval_ops()[code]
        amount = self._approval_neutral()[operation.amount] if operation.amount else 0.0
        # nobody was asked there because the amount was within a limit: it has to be so still
        passed = request.step_ids.filtered(
            lambda step: step.state == "skipped" and step.limit_key and step.slot_ids
        )
        if not (
            request._still_applies(self)
            and self._approval_is_better(code, request.watched, values)
            and all(step._pass_reason(amount) for step in passed)
        ):
            return False
        request._transition(
            "keep",
            opinion=self.env._("Changed for the better after approval; the approval holds."),
            vals={
                "watched": values,
                "fingerprint": self._approval_fingerprint(values),
                "amount": amount,
            },
        )
        return True

    def _approval_is_better(self, code, approved, now):
        """Hook: whether the values are at least as good as those approved.

        By default only numbers that :attr:`Operation.better` names may move, in that direction.

        :param approved: the values approved, ``now``: the values as they are
        """
        operation = self._approval_ops()[code]
        if approved["fields"] != now["fields"] or approved["lines"].keys() != now["lines"].keys():
            return False
        return all(
            _lines_better(
                approved["lines"][name],
                now["lines"][name],
                [operation.better.get(name, {}).get(field) for field in operation.lines[name][1]],
            )
            for name in now["lines"]
        )


def _lines_better(before, after, directions):
    """Whether the lines differ only in numbers that moved in the direction given for their column."""
    moving = [column for column, direction in enumerate(directions) if direction]

    def split(rows):
        groups = {}
        for row in rows:
            key = repr([value for column, value in enumerate(row) if column not in moving])
            groups.setdefault(key, []).append([float(row[column]) for column in moving])
        return {key: sorted(numbers) for key, numbers in groups.items()}

    old, new = split(before), split(after)
    if {key: len(rows) for key, rows in old.items()} != {
        key: len(rows) for key, rows in new.items()
    }:
        return False
    return all(
        was == now or (was < now) == (directions[column] == "up")
        for key, rows in old.items()
        for was_row, now_row in zip(rows, new[key], strict=True)
        for column, was, now in zip(moving, was_row, now_row, strict=True)
    )
