from odoo import api, fields, models
from odoo.tools import SQL

# more than anybody reads; the report stays quick on any number of requests
LIMIT = 500
EVIDENCE = 200


class ApprovalDutyFacts(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """Conflicts of duties that happened: measured by what was asked and answered (A21)."""

    _inherit = "approval.duty.conflict"

    @api.model
    def _find(self, companies, since):
        """What is found in ``companies``, one query or two for each kind of conflict.

        :param since: naive UTC datetime from which facts count
        :return: list of values of rows
        """
        for name in ("request", "request.step", "request.slot"):
            self.env[f"approval.{name}"].flush_model()
        return [
            *self._find_asks_and_decides(companies, since),
            *self._find_decided_alone(companies, since),
            *self._find_own_after(companies, since),
            *self._find_possible(companies, since),
        ]

    @api.model
    def _row(self, kind, company, user, sentence, **values):
        """The values of one row; the key says what is accepted when it is accepted."""
        others = values.pop("others", user.browse())
        what = values.pop("what", values.get("chain_id") or "")
        return {
            "kind": kind,
            "key": f"{kind}:{what}:{user.id}:{','.join(map(str, sorted(others.ids)))}",
            "company_id": company.id,
            "user_id": user.id,
            "other_ids": others.ids,
            "sentence": sentence,
            **values,
        }

    @api.model
    def _browse(self, model_name, ids):
        return self.env[model_name].browse([id_ for id_ in ids if id_])

    # ------------------------------------------------------------------ what happened

    @api.model
    def _find_asks_and_decides(self, companies, since):
        rows = self.env.execute_query(
            SQL(
                """
                WITH asked AS (
                    SELECT company_id, requester_id AS user_id, res_model, operation,
                           COUNT(*) AS number
                      FROM approval_request
                     WHERE company_id IN %(companies)s AND submitted_at >= %(since)s
                     GROUP BY 1, 2, 3, 4
                ), decided AS (
                    SELECT request.company_id, slot.decided_by_id AS user_id, request.res_model,
                           request.operation, COUNT(DISTINCT request.id) AS number
                      FROM approval_request_slot slot
                      JOIN approval_request_step step ON step.id = slot.step_id
                      JOIN approval_request request ON request.id = slot.request_id
                     WHERE request.company_id IN %(companies)s AND request.submitted_at >= %(since)s
                       AND step.kind = 'decide' AND slot.is_terms IS NOT TRUE
                       AND slot.is_auto IS NOT TRUE
                       AND slot.verdict IN ('approve', 'propose', 'refuse', 'return')
                     GROUP BY 1, 2, 3, 4
                )
                SELECT company_id, user_id, res_model, operation, asked.number, decided.number
                  FROM asked JOIN decided USING (company_id, user_id, res_model, operation)
                 ORDER BY decided.number DESC, user_id, res_model LIMIT %(limit)s
                """,
                companies=companies._ids,
                since=since,
                limit=LIMIT,
            )
        )
        kinds = {kind.model: kind.name for kind in self.env["approval.kind"].search([])}
        since = fields.Datetime.to_string(since)
        found = []
        for company_id, user_id, model_name, operation, asked, decided in rows:
            user = self._browse("res.users", [user_id])
            label = self._operation_label(model_name, operation)
            sentence = self.env._(
                "%(person)s asked for “%(operation)s” %(asked)s times and decided on it %(decided)s "
                "times.",
                person=user.name,
                operation=label,
                asked=asked,
                decided=decided,
            )
            evidence = [
                ("company_id", "=", company_id),
                ("res_model", "=", model_name),
                ("operation", "=", operation),
                ("submitted_at", ">=", since),
                "|",
                ("requester_id", "=", user_id),
                ("slot_ids.decided_by_id", "=", user_id),
            ]
            found.append(
                self._row(
                    "asks_and_decides",
                    companies.browse(company_id),
                    user,
                    sentence,
                    what=f"{model_name}.{operation}",
                    kind_name=kinds.get(model_name, model_name),
                    evidence_count=asked + decided,
                    evidence=evidence,
                )
            )
        return found

    def _operation_label(self, model_name, operation):
        model = self.env.get(model_name)
        known = model is not None and model._approval_ops().get(operation)
        return str(known.label) if known else operation

    @api.model
    def _find_decided_alone(self, companies, since):
        rows = self.env.execute_query(
            SQL(
                """
                WITH alone AS (
                    SELECT request.id, request.company_id, request.chain_id,
                           MIN(slot.decided_by_id) AS user_id
                      FROM approval_request request
                      JOIN approval_request_slot slot ON slot.request_id = request.id
                      JOIN approval_request_step step ON step.id = slot.step_id
                     WHERE request.company_id IN %s AND request.submitted_at >= %s
                       AND request.state = 'executed' AND step.kind = 'decide'
                       AND slot.superseded IS NOT TRUE
                       AND slot.verdict IN ('approve', 'propose')
                     GROUP BY request.id
                    HAVING COUNT(DISTINCT slot.decided_by_id) = 1 AND COUNT(DISTINCT step.id) > 1
                       AND bool_and(slot.is_auto IS NOT TRUE)
                )
                SELECT company_id, chain_id, user_id, COUNT(*),
                       (ARRAY_AGG(id ORDER BY id DESC))[1:%s]
                  FROM alone GROUP BY 1, 2, 3 ORDER BY 4 DESC, user_id LIMIT %s
                """,
                companies._ids,
                since,
                EVIDENCE,
                LIMIT,
            )
        )
        found = []
        for company_id, chain_id, user_id, number, ids in rows:
            user, chain = self._browse("res.users", [user_id]), self._chain(chain_id)
            sentence = self.env._(
                "%(person)s decided all steps of %(number)s requests on “%(chain)s” alone.",
                person=user.name,
                number=number,
                chain=chain.name or "-",
            )
            found.append(
                self._row(
                    "decided_alone",
                    companies.browse(company_id),
                    user,
                    sentence,
                    chain_id=chain.id,
                    evidence_count=number,
                    evidence=[("id", "in", ids)],
                )
            )
        return found

    def _chain(self, chain_id):
        return self._browse("approval.chain", [chain_id])

    @api.model
    def _find_own_after(self, companies, since):
        """Whoever released approved it afterwards: possible until 19.0.1.2.0, and reported for as long."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT request.company_id, request.chain_id, released.requester_id,
                       COUNT(DISTINCT request.id),
                       (ARRAY_AGG(DISTINCT request.id))[1:%s]
                  FROM approval_request request
                  JOIN approval_request released ON released.id = request.after_of_id
                  JOIN approval_request_slot slot ON slot.request_id = request.id
                 WHERE request.company_id IN %s AND request.submitted_at >= %s
                   AND slot.is_terms IS NOT TRUE AND slot.verdict IN ('approve', 'propose')
                   AND released.requester_id IN (slot.decided_by_id, slot.on_behalf_of_id)
                 GROUP BY 1, 2, 3 ORDER BY 4 DESC, 3 LIMIT %s
                """,
                EVIDENCE,
                companies._ids,
                since,
                LIMIT,
            )
        )
        found = []
        for company_id, chain_id, user_id, number, ids in rows:
            user, chain = self._browse("res.users", [user_id]), self._chain(chain_id)
            sentence = self.env._(
                "%(person)s released in an emergency and approved it afterwards: %(number)s requests "
                "on “%(chain)s”.",
                person=user.name,
                number=number,
                chain=chain.name or "-",
            )
            found.append(
                self._row(
                    "own_after",
                    companies.browse(company_id),
                    user,
                    sentence,
                    chain_id=chain.id,
                    evidence_count=number,
                    evidence=[("id", "in", ids)],
                )
            )
        return found
