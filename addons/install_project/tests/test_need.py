from odoo.exceptions import AccessError
from odoo.tests import tagged

from .install_case import InstallCase


@tagged("post_install", "-at_install")
class TestNeed(InstallCase):
    """I1: the need comes with the order, goes along with the notice, and the project opens."""

    def test_products_and_their_categories_ask_for_installation(self):
        """I1: by product, by category above, or by hand."""
        self.assertTrue(self.make_order({self.pump: 1}).needs_installation)
        plain = self.make_order({self.hose: 1})
        self.assertFalse(plain.needs_installation)
        plain.needs_installation = True
        self.assertTrue(plain.needs_installation)
        above = self.env["product.category"].create(
            {"name": "Machines", "needs_installation": True}
        )
        below = self.env["product.category"].create({"name": "Small", "parent_id": above.id})
        fan = self.make_product("Fan", 5, categ_id=below.id)
        self.assertTrue(self.make_order({fan: 1}).needs_installation)

    def test_nothing_is_asked_for_where_it_is_not_switched_on(self):
        """I1, X1: neither need nor project."""
        self.company.install_enabled = False
        order = self.make_noticed({self.pump: 1})
        self.assertFalse(order.needs_installation)
        self.ship(self.pickings(order))
        self.assertFalse(self.project_of(order))

    def test_the_notice_waits_for_a_complete_need(self):
        """I1: each field that is empty is named; then the notice carries all of them."""
        order = self.make_confirmed({self.pump: 1}, **self.need(install_requirements=False))
        self.make_verified(order)
        notice = self.make_notice(order, issue=False)
        with self.assertRefused("“Requirements” is empty"):
            notice.action_issue()
        order.install_requirements = "Crane."
        notice.action_issue()
        self.assertEqual(notice.state, "issued")
        self.assertEqual(
            (notice.install_requirements, notice.install_contact_id), ("Crane.", self.contact)
        )
        self.assertEqual(notice.install_site_id, order.partner_shipping_id)

    def test_the_assistant_tells_the_director_by_one_click(self):
        """I1, D9 3: the shipment puts it on the desk; the click opens Odoo's project."""
        order = self.make_shipped()
        project = self.project_of(order)
        self.assertOnDesk(
            project,
            "install_announce",
            "assistant",
            "Tell the Project Director",
            [self.assistant],
            [self.director, self.sales],
        )
        self.desk_press(project, self.assistant)
        self.assertEqual(project.state, "assign")
        self.assertEqual(project.announced_by_id, self.assistant)
        self.assertEqual(project.sudo().project_id.partner_id, self.customer)
        self.assertIn(self.director.partner_id, project.message_ids.notified_partner_ids)
        self.assertOnDesk(
            project,
            "install_assign",
            "project",
            "Assign the Team",
            [self.director],
            [self.assistant],
        )

    def test_nobody_else_announces_or_opens_a_project(self):
        """I1: by button, by RPC, by hand."""
        project = self.project_of(self.make_shipped())
        for user in (self.sales, self.director, self.foreman):
            with self.assertRefused(exception=AccessError):
                self.as_user(project, user).action_announce()
        with self.assertRefused("opened by the system", AccessError):
            self.as_user(self.env["install.project"], self.assistant).create({})
        with self.assertRefused(exception=AccessError):
            project.state = "closed"
        self.assertEqual(project.state, "waiting")

    def test_an_order_has_one_project_under_way(self):
        """I1: goods that leave later belong to it; with “all” it opens with the last of them."""
        order = self.make_noticed({self.pump: 4}, noticed={self.pump: 2}, **self.need())
        self.ship(self.pickings(order))
        project = self.project_of(order)
        self.make_notice(order)
        self.ship(self.pickings(order).filtered(lambda picking: picking.state != "done"))
        self.assertEqual(order.install_project_ids.sudo(), project.sudo())
        self.company.install_opens = "all"
        order = self.make_noticed({self.pump: 4}, noticed={self.pump: 2}, **self.need())
        self.ship(self.pickings(order))
        self.assertFalse(self.project_of(order))
        self.make_notice(order)
        self.ship(self.pickings(order).filtered(lambda picking: picking.state != "done"))
        self.assertTrue(self.project_of(order))

    def test_the_need_stays_while_it_is_installed(self):
        """I1: the crew learns of a change; the order goes on needing installation."""
        order = self.make_shipped()
        project = self.make_assigned(order)
        with self.assertRefused("is installed by"):
            order.needs_installation = False
        before = project.message_ids
        order.install_requirements = "No crane there."
        told = (project.message_ids - before).notified_partner_ids
        self.assertIn(self.foreman.partner_id, told)
