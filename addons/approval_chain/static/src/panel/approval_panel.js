import { Component, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";

import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useAutoresize } from "@web/core/utils/autoresize";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { refreshActivityBadge } from "../badge";

const DECISIONS = ["approve", "opinion", "handle", "refuse", "return"];
const FACES_SHOWN = 3;

/** How each state of a request looks: a colour and an icon, so that colour never stands alone. */
const REQUEST_LOOK = {
    preview: { color: "bg-200 text-reset", icon: "fa-pencil-square-o" },
    pending: { color: "text-bg-info", icon: "fa-hourglass-half" },
    approved: { color: "text-bg-success", icon: "fa-check" },
    executed: { color: "text-bg-success", icon: "fa-check-circle" },
    refused: { color: "text-bg-danger", icon: "fa-times" },
    returned: { color: "text-bg-warning", icon: "fa-reply" },
    withdrawn: { color: "bg-200 text-reset", icon: "fa-undo" },
    void: { color: "bg-200 text-reset", icon: "fa-ban" },
    cancelled: { color: "bg-200 text-reset", icon: "fa-ban" },
};
const VERDICT_LOOK = {
    approve: { color: "text-success", icon: "fa-check" },
    handle: { color: "text-success", icon: "fa-check" },
    opinion: { color: "text-info", icon: "fa-comment" },
    refuse: { color: "text-danger", icon: "fa-times" },
    return: { color: "text-warning", icon: "fa-reply" },
};

/**
 * The line of steps of an approval: what was said, whose turn it is, who comes next.
 *
 * Draws the value of a Json field (see `approval.request._panel`); the rules, the labels and the
 * actions offered all come from the server with the record, so showing it costs no round trip.
 *
 * Options: `expanded` keeps the steps of an executed request unfolded.
 */
