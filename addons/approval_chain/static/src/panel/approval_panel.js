import { Component, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";

import { FileInput } from "@web/core/file_input/file_input";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { registry } from "@web/core/registry";
import { useAutoresize } from "@web/core/utils/autoresize";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { refreshActivityBadge } from "../badge";
import { ApprovalFileList } from "../files/approval_file_list";
import { REQUEST_LOOK, joined } from "../looks";
import { ActionFields } from "./action_fields";
import { callAction } from "./panel_calls";
import { describeStages } from "./panel_steps";
import { dateText, describeDue } from "./panel_times";

const DECISIONS = ["approve", "opinion", "handle", "refuse", "return"];
const LIKELY = [...DECISIONS, "reopen", "decline", "urge", "withdraw", "comment"];

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
    static components = { ActionFields, ApprovalFileList, FileInput, MultiRecordSelector };
    static props = {
        ...standardFieldProps,
        expanded: { type: Boolean, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.actionService = useService("action");
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.footRef = useRef("foot");
        this.opinionRef = useRef("opinion");
        this.state = useState(this.pristine);
        this.date = dateText;
        this.chooserHint = _t("Choose who is asked");
        this.checkedLabel = _t("Checked");
        this.uncheckedLabel = _t("Not checked");
        useAutoresize(this.opinionRef, { minimumHeight: 34 });
        // what was opened gets the focus; what opened it gets it back
        useEffect(
            (armed) => {
                const name = armed || this.lastArmed;
                const target = armed ? this.firstInput : this.button(name);
                this.lastArmed = armed;
                target?.focus({ preventScroll: !armed });
            },
            () => [this.state.armed]
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
            armed: "", // name of the action that is filled in, or waits for being confirmed
            opinion: "",
            values: {}, // of the fields of the armed action
            checked: [], // lines of the checklist
            chosen: {}, // people chosen for steps before submission
            files: [],
            missing: "", // what was left out: opinion, checklist, a field or a chooser
            busy: false,
            more: false,
            unfolded: false,
            roundsShown: false,
            supersededShown: {},
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

    get stages() {
        return describeStages(this.panel);
    }

    get emergency() {
        const { emergency, due_at: due } = this.panel;
        const term = describeDue(due);
        const afterwards = term
            ? _t("Approval afterwards: %s", term.text)
            : _t("Approval afterwards");
        return emergency && { ...emergency, due: term, afterwardsLabel: afterwards };
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

    supersededLabel(step) {
        return _t("Earlier answers (%s)", step.superseded.length);
    }

    copiesLabel(names) {
        return _t("In copy: %s", this.names(names));
    }

    names(names) {
        return joined(names);
    }

    toggleSuperseded(step) {
        this.state.supersededShown[step.key] = !this.state.supersededShown[step.key];
    }

    // ------------------------------------------------------------------ the actions offered

    get actions() {
        const actions = this.panel.actions || [];
        return [...actions.filter((a) => a.primary), ...actions.filter((a) => !a.primary)];
    }

    /** The answers, and what is likely; passing on, sending copies and the exceptional stand behind. */
    get visibleActions() {
        return this.actions.filter((a) => a.primary || LIKELY.includes(a.name)).slice(0, 3);
    }

    get moreActions() {
        const visible = this.visibleActions;
        return this.actions.filter((action) => !visible.includes(action));
    }

    get armedAction() {
        return this.actions.find((action) => action.name === this.state.armed);
    }

    /** Those who decide write their opinion before they choose; others only when they are asked. */
    get asksOpinion() {
        const armed = this.armedAction;
        return armed
            ? armed.opinion !== "none"
            : this.actions.some((a) => a.primary && DECISIONS.includes(a.name));
    }

    get takesFiles() {
        const armed = this.armedAction;
        return armed ? armed.files : this.asksOpinion && this.actions.some((a) => a.files);
    }

    get checklist() {
        const action = this.armedAction || this.actions[0];
        return action?.checklist || [];
    }

    get opinionHint() {
        const action = this.armedAction;
        if (!action) {
            const [first] = this.actions;
            if (first.name === "opinion") {
                return _t("Your opinion, for those who decide");
            }
            if (first.opinion === "required") {
                return _t("Your opinion");
            }
            return _t("Add an opinion (optional)");
        }
        if (action.name === "comment") {
            return _t("Your comment");
        }
        return action.opinion === "required"
            ? _t("Your reason: %(requester)s will read it", {
                  requester: this.panel.requester?.name || _t("the requester"),
              })
            : _t("Reason (optional)");
    }

    /** What is expected of the user stays within reach; what merely is possible does not. */
    get footClass() {
        if (!this.armedAction && !this.actions.some((action) => action.primary)) {
            return "";
        }
        return this.ui.isSmall && !this.env.inDialog ? "o_approval_bar" : "o_approval_sticky";
    }

    get submitIsBlocked() {
        return Boolean(this.panel.blockers.length);
    }

    buttonClass(action) {
        if (["refuse", "break_glass"].includes(action.name) && this.state.armed === action.name) {
            return "btn-danger";
        }
        const strong = action.primary || this.state.armed === action.name;
        return strong && !(action.name === "submit" && this.submitIsBlocked)
            ? "btn-primary"
            : "btn-secondary";
    }

    isBarred(action) {
        return Boolean(
            action.not_before && deserializeDateTime(action.not_before) > luxon.DateTime.now()
        );
    }

    buttonLabel(action) {
        if (!this.isBarred(action)) {
            return action.label;
        }
        const time = deserializeDateTime(action.not_before);
        return _t("%(action)s (again from %(time)s)", {
            action: action.label,
            time: time.toLocaleString(luxon.DateTime.TIME_SIMPLE),
        });
    }

    button(name) {
        return name && this.footRef.el?.querySelector(`button[name='${name}']`);
    }

    get firstInput() {
        return this.footRef.el?.querySelector(
            "input:not([type=file]), select, textarea, .o_approval_confirm"
        );
    }

    // ------------------------------------------------------------------ filling in

    onOpinionInput(ev) {
        this.state.opinion = ev.target.value;
        this.state.missing = "";
    }

    onCheck(row, ev) {
        const others = this.state.checked.filter((name) => name !== row.name);
        this.state.checked = ev.target.checked ? [...others, row.name] : others;
        this.state.missing = "";
    }

    onField(name, value) {
        this.state.values[name] = value;
        this.state.missing = "";
    }

    onChoose(chooser, ids) {
        this.state.chosen[chooser.step_id] = ids;
        this.state.missing = "";
    }

    choosable(chooser) {
        return [["id", "in", chooser.choices.map((face) => face.id)]];
    }

    /** Where people are chosen for this action: in the steps before submission, else at its own foot. */
    choosersOf(action) {
        return action.name === "submit"
            ? this.panel.steps.map((step) => step.chooser).filter(Boolean)
            : action.choosers || [];
    }

    /** What is chosen at the foot is not offered a second time in the step. */
    armedHas(chooser) {
        return (this.armedAction?.choosers || []).some((own) => own.step_id === chooser.step_id);
    }

    /** Of the people chosen, those who can be: whoever releases is none of them. */
    chosenFor(action) {
        return Object.fromEntries(
            this.choosersOf(action).map((chooser) => {
                const able = chooser.choices.map((face) => face.id);
                const ids = this.state.chosen[chooser.step_id] || [];
                return [chooser.step_id, ids.filter((id) => able.includes(id))];
            })
        );
    }

    onUpload(files) {
        for (const file of files) {
            if (file.error) {
                this.notification.add(file.error, { type: "danger" });
            } else {
                this.state.files.push({ ...file, name: file.filename });
            }
        }
    }

    async removeFile(id) {
        this.state.files = this.state.files.filter((file) => file.id !== id);
        await this.orm.unlink("ir.attachment", [id]);
    }

    onFootKeydown(ev) {
        if (ev.key === "Escape" && this.state.armed) {
            ev.stopPropagation();
            this.disarm();
        } else if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            this.confirm(this.armedAction || this.actions[0]);
        }
    }

    disarm() {
        Object.assign(this.state, { armed: "", missing: "", values: {} });
    }

    /** Primary actions run at once; the others open in place and ask for what they need. */
    choose(action) {
        if (action.primary || (action.opinion === "none" && !action.fields)) {
            return this.confirm(action);
        }
        const values = {};
        for (const field of action.fields || []) {
            values[field.name] = field.value;
        }
        Object.assign(this.state, { armed: action.name, missing: "", values, more: false });
    }

    /** What still has to be filled in before the action can be sent. */
    missingFor(action) {
        const empty = (value) => !value || (Array.isArray(value) && !value.length);
        const field = (action.fields || []).find(
            (each) => each.type !== "choice" && empty(this.state.values[each.name])
        );
        if (field) {
            return field.name;
        }
        const [unchosen] = Object.entries(this.chosenFor(action)).find(([, ids]) => empty(ids)) || [];
        if (unchosen) {
            return `chooser-${unchosen}`;
        }
        const unticked = (action.checklist || []).some(
            (row) => row.required && !this.state.checked.includes(row.name)
        );
        if (unticked) {
            return "checklist";
        }
        return action.opinion === "required" && !this.state.opinion.trim() ? "opinion" : "";
    }

    // ------------------------------------------------------------------ acting

    async confirm(action) {
        if (this.state.busy || this.isBarred(action)) {
            return;
        }
        this.state.missing = this.missingFor(action);
        if (this.state.missing) {
            if (this.state.missing === "opinion") {
                this.opinionRef.el?.focus();
            }
            return;
        }
        this.state.busy = true;
        try {
            await this.run(action);
        } finally {
            this.state.busy = false;
        }
    }

    async run(action) {
        const { record } = this.props;
        if ((await record.isDirty()) && !(await record.save())) {
            return;
        }
        let result;
        try {
            const chosen = this.chosenFor(action);
            result = await callAction(this.orm, action, this.panel, { ...this.state, chosen });
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
