from odoo import models


class SaleOrder(models.Model):
    """The mark of inspection on the checklist of orders whose goods ask for it (F13)."""

    _inherit = "sale.order"

    def _release_gates(self):
        gates = super()._release_gates()
        if not gates:
            return gates
        inspections = (
            self.env["goods.inspection"]
            .sudo()
            .search(
                [
                    ("order_id", "in", list(gates)),
                    ("state", "!=", "cancelled"),
                    ("direction", "=", "outgoing"),
                ]
            )
            .grouped("order_id")
        )
        orders = self.env["sale.order"].sudo().concat(*inspections) if inspections else ()
        names = self.env["approval.role.holder"]._names_by_role(orders.company_id) if orders else {}
        for order in orders:
            gates[order.id].append(
                order._gate_inspection(inspections[order], names[order.company_id.id])
            )
        return gates

    def _gate_inspection(self, inspections, names):
        label, owner = self.env._("Inspection"), names.get("quality")
        waiting = inspections.filtered(lambda inspection: inspection.state == "todo")
        if not waiting:
            return self._gate(
                "inspection", label, "done", self.env._("All goods were inspected and accepted.")
            )
        rejected = inspections.filtered(lambda row: row.state in ("partly", "rejected"))
        reason = self.env._(
            "%(count)s inspections of the goods are open (%(names)s).",
            count=len(waiting),
            names=", ".join(waiting.sorted("id").mapped("name")),
        )
        if rejected:
            reason = "\n".join(
                [reason, *(f"{row.name}: {row.remark}" for row in rejected.sorted("id"))]
            )
        return self._gate("inspection", label, "closed" if rejected else "waiting", reason, owner)
