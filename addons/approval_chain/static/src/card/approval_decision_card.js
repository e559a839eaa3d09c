import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { TONE } from "../looks";

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
