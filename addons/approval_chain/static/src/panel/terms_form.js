import { Component, onWillStart, useState } from "@odoo/owl";

import { DateTimeInput } from "@web/core/datetime/datetime_input";
import {
    deserializeDate,
    deserializeDateTime,
    serializeDate,
    serializeDateTime,
} from "@web/core/l10n/dates";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";

/**
 * The decided values of a document, each to be changed in its own input (A18).
 *
 * Asks the server when it is opened, and tells its parent the changes made so far.
 */
export class TermsForm extends Component {
    static template = "approval_chain.TermsForm";
    static components = { DateTimeInput };
    static props = { requestId: Number, update: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ groups: [], values: {}, wrong: {} });
        onWillStart(async () => {
            const rows = await this.orm.call("approval.request", "get_proposable_terms", [
                [this.props.requestId],
            ]);
            this.rows = rows.map((row, index) => ({ ...row, key: String(index) }));
            this.state.groups = this.groups(this.rows);
        });
    }

    /** The document's own values first, then line by line. */
    groups(rows) {
        const groups = [];
        for (const row of rows) {
            const key = row.line ? row.line.join() : "";
            const last = groups.at(-1);
            if (last && last.key === key) {
                last.rows.push(row);
            } else {
                groups.push({ key, title: row.of, rows: [row] });
            }
        }
        return groups;
    }

    initial(row) {
        if (row.type === "number") {
            return formatFloat(row.value, { digits: [16, row.digits] });
        }
        return row.value === false ? "" : row.value;
    }

    moment(row) {
        const value = row.key in this.state.values ? this.state.values[row.key] : row.value;
        if (!value) {
            return false;
        }
        return row.type === "date" ? deserializeDate(value) : deserializeDateTime(value);
    }

    onDate(row, value) {
        const serialize = row.type === "date" ? serializeDate : serializeDateTime;
        this.set(row, value ? serialize(value) : false);
    }

    onInput(row, ev) {
        const text = ev.target.value;
        if (row.type !== "number") {
            return this.set(row, text);
        }
        try {
            this.state.wrong[row.key] = false;
            this.set(row, parseFloat(text || "0"));
        } catch {
            this.state.wrong[row.key] = true;
        }
    }

    onChoice(row, ev) {
        const [value] = row.options[ev.target.selectedIndex];
        this.set(row, value);
    }

    isChanged(row) {
        return row.key in this.state.values && this.state.values[row.key] !== row.value;
    }

    set(row, value) {
        this.state.values[row.key] = value;
        const changed = this.rows.filter((each) => this.isChanged(each));
        this.props.update(
            changed.map(({ line, field, key }) => ({
                line,
                field,
                value: this.state.values[key],
            }))
        );
    }
}
