from datetime import datetime, time, timedelta

from freezegun import freeze_time

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

    def test_a_form_tells_nothing_of_the_work_of_others(self):
        """P8, X4: neither their costs, nor their budget, nor the answers to their questions."""
        theirs = self.make_running(self.planner)
        account = theirs.sudo().account_id
        self.env["account.analytic.line"].create(
            {"name": "Bill", "account_id": account.id, "amount": -4321}
        )
        line = theirs.budget_ids[0]
        survey = self.env["survey.survey"].create({"title": "Secret"})
        self.env["survey.user_input"].create({"survey_id": survey.id, "state": "done"})
        names = ["cost", "budget_left", "budget", "is_over_budget", "placed_amount"]
        spec = {name: {} for name in (*names, "budget_ids")}
        works = self.as_user(self.env["marketing.work"], self.sales)
        mine = self.make_running()
        for record in (works, mine):
            with self.subTest(record=record):
                asked = {"account_id": account.id, "company_id": self.company.id, "budget": 0}
                answer = record.onchange(asked, ["account_id", "company_id"], spec)["value"]
                self.assertFalse(answer.get("cost"))
                self.assertFalse(answer.get("is_over_budget"))
                answer = record.onchange(
                    {"budget_ids": [Command.link(line.id)]}, ["budget_ids"], spec
                )["value"]
                self.assertIn(answer.get("budget", mine.budget), (0, mine.budget))
                answer = record.sudo(False).onchange(
                    {"budget_ids": [Command.create({"kind": "gifts", "amount": 30})]},
                    ["budget_ids"],
                    spec,
                )["value"]
                self.assertEqual(answer["budget"], record.budget + 30)
        with self.assertRefused(exception=AccessError):
            works.browse(theirs.id).onchange({}, ["title"], spec)
        planner = self.as_user(self.env["marketing.work"], self.planner)
        answer = planner.onchange(
            {"survey_id": survey.id}, ["survey_id"], {"invited_count": {}, "answered_count": {}}
        )["value"]
        self.assertFalse(answer.get("answered_count"))

    def test_work_under_way_is_not_hidden(self):
        """P8: nor archived by anybody but who leads it, in whatever state."""
        work = self.make_work(member_ids=[Command.set(self.sales2.ids)])
        member = self.as_user(work, self.sales2)
        with self.assertRefused(exception=AccessError):
            member.active = False
        work.action_release()
        for state in ("approved", "running"):
            self.assertEqual(work.state, state)
            with self.subTest(state):
                with self.assertRefused("this is done while it is"):
                    work.active = False
                with self.assertRefused(exception=AccessError):
                    member.action_archive()
            if state == "approved":
                work.action_start()
        work.action_cancel("The fair does not take place.")
        with self.assertRefused(exception=AccessError):
            member.active = False
        work.active = False
        with self.assertRefused(exception=AccessError):
            member.active = True
        with self.assertRefused("Cancelled"):
            work.write({"active": True, "result": "<p>All went well.</p>"})
        work.active = True

    def test_a_role_counts_from_the_day_it_is_held(self):
        """P8, A2: and to its last day, whatever was looked up before."""
        work = self.make_work()
        person = self.outsider
        person.group_ids |= self.env.ref("sales_planning.group_planning_user")
        theirs = self.as_user(work, person)
        parts = [self.as_user(part, person) for part in (work.step_ids, work.budget_ids)]
        self.assertFalse(theirs.has_access("read"))
        holder = self.env["approval.role.holder"].create(
            {
                "role_id": self.env["approval.role"]._with_code("vp_marketing").id,
                "user_id": person.id,
                "company_id": self.company.id,
                "date_from": self.today + timedelta(days=2),
                "date_to": self.today + timedelta(days=3),
            }
        )
        noon = datetime.combine(self.today, time(12))
        for days, reads in ((1, False), (2, True), (3, True), (4, False)):
            with self.subTest(days), freeze_time(noon + timedelta(days=days)):
                theirs.invalidate_recordset()
                for records in (theirs, *parts):
                    self.assertEqual(records.has_access("read"), reads)
                    found = records.search([("id", "in", records.ids)])
                    self.assertEqual(bool(found), reads)
        with freeze_time(noon + timedelta(days=2)):
            theirs.invalidate_recordset()
            self.assertTrue(theirs.has_access("read"))
            holder.unlink()
            theirs.invalidate_recordset()
            self.assertFalse(theirs.has_access("read"))

    def test_title_audience_and_regions_are_decided_on(self):
        """P8, A10: they stand while the work is in approval."""
        self.make_chain()
        work = self.make_work(region_ids=[Command.set(self.north.ids)])
        work.action_approval_submit("marketing")
        for values in (
            {"title": "Autumn campaign"},
            {"audience": "Everybody"},
            {"region_ids": [Command.set(self.south.ids)]},
        ):
            with self.subTest(values), self.assertRefused():
                work.write(values)

    def test_what_was_found_out_about_a_candidate_stays(self):
        """P8: neither removed nor moved, by no door; a slip is taken back at once."""
        work = self.make_running(kind="network")
        other = self.make_running(kind="network")
        candidates = self.as_user(self.env["marketing.candidate"], self.sales)
        slip, seen = candidates.create(
            [
                {"work_id": work.id, "name": name, "region_id": self.north.id, "note": "Seen."}
                for name in ("Slip", "Seen")
            ]
        )
        seen.action_visited()
        for act in (
            seen.unlink,
            lambda: work.write({"candidate_ids": [Command.delete(seen.id)]}),
            lambda: work.write({"candidate_ids": [Command.unlink(seen.id)]}),
            lambda: seen.write({"work_id": other.id}),
            lambda: other.write({"candidate_ids": [Command.link(seen.id)]}),
        ):
            with self.assertRefused("this is done while it is"):
                act()
        slip.unlink()
        seen.action_refuse("Too small.")
        with self.assertRefused("this is done while it is"):
            seen.unlink()

    def test_a_design_that_was_looked_at_stays(self):
        """P8, D15: with its name, in its work."""
        work, other = self.make_running(), self.make_running()
        materials = self.as_user(self.env["marketing.material"], self.sales)
        slip, poster = materials.create(
            [{"work_id": work.id, "name": name, "file": FILE} for name in ("Slip", "Poster")]
        )
        poster.action_hand_in()
        self.as_user(poster, self.vp).action_sign_off()
        for act in (
            poster.unlink,
            lambda: work.write({"material_ids": [Command.delete(poster.id)]}),
            lambda: work.write({"material_ids": [Command.clear()]}),
            lambda: poster.write({"work_id": other.id}),
            lambda: poster.write({"name": "Another poster"}),
        ):
            with self.assertRefused("“Poster” is “Signed Off”"):
                act()
        slip.unlink()
        poster.action_revise()
        poster.name = "Better poster"
        for act in (poster.unlink, lambda: poster.write({"work_id": other.id})):
            with self.assertRefused("stays with its work"):
                act()

    def test_an_advertisement_that_appeared_stays(self):
        """P8: with its proof; another one leaves the first in the messages."""
        work = self.make_running(member_ids=[Command.set(self.sales2.ids)])
        placements = self.as_user(self.env["marketing.placement"], self.sales)
        values = {"work_id": work.id, "date_from": self.today, "date_to": self.today, "amount": 5}
        slip, wall = placements.create(
            [{**values, "name": "Slip"}, {**values, "name": "Wall", "proof": FILE}]
        )
        refused = (
            wall.unlink,
            lambda: work.write({"placement_ids": [Command.delete(wall.id)]}),
            lambda: wall.write({"proof": False}),
            lambda: wall.write({"work_id": self.make_running().id}),
        )
        for act in refused:
            with self.assertRefused("its proof is attached"):
                act()
        wall.write({"proof": FILE[:-4], "proof_name": "wall.txt"})
        self.assertEqual(wall.message_ids.attachment_ids.raw, b"a poster")
        slip.unlink()
        file = self.proof_file(wall)
        with self.assertRefused("cannot be changed or removed"):
            self.as_user(file, self.sales2).raw = b"nothing"
        work.action_replan()
        with self.assertRefused("its proof is attached"):
            wall.unlink()
        work.action_release()
        self.finish_steps(work)
        work.result = "<p>Seen.</p>"
        work.action_done()
        with self.assertRefused("cannot be changed or removed"):
            file.unlink()
        with self.assertRefused("its proof is attached"):
            wall.unlink()

    def proof_file(self, placement):
        return self.as_user(self.env["ir.attachment"], self.sales).search(
            [
                ("res_model", "=", "marketing.placement"),
                ("res_field", "=", "proof"),
                ("res_id", "=", placement.id),
            ]
        )

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

    def test_work_that_was_released_keeps_its_company(self):
        """P8, X4: a plan that is taken back to change it, too."""
        other = self.env["res.company"].create({"name": "Sister Ltd", "planning_enabled": True})
        self.planner.company_ids |= other
        both = {"allowed_company_ids": (self.company | other).ids}
        fresh = self.make_work(self.planner).with_context(**both)
        fresh.write({"company_id": other.id, "step_ids": [Command.clear()]})
        self.assertEqual(fresh.company_id, other)
        work = self.make_running(self.planner).with_context(**both)
        work.action_replan()
        with self.assertRefused("campaign and costs belong to"):
            work.company_id = other

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
