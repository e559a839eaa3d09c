from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .common import ApprovalCase


@tagged("post_install", "-at_install")
class TestPeople(ApprovalCase):
    """A2, A3: who is asked, by role, department, org chart and limit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login in ("sales", "salesmgr", "head", "vp", "president"):
            setattr(cls, f"{login}_employee", cls.env.ref(f"approval_chain.demo_employee_{login}"))
        cls.department = cls.env.ref("approval_chain.demo_department_sales")
        cls.marketing = cls.env.ref("approval_chain.demo_department_marketing")
        cls.department.parent_id = cls.marketing
        cls.department.manager_id = cls.head_employee
        cls.marketing.manager_id = cls.vp_employee
        # managers of departments become leaders of those who have none, or had the manager before
        for employee, leader in (
            (cls.sales_employee, cls.salesmgr_employee),
            (cls.salesmgr_employee, cls.head_employee),
            (cls.head_employee, cls.vp_employee),
            (cls.vp_employee, cls.president_employee),
        ):
            employee.parent_id = leader
        # whoever holds this role in the demo data of other addons does not here
        holders = cls.env["approval.role.holder"]
        holders.search([("role_id", "=", cls.role["quality"].id)]).unlink()
        cls.order = cls.env["test.approval.order"].create(
            {"name": "T1", "partner_name": "Buyer", "company_id": cls.company.id}
        )

    def make_step(self, approver, **values):
        mode = "all" if approver == "climb" else "any"
        return self.make_chain([{"approver": approver, "mode": mode, **values}]).step_ids

    def people(self, step, requester=None):
        return step._people(self.order, requester or self.sales)

    def gap(self, step, requester=None):
        return step._people_gap(self.order, requester or self.sales)

    def order_of(self, amount):
        self.order.line_ids = [(5,), (0, 0, {"product": "Pump", "quantity": 1, "price": amount})]

    # ------------------------------------------------------------------ role and department

    def hold(self, user, department=None, code="quality", **values):
        return self.env["approval.role.holder"].create(
            {
                "role_id": self.role[code].id,
                "user_id": user.id,
                "company_id": self.company.id,
                "department_id": department.id if department else False,
                **values,
            }
        )

    def test_holder_for_the_nearest_department_is_asked(self):
        """A2: walking up; without one, those who hold the role for no department."""
        step = self.make_step("role", role_id=self.role["quality"].id)
        self.assertIn("Nobody holds the role Quality", self.gap(step))
        self.hold(self.president)
        self.assertEqual(self.people(step), self.president)
        self.hold(self.vp, self.marketing)
        self.assertEqual(self.people(step), self.vp)
        nearest = self.hold(self.head, self.department)
        self.assertEqual(self.people(step), self.head)
        self.assertEqual(self.people(step, self.vp), self.vp)
        self.assertEqual(self.people(step, self.cfo), self.president)
        nearest.date_to = "2020-01-01"
        self.assertEqual(self.people(step), self.vp)
        self.assertEqual(step._role_department(self.order, self.sales), self.marketing)
        self.vp.active = False
        self.assertEqual(self.people(step), self.president)
        self.assertFalse(step._role_department(self.order, self.sales))
        self.assertFalse(self.gap(step))

    def test_requester_without_employee_is_answered_by_holders_without_department(self):
        """A2: nobody is lost for want of a personnel record."""
        self.hold(self.president)
        self.hold(self.vp, self.marketing)
        step = self.make_step("role", role_id=self.role["quality"].id)
        self.sales_employee.user_id = False
        self.assertEqual(self.people(step), self.president)

    def test_keys_of_a_holder_name_the_department(self):
        """A2: a place of one department is not that of another."""
        self.hold(self.vp, self.marketing)
        self.hold(self.vp)
        key = f"r{self.role['quality'].id}c{self.company.id}"
        keys = self.as_user(self.vp, self.vp)._approval_keys()
        self.assertIn(key, keys)
        self.assertIn(f"{key}d{self.marketing.id}", keys)
        self.assertNotIn(f"{key}d{self.department.id}", keys)

    def test_holders_for_departments_hold_the_role(self):
        """A2: asked without a department, everybody who holds the role is named."""
        self.hold(self.president)
        self.hold(self.vp, self.marketing)
        role = self.role["quality"]
        self.assertEqual(role._holders(self.company), self.president | self.vp)
        none = self.env["hr.department"]
        self.assertEqual(role._holders(self.company, department=none), self.president)
        self.assertTrue(self.as_user(self.vp, self.vp)._holds_role("quality", self.company))

    def test_department_of_a_holder_belongs_to_the_company(self):
        """A2, X4: a department of another company is refused."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.env["hr.department"].create({"name": "There", "company_id": other.id})
        with self.assertRefused("belongs to another company"):
            self.hold(self.vp, foreign)

    def test_role_without_departments_costs_no_look_at_the_employee(self):
        """A2: today's chains stay as cheap as they are."""
        step = self.make_step("role", role_id=self.role["president"].id)
        self.people(step)
        with self.assertQueryCount(0):
            self.assertEqual(self.people(step), self.president)

    # ------------------------------------------------------------------ department manager

    def test_department_manager_is_asked_and_for_himself_the_one_above(self):
        """A2: 部门主管."""
        step = self.make_step("manager")
        self.assertEqual(self.people(step), self.head)
        self.assertEqual(self.people(step, self.head), self.vp)
        self.assertEqual(self.people(step, self.salesmgr), self.head)

    def test_department_without_a_manager_who_can_log_in_is_passed(self):
        """A2: the manager above; without any, the sentence says what to do."""
        step = self.make_step("manager")
        self.head.active = False
        self.assertEqual(self.people(step), self.vp)
        self.department.manager_id = False
        self.assertEqual(self.people(step), self.vp)
        self.marketing.manager_id = False
        self.assertFalse(self.people(step))
        self.assertIn(f"No department above {self.sales.name}", self.gap(step))

    def test_requester_without_employee_is_told_what_is_missing(self):
        """A2: manager, leader and limits need a personnel record in the company."""
        self.sales_employee.user_id = False
        for approver in ("manager", "leader", "climb"):
            step = self.make_step(approver)
            self.assertFalse(self.people(step))
            self.assertIn(f"{self.sales.name} is not entered as an employee", self.gap(step))

    def test_employee_of_another_company_does_not_count(self):
        """A2, X4: whoever is employed elsewhere has no leader here."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env,
            "two_companies",
            groups="base.group_user",
            company_id=other.id,
            company_ids=[(6, 0, (other | self.company).ids)],
        )
        boss = self.env["hr.employee"].create(
            {"name": "Boss", "company_id": other.id, "user_id": self.vp.id}
        )
        self.env["hr.employee"].create(
            {
                "name": "Here and there",
                "company_id": other.id,
                "user_id": user.id,
                "parent_id": boss.id,
            }
        )
        step = self.make_step("leader")
        self.assertFalse(self.people(step, user))
        self.env["hr.employee"].create(
            {
                "name": "Here and there",
                "company_id": self.company.id,
                "user_id": user.id,
                "parent_id": self.head_employee.id,
            }
        )
        self.assertEqual(self.people(step, user), self.head)

    # ------------------------------------------------------------------ leaders

    def test_leader_at_a_level_is_asked(self):
        """A2: level 1 is the direct leader."""
        for level, leader in enumerate(
            (self.salesmgr, self.head, self.vp, self.president), start=1
        ):
            self.assertEqual(self.people(self.make_step("leader", level=level)), leader)
        step = self.make_step("leader", level=5)
        self.assertFalse(self.people(step))
        self.assertIn("no leader at level 5", self.gap(step))
        self.assertIn("no leader at level 1", self.gap(self.make_step("leader"), self.president))

    def test_leader_who_left_is_reported_not_replaced(self):
        """A2: the level named by the rulebook is meant, not the next one."""
        step = self.make_step("leader")
        self.salesmgr.active = False
        self.assertFalse(self.people(step))
        self.assertIn("who can log in", self.gap(step))

    def test_circle_of_leaders_ends(self):
        """A2: a mistake in the org chart stops nobody's browser."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE hr_employee SET parent_id = %s WHERE id = %s",
            [self.salesmgr_employee.id, self.head_employee.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.people(self.make_step("leader", level=2)), self.head)
        self.assertFalse(self.people(self.make_step("leader", level=3)))

    # ------------------------------------------------------------------ up to the limit

    def test_climb_asks_upwards_until_a_limit_covers_the_amount(self):
        """A3: in order, the one who covers it included (demo limits)."""
        step = self.make_step("climb")
        ranks = (self.salesmgr, self.head, self.vp, self.president)
        for amount, count in ((50_000, 1), (50_001, 2), (200_001, 3), (1_000_001, 4)):
            self.order_of(amount)
            self.assertEqual(self.people(step).ids, [user.id for user in ranks[:count]], amount)
            self.assertFalse(self.gap(step))

    def test_climb_passes_levels_that_are_absent(self):
        """A3: a leader who left, or without a login, is passed; those above are asked."""
        step = self.make_step("climb")
        self.order_of(150_000)
        self.head.active = False
        self.head_employee.active = False
        self.assertEqual(self.people(step).ids, (self.salesmgr | self.vp).ids)
        self.salesmgr_employee.user_id = False
        self.assertEqual(self.people(step), self.vp)

    def test_climb_that_nobody_covers_says_so(self):
        """A3: nobody is asked in vain."""
        step = self.make_step("climb")
        self.env["approval.limit"].search([("is_unlimited", "=", True)]).unlink()
        self.order_of(2_000_000)
        self.assertFalse(self.people(step))
        self.assertIn("has a limit that covers", self.gap(step))
        self.assertIn(self.sales.name, self.gap(step))
        self.assertIn("2,000,000.00", self.gap(step))

    def test_climb_costs_the_same_whatever_the_height(self):
        """A3: no query for each level."""
        step = self.make_step("climb")
        self.people(step)
        counts = []
        for amount in (10, 1_000_001):
            self.order_of(amount)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.people(step)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_climb_needs_an_amount(self):
        """A3, X6: a document without an amount has nothing to compare."""
        with self.assertRefused("has no amount", ValidationError):
            self.make_chain([{"approver": "climb", "mode": "all"}], model="test.approval.shipment")

    def test_nobody_below_the_limit_decides_alone(self):
        """A3, A10: a climbing step that the first answer closes would go round the limits."""
        with self.assertRefused("must not decide alone", ValidationError):
            self.make_step("climb", mode="any")
        step = self.make_step("climb")
        with self.assertRefused("must not decide alone", ValidationError):
            step.mode = "any"

    # ------------------------------------------------------------------ chosen by the requester

    def test_requester_chooses_among_the_holders_of_a_role(self):
        """A2: others are not accepted; without a choice the sentence names the choices."""
        step = self.make_step("chosen", chooser_role_id=self.role["vp_marketing"].id)
        self.assertEqual(step._choices(self.order), self.vp)
        self.assertIn(self.vp.name, self.gap(step))
        self.assertEqual(step._people(self.order, self.sales, self.vp), self.vp)
        self.assertFalse(step._people(self.order, self.sales, self.head))
        empty = self.make_step("chosen", chooser_role_id=self.role["quality"].id)
        self.assertIn("Nobody can be chosen", self.gap(empty))

    def test_requester_chooses_among_the_members_of_a_group(self):
        """A2: active colleagues of the company only."""
        group = self.env["res.groups"].create(
            {"name": "Experts", "user_ids": [(6, 0, (self.vp | self.head | self.cfo).ids)]}
        )
        self.head.active = False
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.cfo.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        step = self.make_step("chosen", chooser_group_id=group.id)
        self.assertEqual(step._choices(self.order), self.vp)

    def test_step_says_among_whom_is_chosen(self):
        """A2, X6: exactly one of role and group; a level from 1 on."""
        group = self.env.ref("base.group_user").id
        role = self.role["president"].id
        for values in ({}, {"chooser_role_id": role, "chooser_group_id": group}):
            with self.assertRefused("either a role or a group", ValidationError):
                self.make_step("chosen", **values)
        with self.assertRefused("begins at 1", ValidationError):
            self.make_step("leader", level=0)

    # ------------------------------------------------------------------ rights

    def test_requester_without_personnel_rights_is_resolved(self):
        """A2: people who may not read employees submit all the same."""
        self.assertFalse(self.as_user(self.sales_employee, self.sales).has_access("read"))
        chain = self.make_chain([{"approver": "manager"}, {"approver": "leader", "level": 3}])
        order = self.make_order()
        people = [
            step._people(order.sudo(False)) for step in self.as_user(chain.step_ids, self.sales)
        ]
        self.assertEqual(people, [self.head, self.vp])
        order.action_approval_submit()
        slots = self.request_of(order).step_ids.slot_ids
        self.assertEqual(slots.mapped("user_id"), self.head | self.vp)
