import { Component } from "@odoo/owl";

import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { _t } from "@web/core/l10n/translation";

import { TermsForm } from "./terms_form";

/** What an action asks besides an opinion; the server says which fields (see `_panel_actions`). */
export class ActionFields extends Component {
    static template = "approval_chain.ActionFields";
    static components = { MultiRecordSelector, RecordSelector, TermsForm };
    static props = {
        fields: Array,
        values: Object,
        missing: String,
        requestId: { type: [Number, Boolean], optional: true },
        update: Function,
    };

    get fields() {
        const { values } = this.props;
        return this.props.fields.filter(
            (field) => !field.several || (values[field.several] || []).length > 1
        );
    }

    get placeholder() {
        return _t("Search a colleague");
    }

    /** A few options stand side by side, many fold into a list. */
    isShort(field) {
        return field.options.length <= 3;
    }

    set(field, value) {
        this.props.update(field.name, value);
    }

    onSelect(field, ev) {
        this.set(field, field.options[ev.target.selectedIndex].value);
    }
}
