from datetime import timedelta

from odoo import Command

from odoo.addons.sale_order_flow.tests.shipping_case import make_person

from .production_case import ProductionPlanningCase


class PurchasePlanCase(ProductionPlanningCase):
    """Working days are Monday to Friday; the plan is made of what the test itself orders.

    What the demo company has ordered so far is left out by looking at the products of the test only.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "Monday to Friday",
                "tz": "Asia/Shanghai",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 16}
                    )
                    for day in range(5)
                ],
            }
        )
        cls.env["approval.chain"].search([("model", "=", "purchase.plan")]).active = False
        cls.buyer = make_person(
            cls.env, cls.company, "buyer", "purchasing", ("purchase.group_purchase_user",)
        )
        cls.supplier = cls.env["res.partner"].create({"name": "Bearings Ltd", "is_company": True})
        cls.foundry = cls.env["res.partner"].create({"name": "Foundry Ltd", "is_company": True})
        # the Monday in five weeks
        cls.monday = cls.today + timedelta(days=35 - cls.today.weekday())

    @classmethod
    def make_part(cls, name, *offers, stock=0, **values):
        """A product with its suppliers, each a dict of conditions."""
        return cls.make_product(
            name,
            0,
            stock=stock,
            **{
                "seller_ids": [
                    Command.create(
                        {
                            "partner_id": cls.supplier.id,
                            "company_id": cls.company.id,
                            "currency_id": cls.company.currency_id.id,
                            **offer,
                        }
                    )
                    for offer in offers
                ],
                **values,
            },
        )

    @classmethod
    def make_bom(cls, product, parts, kind="normal", **values):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": 1,
                "type": kind,
                "company_id": cls.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in parts.items()
                ],
                **values,
            }
        )

    def noon(self, day):
        return self.company._approval_midnight(day) + timedelta(hours=12)

    def promise(self, goods, day, **values):
        """A confirmed order whose goods are promised for a day, no matter how it got there."""
        return self.make_confirmed(goods, commitment_date=self.noon(day), **values)

    def make_plan(self, user=None, calculate=True, **values):
        plan = self.as_user(self.env["purchase.plan"], user or self.dispatch).create(
            {"date_to": self.monday + timedelta(days=60), **values}
        )
        if calculate:
            plan.action_calculate()
        return plan

    def lines_of(self, plan, *products):
        ids = [product.id for product in products]
        return plan.line_ids.filtered(lambda line: line.product_id.id in ids)

    def only(self, plan, *products):
        """Order nothing of what demo orders of the company need."""
        for line in plan.line_ids - self.lines_of(plan, *products):
            line.write({"quantity": 0, "reason": "Not of this test."})

    def approve(self, plan):
        self.as_user(plan, self.vp_production).action_approve()
        return plan
