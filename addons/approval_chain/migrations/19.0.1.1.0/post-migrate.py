"""Requests that were under way before steps had stages go on one step after the other."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE approval_request_step step
           SET stage = numbered.stage, opinion_policy = 'negative'
          FROM (SELECT id,
                       row_number() OVER (PARTITION BY request_id ORDER BY sequence, id) AS stage
                  FROM approval_request_step) numbered
         WHERE numbered.id = step.id AND COALESCE(step.stage, 0) = 0
        """
    )
    cr.execute(
        """
        UPDATE approval_request_slot slot SET role_code = role.code
          FROM approval_role role
         WHERE role.id = slot.role_id AND slot.role_code IS NULL
        """
    )
    cr.execute(
        """
        UPDATE approval_request SET amount_date = submitted_at::date
         WHERE amount_date IS NULL AND submitted_at IS NOT NULL
        """
    )
