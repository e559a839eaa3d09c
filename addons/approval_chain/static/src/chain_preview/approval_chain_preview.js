import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { joined } from "../looks";

const KIND_LOOK = { decide: "text-bg-primary", opinion: "text-bg-info", handle: "text-bg-warning" };
const STATE_ICON = {
    asked: "fa-user",
    passed: "fa-forward",
    skipped: "fa-minus",
    nobody: "fa-exclamation-triangle",
};

/**
 * A chain from top to bottom, stage under stage; steps asked at the same time stand side by side.
 *
 * Draws the value of a Json field (see `approval.chain._picture`), read-only.
 */
export class ApprovalChainPreview extends Component {
    static template = "approval_chain.ApprovalChainPreview";
    static props = { ...standardFieldProps };

    get picture() {
        return this.props.record.data[this.props.name] || { stages: [] };
    }

    kindLook(step) {
        return KIND_LOOK[step.kind] || "text-bg-secondary";
    }

    stateIcon(step) {
        return STATE_ICON[step.state];
    }

    people(step) {
        const shown = step.people.filter((name) => name !== step.who);
        return joined(shown);
    }
}

export const approvalChainPreview = {
    component: ApprovalChainPreview,
    displayName: _t("Approval Chain"),
    supportedTypes: ["json"],
    label: false,
    isEmpty: () => false,
};

registry.category("fields").add("approval_chain_preview", approvalChainPreview);
