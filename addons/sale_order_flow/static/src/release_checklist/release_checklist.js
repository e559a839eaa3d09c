import { Component } from "@odoo/owl";

import { usePopover } from "@web/core/popover/popover_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How each state of a gate looks: a shape as well as a colour, and a word for who hears it. */
const LOOK = {
    done: { icon: "fa-check-circle", color: "text-success", word: _t("done") },
    waiting: { icon: "fa-hourglass-half", color: "text-warning", word: _t("waiting") },
    closed: { icon: "fa-circle-o", color: "text-muted", word: _t("closed") },
    overridden: { icon: "fa-unlock-alt", color: "text-info", word: _t("overridden") },
};

export class ReleaseGatePopover extends Component {
    static template = "sale_order_flow.ReleaseGatePopover";
    static props = { gate: Object, look: Object, close: { type: Function, optional: true } };
}

/**
 * One line of small marks: what stands between an order and its delivery.
 *
 * Draws the value of a Json field (see `sale.order._release_gates`); touching a mark says why it is
 * not done yet and who can do something about it.
 */
export class ReleaseChecklist extends Component {
    static template = "sale_order_flow.ReleaseChecklist";
    static props = { ...standardFieldProps };

    setup() {
        this.popover = usePopover(ReleaseGatePopover, { position: "bottom" });
    }

    get gates() {
        return this.props.record.data[this.props.name] || [];
    }

    look(gate) {
        return LOOK[gate.state] || LOOK.closed;
    }

    description(gate) {
        return `${gate.label}: ${this.look(gate).word}`;
    }

    open(ev, gate) {
        this.popover.open(ev.currentTarget, { gate, look: this.look(gate) });
    }
}

export const releaseChecklist = {
    component: ReleaseChecklist,
    displayName: _t("Release Checklist"),
    supportedTypes: ["json"],
};

registry.category("fields").add("release_checklist", releaseChecklist);
