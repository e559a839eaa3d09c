from odoo.addons.sale_order_flow.tests.common import OrderFlowCase
from odoo.addons.sale_order_flow.tests.shipping_case import make_person


class ProductionPlanningCase(OrderFlowCase):
    """A company that plans what it makes and buys: statistics, dispatch and the VP of production.

    No chain is in force for what is planned, unless a test makes one.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.planning_enabled = True
        # nor for what is bought and made, which other addons have approved
        cls.env["approval.chain"].search(
            [("model", "in", ("purchase.order", "mrp.production"))]
        ).active = False
        cls.env["approval.role.holder"].search(
            [
                (
                    "role_id.code",
                    "in",
                    ("production_statistics", "production_dispatch", "vp_production"),
                ),
                ("company_id", "=", cls.company.id),
            ]
        ).unlink()
        planner = ("sales_planning_mrp.group_production_planner",)
        reader = ("sales_planning_mrp.group_production_reader",)
        for login, role, groups in (
            ("statistics", "production_statistics", planner),
            ("dispatch", "production_dispatch", planner),
            ("vp_production", "vp_production", reader),
        ):
            setattr(cls, login, make_person(cls.env, cls.company, login, role, groups))
        cls.outsider = make_person(cls.env, cls.company, "outsider")
        cls.today = cls.company._approval_today()
