import { Component, useState } from "@odoo/owl";

import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Ask for a reason and hand it on; it stays open with the text when that is refused. */
export class AskReasonDialog extends Component {
    static template = "sale_order_flow.AskReasonDialog";
    static components = { Dialog };
    static props = {
        title: String,
        placeholder: { type: String, optional: true },
        reason: { type: String, optional: true },
        confirm: Function,
        close: Function,
    };

    setup() {
        this.textRef = useAutofocus({ refName: "reason", mobile: true });
        this.state = useState({ reason: this.props.reason || "", missing: false, busy: false });
    }

    onInput(ev) {
        this.state.reason = ev.target.value;
        this.state.missing = false;
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            this.confirm();
        }
    }

    async confirm() {
        const reason = this.state.reason.trim();
        if (!reason) {
            this.state.missing = true;
            this.textRef.el.focus();
            return;
        }
        this.state.busy = true;
        try {
            await this.props.confirm(reason);
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}

/**
 * A button of a form that asks for a reason, writes it in a field and calls a method of the record.
 *
 * `<widget name="ask_reason_button" method="action_return" field="finance_note" string="Return"/>`
 *
 * Without `field` the method is given the reason.
 */
export class AskReasonButton extends Component {
    static template = "sale_order_flow.AskReasonButton";
    static props = {
        ...standardWidgetProps,
        method: String,
        field: { type: String, optional: true },
        string: String,
        placeholder: { type: String, optional: true },
        hotkey: { type: String, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
    }

    async onClick() {
        const { record, method, field, string, placeholder } = this.props;
        if (!(await record.save())) {
            return;
        }
        this.dialog.add(AskReasonDialog, {
            title: string,
            placeholder,
            reason: (field && record.data[field]) || "",
            confirm: async (reason) => {
                if (field) {
                    await this.orm.write(record.resModel, [record.resId], { [field]: reason });
                    await this.orm.call(record.resModel, method, [[record.resId]]);
                } else {
                    await this.orm.call(record.resModel, method, [[record.resId], reason]);
                }
                await record.model.load();
            },
        });
    }
}

export const askReasonButton = {
    component: AskReasonButton,
    extractProps: ({ attrs }) => ({
        method: attrs.method,
        field: attrs.field,
        string: attrs.string,
        placeholder: attrs.placeholder,
        hotkey: attrs.hotkey,
    }),
};

registry.category("view_widgets").add("ask_reason_button", askReasonButton);
