import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A tone is a colour and a sign, so that colour never stands alone. */
const TONE = {
    good: { color: "text-success", icon: "fa-check", label: _t("good") },
    warning: { color: "text-warning-emphasis", icon: "fa-exclamation-triangle", label: _t("attention") },
    danger: { color: "text-danger", icon: "fa-exclamation-circle", label: _t("important") },
    muted: { color: "text-muted" },
};

/**
 * What an approver needs to judge, beside the sheet (see `_approval_decision_card`), read-only.
 */
export class ApprovalDecisionCard extends Component {
    static template = "approval_chain.DecisionCard";
    static props = { ...standardFieldProps };

    get groups() {
        return this.props.record.data[this.props.name] || [];
    }

    tone(fact) {
        return TONE[fact.tone] || {};
    }
}

export const approvalDecisionCard = {
    component: ApprovalDecisionCard,
    displayName: _t("Decision Card"),
    supportedTypes: ["json"],
    label: false,
    isEmpty: () => false,
};

registry.category("fields").add("approval_decision_card", approvalDecisionCard);
