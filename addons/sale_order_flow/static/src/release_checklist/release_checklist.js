import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { AskReasonDialog } from "../ask_reason/ask_reason_button";

/** How each state of a gate looks: a shape and a colour; its name is read out and shown on touch. */
const LOOK = {
    done: { icon: "fa-check", color: "success", name: _t("Done") },
    waiting: { icon: "fa-clock-o", color: "warning", name: _t("Waiting") },
    closed: { icon: "fa-lock", color: "muted", name: _t("Closed") },
    overridden: { icon: "fa-shield", color: "info", name: _t("Overridden") },
};

export class ReleaseGatePopover extends Component {
    static template = "sale_order_flow.ReleaseGatePopover";
    static props = { gate: Object, act: Function, close: Function };

    /** Every action on a gate asks for a reason, which stays with the order. */
    onAction(action) {
        this.props.close();
        this.props.act(this.props.gate, action);
    }
}

/**
 * What stands between an order and its delivery: one line of small marks.
 *
 * Draws a Json field, a list of `{code, label, state, reason, owner, actions}` in the order of the gates (see
 * `sale.order._release_gates`). Lists show the marks alone, everything else the names as well.
 * Touching a mark says why it is as it is, and who can change it.
 */
export class ReleaseChecklist extends Component {
    static template = "sale_order_flow.ReleaseChecklist";
    static props = { ...standardFieldProps, compact: { type: Boolean, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.popover = usePopover(ReleaseGatePopover, {
            position: "bottom-start",
            popoverClass: "o_release_popover",
            useBottomSheet: useService("ui").isSmall,
        });
    }

    /** The gates as they were read: `[{code, label, state, ...}]`, or nothing. */
    get value() {
        return this.props.record.data[this.props.name];
    }

    get gates() {
        return (this.value || []).map((gate) => {
            const look = LOOK[gate.state] || LOOK.closed;
            return {
                ...gate,
                ...look,
                title: _t("%(gate)s: %(state)s", { gate: gate.label, state: look.name }),
            };
        });
    }

    open(ev, gate) {
        this.popover.open(ev.currentTarget, { gate, act: this.act.bind(this) });
    }

    act(gate, { method, args, label }) {
        const { record } = this.props;
        this.dialog.add(AskReasonDialog, {
            title: label,
            confirm: async (reason) => {
                await this.orm.call("sale.order", method, [
                    [gate.order_id],
                    ...(args || []),
                    reason,
                ]);
                await record.model.load();
            },
        });
    }

    /** In a list, Enter on a mark opens the mark and not the row. */
    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.stopPropagation();
        }
    }
}

export const releaseChecklist = {
    component: ReleaseChecklist,
    displayName: _t("Release Checklist"),
    supportedTypes: ["json"],
    isEmpty: () => false,
    extractProps: ({ viewType }) => ({ compact: viewType === "list" }),
};

registry.category("fields").add("release_checklist", releaseChecklist);
