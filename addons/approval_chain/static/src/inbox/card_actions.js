import { Component, useEffect, useRef, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { refreshActivityBadge } from "../badge";

/**
 * Approve or refuse on the card itself: the text is asked for in place, then the card is gone.
 *
 * Draws the Json field `card` of a place in the inbox.
 */
export class ApprovalCardActions extends Component {
    static template = "approval_chain.CardActions";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.textRef = useRef("text");
        this.state = useState({ armed: "", opinion: "", missing: false, busy: false, message: "" });
        useEffect(
            (armed) => armed && this.textRef.el?.focus(),
            () => [this.state.armed]
        );
    }

    get actions() {
        return this.props.record.data[this.props.name]?.actions || [];
    }

    /** Why nothing can be answered on the card. */
    get explanation() {
        return this.props.record.data[this.props.name]?.hint;
    }

    get armedAction() {
        return this.actions.find((action) => action.name === this.state.armed);
    }

    get hint() {
        return this.armedAction.opinion === "required"
            ? _t("Your opinion")
            : _t("Opinion (optional)");
    }

    buttonClass(action) {
        if (this.state.armed === "refuse") {
            return "btn-danger";
        }
        return action.primary ? "btn-primary" : "btn-secondary";
    }

    arm(action) {
        Object.assign(this.state, { armed: action.name, missing: false, message: "" });
    }

    disarm() {
        Object.assign(this.state, { armed: "", missing: false });
    }

    onInput(ev) {
        this.state.opinion = ev.target.value;
        this.state.missing = false;
    }

    onKeydown(ev) {
        ev.stopPropagation(); // arrows and letters belong to the text, not to the board
        if (ev.key === "Escape") {
            this.disarm();
        } else if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            this.confirm();
        }
    }

    async confirm() {
        const { armedAction: action, state } = this;
        const { record } = this.props;
        const opinion = state.opinion.trim();
        if (action.opinion === "required" && !opinion) {
            state.missing = true;
            this.textRef.el?.focus();
            return;
        }
        state.busy = true;
        try {
            const [result] = await this.orm.call(record.resModel, "action_bulk_decide", [
                [record.resId],
                action.name,
                opinion,
            ]);
            if (result.ok) {
                this.notification.add(
                    _t("%(action)s: %(document)s", {
                        action: action.label,
                        document: result.name,
                    }),
                    { type: "success" }
                );
                refreshActivityBadge(this.env);
                await record.model.load();
            } else {
                state.message = result.message;
                state.armed = "";
            }
        } finally {
            state.busy = false;
        }
    }
}

export const approvalCardActions = {
    component: ApprovalCardActions,
    displayName: _t("Answer on the Card"),
    supportedTypes: ["json"],
    label: false,
    isEmpty: () => false,
};

registry.category("fields").add("approval_card_actions", approvalCardActions);
