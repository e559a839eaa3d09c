from odoo.addons.sale_order_flow.tests.common import OrderFlowCase
from odoo.addons.sale_order_flow.tests.shipping_case import make_person


class PlanningCase(OrderFlowCase):
    """A company that plans its sales: its planner and two salespeople of one team.

    No chain is in force for what is planned, unless a test makes one.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.planning_enabled = True
        cls.planner = make_person(
            cls.env, cls.company, "planner", groups=("sales_planning.group_planning_planner",)
        )
        user_group = cls.env.ref("sales_planning.group_planning_user")
        (cls.sales | cls.sales2).group_ids |= user_group
        cls.outsider = make_person(cls.env, cls.company, "outsider")
        cls.today = cls.company._approval_today()
