import { onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { ReleaseChecklist } from "../release_checklist/release_checklist";

const MODEL = "sale.desk";

/** Rows of a page that wait for their checklist, by id, and who is told. */
let waiting = null;

/** Read the checklists of all rows that came in sight together, with one request. */
function checklistOf(orm, id) {
    if (!waiting) {
        const asked = (waiting = new Map());
        setTimeout(async () => {
            waiting = null;
            let found = {};
            try {
                found = await orm.silent.call(MODEL, "release_checklists", [[...asked.keys()]]);
            } finally {
                // a row that left the desk meanwhile has none
                asked.forEach((tell, rowId) => tell.forEach((each) => each(found[rowId])));
            }
        });
    }
    return new Promise((resolve) => {
        waiting.set(id, [...(waiting.get(id) || []), resolve]);
    });
}

/**
 * The release checklist of a row of the desk: the page stands first, the marks of the rows in sight
 * follow, those of others when they are scrolled to.
 *
 * Draws the boolean that says whether the row has one.
 */
export class DeskChecklist extends ReleaseChecklist {
    static template = "sale_order_flow.DeskChecklist";

    setup() {
        super.setup();
        this.rootRef = useRef("root");
        this.state = useState({ gates: false });
        let alive = true;
        const observer = new IntersectionObserver(async (entries) => {
            if (!entries.some((entry) => entry.isIntersecting)) {
                return;
            }
            observer.disconnect();
            const gates = await checklistOf(this.orm, this.props.record.resId);
            if (alive) {
                this.state.gates = gates;
            }
        });
        onMounted(() => {
            if (this.rootRef.el) {
                observer.observe(this.rootRef.el);
            }
        });
        onWillUnmount(() => {
            alive = false;
            observer.disconnect();
        });
    }

    get hasChecklist() {
        return this.props.record.data[this.props.name];
    }

    get value() {
        return this.state.gates;
    }
}

export const deskChecklist = {
    component: DeskChecklist,
    displayName: _t("Release Checklist of the Desk"),
    supportedTypes: ["boolean"],
    isEmpty: () => false,
    extractProps: ({ viewType }) => ({ compact: viewType === "list" }),
};

registry.category("fields").add("desk_checklist", deskChecklist);
