import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * The one button of a row of the desk. Its label, and whether there is one at all, come with the row
 * from the document; the server decides again when it is pressed.
 */
export class DeskAction extends Component {
    static template = "sale_order_flow.DeskAction";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.actionService = useService("action");
        this.state = useState({ busy: false });
    }

    get label() {
        return this.props.record.data[this.props.name];
    }

    async next() {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        const { resModel, resId, model } = this.props.record;
        try {
            const action = await this.orm.call(resModel, "action_next", [[resId]]);
            if (action && action.type) {
                await this.actionService.doAction(action);
            } else {
                await model.root.load();
            }
        } finally {
            this.state.busy = false;
        }
    }
}

export const deskAction = {
    component: DeskAction,
    displayName: _t("Next Step"),
    supportedTypes: ["char"],
    isEmpty: () => false,
};

registry.category("fields").add("desk_action", deskAction);
