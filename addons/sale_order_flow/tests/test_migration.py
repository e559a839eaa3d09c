import base64

from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools.misc import file_path

from odoo.addons.sale_order_flow.demo.sale_order_flow_demo import VOUCHER

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestMigration(OrderFlowCase):
    """X1: what changes with a version, on orders that were under way."""

    def migrate(self, version, name):
        self.env.flush_all()
        path = file_path(f"sale_order_flow/migrations/{version}/{name}.py")
        load_script(path, name).migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_orders_under_way_get_their_stage_and_its_time(self):
        """F11, 19.0.1.1.0: the stages that are new are derived, the times begin with the stage."""
        scarce = self.make_product("Scarce", 20)
        missing, plain = self.make_noticed({scarce: 2}), self.make_confirmed()
        self.env.flush_all()
        orders = missing | plain
        self.env.cr.execute("UPDATE sale_order SET flow_stage = 'ship' WHERE id = %s", missing.ids)
        self.env.cr.execute(
            "DELETE FROM sale_order_stage_entry WHERE order_id = ANY(%s)", [orders.ids]
        )
        self.env.invalidate_all()
        self.migrate("19.0.1.1.0", "end-stages")
        self.assertEqual((missing.flow_stage, plain.flow_stage), ("supplying", "apply"))
        self.assertEqual(
            missing.stage_entry_ids.sorted("id").mapped("stage"), ["ship", "supplying"]
        )
        self.assertEqual(plain.stage_entry_ids.entered_at, plain.flow_stage_since)
        self.migrate("19.0.1.1.0", "end-stages")
        self.assertEqual(len(orders.stage_entry_ids), 3)

    def test_signed_deliveries_are_received(self):
        """F15, 19.0.1.3.0: the stages that are reached now are derived for old orders too."""
        signed, plain = self.make_noticed(), self.make_noticed()
        for order in (signed, plain):
            self.ship(self.pickings(order))
            self.tell(order)
        self.pickings(signed).signature = base64.b64encode(VOUCHER)
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET flow_stage = 'done' WHERE id = %s", signed.ids)
        self.env.invalidate_all()
        self.migrate("19.0.1.3.0", "end-stages")
        self.assertEqual((signed.flow_stage, plain.flow_stage), ("received", "done"))
