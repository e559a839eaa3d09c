from odoo.tests import tagged

from odoo.addons.sale_order_flow.tests.non_standard_case import NonStandardCase


@tagged("post_install", "-at_install")
class TestProjects(NonStandardCase):
    """F11: no task and no project before the assistant starts the order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = cls.env["project.project"].create(
            {"name": "Installations", "company_id": cls.company.id, "allow_billable": True}
        )
        service = {"type": "service", "is_storable": False}
        cls.fitting = cls.make_product(
            "Fitting", 50, service_tracking="task_global_project", **service
        )
        cls.fitting.with_company(cls.company).project_id = cls.project
        cls.planning = cls.make_product("Planning", 70, service_tracking="project_only", **service)

    def tasks(self, order):
        return self.env["project.task"].search([("sale_line_id", "in", order.order_line.ids)])

    def test_tasks_of_goods_are_made_with_the_delivery_notice(self):
        """F11: not when the order is confirmed, and once."""
        order = self.make_confirmed({self.pump: 1, self.fitting: 1})
        self.assertFalse(self.tasks(order))
        self.make_verified(order)
        self.make_notice(order)
        self.assertEqual(self.tasks(order).project_id, self.project)
        self.as_user(order, self.assistant).action_start_services()
        self.assertEqual(len(self.tasks(order)), 1)

    def test_tasks_and_projects_of_services_are_made_by_the_assistant(self):
        """F11: the order stands on the desk until then."""
        order = self.make_confirmed({self.fitting: 1, self.planning: 1})
        self.assertFalse(self.tasks(order))
        self.assertFalse(order.order_line.project_id)
        self.assertEqual(order.flow_stage, "start")
        self.as_user(order, self.assistant).action_start_services()
        self.assertEqual(len(self.tasks(order)), 1)
        self.assertTrue(order.order_line.project_id)
        self.assertNotEqual(order.flow_stage, "start")

    def test_tasks_wait_for_the_deposit(self):
        """F7: an order of machine and fitting is started when the deposit is there."""
        order = self.make_signed({self.machine: 1, self.fitting: 1})
        with self.assertRefused("of the deposit of"):
            self.as_user(order, self.assistant).action_start_services()
        self.assertFalse(self.tasks(order))
        self.pay_deposit(order)
        self.start(order)
        self.assertTrue(self.tasks(order))

    def test_outside_the_flow_tasks_are_made_as_in_odoo(self):
        """X1: when the order is confirmed."""
        self.company.order_flow_enabled = False
        order = self.make_confirmed({self.fitting: 1})
        self.assertTrue(self.tasks(order))

    def test_finance_and_warehouse_open_an_order_with_projects(self):
        """F10: people who do not sell read the order, too."""
        order = self.make_confirmed({self.pump: 1, self.fitting: 1})
        for user in (self.finance, self.assistant):
            form = self.as_user(order, user)
            form.invalidate_recordset()
            self.assertEqual(form.read(["project_ids", "name"])[0]["name"], order.name)
