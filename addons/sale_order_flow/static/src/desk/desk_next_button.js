import { Component, useRef } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The rows of a reloaded view are in the page with the frame after the next one. */
const nextRendering = () =>
    new Promise((resolve) =>
        browser.requestAnimationFrame(() => browser.requestAnimationFrame(resolve))
    );

/**
 * The one button of a row of the desk: its label is the value of the field, empty when it is
 * somebody else's turn.
 *
 * Runs `action_next` of the row through the view's own button handling, so that the answer, an
 * action or a reload, is treated like that of any other button. After a reload the focus goes on to
 * the button that took this one's place: a keyboard can work through the desk.
 */
export class DeskNextButton extends Component {
    static template = "sale_order_flow.DeskNextButton";
    static props = { ...standardFieldProps };

    setup() {
        this.buttonRef = useRef("button");
    }

    get label() {
        return this.props.record.data[this.props.name];
    }

    async onClick() {
        const { record } = this.props;
        const view = this.buttonRef.el.closest(".o_sale_desk");
        const buttons = () => [...(view?.querySelectorAll(".o_desk_next") || [])];
        const place = buttons().indexOf(this.buttonRef.el);
        await this.env.onClickViewButton({
            clickParams: { name: "action_next", type: "object" },
            getResParams: () => ({
                context: record.context || {},
                evalContext: record.evalContext,
                resModel: record.resModel,
                resId: record.resId,
                resIds: [record.resId],
            }),
        });
        await nextRendering();
        const left = buttons();
        (left[place] || left.at(-1))?.focus();
    }

    /** Enter presses the button and does not open the row. */
    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.stopPropagation();
        }
    }
}

export const deskNextButton = {
    component: DeskNextButton,
    displayName: _t("Next Step of the Desk"),
    supportedTypes: ["char"],
    isEmpty: () => false,
};

registry.category("fields").add("desk_next_button", deskNextButton);
