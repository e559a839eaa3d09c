from datetime import datetime, time, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .install_case import SIGNATURE, InstallCase


@tagged("post_install", "-at_install")
class TestSite(InstallCase):
    """I2, I3, I5, I6, I9: people, material, serial numbers and damages on site."""

    # ------------------------------------------------------------------ people

    def test_who_is_booked_elsewhere_is_told(self):
        """I2, I3: days of another project that overlap, one day is enough; it is no refusal."""
        first = self.make_installing()
        second = self.make_assigned()
        self.fill_plan(second, days=2)
        work = second.stage_ids.filtered(lambda stage: stage.kind == "install")
        self.assertIn(first.name, work.conflict)
        self.assertNotIn(second.name, work.conflict)
        work.write(
            {
                "date_start": self.today + timedelta(days=3),
                "date_end": self.today + timedelta(days=4),
            }
        )
        self.assertFalse(work.conflict)
        second.action_start()

    def test_who_is_away_is_told(self):
        """I2: the days, not the reason."""
        employee = self.env["hr.employee"].create(
            {"name": "Foreman", "user_id": self.foreman.id, "company_id": self.company.id}
        )
        noon = datetime.combine(self.today, time(12))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Operation of the knee",
                "resource_id": employee.resource_id.id,
                "calendar_id": employee.resource_calendar_id.id,
                "date_from": noon,
                "date_to": noon + timedelta(days=1),
            }
        )
        project = self.make_assigned()
        self.fill_plan(project)
        work = project.stage_ids.filtered(lambda stage: stage.kind == "install")
        self.assertIn(f"away from {self.today}", work.conflict)
        self.assertNotIn("knee", work.conflict)

    def test_conflicts_of_many_stages_take_the_same_queries(self):
        """X5"""
        projects = [self.make_assigned() for _number in range(3)]
        for project in projects:
            self.fill_plan(project)
        self.env.flush_all()
        counts = []
        for few in (projects[:1], projects):
            stages = self.as_user(
                self.env["install.project.stage"].concat(*(one.stage_ids for one in few)),
                self.director,
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            stages.mapped("conflict")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    # ------------------------------------------------------------------ damages

    def test_a_problem_on_site_opens_a_case_once(self):
        """I5, F19: by who told of it or leads the work."""
        project = self.make_installing()
        log = self.as_user(self.env["install.site.log"], self.installer)
        entry = log.create(
            {"project_id": project.id, "work": "Unpacked.", "problem": "A flange is broken."}
        )
        with self.assertRefused("is done by", AccessError):
            self.as_user(entry, self.sales).action_open_case()
        entry.action_open_case()
        case = entry.sudo().case_id
        self.assertEqual(
            (case.order_id, case.partner_id, case.source),
            (project.sudo().order_id, self.customer, "site"),
        )
        self.assertIn("flange", case.description)
        with self.assertRefused("was opened for it already"):
            entry.action_open_case()
        with self.assertRefused("cannot be entered by hand", AccessError):
            entry.case_id = False
        fine = log.create({"project_id": project.id, "work": "Set up."})
        with self.assertRefused("no open problem"):
            fine.action_open_case()

    # ------------------------------------------------------------------ serial numbers

    def make_serials(self, pieces=2):
        """A project of so many pieces, each with its serial number."""
        machine = self.make_product("Machine", 100, tracking="serial", needs_installation=True)
        lots = self.env["stock.lot"].create(
            [
                {"name": f"SN{number}", "product_id": machine.id, "company_id": self.company.id}
                for number in range(pieces + 1)
            ]
        )
        place = self.warehouse_place.lot_stock_id
        for lot in lots[:pieces]:
            self.env["stock.quant"]._update_available_quantity(machine, place, 1, lot_id=lot)
        order = self.make_shipped({machine: pieces})
        return self.make_installing(order), lots

    def test_the_serial_numbers_on_site_are_those_that_were_shipped(self):
        """I6: a wrong one is refused, and one for each piece."""
        project, lots = self.make_serials()
        acceptance = self.prepare(project)
        line = acceptance.line_ids
        self.assertEqual(line.sudo().lot_ids, lots[:2])
        line.lot_ids = [Command.set(lots[1:].ids)]
        with self.assertRefused("SN2 was not shipped with this order"):
            acceptance.action_ready()
        line.lot_ids = [Command.set(lots[0].ids)]
        with self.assertRefused("2.0 Units are accepted, but 1 serial numbers"):
            acceptance.action_ready()
        line.quantity = 1
        acceptance.action_ready()
        with self.assertRefused("it stands as it is"):
            line.lot_ids = [Command.set(lots[1].ids)]
        acceptance.write({"signature": SIGNATURE})
        rest = self.prepare(project)
        self.assertEqual(rest.line_ids.sudo().lot_ids, lots[1])
        self.assertEqual(rest.line_ids.serials, "SN1")

    def return_goods(self, picking, lots):
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_ids=picking.ids, active_model=picking._name)
            .create({})
        )
        wizard.product_return_moves.quantity = len(lots)
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.move_line_ids.unlink()
        back.move_ids.move_line_ids = [
            Command.create(
                {
                    "lot_id": lot.id,
                    "quantity": 1,
                    "product_id": lot.product_id.id,
                    "location_id": back.location_id.id,
                    "location_dest_id": back.location_dest_id.id,
                }
            )
            for lot in lots
        ]
        back.move_ids.picked = True
        back._action_done()
        return back

    def ship_lots(self, picking, lots):
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    "lot_id": lot.id,
                    "quantity": 1,
                    "product_id": lot.product_id.id,
                    "location_id": picking.location_id.id,
                    "location_dest_id": picking.location_dest_id.id,
                }
            )
            for lot in lots
        ]
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=[]).button_validate()
        self.assertEqual(picking.state, "done")

    def test_what_came_back_and_was_shipped_again_is_accepted(self):
        """I6: after its repair the same piece stands on site again."""
        machine = self.make_product("Machine", 100, tracking="serial", needs_installation=True)
        lots = self.env["stock.lot"].create(
            [
                {"name": f"SN{number}", "product_id": machine.id, "company_id": self.company.id}
                for number in range(2)
            ]
        )
        place = self.warehouse_place.lot_stock_id
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(machine, place, 1, lot_id=lot)
        order = self.make_noticed({machine: 3}, **self.need())
        sent = self.pickings(order)
        self.ship_lots(sent, lots)
        project = self.make_installing(order)
        self.return_goods(sent.with_env(self.env), lots[0])
        self.assertEqual(self.prepare(project).line_ids.sudo().lot_ids, lots[1])
        project.acceptance_ids.action_cancel()
        rest = self.pickings(order).filtered(
            lambda one: one.state != "done" and one.picking_type_code == "outgoing"
        )
        self.ship_lots(rest, lots[0])
        acceptance = self.prepare(project)
        self.assertEqual(acceptance.line_ids.quantity, 2)
        self.assertEqual(acceptance.line_ids.sudo().lot_ids, lots)
        acceptance.action_ready()
        acceptance.write({"signature": SIGNATURE})
        self.assertEqual(acceptance.state, "signed")

    def test_serial_numbers_of_many_lines_take_the_same_queries(self):
        """I6"""
        machines = self.env["product.product"].concat(
            *(
                self.make_product(f"M{number}", 100, tracking="serial", needs_installation=True)
                for number in range(4)
            )
        )
        place = self.warehouse_place.lot_stock_id
        for machine in machines:
            lot = self.env["stock.lot"].create(
                {"name": machine.name, "product_id": machine.id, "company_id": self.company.id}
            )
            self.env["stock.quant"]._update_available_quantity(machine, place, 1, lot_id=lot)
        project = self.make_installing(self.make_shipped(dict.fromkeys(machines, 1)))
        lines = self.prepare(project).line_ids
        self.env.flush_all()
        counts = []
        for ids in (lines.ids[:1], lines.ids):
            few = lines.browse(ids)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lots = few.mapped("shipped_lot_ids")
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(lots), len(few))
        self.assertEqual(len(lines), 4)
        self.assertLessEqual(counts[1], counts[0])

    # ------------------------------------------------------------------ material

    def test_material_that_left_stays_with_its_project(self):
        """I3, I9: what a transfer took is a cost of that project, whoever writes."""
        first, second = self.make_installing(), self.make_installing()
        screws = self.make_product("Screws", 1, stock=10)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse_place.int_type_id.id,
                "location_id": self.warehouse_place.lot_stock_id.id,
                "location_dest_id": self.env["stock.location"]
                .search(
                    [("usage", "=", "production"), ("company_id", "=", self.company.id)], limit=1
                )
                .id,
                "company_id": self.company.id,
                "install_project_id": first.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": screws.id,
                            "product_uom_qty": 5,
                            "location_id": self.warehouse_place.lot_stock_id.id,
                            "location_dest_id": self.warehouse_place.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        picking = self.as_user(picking, self.warehouse)
        picking.install_project_id = second.id
        picking.action_confirm()
        picking.move_ids.write({"quantity": 5, "picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        for project_id in (first.id, False):
            with self.assertRefused("what it took stays with"):
                picking.install_project_id = project_id
            with self.assertRefused("what it took stays with"):
                picking.sudo().write({"install_project_id": project_id})
        picking.install_project_id = second.id

    def test_material_for_the_site_counts_as_cost(self):
        """I3, I9: goods of the order and material that left, less what came back."""
        self.pump.standard_price = 60
        self.hose.standard_price = 4
        project = self.make_installing(self.make_shipped({self.pump: 2}))
        self.director.group_ids |= self.env.ref("stock.group_stock_user")
        theirs = self.as_user(project, self.director)
        action = theirs.action_view_transfers()
        self.assertEqual(action["domain"], [("id", "in", project.sudo().order_id.picking_ids.ids)])
        defaults = action["context"]
        picking = (
            self.as_user(self.env["stock.picking"], self.director)
            .with_context(**defaults)
            .create(
                {
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.hose.id,
                                "product_uom_qty": 3,
                                "product_uom": self.hose.uom_id.id,
                            }
                        )
                    ]
                }
            )
        )
        picking.action_confirm()
        picking.move_ids.write({"quantity": 3, "picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(theirs.picking_count, 2)
        known = self.as_user(project, self.director)
        known.invalidate_recordset()
        self.assertEqual((known.goods_cost, known.income, known.margin), (132, 200, 68))

    # ------------------------------------------------------------------ statistics

    def rows(self, project, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.as_user(self.env["install.report"], user or self.director).search(
            [("project_id", "=", project.id)]
        )

    def test_statistics_tell_punctuality_and_what_was_refused(self):
        """I6, I9: what cannot be judged yet is in no average."""
        project = self.make_installing()
        row = self.rows(project)
        self.assertFalse(row.accepted_on)
        [[on_time, first_pass]] = row._read_group(
            [("id", "=", row.id)], [], ["on_time:avg", "first_pass:avg"]
        )
        self.assertFalse(on_time or first_pass)
        acceptance = self.prepare(project)
        acceptance.action_ready()
        acceptance.action_refuse("It leaks.")
        acceptance.action_back()
        acceptance.action_ready()
        acceptance.write({"signature": SIGNATURE})
        row = self.rows(project)
        # the schedule ends in two days
        self.assertEqual((row.days_late, row.on_time, row.first_pass), (-2, 1, 0))
        self.assertEqual(row.action_open()["res_id"], project.id)

    def test_statistics_show_own_projects_only(self):
        """I9, X3"""
        project = self.make_accepted()
        self.assertTrue(self.rows(project, self.installer))
        self.assertFalse(self.rows(project, self.outsider))
