import { Component, useRef, useState } from "@odoo/owl";

import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";

/** Ask once for several places to be answered, then say for each of them how it went. */
export class BulkDecideDialog extends Component {
    static template = "approval_chain.BulkDecideDialog";
    static components = { Dialog };
    static props = {
        verb: String,
        label: String,
        slotIds: { type: Array, element: Number },
        onDone: Function,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.action = useService("action");
        this.opinionRef = useRef("autofocus");
        useAutofocus();
        this.state = useState({ opinion: "", missing: false, busy: false, results: null });
    }

    get required() {
        return ["opinion", "refuse"].includes(this.props.verb);
    }

    get title() {
        return _t("%(action)s: %(count)s selected", {
            action: this.props.label,
            count: this.props.slotIds.length,
        });
    }

    get placeholder() {
        return this.required ? _t("Your opinion") : _t("Opinion (optional)");
    }

    get succeededLabel() {
        return _t("Answered: %s", this.succeeded.length);
    }

    get failed() {
        return this.state.results.filter((result) => !result.ok);
    }

    get succeeded() {
        return this.state.results.filter((result) => result.ok);
    }

    onInput(ev) {
        this.state.opinion = ev.target.value;
        this.state.missing = false;
    }

    async confirm() {
        const opinion = this.state.opinion.trim();
        if (this.required && !opinion) {
            this.state.missing = true;
            this.opinionRef.el.focus();
            return;
        }
        this.state.busy = true;
        let results;
        try {
            results = await this.orm.call("approval.request.slot", "action_bulk_decide", [
                this.props.slotIds,
                this.props.verb,
                opinion,
            ]);
        } finally {
            this.state.busy = false;
        }
        if (results.job) {
            return this.showJob(results.job);
        }
        this.state.results = results;
        await this.props.onDone();
        if (!this.failed.length) {
            this.notification.add(this.succeededLabel, { type: "success" });
            this.props.close();
        }
    }

    /** So many are answered in the background: show how far it is. */
    showJob(jobId) {
        this.props.close();
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "approval.bulk",
            res_id: jobId,
            views: [[false, "form"]],
        });
    }
}
