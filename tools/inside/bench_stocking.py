"""What a stocking request costs the assistant who proposes and orders its goods."""

from odoo import Command

from tools.inside.bench_common import Meter, Place, figure, measured

LINES = 500
VENDORS = 10


class World(Place):
    """One database with a company, its goods, vendors and stock; with our addons, its rulebook."""

    def prepare(self, env):
        """A third of the goods in stock, the others sold by vendors."""
        self.follows = "stocking.request" in env
        company = env["res.company"].create({"name": "Bench"})
        self.company = company.id
        env.user.company_ids = [Command.link(company.id)]
        env = env(context={**env.context, "allowed_company_ids": company.ids})
        warehouses = env["stock.warehouse"]
        warehouse = warehouses.search([("company_id", "=", company.id)], limit=1)
        warehouse = warehouse or warehouses.create(
            {"name": "Bench", "code": "BENCH", "company_id": company.id}
        )
        groups = (
            env.ref("base.group_user")
            | env.ref("stock.group_stock_manager")
            | env.ref("purchase.group_purchase_manager")
        )
        if self.follows:
            company.action_set_up_rulebook()
            groups |= env.ref("stocking_request.group_stocking_manager")
            groups |= env.ref("sale_order_flow.group_flow_assistant")
            # no chain applies
            env["approval.chain"].search([("company_id", "=", company.id)]).active = False
        user = env["res.users"].create(
            {
                "name": "bench_assistant",
                "login": "bench_assistant",
                "lang": self.lang,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(groups.ids)],
            }
        )
        self.users = {user.login: user.id}
        if self.follows:
            roles = env["approval.role"].search([("code", "in", ("sales_assistant", "purchasing"))])
            env["approval.role.holder"].create(
                [
                    {"role_id": role.id, "user_id": user.id, "company_id": company.id}
                    for role in roles
                ]
            )
        vendors = env["res.partner"].create([{"name": f"Bench {n}"} for n in range(VENDORS)])
        products = env["product.product"].create(
            [
                {
                    "name": f"Bench {n}",
                    "is_storable": True,
                    "seller_ids": [
                        Command.create(
                            {"partner_id": vendors[n % VENDORS].id, "price": 5, "delay": 3}
                        )
                    ],
                }
                for n in range(LINES)
            ]
        )
        self.vendors, self.products = vendors.ids, products.ids
        self.stock, self.kind = warehouse.lot_stock_id.id, warehouse.int_type_id.id
        self.receipts = warehouse.in_type_id.id
        self.aside = (
            env["stock.location"]
            .create({"name": "Aside", "location_id": warehouse.view_location_id.id})
            .id
        )
        self.fill(env)

    def fill(self, env):
        """Stock of every third product, enough for all rounds."""
        place = env["stock.location"].browse(self.stock)
        for product in env["product.product"].browse(self.products[::3]):
            env["stock.quant"]._update_available_quantity(product, place, 1000)

    def click(self, login="bench_assistant"):
        """One request of the person who does everything."""
        return super().click(login)

    def request(self, number):
        """An approved request over so many products."""
        with self.click() as env:
            request = env["stocking.request"].create(
                {
                    "purpose": "Bench",
                    "date_needed": "2099-01-31",
                    "line_ids": [
                        Command.create({"product_id": product, "quantity": 5})
                        for product in self.products[:number]
                    ],
                }
            )
            request.action_send()
            request._stamp({"state": "approved"})
            return request.id


def propose(ours, _alone, asked):
    """The proposal for a request of many lines."""

    def queries():
        request_id = ours.request(LINES)
        with ours.click() as env, Meter(env) as meter:
            supply = env["stocking.supply"].browse(
                env["stocking.request"].browse(request_id).action_supply()["res_id"]
            )
            if len(supply.line_ids) != LINES:
                raise RuntimeError("Not every line is proposed")
        return meter.queries

    found = min(queries() for _round in range(asked["rounds"]))
    return [figure(f"proposing {LINES} lines", found, 100)]


def order(ours, alone, asked):
    """Carrying a proposal out beside making the same documents by hand."""

    def mine(number):
        request_id = ours.request(number)
        with ours.click() as env:
            supply_id = env["stocking.request"].browse(request_id).action_supply()["res_id"]
        with ours.click() as env, Meter(env) as meter:
            env["stocking.supply"].browse(supply_id).action_order()
        with ours.click() as env:
            rows = env["stocking.request"].browse(request_id).allocation_ids
            if len(rows) != number or rows.shortage_id.filtered(lambda row: row.state != "rfq"):
                raise RuntimeError("Not everything was ordered")
        return meter.queries

    def plain(number):
        with alone.click() as env, Meter(env) as meter:
            products = alone.products[:number]
            transfer(env, alone, products)
            quotations(env, alone, products)
        return meter.queries

    lines = []
    for number in (20, LINES):
        mine(number), plain(number)
        rounds = range(asked["rounds"])
        own, bare = (min(count(number) for _round in rounds) for count in (mine, plain))
        words = f"  {own} queries, plain {bare}"
        text = f"ordering {number} lines, Odoo's documents alone = 1"
        # a few lines carry what is asked once for all of them
        lines.append(figure(text, own / bare, 1.15 if number == LINES else None, "times", words))
    return lines


def transfer(env, world, products):
    """The transfer that puts the goods aside: there, or waiting for what is bought."""
    picking = env["stock.picking"].create(
        {
            "picking_type_id": world.kind,
            "location_id": world.stock,
            "location_dest_id": world.aside,
            "move_ids": [
                Command.create(
                    {
                        "product_id": product,
                        "product_uom_qty": 5,
                        "location_id": world.stock,
                        "location_dest_id": world.aside,
                    }
                )
                for product in products
            ],
        }
    )
    picking.action_confirm()
    picking.action_assign()


def quotations(env, world, products):
    """One request for quotation for each vendor of what is not in stock."""
    missing = [n for n, _product in enumerate(products) if n % 3]
    env["purchase.order"].create(
        [
            {
                "partner_id": vendor,
                "picking_type_id": world.receipts,
                "order_line": [
                    Command.create({"product_id": products[n], "product_qty": 5})
                    for n in missing
                    if n % VENDORS == number
                ],
            }
            for number, vendor in enumerate(world.vendors)
        ]
    )


def figures(env, asked):
    """Measure."""
    return measured(World, (propose, order), env, asked)
