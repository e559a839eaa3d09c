import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How late a row is: sign and words, so that nobody needs the colour. */
export class DeskLateness extends Component {
    static template = "sale_order_flow.DeskLateness";
    static props = { ...standardFieldProps };

    get text() {
        return this.props.record.data[this.props.name];
    }
}

export const deskLateness = {
    component: DeskLateness,
    displayName: _t("Lateness"),
    supportedTypes: ["char"],
};

registry.category("fields").add("desk_lateness", deskLateness);
