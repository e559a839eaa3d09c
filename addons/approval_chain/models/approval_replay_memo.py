from odoo import api, models

_KEY = "approval_replay_memo"


class Memo:
    """What was looked up while a chain is replayed over many documents; never outlives that."""

    def __init__(self):
        self.found = {}

    def get(self, key, look_up):
        if key not in self.found:
            self.found[key] = look_up()
        return self.found[key]


def with_memo(records):
    """The records in a context in which persons and limits are looked up once each."""
    return records.with_context(**{_KEY: Memo()})


def remember(records, key, look_up):
    """What ``look_up`` says, asked once for each key where a memo is at hand."""
    memo = records.env.context.get(_KEY)
    return memo.get(key, look_up) if memo else look_up()


class ApprovalStepMemo(models.Model):
    _inherit = "approval.step"

    def _employee_of(self, document, requester):
        operation = document._approval_ops()[self.chain_id.operation]
        companies = self.chain_id.company_id | document[operation.company]
        key = ("employee", requester.id, companies._ids)
        return remember(
            self, key, lambda: super(ApprovalStepMemo, self)._employee_of(document, requester)
        )

    def _leader_ids(self, employee):
        key = ("leaders", employee.id)
        return remember(self, key, lambda: super(ApprovalStepMemo, self)._leader_ids(employee))


class ApprovalLimitMemo(models.Model):
    _inherit = "approval.limit"

    @api.model
    def _limits_of(self, users, model_name, operation, company, currency=None):
        key = ("limits", users._ids, model_name, operation, company.id, currency and currency.id)
        return remember(
            self,
            key,
            lambda: super(ApprovalLimitMemo, self)._limits_of(
                users, model_name, operation, company, currency
            ),
        )
