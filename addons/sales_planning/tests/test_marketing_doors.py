from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .marketing_case import FILE, MarketingCase


@tagged("post_install", "-at_install")
class TestMarketingDoors(MarketingCase):
    """What the forms do not offer is refused by RPC, too (P8, A10)."""

    def test_what_actions_stamp_is_entered_by_nobody(self):
        """P8, F10: neither written, nor given on creation or by a default."""
        work = self.make_work()
        values = {
            "state": "running",
            "name": "MW/1",
            "campaign_id": self.env["utm.campaign"].create({"title": "Mine"}).id,
            "approved_at": "2026-01-01",
            "budget": 1,
        }
        for name, value in values.items():
            with self.subTest(name):
                with self.assertRefused("by hand", AccessError):
                    work.write({name: value})
                with self.assertRefused("by hand", AccessError):
                    work.sudo().write({name: value})
                with self.assertRefused("by hand", AccessError):
                    self.make_work(**{name: value})
                other = work.with_context(**{f"default_{name}": value}).create(self.work_values())
                self.assertEqual((other.state, other.budget), ("draft", 1000))
                self.assertNotEqual(other.name, "MW/1")
                self.assertFalse(other.campaign_id or other.approved_at)

    def test_parts_are_not_moved_into_work_of_others(self):
        """P8: neither made there nor moved there."""
        mine, theirs = self.make_work(), self.make_work(self.sales2)
        values = {"work_id": theirs.id, "kind": "gifts", "amount": 9}
        with self.assertRefused(exception=AccessError):
            self.as_user(self.env["marketing.work.budget"], self.sales).create(values)
        with self.assertRefused(exception=AccessError):
            mine.budget_ids[0].work_id = theirs
        with self.assertRefused(exception=AccessError):
            mine.step_ids[0].work_id = theirs

    def test_a_budget_line_is_not_slipped_into_released_work(self):
        """P8, A10: by moving it there."""
        released, draft = self.make_work(), self.make_work()
        released.action_release()
        with self.assertRefused("Approved"):
            draft.budget_ids[0].work_id = released
        with self.assertRefused("Approved"):
            released.budget_ids.unlink()

    def test_nobody_of_another_company_works_on_it(self):
        """X4, P8."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "marketing_elsewhere",
                "company_id": elsewhere.id,
                "company_ids": [Command.set(elsewhere.ids)],
            }
        )
        work = self.as_user(self.make_work(), self.planner)
        for values in (
            {"user_id": stranger.id},
            {"member_ids": [Command.link(stranger.id)]},
            {"step_ids": [Command.update(work.step_ids.id, {"user_id": stranger.id})]},
        ):
            with self.subTest(values), self.assertRefused("belongs to company"):
                work.write(values)

    def test_a_file_handed_in_is_not_exchanged_behind_its_material(self):
        """P8, D15: through its attachment neither."""
        work = self.make_running()
        material = self.as_user(self.env["marketing.material"], self.sales).create(
            {"work_id": work.id, "name": "Poster", "file": FILE}
        )
        material.action_hand_in()
        files = self.as_user(self.env["ir.attachment"], self.sales).search(
            [
                ("res_model", "=", "marketing.material"),
                ("res_field", "=", "file"),
                ("res_id", "=", material.id),
            ]
        )
        self.assertEqual(len(files), 1)
        with self.assertRefused("cannot be changed or removed"):
            files.raw = b"another poster"
        with self.assertRefused("cannot be changed or removed"):
            files.unlink()

    def test_a_finished_step_stays(self):
        """P8."""
        work = self.make_running()
        self.finish_steps(work)
        with self.assertRefused("done already"):
            work.step_ids.name = "Less"
        with self.assertRefused("done already"):
            work.step_ids.unlink()
        with self.assertRefused("done already"):
            self.as_user(work.step_ids, self.sales2).action_done()

    def test_the_rulebook_brings_the_chain(self):
        """P8, D15: over the limit of the VP the general manager, over theirs the president."""
        company = self.env["res.company"].create({"name": "Rulebook Ltd"})
        admin = self.env.ref("base.user_admin")
        admin.company_ids |= company
        company.with_user(admin).action_set_up_rulebook()
        chain = self.env["approval.chain"].search(
            [("company_id", "=", company.id), ("model", "=", "marketing.work")]
        )
        steps = chain.step_ids.sorted("sequence")
        self.assertEqual(
            steps.mapped("role_id.code"),
            ["sales_manager", "vp_marketing", "general_manager", "president"],
        )
        self.assertEqual(steps[2].limit_step_id, steps[1])
        self.assertEqual(steps[3].limit_step_id, steps[2])

    def test_many_works_are_listed_at_once(self):
        """X3: figures of a list cost no query a line."""
        works = self.make_running() | self.make_running() | self.make_running()
        names = ["lead_count", "order_count", "order_amount", "cost", "budget_left", "coverage"]
        works.read(names)
        works.invalidate_recordset()
        self.env.flush_all()
        with self.assertQueryCount(12):
            works.read(names)
        more = works | self.make_running() | self.make_running()
        more.invalidate_recordset()
        self.env.flush_all()
        with self.assertQueryCount(12):
            more.read(names)