export class ApprovalPanel extends Component {
    static template = "approval_chain.ApprovalPanel";
    static components = { Dropdown, DropdownItem };
    static props = {
        ...standardFieldProps,
        expanded: { type: Boolean, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.actionService = useService("action");
        this.ui = useService("ui");
        this.opinionRef = useRef("opinion");
        this.state = useState(this.pristine);
        useAutoresize(this.opinionRef, { minimumHeight: 34 });
        useEffect(
            (armed, element) => armed && element?.focus(),
            () => [this.state.armed, this.opinionRef.el]
        );
        onWillUpdateProps((next) => {
            const shown = this.props.record;
            if (next.record.resId !== shown.resId || next.record.resModel !== shown.resModel) {
                Object.assign(this.state, this.pristine);
            }
        });
    }

    get pristine() {
        return {
            armed: "", // name of the action that waits for its text, or for being confirmed
            opinion: "",
            missing: false,
            busy: false,
            unfolded: false,
            roundsShown: false,
        };
    }

    // ------------------------------------------------------------------ what is shown

    get panel() {
        return this.props.record.data[this.props.name];
    }

    get look() {
        return REQUEST_LOOK[this.panel.state] || REQUEST_LOOK.cancelled;
    }

    get stateLabel() {
        return this.panel.state === "preview" ? _t("Not Submitted") : this.panel.state_label;
    }

    /** The form of the request itself says the operation and the state already. */
    get headless() {
        return this.props.record.resModel === "approval.request" && !this.foldable;
    }

    get foldable() {
        return this.panel.state === "executed" && !this.props.expanded;
    }

    get folded() {
        return this.foldable && !this.state.unfolded;
    }

    get deciders() {
        const people = this.panel.steps.flatMap((step) =>
            step.slots.map((slot) => slot.decided_by).filter(Boolean)
        );
        return people.filter((face, index) => people.findIndex((p) => p.id === face.id) === index);
    }

    get steps() {
        return this.panel.steps.map((step, index) => this.describeStep(step, index + 1));
    }

    describeStep(step, number) {
        const answered = step.slots.filter((slot) => slot.state === "done");
        const last = answered.at(-1);
        const stopped = answered.find((slot) => ["refuse", "return"].includes(slot.verdict));
        const look = VERDICT_LOOK[(stopped || last)?.verdict];
        return {
            ...step,
            key: step.id || `next-${number}`,
            number,
            shape: stopped ? "done" : step.state,
            icon: this.stepIcon(step, stopped, look),
            color: step.state === "done" || stopped ? look?.color : "",
            note: this.stepNote(step),
            howMany: this.stepMode(step, answered.length),
            due: step.due_at ? this.describeDue(step) : null,
            slots: step.slots.map((slot, place) => this.describeSlot(slot, step, place)),
        };
    }

    stepIcon(step, stopped, look) {
        if (step.state === "done" || stopped) {
            return look?.icon || "fa-check";
        }
        return ["skipped", "closed"].includes(step.state) ? "fa-minus" : "";
    }

    stepNote(step) {
        switch (step.state) {
            case "done":
                return _t("Done");
            case "open":
                return _t("Now");
            case "skipped":
                return _t("Skipped: not needed for this document");
            case "closed":
                return _t("Not asked any more");
            default:
                return _t("To come");
        }
    }

    stepMode(step, answered) {
        if (["skipped", "closed"].includes(step.state)) {
            return "";
        }
        if (step.mode === "all" && step.slots.length > 1) {
            if (step.state === "waiting") {
                return _t("All of them");
            }
            return _t("All: %(answered)s of %(total)s answered", {
                answered,
                total: step.slots.length,
            });
        }
        const people = new Set(step.slots.flatMap((slot) => slot.people.map((p) => p.id)));
        return step.state !== "done" && people.size > 1 ? _t("Any one") : "";
    }

    describeSlot(slot, step, place) {
        const done = slot.state === "done";
        const look = VERDICT_LOOK[slot.verdict] || {};
        return {
            ...slot,
            key: slot.id || `place-${place}`,
            done,
            open: slot.state === "open",
            mine: slot.state === "open" && slot.people.some((p) => p.id === user.userId),
            hidden: slot.state === "closed",
            faces: slot.people.slice(0, FACES_SHOWN),
            names: this.names(slot.people),
            verdictLabel: done ? this.verdictLabel(slot.verdict) : "",
            verdictColor: look.color,
            forWhom: slot.on_behalf_of ? _t("for %s", slot.on_behalf_of.name) : "",
            when: done ? this.date(slot.decided_at) : "",
            took: done && slot.seconds !== false ? this.took(slot.seconds) : "",
            since: slot.state === "open" ? this.since(step.opened_at) : "",
        };
    }

    verdictLabel(verdict) {
        return {
            approve: _t("Approved"),
            opinion: _t("Opinion given"),
            handle: _t("Handled"),
            refuse: _t("Refused"),
            return: _t("Returned"),
        }[verdict];
    }

    /** Why the document came back, said at once to whoever prepares the next round. */
    get cameBack() {
        const [newest] = this.panel.rounds;
        return this.panel.state === "preview" && newest
            ? { ...newest, look: REQUEST_LOOK[newest.state] || REQUEST_LOOK.cancelled }
            : null;
    }

    get roundsLabel() {
        return _t("Earlier rounds (%s)", this.panel.rounds.length);
    }

    kindLabel(kind) {
        return { opinion: _t("Opinion"), handle: _t("Handling") }[kind];
    }

    names(people) {
        return people.map((face) => face.name).join(_t(", "));
    }

    // ------------------------------------------------------------------ times

    date(value) {
        return value ? toLocaleDateTimeString(deserializeDateTime(value)) : "";
    }

    /** The largest unit only: an approval takes “2 days”, nobody reads the minutes. */
    duration(seconds) {
        const minutes = Math.max(1, Math.round(seconds / 60));
        const [unit, size] = [["days", 1440], ["hours", 60], ["minutes", 1]].find(
            ([, size]) => minutes >= size
        );
        return luxon.Duration.fromObject({ [unit]: Math.floor(minutes / size) }).toHuman();
    }

    took(seconds) {
        return _t("after %(duration)s", { duration: this.duration(seconds) });
    }

    since(value) {
        if (!value) {
            return "";
        }
        const seconds = -deserializeDateTime(value).diffNow("seconds").seconds;
        return _t("since %(date)s (%(duration)s)", {
            date: this.date(value),
            duration: this.duration(seconds),
        });
    }

    describeDue(step) {
        const passed = deserializeDateTime(step.due_at) < luxon.DateTime.now();
        const late = passed && step.state === "open";
        const date = this.date(step.due_at);
        return { late, text: late ? _t("overdue since %s", date) : _t("due %s", date) };
    }

    // ------------------------------------------------------------------ actions

    get actions() {
        const actions = this.panel.actions;
        return [...actions.filter((a) => a.primary), ...actions.filter((a) => !a.primary)];
    }

    get visibleActions() {
        return this.actions.slice(0, this.ui.isSmall ? 2 : 3);
    }

    get moreActions() {
        return this.actions.slice(this.visibleActions.length);
    }

    get armedAction() {
        return this.panel.actions.find((action) => action.name === this.state.armed);
    }

    /** Those who decide write their opinion before they choose; others only when they are asked. */
    get asksOpinion() {
        return (
            Boolean(this.armedAction) ||
            this.panel.actions.some((a) => a.primary && DECISIONS.includes(a.name))
        );
    }

    get opinionHint() {
        const action = this.armedAction;
        if (!action) {
            const [first] = this.actions;
            return first.opinion === "required"
                ? _t("Your opinion, for those who decide")
                : _t("Add an opinion (optional)");
        }
        return action.opinion === "required"
            ? _t("Your reason: %(requester)s will read it", {
                  requester: this.panel.requester?.name || _t("the requester"),
              })
            : _t("Reason (optional)");
    }

    /** What is expected of the user stays within reach; what merely is possible does not. */
    get footClass() {
        if (!this.armedAction && !this.panel.actions.some((action) => action.primary)) {
            return "";
        }
        return this.ui.isSmall && !this.env.inDialog ? "o_approval_bar" : "o_approval_sticky";
    }

    get submitIsBlocked() {
        return Boolean(this.panel.blockers.length);
    }

    buttonClass(action) {
        if (action.name === "refuse" && this.state.armed === "refuse") {
            return "btn-danger";
        }
        const strong = action.primary || this.state.armed === action.name;
        return strong && !(action.name === "submit" && this.submitIsBlocked)
            ? "btn-primary"
            : "btn-secondary";
    }

    onOpinionInput(ev) {
        this.state.opinion = ev.target.value;
        this.state.missing = false;
    }

    onOpinionKeydown(ev) {
        if (ev.key === "Escape" && this.state.armed) {
            ev.stopPropagation();
            this.disarm();
        } else if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            this.confirm(this.armedAction || this.actions[0]);
        }
    }

