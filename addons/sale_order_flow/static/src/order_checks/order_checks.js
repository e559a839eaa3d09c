import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How each result looks: a shape, a colour and its name, so that no one of them carries it alone. */
const LOOK = {
    stop: { icon: "fa-ban", color: "danger", name: _t("Submission Refused") },
    president: { icon: "fa-exclamation-triangle", color: "danger", name: _t("President") },
    head: { icon: "fa-exclamation-circle", color: "warning", name: _t("Department Head") },
    note: { icon: "fa-info-circle", color: "info", name: _t("Note") },
    ok: { icon: "fa-check", color: "success", name: _t("In Order") },
};
const ORDER = Object.keys(LOOK);

/**
 * What the checks found about an order before it is submitted, the most serious first.
 *
 * Draws a Json field, a list of `{code, label, state, reason}` (see `sale.order._checked`). What is
 * in order stands behind one line that says how much that is.
 */
export class OrderChecks extends Component {
    static template = "sale_order_flow.OrderChecks";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ open: false });
    }

    get checks() {
        const checks = (this.props.record.data[this.props.name] || []).map((check) => ({
            ...check,
            ...(LOOK[check.state] || LOOK.note),
        }));
        return checks.sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
    }

    get found() {
        return this.checks.filter((check) => check.state !== "ok");
    }

    get fine() {
        return this.checks.filter((check) => check.state === "ok");
    }

    get fineTitle() {
        return _t("%s checks are in order", this.fine.length);
    }

    toggle() {
        this.state.open = !this.state.open;
    }
}

export const orderChecks = {
    component: OrderChecks,
    displayName: _t("Checks of an Order"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("order_checks", orderChecks);
