import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { ApprovalFileList } from "../files/approval_file_list";
import { NOTE_LOOK } from "../looks";

const ROWS_SHOWN = 40;

/**
 * The frozen sheet of a request: what the document said when it was submitted.
 *
 * Draws the value of a Json field (see `approval.mixin._approval_sheet`), read-only.
 */
export class ApprovalSheet extends Component {
    static template = "approval_chain.ApprovalSheet";
    static components = { ApprovalFileList };
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ unfolded: {} });
    }

    get sheet() {
        const sheet = this.props.record.data[this.props.name];
        return sheet && { fields: [], lines: [], notes: [], differences: [], files: [], ...sheet };
    }

    noteLook(level) {
        return NOTE_LOOK[level] || NOTE_LOOK.info;
    }

    noteLevel(level) {
        return { warning: _t("Attention"), danger: _t("Important") }[level] || _t("Note");
    }

    rows(lines) {
        return this.state.unfolded[lines.name] ? lines.rows : lines.rows.slice(0, ROWS_SHOWN);
    }

    hiddenRows(lines) {
        return lines.rows.length - this.rows(lines).length;
    }

    moreLabel(lines) {
        return _t("Show %s more lines", this.hiddenRows(lines));
    }

    shown(value) {
        return value === false || value === null || value === "" ? "–" : value;
    }
}

export const approvalSheet = {
    component: ApprovalSheet,
    displayName: _t("Approval Sheet"),
    supportedTypes: ["json"],
    label: false,
    isEmpty: () => false,
};

registry.category("fields").add("approval_sheet", approvalSheet);
