from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Orders under way stand in their stage since when they entered it; then the stages that did
    not exist before are derived for all that are not cancelled.
    """
    cr.execute(
        """INSERT INTO sale_order_stage_entry
                  (order_id, company_id, partner_id, salesperson_id, stage, entered_at)
           SELECT o.id, o.company_id, o.partner_id, o.user_id, o.flow_stage, o.flow_stage_since
             FROM sale_order o
            WHERE o.flow_stage IS NOT NULL AND o.flow_stage_since IS NOT NULL AND NOT EXISTS (
                  SELECT 1 FROM sale_order_stage_entry e
                   WHERE e.order_id = o.id AND e.left_at IS NULL)"""
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    orders = env["sale.order"].search([("flow_stage", "not in", (False, "cancelled"))])
    orders._flow_changed()
    env.flush_all()