    disarm() {
        this.state.armed = "";
        this.state.missing = false;
    }

    /** Primary actions run at once; refusing, returning and withdrawing ask once, in place. */
    choose(action) {
        if (action.primary || action.opinion === "none") {
            return this.confirm(action);
        }
        this.state.armed = action.name;
        this.state.missing = false;
    }

    async confirm(action) {
        if (this.state.busy) {
            return;
        }
        const opinion = this.state.opinion.trim();
        if (action.opinion === "required" && !opinion) {
            this.state.missing = true;
            this.opinionRef.el?.focus();
            return;
        }
        this.state.busy = true;
        try {
            await this.run(action, opinion);
        } finally {
            this.state.busy = false;
        }
    }

    async run(action, opinion) {
        const { record } = this.props;
        if ((await record.isDirty()) && !(await record.save())) {
            return;
        }
        let result;
        try {
            result = await this.call(action, opinion);
        } catch (error) {
            // Somebody else may have answered in the meantime: show how things stand.
            await record.model.load();
            throw error;
        }
        Object.assign(this.state, this.pristine, { busy: true });
        refreshActivityBadge(this.env);
        if (result?.type) {
            await this.actionService.doAction(result, { onClose: () => record.model.load() });
        } else {
            await record.model.load();
        }
    }

    call(action, opinion) {
        const { record } = this.props;
        const { operation, request_id: requestId } = this.panel;
        const request = (method, ...args) =>
            this.orm.call("approval.request", method, [[requestId], ...args]);
        switch (action.name) {
            case "submit":
                return this.orm.call(record.resModel, "action_approval_submit", [
                    [record.resId],
                    operation,
                ]);
            case "withdraw":
                return request("action_withdraw", opinion);
            case "retry":
                return request("action_retry");
            default:
                return request("action_decide", action.name, opinion);
        }
    }

    openRequest(id) {
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: "approval.request",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    get linksToRequest() {
        return this.panel.request_id && this.props.record.resModel !== "approval.request";
    }
}

export const approvalPanel = {
    component: ApprovalPanel,
    displayName: _t("Approval Panel"),
    supportedTypes: ["json"],
    supportedOptions: [
        {
            label: _t("Keep executed steps unfolded"),
            name: "expanded",
            type: "boolean",
        },
    ],
    label: false,
    isEmpty: () => false,
    extractProps: ({ options }) => ({ expanded: Boolean(options.expanded) }),
};

registry.category("fields").add("approval_panel", approvalPanel);
